package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/algo/rates"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// Brink is how shortly before its deadline an answer counts as given at the
// last moment.
const Brink = 10 * time.Minute

// Hearing is how long others can say the same of a matter, for what their
// number says of an area: later it is an old matter.
const Hearing = 7 * 24 * time.Hour

// A Stratum says what cases are like that are compared with each other
// (同类办件): rates of units with other cases say nothing of the units.
type Stratum struct {
	Category org.CategoryID
	Urgency  org.Urgency
	Channel  string
}

// Stratum is what the case is like.
func (c Case) Stratum() Stratum { return Stratum{c.Category, c.Urgency, c.Channel} }

// A StratumCount is the rates of one unit in one stratum. Silence is not
// among them.
type StratumCount struct {
	Unit org.UnitID // the lead, or ""
	Stratum
	Received int // opened in the period
	Brink    int // of Rates.Response, answered within the last Brink of the limit
	Rates    Rates
}

// AreaCount is what was said in an area, and by how many.
type AreaCount struct {
	Received int // cases for units, opened in the period
	Answered int // of such cases, in the period
	// Joined is how many of those answered somebody else spoke of as well,
	// within Hearing; Minutes is how long they could, before the answer. What
	// nobody repeats although it stays is a sign of silence. Cases are counted
	// and not people, since one burst of forty says no more than one of two.
	Joined, Minutes int
}

// Measures are what the rates of units are compared by. They are of the whole
// city: nobody is compared with a part of it.
type Measures struct {
	// Strata has a line for each unit and stratum with a count, in order.
	Strata []StratumCount
	// Excluded is the part of Strata that was left out of rates by published
	// rulings: each rate of it counts only cases left out of that rate.
	Excluded []StratumCount
	// Waited is how many whole hours residents waited for the answers of a lead,
	// as Figures counts them.
	Waited map[org.UnitID]rates.Histogram
	// Hops counts cases of units answered in the period by how many units they
	// went to.
	Hops rates.Histogram
	// Areas has counts by area, as the cases name it.
	Areas map[org.AreaID]AreaCount
}

// A Measurer counts for comparisons; every Store is one.
type Measurer interface {
	// Measures counts a period, over all cases. Its cost grows with the days
	// that are not counted yet and the strata of the others.
	Measures(ctx context.Context, p Period) (Measures, error)

	// Echoes gives what was said of cases that something was said of in a
	// period, in the order of their ids. Its cost grows with these cases.
	Echoes(ctx context.Context, p Period) ([]Echo, error)

	// Overdue counts what is owed at a time by who has the next step and which
	// clock counts, and how much of it is late.
	Overdue(ctx context.Context, scope access.Scope, now time.Time) ([]Stage, error)
}

// A Stage is what waits for somebody in one state.
type Stage struct {
	State State
	Waits WaitsFor
	OpenLate
}

// has reports whether a time is in the period.
func (p Period) has(at time.Time) bool { return !at.IsZero() && !at.Before(p.From) && at.Before(p.To) }

// RatesIn is what the case adds to the rates of a period, without silence.
func (c Case) RatesIn(p Period) (r Rates) {
	add := func(to *Ratio, good bool) {
		to.Of++
		if good {
			to.Count++
		}
	}
	if due := c.Clocks.ResolveDue; !due.IsZero() && !c.DispatchedAt.IsZero() {
		if p.has(c.AnsweredAt) {
			add(&r.Response, !c.AnsweredAt.After(due))
		}
		if c.Held() && p.has(due) && due.Before(p.Now) {
			add(&r.Response, false)
		}
	}
	for _, part := range c.Parts {
		if p.has(part.VerdictAt) {
			add(&r.Resolution, part.Verdict == SaysSolved)
		}
		if p.has(part.RatedAt) {
			add(&r.Satisfaction, part.Rating >= 4)
		}
	}
	return r
}

// AtTheBrink reports whether the answer came in the last minutes of the limit.
func (c Case) AtTheBrink() bool {
	due := c.Clocks.ResolveDue
	return !due.IsZero() && !c.DispatchedAt.IsZero() && !c.AnsweredAt.After(due) && c.AnsweredAt.After(due.Add(-Brink))
}

// Heard is whether somebody else said the same within Hearing, 1 or 0, and for
// how many whole minutes they could before the answer.
func (c Case) Heard() (joined, minutes int) {
	if slices.ContainsFunc(c.Parts, func(p Part) bool { return p.At.After(c.OpenedAt) && !p.At.After(c.OpenedAt.Add(Hearing)) }) {
		joined = 1
	}
	if open := c.AnsweredAt.Sub(c.OpenedAt); open > 0 {
		minutes = int(min(open, Hearing) / time.Minute)
	}
	return joined, minutes
}

// Plus adds rates.
func (r Rates) Plus(o Rates) Rates {
	for i, to := range r.list() {
		to.Of += o.list()[i].Of
		to.Count += o.list()[i].Count
	}
	return r
}

// Minus takes rates away.
func (r Rates) Minus(o Rates) Rates {
	for i, to := range r.list() {
		to.Of -= o.list()[i].Of
		to.Count -= o.list()[i].Count
	}
	return r
}

func (r *Rates) list() []*Ratio {
	return []*Ratio{&r.Response, &r.Resolution, &r.Satisfaction, &r.Silent}
}

// RateNames are the rates that cases count in, as RateOf takes them.
var RateNames = []string{"response", "resolution", "satisfaction"}

// RateOf is the rate with a name.
func (r *Rates) RateOf(name string) *Ratio {
	if i := slices.Index(RateNames, name); i >= 0 {
		return r.list()[i]
	}
	return &r.Silent
}

// Only keeps those of the rates that are named.
func (r Rates) Only(names []string) (kept Rates) {
	for _, n := range names {
		*kept.RateOf(n) = *r.RateOf(n)
	}
	return kept
}
