//go:build data

package similar_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiwang/internal/algo/similar"
	"yiwang/internal/base/golden"
)

// columns reads some columns of a packed CSV file of real data.
func columns(t *testing.T, name string, wanted ...string) [][]string {
	t.Helper()
	dir := os.Getenv("YIWANG_DATA")
	if dir == "" {
		t.Fatal("YIWANG_DATA names the folder of real messages")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	in, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all[0][0] = strings.TrimPrefix(all[0][0], "\ufeff")
	rows := make([][]string, len(all)-1)
	for i, r := range all[1:] {
		for _, w := range wanted {
			rows[i] = append(rows[i], r[slices.Index(all[0], w)])
		}
	}
	return rows
}

// TestDataPairs measures how well pairs of real questions are told apart,
// beside TF-IDF cosine of one and two signs, without a look at their labels.
func TestDataPairs(t *testing.T) {
	var b strings.Builder
	for _, set := range []struct {
		name string
		one  int // of so many pairs
	}{{"lcqmc", 1}, {"bq", 1}, {"lcqmc", 20}, {"bq", 20}} {
		var pairs []similar.Pair
		var same []bool
		for i, r := range columns(t, "pairs/"+set.name+"_dev.csv.gz", "a", "b", "same") {
			if i%set.one == 0 {
				pairs = append(pairs, similar.Pair{A: r[0], B: r[1]})
				same = append(same, r[2] == "1")
			}
		}
		s := similar.Learn(pairs)
		scores := make([]float64, len(pairs))
		for i, p := range pairs {
			scores[i] = s.Score(p.A, p.B)
		}
		for _, by := range []struct {
			name   string
			scores []float64
		}{{"aligned", scores}, {"TF-IDF cosine", cosines(pairs)}} {
			r, err := similar.Evaluate(by.scores, same)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s, %d pairs, %s: AUROC %.3f, best F1 %.3f\n", set.name, r.N, by.name, r.AUROC, r.BestF1)
		}
	}
	golden.Check(t, "pairs.txt", []byte(b.String()))
}
