package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Events become numbers, a drawing and the files of other tools, without a
// database; wrong ones are refused with their lines.
func TestProcess(t *testing.T) {
	dir := folder(t)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	b.WriteString("工单号,环节,操作时间,处理单位\n")
	for i := range 50 {
		// The answer stands first: rows may stand in any order.
		fmt.Fprintf(&b, "%d,答复,2026-03-0%d 17:00:00,供水公司\n%d,受理,2026-03-01 08:00:00,热线\n%d,派单,2026-03-01 09:00:00,热线\n", i, 2+i%7, i, i)
		if i%5 == 0 {
			fmt.Fprintf(&b, "%d,退单,2026-03-01 10:00:00,城管局\n%d,派单,2026/3/1 11:00,热线\n", i, i)
		}
	}
	write("events.csv", b.String())
	write("plan.csv", "from,to\n,受理\n受理,派单\n派单,答复\n答复,\n")
	out, errs, code := yiwang(t, dir, "process", "--events", "events.csv", "--plan", "plan.csv", "--json", "--svg", "a.svg", "--xes", "a.xes", "--ocel", "a.json")
	if code != 0 || !strings.Contains(errs, "case=工单号") || !strings.Contains(errs, "order of their times") {
		t.Fatal(code, errs)
	}
	var got struct {
		Events, Cases int
		Edges         []struct {
			From, To string
			Count    int
			Median   float64 `json:"median_seconds"`
			Return   bool
		}
		Starts      []struct{ Activity string }
		Variants    []struct{ Count int }
		Loops       []struct{ Kind, A, B string }
		Rework      []struct{ Activity string }
		Bottlenecks []struct{ From, To string }
		Reordered   struct{ Events int }
		Conformance struct {
			Fitness    float64
			Deviations []struct{ From, To string }
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Events != 170 || got.Cases != 50 || len(got.Edges) != 4 || got.Edges[0].Count != 50 || len(got.Variants) != 2 || got.Variants[0].Count != 40 ||
		len(got.Starts) != 1 || got.Starts[0].Activity != "受理" || len(got.Rework) != 1 || got.Reordered.Events == 0 || len(got.Bottlenecks) != 1 {
		t.Errorf("%s", out)
	}
	if c := got.Conformance; c.Fitness != 1-20.0/170 || len(c.Deviations) != 2 {
		t.Errorf("%+v", c)
	}
	svg, err1 := os.ReadFile(filepath.Join(dir, "a.svg"))
	xes, err2 := os.ReadFile(filepath.Join(dir, "a.xes"))
	ocel, err3 := os.ReadFile(filepath.Join(dir, "a.json"))
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	for _, doc := range [][]byte{svg, xes} {
		if err := xml.Unmarshal(doc, new(struct{})); err != nil {
			t.Error(err)
		}
	}
	if !json.Valid(ocel) || !strings.Contains(string(svg), "计划外") || !strings.Contains(string(xes), "2026-03-01T08:00:00+08:00") {
		t.Error("the files are not as they should be")
	}
	out, _, code = yiwang(t, dir, "process", "--events", "events.csv", "--map", "case=工单号,activity=处理单位,time=3", "--lang", "en", "--svg", "b.svg", "--detail", "0")
	if code != 0 || !strings.Contains(out, "热线 → 供水公司") {
		t.Error(code, out)
	}

	gb, err := simplifiedchinese.GB18030.NewEncoder().String(b.String())
	if err != nil {
		t.Fatal(err)
	}
	write("gb.csv", gb)
	if out, errs, code = yiwang(t, dir, "process", "--events", "gb.csv"); code != 0 || !strings.Contains(errs, "GB18030") || !strings.Contains(out, "受理 → 派单") {
		t.Error(code, out, errs)
	}

	b.Reset()
	b.WriteString("case,activity,time\n")
	for i := range 30 {
		fmt.Fprintf(&b, "%d,受理,2026-03-01\n,受理,2026-03-01\n", i)
	}
	b.WriteString("1,,2026-03-01\n1,受理,\n1,受理,昨天\n")
	write("bad.csv", b.String())
	write("empty.csv", "")
	write("header.csv", "case,activity,time\n")
	write("other.csv", "甲,乙\n1,2\n")
	for _, c := range []struct {
		story string
		args  []string
		says  []string
	}{
		{"rows are wrong", []string{"--events", "bad.csv", "--svg", "c.svg"}, []string{"line 3: there is no case id", "and 13 more rows", "33 rows are wrong"}},
		{"nothing", []string{"--events", "empty.csv"}, []string{"empty"}},
		{"a header alone", []string{"--events", "header.csv"}, []string{"no events"}},
		{"headings that match nothing", []string{"--events", "other.csv"}, []string{"--map case=COLUMN", "甲"}},
		{"a column that is not there", []string{"--events", "events.csv", "--map", "case=无"}, []string{"无"}},
		{"detail", []string{"--events", "events.csv", "--detail", "2"}, []string{"from 0 to 1"}},
		{"no time zone", []string{"--events", "events.csv", "--zone", "Mars"}, []string{"Mars"}},
		{"no plan", []string{"--events", "events.csv", "--plan", "other.csv"}, []string{"from and to"}},
	} {
		out, errs, code := yiwang(t, dir, append([]string{"process"}, c.args...)...)
		if code == 0 || out != "" {
			t.Errorf("%s: %d %s", c.story, code, out)
		}
		for _, s := range c.says {
			if !strings.Contains(errs, s) {
				t.Errorf("%s: %q does not say %q", c.story, errs, s)
			}
		}
		if strings.Count(errs, "\nline ") > 20 {
			t.Errorf("%s names too many lines: %s", c.story, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "c.svg")); err == nil {
		t.Error("a drawing was made of what was refused")
	}
}
