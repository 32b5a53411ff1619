package cases_test

import (
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Li's lamp is out. The hotline sends it to Roads, who mend it and say so;
// two people of Roads and one of the hotline look at the answer, and li says
// that it is solved.
func TestWholeRound(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.lamp()
	w.is(c, cases.Waiting, cases.ForDispatcher, "")
	w.due("to be sent until", c.Clocks.DispatchDue, "09-22 14:00") // two office hours, lunch between them
	if c.Number != "20260922-00001" {
		t.Errorf("its number is %s", c.Number)
	}

	w.at("09-22 10:45")
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, c.Revision, cases.Dispatching{Unit: "roads", Helpers: []org.UnitID{"parks", "parks", "roads", ""}, Note: "灯杆旁有大树"}))
	w.is(c, cases.Dispatched, cases.ForUnit, "roads")
	w.due("to be accepted until", c.Clocks.AcceptDue, "09-22 16:15")
	w.due("to be answered until", c.Clocks.ResolveDue, "09-29 17:30")
	if c.Duty != "d-light" || c.Catalogue != 7 || len(c.Chain) != 3 || len(c.Helpers) != 1 {
		t.Errorf("sent as %s of catalogue %d with chain %v and helpers %v", c.Duty, c.Catalogue, c.Chain, c.Helpers)
	}
	if d := w.last(c.ID, cases.DispatchedTo); !d.Public || !d.Detail.Until.Equal(c.Clocks.ResolveDue) || d.Detail.To != "roads" || d.Unit != "hotline" {
		t.Errorf("li is told %+v", d)
	}

	w.at("09-22 16:20")
	if !c.Late(w.now) {
		t.Error("it is not late at the moment")
	}
	c = w.ok(w.Accept(ctx, lights, c.ID, c.Revision)) // a section takes what came to its department
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	if c.Late(w.now) || c.Handler != "feng" {
		t.Errorf("accepted by %q, but late", c.Handler)
	}

	w.at("09-24 15:00")
	c = w.ok(w.Draft(ctx, roads, c.ID, c.Revision, cases.Answer{Outcome: cases.Partly, Text: "在修。"}, false))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	if w.sees(dispatcher, c.ID).Latest.Text != "" || w.sees(parks, c.ID).Latest.Text != "" || w.sees(head, c.ID).Latest.Text != "在修。" {
		t.Error("a draft is for the unit that drafts")
	}
	c = w.ok(w.Draft(ctx, roads, c.ID, c.Revision, cases.Answer{Outcome: cases.Solved, Text: " 路灯已修复。\n"}, true))
	w.is(c, cases.Checking, cases.ForHead, "roads")
	if w.sees(dispatcher, c.ID).Latest.Text != "路灯已修复。" || w.sees(li, c.ID).Latest.Text != "" {
		t.Error("what is checked is for officials, not for li yet")
	}
	c = w.ok(w.Check(ctx, head, c.ID, c.Revision, true, ""))
	w.is(c, cases.Checking, cases.ForLeader, "roads")
	c = w.ok(w.Check(ctx, leader, c.ID, c.Revision, true, "好"))
	w.is(c, cases.Checking, cases.ForHotline, "roads")
	c = w.ok(w.Check(ctx, dispatcher, c.ID, c.Revision, true, "很快"))
	w.is(c, cases.Answered, cases.ForResident, "roads")
	w.due("to be confirmed until", c.ConfirmUntil, "10-08 17:30") // the holiday is not counted

	seen := w.sees(li, c.ID)
	if seen.Latest.Text != "路灯已修复。" || seen.Outcome != cases.Solved || seen.Latest.By != "" || seen.Handler != "" {
		t.Errorf("li sees %+v", seen.Latest)
	}
	if versions, err := w.Answers(ctx, li, c.ID); err != nil || len(versions) != 1 {
		t.Errorf("li sees %d versions, %v", len(versions), err)
	}
	if versions, err := w.Answers(ctx, roads, c.ID); err != nil || len(versions) != 2 {
		t.Errorf("roads sees %d versions, %v", len(versions), err)
	}
	if versions, err := w.Answers(ctx, supervisor, c.ID); err != nil || len(versions) != 1 {
		t.Errorf("the hotline sees %d versions, %v", len(versions), err)
	}

	w.at("09-25 08:00")
	part := c.Parts[0].ID
	c = w.ok(w.Verdict(ctx, li, part, true, ""))
	w.is(c, cases.Closed, cases.ForNobody, "roads")
	c = w.ok(w.Rate(ctx, li, part, 5, "谢谢"))
	w.no("case.rated_already")(w.Rate(ctx, li, part, 1, ""))
	w.no("case.nothing_to_judge")(w.Verdict(ctx, li, part, false, "x"))
	w.happened(dispatcher, c.ID, "opened dispatched noted accepted drafted checked signed noted answered confirmed rated")
	w.happened(li, c.ID, "dispatched accepted drafted answered confirmed rated")
	if own := c.Parts[0].OwnClock(c, w.now); own != c.AnsweredAt.Sub(c.OpenedAt) || own < 48*time.Hour {
		t.Errorf("li waited %s", own)
	}
	for _, e := range must(w.Events(ctx, li, c.ID))(t) {
		if e.By != "" && e.By != "resident" {
			t.Errorf("li reads who %s: %s", e.Kind, e.By)
		}
	}
	if n, err := w.queue.Count(ctx); err != nil || n.Due != 10 {
		t.Errorf("%d jobs tell of 10 events, %v", n.Due, err)
	}
	if c.Due(); c.Late(w.now.AddDate(1, 0, 0)) || c.Risk() != 0 {
		t.Error("something is still owed")
	}
}

func must[T any](v T, err error) func(failer) T {
	return func(t failer) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// A failer is a test, or one try of a property.
type failer interface {
	Helper()
	Fatal(args ...any)
}

// A number is found as people type it.
func TestByNumber(t *testing.T) {
	w := newTown(t)
	c := w.lamp()
	for _, typed := range []string{"20260922-00001", "20260922-1", "2026 0922 — 1", "2026092200001", "２０２６０９２２－１"} {
		if got, err := w.ByNumber(t.Context(), clerk, cases.Number(typed)); err != nil || got.ID != c.ID {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for _, typed := range []string{"", "1", "20260922", "20260922-", "20260922-2", "2026-0922-1", "20260922-1234567", "20260922-x", "-00001", "99999999-9999999999999"} {
		if _, err := w.ByNumber(t.Context(), clerk, cases.Number(typed)); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if _, err := w.ByNumber(t.Context(), wang, c.Number); !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger: %v", err)
	}
}

// The form is refused with what is wrong, and nothing is changed.
func TestDispatchIsRefused(t *testing.T) {
	for _, test := range []struct {
		story string
		d     cases.Dispatching
		want  string
	}{
		{"to nobody", cases.Dispatching{}, "case.no_unit"},
		{"to a unit that is not", cases.Dispatching{Unit: "moon"}, "case.no_unit"},
		{"to the hotline itself", cases.Dispatching{Unit: "hotline"}, "case.no_unit"},
		{"helped by nobody we know", cases.Dispatching{Unit: "roads", Helpers: []org.UnitID{"moon"}}, "case.no_unit"},
		{"as nothing we know", cases.Dispatching{Unit: "roads", Category: "moon"}, "case.no_category"},
		{"as something too general", cases.Dispatching{Unit: "roads", Category: "street"}, "case.no_category"},
		{"to no place", cases.Dispatching{Unit: "roads", Area: "moon"}, "case.no_area"},
		{"about nobody", cases.Dispatching{Unit: "roads", About: "moon"}, "case.no_unit"},
		{"a department's work to a street", cases.Dispatching{Unit: "js-office"}, "case.street_not_ok"},
		{"and to a part of one", cases.Dispatching{Unit: "js-grid"}, "case.street_not_ok"},
		{"to the unit it is about", cases.Dispatching{Unit: "roads", About: "roads"}, "case.about_unit"},
		{"to a section of it", cases.Dispatching{Unit: "lights", About: "roads"}, "case.about_unit"},
		{"with it as a helper", cases.Dispatching{Unit: "parks", About: "roads", Helpers: []org.UnitID{"lights"}}, "case.about_unit"},
		{"with a note that is no text", cases.Dispatching{Unit: "roads", Note: "\xff"}, "case.not_text"},
	} {
		t.Run(test.story, func(t *testing.T) {
			w := newTown(t)
			c := w.lamp()
			w.no(test.want)(w.Dispatch(t.Context(), dispatcher, c.ID, c.Revision, test.d))
			if now := w.sees(dispatcher, c.ID); now.Revision != 1 || now.About != "" || now.Category != "light.out" {
				t.Errorf("it changed: %+v", now)
			}
		})
	}
	w := newTown(t)
	c := w.lamp()
	for _, by := range []access.Actor{clerk, {}, li, roads} {
		if _, err := w.Dispatch(t.Context(), by, c.ID, 0, cases.Dispatching{Unit: "roads"}); !errs.Is(err, errs.Denied) && !errs.Is(err, errs.NotFound) {
			t.Errorf("%s dispatched: %v", by.ID(), err)
		}
	}
	// A street's own matter goes to a street.
	c = w.ok(w.Dispatch(t.Context(), dispatcher, c.ID, 0, cases.Dispatching{Unit: "js-office", Category: "rubbish"}))
	w.is(c, cases.Dispatched, cases.ForUnit, "js-office")
	w.due("in three days", c.Clocks.ResolveDue, "09-26 00:00")
	if c.Duty != "d-rubbish" || len(c.Chain) != 1 {
		t.Errorf("duty %s, chain %v", c.Duty, c.Chain)
	}
}

// What the catalogue says of another unit gives its limits, but not its duty.
func TestSentElsewhere(t *testing.T) {
	w := newTown(t)
	c := w.lamp()
	c = w.ok(w.Dispatch(t.Context(), dispatcher, c.ID, 0, cases.Dispatching{Unit: "parks"}))
	w.due("as if it were the holder's", c.Clocks.ResolveDue, "09-29 17:30")
	if c.Duty != "" || len(c.Chain) != 2 {
		t.Errorf("duty %q, chain %v", c.Duty, c.Chain)
	}
	// A section has the duty of its department.
	c = w.ok(w.Dispatch(t.Context(), dispatcher, c.ID, 0, cases.Dispatching{Unit: "lights", Note: "派错了"}))
	if c.Duty != "d-light" || len(c.Chain) != 3 {
		t.Errorf("duty %q, chain %v", c.Duty, c.Chain)
	}
	// Of a matter that nobody has the duty for there is no limit.
	c = w.ok(w.Dispatch(t.Context(), dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads", Category: "conduct", Note: "派错了"}))
	if due, _ := c.Due(); !due.IsZero() || c.Late(w.now.AddDate(10, 0, 0)) || c.Risk() == 0 {
		t.Error("a limit from nowhere")
	}
	// An urgent duty makes the case urgent; a person may say otherwise.
	c = w.ok(w.Dispatch(t.Context(), dispatcher, c.ID, 0, cases.Dispatching{Unit: "water", Category: "pipe", Note: "派错了"}))
	if c.Urgency != org.Emergency {
		t.Errorf("urgency %d", c.Urgency)
	}
	c = w.ok(w.Dispatch(t.Context(), dispatcher, c.ID, 0, cases.Dispatching{Unit: "water", Urgency: new(org.Ordinary), Note: "不急"}))
	if c.Urgency != org.Ordinary {
		t.Errorf("urgency %d", c.Urgency)
	}
}

// A case that a unit has goes elsewhere with a reason; what a ruling settled,
// what is late and what went through too many units, a level up sends. Sent to
// who has it, since it is something else, it keeps its clocks.
func TestSentOn(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.accepted()
	to := cases.Dispatching{Unit: "parks"}
	w.no("case.dispatch_note_missing")(w.Dispatch(ctx, dispatcher, c.ID, 0, to))
	before := c.Clocks.ResolveDue
	w.at("09-23 11:00")
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads", Kind: "complaint", Note: "是投诉"}))
	if !c.Clocks.ResolveDue.Equal(before) || c.Hops != 1 {
		t.Errorf("due %s after %s, %d hops", c.Clocks.ResolveDue, before, c.Hops)
	}
	to.Note = "派错了"
	w.now = before.Add(time.Minute)
	w.no("case.late_above")(w.Dispatch(ctx, dispatcher, c.ID, 0, to))
	c = w.ok(w.Dispatch(ctx, supervisor, c.ID, 0, to))
	if d := w.last(c.ID, cases.Noted).Detail; d.Text != to.Note {
		t.Errorf("the reason is %+v", d)
	}
	for _, unit := range []org.UnitID{"water", "roads"} {
		to.Unit = unit
		c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, to))
	}
	to.Unit = "parks"
	w.no("case.level_up")(w.Dispatch(ctx, dispatcher, c.ID, 0, to))
	w.ok(w.Dispatch(ctx, supervisor, c.ID, 0, to))

	// What is under check only a ruling takes from its unit.
	c = w.opened2()
	c = w.ok(w.Accept(ctx, roads, c.ID, 0))
	c = w.ok(w.Draft(ctx, roads, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "已修复。"}, true))
	w.no("case.wrong_state")(w.Dispatch(ctx, supervisor, c.ID, 0, to))
}

// A dispatcher does not send elsewhere what a supervisor has ruled.
func TestRuledIsNotSentOn(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Rule(ctx, supervisor, w.convened().ID, 0, decided))
	to := cases.Dispatching{Unit: "parks", Note: "还是园林"}
	w.no("case.settled_above")(w.Dispatch(ctx, dispatcher, c.ID, 0, to))
	w.ok(w.Dispatch(ctx, supervisor, c.ID, 0, to))
}
