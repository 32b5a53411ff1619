package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Dispatching says to whom a case goes and as what. Empty fields leave
// what the case has.
type Dispatching struct {
	Unit     org.UnitID
	Helpers  []org.UnitID
	Category org.CategoryID
	Area     org.AreaID
	Kind     string
	Urgency  *org.Urgency
	// About is the unit a complaint is about; it never gets the case.
	About org.UnitID
	Note  string
}

// Dispatch sends a case to a unit, which leads from now on. Its clocks start.
func (s *Service) Dispatch(ctx context.Context, by access.Actor, id ID, revision int64, d Dispatching) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseDispatch, revision, func(t *turn) error {
		if t.State == Returned || t.State == Contested {
			return errs.New(errs.Conflict, "case.rule_first")
		}
		return t.dispatch(d)
	}})
}

// dispatch checks a dispatching against the catalogue and starts the clocks.
func (t *turn) dispatch(d Dispatching) error {
	unit, ok := t.city.Unit(d.Unit)
	if !ok || unit.Type == org.Hotline {
		return errs.Field("unit", "case.no_unit")
	}
	if d.Category != "" {
		t.Category = d.Category
	}
	if !t.city.Catalogue.Leaf(t.Category) {
		return errs.Field("category", "case.no_category")
	}
	if d.Area != "" {
		if _, ok := t.city.Area(d.Area); !ok {
			return errs.Field("area", "case.no_area")
		}
		t.Area = d.Area
	}
	if d.Kind != "" {
		t.Kind = d.Kind
		t.Restricted = t.Restricted || d.Kind == "report"
	}
	if d.About != "" {
		if _, ok := t.city.Unit(d.About); !ok {
			return errs.Field("about", "case.no_unit")
		}
		t.About = d.About
	}
	category, _ := t.city.Catalogue.Category(t.Category)
	// What belongs to a department must not be pushed down to a street.
	if t.isStreet(d.Unit) && !category.StreetOK {
		return errs.Field("unit", "case.street_not_ok")
	}
	helpers := slices.DeleteFunc(slices.Clone(d.Helpers), func(h org.UnitID) bool { return h == "" || h == d.Unit })
	for _, u := range append([]org.UnitID{d.Unit}, helpers...) {
		if _, ok := t.city.Unit(u); !ok {
			return errs.Field("helpers", "case.no_unit")
		}
		if t.About != "" && slices.Contains(t.city.Up(u), t.About) {
			return errs.Field("unit", "case.about_unit")
		}
	}
	from := t.Lead
	duty := t.dutyOf(d.Unit)
	t.Urgency = max(t.Urgency, duty.Urgency)
	if d.Urgency != nil {
		t.Urgency = *d.Urgency
	}
	if err := t.move(Dispatched, ForUnit); err != nil {
		return err
	}
	t.Route, t.Lead, t.Helpers, t.Handler = org.RouteWork, d.Unit, helpers, ""
	t.Duty, t.Catalogue = duty.ID, t.city.Catalogue.Version
	t.Chain, t.Step = chain(t.city.Directory, unit, duty), 0
	t.DispatchedAt, t.AcceptedAt = t.now, time.Time{}
	t.startClocks(duty)
	until := t.Clocks.ResolveDue
	t.tell(DispatchedTo, true, Detail{
		Text: strings.TrimSpace(d.Note), To: d.Unit, From: from, Helpers: helpers, Duty: duty.ID, Until: &until, Category: t.Category,
	})
	return nil
}

func (t *turn) isStreet(id org.UnitID) bool {
	for _, u := range t.city.Up(id) {
		if unit, _ := t.city.Unit(u); unit.Type == org.StreetOffice {
			return true
		}
	}
	return false
}

// dutyOf is the duty under which a unit takes the case: its own, that of a
// unit above it, or else the limits of whoever has the duty here.
func (t *turn) dutyOf(unit org.UnitID) org.Duty {
	at := t.now.In(t.city.Calendar.Location())
	holder, found := t.city.Catalogue.Duty(t.city.Directory, t.Category, t.Area, at)
	if found && holder.Unit == unit {
		return holder
	}
	for _, u := range t.city.Up(unit) {
		if d, ok := t.city.Catalogue.DutyOf(u, t.Category); ok {
			return d
		}
	}
	if !found {
		return org.Duty{}
	}
	holder.ID, holder.Chain = "", nil // its limits, but not its duty
	return holder
}

// chain is the checks an answer passes: the duty's or the unit's own, then
// the hotline.
func chain(d *org.Directory, unit org.Unit, duty org.Duty) []string {
	steps := duty.Chain
	for u, ok := unit, true; len(steps) == 0 && ok; u, ok = d.Unit(u.Parent) {
		steps = u.Chain
	}
	return append(slices.Clone(steps), StepHotline)
}

// Accept takes a case on.
func (s *Service) Accept(ctx context.Context, by access.Actor, id ID, revision int64) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseAccept, revision, func(t *turn) error {
		if t.State != Dispatched {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if err := t.move(Accepted, ForUnit); err != nil {
			return err
		}
		t.AcceptedAt, t.Handler = t.now, by.Staff
		t.tell(AcceptedBy, true, Detail{})
		return nil
	}})
}

// AddHelper asks a further unit to help.
func (s *Service) AddHelper(ctx context.Context, by access.Actor, id ID, revision int64, unit org.UnitID) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseDispatch, revision, func(t *turn) error {
		if _, ok := t.city.Unit(unit); !ok || t.Lead == "" || t.State == Closed {
			return errs.Field("unit", "case.no_unit")
		}
		if unit == t.Lead || slices.Contains(t.Helpers, unit) {
			return errs.Field("unit", "case.has_it")
		}
		if t.About != "" && slices.Contains(t.city.Up(unit), t.About) {
			return errs.Field("unit", "case.about_unit")
		}
		t.Helpers = append(t.Helpers, unit)
		t.tell(HelperAdded, true, Detail{To: unit})
		return nil
	}})
}

// A Piece is one matter of a request that is split off.
type Piece struct {
	Matter   string
	Category org.CategoryID
	Area     org.AreaID
}

// Split gives each matter of a request a case of its own, with its own lead,
// clocks and verdict. The first piece stays; the others wait for dispatch.
func (s *Service) Split(ctx context.Context, by access.Actor, id ID, revision int64, pieces []Piece) (Case, []Case, error) {
	if len(pieces) < 2 || len(pieces) > 10 {
		return Case{}, nil, errs.Field("matter", "case.split_two")
	}
	for i := range pieces {
		text, err := needed("matter", pieces[i].Matter, 200)
		if err != nil {
			return Case{}, nil, err
		}
		pieces[i].Matter = text
	}
	var others []Case
	c, err := s.do(ctx, id, action{by, access.CaseSplit, revision, func(t *turn) error {
		others = nil
		if t.State != Waiting && t.State != Dispatched && t.State != Accepted {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if len(t.Parts) != 1 {
			return errs.New(errs.Conflict, "case.split_group")
		}
		for _, p := range pieces {
			if p.Category != "" && !t.city.Catalogue.Leaf(p.Category) {
				return errs.Field("category", "case.no_category")
			}
		}
		part := &t.Parts[0]
		part.Matter = pieces[0].Matter
		if pieces[0].Category != "" && t.State == Waiting {
			t.Category = pieces[0].Category
		}
		for _, p := range pieces[1:] {
			o := Opening{
				Request: part.Request, At: part.At, Kind: t.Kind, Route: org.RouteWork, Category: p.Category, Area: t.Area, Address: t.Address,
				Subject: p.Matter, Restricted: t.Restricted, About: t.About, Matter: p.Matter,
			}
			if p.Area != "" {
				o.Area = p.Area
			}
			n := o.open(t.now)
			others = append(others, n)
			t.out.Events = append(t.out.Events, Event{
				ID: ids.New(t.now), Case: n.ID, At: t.now, Kind: Opened, By: by.ID(), Unit: by.Unit, Detail: Detail{Category: n.Category},
			})
		}
		t.out.Opened = others
		t.tell(Split, true, Detail{Text: joined(pieces)})
		return nil
	}})
	return c, others, err
}

func joined(pieces []Piece) string {
	list := make([]string, len(pieces))
	for i, p := range pieces {
		list[i] = p.Matter
	}
	return strings.Join(list, "\n")
}
