package pii_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"yiwang/internal/algo/pii"
	"yiwang/internal/base/golden"
)

// A row is a text with what a finder should find in it.
type row struct {
	text  string
	spans []pii.Span
}

var marked = regexp.MustCompile(`\{([a-z_]+)\|([^}]+)\}`)

// parse reads a text in which {kind|…} marks what is to be found.
func parse(s string) row {
	var r row
	var b strings.Builder
	at, n := 0, 0
	write := func(s string) { b.WriteString(s); n += len([]rune(s)) }
	for _, m := range marked.FindAllStringSubmatchIndex(s, -1) {
		write(s[at:m[0]])
		start := n
		write(s[m[4]:m[5]])
		r.spans = append(r.spans, pii.Span{Kind: pii.Kind(s[m[2]:m[3]]), Start: start, End: n})
		at = m[1]
	}
	write(s[at:])
	r.text = b.String()
	return r
}

// quality counts exact spans: a span that is a character too long is both
// wrong and missed.
func quality(rows []row, mistakes int) string {
	type count struct{ right, wrong, missed int }
	counts := map[pii.Kind]*count{}
	for _, k := range pii.Kinds() {
		counts[k] = &count{}
	}
	var notes strings.Builder
	for _, r := range rows {
		want := map[pii.Span]bool{}
		for _, s := range r.spans {
			want[s] = true
		}
		said := func(mark string, s pii.Span) {
			if mistakes > 0 {
				mistakes--
				fmt.Fprintf(&notes, "%s %s %s: %s\n", mark, s.Kind, string([]rune(r.text)[s.Start:s.End]), r.text)
			}
		}
		for _, s := range pii.Find(r.text) {
			if want[s] {
				counts[s.Kind].right++
				delete(want, s)
				continue
			}
			counts[s.Kind].wrong++
			said("+", s)
		}
		for _, s := range r.spans {
			if want[s] {
				counts[s.Kind].missed++
				said("-", s)
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d rows, exact spans\n", len(rows))
	for _, k := range pii.Kinds() {
		c := counts[k]
		fmt.Fprintf(&b, "%-12s %5d there, precision %.3f, recall %.3f\n", k, c.right+c.missed, float64(c.right)/float64(max(1, c.right+c.wrong)), float64(c.right)/float64(max(1, c.right+c.missed)))
	}
	return b.String() + notes.String()
}

// TestLines measures on messages written by hand; the golden file also has
// every mistake.
func TestLines(t *testing.T) {
	body, err := os.ReadFile("testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for line := range strings.Lines(string(body)) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "#") {
			rows = append(rows, parse(line))
		}
	}
	golden.Check(t, "lines_quality.txt", []byte(quality(rows, 1000)))
}
