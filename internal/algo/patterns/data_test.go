//go:build data

package patterns_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiwang/internal/algo/patterns"
	"yiwang/internal/algo/patterns/patternstest"
	"yiwang/internal/base/golden"
)

func dataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("YIWANG_DATA")
	if dir == "" {
		t.Fatal("YIWANG_DATA names the folder of public data sets")
	}
	return filepath.Join(dir, "fim")
}

// TestDataCounts counts the sets of public data, which other programs agree on,
// and the rules of the groceries that textbooks show.
func TestDataCounts(t *testing.T) {
	var b strings.Builder
	ctx := context.Background()
	for _, task := range patternstest.Tasks {
		d, err := task.Read(dataDir(t))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s, at least %d of %d:", task.File, task.Support, d.Transactions())
		for kind, name := range []string{"frequent", "closed", "maximal"} {
			o := patterns.Options{MinSupport: task.Support, Kind: patterns.Kind(kind)}
			n, err := patterns.Count(ctx, d, o)
			if err != nil {
				t.Fatal(err)
			}
			seen := uint64(0)
			if err := patterns.Mine(ctx, d, o, func([]int, int) error { seen++; return nil }); err != nil || seen != n {
				t.Errorf("%s: %d are counted and %d given (%v)", task.File, n, seen, err)
			}
			if kind == 0 && n != task.Sets {
				t.Errorf("%s: %d sets, and other programs find %d", task.File, n, task.Sets)
			}
			fmt.Fprintf(&b, " %d %s", n, name)
		}
		b.WriteString("\n")
	}
	groceries, err := patternstest.Tasks[len(patternstest.Tasks)-1].Read(dataDir(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		support int
		sure    string
		known   int
	}{{10, "0.8", 410}, {10, "0.5", 5668}, {60, "0.25", 463}} {
		least, err := patterns.ParseRatio(c.sure)
		if err != nil {
			t.Fatal(err)
		}
		found, err := patterns.FindRules(ctx, groceries, patterns.RuleOptions{MinSupport: c.support, MinConfidence: least})
		if err != nil || found.Len() != c.known {
			t.Fatal(found.Len(), err)
		}
		on, significant := 0, 0
		for i := range found.Len() {
			r := found.Rule(i)
			if uint64(r.Support)*least.Den == uint64(r.IfSupport)*least.Num {
				on++
			}
			if r.Holm <= 0.05 {
				significant++
			}
		}
		fmt.Fprintf(&b, "groceries, rules at least %d and %s: %d, of which %d lie on the limit and %d have Holm ≤ 0.05; %d tried\n", c.support, c.sure, found.Len(), on, significant, found.Tried)
	}
	golden.Check(t, "counts.txt", []byte(b.String()))
}

// BenchmarkDataMine hands out all frequent sets, from the data as they were
// read: counting items, ordering and merging transactions are in, reading the
// file is not.
func BenchmarkDataMine(b *testing.B) {
	for _, task := range patternstest.Tasks {
		d, err := task.Read(dataDir(b))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%s/%d", task.File, task.Support), func(b *testing.B) {
			b.ReportAllocs()
			best := time.Duration(1 << 62)
			for b.Loop() {
				took, err := task.Time(context.Background(), d, 1)
				if err != nil {
					b.Fatal(err)
				}
				best = min(best, took)
			}
			b.ReportMetric(best.Seconds(), "best-s")
		})
	}
}

// BenchmarkDataRead is what the other excludes.
func BenchmarkDataRead(b *testing.B) {
	for i, task := range patternstest.Tasks {
		if i > 0 && task.File == patternstest.Tasks[i-1].File {
			continue
		}
		b.Run(task.File, func(b *testing.B) {
			for b.Loop() {
				if _, err := task.Read(dataDir(b)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
