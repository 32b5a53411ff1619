package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// Load keeps many cases with their history, for imports and demonstrations.
// Deadlines that follow from a limit, who waits and the like may be left to
// it; what could not have come about is refused. Cases that share a request
// come together: a request that had a case before is left out.
func (s *Service) Load(ctx context.Context, by access.Actor, list []Loaded) error {
	if err := by.Can(access.RequestImport, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return err
	}
	for i := range list {
		l := &list[i]
		l.complete(city)
		if err := l.check(city); err != nil {
			return fmt.Errorf("case %s (%q): %w", l.Case.ID, l.Case.Subject, err)
		}
	}
	defer s.changed()
	return s.Store.Load(ctx, list)
}

// usually is who has the next step of a case in a state.
var usually = map[State]WaitsFor{
	Waiting: ForDispatcher, Dispatched: ForUnit, Accepted: ForUnit, Returned: ForDispatcher, Shelved: ForNobody,
	Answered: ForResident, Contested: ForDispatcher, Closed: ForNobody,
}

// complete fills in what follows from the rest.
func (l *Loaded) complete(city org.City) {
	c := &l.Case
	k := &c.Clocks
	c.Seq, c.Revision = DayOf(c.OpenedAt, city.Calendar.Location()), max(c.Revision, 1)
	c.Restricted = c.Restricted || c.Kind == report
	c.Hops = max(c.Hops, l.hops())
	if len(c.Chain) == 0 && !c.DispatchedAt.IsZero() { // it may be reopened
		unit, _ := city.Unit(c.Lead)
		duty, _ := city.Catalogue.DutyByID(c.Duty)
		c.Chain = Chain(city.Directory, unit, duty)
	}
	if c.State == Checking && c.Step < len(c.Chain) {
		c.WaitsFor = or(c.WaitsFor, waitsFor(c.Chain[c.Step]))
	}
	if c.WaitsFor = or(c.WaitsFor, usually[c.State]); c.State == Accepted && c.Asking() {
		c.WaitsFor = ForResident
	}
	due := func(at *time.Time, from time.Time, limit calendar.Limit) {
		if at.IsZero() && !from.IsZero() {
			*at = city.Calendar.Due(from, limit)
		}
	}
	if c.State == Contested {
		due(&k.DispatchDue, c.contestedAt(), city.Policy.Dispatch)
	}
	if c.State == Returned {
		due(&k.DispatchDue, l.returnedAt(), city.Policy.Dispatch)
	}
	due(&k.DispatchDue, c.OpenedAt, city.Policy.Dispatch)
	due(&k.AcceptDue, c.DispatchedAt, k.AcceptLimit)
	due(&k.ResolveDue, c.DispatchedAt, k.ResolveLimit)
	if c.ConfirmUntil.IsZero() && !c.AnsweredAt.IsZero() {
		c.ConfirmUntil = confirmUntil(city, c.AnsweredAt)
	}
	for i := range c.Parts {
		p := &c.Parts[i]
		p.Case = c.ID
		if p.At.IsZero() {
			p.At = c.OpenedAt
		}
	}
	for i := range l.Events {
		l.Events[i].Case = c.ID
		l.Events[i].ID = or(l.Events[i].ID, ids.New(l.Events[i].At))
	}
	for i := range l.Answers {
		l.Answers[i].Case = c.ID
	}
}

// hops is how often the history says that the case went to another unit.
func (l *Loaded) hops() (n int) {
	if l.Case.DispatchedAt.IsZero() {
		return 0
	}
	var at org.UnitID
	for _, e := range l.Events {
		if e.Kind == DispatchedTo && e.Detail.To != at {
			at, n = e.Detail.To, n+1
		}
	}
	return max(n, 1)
}

func (c Case) contestedAt() (at time.Time) {
	for _, p := range c.Parts {
		if p.Verdict == SaysNot && p.VerdictAt.After(at) {
			at = p.VerdictAt
		}
	}
	return at
}

// returnedAt is when a unit last gave the case back; zero if nothing says so.
func (l *Loaded) returnedAt() (at time.Time) {
	for _, e := range l.Events {
		if e.Kind == ReturnedBy {
			at = e.At
		}
	}
	return at
}

// check refuses what could not have come about.
func (l *Loaded) check(city org.City) error {
	c := l.Case
	_, known := moves[c.State]
	switch {
	case !ids.Valid(string(c.ID)):
		return errors.New("its id is none")
	case !known:
		return fmt.Errorf("there is no state %q", c.State)
	case c.OpenedAt.IsZero() || len(c.Parts) == 0:
		return errors.New("it has no time or no part")
	case (c.Held() || c.State == Shelved) && c.DispatchedAt.IsZero():
		return fmt.Errorf("it is %s and was never dispatched", c.State)
	case c.Lead == "" && c.State != Waiting && c.State != Closed:
		return fmt.Errorf("it is %s and has no lead", c.State)
	case c.State == Waiting && c.Lead != "":
		return errors.New("it waits and has a lead")
	case (c.State == Answered || c.State == Contested) && c.AnsweredAt.IsZero():
		return fmt.Errorf("it is %s and has no answer", c.State)
	case (c.State == Shelved) != !c.Shelf.ApprovedAt.IsZero() || c.State == Shelved && c.Shelf.Review.IsZero():
		return errors.New("it is put off and nobody knows until when, or by whom")
	case c.State == Closed && c.ClosedAt.IsZero():
		return errors.New("it is closed and nobody knows since when")
	case c.State == Checking && (c.Step >= len(c.Chain) || len(l.Answers) == 0):
		return errors.New("it is checked and there is nothing to check")
	case len(c.Chain) > 0 && !wellFormed(c.Chain):
		return fmt.Errorf("its answers pass %v: a chain is of check and sign, and the hotline is last", c.Chain)
	case c.State == Contested && c.contestedAt().IsZero():
		return errors.New("it is contested and nobody contests it")
	case !inOrder(c.OpenedAt, c.DispatchedAt, c.AcceptedAt), !inOrder(c.OpenedAt, c.AnsweredAt, c.ClosedAt), !inOrder(c.DispatchedAt, c.AnsweredAt):
		return errors.New("its times are not in order")
	case c.WaitsFor == "" || c.Urgency < org.Ordinary || c.Urgency > org.Emergency:
		return errors.New("nobody has the next step, or there is no such urgency")
	}
	if c.Outcome != "" && c.Outcome != Withdrawn && !slices.Contains(Outcomes, c.Outcome) {
		return fmt.Errorf("there is no outcome %q", c.Outcome)
	}
	return errors.Join(l.checkCity(city), l.checkHistory())
}

// checkCity looks for the units, the area and the category.
func (l *Loaded) checkCity(city org.City) error {
	c := l.Case
	for _, u := range append([]org.UnitID{c.Lead, c.About}, c.Helpers...) {
		if _, ok := city.Unit(u); u != "" && !ok {
			return fmt.Errorf("there is no unit %q", u)
		}
	}
	if slices.Contains(c.Helpers, c.Lead) && c.Lead != "" {
		return errors.New("its lead helps itself")
	}
	if _, ok := city.Area(c.Area); c.Area != "" && !ok {
		return fmt.Errorf("there is no area %q", c.Area)
	}
	if c.Category != "" && !city.Catalogue.Leaf(c.Category) {
		return fmt.Errorf("there is no category %q on the lowest level", c.Category)
	}
	return nil
}

// checkHistory looks at the parts, events and answers.
func (l *Loaded) checkHistory() error {
	for _, p := range l.Case.Parts {
		switch {
		case p.ID == "" || p.Request == "":
			return errors.New("a part has no id or no request")
		case p.Verdict != NoVerdict && p.Verdict != SaysSolved && p.Verdict != SaysNot, (p.Verdict == NoVerdict) != p.VerdictAt.IsZero() && p.Missing == "":
			return fmt.Errorf("a part has the verdict %q, or no time for it", p.Verdict)
		case p.Verdict == SaysNot && p.Missing == "":
			return errors.New("a part is not solved, and nothing is missing")
		case p.Rating < 0 || p.Rating > 5 || (p.Rating == 0) != p.RatedAt.IsZero():
			return fmt.Errorf("a part is rated %d, or no time is known for it", p.Rating)
		}
	}
	for i, e := range l.Events {
		if e.Kind == "" || e.At.IsZero() || i > 0 && e.At.Before(l.Events[i-1].At) {
			return fmt.Errorf("event %d (%s) is nothing, or not in order", i+1, e.Kind)
		}
	}
	for _, a := range l.Answers {
		if a.ID == "" || a.Text == "" || a.At.IsZero() || !slices.Contains(Outcomes, a.Outcome) {
			return errors.New("an answer has no id, text, time or outcome")
		}
	}
	return nil
}

func wellFormed(chain []string) bool {
	last := len(chain) - 1
	return chain[last] == StepHotline && !slices.ContainsFunc(chain[:last], func(s string) bool { return s != StepCheck && s != StepSign })
}

// inOrder reports whether those of the times that there are follow each other.
func inOrder(times ...time.Time) bool {
	var last time.Time
	for _, t := range times {
		if t.IsZero() {
			continue
		}
		if t.Before(last) {
			return false
		}
		last = t
	}
	return true
}
