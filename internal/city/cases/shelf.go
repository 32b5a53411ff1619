package cases

import (
	"context"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
)

// A Shelf is why a case cannot be solved now, who says so, and when it is
// looked at again. Until both the unit's leader and the hotline have approved,
// it is worked on as before.
type Shelf struct {
	Reason   string         `json:"reason,omitempty"`
	Review   time.Time      `json:"review,omitzero"`
	By       access.StaffID `json:"by,omitempty"`
	At       time.Time      `json:"at,omitzero"`
	SignedBy access.StaffID `json:"signed_by,omitempty"`
	SignedAt time.Time      `json:"signed_at,omitzero"`
	// ApprovedAt is when the hotline agreed, and the case went on the shelf.
	ApprovedBy access.StaffID `json:"approved_by,omitempty"`
	ApprovedAt time.Time      `json:"approved_at,omitzero"`
}

// Open reports whether somebody asks that the case be put on the shelf, or it
// is there.
func (h Shelf) Open() bool { return !h.At.IsZero() }

// AskShelf asks to put a case off that cannot be solved now, until a day.
func (s *Service) AskShelf(ctx context.Context, by access.Actor, id ID, revision int64, review time.Time, reason string) (Case, error) {
	reason, wrong := needed("shelf_reason", reason, MaxNote)
	return s.do(ctx, id, action{by, access.CaseDraft, revision, func(t *turn) error {
		last := t.city.Calendar.Due(t.now, calendar.Limit{N: t.city.Policy.ShelfDays, In: calendar.Days})
		switch {
		case t.State != Accepted:
			return errs.New(errs.Conflict, "case.accept_first")
		case t.Shelf.Open():
			return errs.New(errs.Conflict, "case.shelf_asked")
		case t.Dispute.Open():
			return errs.New(errs.Conflict, "case.in_dispute")
		case !review.After(t.now):
			return errs.Join(errs.Field("review", "case.shelf_date"), wrong)
		case review.After(last):
			return errs.Join(errs.Field("review", "case.shelf_far", "Until", last), wrong)
		case wrong != nil:
			return wrong
		}
		t.Shelf = Shelf{Reason: reason, Review: review, By: by.Staff, At: t.now}
		t.tell(ShelfAsked, false, Detail{Text: reason, Until: &review})
		return nil
	}})
}

// Shelve takes the next step: the unit's leader signs, then the hotline
// approves; or one of them refuses, with a reason. Nobody approves what they
// asked for themselves, and what was put off before as often as the city says
// goes a level up.
func (s *Service) Shelve(ctx context.Context, by access.Actor, id ID, revision int64, ok bool, reason string) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseRead, revision, func(t *turn) error {
		if !t.Shelf.Open() || t.State != Accepted {
			return errs.New(errs.Conflict, "case.no_shelf")
		}
		signing := t.Shelf.SignedAt.IsZero()
		may := access.CaseRelease
		if signing {
			may = access.CaseSign
		}
		if err := t.can(may); err != nil {
			return err
		}
		if t.Shelf.By == by.Staff || t.Shelf.SignedBy == by.Staff || !signing && by.WorksWith(t.Lead) {
			return errs.New(errs.Denied, "case.own_shelf")
		}
		if !ok {
			words, err := needed("reason", reason, MaxNote)
			if err != nil {
				return err
			}
			t.Shelf = Shelf{}
			t.tell(ShelfRefused, false, Detail{Text: words})
			return nil
		}
		if !t.Shelf.Review.After(t.now) {
			return errs.New(errs.Conflict, "case.shelf_over")
		}
		review := t.Shelf.Review
		if signing {
			t.Shelf.SignedBy, t.Shelf.SignedAt = by.Staff, t.now
			t.tell(ShelfSigned, false, Detail{Until: &review})
			return nil
		}
		if t.Dispute.Open() {
			return errs.New(errs.Conflict, "case.in_dispute")
		}
		if t.PutOffs >= t.city.Policy.ShelfTimes && t.can(access.CaseDecide) != nil {
			return errs.New(errs.Denied, "case.shelf_above", "Count", t.PutOffs)
		}
		t.PutOffs++
		if t.asking() {
			t.tell(NoReply, true, Detail{})
		}
		t.resume()
		t.Wish = Wish{}
		t.Shelf.ApprovedBy, t.Shelf.ApprovedAt = by.Staff, t.now
		t.tell(PutOff, true, Detail{Text: t.Shelf.Reason, Until: &review, To: t.Lead})
		return t.move(Shelved, ForNobody)
	}})
}

// TakeOff takes a case off the shelf before its day: something has changed.
// The hotline does.
func (s *Service) TakeOff(ctx context.Context, by access.Actor, id ID, revision int64, reason string) (Case, error) {
	reason, wrong := needed("reason", reason, MaxNote)
	return s.do(ctx, id, action{by, access.CaseRule, revision, func(t *turn) error {
		if t.State != Shelved {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if wrong != nil {
			return wrong
		}
		return t.takeOff(reason)
	}})
}

// takeOff gives the case back to its unit, with a clock that begins now.
func (t *turn) takeOff(reason string) error {
	t.Shelf = Shelf{}
	t.Clocks.ResolveDue = t.city.Calendar.Due(t.now, t.Clocks.ResolveLimit)
	detail := Detail{Text: reason, To: t.Lead}
	if until := t.Clocks.ResolveDue; !until.IsZero() {
		detail.Until = &until
	}
	t.tell(TakenUp, true, detail)
	return t.move(Accepted, ForUnit)
}

// A Review is the job that gives back what was put off until now.
type Review struct{}

// Kind names the job.
func (Review) Kind() string { return "cases.review" }

// Review gives back to their units the cases whose day has come.
func (s *Service) Review(ctx context.Context, _ Review) error {
	for {
		now := s.now()
		list, err := s.List(ctx, access.System(), Filter{Todo: ToReview, TodoBefore: now})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, c := range list {
			_, err := s.do(ctx, c.ID, action{access.System(), access.CaseRule, 0, func(t *turn) error {
				if t.State != Shelved || t.Shelf.Review.After(now) {
					return errs.New(errs.Conflict, "case.wrong_state") // somebody was quicker
				}
				return t.takeOff("")
			}})
			if err != nil && !errs.Is(err, errs.Conflict) {
				return err
			}
		}
	}
}
