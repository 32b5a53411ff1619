package cases_test

import (
	"strings"
	"testing"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

// The lamp is lit, but the one beside it is not. The hotline agrees with li,
// Roads goes on under a new clock, and then it is solved.
func TestContestedAndReopened(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.answered()
	part := c.Parts[0].ID
	w.at("09-23 09:00")
	w.no("case.missing_missing")(w.Verdict(ctx, li, part, false, "\u3000"))
	c = w.ok(w.Verdict(ctx, li, part, false, "旁边那盏还不亮。"))
	w.is(c, cases.Contested, cases.ForDispatcher, "roads")
	w.due("to be ruled on until", c.Clocks.DispatchDue, "09-23 11:00")
	if c.Late(local("09-23 11:00")) || !c.Late(local("09-23 11:01")) {
		t.Error("the hotline has its own clock")
	}
	w.no("case.judged_already")(w.Verdict(ctx, li, part, true, ""))
	w.no("case.rule_first")(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "parks"}))
	for _, by := range []access.Actor{roads, leader, clerk, li} {
		w.no("access.denied")(w.RuleContested(ctx, by, c.ID, 0, true, "有理"))
	}
	w.no("case.reason_missing")(w.RuleContested(ctx, dispatcher, c.ID, 0, true, ""))

	c = w.ok(w.RuleContested(ctx, dispatcher, c.ID, 0, true, "应一并修复。"))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	w.due("a new clock", c.Clocks.ResolveDue, "09-30 17:30")
	if e := w.last(c.ID, cases.Reopened); len(e.Detail.Missing) != 1 || e.Detail.Missing[0] != "旁边那盏还不亮。" || !e.Detail.Until.Equal(c.Clocks.ResolveDue) {
		t.Errorf("the condition: %+v", e.Detail)
	}
	if c.Reopened != 1 || c.Outcome != "" || !c.AnsweredAt.IsZero() || c.Parts[0].Verdict != cases.NoVerdict || c.Parts[0].Missing == "" {
		t.Errorf("%+v", c)
	}
	w.no("case.nothing_to_judge")(w.Verdict(ctx, li, part, true, ""))

	w.answer(c)
	c = w.ok(w.Verdict(ctx, li, part, true, ""))
	w.is(c, cases.Closed, cases.ForNobody, "roads")
	if p := c.Parts[0]; p.Verdict != cases.SaysSolved || p.Missing != "" {
		t.Errorf("%+v", p)
	}
	w.happened(li, c.ID, "dispatched accepted drafted answered contested reopened drafted answered confirmed")
	if versions := must(w.Answers(ctx, li, c.ID))(t); len(versions) != 2 {
		t.Errorf("li reads %d answers", len(versions))
	}
}

// The hotline finds that the answer stands, and says why.
func TestKeptClosed(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.answered()
	w.ok(w.Verdict(ctx, li, c.Parts[0].ID, false, "要换新灯。"))
	c = w.ok(w.RuleContested(ctx, supervisor, c.ID, 0, false, "灯已亮，按标准无需更换。"))
	w.is(c, cases.Closed, cases.ForNobody, "roads")
	if c.Outcome != cases.Solved || c.Parts[0].Verdict != cases.SaysNot || c.Parts[0].VerdictAsOf(c, w.now) != cases.SaysNot {
		t.Errorf("closed is not solved: %+v", c.Parts[0])
	}
	if e := w.last(c.ID, cases.KeptClosed); !e.Public || e.Detail.Text == "" {
		t.Errorf("%+v", e)
	}
	c = w.ok(w.Rate(ctx, li, c.Parts[0].ID, 1, ""))
	w.no("case.nothing_to_judge")(w.Verdict(ctx, li, c.Parts[0].ID, true, ""))
}

// Li says nothing. When the time is over the case is closed, nobody's word
// is made up, and nothing had to wake up for it.
func TestSilence(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.answered()
	part := c.Parts[0]
	until := c.ConfirmUntil
	if s, v := c.StateAsOf(until), part.VerdictAsOf(c, until); s != cases.Answered || v != cases.NoVerdict || !part.Judgeable(c, until) {
		t.Errorf("on the last second: %s, %q", s, v)
	}
	w.now = until.Add(time.Microsecond)
	if s, v := c.StateAsOf(w.now), part.VerdictAsOf(c, w.now); s != cases.Closed || v != cases.Unconfirmed || part.Judgeable(c, w.now) {
		t.Errorf("just after: %s, %q", s, v)
	}
	w.no("case.confirm_over")(w.Verdict(ctx, li, part.ID, false, "没好"))
	for state, n := range map[cases.State]int{cases.Answered: 0, cases.Closed: 1} {
		if list := must(w.List(ctx, dispatcher, cases.Filter{States: []cases.State{state}}))(t); len(list) != n {
			t.Errorf("%d cases are %s", len(list), state)
		}
	}
	f := must(w.Figures(ctx, supervisor, cases.Period{From: casestestDay, To: casestestDay.AddDate(0, 0, 9), Now: w.now}))(t)
	if f.Rates.Resolution.Known() || f.Rates.Silent != (cases.Ratio{Of: 1, Count: 1}) || f.Rates.Response != (cases.Ratio{Of: 1, Count: 1}) {
		t.Errorf("%+v", f.Rates)
	}
	w.ok(w.Rate(ctx, li, part.ID, 4, "")) // how satisfied one is may be said later
}

var casestestDay = local("09-22 00:00")

// Who contested an answer and is silent on the next has not taken it back.
func TestSilenceAfterNo(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.answered()
	w.ok(w.Verdict(ctx, li, c.Parts[0].ID, false, "还不亮。"))
	c = w.answer(w.ok(w.RuleContested(ctx, dispatcher, c.ID, 0, true, "再修。")))
	w.now = c.ConfirmUntil.Add(time.Minute)
	if v := c.Parts[0].VerdictAsOf(c, w.now); v != cases.SaysNot {
		t.Errorf("li's last word is %q", v)
	}
	f := must(w.Figures(ctx, supervisor, cases.Period{From: casestestDay, To: casestestDay.AddDate(0, 0, 9), Now: w.now}))(t)
	if f.Rates.Resolution != (cases.Ratio{Of: 1, Count: 0}) || f.Rates.Silent != (cases.Ratio{Of: 1, Count: 0}) {
		t.Errorf("%+v", f.Rates)
	}
}

// Only li judges li's part, with li's own receipt.
func TestWhoJudges(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.answered()
	part := c.Parts[0].ID
	for _, by := range []access.Actor{wang, {}} {
		w.no("access.not_found")(w.Verdict(ctx, by, part, true, ""))
		w.no("access.not_found")(w.Rate(ctx, by, part, 5, ""))
	}
	for _, by := range []access.Actor{dispatcher, roads, supervisor} {
		w.no("access.denied")(w.Verdict(ctx, by, part, true, ""))
		w.no("access.denied")(w.Rate(ctx, by, part, 5, ""))
	}
	w.no("access.not_found")(w.Verdict(ctx, li, "none", true, ""))
	for _, stars := range []int{0, 6, -1} {
		w.no("case.bad_rating")(w.Rate(ctx, li, part, stars, ""))
	}
	w.no("case.too_long")(w.Rate(ctx, li, part, 3, strings.Repeat("好", 1001)))
	sent := w.opened(cases.Opening{Request: "wang", Category: "light.out"})
	w.no("case.nothing_to_judge")(w.Rate(ctx, wang, sent.Parts[0].ID, 5, ""))
	w.no("case.nothing_to_judge")(w.Verdict(ctx, wang, sent.Parts[0].ID, true, ""))
}

// The clerk answers at once; what li says about it on the call counts.
func TestOnTheSpot(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.lamp()
	w.no("case.answer_missing")(w.Finish(ctx, clerk, c.ID, 0, cases.Finish{Route: org.RouteAnswered}))
	w.no("case.no_category")(w.Finish(ctx, clerk, c.ID, 0, cases.Finish{Route: org.RouteAnswered, Text: "好", Category: "street"}))
	w.no("case.no_route")(w.Finish(ctx, clerk, c.ID, 0, cases.Finish{Route: org.RouteWork, Text: "好"}))
	w.no("access.not_found")(w.Finish(ctx, roads, c.ID, 0, cases.Finish{Route: org.RouteAnswered, Text: "好"}))
	c = w.ok(w.Finish(ctx, clerk, c.ID, c.Revision, cases.Finish{Route: org.RouteAnswered, Text: "今晚八点后会亮。", Kind: "enquiry"}))
	w.is(c, cases.Answered, cases.ForResident, "hotline")
	if c.Kind != "enquiry" || c.Outcome != cases.Solved || w.sees(li, c.ID).Latest.Text == "" {
		t.Errorf("%+v", c)
	}
	w.no("case.wrong_state")(w.Finish(ctx, clerk, c.ID, 0, cases.Finish{Route: org.RouteAnswered, Text: "好"}))

	// It is not solved after all: another person rules, and it becomes work.
	w.at("09-23 09:00")
	c = w.ok(w.Verdict(ctx, li, c.Parts[0].ID, false, "昨晚没亮。"))
	w.is(c, cases.Contested, cases.ForDispatcher, "hotline")
	c = w.ok(w.RuleContested(ctx, dispatcher, c.ID, 0, true, "派单处理。"))
	w.is(c, cases.Waiting, cases.ForDispatcher, "")
	w.due("the hotline's clock", c.Clocks.DispatchDue, "09-23 11:01")
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads"}))
	w.is(c, cases.Dispatched, cases.ForUnit, "roads")
	if c.Route != org.RouteWork {
		t.Errorf("route %s", c.Route)
	}

	// A dispatcher who answered does not rule on the answer.
	c = w.opened(cases.Opening{Request: "wang", Category: "light.out"})
	c = w.ok(w.Finish(ctx, dispatcher, c.ID, 0, cases.Finish{Route: org.RouteAnswered, Text: "会亮的。"}))
	w.ok(w.Verdict(ctx, wang, c.Parts[0].ID, false, "没亮。"))
	w.no("case.own_answer")(w.RuleContested(ctx, dispatcher, c.ID, 0, false, "已答复。"))
	// Nor does anybody of the hotline say that the hotline's answer stands.
	w.no("case.own_unit_answer")(w.RuleContested(ctx, supervisor, c.ID, 0, false, "已答复。"))
	w.ok(w.RuleContested(ctx, casestest.Person("gao", "parks", access.Supervisor), c.ID, 0, false, "已答复。"))
}

func TestSolvedOnTheCall(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.lamp()
	c = w.ok(w.Finish(ctx, clerk, c.ID, 0, cases.Finish{Route: org.RouteAnswered, Text: "带身份证即可。", Confirmed: true}))
	w.is(c, cases.Closed, cases.ForNobody, "hotline")
	w.happened(li, c.ID, "answered confirmed")
	f := must(w.Figures(ctx, supervisor, cases.Period{From: casestestDay, To: casestestDay.AddDate(0, 0, 1), Now: w.now}))(t)
	if f.OnTheSpot != 1 || f.Answered != 1 || f.Rates.Response.Known() || f.Rates.Resolution != (cases.Ratio{Of: 1, Count: 1}) || f.MedianHours != 0 {
		t.Errorf("%+v", f)
	}
}

// A fire is not for the city's offices: li is told at once whom to call, and
// nobody is judged for it.
func TestRoutes(t *testing.T) {
	for route, tell := range map[string]string{"fire": "请立即拨打119。", "court": "此事由法院审理。"} {
		w := newTown(t)
		ctx := t.Context()
		c := w.lamp()
		c = w.ok(w.Finish(ctx, clerk, c.ID, 0, cases.Finish{Route: route}))
		w.is(c, cases.Closed, cases.ForNobody, "hotline")
		if c.Outcome != cases.NotOurs || c.Route != route || !strings.Contains(w.sees(li, c.ID).Latest.Text, tell) {
			t.Errorf("%+v", c)
		}
		w.happened(li, c.ID, "routed")
		w.no("case.nothing_to_judge")(w.Verdict(ctx, li, c.Parts[0].ID, true, ""))
		if v := c.Parts[0].VerdictAsOf(c, w.now.AddDate(1, 0, 0)); v != cases.NoVerdict {
			t.Errorf("a year later: %q", v)
		}
		f := must(w.Figures(ctx, supervisor, cases.Period{From: casestestDay, To: casestestDay.AddDate(0, 0, 1), Now: w.now.AddDate(1, 0, 0)}))(t)
		if f.Received != 1 || f.OnTheSpot != 0 || f.Rates != (cases.Rates{}) {
			t.Errorf("%+v", f)
		}
	}
}

// Li takes it back while it is worked on.
func TestWithdraw(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Ask(ctx, roads, w.accepted().ID, 0, "哪一盏？"))
	if _, err := w.Withdraw(ctx, wang, "li"); err == nil {
		t.Error("wang took back what li said")
	}
	list, err := w.Withdraw(ctx, li, "li")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	c = w.sees(dispatcher, c.ID)
	w.is(c, cases.Closed, cases.ForNobody, "roads")
	if c.Outcome != cases.Withdrawn || c.Asking() || c.Parts[0].WithdrawnAt.IsZero() || c.Parts[0].VerdictAsOf(c, w.now.AddDate(1, 0, 0)) != cases.NoVerdict {
		t.Errorf("%+v", c)
	}
	if own := c.Parts[0].OwnClock(c, w.now.AddDate(1, 0, 0)); own > time.Hour {
		t.Errorf("li waited %s", own)
	}
	_, err = w.Withdraw(ctx, li, "li")
	w.no("case.nothing_to_withdraw")(cases.Case{}, err)
	w.happened(li, c.ID, "dispatched accepted asked withdrawn")

	// What is answered stays answered.
	w = newTown(t)
	w.answered()
	_, err = w.Withdraw(ctx, li, "li")
	w.no("case.nothing_to_withdraw")(cases.Case{}, err)
	// On the phone the hotline does it for them.
	w.opened(cases.Opening{Request: "wang"})
	if list, err = w.Withdraw(ctx, clerk, "wang"); err != nil || len(list) != 1 || list[0].State != cases.Closed {
		t.Errorf("%+v, %v", list, err)
	}
}
