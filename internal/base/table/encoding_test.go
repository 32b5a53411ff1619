package table_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"yiwang/internal/base/table"
)

// cells reads a whole file, a row a line.
func cells(t *testing.T, f *table.Table) string {
	t.Helper()
	var b strings.Builder
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("line %d: %v", row.Line, err)
		}
		b.WriteString(strings.Join(row.Cells, "|") + "\n")
	}
}

func TestMixedEncodings(t *testing.T) {
	long := strings.Repeat("路灯三天不亮了，", 40_000) // longer than what is looked at
	zh := func(s string) string { return string(gb(t, s)) }
	for _, c := range []struct {
		story, body, encoding string
		mixed                 int
	}{
		{"another system went on", "编号,内容\n1,路灯不亮\n" + zh("2,自来水停了三天\n"), "UTF-8", 1},
		{"another system went on, in UTF-8", zh("编号,内容\n1,路灯不亮\n2,晚上很黑\n") + "3,自来水停了三天\n", "GB18030", 1},
		{"GB18030 after a long beginning without Chinese", "编号,内容\n" + strings.Repeat("1,abc\n", 100_000) + zh("2,自来水\n"), "UTF-8", 1},
		{"a long line of each", "编号,内容\n1," + long + "\n" + zh("2,"+long+"\n"), "UTF-8", 1},
		{"words that look like the other by chance", zh("编号,内容\n1,路灯不亮\n2,联通\n3,力\n"), "GB18030", 0},
		{"all in one", "编号,内容\n1,路灯不亮\n", "UTF-8", 0},
	} {
		f, err := table.Open(file(t, "a.csv", []byte(c.body)))
		if err != nil {
			t.Fatalf("%s: %v", c.story, err)
		}
		got := cells(t, f)
		for _, word := range []string{"路灯", "自来水", "联通", long} {
			want := strings.Count(c.body, word) + strings.Count(c.body, zh(word))
			if n := strings.Count(got, word); n != want {
				t.Errorf("%s: %.6s… is read %d times, not %d", c.story, word, n, want)
			}
		}
		if f.Encoding() != c.encoding || f.Mixed() != c.mixed {
			t.Errorf("%s: %s with %d other lines", c.story, f.Encoding(), f.Mixed())
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A line of UTF-8 with a byte lost is damaged, and not something else.
func TestDamagedLine(t *testing.T) {
	f, err := table.Open(file(t, "a.csv", []byte("编号,内容\n1,路灯\xe4不亮了很久\n")))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	if row, err := f.Next(); err == nil {
		t.Errorf("it was read as %q", row.Cells)
	}
}

func TestKeepBlank(t *testing.T) {
	for name, body := range map[string][]byte{
		"a.csv":  []byte("编号,内容\n1,甲\n,\n\n\" \",\"\"\n2,乙\n"),
		"a.xlsx": sheet(t, []any{"编号", "内容"}, []any{1, "甲"}, []any{}, []any{" "}, []any{2, "乙"}, []any{" ", " "}),
	} {
		f, err := table.Open(file(t, name, body))
		if err != nil {
			t.Fatal(err)
		}
		f.KeepBlank()
		if got := strings.ReplaceAll(cells(t, f), " ", ""); got != "1|甲\n|\n|\n2|乙\n" {
			t.Errorf("%s: %q", name, got)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}
