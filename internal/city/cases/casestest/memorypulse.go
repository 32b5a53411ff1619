package casestest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Pulse implements cases.Store, counting from scratch.
func (m *Memory) Pulse(_ context.Context, scope access.Scope, span cases.PulseSpan) (cases.Pulse, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := cases.Pulse{Received: make([]int, span.Steps), Answered: make([]int, span.Steps), Topics: map[org.CategoryID]cases.Topic{}}
	for _, c := range m.list {
		if !inScope(scope, c) {
			continue
		}
		if c.Risk() > 0 && len(c.Parts) > 1 {
			p.Groups = append(p.Groups, clone(c))
		}
		if i := int(c.AnsweredAt.Sub(span.From) / span.Step); !c.AnsweredAt.Before(span.From) && i < span.Steps {
			p.Answered[i]++
		}
		if c.OpenedAt.Before(span.Usual) || c.MergedInto != "" {
			continue
		}
		t := p.Topics[c.Category]
		if c.OpenedAt.Before(span.From) {
			t.Before++
		} else {
			t.Recent++
			if i := int(c.OpenedAt.Sub(span.From) / span.Step); i < span.Steps {
				p.Received[i]++
			}
		}
		p.Topics[c.Category] = t
	}
	slices.SortFunc(p.Groups, func(a, b cases.Case) int {
		return cmp.Or(cmp.Compare(len(b.Parts), len(a.Parts)), cmp.Compare(b.Seq, a.Seq))
	})
	p.Groups = p.Groups[:min(len(p.Groups), cases.MaxGroups)]
	return p, nil
}

// Cells implements cases.Store.
func (m *Memory) Cells(_ context.Context, since time.Time) ([]cases.Cell, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Cell
	for _, c := range m.list {
		if c.OpenedAt.Before(since) || c.MergedInto != "" || c.About != "" || c.Restricted {
			continue
		}
		i := slices.IndexFunc(list, func(o cases.Cell) bool { return o.Area == c.Area && o.Category == c.Category })
		if i < 0 {
			list = append(list, cases.Cell{Area: c.Area, Category: c.Category})
			i = len(list) - 1
		}
		list[i].Count++
	}
	slices.SortFunc(list, func(a, b cases.Cell) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Category, b.Category))
	})
	return list, nil
}

// Evenly implements cases.Store.
func (m *Memory) Evenly(_ context.Context, from, to time.Time, n int) (list []cases.Case, of int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.list {
		if !c.OpenedAt.Before(from) && c.OpenedAt.Before(to) && c.MergedInto == "" && c.About == "" && !c.Restricted {
			list = append(list, clone(c))
		}
	}
	of = len(list)
	slices.SortFunc(list, func(a, b cases.Case) int { return cmp.Or(cmp.Compare(a.ID[24:], b.ID[24:]), cmp.Compare(a.ID, b.ID)) })
	list = list[:min(len(list), n)]
	slices.SortFunc(list, func(a, b cases.Case) int { return cmp.Or(b.OpenedAt.Compare(a.OpenedAt), cmp.Compare(b.ID, a.ID)) })
	return list, of, nil
}
