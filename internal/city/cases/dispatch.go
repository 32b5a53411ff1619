package cases

import (
	"context"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// report is the kind of request that reports wrongdoing: its author is hidden
// from who handles it.
const report = "report"

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
	Note  string // for the units; the resident does not see it. It says why, where another unit had the case.
	// Sure says, of a dispatch without a person, how sure the reading was, in
	// percent; 0 where a person dispatches.
	Sure int
}

// Dispatch sends a case to a unit, which leads from now on. Its clocks start.
// A case that a unit has already goes elsewhere only with a reason.
func (s *Service) Dispatch(ctx context.Context, by access.Actor, id ID, revision int64, d Dispatching) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseDispatch, revision, func(t *turn) error {
		if t.State == Returned || t.State == Contested || t.Dispute.Open() {
			return errs.New(errs.Conflict, "case.rule_first")
		}
		if t.State == Waiting {
			return t.dispatch(d)
		}
		if err := t.sendOn(d); err != nil {
			return err
		}
		t.resume()
		lead, k := t.Lead, t.Clocks
		if err := t.dispatch(d); err != nil || t.Lead != lead {
			return err
		}
		// What the case is was corrected: nobody gets their own time twice.
		n := &t.Clocks
		n.AcceptDue, n.ResolveDue, n.ContactDue = sooner(n.AcceptDue, k.AcceptDue), sooner(n.ResolveDue, k.ResolveDue), sooner(n.ContactDue, k.ContactDue)
		n.ContactedAt, n.Extended, n.PausedUsed = k.ContactedAt, k.Extended, k.PausedUsed
		return nil
	}})
}

// sendOn asks whether a case may be taken from the unit that has it (改派).
// Clocks begin anew with it: what a ruling settled, what is late, and what has
// gone from unit to unit too often needs a level up.
func (t *turn) sendOn(d Dispatching) error {
	if t.State != Dispatched && t.State != Accepted {
		return errs.New(errs.Conflict, "case.wrong_state")
	}
	if d.Unit != t.Lead && t.can(access.CaseDecide) != nil {
		switch due := t.Clocks.ResolveDue; {
		case t.Settled == t.Lead:
			return errs.New(errs.Denied, "case.settled_above")
		case !due.IsZero() && t.now.After(due):
			return errs.New(errs.Denied, "case.late_above")
		}
		if err := t.level(); err != nil {
			return err
		}
	}
	_, err := needed("dispatch_note", d.Note, MaxNote)
	return err
}

// dispatch checks a dispatching against the catalogue and starts the clocks.
func (t *turn) dispatch(d Dispatching) error {
	note, wrong := optional("dispatch_note", d.Note, MaxNote)
	if err := errs.Join(t.describe(d), wrong); err != nil {
		return err
	}
	helpers, err := t.units(d)
	if err != nil {
		return err
	}
	duty := t.dutyOf(d.Unit)
	t.Urgency = max(t.Urgency, duty.Urgency)
	if d.Urgency != nil {
		t.Urgency = min(max(*d.Urgency, org.Ordinary), org.Emergency)
	}
	if err := t.move(Dispatched, ForUnit); err != nil {
		return err
	}
	from := t.Lead
	if from != d.Unit {
		t.Hops++
	}
	t.Decision, t.Settled, t.Wish, t.Shelf = Decision{}, "", Wish{}, Shelf{}
	unit, _ := t.city.Unit(d.Unit)
	t.Route, t.Lead, t.Helpers, t.Handler = org.RouteWork, d.Unit, helpers, ""
	t.endTasks()
	t.Duty, t.Catalogue, t.Granted = duty.ID, t.city.Catalogue.Version, nil
	t.Chain, t.Step = Chain(t.city.Directory, unit, duty), 0
	t.DispatchedAt, t.AcceptedAt = t.now, zero
	t.startClocks(duty)
	detail := Detail{To: d.Unit, From: from, Helpers: helpers, Duty: duty.ID, Category: t.Category, Sure: d.Sure}
	if until := t.Clocks.ResolveDue; !until.IsZero() {
		detail.Until = &until
	}
	t.tell(DispatchedTo, true, detail)
	if note != "" {
		t.tell(Noted, false, Detail{Text: note})
	}
	return nil
}

// describe takes over what the dispatcher says the case is.
func (t *turn) describe(d Dispatching) error {
	var wrong []error
	if d.Category != "" {
		t.Category = d.Category
	}
	if !t.city.Catalogue.Leaf(t.Category) {
		wrong = append(wrong, errs.Field("category", "case.no_category"))
	}
	if d.Area != "" {
		if _, ok := t.city.Area(d.Area); !ok {
			wrong = append(wrong, errs.Field("area", "case.no_area"))
		}
		t.Area = d.Area
	}
	if d.Kind != "" {
		t.Kind = d.Kind
	}
	t.Restricted = t.Restricted || t.Kind == report
	if d.About != "" {
		if _, ok := t.city.Unit(d.About); !ok {
			wrong = append(wrong, errs.Field("about", "case.no_unit"))
		}
		t.About = d.About
	}
	return errs.Join(wrong...)
}

// units checks who is to lead and help, and gives the helpers.
func (t *turn) units(d Dispatching) ([]org.UnitID, error) {
	unit, ok := t.city.Unit(d.Unit)
	if !ok || unit.Type == org.Hotline {
		return nil, errs.Field("unit", "case.no_unit")
	}
	// What belongs to a department must not be pushed down to a street.
	if category, _ := t.city.Catalogue.Category(t.Category); t.city.IsStreet(d.Unit) && !category.StreetOK {
		return nil, errs.Field("unit", "case.street_not_ok")
	}
	if t.isAbout(d.Unit) {
		return nil, errs.Field("unit", "case.about_unit")
	}
	var helpers []org.UnitID
	for _, h := range d.Helpers {
		if h == "" || h == d.Unit || slices.Contains(helpers, h) {
			continue
		}
		if _, ok := t.city.Unit(h); !ok {
			return nil, errs.Field("helpers", "case.no_unit")
		}
		if t.isAbout(h) {
			return nil, errs.Field("helpers", "case.about_unit")
		}
		helpers = append(helpers, h)
	}
	return helpers, nil
}

// dutyOf is the duty under which a unit takes the case: its own, that of a
// unit above it, or else the limits of whoever has the duty here.
func (t *turn) dutyOf(unit org.UnitID) org.Duty {
	holder, found := t.city.Duty(t.Category, t.Area, t.now)
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

// Chain is the checks an answer passes: the duty's or the unit's own, then
// the hotline's.
func Chain(d *org.Directory, unit org.Unit, duty org.Duty) []string {
	steps := duty.Chain
	for u, ok := unit, true; len(steps) == 0 && ok; u, ok = d.Unit(u.Parent) {
		steps = u.Chain
	}
	steps = slices.DeleteFunc(slices.Clone(steps), func(s string) bool { return s == StepHotline })
	return append(steps, StepHotline)
}

// TakeBack takes back a case that went out without a person and that nobody
// has accepted yet, for a person to send it. A dispatcher may, with a reason,
// and the resident.
func (s *Service) TakeBack(ctx context.Context, by access.Actor, id ID, revision int64, reason string) (Case, error) {
	may, words, wrong := access.CaseJudge, "", error(nil)
	if by.IsStaff() {
		may = access.CaseDispatch
		words, wrong = needed("reason", reason, MaxNote)
	}
	return s.do(ctx, id, action{by, may, revision, func(t *turn) error {
		if wrong != nil {
			return wrong
		}
		if t.State != Dispatched {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		detail := Detail{Text: words, From: t.Lead}
		t.Lead, t.Helpers, t.Handler, t.Duty, t.Chain, t.Step = "", nil, "", "", nil, 0
		t.endTasks()
		t.endDispute()
		t.DispatchedAt, t.Clocks = zero, Clocks{PausedUsed: t.Clocks.PausedUsed}
		t.startHotline()
		t.tell(TakenBack, true, detail)
		return t.move(Waiting, ForDispatcher)
	}})
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

// Grant lets the partner that leads the case reach the resident, or no longer.
// It is for this case and this partner alone, and the resident sees it.
func (s *Service) Grant(ctx context.Context, by access.Actor, id ID, revision int64, allow bool, reason string) (Case, error) {
	reason, wrong := needed("grant_reason", reason, MaxWords)
	if !allow {
		wrong = nil
	}
	return s.do(ctx, id, action{by, access.CaseGrant, revision, func(t *turn) error {
		if wrong != nil {
			return wrong
		}
		unit, _ := t.city.Unit(t.Lead)
		has := slices.Contains(t.Granted, t.Lead)
		if !t.Held() || t.Restricted || unit.Type != org.Partner || has == allow {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		kind := Granted
		if allow {
			t.Granted = append(slices.Clone(t.Granted), t.Lead)
		} else {
			kind = GrantEnded
			t.Granted = slices.DeleteFunc(slices.Clone(t.Granted), func(u org.UnitID) bool { return u == t.Lead })
		}
		t.tell(kind, true, Detail{To: t.Lead, Text: reason})
		return nil
	}})
}

// HandOver gives a case to another person, or to nobody in particular: the
// unit has it still, and whoever takes the next step is its handler. Only the
// program itself does this, for who leaves or may not go on with it.
func (s *Service) HandOver(ctx context.Context, by access.Actor, id ID, revision int64, to access.StaffID) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseDispatch, revision, func(t *turn) error {
		if t.StateAsOf(t.now) == Closed { // what is put off or answered may come back
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if slices.Contains(t.recused(), to) {
			to = ""
		}
		t.Handler = to
		t.tell(HandedOver, false, Detail{Staff: to})
		return nil
	}})
}

// AddHelper asks a further unit to help.
func (s *Service) AddHelper(ctx context.Context, by access.Actor, id ID, revision int64, unit org.UnitID) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseDispatch, revision, func(t *turn) error {
		if _, ok := t.city.Unit(unit); !ok {
			return errs.Field("unit", "case.no_unit")
		}
		if !t.Held() {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if unit == t.Lead || slices.Contains(t.Helpers, unit) {
			return errs.Field("unit", "case.has_it")
		}
		if t.isAbout(unit) {
			return errs.Field("unit", "case.about_unit")
		}
		t.Helpers = append(slices.Clone(t.Helpers), unit)
		t.tell(HelperAdded, true, Detail{To: unit})
		return nil
	}})
}
