package cases

import (
	"context"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// Ask puts a question to the resident. The unit's clock pauses until the
// answer, up to the city's cap; the resident's own does not. Once the cap is
// used up, a question can still be put, but the clock runs on.
func (s *Service) Ask(ctx context.Context, by access.Actor, id ID, revision int64, question string) (Case, error) {
	question, wrong := needed("question", question, MaxWords)
	return s.do(ctx, id, action{by, access.CaseAsk, revision, func(t *turn) error {
		if t.State != Accepted {
			return errs.New(errs.Conflict, "case.accept_first")
		}
		if t.asking() {
			return errs.New(errs.Conflict, "case.asked_already")
		}
		if wrong != nil {
			return wrong
		}
		if t.Clocks.Stopped { // whom one asks, one waits for
			t.resume()
		}
		t.contacted()
		t.pause()
		t.WaitsFor = ForResident
		d := Detail{Text: question}
		if until := t.Clocks.PausedUntil; until.After(t.now) {
			d.Until = &until
		}
		t.tell(Asked, true, d)
		return nil
	}})
}

// Asking reports whether a question to the resident is open.
func (c Case) Asking() bool { return !c.Clocks.PausedAt.IsZero() && !c.Clocks.Stopped }

func (t *turn) asking() bool { return t.Asking() }

// Reply takes the answer to the open question, from a resident of the case
// or, on the phone, by the hotline. It may come after the pause has run out.
func (s *Service) Reply(ctx context.Context, by access.Actor, id ID, text string) (Case, error) {
	text, wrong := needed("reply", text, MaxNote)
	return s.do(ctx, id, action{by, access.RequestAdd, 0, func(t *turn) error {
		if !t.asking() {
			return errs.New(errs.Conflict, "case.no_question")
		}
		if wrong != nil {
			return wrong
		}
		t.resume()
		if t.State == Accepted {
			t.WaitsFor = ForUnit
		}
		part := t.partOf(by)
		t.tellPart(part, Replied, part != "", Detail{Text: text}) // one's words are not for the others
		return nil
	}})
}

// partOf is whose words they are: where forty share a case, each reads only
// what they said themselves. "" is one of them who said it on the phone.
func (t *turn) partOf(by access.Actor) PartID {
	for _, p := range t.Parts {
		if len(t.Parts) == 1 || slices.Contains(by.Requests, p.Request) {
			return p.ID
		}
	}
	return ""
}
