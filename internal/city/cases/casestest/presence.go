package casestest

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"yiwang/internal/city/cases"
)

// Here implements cases.Store.
func (m *Memory) Here(_ context.Context, id cases.ID, p cases.Presence, since time.Time) ([]cases.Presence, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.DeleteFunc(m.present[id], func(o cases.Presence) bool { return o.Staff == p.Staff || o.At.Before(since) })
	others := slices.Clone(list)
	m.present[id] = append(list, p)
	slices.SortFunc(others, func(a, b cases.Presence) int { return cmp.Compare(a.Staff, b.Staff) })
	return others, nil
}

// presences: each sees the others of the same case who were there since, and
// not those of another.
func presences(t *testing.T, s cases.Store) {
	ctx := t.Context()
	here := func(id cases.ID, who cases.Presence, since time.Time, want ...cases.Presence) {
		t.Helper()
		got, err := s.Here(ctx, id, who, since)
		if err != nil || !slices.EqualFunc(got, want, func(a, b cases.Presence) bool {
			return a.Staff == b.Staff && a.Writing == b.Writing && a.At.Equal(b.At)
		}) {
			t.Errorf("%v, %v; not %v", got, err, want)
		}
	}
	at := At.UTC()
	zhao, xu := cases.Presence{Staff: "zhao", At: at}, cases.Presence{Staff: "xu", At: at.Add(time.Second), Writing: true}
	here("a", zhao, at.Add(-time.Minute))
	here("a", xu, at.Add(-time.Minute), zhao)
	here("b", xu, at.Add(-time.Minute))
	zhao.At = at.Add(30 * time.Second)
	here("a", zhao, at, xu)
	here("a", zhao, at.Add(2*time.Second))
	here("a", xu, at.Add(20*time.Second), zhao)
}
