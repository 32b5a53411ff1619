package board

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"yiwang/internal/algo/rates"
)

// A plot places a funnel's dots on paper: cases to the right, by their
// logarithm, and rates upwards.
type plot struct {
	target    float64
	low, high float64 // of the rates shown
	from, to  float64 // of the sizes
	// The limits that 95 of 100 and 998 of 1000 are inside, lower and upper, as paths.
	narrow, wide []string
}

// The paper, in units of the drawing.
const (
	plotWidth, plotHeight   = 640, 320
	plotLeft, plotRight     = 52, 12
	plotTop, plotBottom     = 12, 34
	innerWidth, innerHeight = plotWidth - plotLeft - plotRight, plotHeight - plotTop - plotBottom
	curveSteps              = 24
)

// placed is the paper for the dots of a funnel.
func (f funnel) placed() plot {
	p := plot{target: f.total.Share(), low: 1, high: 0, from: math.Inf(1)}
	for _, d := range f.dots {
		p.low, p.high = min(p.low, d.rate), max(p.high, min(d.rate, 1))
		p.from, p.to = min(p.from, d.size), max(p.to, d.size)
	}
	p.from, p.to = max(p.from*0.8, 1), p.to*1.25
	if !(p.to > p.from) {
		p.from, p.to = 1, 10
	}
	room := rates.Limits(p.target, max(p.from, 20), 0.998)
	p.low, p.high = min(p.low, room.Low), max(p.high, room.High)
	// Whole tenths, so that the axis can be read.
	p.low, p.high = math.Floor(max(p.low, 0)*10)/10, math.Ceil(min(p.high, 1)*10)/10
	if p.high-p.low < 0.2 {
		p.low, p.high = max(p.low-0.1, 0), min(p.high+0.1, 1)
	}
	p.narrow, p.wide = p.curves(0.95), p.curves(0.998)
	return p
}

func (p plot) x(size float64) float64 {
	size = min(max(size, p.from), p.to)
	return plotLeft + innerWidth*math.Log(size/p.from)/math.Log(p.to/p.from)
}

func (p plot) y(rate float64) float64 {
	rate = min(max(rate, p.low), p.high)
	return plotTop + innerHeight*(p.high-rate)/(p.high-p.low)
}

// curves are limits, lower and upper, as paths.
func (p plot) curves(within float64) []string {
	var lower, upper strings.Builder
	for i := range curveSteps + 1 {
		size := p.from * math.Pow(p.to/p.from, float64(i)/curveSteps)
		l := rates.Limits(p.target, size, within)
		fmt.Fprintf(&lower, "%c%.1f %.1f", "ML"[min(i, 1)], p.x(size), p.y(l.Low))
		fmt.Fprintf(&upper, "%c%.1f %.1f", "ML"[min(i, 1)], p.x(size), p.y(l.High))
	}
	return []string{lower.String(), upper.String()}
}

// ticks are the rates that the axis names.
func (p plot) ticks() (list []float64) {
	step := 0.1
	if p.high-p.low > 0.5 {
		step = 0.2
	}
	for r := p.low; r <= p.high+1e-9; r += step {
		list = append(list, r)
	}
	return list
}

// sizes are the numbers of cases that the axis names.
func (p plot) sizes() (list []int) {
	for n := 1; float64(n) <= p.to; n *= 10 {
		for _, k := range []int{1, 3} {
			if size := float64(n * k); size >= p.from && size <= p.to {
				list = append(list, n*k)
			}
		}
	}
	return list
}

// mark is the shape of a dot: a circle inside the limits, a triangle outside
// the narrow ones, a diamond outside both, so that colour is not needed.
func (p plot) mark(d dot) string {
	x, y, r := p.x(d.size), p.y(d.rate), 4.0
	if d.own {
		r = 7
	}
	switch d.band {
	case far:
		return fmt.Sprintf("M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz", x, y-r*1.5, r*1.5, r*1.5, -r*1.5, r*1.5, -r*1.5, -r*1.5)
	case outside:
		return fmt.Sprintf("M%.1f %.1fl%.1f %.1fh%.1fz", x, y-r*1.3, r*1.3, r*2.3, -r*2.6)
	}
	return fmt.Sprintf("M%.1f %.1fa%.1f %.1f 0 1 0 %.1f 0a%.1f %.1f 0 1 0 %.1f 0z", x-r, y, r, r, 2*r, r, r, -2*r)
}

func num(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
