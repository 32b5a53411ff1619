package casestest

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"yiwang/internal/city/cases"
)

// Released implements cases.Store.
func (m *Memory) Released(_ context.Context, before time.Time, id string, limit int) ([]cases.Released, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Released
	newer := func(a, b cases.Released) int {
		return cmp.Or(b.ReleasedAt.Compare(a.ReleasedAt), cmp.Compare(b.ID, a.ID))
	}
	end := cases.Released{Answer: cases.Answer{ID: id, ReleasedAt: before}}
	for _, c := range m.list {
		if c.Restricted || c.About != "" || c.Lead == "" {
			continue
		}
		for _, a := range m.answers[c.ID] {
			r := cases.Released{Answer: a, Number: c.Number, Category: c.Category, Area: c.Area, Lead: c.Lead, OpenedAt: c.OpenedAt, Due: c.Clocks.ResolveDue}
			if len(c.Parts) > 0 {
				r.Request = slices.MinFunc(c.Parts, func(a, b cases.Part) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) }).Request
			}
			if !a.ReleasedAt.IsZero() && (before.IsZero() || newer(end, r) < 0) {
				list = append(list, r)
			}
		}
	}
	slices.SortFunc(list, newer)
	return list[:min(len(list), limit)], nil
}

// released compares the answers that were given with those of the plainest
// store, whole and page by page.
func released(t *testing.T, s cases.Store) {
	m := peers(t, s)
	whole := must(m.Released(t.Context(), time.Time{}, "", many))(t)
	if len(whole) < many/8 {
		t.Fatalf("only %d answers were released", len(whole))
	}
	same(t, "all", must(s.Released(t.Context(), time.Time{}, "", many))(t), whole)
	var paged []cases.Released
	for last := (cases.Released{}); len(paged) <= len(whole); {
		page := must(s.Released(t.Context(), last.ReleasedAt, last.ID, 7))(t)
		if len(page) == 0 {
			break
		}
		paged, last = append(paged, page...), page[len(page)-1]
	}
	same(t, "in pages", paged, whole)
}
