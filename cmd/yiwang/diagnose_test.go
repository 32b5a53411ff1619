package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"yiwang/internal/algo/diagnose/diagnosetest"
)

// year writes some orders of an invented year.
func year(t *testing.T, path string, n int, seed uint64) {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(diagnosetest.Header); err != nil {
		t.Fatal(err)
	}
	if _, err := diagnosetest.Year(n, seed, w.Write); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// An export becomes a folder: a report and a file for each finding, in which
// nobody's number stands; a second run takes its place.
func TestDiagnose(t *testing.T) {
	dir := folder(t)
	year(t, filepath.Join(dir, "a.csv"), 500, 1)
	b, err := os.ReadFile(filepath.Join(dir, "a.csv"))
	if err == nil {
		b, err = simplifiedchinese.GB18030.NewEncoder().Bytes(b)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "a.csv"), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, errs, code := yiwang(t, dir, "diagnose", "a.csv", "--out", "found")
		if code != 0 || !strings.Contains(errs, "GB18030") || !strings.Contains(errs, "order=工单编号") {
			t.Fatal(code, errs)
		}
	}
	list, err := os.ReadDir(filepath.Join(dir, "found"))
	if err != nil || len(list) != 10 {
		t.Fatal(err, list)
	}
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(dir, "found", f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if m := regexp.MustCompile(`139\d{8}`).Find(b); m != nil {
			t.Errorf("%s has somebody's number: %s", f.Name(), m)
		}
		if rest, ok := bytes.CutPrefix(b, []byte("order,")); f.Name() != "report.html" && (!ok || f.Name() == "pingpong.csv" && (!bytes.Contains(rest, []byte("GD2025")) || !bytes.Contains(rest, []byte(" ⇄ ")))) {
			t.Errorf("%s begins with %.40s", f.Name(), b)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "found", "mine.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := yiwang(t, dir, "diagnose", "a.csv", "--out", "found"); code == 0 || !strings.Contains(errs, "mine.txt") {
		t.Error("a folder with somebody's file was written into:", errs)
	}
}

// What cannot be read is refused, says why, and leaves nothing.
func TestDiagnoseBad(t *testing.T) {
	for _, c := range []struct {
		name, file string
		args       []string
		want       string
	}{
		{"headings that match nothing", "甲,乙\n1,2\n", nil, "--map order=工单编号"},
		{"no rows", "工单编号,诉求内容\n", nil, "no orders"},
		{"no file", "", nil, "empty"},
		{"a row without an id", "工单编号,诉求内容\n1,路灯\n,水管\n", nil, "line 3: the row has no order id"},
		{"a time that is none", "工单编号,受理时间\n1,昨天\n", nil, "昨天"},
		{"a column that is not there", "工单编号,受理时间\n1,2025-01-01\n", []string{"--map", "order=编号"}, "编号"},
		{"a field that is none", "工单编号,受理时间\n1,2025-01-01\n", []string{"--map", "id=工单编号"}, "id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := folder(t)
			if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			_, errs, code := yiwang(t, dir, append([]string{"diagnose", "a.csv", "--out", "found"}, c.args...)...)
			if code == 0 || !strings.Contains(errs, c.want) {
				t.Errorf("code %d: %s", code, errs)
			}
			if list, err := os.ReadDir(filepath.Join(dir, "found")); err == nil && len(list) > 0 {
				t.Error("it left", list)
			}
		})
	}
}

// Orders that end before they begin are told and not judged; nothing else is
// where one row is all there is of an order.
func TestDiagnoseBackwards(t *testing.T) {
	dir := folder(t)
	var b strings.Builder
	b.WriteString("单子,来的,完的,说的\n")
	for i := range 30 {
		fmt.Fprintf(&b, "%d,2025-03-10 10:00:00,2025-03-0%d 10:00:00,路灯不亮\n", i, 1+i%9)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs, code := yiwang(t, dir, "diagnose", "a.csv", "--map", "order=单子,time=来的,closed=完的,text=说的", "--out", "found")
	page, err := os.ReadFile(filepath.Join(dir, "found", "report.html"))
	if code != 0 || err != nil || !bytes.Contains(page, []byte("30 orders ended before they began")) {
		t.Error(code, errs, err)
	}
}

// One time that cannot be read does not refuse an export: it is told, in the
// report too, and not judged.
func TestDiagnoseUnreadTimes(t *testing.T) {
	dir := folder(t)
	var b strings.Builder
	b.WriteString("工单编号,受理时间,办结时间,应办结时间,诉求内容\n")
	for i := range 30 {
		closed := []string{"2025-03-11 10:00:00", "未办结", "已转13800138000", "NULL", "20250312 08:05:00"}[i%5]
		fmt.Fprintf(&b, "%d,2025年3月%d日8时5分,%s,%s,路灯不亮\n", i, 1+i%9, closed, []string{"—", "2025-03-20T00:00:00+0800"}[i%2])
	}
	if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs, code := yiwang(t, dir, "diagnose", "a.csv", "--out", "found")
	page, err := os.ReadFile(filepath.Join(dir, "found", "report.html"))
	if code != 0 || err != nil || !strings.Contains(errs, "6 of 18 times mapped to closed cannot be read") || !bytes.Contains(page, []byte("6 of 18 in a.csv, time of closing")) {
		t.Error(code, errs, err)
	}
	if strings.Contains(errs, "13800138000") || bytes.Contains(page, []byte("13800138000")) {
		t.Error("somebody's number is told")
	}
}

// Exports are put into a folder week by week; what was read is not read again.
func TestShadow(t *testing.T) {
	dir := folder(t)
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	run := func(want int) string {
		t.Helper()
		out, errs, code := yiwang(t, dir, "shadow", "--from", "in", "--state", "state", "--json", "--proposals", "said.csv")
		if code != want {
			t.Fatal(code, errs)
		}
		return out
	}
	run(1) // nothing is there yet
	year(t, filepath.Join(dir, "in", "1.csv"), 400, 1)
	if out := run(0); strings.Contains(out, `"of":1`) {
		t.Error("it proposed before it had learned:", out)
	}
	// The same file again under another name, and orders that are new.
	b, err := os.ReadFile(filepath.Join(dir, "in", "1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	second := bytes.ReplaceAll(b, []byte("GD2025"), []byte("GE2025"))
	for name, b := range map[string][]byte{"0.csv": b, "2.csv": second} {
		if err := os.WriteFile(filepath.Join(dir, "in", name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first := run(0)
	said, err := os.ReadFile(filepath.Join(dir, "said.csv"))
	if err != nil || !bytes.Contains(said, []byte("GE2025")) || bytes.Contains(said, []byte("GD2025")) {
		t.Error("proposals are for the new orders:", err)
	}
	if again := run(0); again != first {
		t.Error("a second run says something else")
	}
	state, err := os.ReadFile(filepath.Join(dir, "state"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "state"), state[:len(state)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	run(1) // damaged: told, not made anew
}

// A heading is read once, whether or not the text says it again.
func TestWithSubject(t *testing.T) {
	for _, c := range [][3]string{
		{"", "路灯不亮", "路灯不亮"},
		{"路灯", "", "路灯"},
		{"路灯不亮", "莲湖路路灯不亮，请修", "莲湖路路灯不亮，请修"},
		{"路灯", "晚上很黑", "路灯\n晚上很黑"},
	} {
		if got := withSubject(c[0], c[1]); got != c[2] {
			t.Errorf("%q with %q: %q", c[0], c[1], got)
		}
	}
}
