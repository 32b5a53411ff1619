package casestest

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// A Memory is a store as plain as can be: what other stores do with indexes
// it does by looking at every case. The suite compares them with it, and
// tests that make thousands of changes use it.
type Memory struct {
	mu         sync.Mutex
	list       []cases.Case // in the order they came
	events     map[cases.ID][]cases.Event
	answers    map[cases.ID][]cases.Answer
	present    map[cases.ID][]cases.Presence
	rulings    []cases.Ruling
	exclusions []cases.Exclusion
	audits     []cases.Audit
	// Jobs are those that were queued.
	Jobs []jobs.Args
}

var _ cases.Store = (*Memory)(nil)

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{events: map[cases.ID][]cases.Event{}, answers: map[cases.ID][]cases.Answer{}, present: map[cases.ID][]cases.Presence{}}
}

// Open implements cases.Store.
func (m *Memory) Open(_ context.Context, list []cases.Case, events []cases.Event, next ...jobs.Args) ([]bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	opened := make([]bool, len(list))
	for i := range list {
		if opened[i] = !slices.ContainsFunc(list[i].Parts, m.hasPart); opened[i] {
			m.add(&list[i])
		}
	}
	for _, e := range events {
		if slices.ContainsFunc(list, func(c cases.Case) bool { return c.ID == e.Case }) && m.find(e.Case) != nil {
			m.events[e.Case] = append(m.events[e.Case], e)
		}
	}
	m.Jobs = append(m.Jobs, next...)
	return opened, nil
}

func (m *Memory) hasPart(p cases.Part) bool {
	return slices.ContainsFunc(m.list, func(c cases.Case) bool {
		return slices.ContainsFunc(c.Parts, func(q cases.Part) bool { return p.Request == q.Request })
	})
}

func (m *Memory) add(c *cases.Case) {
	last := c.Seq
	for _, o := range m.list {
		if o.Seq > last && o.Seq <= c.Seq+cases.MaxOfDay {
			last = o.Seq
		}
	}
	c.Seq = last + 1
	c.Number = cases.NumberOf(c.Seq)
	m.list = append(m.list, clone(*c))
}

func clone(c cases.Case) cases.Case {
	c.Parts, c.Beside = slices.Clone(c.Parts), c.Clone()
	c.Helpers, c.Chain, c.ReturnedBy, c.Granted = slices.Clone(c.Helpers), slices.Clone(c.Chain), slices.Clone(c.ReturnedBy), slices.Clone(c.Granted)
	return c
}

func (m *Memory) find(id cases.ID) *cases.Case {
	for i := range m.list {
		if m.list[i].ID == id {
			return &m.list[i]
		}
	}
	return nil
}

func none() error { return errs.New(errs.NotFound, "access.not_found") }

func (m *Memory) one(is func(cases.Case) bool) (cases.Case, error) {
	for _, c := range m.list {
		if is(c) {
			c = clone(c)
			if a := m.answers[c.ID]; len(a) > 0 {
				c.Latest = a[len(a)-1]
			}
			return c, nil
		}
	}
	return cases.Case{}, none()
}

// Case implements cases.Store.
func (m *Memory) Case(_ context.Context, id cases.ID) (cases.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.one(func(c cases.Case) bool { return c.ID == id })
}

// BySeq implements cases.Store.
func (m *Memory) BySeq(_ context.Context, seq int64) (cases.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.one(func(c cases.Case) bool { return c.Seq == seq })
}

// CaseOfPart implements cases.Store.
func (m *Memory) CaseOfPart(_ context.Context, id cases.PartID) (cases.ID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, err := m.one(func(c cases.Case) bool {
		return slices.ContainsFunc(c.Parts, func(p cases.Part) bool { return p.ID == id })
	})
	return c.ID, err
}

// OfRequests implements cases.Store.
func (m *Memory) OfRequests(_ context.Context, requests []string) (map[string][]cases.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	of := map[string][]cases.Case{}
	for _, r := range requests {
		for _, c := range m.list {
			if slices.ContainsFunc(c.Parts, func(p cases.Part) bool { return p.Request == r }) {
				of[r] = append(of[r], clone(c))
			}
		}
		slices.SortFunc(of[r], func(a, b cases.Case) int { return cmp.Compare(a.Seq, b.Seq) })
	}
	return of, nil
}

// Update implements cases.Store.
func (m *Memory) Update(ctx context.Context, id cases.ID, revision int64, change func(*cases.Case) (cases.Change, []jobs.Args, error)) (cases.Case, error) {
	list, err := m.UpdateAll(ctx, []cases.ID{id}, func(list []*cases.Case) (cases.Change, []jobs.Args, error) {
		if revision != 0 && revision != list[0].Revision {
			return cases.Change{}, nil, errs.New(errs.Conflict, "case.changed")
		}
		return change(list[0])
	})
	if err != nil {
		return cases.Case{}, err
	}
	return list[0], nil
}

// UpdateAll implements cases.Store.
func (m *Memory) UpdateAll(_ context.Context, ids []cases.ID, change func([]*cases.Case) (cases.Change, []jobs.Args, error)) ([]cases.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]*cases.Case, len(ids))
	for i, id := range ids {
		c, err := m.one(func(c cases.Case) bool { return c.ID == id })
		if err != nil {
			return nil, err
		}
		list[i] = &c
	}
	made, next, err := change(list)
	if err != nil {
		return nil, err
	}
	if err := m.account(made); err != nil {
		return nil, err
	}
	for i := range made.Opened {
		m.add(&made.Opened[i])
	}
	for _, id := range made.Forget {
		for i := range m.events[id] {
			m.events[id][i].Detail = cases.Detail{}
		}
		for i := range m.answers[id] {
			m.answers[id][i].Text, m.answers[id][i].English = "", ""
		}
		m.rulings = slices.DeleteFunc(m.rulings, func(r cases.Ruling) bool { return r.Case == id })
	}
	for _, e := range made.Events {
		m.events[e.Case] = append(m.events[e.Case], e)
	}
	for _, a := range made.Answers {
		if i := slices.IndexFunc(m.answers[a.Case], func(b cases.Answer) bool { return a.ID == b.ID }); i >= 0 {
			m.answers[a.Case][i].ReleasedAt = a.ReleasedAt
		} else {
			m.answers[a.Case] = append(m.answers[a.Case], a)
		}
	}
	m.rulings = append(m.rulings, made.Rulings...)
	after := make([]cases.Case, len(list))
	for i, c := range list {
		c.Revision++
		after[i] = clone(*c)
		stored := clone(*c)
		stored.Latest = cases.Answer{}
		*m.find(c.ID) = stored
	}
	m.Jobs = append(m.Jobs, next...)
	return after, nil
}

// Events implements cases.Store.
func (m *Memory) Events(_ context.Context, id cases.ID) ([]cases.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events[id]), nil
}

// Steps implements cases.Store.
func (m *Memory) Steps(_ context.Context, ids []cases.ID) (list []cases.Step, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range slices.Sorted(slices.Values(ids)) {
		for _, e := range m.events[id] {
			list = append(list, cases.Step{Case: id, Kind: e.Kind, At: e.At, Unit: e.Unit})
		}
	}
	return list, nil
}

// Answers implements cases.Store.
func (m *Memory) Answers(_ context.Context, id cases.ID) ([]cases.Answer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.answers[id]), nil
}

// Load implements cases.Store.
func (m *Memory) Load(_ context.Context, list []cases.Loaded) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	had := make([]bool, len(list)) // before: cases that share a request come together
	for i, l := range list {
		had[i] = slices.ContainsFunc(l.Case.Parts, m.hasPart)
	}
	for i, l := range list {
		if had[i] {
			continue
		}
		c := l.Case
		m.add(&c)
		m.events[c.ID], m.answers[c.ID] = slices.Clone(l.Events), slices.Clone(l.Answers)
	}
	return nil
}

// isKept reports whether somebody is recused from a case.
func isKept(c cases.Case, who access.StaffID) bool {
	return slices.ContainsFunc(c.Recused, func(r cases.Recusal) bool { return r.Staff == who })
}

// inScope is what access.Scope says, but for who is recused.
func inScope(s access.Scope, c cases.Case) bool {
	if s.None || c.About != "" && slices.Contains(s.NotAbout, c.About) {
		return false
	}
	return s.All || slices.Contains(s.Areas, c.Area) || c.Lead != "" && slices.Contains(s.Units, c.Lead) ||
		slices.ContainsFunc(c.Helpers, func(u org.UnitID) bool { return slices.Contains(s.Units, u) })
}

// selects is what cases.Filter says, but for the order.
func selects(f cases.Filter, c cases.Case) bool {
	state := c.State
	if !f.At.IsZero() {
		state = c.StateAsOf(f.At)
	}
	held := []org.UnitID{c.Lead}
	switch {
	case f.Todo != "":
		held = nil
		for _, d := range c.Todos() {
			if d.Kind == f.Todo && (f.TodoBefore.IsZero() || !d.Due.IsZero() && !d.Due.After(f.TodoBefore)) {
				held = append(held, d.Unit)
			}
		}
	case f.Helping:
		held = c.Helpers
	}
	switch {
	case f.Todo != "" && len(held) == 0,
		len(f.States) > 0 && !slices.Contains(f.States, state),
		len(f.WaitsFor) > 0 && !slices.Contains(f.WaitsFor, c.WaitsFor),
		len(f.Units) > 0 && !slices.ContainsFunc(held, func(u org.UnitID) bool { return slices.Contains(f.Units, u) }),
		f.ToCall && slices.ContainsFunc(c.Todos(), func(d cases.Todo) bool { return d.Kind == cases.Called }),
		f.Handler != "" && f.Handler != c.Handler,
		len(f.Areas) > 0 && !slices.Contains(f.Areas, c.Area),
		len(f.Categories) > 0 && !slices.Contains(f.Categories, c.Category),
		len(f.Kinds) > 0 && !slices.Contains(f.Kinds, c.Kind),
		f.Urgency != nil && *f.Urgency != c.Urgency,
		!f.LateAt.IsZero() && !c.Late(f.LateAt),
		!f.From.IsZero() && c.OpenedAt.Before(f.From),
		!f.To.IsZero() && !c.OpenedAt.Before(f.To),
		f.Order == cases.ByRisk && c.Risk() == 0:
		return false
	}
	return true
}

// List implements cases.Store.
func (m *Memory) List(_ context.Context, scope access.Scope, f cases.Filter) ([]cases.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Case
	for _, c := range m.list {
		if inScope(scope, c) && !isKept(c, scope.Recused) && selects(f, c) && (f.After.Seq == 0 || inOrder(f.Order, f.After, c.Cursor()) < 0) {
			list = append(list, clone(c))
		}
	}
	slices.SortFunc(list, func(a, b cases.Case) int { return inOrder(f.Order, a.Cursor(), b.Cursor()) })
	return list[:min(len(list), f.Limit)], nil
}

func inOrder(o cases.Order, a, b cases.Cursor) int {
	if o == cases.ByRisk {
		return cmp.Or(cmp.Compare(a.Risk, b.Risk), cmp.Compare(a.Seq, b.Seq))
	}
	return cmp.Compare(b.Seq, a.Seq)
}

// IsKept implements cases.Store.
func (m *Memory) IsKept(_ context.Context, who access.StaffID) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(m.list, func(c cases.Case) bool { return isKept(c, who) }), nil
}

// Count implements cases.Store.
func (m *Memory) Count(_ context.Context, scope access.Scope, f cases.Filter, most int) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, c := range m.list {
		if inScope(scope, c) && !isKept(c, scope.Recused) && selects(f, c) {
			n++
		}
	}
	return min(n, most), nil
}

// Rulings implements cases.Store.
func (m *Memory) Rulings(_ context.Context, f cases.RulingFilter) ([]cases.Ruling, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Ruling
	for _, r := range m.rulings {
		if f.Fits(r) && !slices.ContainsFunc(m.list, func(c cases.Case) bool { return c.ID == r.Case && isKept(c, f.Recused) }) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b cases.Ruling) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	return list[:min(len(list), f.Limit)], nil
}

// Ruling implements cases.Store.
func (m *Memory) Ruling(_ context.Context, id string) (cases.Ruling, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rulings {
		if r.ID == id {
			return r, nil
		}
	}
	return cases.Ruling{}, none()
}
