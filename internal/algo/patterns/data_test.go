//go:build data

package patterns_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"yiwang/internal/algo/patterns/patternstest"
)

func dataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("YIWANG_DATA")
	if dir == "" {
		t.Fatal("YIWANG_DATA names the folder of public data sets")
	}
	return filepath.Join(dir, "fim")
}

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

func BenchmarkDataRead(b *testing.B) {
	for _, task := range patternstest.Tasks {
		b.Run(fmt.Sprintf("%s/%d", task.File, task.Support), func(b *testing.B) {
			for b.Loop() {
				if _, err := task.Read(dataDir(b)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
