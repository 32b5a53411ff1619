package process

import (
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/algo/process/layered"
)

// draw writes the drawing: lines first, the rarest at the bottom, then boxes,
// then the words of lines, so that no line runs over words.
func (d *sheet) draw() []byte {
	l := d.place()
	legend := d.legend()
	width, height := l.Width, l.Height+12
	for _, s := range legend {
		width = max(width, smallSize*ems(s)+24)
	}
	height += smallStep*float64(len(legend)) + 8
	d.put(`<svg xmlns="http://www.w3.org/2000/svg" class="process" role="img" lang="%s" xml:lang="%s" width="%s" height="%s" viewBox="0 0 %s %s" font-family="%s" font-size="%s" fill="currentColor"`,
		d.w.Lang, d.w.Lang, number(width), number(height), number(width), number(height), fontFamily, number(nameSize))
	if d.id != "" {
		d.put(` aria-labelledby="%s-title %s-desc"`, d.id, d.id)
	}
	d.b.WriteString(">\n")
	d.named("title", d.title)
	d.named("desc", d.w.describe(&d.g))
	order := make([]int, len(d.lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return d.lines[a].count - d.lines[b].count })
	for _, i := range order {
		d.line(d.lines[i], l.Edges[i])
	}
	for i, b := range d.boxes {
		d.box(b, l.Nodes[i])
	}
	for i, at := range l.Edges {
		d.label(d.lines[i], at.Label)
	}
	y := l.Height + 12 + smallStep
	for _, s := range legend {
		d.text(`class="process-legend"`, layered.Point{X: 12, Y: y}, smallSize, s)
		y += smallStep
	}
	d.b.WriteString("</svg>\n")
	return d.b.Bytes()
}

func (d *sheet) named(element, text string) {
	if d.id != "" {
		d.put(`<%s id="%s-%s">%s</%s>`+"\n", element, d.id, element, raw(escape(text)), element)
		return
	}
	d.put("<%s>%s</%s>\n", element, raw(escape(text)), element)
}

// line draws an edge and its head.
func (d *sheet) line(l line, at layered.Path) {
	class, stroke := "process-line", `stroke="currentColor" stroke-opacity="`+quiet+`"`
	fill := `fill="currentColor" fill-opacity="` + quiet + `"`
	colour := ""
	switch {
	case l.bottleneck, l.deviates:
		colour = alarm
	case l.back:
		colour = backTone
	}
	if colour != "" {
		stroke, fill = `stroke="`+colour+`"`, `fill="`+colour+`"`
	}
	if l.back {
		class += " process-return"
		stroke += ` stroke-dasharray="7 4"`
	}
	if l.bottleneck {
		class += " process-bottleneck"
	}
	if l.deviates {
		class += " process-deviates"
		if !l.back {
			stroke += ` stroke-dasharray="2 3"`
		}
	}
	wide := thickness(l.count, d.most())
	d.put(`<g class="%s"><title>%s</title>`, class, raw(escape(l.full)))
	path, tip, from := route(at, l.from == l.to)
	d.put(`<path fill="none" stroke-width="%s" %s d="%s"/>`, number(wide), raw(stroke), path)
	d.put(`<path %s d="%s"/></g>`+"\n", raw(fill), head(tip, from, 3+wide/2))
}

// route is the path of an edge up to its head, with the tip of that and the
// place it comes from.
func route(at layered.Path, self bool) (path string, tip, from layered.Point) {
	p := slices.Clone(at.Points)
	last := len(p) - 1
	tip = p[last]
	var b strings.Builder
	if self {
		a, far := p[0], p[1]
		from = layered.Point{X: tip.X + arrowLong, Y: tip.Y}
		fmt.Fprintf(&b, "M%s C%s %s %s C%s %s %s", place(a), place(layered.Point{X: far.X, Y: a.Y}), place(layered.Point{X: far.X, Y: a.Y}), place(far),
			place(layered.Point{X: far.X, Y: tip.Y}), place(layered.Point{X: far.X, Y: tip.Y}), place(from))
		return b.String(), tip, from
	}
	from = layered.Point{X: tip.X, Y: tip.Y - arrowLong}
	if at.Up {
		from.Y = tip.Y + arrowLong
	}
	p[last] = from
	b.WriteString("M" + place(p[0]))
	for i := 1; i <= last; i++ {
		a, z := p[i-1], p[i]
		switch {
		case a == z:
		case math.Abs(a.X-z.X) < 0.05:
			b.WriteString(" L" + place(z))
		default:
			middle := (a.Y + z.Y) / 2
			fmt.Fprintf(&b, " C%s %s %s", place(layered.Point{X: a.X, Y: middle}), place(layered.Point{X: z.X, Y: middle}), place(z))
		}
	}
	return b.String(), tip, from
}

// head is a triangle from a place to the tip of an edge.
func head(tip, from layered.Point, half float64) string {
	dx, dy := (tip.X-from.X)/arrowLong*half, (tip.Y-from.Y)/arrowLong*half
	return fmt.Sprintf("M%s L%s L%s Z", place(tip), place(layered.Point{X: from.X - dy, Y: from.Y + dx}), place(layered.Point{X: from.X + dy, Y: from.Y - dx}))
}

func (d *sheet) box(b box, at layered.Point) {
	n := b.size()
	class, round := "process-step", 4.0
	if b.full == "" {
		class, round = "process-end", n.Height/2
	}
	d.put(`<g class="%s">`, class)
	if b.full != "" {
		d.put("<title>%s</title>", raw(escape(b.full)))
	}
	d.put(`<rect x="%s" y="%s" width="%s" height="%s" rx="%s" fill="currentColor" fill-opacity="0.06" stroke="currentColor" stroke-opacity="%s"/>`,
		number(at.X-n.Width/2), number(at.Y-n.Height/2), number(n.Width), number(n.Height), number(round), quiet)
	y := at.Y - n.Height/2 + 7 + 0.75*lineStep
	for _, s := range b.name {
		weight := ` font-weight="600"`
		if b.full == "" {
			weight = ""
		}
		d.text(`text-anchor="middle"`+weight, layered.Point{X: at.X, Y: y}, nameSize, s)
		y += lineStep
	}
	if b.small != "" {
		d.text(`text-anchor="middle"`, layered.Point{X: at.X, Y: y - 2}, smallSize, b.small)
	}
	d.b.WriteString("</g>\n")
}

func (d *sheet) label(l line, at layered.Point) {
	y := at.Y - smallStep*float64(len(l.label))/2 + 0.75*smallStep
	for i, s := range l.label {
		attributes := `class="process-count"`
		if i > 0 {
			attributes = `class="process-mark" font-weight="600"`
		}
		d.text(attributes, layered.Point{X: at.X, Y: y}, smallSize, s)
		y += smallStep
	}
}

func (d *sheet) text(attributes string, at layered.Point, size float64, s string) {
	if size != nameSize {
		attributes += ` font-size="` + number(size) + `"`
	}
	d.put(`<text x="%s" y="%s" %s>%s</text>`+"\n", number(at.X), number(at.Y), raw(attributes), raw(escape(s)))
}

// legend explains what there is to see.
func (d *sheet) legend() []string {
	list := []string{d.w.Legend.Width, d.w.Legend.Wait}
	has := func(is func(line) bool) bool { return slices.ContainsFunc(d.lines, is) }
	if has(func(l line) bool { return l.bottleneck }) {
		list = append(list, "▲ "+d.w.Legend.Bottleneck)
	}
	if has(func(l line) bool { return l.back }) {
		list = append(list, backSign+" "+d.w.Legend.Return)
	}
	if has(func(l line) bool { return l.deviates }) {
		list = append(list, "! "+d.w.Legend.Deviates)
	}
	return append(list, d.w.hidden(&d.g)...)
}

// A raw string is already XML.
type raw string

// put writes with every string made XML, but for raw ones.
func (d *sheet) put(format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = escape(s)
		}
	}
	fmt.Fprintf(&d.b, format, args...)
}

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err) // a Builder takes all
	}
	return b.String()
}

// number writes a length to a tenth.
func number(f float64) string {
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}

func place(p layered.Point) string { return number(p.X) + "," + number(p.Y) }
