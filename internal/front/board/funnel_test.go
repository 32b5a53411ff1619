package board

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/rates"
	"yiwang/internal/city/cases"
)

// Whatever the units are, a plot has a place on the paper for each and says no
// word that is no number.
func TestPlotStaysOnPaper(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f funnel
		for range rapid.IntRange(0, 30).Draw(t, "units") {
			n := rapid.IntRange(1, 30000).Draw(t, "n")
			d := dot{r: cases.Ratio{Of: n, Count: rapid.IntRange(0, n).Draw(t, "count")}, own: rapid.Bool().Draw(t, "own")}
			p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
			if rapid.Bool().Draw(t, "alike") {
				d.standing = rates.Standing{N: n, Count: d.r.Count, Expected: p * float64(n), Variance: p * (1 - p) * float64(n)}
			}
			f.total.Of += n
			f.total.Count += d.r.Count
			f.dots = append(f.dots, d)
		}
		for i := range f.dots {
			f.dots[i].compare(f.total.Share())
		}
		p := f.placed()
		if !(p.low < p.high) || !(p.from < p.to) || math.IsInf(p.to, 0) {
			t.Fatalf("the paper is %+v", p)
		}
		for _, d := range f.dots {
			if x, y := p.x(d.size), p.y(d.rate); !(x >= plotLeft-0.01 && x <= plotWidth-plotRight+0.01 && y >= plotTop-0.01 && y <= plotHeight-plotBottom+0.01) {
				t.Fatalf("%+v is at %v, %v", d, x, y)
			}
			if mark := p.mark(d); strings.Contains(mark, "NaN") {
				t.Fatal(mark)
			}
			if d.band != inside && !d.compared {
				t.Fatalf("%+v stands out and is compared with nobody", d)
			}
		}
		for _, within := range []float64{0.95, 0.998} {
			if c := strings.Join(p.curves(within), ""); strings.Contains(c, "NaN") {
				t.Fatal(c)
			}
		}
	})
}
