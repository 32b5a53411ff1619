package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"yiwang/internal/algo/diagnose"
)

// What residents wrote is text in the page, and nothing else; the page has no
// scripts and names no other host.
func TestWrite(t *testing.T) {
	evil := `<script>alert("x")</script>"><img src=//evil.example>`
	chart := diagnose.Chart{Key: "pingpong.pairs", Bars: []diagnose.Bar{{Label: evil, Share: diagnose.ShareOf(3, 10)}}}
	d := &diagnose.Diagnosis{Orders: 1_234_567, From: time.Unix(1.7e9, 0), To: time.Unix(1.71e9, 0), Desk: evil, Unread: []diagnose.Unread{{File: "a.csv", Field: "closed", Times: 1003, Of: 9000, Example: evil}}, Findings: []*diagnose.Finding{
		{
			Key: "pingpong", Share: diagnose.ShareOf(3, 10), Facts: map[string]float64{"pairs": 1}, Charts: []diagnose.Chart{chart}, Columns: []string{"order"},
			Examples: []diagnose.Example{{Order: evil, Text: evil, Answer: evil, Note: evil}},
		},
		{Key: "holes", Missing: []string{"category"}},
		{Key: "answers", Share: diagnose.ShareOf(9, 10)},
	}}
	var b bytes.Buffer
	if err := Write(&b, d, time.UTC); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	if strings.Contains(page, "<script") || strings.Contains(page, "<img") || regexp.MustCompile(`<[^>]*(src|href)="?(https?:)?//`).MatchString(page) {
		t.Error("something of a resident's text is markup, or the page asks another host")
	}
	for _, want := range []string{"1,234,567", "14 November 2023", "2023年11月14日", "30.0 % [10.8–60.3]", Mark, "在单位之间来回推", "1,003 of 9,000 in a.csv, time of closing", "a.csv 的办结时间有 1,003 处", "Passed to and fro"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Index(page, `id="answers"`) > strings.Index(page, `id="pingpong"`) {
		t.Error("what touches more orders stands first")
	}
	if strings.Contains(page, `id="holes"`) {
		t.Error("what was not judged has no section of its own")
	}
}

// Both languages say the same things.
func TestTexts(t *testing.T) {
	w := &writer{texts: map[string]map[string]string{}}
	if err := Write(&bytes.Buffer{}, &diagnose.Diagnosis{}, time.UTC); err != nil {
		t.Fatal(err)
	}
	for _, lang := range languages {
		m, err := load(lang)
		if err != nil {
			t.Fatal(err)
		}
		w.texts[lang] = m
	}
	for key := range w.texts["zh"] {
		if w.texts["en"][key] == "" {
			t.Errorf("en lacks %s", key)
		}
	}
	for key := range w.texts["en"] {
		if w.texts["zh"][key] == "" {
			t.Errorf("zh lacks %s", key)
		}
	}
}

// Of many pairs the first are drawn and all are in a table; of few there is none.
func TestPairs(t *testing.T) {
	for n, want := range map[int]int{6: 0, 8: 1} {
		c := diagnose.Chart{Key: "pingpong.pairs"}
		for i := range n {
			c.Bars = append(c.Bars, diagnose.Bar{Label: fmt.Sprintf("甲%d ⇄ 乙%d", i, i), Share: diagnose.ShareOf(9-i, 40)})
		}
		d := &diagnose.Diagnosis{Orders: 40, Findings: []*diagnose.Finding{
			{Key: "pingpong", Share: diagnose.ShareOf(30, 40), Facts: map[string]float64{"pairs": float64(n)}, Charts: []diagnose.Chart{c}, Columns: []string{"order"}},
		}}
		var b bytes.Buffer
		if err := Write(&b, d, time.UTC); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		if got := strings.Count(page, "<details>"); got != want || !strings.Contains(page, fmt.Sprintf("甲%d ⇄", n-1)) || strings.Count(page, `<td class="draw">`) != 6 {
			t.Errorf("of %d pairs: %d tables of all", n, got)
		}
	}
}
