package board

import (
	"cmp"
	"context"
	"slices"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// unitSpoken is what residents said on the telephone of the answers of a unit.
type unitSpoken struct {
	dot
	n cases.Spoken
}

// unitHelped is what leads said of the help of a unit.
type unitHelped struct {
	dot
	n cases.Helped
}

// echoes are what was said of units, for who may know which; all together for
// everybody who reads the page.
func (v *ratesView) echoes(ctx context.Context, from *cases.Service, by access.Actor, p cases.Period) error {
	spoken, helped, err := from.Echoes(ctx, by, p)
	if err != nil {
		return err
	}
	sum := func(to *cases.Ratio, r cases.Ratio) { to.Of, to.Count = to.Of+r.Of, to.Count+r.Count }
	for unit, n := range spoken {
		sum(&v.said.Reached, n.Reached)
		sum(&v.said.Uncontacted, n.Uncontacted)
		sum(&v.said.Solved, n.Solved)
		v.said.Unsure += n.Unsure
		if d := v.dot(ctx, unit); !d.notShown {
			v.spoken = append(v.spoken, unitSpoken{d, n})
		}
	}
	for unit, n := range helped {
		if d := v.dot(ctx, unit); !d.notShown {
			v.helped = append(v.helped, unitHelped{d, n})
		}
	}
	slices.SortFunc(v.spoken, func(a, b unitSpoken) int { return cmp.Compare(a.name, b.name) })
	slices.SortFunc(v.helped, func(a, b unitHelped) int { return cmp.Compare(a.name, b.name) })
	return nil
}
