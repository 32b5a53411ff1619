package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// A Return is why a unit says that a case is not its own, and whose it is.
type Return struct {
	Reason   string
	Proposed org.UnitID
	Duty     org.DutyID // the duty it rests on, if it names one
}

// Return gives a case back to the hotline, which rules. Each unit may once,
// within the city's window from dispatch; silence is acceptance. Until the
// ruling the unit stays the lead and its clocks run on; the hotline has its own
// for that.
func (s *Service) Return(ctx context.Context, by access.Actor, id ID, revision int64, r Return) (Case, error) {
	reason, wrong := needed("reason", r.Reason, MaxNote)
	return s.do(ctx, id, action{by, access.CaseReturn, revision, func(t *turn) error {
		if t.State != Dispatched && t.State != Accepted {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if t.Settled == t.Lead {
			return errs.New(errs.Conflict, "case.settled")
		}
		if t.Dispute.Open() {
			return errs.New(errs.Conflict, "case.in_dispute")
		}
		if slices.Contains(t.ReturnedBy, t.Lead) {
			return errs.New(errs.Conflict, "case.returned_once")
		}
		if window := t.city.Policy.ReturnWindow; !window.IsZero() {
			if until := t.city.Calendar.Due(t.DispatchedAt, window); t.now.After(until) {
				return errs.New(errs.Conflict, "case.return_over", "Until", until)
			}
		}
		if err := errs.Join(wrong, t.proposed(r)); err != nil {
			return err
		}
		if err := t.move(Returned, ForDispatcher); err != nil {
			return err
		}
		t.ReturnedBy = append(slices.Clone(t.ReturnedBy), t.Lead)
		t.startHotline()
		t.tell(ReturnedBy, true, Detail{Text: reason, To: r.Proposed, From: t.Lead, Duty: r.Duty})
		return nil
	}})
}

func (t *turn) proposed(r Return) error {
	if _, ok := t.city.Unit(r.Proposed); !ok {
		return errs.Field("proposed", "case.propose_unit")
	}
	if r.Proposed == t.Lead {
		return errs.Field("proposed", "case.propose_other")
	}
	if t.isAbout(r.Proposed) {
		return errs.Field("proposed", "case.about_unit")
	}
	if _, ok := t.city.Catalogue.DutyByID(r.Duty); r.Duty != "" && !ok {
		return errs.Field("duty", "case.no_duty")
	}
	return nil
}

// RuleReturn decides on a return: upheld, the case goes to another unit with
// clocks of its own; refused, it stays where it was, and that is final for
// the unit.
func (s *Service) RuleReturn(ctx context.Context, by access.Actor, id ID, revision int64, uphold bool, to Dispatching, reason string) (Case, error) {
	reason, wrong := needed("reason", reason, MaxNote)
	return s.do(ctx, id, action{by, access.CaseRule, revision, func(t *turn) error {
		if t.State != Returned {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if err := t.level(); err != nil {
			return err
		}
		if by.WorksWith(t.Lead) || uphold && by.WorksWith(to.Unit) {
			return errs.New(errs.Denied, "case.ruling_party")
		}
		if wrong != nil {
			return wrong
		}
		from := t.Lead
		if uphold {
			if to.Unit == t.Lead {
				return errs.Field("unit", "case.rule_other")
			}
			t.tell(ReturnUpheld, true, Detail{Text: reason, To: to.Unit, From: t.Lead})
			err := t.dispatch(to)
			t.Decision = Decision{t.now, by.Staff, from, t.Lead}
			return err
		}
		// A return interrupts nothing, so nothing begins anew.
		t.giveBack(t.Clocks.DispatchDue)
		state, waits := Dispatched, ForUnit
		if !t.AcceptedAt.IsZero() {
			state = Accepted
		}
		if t.asking() {
			waits = ForResident
		}
		if err := t.move(state, waits); err != nil {
			return err
		}
		t.Decision, t.Clocks.DispatchDue = Decision{t.now, by.Staff, from, from}, zero
		t.tell(ReturnRefused, true, Detail{Text: reason, To: t.Lead})
		return nil
	}})
}

// giveBack gives the unit the time that the hotline took beyond its own clock
// to decide: an ordinary matter may rest meanwhile, unless it rested anyway for
// a pause. What was over by then stays so, and the law's limit where it is.
func (t *turn) giveBack(due time.Time) {
	k := &t.Clocks
	if t.Urgency != org.Ordinary || due.IsZero() || !k.PausedAt.IsZero() {
		return
	}
	for _, c := range []struct {
		due   *time.Time
		limit calendar.Limit
		met   time.Time
	}{{&k.AcceptDue, k.AcceptLimit, t.AcceptedAt}, {&k.ContactDue, k.ContactLimit, k.ContactedAt}, {&k.ResolveDue, k.ResolveLimit, zero}} {
		if !c.met.IsZero() || !c.due.After(due) {
			continue
		}
		until := t.city.Calendar.Shift(*c.due, due, t.now, c.limit)
		if law := k.StatutoryDue; !law.IsZero() && until.After(law) {
			until = law
		}
		if until.After(*c.due) {
			*c.due = until
		}
	}
}
