package diagnose_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"yiwang/internal/algo/diagnose"
	"yiwang/internal/algo/diagnose/diagnosetest"
	"yiwang/internal/algo/diagnose/report"
)

var markup = regexp.MustCompile(`(?i)<\s*(script|img|iframe|object|link\s+[^>]*href=.?http)`)

// Whatever an export holds, a diagnosis of it becomes a page of text: nothing
// of it is markup, every file can be read, and times may go backwards.
func FuzzDiagnose(f *testing.F) {
	var year strings.Builder
	if _, err := diagnosetest.Year(60, 1, func(c []string) error {
		year.WriteString(strings.Join(append(c[:1:1], c[2:]...), "\t") + "\n")
		return nil
	}); err != nil {
		f.Fatal(err)
	}
	f.Add(year.String(), int64(3600))
	f.Add("1\t办结\t甲→乙→甲\t路灯不亮\t139\t其他\t\t已处理\t不满意\n1\t派单\t乙\t<script>x</script>\t139\t\t\t\"><img src=x>\t1\n", int64(-86_400))
	f.Add("甲\n\n乙\t\t\t\t\t\t\t\t", int64(0))
	f.Fuzz(func(t *testing.T, text string, step int64) {
		if len(text) > 1<<16 {
			return
		}
		o := diagnose.NewOrders(every, &spool{})
		at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		for line := range strings.Lines(strings.ToValidUTF8(text, "")) {
			c := append(strings.Split(strings.TrimSuffix(line, "\n"), "\t"), make([]string, 9)...)
			if c[0] == "" {
				continue
			}
			at = at.Add(time.Duration(step%1e7) * time.Second)
			r := diagnose.Row{ID: c[0], Time: at, Event: c[1], Unit: c[2], Text: c[3], Caller: c[4], Category: c[5], Answer: c[7], Verdict: c[8]}
			if c[6] != "" {
				r.Closed = at.Add(-time.Duration(len(c[6])) * time.Hour)
			}
			if err := o.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		d, err := diagnose.Diagnose(context.Background(), o, options)
		if errors.Is(err, diagnose.ErrNoOrders) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var page bytes.Buffer
		if err := report.Write(&page, d, time.UTC); err != nil {
			t.Fatal(err)
		}
		if m := markup.Find(page.Bytes()); m != nil || !utf8.Valid(page.Bytes()) {
			t.Errorf("the page has %q", m)
		}
		for _, f := range d.Findings {
			if len(f.Missing) > 0 || len(f.Columns) == 0 {
				continue
			}
			var table bytes.Buffer
			w := csv.NewWriter(&table)
			if err := f.Rows(func(cells ...string) error { return w.Write(cells) }); err != nil {
				t.Fatal(f.Key, err)
			}
			w.Flush()
			if rows, err := csv.NewReader(&table).ReadAll(); err != nil || len(rows) > 0 && len(rows[0]) != len(f.Columns) {
				t.Errorf("%s: %v", f.Key, err)
			}
		}
	})
}
