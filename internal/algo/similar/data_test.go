//go:build data

package similar_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/algo/similar"
	"yiwang/internal/base/golden"
	"yiwang/internal/base/table"
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

// TestDataGroups looks for near-duplicates among real messages: those whose
// words are the same but for blanks must be together.
func TestDataGroups(t *testing.T) {
	var texts []string
	g := similar.NewGrouping(nil)
	for _, r := range columns(t, "messages/annex3_messages.csv.gz", "留言详情", "留言时间") {
		at, err := table.ParseTime(r[1], time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, strings.Join(strings.Fields(r[0]), ""))
		if err := g.Add(similar.Row{Text: r[0], At: at}); err != nil {
			t.Fatal(err)
		}
	}
	since := time.Now()
	list, err := g.Groups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d messages in %v", len(texts), time.Since(since))
	in := map[int]int{}
	rows := 0
	for n, group := range list {
		rows += len(group.Rows)
		for _, r := range group.Rows {
			in[r] = n + 1
		}
	}
	first := map[string]int{}
	shared, missed := map[int]bool{}, 0
	for i, s := range texts {
		j, ok := first[s]
		if !ok {
			first[s] = i
			continue
		}
		shared[i], shared[j] = true, true
		if in[i] == 0 || in[i] != in[j] {
			missed++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "annex 3, %d messages: %d have the words of another, %d of them apart; %d groups of %d messages, the largest of %d\n",
		len(texts), len(shared), missed, len(list), rows, len(list[0].Rows))
	golden.Check(t, "annex3.txt", []byte(b.String()))
}

// TestDataCopies writes every fourth real message again in each way that
// copyKinds has, and looks for the copies.
func TestDataCopies(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	g := similar.NewGrouping(nil)
	var first, kinds []int // of each row: the row it is a copy of, and how
	add := func(text string, at time.Time, of, kind int) {
		first, kinds = append(first, of), append(kinds, kind)
		if err := g.Add(similar.Row{Text: text, At: at}); err != nil {
			t.Fatal(err)
		}
	}
	for i, m := range columns(t, "messages/annex3_messages.csv.gz", "留言详情", "留言时间") {
		at, err := table.ParseTime(m[1], time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		s := strings.FieldsFunc(m[0], func(c rune) bool { return strings.ContainsRune("，。！？；,!?;\n\t", c) })
		of := len(first)
		add(m[0], at, of, -1)
		for kind, c := range copyKinds {
			if i%4 == 0 {
				at = at.Add(time.Duration(r.IntN(20*24)) * time.Hour)
				add(c.make(r, s), at, of, kind)
			}
		}
	}
	list, err := g.Groups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in := make([]int, len(first))
	for n, group := range list {
		for _, row := range group.Rows {
			in[row] = n + 1
		}
	}
	found, all := make([]int, len(copyKinds)), make([]int, len(copyKinds))
	for row, kind := range kinds {
		if kind < 0 {
			continue
		}
		all[kind]++
		if in[row] > 0 && in[row] == in[first[row]] {
			found[kind]++
		}
	}
	var b strings.Builder
	for i, c := range copyKinds {
		fmt.Fprintf(&b, "real messages and a copy, %s: recall %.3f of %d\n", c.name, float64(found[i])/float64(all[i]), all[i])
	}
	golden.Check(t, "annex3_copies.txt", []byte(b.String()))
}
