package cases_test

import (
	"slices"
	"testing"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

var toCall = cases.Filter{States: []cases.State{cases.Answered}, ToCall: true}

func (w *town) toCall(by access.Actor) int {
	w.Helper()
	return len(must(w.List(w.Context(), by, toCall))(w.T))
}

// Three calls at three times of day reach nobody: the answer stays unconfirmed.
func TestNobodyAnswers(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	w.at("09-22 09:30")
	c := w.answered()
	nobody := cases.FollowUp{Part: c.Parts[0].ID}
	w.no("access.denied")(w.FollowUp(ctx, roads, c.ID, 0, nobody))
	w.no("access.denied")(w.FollowUp(ctx, li, c.ID, 0, nobody))
	w.no("access.denied")(w.FollowUp(ctx, casestest.Person("cai", "lights", access.Clerk), c.ID, 0, nobody)) // a clerk of the unit that handled it
	w.at("09-22 10:00")
	w.ok(w.FollowUp(ctx, clerk, c.ID, 0, nobody))
	w.at("09-22 10:59")
	w.no("case.follow_hour")(w.FollowUp(ctx, clerk, c.ID, 0, nobody))
	w.at("09-22 15:00")
	w.ok(w.FollowUp(ctx, clerk, c.ID, 0, nobody))
	if n := w.toCall(clerk); n != 1 {
		t.Errorf("%d to call after two tries", n)
	}
	w.at("09-23 10:30") // the same hour of another day
	w.no("case.follow_hour")(w.FollowUp(ctx, clerk, c.ID, 0, nobody))
	w.at("09-23 11:30")
	c = w.ok(w.FollowUp(ctx, supervisor, c.ID, 0, nobody))
	if n := w.toCall(clerk); n != 0 || len(c.Tries(c.Parts[0].ID)) != 3 {
		t.Errorf("%d to call after three tries", n)
	}
	w.at("09-23 16:30")
	w.no("case.follow_over")(w.FollowUp(ctx, clerk, c.ID, 0, nobody))
	w.at("10-08 09:00")
	if v := c.Parts[0].VerdictAsOf(c, w.now); v != cases.Unconfirmed {
		t.Errorf("the verdict is %q", v)
	}
	f := must(w.Figures(ctx, supervisor, cases.Period{From: casestestDay, To: casestestDay.AddDate(0, 0, 20), Now: w.now}))(t)
	if f.Rates.Resolution.Known() {
		t.Errorf("silence counts: %+v", f.Rates)
	}
}

// The three questions are asked apart and kept as the resident's own word.
func TestFollowUp(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.answered()
	part := c.Parts[0].ID
	for want, f := range map[string]cases.FollowUp{
		"case.follow_contacted": {Part: part, Reached: true, Solved: cases.Yes},
		"case.follow_solved":    {Part: part, Reached: true, Contacted: cases.Yes},
		"case.missing_missing":  {Part: part, Reached: true, Contacted: cases.Yes, Solved: cases.No},
		"case.bad_rating":       {Part: part, Reached: true, Contacted: cases.Yes, Solved: cases.Yes, Treated: 9},
		"access.not_found":      {Part: "x"},
	} {
		w.no(want)(w.FollowUp(ctx, clerk, c.ID, 0, f))
	}
	c = w.ok(w.FollowUp(ctx, clerk, c.ID, c.Revision, cases.FollowUp{Part: part, Reached: true, Contacted: cases.No, Solved: cases.No, Missing: "旁边那盏也不亮。", Treated: 2, Words: "没人来过"}))
	w.is(c, cases.Contested, cases.ForDispatcher, "roads")
	if p := c.Parts[0]; p.Verdict != cases.SaysNot || p.Missing == "" || p.Rating != 2 || c.Follow[0].Contacted != cases.No {
		t.Errorf("%+v %+v", p, c.Follow)
	}
	w.happened(li, c.ID, "dispatched accepted drafted answered followed_up rated contested")

	// Reopened, what is missing is a condition; "solved" is not said before it is met.
	c = w.ok(w.RuleContested(ctx, dispatcher, c.ID, 0, true, "应一并修复。"))
	if u := c.Unmet(); len(u) != 1 || u[0].Text != "旁边那盏也不亮。" {
		t.Fatalf("%+v", u)
	}
	w.no("case.unmet")(w.Draft(ctx, roads, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "好了"}, true))
	w.no("case.how_missing")(w.Meet(ctx, roads, c.ID, 0, c.Conditions[0].ID, ""))
	w.no("case.no_condition")(w.Meet(ctx, roads, c.ID, 0, "x", "换了灯泡"))
	w.no("access.denied")(w.Meet(ctx, dispatcher, c.ID, 0, c.Conditions[0].ID, "换了灯泡"))
	c = w.answer(c)
	// The second answer is asked about anew.
	if n := w.toCall(clerk); n != 1 {
		t.Errorf("%d to call", n)
	}
	c = w.ok(w.FollowUp(ctx, clerk, c.ID, 0, cases.FollowUp{Part: part, Reached: true, Contacted: cases.Yes, Solved: cases.Yes, Treated: 5}))
	w.is(c, cases.Closed, cases.ForNobody, "roads")
	if c.Parts[0].Rating != 2 {
		t.Error("a rating is said once")
	}
	w.no("case.nothing_to_judge")(w.FollowUp(ctx, clerk, c.ID, 0, cases.FollowUp{Part: part}))
	// Both calls reached them; of the first answer they said no, of the second yes.
	spoken, _, err := w.Echoes(ctx, supervisor, cases.Period{From: casestestDay, To: casestestDay.AddDate(0, 0, 20), Now: w.now})
	want := cases.Spoken{Reached: cases.Ratio{Of: 2, Count: 2}, Uncontacted: cases.Ratio{Of: 2, Count: 1}, Solved: cases.Ratio{Of: 2, Count: 1}}
	if err != nil || len(spoken) != 1 || spoken["roads"] != want {
		t.Errorf("%+v %v", spoken, err)
	}
	if _, _, err := w.Echoes(ctx, clerk, cases.Period{}); !errs.Is(err, errs.Denied) {
		t.Errorf("who sees no board: %v", err)
	}
}

// Who does not want to say whether it is solved has not said it.
func TestFollowUpUnsure(t *testing.T) {
	w := newTown(t)
	c := w.answered()
	c = w.ok(w.FollowUp(t.Context(), clerk, c.ID, 0, cases.FollowUp{Part: c.Parts[0].ID, Reached: true, Contacted: cases.Yes, Solved: cases.Unsure, Treated: 4}))
	w.is(c, cases.Answered, cases.ForResident, "roads")
	if p := c.Parts[0]; p.Verdict != cases.NoVerdict || p.Rating != 4 || w.toCall(clerk) != 0 {
		t.Errorf("%+v", p)
	}
}

// What the hotline answered itself, its own clerks do not ask about.
func TestOwnAnswersAreNotFollowedUp(t *testing.T) {
	w := newTown(t)
	c := w.lamp()
	c = w.ok(w.Finish(t.Context(), clerk, c.ID, 0, cases.Finish{Route: org.RouteAnswered, Text: "已告知。"}))
	w.no("access.denied")(w.FollowUp(t.Context(), clerk, c.ID, 0, cases.FollowUp{Part: c.Parts[0].ID}))
}

// Zhao's brother lives there: Zhao neither sees it any more nor does anything
// with it; that is on record, and Zhao's colleagues go on.
func TestRecusal(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.accepted()
	w.no("case.recuse_ground")(w.Recuse(ctx, roads, c.ID, 0, roads.Staff, "tired", ""))
	w.no("case.recuse_who")(w.Recuse(ctx, supervisor, c.ID, 0, "", cases.Kin, ""))
	w.no("access.denied")(w.Recuse(ctx, roads, c.ID, 0, head.Staff, cases.Kin, "")) // of others a supervisor says it
	w.no("access.not_found")(w.Recuse(ctx, parks, c.ID, 0, parks.Staff, cases.Kin, ""))
	w.no("access.denied")(w.Recuse(ctx, li, c.ID, 0, "", cases.Kin, ""))
	c = w.ok(w.Recuse(ctx, roads, c.ID, 0, roads.Staff, cases.Kin, "弟弟住在这里"))
	if c.Handler != "" || w.last(c.ID, cases.RecusedFrom).Detail.Staff != roads.Staff {
		t.Errorf("handler %q", c.Handler)
	}
	if _, err := w.Case(ctx, roads, c.ID); !errs.Is(err, errs.Denied) || errs.Of(err).Key != "case.recused_from" {
		t.Errorf("who is recused opens it, or is not told why not: %v", err)
	}
	if _, err := w.Events(ctx, roads, c.ID); err == nil {
		t.Error("who is recused reads what happened")
	}
	if _, err := w.Answers(ctx, roads, c.ID); err == nil {
		t.Error("who is recused reads the answers")
	}
	for _, f := range []cases.Filter{{}, {Units: []org.UnitID{"roads"}}, {States: []cases.State{cases.Accepted}, Order: cases.ByRisk}} {
		if list, err := w.List(ctx, roads, f); err != nil || len(list) != 0 {
			t.Errorf("who is recused has it in a list: %v, %v", list, err)
		}
		if n, _, err := w.Count(ctx, roads, f); err != nil || n != 0 {
			t.Errorf("who is recused counts %d, %v", n, err)
		}
		if n, _, err := w.Count(ctx, lights, f); err != nil || n != 1 {
			t.Errorf("a colleague counts %d, %v", n, err)
		}
	}
	if of, err := w.OfRequests(ctx, roads, []string{"li"}); err != nil || len(of["li"]) != 0 {
		t.Errorf("who is recused finds it: %v, %v", of, err)
	}
	w.sees(lights, c.ID)
	answer := cases.Answer{Outcome: cases.Solved, Text: "好了"}
	w.no("access.not_found")(w.Recuse(ctx, roads, c.ID, 0, roads.Staff, cases.Oneself, ""))
	w.no("access.not_found")(w.Draft(ctx, roads, c.ID, 0, answer, true))
	w.no("access.not_found")(w.Ask(ctx, roads, c.ID, 0, "?"))
	w.no("access.not_found")(w.Note(ctx, roads, c.ID, 0, "说明"))
	w.happened(li, c.ID, "dispatched accepted") // the resident is told nothing of it
	c = w.ok(w.Recuse(ctx, supervisor, c.ID, 0, head.Staff, cases.FormerUnit, ""))
	w.no("case.recused_already")(w.Recuse(ctx, supervisor, c.ID, 0, head.Staff, cases.Kin, ""))
	c = w.ok(w.Recuse(ctx, supervisor, c.ID, 0, clerk.Staff, cases.Kin, ""))
	c = w.ok(w.Recuse(ctx, supervisor, c.ID, 0, dispatcher.Staff, cases.Oneself, ""))
	c = w.ok(w.Draft(ctx, lights, c.ID, 0, answer, true))
	w.no("access.not_found")(w.Check(ctx, head, c.ID, 0, true, ""))
	c = w.ok(w.Check(ctx, casestest.Person("he", "roads", access.SectionHead), c.ID, 0, true, ""))
	c = w.ok(w.Check(ctx, leader, c.ID, 0, true, ""))
	w.no("access.not_found")(w.Check(ctx, dispatcher, c.ID, 0, true, ""))
	c = w.ok(w.Check(ctx, supervisor, c.ID, 0, true, ""))
	w.no("access.not_found")(w.FollowUp(ctx, clerk, c.ID, 0, cases.FollowUp{Part: c.Parts[0].ID}))
	w.ok(w.Verdict(ctx, li, c.Parts[0].ID, false, "不亮"))
	w.no("access.not_found")(w.RuleContested(ctx, dispatcher, c.ID, 0, false, "亮的"))
	for _, who := range []access.StaffID{roads.Staff, head.Staff, clerk.Staff, dispatcher.Staff} {
		if !slices.ContainsFunc(c.Recused, func(r cases.Recusal) bool { return r.Staff == who && !r.At.IsZero() }) {
			t.Errorf("%s is not on record", who)
		}
	}
	if err := access.System().Can(access.CaseDispatch, c.Resource(casestest.City().Directory)); err != nil {
		t.Error("the program is nobody's kin:", errs.Of(err))
	}
}
