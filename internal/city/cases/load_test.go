package cases_test

import (
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

// loaded is a case of an old system that was answered, as little as has to be
// said of it.
func loaded(request string) cases.Loaded {
	c := casestest.Case(request)
	c.State, c.WaitsFor, c.Lead, c.Seq, c.Revision = cases.Answered, "", "roads", 0, 0
	c.DispatchedAt, c.AcceptedAt, c.AnsweredAt = at(1), at(2), at(3)
	c.Clocks = cases.Clocks{AcceptLimit: calendar.Limit{N: 4, In: calendar.WorkingHours}, ResolveLimit: calendar.Limit{N: 5, In: calendar.WorkingDays}}
	c.Outcome = cases.Solved
	c.Parts[0].Case, c.Parts[0].At = "", time.Time{}
	return cases.Loaded{
		Case:    c,
		Events:  []cases.Event{{At: at(0), Kind: cases.Opened}, {At: at(1), Kind: cases.DispatchedTo, Public: true}, {At: at(3), Kind: cases.AnsweredWith, Public: true}},
		Answers: []cases.Answer{{ID: "1", At: at(3), By: "zhao", Outcome: cases.Solved, Text: "已修复", ReleasedAt: at(3)}},
	}
}

// at is so many hours after the case was opened.
func at(hours int) time.Time { return casestest.At.Add(time.Duration(hours) * time.Hour) }

// What follows from the rest need not be said, and a loaded case goes on like
// any other.
func TestLoad(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	if err := w.Load(ctx, access.System(), []cases.Loaded{loaded("li"), loaded("wang")}); err != nil {
		t.Fatal(err)
	}
	w.at("09-23 09:00")
	list := must(w.OfRequest(ctx, li, "li"))(t)
	if len(list) != 1 {
		t.Fatalf("li has %d cases", len(list))
	}
	c := w.sees(dispatcher, list[0].ID)
	w.is(c, cases.Answered, cases.ForResident, "roads")
	w.due("sent until", c.Clocks.DispatchDue, "09-22 14:00")
	w.due("accepted until", c.Clocks.AcceptDue, "09-22 17:00")
	w.due("answered until", c.Clocks.ResolveDue, "09-29 17:30")
	w.due("confirmed until", c.ConfirmUntil, "09-29 17:30")
	if c.Revision != 1 || c.Parts[0].At.IsZero() || c.Latest.Text != "已修复" {
		t.Errorf("%+v", c)
	}
	w.happened(li, c.ID, "dispatched answered")
	w.ok(w.Verdict(ctx, li, c.Parts[0].ID, false, "还不亮。"))
	c = w.ok(w.RuleContested(ctx, dispatcher, c.ID, 0, true, "再修。"))
	c = w.answer(c) // it has the chain of its unit, though nobody said so
	w.is(c, cases.Answered, cases.ForResident, "roads")
	for _, by := range []access.Actor{dispatcher, roads, li, {}} {
		if err := w.Load(ctx, by, nil); !errs.Is(err, errs.Denied) {
			t.Errorf("%s loads: %v", by.ID(), err)
		}
	}
}

func TestLoadRefusesWhatCannotBe(t *testing.T) {
	for story, change := range map[string]func(l *cases.Loaded){
		"no id":                            func(l *cases.Loaded) { l.Case.ID = "x" },
		"no such state":                    func(l *cases.Loaded) { l.Case.State = "lost" },
		"no time":                          func(l *cases.Loaded) { l.Case.OpenedAt = time.Time{} },
		"nobody's":                         func(l *cases.Loaded) { l.Case.Parts = nil },
		"accepted, never sent":             func(l *cases.Loaded) { l.Case.State, l.Case.DispatchedAt = cases.Accepted, time.Time{} },
		"answered by nobody":               func(l *cases.Loaded) { l.Case.Lead = "" },
		"waiting, and led":                 func(l *cases.Loaded) { l.Case.State = cases.Waiting },
		"answered without an answer":       func(l *cases.Loaded) { l.Case.AnsweredAt = time.Time{} },
		"closed at no time":                func(l *cases.Loaded) { l.Case.State = cases.Closed },
		"checked, nothing written":         func(l *cases.Loaded) { l.Case.State, l.Answers = cases.Checking, nil },
		"checked beyond the end":           func(l *cases.Loaded) { l.Case.State, l.Case.Step = cases.Checking, 3 },
		"a chain without the hotline":      func(l *cases.Loaded) { l.Case.Chain = []string{cases.StepCheck} },
		"a chain of steps nobody takes":    func(l *cases.Loaded) { l.Case.Chain = []string{"seal", cases.StepHotline} },
		"contested by nobody":              func(l *cases.Loaded) { l.Case.State = cases.Contested },
		"sent before it was opened":        func(l *cases.Loaded) { l.Case.DispatchedAt = at(-1) },
		"answered before it was sent":      func(l *cases.Loaded) { l.Case.AnsweredAt = l.Case.DispatchedAt.Add(-time.Minute) },
		"more than an emergency":           func(l *cases.Loaded) { l.Case.Urgency = 3 },
		"an outcome that is not":           func(l *cases.Loaded) { l.Case.Outcome = "fine" },
		"led by nobody we know":            func(l *cases.Loaded) { l.Case.Lead = "moon" },
		"its lead helps itself":            func(l *cases.Loaded) { l.Case.Helpers = []org.UnitID{"roads"} },
		"helped by nobody we know":         func(l *cases.Loaded) { l.Case.Helpers = []org.UnitID{"moon"} },
		"nowhere":                          func(l *cases.Loaded) { l.Case.Area = "moon" },
		"as nothing we know":               func(l *cases.Loaded) { l.Case.Category = "street" },
		"a part of nobody":                 func(l *cases.Loaded) { l.Case.Parts[0].Request = "" },
		"a verdict at no time":             func(l *cases.Loaded) { l.Case.Parts[0].Verdict = cases.SaysSolved },
		"not solved, and nothing missing":  func(l *cases.Loaded) { l.Case.Parts[0].Verdict, l.Case.Parts[0].VerdictAt = cases.SaysNot, at(4) },
		"a verdict that is made up":        func(l *cases.Loaded) { l.Case.Parts[0].Verdict, l.Case.Parts[0].VerdictAt = cases.Unconfirmed, at(4) },
		"six stars":                        func(l *cases.Loaded) { l.Case.Parts[0].Rating, l.Case.Parts[0].RatedAt = 6, at(4) },
		"stars at no time":                 func(l *cases.Loaded) { l.Case.Parts[0].Rating = 5 },
		"nothing happened":                 func(l *cases.Loaded) { l.Events[0].Kind = "" },
		"it happened in the wrong order":   func(l *cases.Loaded) { l.Events[0].At = at(2) },
		"an answer of nothing":             func(l *cases.Loaded) { l.Answers[0].Text = "" },
		"an answer with no outcome for it": func(l *cases.Loaded) { l.Answers[0].Outcome = cases.Withdrawn },
	} {
		w := newTown(t)
		bad := loaded("li")
		change(&bad)
		if err := w.Load(t.Context(), access.System(), []cases.Loaded{loaded("wang"), bad}); err == nil {
			t.Errorf("%s: it was loaded", story)
		}
		if n, _, err := w.Count(t.Context(), access.System(), cases.Filter{}); err != nil || n != 0 {
			t.Errorf("%s: %d cases are there, %v", story, n, err)
		}
	}
}
