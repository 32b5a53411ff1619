package cases_test

import (
	"strings"
	"testing"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// Roads asks li on the day before the holiday. The clock stands while li
// thinks, over the holiday too, but not for more than five working days in all.
func TestQuestionPausesTheClock(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	w.at("09-28 10:00")
	c := w.accepted()
	w.due("five working days, over the holiday", c.Clocks.ResolveDue, "10-10 17:30")

	w.at("09-29 15:00")
	c = w.ok(w.Ask(ctx, roads, c.ID, c.Revision, "哪一盏？"))
	w.is(c, cases.Accepted, cases.ForResident, "roads")
	w.due("li may think until", c.Clocks.PausedUntil, "10-12 17:30")
	w.due("as if li took so long", c.Clocks.ResolveDue, "10-16 17:30")
	if e := w.last(c.ID, cases.Asked); !e.Public || !e.Detail.Until.Equal(c.Clocks.PausedUntil) || e.Detail.Text != "哪一盏？" {
		t.Errorf("li is told %+v", e)
	}
	w.no("case.asked_already")(w.Ask(ctx, roads, c.ID, 0, "还有？"))

	w.at("10-08 10:00") // two working days later
	c = w.ok(w.Reply(ctx, li, c.ID, "门口那盏。"))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	w.due("moved by the two days", c.Clocks.ResolveDue, "10-13 17:30")
	if c.Asking() || !c.Clocks.Unpaused.IsZero() {
		t.Errorf("still asking: %+v", c.Clocks)
	}

	w.at("10-08 11:00")
	c = w.ok(w.Ask(ctx, roads, c.ID, 0, "几号方便？"))
	w.due("what is left of the cap is three days", c.Clocks.PausedUntil, "10-12 11:00")
	w.due("so this is the end of it", c.Clocks.ResolveDue, "10-16 17:30")
	if c.Late(local("10-16 17:30")) || !c.Late(local("10-16 17:31")) {
		t.Error("late by another clock")
	}

	w.at("10-19 09:00") // li comes late; the clock has long been running
	c = w.ok(w.Reply(ctx, li, c.ID, "周一。"))
	w.due("nothing more", c.Clocks.ResolveDue, "10-16 17:30")
	c = w.ok(w.Ask(ctx, roads, c.ID, 0, "上午吗？"))
	w.due("a question can be put all the same", c.Clocks.ResolveDue, "10-16 17:30")
	if e := w.last(c.ID, cases.Asked); e.Detail.Until != nil || c.Clocks.Paused(w.now) || !c.Late(w.now) {
		t.Errorf("the clock stands once more: %+v", c.Clocks)
	}

	// Who answers no longer waits for an answer.
	c = w.answer(c)
	if c.Asking() {
		t.Error("the question is still open")
	}
	w.no("case.no_question")(w.Reply(ctx, li, c.ID, "是"))
	w.happened(li, c.ID, "dispatched accepted asked replied asked replied asked no_reply drafted answered")
	if own := c.Parts[0].OwnClock(c, w.now).Hours(); own < 20*24 {
		t.Errorf("li's own clock stood: %.0f hours", own)
	}
}

// Asked at five, answered at nine: each time the deadline moves by a day, so
// each time a day of the cap is used.
func TestQuestionsAtFive(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.accepted()
	w.due("at first", c.Clocks.ResolveDue, "09-29 17:30")
	days := []string{"09-22", "09-23", "09-24", "09-25", "09-28", "09-29", "09-30", "10-08"}
	for i, day := range days[:len(days)-1] {
		w.at(day + " 17:29")
		w.ok(w.Ask(ctx, roads, c.ID, 0, "在家吗？"))
		w.at(days[i+1] + " 09:01")
		c = w.ok(w.Reply(ctx, li, c.ID, "在。"))
	}
	w.due("five days later and no more", c.Clocks.ResolveDue, "10-12 17:30")
}

func TestQuestionIsRefused(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.sent()
	w.no("case.accept_first")(w.Ask(ctx, roads, c.ID, 0, "哪一盏？"))
	w.no("case.no_question")(w.Reply(ctx, li, c.ID, "门口那盏。"))
	c = w.ok(w.Accept(ctx, roads, c.ID, 0))
	w.no("case.question_missing")(w.Ask(ctx, roads, c.ID, 0, "\n"))
	w.no("case.too_long")(w.Ask(ctx, roads, c.ID, 0, strings.Repeat("问", 1001)))
	w.no("case.not_text")(w.Ask(ctx, roads, c.ID, 0, "a\x00b"))
	for _, by := range []access.Actor{dispatcher, li} {
		w.no("access.denied")(w.Ask(ctx, by, c.ID, 0, "哪一盏？"))
	}
	w.no("access.not_found")(w.Ask(ctx, parks, c.ID, 0, "哪一盏？"))
	c = w.ok(w.Ask(ctx, roads, c.ID, 0, "哪一盏？"))
	w.no("case.reply_missing")(w.Reply(ctx, li, c.ID, " "))
	w.no("access.denied")(w.Reply(ctx, roads, c.ID, "门口"))
	w.no("access.not_found")(w.Reply(ctx, wang, c.ID, "门口"))
	c = w.ok(w.Reply(ctx, clerk, c.ID, "门口那盏。")) // on the phone
	if e := w.last(c.ID, cases.Replied); !e.Public || e.Part != c.Parts[0].ID || e.By != "chen" {
		t.Errorf("%+v", e)
	}
	w.happened(li, c.ID, "dispatched accepted asked replied")
}
