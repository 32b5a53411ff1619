package cases

import (
	"context"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// zero is no time.
var zero time.Time

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
	Channel    string
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
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	cases, events := make([]Case, len(list)), make([]Event, len(list))
	for i, o := range list {
		cases[i] = o.open(city, now)
		events[i] = Event{ID: ids.New(now), Case: cases[i].ID, At: now, Kind: Opened, By: by.ID(), Unit: by.Unit, Detail: Detail{Category: o.Category}}
	}
	defer s.changed()
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

// open makes the case; its number is the store's to give.
func (o Opening) open(city org.City, now time.Time) Case {
	id := ID(ids.New(now))
	return Case{
		ID: id, Seq: DayOf(o.At, city.Calendar.Location()), State: Waiting, WaitsFor: ForDispatcher,
		Kind: o.Kind, Route: o.Route, Category: o.Category, Area: o.Area, Address: o.Address, Urgency: min(max(o.Urgency, org.Ordinary), org.Emergency),
		Channel: o.Channel, Subject: o.Subject, Restricted: o.Restricted || o.Kind == report, About: o.About, OpenedAt: o.At, Revision: 1,
		Clocks: Clocks{DispatchDue: hotlineDue(city, o.At)},
		Parts:  []Part{{ID: PartID(ids.New(now)), Request: o.Request, Case: id, Matter: o.Matter, At: o.At}},
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

// Finish ends a case on the spot. An answer counts as given when it was said;
// a route is explained, and the case is closed as such.
func (s *Service) Finish(ctx context.Context, by access.Actor, id ID, revision int64, f Finish) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseOpen, revision, func(t *turn) error {
		if t.State != Waiting {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		answer, err := t.finish(f)
		if err != nil {
			return err
		}
		if f.Route != org.RouteAnswered {
			if err := t.release(answer, Routed); err != nil {
				return err
			}
			return t.close()
		}
		if err := t.release(answer, AnsweredWith); err != nil || !f.Confirmed {
			return err
		}
		for i := range t.Parts {
			if t.Parts[i].WithdrawnAt.IsZero() {
				t.Parts[i].Verdict, t.Parts[i].VerdictAt, t.Parts[i].Missing = SaysSolved, t.now, ""
				t.tellPart(t.Parts[i].ID, Confirmed, true, Detail{})
			}
		}
		return t.close()
	}})
}

// finish checks f, takes over what it says of the case and gives the answer.
func (t *turn) finish(f Finish) (Answer, error) {
	outcome := Solved
	if f.Route != org.RouteAnswered {
		route, ok := t.city.Catalogue.Route(f.Route)
		if !ok {
			return Answer{}, errs.Field("route", "case.no_route")
		}
		outcome = NotOurs
		if f.Text == "" {
			f.Text = route.Tell.ZH + "\n" + route.Tell.EN
		}
	}
	text, err := needed("answer", f.Text, MaxAnswer)
	if f.Category != "" && !t.city.Catalogue.Leaf(f.Category) {
		err = errs.Join(err, errs.Field("category", "case.no_category"))
	}
	if err != nil {
		return Answer{}, err
	}
	t.Kind, t.Category = or(f.Kind, t.Kind), or(f.Category, t.Category)
	t.Restricted = t.Restricted || t.Kind == report
	t.Route, t.Lead, t.Handler = f.Route, or(t.by.Unit, t.city.HotlineUnit().ID), t.by.Staff
	t.Catalogue, t.Chain, t.Step = t.city.Catalogue.Version, nil, 0
	return Answer{ID: ids.New(t.now), Case: t.ID, At: t.now, By: t.by.ID(), Outcome: outcome, Text: text}, nil
}

// release gives an answer to the resident, whose time to confirm begins.
func (t *turn) release(a Answer, kind EventKind) error {
	if err := t.move(Answered, ForResident); err != nil {
		return err
	}
	t.endDispute()
	t.contacted()
	a.ReleasedAt = t.now
	t.Latest = a
	t.out.Answers = append(t.out.Answers, a)
	t.AnsweredAt, t.Outcome = t.now, a.Outcome
	t.ConfirmUntil = confirmUntil(t.city, t.now)
	until := t.ConfirmUntil
	d := Detail{Text: a.Text, English: a.English, Outcome: a.Outcome, Until: &until, From: t.Lead}
	if kind == Routed {
		d.Route, d.Until = t.Route, nil
	}
	t.tell(kind, true, d)
	return nil
}

func (t *turn) close() error {
	t.resume() // no question is open any more
	t.endDispute()
	t.Wish, t.Shelf = Wish{}, Shelf{}
	t.ClosedAt = t.now
	return t.move(Closed, ForNobody)
}
