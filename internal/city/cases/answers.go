package cases

import (
	"context"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
)

// Draft keeps a version of the answer, of which the words and the outcome are
// given; sent, it goes up the chain. A draft that is not sent is seen by the
// unit alone.
func (s *Service) Draft(ctx context.Context, by access.Actor, id ID, revision int64, a Answer, send bool) (Case, error) {
	outcome := a.Outcome
	text, wrong := needed("answer", a.Text, MaxAnswer)
	english, tooLong := optional("english", a.English, MaxAnswer)
	wrong = errs.Join(wrong, tooLong)
	if !slices.Contains(Outcomes, outcome) {
		wrong = errs.Join(wrong, errs.Field("outcome", "case.choose_outcome"))
	}
	return s.do(ctx, id, action{by, access.CaseDraft, revision, func(t *turn) error {
		if t.State != Accepted {
			return errs.New(errs.Conflict, "case.accept_first")
		}
		if wrong != nil {
			return wrong
		}
		if send && outcome == Solved && len(t.Unmet()) > 0 {
			return errs.Field("outcome", "case.unmet")
		}
		t.Latest = Answer{ID: ids.New(t.now), Case: t.ID, At: t.now, By: by.ID(), For: t.behalf, Outcome: outcome, Text: text, English: english}
		t.out.Answers = append(t.out.Answers, t.Latest)
		if !send {
			return nil
		}
		if t.asking() { // who answers no longer waits for an answer
			t.resume()
			t.tell(NoReply, true, Detail{})
		}
		t.resume() // nor is anything else
		t.Wish, t.Shelf = Wish{}, Shelf{}
		t.Handler, t.Step = t.doer(), 0
		if err := t.move(Checking, waitsFor(t.Chain[0])); err != nil {
			return err
		}
		t.tell(Drafted, true, Detail{Outcome: outcome})
		return nil
	}})
}

func waitsFor(step string) WaitsFor {
	switch step {
	case StepCheck:
		return ForHead
	case StepSign:
		return ForLeader
	}
	return ForHotline
}

// NextStep is the step of the chain that an answer under check waits for, and
// what one must be allowed for it; "" where none is under check.
func (c Case) NextStep() (step string, may access.Action) {
	if c.State != Checking || c.Step >= len(c.Chain) {
		return "", ""
	}
	return c.Chain[c.Step], mayStep[c.Chain[c.Step]]
}

var mayStep = map[string]access.Action{StepCheck: access.CaseCheck, StepSign: access.CaseSign, StepHotline: access.CaseRelease}

// Check takes the next step of the chain: the section head checks, the unit's
// leader signs, the hotline accepts and releases the answer. Not passed, it
// goes back with what is to be improved. Nobody passes their own draft.
func (s *Service) Check(ctx context.Context, by access.Actor, id ID, revision int64, ok bool, note string) (Case, error) {
	return s.do(ctx, id, action{by, access.CaseRead, revision, func(t *turn) error {
		step, may := t.NextStep()
		if step == "" {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if err := t.can(may); err != nil {
			return err
		}
		if t.Latest.Of(by) {
			return errs.New(errs.Denied, "case.own_draft")
		}
		if !ok {
			return t.sendBack(step, note)
		}
		return t.pass(step, note)
	}})
}

func (t *turn) sendBack(step, note string) error {
	note, err := needed("note", note, MaxNote)
	if err != nil {
		return err
	}
	t.Step = 0
	t.tell(SentBack, false, Detail{Text: note, Step: step})
	return t.move(Accepted, ForUnit)
}

func (t *turn) pass(step, note string) error {
	note, err := optional("note", note, MaxNote)
	if err != nil {
		return err
	}
	t.Step++
	if t.Step == len(t.Chain) {
		if note != "" {
			t.tell(Noted, false, Detail{Text: note})
		}
		return t.release(t.Latest, AnsweredWith)
	}
	kind := Checked
	if step == StepSign {
		kind = Signed
	}
	t.tell(kind, false, Detail{Text: note, Step: step})
	return t.move(Checking, waitsFor(t.Chain[t.Step]))
}
