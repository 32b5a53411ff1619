package cases

import (
	"context"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// onPart makes a change of one part by the resident it belongs to.
func (s *Service) onPart(ctx context.Context, by access.Actor, part PartID, change func(t *turn, p *Part) error) (Case, error) {
	id, err := s.Store.CaseOfPart(ctx, part)
	if err != nil {
		return Case{}, err
	}
	return s.do(ctx, id, action{by, access.CaseJudge, 0, func(t *turn) error {
		for i := range t.Parts {
			p := &t.Parts[i]
			if p.ID != part {
				continue
			}
			if !slices.Contains(by.Requests, p.Request) { // another's part of the same case
				return errs.New(errs.NotFound, "access.not_found")
			}
			return change(t, p)
		}
		return errs.New(errs.NotFound, "access.not_found")
	}})
}

// Verdict takes what the resident says of the answer. Solved by all, the case
// is closed; not solved, with what is missing, another unit rules: the hotline.
func (s *Service) Verdict(ctx context.Context, by access.Actor, part PartID, solved bool, missing string) (Case, error) {
	return s.onPart(ctx, by, part, func(t *turn, p *Part) error {
		switch {
		case t.State != Answered || !p.WithdrawnAt.IsZero():
			return errs.New(errs.Conflict, "case.nothing_to_judge")
		case p.Verdict != NoVerdict:
			return errs.New(errs.Conflict, "case.judged_already")
		case t.now.After(t.ConfirmUntil):
			return errs.New(errs.Conflict, "case.confirm_over", "Until", t.ConfirmUntil)
		}
		if solved {
			p.Verdict, p.VerdictAt, p.Missing = SaysSolved, t.now, ""
			t.tellPart(p.ID, Confirmed, true, Detail{})
			if slices.ContainsFunc(t.Parts, func(p Part) bool { return p.WithdrawnAt.IsZero() && p.Verdict != SaysSolved }) {
				return nil // others have not said yet
			}
			return t.close()
		}
		missing, err := needed("missing", missing, 2000)
		if err != nil {
			return err
		}
		p.Verdict, p.VerdictAt, p.Missing = SaysNot, t.now, missing
		t.tellPart(p.ID, ContestedBy, true, Detail{Text: missing})
		return t.move(Contested, ForDispatcher)
	})
}

// Rate takes how satisfied the resident is, 1 to 5, with words or none.
func (s *Service) Rate(ctx context.Context, by access.Actor, part PartID, stars int, text string) (Case, error) {
	return s.onPart(ctx, by, part, func(t *turn, p *Part) error {
		if t.AnsweredAt.IsZero() || t.State != Answered && t.State != Closed {
			return errs.New(errs.Conflict, "case.nothing_to_judge")
		}
		if p.Rating != 0 {
			return errs.New(errs.Conflict, "case.rated_already")
		}
		if stars < 1 || stars > 5 {
			return errs.Field("rating", "case.bad_rating")
		}
		if text != "" {
			var err error
			if text, err = needed("rating_text", text, 1000); err != nil {
				return err
			}
		}
		p.Rating, p.RatingText, p.RatedAt = stars, text, t.now
		t.tellPart(p.ID, Rated, true, Detail{Rating: stars})
		return nil
	})
}

// RuleContested decides what becomes of an answer that a resident says does
// not solve it: reopened, the lead goes on until what is missing is done;
// else it stays closed, with a reason.
func (s *Service) RuleContested(ctx context.Context, by access.Actor, id ID, revision int64, reopen bool, reason string) (Case, error) {
	reason, err := needed("reason", reason, MaxNote)
	return s.do(ctx, id, action{by, access.CaseRule, revision, func(t *turn) error {
		if err != nil {
			return err
		}
		if t.State != Contested {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		// Who answers does not rule on the answer.
		if t.Latest.By == by.ID() {
			return errs.New(errs.Denied, "case.own_draft")
		}
		if !reopen {
			t.tell(KeptClosed, true, Detail{Text: reason})
			return t.close()
		}
		if t.DispatchedAt.IsZero() { // answered on the spot: now it is work
			t.Reopened++
			t.Lead, t.Outcome = "", ""
			if err := t.move(Waiting, ForDispatcher); err != nil {
				return err
			}
			t.clearVerdicts()
			t.tell(Reopened, true, Detail{Text: reason})
			return nil
		}
		if err := t.move(Accepted, ForUnit); err != nil {
			return err
		}
		t.Reopened++
		t.Outcome, t.Step = "", 0
		t.Clocks.ResolveDue = t.city.Calendar.Due(t.now, t.Clocks.ResolveLimit)
		until := t.Clocks.ResolveDue
		t.clearVerdicts()
		t.tell(Reopened, true, Detail{Text: reason, To: t.Lead, Until: &until})
		return nil
	}})
}

// clearVerdicts lets those who contested judge the next answer; what they
// said stands in the events, and what was missing stays with the part.
func (t *turn) clearVerdicts() {
	for i := range t.Parts {
		if t.Parts[i].Verdict == SaysNot {
			t.Parts[i].Verdict = NoVerdict
		}
	}
}

// Withdraw takes a request back: its parts are worked on no longer. A case
// with nobody else in it is closed.
func (s *Service) Withdraw(ctx context.Context, by access.Actor, request string) ([]Case, error) {
	list, err := s.OfRequest(ctx, by, request)
	if err != nil {
		return nil, err
	}
	var out []Case
	for _, c := range list {
		if c.State == Closed || c.State == Answered {
			continue
		}
		c, err := s.do(ctx, c.ID, action{by, access.RequestAdd, 0, func(t *turn) error {
			if t.State == Closed || t.State == Answered {
				return errs.New(errs.Conflict, "case.wrong_state")
			}
			others := false
			for i := range t.Parts {
				p := &t.Parts[i]
				if p.Request == request && p.WithdrawnAt.IsZero() {
					p.WithdrawnAt = t.now
					t.tellPart(p.ID, WithdrawnBy, true, Detail{})
				}
				others = others || p.WithdrawnAt.IsZero()
			}
			if others {
				return nil
			}
			t.Outcome = Withdrawn
			return t.close()
		}})
		if err != nil {
			return out, err
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Conflict, "case.nothing_to_withdraw")
	}
	return out, nil
}
