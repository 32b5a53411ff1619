package workbench

import (
	"fmt"
	"math"
	"strings"

	"yiwang/internal/algo/classify"
	"yiwang/internal/algo/rates"
	"yiwang/internal/front/web"
)

// A dot is a share on a plot, with the interval it lies in, in the units of the
// drawing: down from the top.
type dot struct {
	x, y, low, high, r float64
	title              string
}

// A plot is a drawing with shares up its side.
type plot struct {
	width, height float64
	from          float64 // the lowest share shown
	dots          []dot
}

// The room around a plot, for what its axes say.
const plotLeft, plotTop, plotRight, plotBottom = 50, 10, 12, 38

func (p plot) y(share float64) float64 {
	return plotTop + (p.height-plotTop-plotBottom)*(1-(max(share, p.from)-p.from)/(1-p.from))
}

func (p plot) x(part float64) float64 { return plotLeft + (p.width-plotLeft-plotRight)*part }

// ticks are the shares that the axis names.
func (p plot) ticks() (list []float64) {
	step := 0.2
	if p.from > 0.5 {
		step = 0.1
	}
	for s := math.Ceil(p.from/step) * step; s < 1+1e-9; s += step {
		list = append(list, s)
	}
	return list
}

func (p plot) viewBox() string { return fmt.Sprintf("0 0 %.0f %.0f", p.width, p.height) }

// line joins the dots.
func (p plot) line() string {
	var b strings.Builder
	for i, d := range p.dots {
		fmt.Fprintf(&b, "%c%.1f %.1f", "ML"[min(i, 1)], d.x, d.y)
	}
	return b.String()
}

func (p *plot) add(part float64, right, n int, r float64) {
	i := rates.Wilson(right, n)
	p.dots = append(p.dots, dot{x: p.x(part), y: p.y(float64(right) / float64(n)), low: p.y(i.Low), high: p.y(i.High), r: r, title: web.Percent(float64(right)/float64(n)) + fmt.Sprintf(" (%d/%d)", right, n)})
}

// A bin of the reliability diagram.
type bin struct{ classify.Bin }

func (b bin) right() int { return int(b.Right*float64(b.N) + 0.5) }

func (v modelsView) bins() (list []bin) {
	if v.standing != nil {
		for _, b := range v.standing.Marks.Bins {
			list = append(list, bin{b})
		}
	}
	return list
}

// reliability sets how often the classifier was right against how sure it was:
// what can be believed lies on the diagonal.
func (v modelsView) reliability() plot {
	p := plot{width: 360, height: 320}
	most := 1
	for _, b := range v.bins() {
		most = max(most, b.N)
	}
	for _, b := range v.bins() {
		p.add(b.Prob, b.right(), b.N, 3+6*math.Sqrt(float64(b.N)/float64(most)))
	}
	return p
}

// accuracy is the share of suggestions that people took, week by week.
func (v modelsView) accuracy() plot {
	p := plot{width: 440, height: 200, from: 1}
	for _, w := range v.weeks {
		if w.All > 0 {
			p.from = min(p.from, rates.Wilson(w.Accepted, w.All).Low)
		}
	}
	p.from = max(0, math.Floor(p.from*10)/10-0.1)
	for i, w := range v.weeks {
		if w.All > 0 {
			p.add(float64(i)/float64(max(len(v.weeks)-1, 1)), w.Accepted, w.All, 4)
		}
	}
	return p
}
