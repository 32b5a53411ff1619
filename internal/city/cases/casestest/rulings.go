package casestest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Rulings are kept with their case's change and found by what they say.
func rulings(t *testing.T, s cases.Store) {
	ctx := t.Context()
	m := NewMemory()
	c := Case("li")
	for _, each := range []cases.Store{s, m} {
		must(each.Open(ctx, []cases.Case{c}, nil))(t)
		for i := range 12 {
			r := cases.Ruling{
				ID: fmt.Sprintf("r-%02d", i), Case: c.ID, At: At.Add(time.Duration(i/2) * time.Hour), By: "zhu", Category: []org.CategoryID{"tree", "pipe", "light.out"}[i%3],
				Area: "js", Lead: []org.UnitID{"roads", "parks"}[i%2], Helpers: [][]org.UnitID{nil, {"water"}}[i%2], Parties: []org.UnitID{"roads", "parks"}[i%2:],
				Duty: "d-tree", Matter: fmt.Sprint("Roots 树根 ", i), Text: "100% of it, 人行道", Basis: `C:\x_y`,
			}
			must(each.Update(ctx, c.ID, 0, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
				c.Recused = []cases.Recusal{{Staff: "zhao", Ground: cases.Kin, By: "zhao", At: At}}
				return cases.Change{Rulings: []cases.Ruling{r}, Events: []cases.Event{Event(c.ID, cases.Ruled, At)}}, nil, nil
			}))(t)
		}
	}
	found := 0
	for _, f := range []cases.RulingFilter{
		{},
		{Words: []string{"树根"}},
		{Words: []string{"roots", "人行"}},
		{Words: []string{"%"}},
		{Words: []string{"x_y"}},
		{Words: []string{"xzy"}},
		{Words: []string{`\`}},
		{Categories: []org.CategoryID{"tree", "rubbish"}},
		{Unit: "parks"},
		{Unit: "roads"},
		{Unit: "road_"},
		{Unit: "water"},
		{Case: c.ID},
		{Case: "x"},
		{Before: At.Add(3 * time.Hour)},
		{Recused: "qian", Unit: "parks"},
		{Recused: "zhao"},
	} {
		for _, f.Limit = range []int{100, 3} {
			want, got := must(m.Rulings(ctx, f))(t), must(s.Rulings(ctx, f))(t)
			if !slices.EqualFunc(want, got, func(a, b cases.Ruling) bool {
				return a.ID == b.ID && a.Searched() == b.Searched() && slices.Equal(a.Parties, b.Parties) && a.At.Equal(b.At)
			}) {
				t.Errorf("%+v: %v, want %v", f, got, want)
			}
			found += len(got)
		}
	}
	if found < 50 {
		t.Errorf("only %d were found", found)
	}
	same(t, "a ruling", must(s.Ruling(ctx, "r-03"))(t), must(m.Ruling(ctx, "r-03"))(t))
	if _, err := s.Ruling(ctx, "r-99"); !errs.Is(err, errs.NotFound) {
		t.Errorf("one that is not: %v", err)
	}
}
