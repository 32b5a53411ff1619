package cases_test

import (
	"testing"
	"time"

	"yiwang/internal/city/cases"
)

func TestNumber(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	seq := cases.DayOf(time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC), zone) + 17
	if n := cases.NumberOf(seq); n != "20261124-00017" {
		t.Errorf("%s", n)
	}
	for _, typed := range []string{"20261124-00017", "20261124-17", " 20261124 - 17 ", "2026112400017", "２０２６１１２４－１７", "20261124–17"} {
		if got, ok := cases.ParseNumber(typed); !ok || got != seq {
			t.Errorf("%q is %d, %v", typed, got, ok)
		}
	}
	for _, typed := range []string{"", "17", "2026-11-24-17", "20261124-", "20261124-0000017", "20261124-17x", "-20261124-17"} {
		if got, ok := cases.ParseNumber(typed); ok {
			t.Errorf("%q is read as %d", typed, got)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"20261124-00017", "20261124 17", "2026112400017", "－", "9999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		seq, ok := cases.ParseNumber(s)
		if !ok {
			return
		}
		if again, ok := cases.ParseNumber(string(cases.NumberOf(seq))); !ok || again != seq {
			t.Errorf("%q is %d, which is written %s", s, seq, cases.NumberOf(seq))
		}
	})
}

func FuzzParseCursor(f *testing.F) {
	f.Add(cases.Cursor{Risk: 5, Seq: 20261124000017}.String())
	f.Add("zz.-1")
	f.Fuzz(func(t *testing.T, s string) {
		c := cases.ParseCursor(s)
		if c.Risk < 0 || c.Seq < 0 || cases.ParseCursor(c.String()) != c {
			t.Errorf("%q is %+v", s, c)
		}
	})
}
