package casestest

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"yiwang/internal/algo/draw"
	"yiwang/internal/algo/rates"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Measures implements cases.Store, case by case.
func (m *Memory) Measures(_ context.Context, p cases.Period) (cases.Measures, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := cases.Measures{Waited: map[org.UnitID]rates.Histogram{}, Hops: rates.Histogram{}, Areas: map[org.AreaID]cases.AreaCount{}}
	in := func(at time.Time) bool { return !at.IsZero() && !at.Before(p.From) && at.Before(p.To) }
	for _, c := range m.list {
		n := cases.StratumCount{Unit: c.Lead, Stratum: c.Stratum(), Rates: c.RatesIn(p)}
		area := out.Areas[c.Area]
		if in(c.OpenedAt) {
			n.Received = 1
			if c.Route == org.RouteWork {
				area.Received++
			}
		}
		if in(c.AnsweredAt) {
			m.answered(c, &n, &area, out)
		}
		if area != (cases.AreaCount{}) {
			out.Areas[c.Area] = area
		}
		if n.Received+n.Brink > 0 || n.Rates != (cases.Rates{}) || in(c.AnsweredAt) {
			out.Strata = sum(out.Strata, n)
		}
		for _, e := range m.exclusions {
			if left := c.RatesIn(p).Only(e.Rates); e.Case == c.ID && e.State == cases.ExclusionMade && left != (cases.Rates{}) {
				out.Excluded = sum(out.Excluded, cases.StratumCount{Unit: c.Lead, Stratum: c.Stratum(), Rates: left})
			}
		}
	}
	order(out.Strata)
	order(out.Excluded)
	return out, nil
}

func (m *Memory) answered(c cases.Case, n *cases.StratumCount, area *cases.AreaCount, out cases.Measures) {
	if c.AtTheBrink() {
		n.Brink = 1
	}
	if c.Route == org.RouteWork {
		joined, minutes := c.Heard()
		area.Answered++
		area.Joined += joined
		area.Minutes += minutes
	}
	if c.DispatchedAt.IsZero() {
		return
	}
	out.Hops[c.Hops]++
	for _, part := range c.Parts {
		if part.WithdrawnAt.IsZero() {
			if out.Waited[c.Lead] == nil {
				out.Waited[c.Lead] = rates.Histogram{}
			}
			out.Waited[c.Lead][int((c.AnsweredAt.Sub(part.At)+time.Hour-time.Microsecond)/time.Hour)]++
		}
	}
}

func sum(list []cases.StratumCount, n cases.StratumCount) []cases.StratumCount {
	i := slices.IndexFunc(list, func(o cases.StratumCount) bool { return o.Unit == n.Unit && o.Stratum == n.Stratum })
	if i < 0 {
		return append(list, n)
	}
	list[i].Received += n.Received
	list[i].Brink += n.Brink
	list[i].Rates = list[i].Rates.Plus(n.Rates)
	return list
}

func order(list []cases.StratumCount) {
	slices.SortFunc(list, func(a, b cases.StratumCount) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Urgency, b.Urgency), cmp.Compare(a.Channel, b.Channel))
	})
}

// Overdue implements cases.Store.
func (m *Memory) Overdue(_ context.Context, scope access.Scope, now time.Time) ([]cases.Stage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Stage
	for _, c := range m.list {
		if c.Risk() == 0 || !inScope(scope, c) {
			continue
		}
		i := slices.IndexFunc(list, func(s cases.Stage) bool { return s.State == c.State && s.Waits == c.WaitsFor })
		if i < 0 {
			i = len(list)
			list = append(list, cases.Stage{State: c.State, Waits: c.WaitsFor})
		}
		list[i].Open++
		if c.Late(now) {
			list[i].Late++
		}
	}
	slices.SortFunc(list, func(a, b cases.Stage) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Waits, b.Waits))
	})
	return list, nil
}

// account keeps what a change says of exclusions and samples.
func (m *Memory) account(made cases.Change) error {
	for _, e := range made.Exclusions {
		i := slices.IndexFunc(m.exclusions, func(o cases.Exclusion) bool { return o.ID == e.ID })
		switch {
		case i >= 0 && m.exclusions[i].State != cases.ExclusionOpen:
			return errs.New(errs.Conflict, "case.exclusion_ruled")
		case i >= 0:
			m.exclusions[i] = e
		case slices.ContainsFunc(m.exclusions, func(o cases.Exclusion) bool { return o.Case == e.Case && o.State != cases.ExclusionNone }):
			return errs.New(errs.Conflict, "case.exclusion_asked")
		default:
			m.exclusions = append(m.exclusions, e)
		}
	}
	for _, f := range made.Findings {
		for i := range m.audits {
			if m.audits[i].Month == f.Month {
				m.audits[i].Items[f.Rank-1] = f
			}
		}
	}
	return nil
}

// Exclusions implements cases.Store.
func (m *Memory) Exclusions(_ context.Context, f cases.ExclusionFilter) ([]cases.Exclusion, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Exclusion
	for _, e := range m.exclusions {
		switch {
		case f.ID != "" && f.ID != e.ID, f.State != "" && f.State != e.State, f.Case != "" && f.Case != e.Case, f.Ruled && e.RuledAt.IsZero(),
			len(f.Units) > 0 && !slices.Contains(f.Units, e.Unit), !f.From.IsZero() && e.AskedAt.Before(f.From), !f.To.IsZero() && !e.AskedAt.Before(f.To):
			continue
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b cases.Exclusion) int {
		if f.Ruled {
			return cmp.Or(b.RuledAt.Compare(a.RuledAt), cmp.Compare(b.ID, a.ID))
		}
		return cmp.Or(b.AskedAt.Compare(a.AskedAt), cmp.Compare(b.ID, a.ID))
	})
	return list[:min(len(list), f.Limit)], nil
}

// Against implements cases.Store.
func (m *Memory) Against(_ context.Context, units []org.UnitID, p cases.Period, limit int) ([]cases.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Case
	for _, c := range m.list {
		r := c.RatesIn(p)
		if slices.Contains(units, c.Lead) && (r.Response.Count < r.Response.Of || r.Resolution.Count < r.Resolution.Of || r.Satisfaction.Count < r.Satisfaction.Of) {
			list = append(list, clone(c))
		}
	}
	slices.SortFunc(list, func(a, b cases.Case) int { return cmp.Compare(b.Seq, a.Seq) })
	return list[:min(len(list), limit)], nil
}

// Solved implements cases.Store.
func (m *Memory) Solved(_ context.Context, p cases.Period) ([]cases.Answerer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Answerer
	for _, c := range m.list {
		if !c.AnsweredAt.IsZero() && !c.AnsweredAt.Before(p.From) && c.AnsweredAt.Before(p.To) && !c.DispatchedAt.IsZero() && c.Route == org.RouteWork && c.Outcome == cases.Solved {
			list = append(list, cases.Answerer{Case: c.ID, Unit: c.Lead})
		}
	}
	slices.SortFunc(list, func(a, b cases.Answerer) int { return cmp.Compare(a.Case, b.Case) })
	return list, nil
}

// KeepAudit implements cases.Store.
func (m *Memory) KeepAudit(_ context.Context, a cases.Audit) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.ContainsFunc(m.audits, func(o cases.Audit) bool { return o.Month == a.Month }) {
		return nil
	}
	a.Marks, a.Items = slices.Clone(a.Marks), slices.Clone(a.Items)
	slices.SortFunc(a.Marks, func(a, b draw.Mark) int { return bytes.Compare(a[:], b[:]) })
	for i, f := range a.Items {
		a.Items[i].Number = m.find(f.Case).Number
	}
	m.audits = append(m.audits, a)
	slices.SortFunc(m.audits, func(a, b cases.Audit) int { return strings.Compare(b.Month, a.Month) })
	return nil
}

// Audits implements cases.Store.
func (m *Memory) Audits(_ context.Context, limit int) ([]cases.Audit, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []cases.Audit
	for _, a := range m.audits[:min(len(m.audits), limit)] {
		a.Marks, a.Items = nil, slices.Clone(a.Items)
		list = append(list, a)
	}
	return list, nil
}

// Audit implements cases.Store.
func (m *Memory) Audit(_ context.Context, month string) (cases.Audit, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.audits {
		if a.Month == month {
			a.Items = slices.Clone(a.Items)
			return a, nil
		}
	}
	return cases.Audit{}, none()
}

// Signs implements cases.Store.
func (m *Memory) Signs(_ context.Context, p cases.Period) (cases.Signs, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := cases.Signs{Overruled: map[cases.Decider]cases.Ratio{}, Again: map[org.UnitID]cases.Ratio{}, Excluded: map[org.UnitID]cases.Ratio{}}
	in := func(at time.Time) bool { return !at.IsZero() && !at.Before(p.From) && at.Before(p.To) }
	for _, c := range m.list {
		for _, e := range m.events[c.ID] {
			against := slices.Contains([]cases.EventKind{cases.ReturnRefused, cases.Reopened, cases.SentBack}, e.Kind)
			d := cases.Decider{Staff: access.StaffID(e.By), Unit: c.Lead}
			if e.Kind == cases.ReturnUpheld {
				d.Unit = e.Detail.From
			}
			if in(e.At) && d.Unit != "" && (against || e.Kind == cases.ReturnUpheld || e.Kind == cases.KeptClosed) {
				out.Overruled[d] = more(out.Overruled[d], against)
			}
		}
		if in(c.AnsweredAt) && c.AnsweredAt.Before(p.Now.Add(-cases.Again)) && !c.DispatchedAt.IsZero() && c.Outcome == cases.Solved && c.Address != "" && c.Lead != "" {
			out.Again[c.Lead] = more(out.Again[c.Lead], slices.ContainsFunc(m.list, func(o cases.Case) bool {
				return o.Address == c.Address && o.Category == c.Category && o.OpenedAt.After(c.AnsweredAt) && !o.OpenedAt.After(c.AnsweredAt.Add(cases.Again)) && o.MergedInto == ""
			}))
		}
	}
	for _, e := range m.exclusions {
		if in(e.AskedAt) && e.State != cases.ExclusionOpen {
			out.Excluded[e.Unit] = more(out.Excluded[e.Unit], e.State == cases.ExclusionMade)
		}
	}
	return out, nil
}

// Echoes implements cases.Store.
func (m *Memory) Echoes(_ context.Context, p cases.Period) ([]cases.Echo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	byID := slices.SortedFunc(slices.Values(m.list), func(a, b cases.Case) int { return cmp.Compare(a.ID, b.ID) })
	var list []cases.Echo
	for _, c := range byID {
		if slices.ContainsFunc(m.events[c.ID], func(e cases.Event) bool {
			return slices.Contains([]cases.EventKind{cases.FollowedUp, cases.NotReached, cases.TaskRated}, e.Kind) && !e.At.Before(p.From) && e.At.Before(p.To)
		}) {
			list = append(list, cases.Echo{Lead: c.Lead, Follow: c.Follow, Tasks: c.Tasks})
		}
	}
	return list, nil
}

func more(r cases.Ratio, yes bool) cases.Ratio {
	r.Of++
	if yes {
		r.Count++
	}
	return r
}
