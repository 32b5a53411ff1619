package cases

import (
	"context"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// Ask puts a question to the resident. The unit's clock pauses until the
// answer, up to the city's cap; the resident's own does not.
func (s *Service) Ask(ctx context.Context, by access.Actor, id ID, revision int64, question string) (Case, error) {
	question, err := needed("question", question, 1000)
	if err != nil {
		return Case{}, err
	}
	return s.do(ctx, id, action{by, access.CaseAsk, revision, func(t *turn) error {
		if t.State != Accepted {
			return errs.New(errs.Conflict, "case.accept_first")
		}
		if t.asking() {
			return errs.New(errs.Conflict, "case.asked_already")
		}
		t.pause()
		t.WaitsFor = ForResident
		until := t.Clocks.PausedUntil
		t.tell(Asked, true, Detail{Text: question, Until: &until})
		return nil
	}})
}

// asking reports whether a question is open: put, and not answered.
func (t *turn) asking() bool { return !t.Clocks.PausedAt.IsZero() }

// Reply takes the answer to the open question, from the resident or, on the
// phone, by the hotline. It may come after the pause has run out.
func (s *Service) Reply(ctx context.Context, by access.Actor, id ID, text string) (Case, error) {
	text, err := needed("reply", text, MaxNote)
	return s.do(ctx, id, action{by, access.RequestAdd, 0, func(t *turn) error {
		if err != nil {
			return err
		}
		if !t.asking() || t.State != Accepted {
			return errs.New(errs.Conflict, "case.no_question")
		}
		t.resume()
		t.WaitsFor = ForUnit
		t.tell(Replied, true, Detail{Text: text})
		return nil
	}})
}
