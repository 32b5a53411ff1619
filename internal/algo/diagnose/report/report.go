// Package report tells people what a diagnosis found: one page that can be
// read in one sitting, in Chinese and English, printed, and sent as a file. It
// has no scripts and asks nothing of the outside. What is found is package
// diagnose's business.
package report

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"

	"yiwang/internal/algo/diagnose"
)

//go:embed texts/zh.json texts/en.json
var texts embed.FS

//go:embed page.html
var page string

//go:embed page.css
var style string

// Mark stands in every report, so that a folder can be known as one that a
// diagnosis wrote.
const Mark = `<meta name="generator" content="yiwang diagnose">`

// Languages of the page, the one that is shown first in front.
var languages = []string{"zh", "en"}

type writer struct {
	d     *diagnose.Diagnosis
	zone  *time.Location
	texts map[string]map[string]string
	err   error
}

// background are findings that are no faults: they stand last.
var background = []string{"topics", "auto", "hours"}

type section struct {
	Rank int
	*diagnose.Finding
	w *writer
}

// Write writes the page. Times are told in zone.
func Write(out io.Writer, d *diagnose.Diagnosis, zone *time.Location) error {
	w := &writer{d: d, zone: zone, texts: map[string]map[string]string{}}
	for _, lang := range languages {
		m, err := load(lang)
		if err != nil {
			return err
		}
		w.texts[lang] = m
	}
	var faults, rest, unjudged []section
	for _, f := range d.Findings {
		s := section{Finding: f, w: w}
		switch {
		case len(f.Missing) > 0:
			unjudged = append(unjudged, s)
		case slices.Contains(background, f.Key):
			rest = append(rest, s)
		default:
			faults = append(faults, s)
		}
	}
	slices.SortStableFunc(faults, func(a, b section) int { return b.Share.K - a.Share.K })
	for i := range faults {
		faults[i].Rank = i + 1
	}
	t, err := template.New("page").Funcs(template.FuncMap{
		"t":       func(key string) template.HTML { return w.both(key, nil) },
		"say":     func(key string, s section) template.HTML { return w.both(key, s.Finding) },
		"bar":     w.bar,
		"columns": columns,
		"wide":    func(c diagnose.Chart) bool { return strings.HasPrefix(c.Key, "hours.") && c.Key != "hours.places" },
		"first":   first,
		"more":    func(c diagnose.Chart) bool { return len(first(c)) < len(c.Bars) },
		"number":  number,
		"share":   share,
		"label":   w.label,
		"note":    w.note,
		"style":   func() template.CSS { return template.CSS(style) }, //nolint:gosec // our own
		"mark":    func() template.HTML { return Mark },
	}).Parse(page)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{
		"Faults": faults, "Rest": rest, "Unjudged": unjudged, "D": d, "All": append(slices.Clone(faults), rest...), "Timed": !d.From.IsZero(),
	})
	if err == nil {
		err = w.err
	}
	if err != nil {
		return err
	}
	_, err = out.Write(b.Bytes())
	return err
}

func load(lang string) (m map[string]string, err error) {
	b, err := texts.ReadFile("texts/" + lang + ".json")
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	return m, err
}

// text gives a text of a language, with the numbers of a finding in it.
func (w *writer) text(lang, key string, data any) string {
	s, ok := w.texts[lang][key]
	if !ok && w.err == nil {
		w.err = fmt.Errorf("there is no text %s in %s", key, lang)
	}
	if !strings.Contains(s, "{{") {
		return s
	}
	t, err := texttemplate.New(key).Funcs(texttemplate.FuncMap{
		"n": number, "pct": share, "pc": percent,
		"n0":   func(x float64) string { return number(int(math.Round(x))) },
		"d1":   func(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) },
		"fact": func(f *diagnose.Finding, key string) float64 { return f.Facts[key] },
		"has":  func(d *diagnose.Diagnosis, _ string) bool { return d.Has&diagnose.Due != 0 },
		"day": func(t time.Time) string {
			if lang == "zh" {
				return t.In(w.zone).Format("2006年1月2日")
			}
			return t.In(w.zone).Format("2 January 2006")
		},
		"field":   func(f string) string { return w.text(lang, "field."+f, nil) },
		"weekday": func(d string) string { return w.text(lang, "weekday."+d, nil) },
	}).Parse(s)
	var b strings.Builder
	if err == nil {
		err = t.Execute(&b, data)
	}
	if err != nil && w.err == nil {
		w.err = err
	}
	return b.String()
}

// both gives a text in all languages; the style shows the chosen one.
func (w *writer) both(key string, f *diagnose.Finding) template.HTML {
	return w.spans(key, map[string]any{"F": f, "D": w.d})
}

func (w *writer) spans(key string, data any) template.HTML {
	var b strings.Builder
	for _, lang := range languages {
		fmt.Fprintf(&b, `<span class="%s" lang="%s">%s</span> `, lang, map[string]string{"zh": "zh-Hans", "en": "en"}[lang], template.HTMLEscapeString(w.text(lang, key, data)))
	}
	return template.HTML(strings.TrimSpace(b.String())) //nolint:gosec // escaped above
}

func (w *writer) label(b diagnose.Bar) template.HTML {
	if b.Key == "" {
		return template.HTML(template.HTMLEscapeString(b.Label)) //nolint:gosec // escaped
	}
	return w.spans(b.Key, b)
}

// note says what goes with an example.
func (w *writer) note(s section, note string) template.HTML {
	if _, ok := w.texts[languages[0]][s.Key+".note"]; !ok {
		return template.HTML(template.HTMLEscapeString(note)) //nolint:gosec // escaped
	}
	return w.spans(s.Key+".note", diagnose.Bar{Label: note})
}

// bar draws a share with its interval; the longest of a chart is as wide as
// the drawing, and bars begin at 0.
// firstPairs is how many pairs of units are drawn; all are in a table beside.
const firstPairs = 6

// first are the bars that a chart draws.
func first(c diagnose.Chart) []diagnose.Bar {
	if strings.HasSuffix(c.Key, ".pairs") {
		return c.Bars[:min(len(c.Bars), firstPairs)]
	}
	return c.Bars
}

func (w *writer) bar(c diagnose.Chart, b diagnose.Bar) template.HTML {
	most := 0.0
	for _, x := range c.Bars {
		most = max(most, x.Share.Hi)
	}
	if most == 0 {
		most = 1
	}
	at := func(x float64) string { return strconv.FormatFloat(100*x/most, 'f', 2, 64) }
	svg := fmt.Sprintf(`<svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="value" y="2" width="%s" height="8"/><path class="interval" d="M%s 6H%s"/></svg>`,
		at(b.Share.Value), at(b.Share.Lo), at(b.Share.Hi))
	return template.HTML(svg) //nolint:gosec // numbers
}

// columns draws counts side by side: hours, days, months.
func columns(c diagnose.Chart) template.HTML {
	most := 1
	for _, x := range c.Bars {
		most = max(most, x.Share.K)
	}
	var b strings.Builder
	width := 720 / len(c.Bars)
	fmt.Fprintf(&b, `<svg class="columns" viewBox="0 0 %d 128" aria-hidden="true" focusable="false">`, width*len(c.Bars))
	for i, x := range c.Bars {
		h := 100 * x.Share.K / most
		fmt.Fprintf(&b, `<rect class="value" x="%d" y="%d" width="%d" height="%d"/>`, i*width+2, 104-h, width-4, h)
		if len(c.Bars) == 24 && i%3 != 0 || len(c.Bars) == 7 {
			continue
		}
		fmt.Fprintf(&b, `<text x="%d" y="124">%s</text>`, i*width+width/2, template.HTMLEscapeString(x.Label))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // numbers
}

// number writes thousands with commas.
func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// percent writes a share with one decimal, or two where it is small.
func percent(x float64) string {
	digits := 1
	if x < 0.01 {
		digits = 2
	}
	return strconv.FormatFloat(100*x, 'f', digits, 64) + " %"
}

func share(s diagnose.Share) string {
	if s.N == 0 {
		return "–"
	}
	digits := 1
	if s.Value < 0.01 {
		digits = 2
	}
	f := func(x float64) string { return strconv.FormatFloat(100*x, 'f', digits, 64) }
	return f(s.Value) + " % [" + f(s.Lo) + "–" + f(s.Hi) + "]"
}
