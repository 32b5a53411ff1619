package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// An Opening is a case to be opened for one request, as it was read.
type Opening struct {
	Request    string // intake.ID
	At         time.Time
	Kind       string
	Route      string
	Category   org.CategoryID
	Area       org.AreaID
	Address    string
	Urgency    org.Urgency
	Subject    string
	Restricted bool
	About      org.UnitID
	Matter     string
}

// Open opens cases that wait for dispatch and returns those it opened: a
// request that has a case already is left as it is.
func (s *Service) Open(ctx context.Context, by access.Actor, list []Opening) ([]Case, error) {
	if err := by.Can(access.CaseOpen, access.Resource{Type: access.CaseType}); err != nil {
		return nil, err
	}
	now := s.now()
	cases, events := make([]Case, len(list)), make([]Event, len(list))
	for i, o := range list {
		cases[i] = o.open(now)
		events[i] = Event{ID: ids.New(now), Case: cases[i].ID, At: now, Kind: Opened, By: by.ID(), Unit: by.Unit, Detail: Detail{Category: o.Category}}
	}
	opened, err := s.Store.Open(ctx, cases, events)
	if err != nil {
		return nil, err
	}
	var kept []Case
	for i, c := range cases {
		if opened[i] {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

func (o Opening) open(now time.Time) Case {
	id := ID(ids.New(now))
	return Case{
		ID: id, State: Waiting, WaitsFor: ForDispatcher, Kind: o.Kind, Route: o.Route, Category: o.Category, Area: o.Area, Address: o.Address,
		Urgency: o.Urgency, Subject: o.Subject, Restricted: o.Restricted, About: o.About, OpenedAt: o.At, Revision: 1,
		Parts: []Part{{ID: PartID(ids.New(now)), Request: o.Request, Case: id, Matter: o.Matter, At: o.At}},
	}
}

// A Finish ends a case that waits without work by a unit: an answer on the
// spot, or the way to an emergency number, a lawful route, or why a secret
// is not spread.
type Finish struct {
	Kind     string
	Category org.CategoryID
	// Route is org.RouteAnswered or the id of a route of the catalogue.
	Route string
	// Text is what the resident is told; for a route its own words if empty.
	Text string
	// Confirmed says that the resident said, on the call, that it is solved.
	Confirmed bool
}

// Finish ends a case on the spot. It counts as answered when it was said.
func (s *Service) Finish(ctx context.Context, by access.Actor, id ID, revision int64, f Finish) (Case, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Case{}, err
	}
	outcome := Solved
	if f.Route != org.RouteAnswered {
		route, ok := city.Catalogue.Route(f.Route)
		if !ok {
			return Case{}, errs.Field("route", "case.no_route")
		}
		outcome = NotOurs
		if f.Text == "" {
			f.Text = route.Tell.ZH + "\n" + route.Tell.EN
		}
	}
	if f.Text, err = needed("answer", f.Text, MaxAnswer); err != nil {
		return Case{}, err
	}
	if f.Category != "" && !city.Catalogue.Leaf(f.Category) {
		return Case{}, errs.Field("category", "case.no_category")
	}
	return s.do(ctx, id, action{by, access.CaseOpen, revision, func(t *turn) error {
		if t.State != Waiting {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if f.Kind != "" {
			t.Kind = f.Kind
		}
		if f.Category != "" {
			t.Category = f.Category
		}
		t.Route, t.Outcome, t.Lead = f.Route, outcome, by.Unit
		t.Restricted = t.Restricted || t.Kind == "report"
		t.Chain, t.Step = nil, 0
		kind := AnsweredWith
		if f.Route != org.RouteAnswered {
			kind = Routed
		}
		t.release(Answer{ID: ids.New(t.now), Case: t.ID, At: t.now, By: by.ID(), Outcome: outcome, Text: f.Text}, kind)
		if kind == Routed {
			return t.close()
		}
		if f.Confirmed {
			for i := range t.Parts {
				t.Parts[i].Verdict, t.Parts[i].VerdictAt = SaysSolved, t.now
				t.tellPart(t.Parts[i].ID, Confirmed, true, Detail{})
			}
			return t.close()
		}
		return nil
	}})
}

// release gives an answer to the resident, whose time to confirm begins.
func (t *turn) release(a Answer, kind EventKind) {
	a.ReleasedAt = t.now
	t.Latest = a
	t.out.Answers = append(t.out.Answers, a)
	t.State, t.WaitsFor = Answered, ForResident
	t.AnsweredAt, t.Outcome = t.now, a.Outcome
	t.ConfirmUntil = confirmUntil(t.city, t.now)
	t.tell(kind, true, Detail{Text: a.Text, Outcome: a.Outcome, Until: &t.ConfirmUntil, Route: t.Route})
}

func (t *turn) close() error {
	t.ClosedAt = t.now
	return t.move(Closed, ForNobody)
}

// complete fills in what follows from the rest of a loaded case, and refuses
// one that could not have come about.
func (l *Loaded) complete() error {
	c := &l.Case
	if c.ID == "" || len(c.Parts) == 0 || c.OpenedAt.IsZero() {
		return errors.New("a loaded case has an id, a part and a time")
	}
	if _, known := moves[c.State]; !known {
		return fmt.Errorf("case %s: there is no state %q", c.ID, c.State)
	}
	if c.Lead == "" && c.State != Waiting && c.State != Closed {
		return fmt.Errorf("case %s is %s and has no lead", c.ID, c.State)
	}
	if !c.AnsweredAt.IsZero() && c.AnsweredAt.Before(c.OpenedAt) {
		return fmt.Errorf("case %s is answered before it is opened", c.ID)
	}
	if c.Revision == 0 {
		c.Revision = 1
	}
	for i := range c.Parts {
		c.Parts[i].Case = c.ID
	}
	for i := range l.Events {
		l.Events[i].Case = c.ID
	}
	for i := range l.Answers {
		l.Answers[i].Case = c.ID
		if !slices.Contains(Outcomes, l.Answers[i].Outcome) {
			return fmt.Errorf("case %s: an answer has no outcome %q", c.ID, l.Answers[i].Outcome)
		}
	}
	return nil
}
