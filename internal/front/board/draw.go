package board

import (
	"math"
	"strconv"

	"yiwang/internal/city/cases"
)

// waiting lists who may have the next step, in the order of the work.
var waiting = []cases.WaitsFor{cases.ForDispatcher, cases.ForUnit, cases.ForHead, cases.ForLeader, cases.ForHotline, cases.ForResident}

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

// A bar is one of a chart, in the units of its SVG.
type bar struct {
	x, y, width, height int
	label               string
	n                   int
}

// bars draws the steps as bars from zero.
func (v view) bars(width, height int) []bar {
	most := 1
	for _, n := range v.pulse.Received {
		most = max(most, n)
	}
	each := width / max(1, len(v.labels))
	list := make([]bar, len(v.labels))
	for i, label := range v.labels {
		h := v.pulse.Received[i] * (height - 14) / most
		list[i] = bar{x: i * each, y: height - h, width: each - 3, height: h, label: label, n: v.pulse.Received[i]}
	}
	return list
}

func share(n, of int) string {
	if of == 0 {
		return "0"
	}
	return strconv.Itoa(n * 100 / of)
}
