package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"yiwang/internal/algo/patterns"
	"yiwang/internal/algo/patterns/patternstest"
)

// patterns hands out every set to a callback, as the peer does.
func (b *bench) patterns(ctx context.Context) error {
	b.table("Frequent sets, each handed to a callback, without reading", "", "at least", "sets", "yiwang", "Borgelt's C programs, to a list")
	for _, t := range patternstest.Tasks {
		if t.Peer == 0 {
			continue
		}
		d, err := t.Read(filepath.Join(b.data, "fim"))
		if err != nil {
			return err
		}
		n := uint64(0)
		took, err := shortest(func() error {
			n = 0
			return patterns.Mine(ctx, d, patterns.Options{MinSupport: t.Support}, func([]int, int) error { n++; return nil })
		})
		if err != nil {
			return err
		}
		if n != t.Sets {
			return fmt.Errorf("%s: %d sets, and there are %d", t.File, n, t.Sets)
		}
		b.row(strings.TrimSuffix(t.File, ".gz"), fmt.Sprint(t.Support), fmt.Sprint(n), fmt.Sprintf("%.3f s", took.Seconds()), fmt.Sprintf("*%.3f s*", t.Peer))
	}
	return nil
}

// personal adds up what the tests of package pii found, which fail if that is
// no longer so, and measures how fast it is found.
func (b *bench) personal(ctx context.Context) error {
	b.table("Personal data, exact spans", "", "spans", "precision", "recall")
	for _, set := range []struct{ name, file string }{{"generated messages", "generated_quality.txt"}, {"lines written by hand", "lines_quality.txt"}} {
		text, err := os.ReadFile(filepath.Join("internal/algo/pii/testdata", set.file))
		if err != nil {
			return err
		}
		there, found, right := 0.0, 0.0, 0.0
		s := bufio.NewScanner(bytes.NewReader(text))
		for s.Scan() {
			var kind string
			var n, precision, recall float64
			if _, err := fmt.Sscanf(s.Text(), "%s %g there, precision %g, recall %g", &kind, &n, &precision, &recall); err == nil && precision > 0 {
				there, right, found = there+n, right+n*recall, found+n*recall/precision
			}
		}
		if there == 0 {
			return fmt.Errorf("%s holds no figures", set.file)
		}
		b.row(set.name, fmt.Sprintf("%.0f", there), fmt.Sprintf("%.3f", right/found), fmt.Sprintf("%.3f", right/there))
	}
	took, err := ours(ctx, nil, "pii", "--data", filepath.Join(b.data, annex3), "--map", "id=留言编号,text=留言详情", "--json")
	if err != nil {
		return err
	}
	b.line("\n4,326 messages are read in %s.", seconds(took.cpu))
	return nil
}
