package patterns_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"yiwang/internal/algo/patterns"
)

// listed shows data as transactions with a set of one item each.
func listed(d *patterns.Data) string {
	return fmt.Sprint(d.Transactions(), " ", d.Items())
}

func TestReadNumbers(t *testing.T) {
	for _, c := range []struct{ story, in, want, refused string }{
		{"as it should be", "1 2 3\n2 3\n", "2 3", ""},
		{"blanks at the end, and no last line break", "1 2 \n 3\t4 \r\n5", "3 5", ""},
		{"blank lines are no transactions", "\n1\n\n  \r\n2\n", "2 2", ""},
		{"a number is a number, however it is written", "7 007\n07", "2 1", ""},
		{"large and small numbers", "0 1048575 1048576 999999999999999999\n1048576 0", "2 4", ""},
		{"nothing", "", "0 0", ""},
		{"a word", "1 2\n3 x4 5\n", "", `line 2: "x4"`},
		{"a negative number", "1 -2", "", `line 1: "-2"`},
		{"a fraction", "1 2.5 3", "", `line 1: "2.5"`},
		{"a number without end", "1 " + strings.Repeat("9", 100), "", `line 1: "9999999999999999999999999999999999999999…"`},
		{"a line without end", strings.Repeat("1 ", patterns.MaxLine/2+1), "", "line 1: a transaction is longer"},
	} {
		d, err := patterns.ReadNumbers(strings.NewReader(c.in))
		if c.refused != "" {
			if err == nil || !strings.HasPrefix(err.Error(), c.refused) {
				t.Errorf("%s: %v", c.story, err)
			}
			continue
		}
		if err != nil || listed(d) != c.want || !d.Numbers() {
			t.Errorf("%s: %v %v", c.story, d, err)
		}
	}
	broken := errors.New("broken")
	if _, err := patterns.ReadNumbers(io.MultiReader(strings.NewReader("1 2\n"), errReader{broken})); !errors.Is(err, broken) {
		t.Error(err)
	}
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }

func TestReadBaskets(t *testing.T) {
	for _, c := range []struct {
		story, in string
		sep       rune
		want      string
		refused   string
	}{
		{"tabs", "whole milk\tyogurt \n\tyogurt\t\n", '\t', "2 2", ""},
		{"commas and quotation marks", "milk,\"ham, cooked\"\n\n , \nmilk\n", ',', "2 2", ""},
		{"quotation marks between tabs are signs like others", "3\" nail\tglue\n", '\t', "1 2", ""},
		{"an open quotation mark", "a,b\n\"c,d\n", ',', "", "line 2: the quotation marks"},
		{"not UTF-8", "a\t\xff\n", '\t', "", "line 1: there are characters"},
		{"not UTF-8, later", "a\nb\n\xff,c\n", ',', "", "line 3: there are characters"},
		{"without end", "a,\"" + strings.Repeat(strings.Repeat("b", 999)+"\n", patterns.MaxLine/500), ',', "", "a transaction is longer"},
	} {
		d, err := patterns.ReadBaskets(strings.NewReader(c.in), c.sep)
		if c.refused != "" {
			if err == nil || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%s: %v", c.story, err)
			}
			continue
		}
		if err != nil || listed(d) != c.want {
			t.Errorf("%s: %v %v", c.story, d, err)
		}
	}
}

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		story, in string
		want      patterns.Format
		sep       rune
	}{
		{"numbers", "1 2 3\n4 5\n", patterns.FIMI, ','},
		{"one number", "1\n", patterns.FIMI, ','},
		{"numbers parted by tabs", "1\t2\n3\n", patterns.FIMI, '\t'},
		{"numbers with a slip", "1 2 3\n4 5\n6 x7 8\n", patterns.FIMI, ','},
		{"names parted by tabs", "whole milk\tyogurt\nyogurt\n", patterns.Basket, '\t'},
		{"names parted by tabs further on", "whole milk\nyogurt\nwhole milk\tyogurt\n", patterns.Basket, '\t'},
		{"names parted by commas", "milk,bread\nbread,ham,milk\n", patterns.Basket, ','},
		{"as many in each", "milk,bread\nbread,ham\nham,milk\n", patterns.Basket, ','},
		{"numbers parted by commas", "1,2\n2,3\n", patterns.Basket, ','},
		{"a table", "类别,区域\n噪音,东区\n供水,\n", patterns.Table, ','},
		{"a table with quotation marks", "id,text\n1,\"a,\nb\"\n2,c\n", patterns.Table, ','},
		{"a table with tabs", "类别\t区域\n噪音\t东区\n", patterns.Table, '\t'},
		{"a table with semicolons", "类别;区域\n噪音;东区\n", patterns.Table, ','},
		{"a header alone", "a,b\n", patterns.Basket, ','},
		{"nothing", "", patterns.Basket, ','},
	} {
		if got, sep := patterns.Recognise([]byte(c.in)); got != c.want || sep != c.sep {
			t.Errorf("%s: %v %q", c.story, got, sep)
		}
	}
}

func TestTable(t *testing.T) {
	b := patterns.NewTable("类别", "区域")
	for _, row := range [][]string{{"噪音", "东区"}, {"东区", ""}, {"", ""}} {
		if err := b.Add(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Add("噪音"); err == nil {
		t.Error("a row with too few values was taken")
	}
	d := b.Data()
	if d.Transactions() != 3 || d.Items() != 3 || d.Name(1) != "区域=东区" || d.Name(2) != "类别=东区" || d.Compare(2, 1) >= 0 {
		t.Error(d)
	}
	if column, value := d.Field(2); column != "类别" || value != "东区" {
		t.Error(column, value)
	}
}

// Whatever a file holds, it is read or refused, and what was read can be
// searched.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"1 2 3\n4", "a\tb\n", "a,\"b\nc\"\n", "\xff\x00", "1 99999999999999999999"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		_, sep := patterns.Recognise(body)
		list := make([]*patterns.Data, 0, 2)
		if d, err := patterns.ReadNumbers(bytes.NewReader(body)); err == nil {
			list = append(list, d)
		}
		if d, err := patterns.ReadBaskets(bytes.NewReader(body), sep); err == nil {
			list = append(list, d)
		}
		for _, d := range list {
			one := map[string]bool{}
			for i := range d.Items() {
				one[d.Name(i)] = true
			}
			if len(one) != d.Items() {
				t.Errorf("%d names for %d items", len(one), d.Items())
			}
			n, err := patterns.Count(context.Background(), d, patterns.Options{MinSupport: 1, MaxSets: 10_000})
			if err == nil && int(n) < d.Items() || err != nil && !errors.Is(err, patterns.ErrTooMany) {
				t.Errorf("%d sets of %d items: %v", n, d.Items(), err)
			}
		}
	})
}
