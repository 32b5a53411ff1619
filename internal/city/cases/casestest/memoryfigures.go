package casestest

import (
	"context"
	"maps"
	"slices"
	"time"

	"yiwang/internal/algo/rates"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Figures implements cases.Store, case by case as the words of cases.Figures
// say it.
func (m *Memory) Figures(_ context.Context, scope access.Scope, p cases.Period) (cases.Figures, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := tally{
		Period: p, units: map[org.UnitID]*cases.UnitFigures{},
		f: cases.Figures{ByWaits: map[cases.WaitsFor]int{}, ByState: map[cases.State]int{}, ByArea: map[org.AreaID]cases.OpenLate{}},
	}
	for _, c := range m.list {
		if inScope(scope, c) {
			t.count(c)
			m.leaveOut(&t, c)
		}
	}
	for _, u := range slices.Sorted(maps.Keys(t.units)) {
		t.f.ByUnit = append(t.f.ByUnit, *t.units[u])
	}
	if n := len(t.waited); n > 0 {
		slices.Sort(t.waited)
		t.f.Timed = n
		t.f.MedianHours = t.waited[rates.Rank(n, 50)-1].Hours()
		t.f.P90Hours = t.waited[rates.Rank(n, 90)-1].Hours()
	}
	return t.f, nil
}

// leaveOut counts what published rulings left out of the case's rates.
func (m *Memory) leaveOut(t *tally, c cases.Case) {
	for _, e := range m.exclusions {
		left := c.RatesIn(t.Period).Only(e.Rates)
		if e.Case != c.ID || e.State != cases.ExclusionMade || left == (cases.Rates{}) {
			continue
		}
		t.f.Excluded = t.f.Excluded.Plus(left)
		if c.Lead != "" {
			u := t.unit(c.Lead)
			u.Excluded = u.Excluded.Plus(left)
		}
	}
}

// First implements cases.Store.
func (m *Memory) First(context.Context) (first time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.list {
		if first.IsZero() || c.OpenedAt.Before(first) {
			first = c.OpenedAt
		}
	}
	return first, nil
}

// RollUp implements cases.Store: everything is counted from scratch.
func (m *Memory) RollUp(context.Context, []time.Time) error { return nil }

type tally struct {
	cases.Period
	f      cases.Figures
	units  map[org.UnitID]*cases.UnitFigures
	waited []time.Duration
}

func (t *tally) in(at time.Time) bool {
	return !at.IsZero() && !at.Before(t.From) && at.Before(t.To)
}

func (t *tally) unit(id org.UnitID) *cases.UnitFigures {
	if t.units[id] == nil {
		t.units[id] = &cases.UnitFigures{Unit: id}
	}
	return t.units[id]
}

// add counts one more in a rate, of all and of the lead.
func (t *tally) add(c cases.Case, good bool, of func(*cases.Rates) *cases.Ratio) {
	rates := []*cases.Rates{&t.f.Rates}
	if c.Lead != "" {
		rates = append(rates, &t.unit(c.Lead).Rates)
	}
	for _, r := range rates {
		of(r).Of++
		if good {
			of(r).Count++
		}
	}
}

func (t *tally) count(c cases.Case) {
	if t.in(c.OpenedAt) {
		t.f.Received++
		if c.Route == org.RouteAnswered {
			t.f.OnTheSpot++
		}
	}
	held := slices.Contains([]cases.State{cases.Dispatched, cases.Accepted, cases.Returned, cases.Checking}, c.State)
	if held || c.State == cases.Waiting || c.State == cases.Contested {
		t.open(c, held)
	}
	if state := c.StateAsOf(t.Now); slices.Contains(cases.Stages, state) {
		t.f.ByState[state]++
	}
	if held {
		t.f.Out++
	}
	if c.State == cases.Shelved {
		t.f.Shelved++
		t.unit(c.Lead).Shelved++
	}
	answered := t.in(c.AnsweredAt)
	if answered {
		t.f.Answered++
	}
	due := c.Clocks.ResolveDue
	if !due.IsZero() && !c.DispatchedAt.IsZero() {
		response := func(r *cases.Rates) *cases.Ratio { return &r.Response }
		if answered {
			t.add(c, !c.AnsweredAt.After(due), response)
		}
		if held && t.in(due) && due.Before(t.Now) {
			t.add(c, false, response)
		}
	}
	for _, part := range c.Parts {
		t.part(c, part, answered)
	}
}

func (t *tally) open(c cases.Case, held bool) {
	t.f.Open++
	t.f.ByWaits[c.WaitsFor]++
	at := t.f.ByArea[c.Area]
	at.Open++
	late := c.Late(t.Now)
	if late {
		at.Late++
		switch {
		case !held:
			t.f.LateDispatch++
		case c.State == cases.Dispatched && !c.Clocks.AcceptDue.IsZero():
			t.f.LateAccept++
		default:
			t.f.Late++
		}
	}
	t.f.ByArea[c.Area] = at
	if held {
		u := t.unit(c.Lead)
		u.Open++
		if late {
			u.Late++
		}
	}
}

func (t *tally) part(c cases.Case, p cases.Part, answered bool) {
	if t.in(p.VerdictAt) {
		t.add(c, p.Verdict == cases.SaysSolved, func(r *cases.Rates) *cases.Ratio { return &r.Resolution })
	}
	if t.in(p.RatedAt) {
		t.add(c, p.Rating >= 4, func(r *cases.Rates) *cases.Ratio { return &r.Satisfaction })
	}
	if !answered || !p.WithdrawnAt.IsZero() {
		return
	}
	if !c.DispatchedAt.IsZero() {
		t.waited = append(t.waited, (c.AnsweredAt.Sub(p.At) + time.Hour - time.Microsecond).Truncate(time.Hour)) // begun ones as whole
	}
	routed := c.Route != org.RouteWork && c.Route != org.RouteAnswered
	if said := !p.VerdictAt.IsZero(); !routed && (said || c.ConfirmUntil.Before(t.Now)) {
		t.add(c, !said, func(r *cases.Rates) *cases.Ratio { return &r.Silent })
	}
}
