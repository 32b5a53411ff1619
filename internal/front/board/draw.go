package board

import (
	"context"
	"math"
	"strconv"

	"yiwang/internal/front/web"
)

func (t topic) above() float64 { return (float64(t.recent) - t.usual) / math.Sqrt(max(t.usual, 1)) }

func sign(d float64) int {
	if d < 0 {
		return -1
	}
	return 1
}

func (v view) most() int {
	most := 0
	for _, a := range v.areas {
		most = max(most, a.n.Open)
	}
	return most
}

func (v view) marks() (list []web.StreetMark) {
	for _, a := range v.areas {
		list = append(list, web.StreetMark{ID: a.id, Name: a.name, Said: strconv.Itoa(a.n.Open), Shade: web.Shade(a.n.Open, v.most())})
	}
	return list
}

// step is a figure of one step; one that is still to come has none.
func (v view) step(ctx context.Context, list []int, i int) string {
	if v.steps[i].After(v.now) {
		return ""
	}
	return web.Number(ctx, list[i])
}

func share(n, of int) string {
	if of == 0 {
		return "0"
	}
	return strconv.Itoa(n * 100 / of)
}
