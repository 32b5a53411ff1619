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

// onPart makes a change of one part by the resident it belongs to.
func (s *Service) onPart(ctx context.Context, by access.Actor, part PartID, change func(t *turn, p *Part) error) (Case, error) {
	id, err := s.Store.CaseOfPart(ctx, part)
	if err != nil {
		return Case{}, err
	}
	return s.do(ctx, id, action{by, access.CaseJudge, 0, func(t *turn) error {
		t.Parts = slices.Clone(t.Parts)
		i := slices.IndexFunc(t.Parts, func(p Part) bool { return p.ID == part })
		if i < 0 || !slices.Contains(by.Requests, t.Parts[i].Request) { // another's part of the same case
			return errNone()
		}
		return change(t, &t.Parts[i])
	}})
}

// Judgeable reports whether the resident can say now whether the answer
// solves it. Where forty share a case, one who contests does not silence the
// others.
func (p Part) Judgeable(c Case, now time.Time) bool { return p.judgeable(c, now) == nil }

func (p Part) judgeable(c Case, now time.Time) error {
	switch {
	case c.State != Answered && c.State != Contested || !p.WithdrawnAt.IsZero():
		return errs.New(errs.Conflict, "case.nothing_to_judge")
	case p.Verdict != NoVerdict:
		return errs.New(errs.Conflict, "case.judged_already")
	case now.After(c.ConfirmUntil):
		return errs.New(errs.Conflict, "case.confirm_over", "Until", c.ConfirmUntil)
	}
	return nil
}

// Verdict takes what the resident says of the answer. Once all have said
// solved, the case is closed; not solved, with what is missing, is ruled on
// by the hotline.
func (s *Service) Verdict(ctx context.Context, by access.Actor, part PartID, solved bool, missing string) (Case, error) {
	missing, wrong := needed("missing", missing, MaxMissing)
	return s.onPart(ctx, by, part, func(t *turn, p *Part) error {
		if err := p.judgeable(*t.Case, t.now); err != nil {
			return err
		}
		if !solved && wrong != nil {
			return wrong
		}
		return t.judge(p, solved, missing)
	})
}

// judge keeps what a resident says of the answer.
func (t *turn) judge(p *Part, solved bool, missing string) error {
	if solved {
		p.Verdict, p.VerdictAt, p.Missing = SaysSolved, t.now, ""
		t.tellPart(p.ID, Confirmed, true, Detail{})
		if t.State == Contested || t.awaited() {
			return nil // others have not said yet, or are being ruled on
		}
		return t.close()
	}
	p.Verdict, p.VerdictAt, p.Missing = SaysNot, t.now, missing
	t.tellPart(p.ID, ContestedBy, true, Detail{Text: missing})
	if t.State == Contested {
		return nil // one ruling is for all
	}
	t.startHotline()
	return t.move(Contested, ForDispatcher)
}

// awaited reports whether somebody has not yet said what they think of the
// answer.
func (t *turn) awaited() bool {
	return slices.ContainsFunc(t.Parts, func(p Part) bool { return p.WithdrawnAt.IsZero() && p.Verdict == NoVerdict })
}

// Rate takes how satisfied the resident is, 1 to 5, with words or none. It
// may be said once, when there is an answer.
func (s *Service) Rate(ctx context.Context, by access.Actor, part PartID, stars int, text string) (Case, error) {
	text, wrong := optional("rating_text", text, MaxWords)
	return s.onPart(ctx, by, part, func(t *turn, p *Part) error {
		if t.AnsweredAt.IsZero() || !p.WithdrawnAt.IsZero() {
			return errs.New(errs.Conflict, "case.nothing_to_judge")
		}
		if p.Rating != 0 {
			return errs.New(errs.Conflict, "case.rated_already")
		}
		if stars < 1 || stars > 5 {
			return errs.Join(errs.Field("rating", "case.bad_rating"), wrong)
		}
		if wrong != nil {
			return wrong
		}
		t.rate(p, stars, text)
		return nil
	})
}

func (t *turn) rate(p *Part, stars int, text string) {
	p.Rating, p.RatingText, p.RatedAt = stars, text, t.now
	t.tellPart(p.ID, Rated, true, Detail{Rating: stars, Text: text})
}

// RuleContested decides what becomes of an answer that a resident says does
// not solve it: reopened, the lead goes on until what is missing is done,
// with a new clock; else the answer stands, with a reason. That an answer of
// their own unit stands nobody says: what the hotline answered itself, it can
// only send on.
func (s *Service) RuleContested(ctx context.Context, by access.Actor, id ID, revision int64, reopen bool, reason string) (Case, error) {
	reason, wrong := needed("reason", reason, MaxNote)
	return s.do(ctx, id, action{by, access.CaseRule, revision, func(t *turn) error {
		if t.State != Contested {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		// Who answers does not rule on the answer.
		if t.Latest.Of(by) {
			return errs.New(errs.Denied, "case.own_answer")
		}
		if !reopen && by.WorksWith(t.Lead) {
			return errs.New(errs.Denied, "case.own_unit_answer")
		}
		if wrong != nil {
			return wrong
		}
		if reopen {
			return t.reopen(reason)
		}
		t.tell(KeptClosed, true, Detail{Text: reason})
		if t.awaited() && !t.now.After(t.ConfirmUntil) { // the others may still speak
			return t.move(Answered, ForResident)
		}
		return t.close()
	}})
}

// reopen makes work of a contested answer again. Those who contested it judge
// the next one; what they said stands in the events, and what is missing, as
// the condition, with the part.
func (t *turn) reopen(reason string) error {
	detail := Detail{Text: reason, To: t.Lead, Missing: t.missing()}
	t.Parts = slices.Clone(t.Parts)
	for i := range t.Parts {
		if t.Parts[i].Verdict == SaysNot {
			t.Parts[i].Verdict = NoVerdict
		}
	}
	t.Reopened++
	t.Outcome, t.Step, t.AnsweredAt, t.ConfirmUntil = "", 0, zero, zero
	t.NoMoreCalls = false
	for _, m := range detail.Missing {
		if !slices.ContainsFunc(t.Conditions, func(o Condition) bool { return o.Text == m && o.MetAt.IsZero() }) {
			t.Conditions = append(slices.Clone(t.Conditions), Condition{ID: ids.New(t.now), Text: m, At: t.now})
		}
	}
	if t.DispatchedAt.IsZero() { // answered on the spot: now it is work
		detail.To, t.Lead, t.Handler, t.Route = "", "", "", org.RouteWork
		t.startHotline()
		t.tell(Reopened, true, detail)
		return t.move(Waiting, ForDispatcher)
	}
	t.Clocks.ResolveDue = t.city.Calendar.Due(t.now, t.Clocks.ResolveLimit)
	if until := t.Clocks.ResolveDue; !until.IsZero() {
		detail.Until = &until
	}
	t.tell(Reopened, true, detail)
	return t.move(Accepted, ForUnit)
}

// missing is what those who contest the answer say is missing.
func (t *turn) missing() []string {
	var list []string
	for _, p := range t.Parts {
		if p.Verdict == SaysNot && !slices.Contains(list, p.Missing) {
			list = append(list, p.Missing)
		}
	}
	return list
}

// Withdrawable reports whether the request has a part here that is still
// worked on.
func (c Case) Withdrawable(request string) bool {
	return (c.Held() || c.State == Waiting || c.State == Shelved) && slices.ContainsFunc(c.Parts, func(p Part) bool {
		return p.Request == request && p.WithdrawnAt.IsZero()
	})
}

// Withdraw takes a request back: its parts are worked on no longer. A case
// with nobody else in it is closed. What is answered stays answered.
func (s *Service) Withdraw(ctx context.Context, by access.Actor, request string) ([]Case, error) {
	if err := by.Can(access.RequestAdd, access.Resource{Type: access.RequestType, Requests: []string{request}}); err != nil {
		return nil, err
	}
	list, err := s.OfRequest(ctx, by, request)
	if err != nil {
		return nil, err
	}
	var out []Case
	for _, c := range list {
		if !c.Withdrawable(request) {
			continue
		}
		c, err := s.do(ctx, c.ID, action{by, access.RequestAdd, 0, func(t *turn) error { return t.withdraw(request) }})
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

func (t *turn) withdraw(request string) error {
	if !t.Withdrawable(request) { // answered a moment ago
		return errs.New(errs.Conflict, "case.nothing_to_withdraw")
	}
	t.Parts = slices.Clone(t.Parts)
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
}
