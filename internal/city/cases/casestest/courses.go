package casestest

import (
	"cmp"
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"yiwang/internal/base/jobs"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Courses implements cases.Store.
func (m *Memory) Courses(_ context.Context, after, until int64, limit int) ([]cases.Course, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Course
	for _, c := range m.list {
		if c.Seq <= after || c.Seq > until || c.Lead == "" || c.DispatchedAt.IsZero() || c.MergedInto != "" || c.About != "" || c.Restricted {
			continue
		}
		way := cases.Course{
			Seq: c.Seq, Category: c.Category, Area: c.Area, DispatchedAt: c.DispatchedAt, AnsweredAt: c.AnsweredAt,
			ResolveLimit: c.Clocks.ResolveLimit, ResolveDue: c.Clocks.ResolveDue,
		}
		if len(c.Parts) > 0 {
			first := slices.MinFunc(c.Parts, func(a, b cases.Part) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
			way.Request = first.Request
		}
		for _, e := range m.events[c.ID] {
			if e.Kind == cases.DispatchedTo && e.Detail.To != "" {
				way.Path = append(way.Path, e.Detail.To)
			}
		}
		way.Path = cases.PathTo(way.Path, c.Lead)
		list = append(list, way)
	}
	slices.SortFunc(list, func(a, b cases.Course) int { return cmp.Compare(a.Seq, b.Seq) })
	return list[:min(len(list), limit)], nil
}

// courses compares the ways with those of the plainest store, whole and page
// by page, also of a case that went from one unit to another.
func courses(t *testing.T, s cases.Store) {
	m := peers(t, s)
	whole := must(m.Courses(t.Context(), 0, math.MaxInt64, many))(t)
	if len(whole) < many/4 {
		t.Fatalf("only %d cases have a course", len(whole))
	}
	moved := must(s.BySeq(t.Context(), whole[0].Seq))(t)
	for _, each := range []cases.Store{s, m} {
		for n, unit := range []org.UnitID{"roads", "roads", "parks"} {
			must(each.Update(t.Context(), moved.ID, 0, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
				c.Lead = unit
				e := Event(c.ID, cases.DispatchedTo, At.Add(time.Duration(n)*time.Hour))
				e.Detail.To = unit
				return cases.Change{Events: []cases.Event{e}}, nil, nil
			}))(t)
		}
	}
	whole = must(m.Courses(t.Context(), 0, math.MaxInt64, many))(t)
	if p := whole[0].Path; len(p) < 2 || p[len(p)-1] != "parks" || p[len(p)-2] != "roads" {
		t.Errorf("it went %q", p)
	}
	same(t, "all", must(s.Courses(t.Context(), 0, math.MaxInt64, many))(t), whole)
	var paged []cases.Course
	for after := int64(0); ; {
		page := must(s.Courses(t.Context(), after, whole[len(whole)-2].Seq, 37))(t)
		if len(page) == 0 {
			break
		}
		paged, after = append(paged, page...), page[len(page)-1].Seq
	}
	same(t, "in pages, without the last", paged, whole[:len(whole)-1])
}
