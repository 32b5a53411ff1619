package process

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"yiwang/internal/algo/process/layered"
)

// Drawing says how a graph is drawn.
type Drawing struct {
	Labels Labels
	Title  string // what the drawing shows
	// ID begins the ids of the elements that have one; a page with several
	// drawings gives each its own. A name as HTML allows it, without blanks.
	ID string
}

// Limits of a drawing: what is rarer is left out, and said so. Nobody reads
// more, and placing takes time in the square of it.
const (
	maxDrawn      = 80
	maxDrawnLines = 300
)

// SVG draws a graph from start to end, downwards: boxes with how often an
// activity happened, lines as thick as the root of how often they were gone,
// with count and median wait beside them. Bottlenecks, returns and what a
// model does not allow have a word and a kind of line of their own, not colour
// alone.
//
// It can stand in a page under a policy that allows no inline style, and alone
// in a file: there are no scripts, styles, links or fonts in it, only
// presentation attributes, which the classes process-… override. Ink is
// currentColor, for light, dark and paper. The image has a title and a
// description in words. The same graph gives the same bytes.
func SVG(g Graph, o Drawing) []byte {
	g = g.Simplify(g.within(maxDrawn, maxDrawnLines))
	if len(g.Activities) > maxDrawn || len(g.Edges) > maxDrawnLines {
		g.Activities, g.Edges = g.cut()
	}
	return newSheet(g, o).draw()
}

// cut keeps the first activities and lines of a graph whose skeleton alone is
// too large.
func (g *Graph) cut() (kept []Activity, edges []Edge) {
	in := map[string]bool{}
	kept = g.Activities[:min(len(g.Activities), maxDrawn)]
	for _, a := range kept {
		in[a.Name] = true
	}
	g.Hidden.Activities += len(g.Activities) - len(kept)
	for _, e := range g.Edges {
		if in[e.From] && in[e.To] && len(edges) < maxDrawnLines {
			edges = append(edges, e)
		} else {
			g.Hidden.Edges++
			g.Hidden.Steps += e.Count
		}
	}
	return kept, edges
}

// Sizes and colours.
const (
	nameSize   = 14.0
	smallSize  = 12.0
	lineStep   = 19.0
	smallStep  = 16.0
	nameEms    = 12.0 // of a line of a name
	nameLines  = 2
	boldly     = 1.07 // as wide as other letters
	thinnest   = 1.2
	thickest   = 7.0
	arrowLong  = 9.0
	backSign   = "↩\ufe0e" // as a sign, not as a picture
	quiet      = "0.62"    // opacity of lines: above 4.5 : 1 for our inks
	alarm      = "#d4502f" // of bottlenecks and deviations, and
	backTone   = "#3f7fae" // of returns: above 3.9 : 1 on white and on dark paper
	fontFamily = "system-ui, 'PingFang SC', 'Noto Sans SC', 'Microsoft YaHei', sans-serif"
)

// A sheet is a drawing being made. Box 0 is the start, the last one the end.
type sheet struct {
	g     Graph
	w     Labels
	id    string
	title string
	boxes []box
	lines []line
	b     bytes.Buffer
}

type box struct {
	name  []string // in lines
	small string
	full  string // the whole name; "" for start and end
}

type line struct {
	from, to, count            int
	label                      []string // the second part is its marks
	full                       string
	back, bottleneck, deviates bool
}

func newSheet(g Graph, o Drawing) *sheet {
	w := o.Labels
	d := &sheet{g: g, w: w, id: o.ID, title: o.Title}
	at := map[string]int{}
	d.boxes = append(d.boxes, box{name: []string{w.Start}})
	for i, a := range g.Activities {
		at[a.Name] = i + 1
		b := box{name: wrap(a.Name, nameEms, nameLines), small: w.Number(a.Count), full: a.Name}
		if a.Repeats > 0 {
			b.small += " · " + fmt.Sprintf(w.Again, w.Number(a.Repeats))
		}
		d.boxes = append(d.boxes, b)
	}
	end := len(d.boxes)
	d.boxes = append(d.boxes, box{name: []string{w.End}})
	for i, a := range g.Activities {
		if a.Starts > 0 {
			d.lines = append(d.lines, line{from: 0, to: i + 1, count: a.Starts, label: []string{w.Number(a.Starts)}, full: w.Start + " → " + a.Name})
		}
		if a.Ends > 0 {
			d.lines = append(d.lines, line{from: i + 1, to: end, count: a.Ends, label: []string{w.Number(a.Ends)}, full: a.Name + " → " + w.End})
		}
	}
	for _, e := range g.Edges {
		l := line{
			from: at[e.From], to: at[e.To], count: e.Count, back: e.Return, bottleneck: e.Bottleneck, deviates: e.Deviates,
			label: []string{w.Number(e.Count) + " · " + w.Wait(e.Median)},
			full:  fmt.Sprintf(w.Edge, e.From, e.To, w.Number(e.Count), w.Wait(e.Median), w.Wait(e.P90)),
		}
		var marks []string
		if e.Bottleneck {
			marks = append(marks, "▲ "+w.Bottleneck)
		}
		if e.Return {
			marks = append(marks, backSign+" "+w.Return)
		}
		if e.Deviates {
			marks = append(marks, "! "+w.Deviates)
		}
		if len(marks) > 0 {
			l.label = append(l.label, strings.Join(marks, "  "))
		}
		d.lines = append(d.lines, l)
	}
	return d
}

// size is that of a box with its words.
func (b box) size() layered.Node {
	wide := smallSize * ems(b.small)
	for _, s := range b.name {
		wide = max(wide, boldly*nameSize*ems(s))
	}
	high := lineStep*float64(len(b.name)) + 14
	if b.small != "" {
		high += smallStep
	}
	return layered.Node{Width: math.Ceil(max(wide+28, 64)), Height: high}
}

func (l line) labelSize() (wide, high float64) {
	for _, s := range l.label {
		wide = max(wide, smallSize*ems(s))
	}
	return math.Ceil(wide), smallStep*float64(len(l.label)) + 4
}

// place finds where all goes.
func (d *sheet) place() layered.Layout {
	g := layered.Graph{}
	most := d.most()
	for _, b := range d.boxes {
		g.Nodes = append(g.Nodes, b.size())
	}
	for _, l := range d.lines {
		e := layered.Edge{From: l.from, To: l.to, Back: l.back, Width: thickness(l.count, most), Weight: 1 + 99*float64(l.count)/float64(most)}
		e.LabelWidth, e.LabelHeight = l.labelSize()
		g.Edges = append(g.Edges, e)
	}
	return layered.Place(g)
}

func thickness(count, most int) float64 {
	return thinnest + (thickest-thinnest)*math.Sqrt(float64(count)/float64(most))
}

func (d *sheet) most() int {
	most := 1
	for _, l := range d.lines {
		most = max(most, l.count)
	}
	return most
}
