package diagnose_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"testing"
	"time"

	"yiwang/internal/algo/diagnose"
	"yiwang/internal/algo/diagnose/diagnosetest"
	"yiwang/internal/base/golden"
	"yiwang/internal/base/table"
)

var (
	orders = flag.Int("orders", 3_000, "how many orders the invented year has; 3000 is what the golden file is of")
	seed   = flag.Uint64("seed", 1, "of the invented year; 1 is what the golden file is of")
)

// A spool is a file in memory.
type spool struct{ bytes.Buffer }

func (s *spool) ReadAt(p []byte, at int64) (int, error) {
	b := s.Bytes()
	if at >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

const every = diagnose.Time | diagnose.Text | diagnose.Unit | diagnose.Caller | diagnose.Category | diagnose.Closed | diagnose.Answer | diagnose.Verdict | diagnose.Event

var options = diagnose.Options{Again: 30 * 24 * time.Hour, Late: 15 * 24 * time.Hour, Seed: 1}

func day(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := table.ParseTime(s, time.UTC)
	if err != nil {
		panic(err)
	}
	return t
}

func row(c []string) diagnose.Row {
	return diagnose.Row{ID: c[0], Time: day(c[1]), Event: c[2], Unit: c[3], Text: c[4], Caller: c[5], Category: c[6], Closed: day(c[7]), Answer: c[8], Verdict: c[9]}
}

func found(t *testing.T, f *diagnose.Finding) (ids []string) {
	t.Helper()
	if len(f.Missing) > 0 {
		t.Fatalf("%s was not judged for want of %v", f.Key, f.Missing)
	}
	if err := f.Rows(func(cells ...string) error {
		if len(cells) != len(f.Columns) {
			t.Fatalf("%s: %d cells of %d columns", f.Key, len(cells), len(f.Columns))
		}
		ids = append(ids, cells[0])
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return ids
}

// What was planted is found, and little else.
func TestPlanted(t *testing.T) {
	o := diagnose.NewOrders(every, &spool{})
	truth, err := diagnosetest.Year(*orders, *seed, func(c []string) error { return o.Add(row(c)) })
	if err != nil {
		t.Fatal(err)
	}
	since := time.Now()
	d, err := diagnose.Diagnose(context.Background(), o, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d orders of %d rows in %.1f s", d.Orders, d.Rows, time.Since(since).Seconds())
	var b bytes.Buffer
	fmt.Fprintf(&b, "%-15s %7s %7s %9s %7s\n", "finding", "planted", "found", "precision", "recall")
	for _, key := range truth.Planted() {
		ids := found(t, d.Find(key))
		p, r := truth.Score(key, ids)
		fmt.Fprintf(&b, "%-15s %7d %7d %9.3f %7.3f\n", key, len(truth[key]), len(ids), p, r)
	}
	t.Logf("\n%s", b.String())
	if *orders == 3_000 && *seed == 1 {
		golden.Check(t, "planted.txt", b.Bytes())
	}
}
