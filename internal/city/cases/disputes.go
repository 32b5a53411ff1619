package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Decision is what the hotline made of a return.
type Decision struct {
	At   time.Time      `json:"at,omitzero"`
	By   access.StaffID `json:"by,omitempty"`
	From org.UnitID     `json:"from,omitempty"` // who returned it
	To   org.UnitID     `json:"to,omitempty"`   // who has it since; the same where it was refused
}

// A Dispute is about whose a case is. The lead stays the lead and works until
// the ruling: what is urgent does not wait.
type Dispute struct {
	At       time.Time      `json:"at,omitzero"`
	By       org.UnitID     `json:"by,omitempty"` // the lead that disputes
	Reason   string         `json:"reason,omitempty"`
	Proposed org.UnitID     `json:"proposed,omitempty"`
	Parties  []org.UnitID   `json:"parties,omitempty"` // nobody of these rules on it
	Decided  access.StaffID `json:"decided,omitempty"` // nor who made the decision
	Due      time.Time      `json:"due,omitzero"`      // of the ruling

	// When the units met, what was said, and whom the hotline named.
	ConvenedAt time.Time      `json:"convened_at,omitzero"`
	ConvenedBy access.StaffID `json:"convened_by,omitempty"`
	Minutes    string         `json:"minutes,omitempty"`
	Lead       org.UnitID     `json:"lead,omitempty"`
	Helpers    []org.UnitID   `json:"helpers,omitempty"`
}

// Open reports whether there is a dispute to be ruled on.
func (d Dispute) Open() bool { return !d.At.IsZero() }

// Convened reports whether the units have met.
func (d Dispute) Convened() bool { return !d.ConvenedAt.IsZero() }

// Late reports whether the ruling is.
func (d Dispute) Late(now time.Time) bool { return d.Open() && !d.Due.IsZero() && now.After(d.Due) }

// Disputable reports whether the lead can dispute the decision by which it
// has the case.
func (c Case) Disputable() bool {
	return (c.State == Dispatched || c.State == Accepted) && !c.Dispute.Open() &&
		!c.Decision.At.IsZero() && c.Decision.To == c.Lead && !slices.Contains(c.Disputed, c.Lead)
}

// DisputeReturn says that the decision on a return is wrong: by the unit whose
// return was refused, or by the one that got the case instead. Each may once,
// within the window of a return. The case stays where it is meanwhile.
func (s *Service) DisputeReturn(ctx context.Context, by access.Actor, id ID, revision int64, r Return) (Case, error) {
	reason, wrong := needed("reason", r.Reason, MaxNote)
	return s.do(ctx, id, action{by, access.CaseReturn, revision, func(t *turn) error {
		switch {
		case slices.Contains(t.Disputed, t.Lead):
			return errs.New(errs.Conflict, "case.disputed_once")
		case !t.Disputable():
			return errs.New(errs.Conflict, "case.nothing_to_dispute")
		}
		if window := t.city.Policy.ReturnWindow; !window.IsZero() {
			if until := t.city.Calendar.Due(t.Decision.At, window); t.now.After(until) {
				return errs.New(errs.Conflict, "case.dispute_over", "Until", until)
			}
		}
		if err := errs.Join(wrong, t.proposed(r)); err != nil {
			return err
		}
		t.Disputed = append(slices.Clone(t.Disputed), t.Lead)
		parties := []org.UnitID{t.Lead}
		for _, u := range []org.UnitID{t.Decision.From, r.Proposed} {
			if !slices.Contains(parties, u) {
				parties = append(parties, u)
			}
		}
		t.Dispute = Dispute{
			At: t.now, By: t.Lead, Reason: reason, Proposed: r.Proposed, Parties: parties, Decided: t.Decision.By,
			Due: t.city.Calendar.Due(t.now, t.city.Policy.Ruling),
		}
		detail := Detail{Text: reason, To: r.Proposed, From: t.Lead, Duty: r.Duty}
		if until := t.Dispute.Due; !until.IsZero() {
			detail.Until = &until
		}
		t.tell(DisputedBy, true, detail)
		return nil
	}})
}

// A Convening is what came of a meeting of the units.
type Convening struct {
	Lead    org.UnitID
	Helpers []org.UnitID
	Minutes string
}

// Convene keeps that the units met: whom the hotline named as lead and as
// helpers, and the minutes. Those that are named help from now on, and so see
// the case; who leads, the ruling says.
func (s *Service) Convene(ctx context.Context, by access.Actor, id ID, revision int64, m Convening) (Case, error) {
	minutes, wrong := needed("minutes", m.Minutes, MaxNote)
	return s.do(ctx, id, action{by, access.CaseRule, revision, func(t *turn) error {
		switch {
		case !t.Dispute.Open():
			return errs.New(errs.Conflict, "case.no_dispute")
		case t.Dispute.Convened():
			return errs.New(errs.Conflict, "case.convened_already")
		case t.Dispute.IsParty(by):
			return errs.New(errs.Denied, "case.ruling_party")
		}
		if err := t.level(); err != nil {
			return err
		}
		helpers, err := t.units(Dispatching{Unit: m.Lead, Helpers: m.Helpers})
		if err := errs.Join(err, wrong); err != nil {
			return err
		}
		d := &t.Dispute
		d.ConvenedAt, d.ConvenedBy, d.Minutes, d.Lead, d.Helpers = t.now, by.Staff, minutes, m.Lead, helpers
		d.Parties = slices.Clone(d.Parties)
		t.Helpers = slices.Clone(t.Helpers)
		for _, u := range append([]org.UnitID{m.Lead}, helpers...) {
			if !slices.Contains(d.Parties, u) {
				d.Parties = append(d.Parties, u)
			}
			if u != t.Lead && !slices.Contains(t.Helpers, u) {
				t.Helpers = append(t.Helpers, u)
			}
		}
		t.tell(Convened, false, Detail{Text: minutes, To: m.Lead, Helpers: helpers})
		return nil
	}})
}

// A Ruling says whose a matter is. It is a precedent: the next case like it
// shows it.
type Ruling struct {
	ID       string
	Case     ID
	At       time.Time
	By       access.StaffID
	Category org.CategoryID
	Area     org.AreaID
	Lead     org.UnitID
	Helpers  []org.UnitID
	Parties  []org.UnitID
	Duty     org.DutyID // the duty it cites
	Basis    string     // what else it rests on
	Matter   string     // what it is about in a few words, without names
	Text     string     // why
}

// Rule ends a dispute. Who rules belongs to none of the units it is about, and
// has not decided the return. A case that has been answered meanwhile needs no
// ruling any more.
func (s *Service) Rule(ctx context.Context, by access.Actor, id ID, revision int64, r Ruling) (Case, error) {
	matter, wrong1 := needed("matter", r.Matter, MaxMatter)
	text, wrong2 := needed("reason", r.Text, MaxNote)
	basis, wrong3 := optional("basis", r.Basis, MaxMatter)
	return s.do(ctx, id, action{by, access.CaseDecide, revision, func(t *turn) error {
		switch {
		case !t.Dispute.Open():
			return errs.New(errs.Conflict, "case.no_dispute")
		case !t.Dispute.Convened():
			return errs.New(errs.Conflict, "case.convene_first")
		case t.Dispute.IsParty(by) || t.Dispute.Decided == by.Staff:
			return errs.New(errs.Denied, "case.ruling_party")
		}
		helpers, wrong := t.units(Dispatching{Unit: r.Lead, Helpers: r.Helpers})
		if _, ok := t.city.Catalogue.DutyByID(r.Duty); r.Duty != "" && !ok {
			wrong = errs.Join(wrong, errs.Field("duty", "case.no_duty"))
		} else if r.Duty == "" && basis == "" {
			wrong = errs.Join(wrong, errs.Field("duty", "case.cite_duty"))
		}
		if err := errs.Join(wrong, wrong1, wrong2, wrong3); err != nil {
			return err
		}
		parties := t.Dispute.Parties
		t.Dispute = Dispute{}
		t.tell(Ruled, true, Detail{Text: text, To: r.Lead, From: t.Lead, Helpers: helpers, Duty: r.Duty})
		if r.Lead != t.Lead {
			if err := t.dispatch(Dispatching{Unit: r.Lead, Helpers: helpers}); err != nil {
				return err
			}
		}
		t.Helpers, t.Settled = helpers, r.Lead
		t.endTasks()
		t.Decision = Decision{}
		if t.Restricted || t.About != "" {
			return nil // it stands in the case, for those who may see it
		}
		t.out.Rulings = append(t.out.Rulings, Ruling{
			ID: ids.New(t.now), Case: t.ID, At: t.now, By: by.Staff, Category: t.Category, Area: t.Area, Lead: r.Lead, Helpers: helpers, Parties: parties,
			Duty: r.Duty, Basis: basis, Matter: matter, Text: text,
		})
		return nil
	}})
}

// IsParty reports whether somebody belongs to a unit of the dispute, or to one
// above or below it.
func (d Dispute) IsParty(by access.Actor) bool { return slices.ContainsFunc(d.Parties, by.WorksWith) }

// level asks for a level up once a case has gone from unit to unit so often
// that another dispatch will not settle it.
func (t *turn) level() error {
	if most := t.city.Policy.HopLimit; most > 0 && t.Hops > most && t.can(access.CaseDecide) != nil { // the first unit is one too
		return errs.New(errs.Denied, "case.level_up", "Hops", t.Hops-1)
	}
	return nil
}

// endDispute drops what nobody needs to rule on any more.
func (t *turn) endDispute() {
	if t.Dispute.Open() {
		t.Dispute = Dispute{}
		t.tell(DisputeEnded, false, Detail{})
	}
}
