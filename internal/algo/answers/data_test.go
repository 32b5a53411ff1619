//go:build data

package answers_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"yiwang/internal/algo/answers"
	"yiwang/internal/base/golden"
	"yiwang/internal/base/table"
)

// read reads the columns of a file.
func read(t *testing.T, path string, names ...string) (out [][]string) {
	t.Helper()
	f, err := table.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	for {
		row, err := f.Next()
		if err != nil {
			return out
		}
		line := make([]string, len(names))
		for i, n := range names {
			line[i] = row.Cells[slices.Index(f.Header, n)]
		}
		out = append(out, line)
	}
}

// auroc is the chance that one of the bad has a greater value than one of the
// good, half of equal ones.
func auroc(value []float64, bad []bool) float64 {
	wins, n := 0.0, 0.0
	for i := range value {
		for j := range value {
			if bad[i] && !bad[j] {
				n++
				switch {
				case value[i] > value[j]:
					wins++
				case value[i] == value[j]:
					wins += 0.5
				}
			}
		}
	}
	return wins / n
}

// TestDataAnswers reads 120 real answers that a person has read before: how far
// on the question (2, 1, 0), how much of what was asked (2 all, 1 some, 0 nothing),
// whether definite, and whether nothing but stock. The labels were given before
// the first reading was made, and stand as ids and labels in testdata. Of sixty
// more, labelled after the rules were done, only whether they are worth a look is
// known; nothing was changed after them.
func TestDataAnswers(t *testing.T) {
	dir := os.Getenv("YIWANG_DATA")
	if dir == "" {
		t.Fatal("YIWANG_DATA names the folder of real messages")
	}
	byID := map[string]answers.Pair{}
	var pairs []answers.Pair
	for _, row := range read(t, filepath.Join(dir, "messages/annex4_replies.csv.gz"), "留言编号", "留言主题", "留言详情", "答复意见") {
		p := answers.Pair{Question: row[1] + "\n" + row[2], Answer: row[3]}
		byID[row[0]] = p
		pairs = append(pairs, p)
	}
	m := answers.Learn(pairs, 1)
	var out strings.Builder
	labels := read(t, "testdata/annex4.csv", "id", "on", "complete", "clear", "stock")
	for part, list := range map[string][][]string{"first": labels[:60], "second": labels[60:], "whole": labels} {
		fmt.Fprint(&out, evaluate(t, m, byID, part, list))
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	slices.SortFunc(lines, cmp.Compare[string])
	right, found, said, of := 0, 0, 0, read(t, "testdata/annex4_unseen.csv", "id", "look")
	var worth, short []float64
	var bad []bool
	for _, l := range of {
		r := m.Read(byID[l[0]])
		worth, short, bad = append(worth, r.Worth()), append(short, -float64(r.Signs)), append(bad, l[1] == "1")
		if l[1] == "1" {
			found++
		}
		if r.Look() {
			said++
			if l[1] == "1" {
				right++
			}
		}
	}
	lines = append(lines, fmt.Sprintf("unseen %d answers, worth a look: AUROC %.3f, by length alone %.3f; %d said, precision %.3f, recall %.3f",
		len(of), auroc(worth, bad), auroc(short, bad), said, float64(right)/float64(said), float64(right)/float64(found)))
	flagged := 0
	for _, p := range pairs {
		if r := m.Read(p); r.Look() {
			flagged++
		}
	}
	lines = append(lines, fmt.Sprintf("all %d answers: %d worth a look", len(pairs), flagged))
	golden.Check(t, "annex4.txt", []byte(strings.Join(lines, "\n")+"\n"))
}

func evaluate(t *testing.T, m *answers.Model, byID map[string]answers.Pair, name string, list [][]string) string {
	var off, open, vague, stock, look []bool
	var on, taken, marks, copied, worth, short []float64
	right, found, said := 0, 0, 0
	for _, l := range list {
		n := func(i int) int { v, _ := strconv.Atoi(l[i]); return v }
		r := m.Read(byID[l[0]])
		off, open, vague, stock = append(off, n(1) == 0), append(open, n(2) == 0), append(vague, n(3) == 0), append(stock, n(4) == 1)
		bad := n(1) == 0 || n(2) == 0 || n(4) == 1
		look = append(look, bad)
		on = append(on, -r.On)
		taken = append(taken, -float64(r.Taken())/float64(max(len(r.Asks), 1)))
		marks = append(marks, -float64(len(r.Marks)))
		copied = append(copied, -float64(r.Own))
		worth = append(worth, r.Worth())
		short = append(short, -float64(r.Signs))
		if r.Look() {
			said++
			if bad {
				right++
			}
		}
		if bad {
			found++
		}
		if testing.Verbose() && r.Look() != bad {
			t.Logf("%s %s hand %v: on %.2f copied %.2f own %d taken %d/%d marks %v reasons %v", name, l[0], l[1:], r.On, r.Copied, r.Own, r.Taken(), len(r.Asks), r.Marks, r.Reasons)
		}
	}
	s := fmt.Sprintf("%s %d answers, AUROC: off the question %.3f, nothing taken up %.3f, nothing definite %.3f, stock %.3f\n", name, len(list), auroc(on, off), auroc(taken, open), auroc(marks, vague), auroc(copied, stock))
	s += fmt.Sprintf("%s %d answers, worth a look: AUROC %.3f, by length alone %.3f; %d said, precision %.3f, recall %.3f\n", name, len(list), auroc(worth, look), auroc(short, look), said, float64(right)/float64(said), float64(right)/float64(found))
	return s
}
