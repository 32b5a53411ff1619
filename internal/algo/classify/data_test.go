//go:build data

package classify

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func dataDir(t testing.TB) string {
	dir := os.Getenv("YIWANG_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	return dir
}

func readCSV(t testing.TB, name string) []map[string]string {
	f, err := os.Open(filepath.Join(dataDir(t), "classify", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	c := csv.NewReader(z)
	head, err := c.Read()
	if err != nil {
		t.Fatal(err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	var out []map[string]string
	for {
		rec, err := c.Read()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		row := map[string]string{}
		for i, h := range head {
			row[h] = rec[i]
		}
		out = append(out, row)
	}
}

func segmentedRows(t testing.TB) (train, test []Row, number map[string]int) {
	number = map[string]int{}
	for _, r := range readCSV(t, "annex2_dev.csv.gz") {
		n, err := strconv.Atoi(r["row"])
		if err != nil {
			t.Fatal(err)
		}
		row := Row{Text: r["text_segmented"], Label: r["label1"]}
		if n%5 == 0 {
			test = append(test, row)
		} else {
			train = append(train, row)
		}
	}
	return
}

func TestXCV(t *testing.T) {
	train, _, _ := segmentedRows(t)
	fold := func(r Row) int {
		h := uint64(7)
		for _, b := range []byte(r.Text) {
			h = mix(h ^ uint64(b))
		}
		return int(h % 5)
	}
	strip := os.Getenv("STRIP") != ""
	var outs []outcome
	t0 := time.Now()
	for f := range 5 {
		var tr, te []Row
		for _, r := range train {
			g := fold(r)
			if strip {
				r.Text = strings.ReplaceAll(r.Text, " ", "")
			}
			if g == f {
				te = append(te, r)
			} else {
				tr = append(tr, r)
			}
		}
		m, err := Train(context.Background(), tr, Options{SingleView: os.Getenv("SINGLE") != ""})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range te {
			p := m.Predict("", r.Text)
			outs = append(outs, outcome{r.Label, p.Label, p.Prob})
		}
		if f == 0 {
			t.Log(m.scale, m.bias, len(m.hashes), len(m.body))
		}
	}
	r, _ := report(outs)
	t.Logf("CV acc %.4f macro %.4f ece %.4f cov98 %.4f  %v", r.Accuracy, r.MacroF1, r.ECE, r.CoverageAt98, time.Since(t0))
}

func TestXCFPB(t *testing.T) {
	f, err := os.Open(filepath.Join(dataDir(t), "messages", "cfpb_1000_en.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rec, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(rec[0])
	for i, x := range rec[1] {
		t.Logf("%d %.80q", i, x)
	}
	tc, lc := -1, -1
	for i, h := range rec[0] {
		if h == os.Getenv("TC") {
			tc = i
		}
		if h == os.Getenv("LC") {
			lc = i
		}
	}
	if tc < 0 || lc < 0 {
		return
	}
	var outs []outcome
	for f := range 5 {
		var tr, te []Row
		for i, r := range rec[1:] {
			row := Row{Text: r[tc], Label: r[lc]}
			if i%5 == f {
				te = append(te, row)
			} else {
				tr = append(tr, row)
			}
		}
		m, err := Train(context.Background(), tr, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range te {
			p := m.Predict("", r.Text)
			outs = append(outs, outcome{r.Label, p.Label, p.Prob})
			if f == 0 && i < 4 {
				t.Logf("%.100q %v", r.Text, p)
			}
		}
	}
	r, _ := report(outs)
	t.Logf("CFPB acc %.4f macro %.4f ece %.4f cov98 %.4f", r.Accuracy, r.MacroF1, r.ECE, r.CoverageAt98)
}

func TestXTime(t *testing.T) {
	train, test, _ := segmentedRows(t)
	t0 := time.Now()
	m, err := Train(context.Background(), train, Options{SingleView: os.Getenv("SINGLE") != ""})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("train", time.Since(t0), len(m.body), m.version)
	t0 = time.Now()
	n := 0
	for range 5 {
		for _, r := range test {
			m.Predict("", r.Text)
			n++
		}
	}
	t.Log("predict/s", float64(n)/time.Since(t0).Seconds())
	for _, r := range test[:12] {
		t.Logf("%.60s %s %v", strings.ReplaceAll(r.Text, " ", ""), r.Label, m.Predict("", r.Text))
	}
}
