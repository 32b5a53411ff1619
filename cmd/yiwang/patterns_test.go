package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// What goes together is found without a database, in whatever way the
// transactions are written.
func TestPatterns(t *testing.T) {
	dir := folder(t)
	long := make([]string, 10_000)
	for i := range long {
		long[i] = fmt.Sprint(i)
	}
	for name, body := range map[string]string{
		"a.dat": "1 2 3\n\n1 2\n1 3 3\n", "b.dat": "1 2 3\n1 2 3\n1 3\n2\n", "a.txt": "milk\tbread\nmilk\n", "a.csv": "类别,区域\n噪音,东区\n噪音,东区\n噪音,西区\n供水,\n",
		"long.dat": strings.Join(long, " ") + "\n1 2\n", "empty.dat": "", "bad.dat": "1 2\n3 x\n4 5\n", "twice.csv": "a,a\n1,2\n", "cut.gz": "\x1f\x8b\x08\x00",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	book := excelize.NewFile()
	for cell, value := range map[string]string{"A1": "类别", "B1": "区域", "A2": "噪音", "B2": "东区", "A3": "噪音"} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SaveAs(filepath.Join(dir, "a.xlsx")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want, errs string }{
		{"a.xlsx --min-support 2", "类别=噪音\t(2)\n", "(csv)"},
		{"a.dat --min-support 2", "1 (3)\n1 2 (2)\n1 3 (2)\n2 (2)\n3 (2)\n", "3 transactions of 3 items (fimi)"},
		{"a.dat --min-support 2 --count", "5\n", ""},
		{"a.dat --min-support 2 --closed --count", "3\n", ""},
		{"a.dat --min-support 2 --maximal", "1 2 (2)\n1 3 (2)\n", ""},
		{"a.dat --min-support 1 --format basket --count", "3\n", "(basket)"},
		{"a.txt --min-support 2", "milk\t(2)\n", "(basket)"},
		{"a.csv --min-support 2 --maximal", "类别=噪音\t区域=东区\t(2)\n", "(csv)"},
		{"a.csv --min-support 1 --rules --min-confidence 2/3 --count", "6\n", ""},
		{"a.csv --min-support 1 --rules --min-confidence 1 --closed --count", "4\n", ""},
		{"a.dat --min-support 2 --rules --min-confidence 1", "2 => 1\tsupport 2\tconfidence 1.0000 (2/2)\tlift 1.000\tconviction +Inf\tp 1\tHolm 1\tBH 1\ttransaction 1\n3 => 1\tsupport 2\tconfidence 1.0000 (2/2)\tlift 1.000\tconviction +Inf\tp 1\tHolm 1\tBH 1\ttransaction 1\n", "2 sure enough"},
		{"b.dat --min-support 2 --rules --min-confidence 1 --maximal", "1 & 2 => 3\tsupport 2\tconfidence 1.0000 (2/2)\tlift 1.333\tconviction +Inf\tp 0.5\tHolm 1\tBH 1\ttransaction 1\n" +
			"2 & 3 => 1\tsupport 2\tconfidence 1.0000 (2/2)\tlift 1.333\tconviction +Inf\tp 0.5\tHolm 1\tBH 1\ttransaction 1\n", "2 sure enough"},
		{"long.dat --min-support 1 --maximal --count", "1\n", ""},
		{"a.csv --min-support 5 --count", "0\n", ""},
	} {
		out, errs, code := yiwang(t, dir, append([]string{"patterns", "--transactions"}, strings.Fields(c.args)...)...)
		lines := strings.SplitAfter(out, "\n")
		slices.Sort(lines)
		if got := strings.Join(lines, ""); code != 0 || got != c.want || !strings.Contains(errs, c.errs) {
			t.Errorf("%s: %d %q\n%s", c.args, code, got, errs)
		}
	}
	for args, want := range map[string]string{
		"long.dat --min-support 1":                            "raise --min-support",
		"long.dat --min-support 1 --rules --min-confidence 1": "raise --min-support",
		"a.dat --min-support 1 --max-sets 3":                  "more than 3",
		"a.dat --min-support=-1":                              "at least 1",
		"a.dat --min-support 0":                               "at least 1",
		"a.dat --min-support many":                            "int",
		"a.dat --min-support 1 --closed --maximal":            "together",
		"a.dat --min-support 1 --rules":                       "--min-confidence",
		"a.dat --min-support 1 --min-confidence 0.5":          "--rules",
		"a.dat --min-support 1 --rules --min-confidence 1.5":  "is no share",
		"empty.dat --min-support 1":                           "no transactions",
		"bad.dat --min-support 1":                             `line 2: "x"`,
		"twice.csv --min-support 1 --format csv":              `two columns are called "a"`,
		"cut.gz --min-support 1":                              "damaged",
		"none.dat --min-support 1":                            "none.dat",
		"a.xlsx --min-support 1 --format fimi":                "--format csv",
		"a.dat":                                               "--min-support",
	} {
		if out, errs, code := yiwang(t, dir, append([]string{"patterns", "--transactions"}, strings.Fields(args)...)...); code == 0 || out != "" && !strings.Contains(out, "Usage") || !strings.Contains(errs, want) {
			t.Errorf("%s: %d %q %s", args, code, out, errs)
		}
	}
}

func TestPatternsJSON(t *testing.T) {
	dir := folder(t)
	if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte("类别,区域\n噪音,<东区>\n噪音,<东区>\n噪音,西区\n供水,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Transactions, Items, Count, Tried int
		Sets                              []struct {
			Items   []string
			Support int
		}
		Rules []struct {
			If         []string
			Then       string
			Support    int
			Conviction *float64
			Holm       float64 `json:"p_holm"`
			Example    int
		}
	}
	out, errs, code := yiwang(t, dir, "patterns", "--transactions", "a.csv", "--min-support", "1", "--json")
	if err := json.Unmarshal([]byte(out), &doc); err != nil || code != 0 || doc.Transactions != 4 || doc.Items != 4 || doc.Count != 6 || len(doc.Sets) != 6 {
		t.Errorf("%d %s%s (%v)", code, out, errs, err)
	}
	again, _, _ := yiwang(t, dir, "patterns", "--transactions", "a.csv", "--min-support", "1", "--json")
	if again != out {
		t.Error("the same data came in another order")
	}
	out, errs, code = yiwang(t, dir, "patterns", "--transactions", "a.csv", "--min-support", "1", "--rules", "--min-confidence", "2/3", "--json")
	if err := json.Unmarshal([]byte(out), &doc); err != nil || code != 0 || doc.Count != 3 || len(doc.Rules) != 3 {
		t.Fatalf("%d %s%s (%v)", code, out, errs, err)
	}
	r, last := doc.Rules[0], doc.Rules[2]
	if r.If[0] != "区域=<东区>" || r.Then != "类别=噪音" || r.Support != 2 || r.Conviction != nil || r.Example != 1 || last.Conviction == nil || last.Holm != 1 {
		t.Errorf("%+v", doc.Rules)
	}
}
