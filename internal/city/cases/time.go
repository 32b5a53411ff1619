package cases

import (
	"context"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// Further are the clocks beside those of dispatch, acceptance and answer.
type Further struct {
	// ContactDue is until when the unit has spoken with the resident.
	ContactLimit calendar.Limit `json:"contact_limit,omitzero"`
	ContactDue   time.Time      `json:"contact_due,omitzero"`
	ContactedAt  time.Time      `json:"contacted_at,omitzero"`
	// StatutoryDue is what the law leaves, counted from when the case was
	// opened; nothing stops it.
	StatutoryLimit calendar.Limit `json:"statutory_limit,omitzero"`
	StatutoryDue   time.Time      `json:"statutory_due,omitzero"`
	// Stopped says that the pause was approved, and waits for no answer.
	Stopped bool `json:"stopped,omitempty"`
	// Extended is how much was approved, in pauses and extensions, in the unit
	// of the city's cap. What of a pause was not used counts all the same.
	Extended int `json:"extended,omitempty"`
}

// contacted keeps that the unit has spoken with the resident, the first time.
func (t *turn) contacted() {
	if t.Clocks.ContactedAt.IsZero() && !t.DispatchedAt.IsZero() {
		t.Clocks.ContactedAt = t.now
	}
}

// Contacted keeps that the unit spoke with the resident, by telephone or at
// the place. A question or an answer is a contact by itself.
func (s *Service) Contacted(ctx context.Context, by access.Actor, id ID, revision int64, words string) (Case, error) {
	words, wrong := needed("contact_words", words, MaxWords)
	return s.do(ctx, id, action{by, access.CaseAsk, revision, func(t *turn) error {
		if t.State != Accepted {
			return errs.New(errs.Conflict, "case.accept_first")
		}
		if !t.Clocks.ContactedAt.IsZero() {
			return errs.New(errs.Conflict, "case.contacted_already")
		}
		if wrong != nil {
			return wrong
		}
		t.contacted()
		t.tell(ContactMade, true, Detail{Text: words})
		return nil
	}})
}

// A Wish is what a unit asks for when its limit is too short: to stop the
// clock for a while, or to move the deadline.
type Wish struct {
	Pause  bool           `json:"pause,omitempty"` // else an extension
	N      int            `json:"n,omitempty"`     // how much, in the unit of the city's cap
	Reason string         `json:"reason,omitempty"`
	By     access.StaffID `json:"by,omitempty"`
	At     time.Time      `json:"at,omitzero"`
}

// Open reports whether there is a wish to be decided on.
func (w Wish) Open() bool { return !w.At.IsZero() }

// TimeLeft is how much can still be asked for, in the unit of the city's cap.
func (c Case) TimeLeft(p org.Policy) int { return max(0, p.ExtensionCap.N-c.Clocks.Extended) }

// AskTime asks for a pause or an extension, with a reason. It has an end, and
// all of them together do not go over the city's cap. What is late already is
// not made good.
func (s *Service) AskTime(ctx context.Context, by access.Actor, id ID, revision int64, w Wish) (Case, error) {
	reason, wrong := needed("time_reason", w.Reason, MaxNote)
	return s.do(ctx, id, action{by, access.CaseAsk, revision, func(t *turn) error {
		t.endStop()
		left := t.TimeLeft(t.city.Policy)
		switch {
		case t.State != Accepted:
			return errs.New(errs.Conflict, "case.accept_first")
		case t.Wish.Open():
			return errs.New(errs.Conflict, "case.time_asked")
		case t.Clocks.ResolveDue.IsZero():
			return errs.New(errs.Conflict, "case.no_clock")
		case t.Late(t.now):
			return errs.New(errs.Conflict, "case.time_late")
		case w.Pause && !t.Clocks.PausedAt.IsZero():
			return errs.New(errs.Conflict, "case.paused_already")
		case w.N < 1 && w.Pause:
			return errs.Join(errs.Field("time", "case.pause_endless"), wrong)
		case w.N < 1:
			return errs.Join(errs.Field("time", "case.time_missing"), wrong)
		case w.N > left:
			return errs.Join(errs.Field("time", "case.time_cap", "Left", left, "Cap", t.city.Policy.ExtensionCap.N), wrong)
		case t.unlawful(w):
			return errs.Join(errs.Field("time", "case.time_statutory", "Until", t.Clocks.StatutoryDue), wrong)
		case wrong != nil:
			return wrong
		}
		t.Wish = Wish{w.Pause, w.N, reason, by.Staff, t.now}
		t.tell(TimeAsked, false, Detail{Text: reason, Step: w.step()})
		return nil
	}})
}

func (w Wish) step() string {
	if w.Pause {
		return "pause"
	}
	return "extend"
}

// DecideTime grants a wish or refuses it. Somebody outside the unit does, and
// the resident is told.
func (s *Service) DecideTime(ctx context.Context, by access.Actor, id ID, revision int64, grant bool, reason string) (Case, error) {
	reason, wrong := needed("reason", reason, MaxNote)
	return s.do(ctx, id, action{by, access.CaseRule, revision, func(t *turn) error {
		switch {
		case !t.Wish.Open():
			return errs.New(errs.Conflict, "case.no_wish")
		case by.WorksWith(t.Lead):
			return errs.New(errs.Denied, "case.time_outside")
		case wrong != nil:
			return wrong
		}
		w := t.Wish
		t.Wish = Wish{}
		if !grant {
			t.tell(TimeRefused, false, Detail{Text: reason, Step: w.step()})
			return nil
		}
		t.endStop()
		switch {
		case w.Pause && !t.Clocks.PausedAt.IsZero(): // a question was put meanwhile
			return errs.New(errs.Conflict, "case.paused_already")
		case t.unlawful(w):
			return errs.New(errs.Conflict, "case.time_statutory", "Until", t.Clocks.StatutoryDue)
		}
		t.give(w)
		t.Clocks.Extended += w.N
		until := t.Clocks.ResolveDue
		detail := Detail{Text: reason, Step: w.step(), Until: &until, To: t.Lead}
		if w.Pause {
			stands := t.Clocks.PausedUntil
			detail.Paused = &stands
		}
		t.tell(TimeGranted, true, detail)
		return nil
	}})
}

// give gives the time that is wished for.
func (t *turn) give(w Wish) {
	limit := calendar.Limit{N: w.N, In: t.city.Policy.ExtensionCap.In}
	if w.Pause {
		t.stop(limit)
	} else {
		t.extend(limit)
	}
}

// unlawful reports whether what is wished for goes past what the law leaves,
// which nobody approves.
func (t *turn) unlawful(w Wish) bool {
	was := t.Clocks
	t.give(w)
	due := t.Clocks.ResolveDue
	t.Clocks = was
	return !was.StatutoryDue.IsZero() && due.After(was.StatutoryDue)
}

// stop begins an approved pause, which ends by itself.
func (t *turn) stop(l calendar.Limit) {
	k, cal := &t.Clocks, t.city.Calendar
	k.Stopped, k.PausedAt, k.PausedUntil, k.Unpaused = true, t.now, cal.Due(t.now, l), k.ResolveDue
	k.ResolveDue = cal.Shift(k.ResolveDue, t.now, k.PausedUntil, k.ResolveLimit)
}

// extend moves the deadline on, also under a question that is open.
func (t *turn) extend(l calendar.Limit) {
	k, cal := &t.Clocks, t.city.Calendar
	if k.PausedAt.IsZero() {
		k.ResolveDue = cal.Due(k.ResolveDue, l)
		return
	}
	k.Unpaused = cal.Due(k.Unpaused, l)
	k.ResolveDue = cal.Shift(k.Unpaused, k.PausedAt, k.PausedUntil, k.ResolveLimit)
}

// endStop settles an approved pause that has run out.
func (t *turn) endStop() {
	if t.Clocks.Stopped && !t.now.Before(t.Clocks.PausedUntil) {
		t.resume()
	}
}

// GoOn ends an approved pause before its time: what it was for is over. The
// unit does.
func (s *Service) GoOn(ctx context.Context, by access.Actor, id ID, revision int64) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseAsk, revision, func(t *turn) error {
		if !t.Clocks.Stopped || !t.Clocks.Paused(t.now) {
			return errs.New(errs.Conflict, "case.not_stopped")
		}
		t.resume()
		until := t.Clocks.ResolveDue
		t.tell(WentOn, true, Detail{Until: &until})
		return nil
	}})
}
