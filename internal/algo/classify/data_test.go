//go:build data

package classify_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"yiwang/internal/algo/classify"
	"yiwang/internal/base/golden"
)

// labelled reads a file of labelled messages, by the names of its columns.
func labelled(t *testing.T, name, subject, text, label string) []classify.Row {
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
	var in io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	all, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all[0][0] = strings.TrimPrefix(all[0][0], "\ufeff")
	at := func(name string) int { return slices.Index(all[0], name) }
	rows := make([]classify.Row, len(all)-1)
	for i, r := range all[1:] {
		rows[i] = classify.Row{Text: r[at(text)], Label: r[at(label)]}
		if subject != "" {
			rows[i].Subject = r[at(subject)]
		}
	}
	return rows
}

// fifth deals rows into five parts by their number.
func fifth(rows []classify.Row, number func(i int) int) (train, test []classify.Row) {
	for i, r := range rows {
		if number(i)%5 == 0 {
			test = append(test, r)
		} else {
			train = append(train, r)
		}
	}
	return train, test
}

// key is what a row says, whatever the blanks.
func key(r classify.Row) string { return strings.Join(strings.Fields(r.Subject+r.Text), "") }

// TestDataAccuracy measures what training on four fifths of the real messages
// makes of the fifth that was left out.
func TestDataAccuracy(t *testing.T) {
	var b strings.Builder
	numbers := labelled(t, "classify/annex2_dev.csv.gz", "", "text_segmented", "row")
	for _, set := range []struct {
		name string
		rows []classify.Row
		of   func(i int) int
	}{
		{"annex 2, segmented, 7 labels", labelled(t, "classify/annex2_dev.csv.gz", "", "text_segmented", "label1"), func(i int) int {
			n, err := strconv.Atoi(numbers[i].Label)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}},
		{"raw messages, 7 labels", labelled(t, "classify/raw_dev.csv.gz", "留言主题", "留言详情", "一级标签"), func(i int) int { return i }},
		{"complaints in English, 5 labels", labelled(t, "messages/cfpb_1000_en.csv", "", "narrative", "product"), func(i int) int { return i }},
	} {
		train, test := fifth(set.rows, set.of)
		m, err := classify.Train(context.Background(), train, classify.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		r, err := classify.Evaluate(m, test)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %d learned, %d tried, accuracy %.3f, macro F1 %.3f, calibration error %.3f\n", set.name, len(train), len(test), r.Accuracy, r.MacroF1, r.ECE)
		seen := map[string]bool{}
		for _, r := range train {
			seen[key(r)] = true
		}
		fresh := slices.DeleteFunc(slices.Clone(test), func(r classify.Row) bool { return seen[key(r)] })
		if r, err = classify.Evaluate(m, fresh); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "  without the %d whose text was learned too: accuracy %.3f, macro F1 %.3f\n", len(test)-len(fresh), r.Accuracy, r.MacroF1)
	}
	golden.Check(t, "accuracy.txt", []byte(b.String()))
}
