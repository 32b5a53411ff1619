package cases_test

import (
	"testing"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

var notOurs = cases.Return{Reason: "灯杆在公园内，属园林局。", Proposed: "parks", Duty: "d-tree"}

// Roads says that the lamp is Parks', and the hotline agrees.
func TestReturnUpheld(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.sent()
	w.at("09-22 14:30")
	c = w.ok(w.Return(ctx, roads, c.ID, c.Revision, notOurs))
	w.is(c, cases.Returned, cases.ForDispatcher, "roads")
	due := c.Clocks.ResolveDue
	if at, _ := c.Due(); !at.Equal(due) {
		t.Error("while it is ruled on the clock runs on")
	}
	w.no("case.rule_first")(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "parks"}))
	w.no("case.wrong_state")(w.Accept(ctx, roads, c.ID, 0))
	w.no("case.rule_other")(w.RuleReturn(ctx, dispatcher, c.ID, 0, true, cases.Dispatching{Unit: "roads"}, "是"))
	w.no("case.reason_missing")(w.RuleReturn(ctx, dispatcher, c.ID, 0, true, cases.Dispatching{Unit: "parks"}, " "))
	w.no("access.denied")(w.RuleReturn(ctx, roads, c.ID, 0, true, cases.Dispatching{Unit: "parks"}, "是"))
	w.no("access.denied")(w.RuleReturn(ctx, clerk, c.ID, 0, true, cases.Dispatching{Unit: "parks"}, "是"))

	w.at("09-22 16:00")
	c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, c.Revision, true, cases.Dispatching{Unit: "parks", Category: "tree"}, "灯杆属公园设施。"))
	w.is(c, cases.Dispatched, cases.ForUnit, "parks")
	w.due("Parks has clocks of its own", c.Clocks.AcceptDue, "09-23 11:30")
	w.due("Parks has clocks of its own", c.Clocks.ResolveDue, "09-25 09:30")
	w.happened(li, c.ID, "dispatched returned return_upheld dispatched")
	w.hidden(c, roads, leader)
	w.sees(parks, c.ID)
	// What Roads had to say is not lost, and it may say no again if it ever gets it back.
	if len(c.ReturnedBy) != 1 || c.ReturnedBy[0] != "roads" {
		t.Errorf("returned by %v", c.ReturnedBy)
	}
	c = w.ok(w.Return(ctx, parks, c.ID, 0, cases.Return{Reason: "不在公园内。", Proposed: "roads"}))
	c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, 0, true, cases.Dispatching{Unit: "roads"}, "经查不在公园内。"))
	w.is(c, cases.Dispatched, cases.ForUnit, "roads")
	w.no("case.returned_once")(w.Return(ctx, roads, c.ID, 0, notOurs))
}

// Refused, it stays where it was, with the clocks it had, and for good.
func TestReturnRefused(t *testing.T) {
	for _, accepted := range []bool{false, true} {
		w := newTown(t)
		ctx := t.Context()
		c, state := w.sent(), cases.Dispatched
		if accepted {
			c, state = w.ok(w.Accept(ctx, roads, c.ID, 0)), cases.Accepted
		}
		clocks := c.Clocks
		c = w.ok(w.Return(ctx, roads, c.ID, 0, notOurs))
		w.at("09-22 13:40")
		c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, 0, false, cases.Dispatching{}, "灯杆在路边。"))
		w.is(c, state, cases.ForUnit, "roads")
		if c.Clocks != clocks {
			t.Errorf("the clocks were %+v and are %+v", clocks, c.Clocks)
		}
		w.no("case.returned_once")(w.Return(ctx, roads, c.ID, 0, notOurs))
	}
}

// What the hotline takes beyond its own time to decide the unit gets back, as
// far as the law has room; urgent work was to go on.
func TestReturnDecidedLate(t *testing.T) {
	ordinary, urgent := org.Ordinary, org.Urgent
	for _, test := range []struct {
		name            string
		urgency         *org.Urgency
		accepted        bool
		law             int // working days, 0 for none
		accept, resolve string
	}{
		{"not yet accepted", &ordinary, false, 0, "09-24 16:30", "10-08 17:30"},
		{"accepted", &ordinary, true, 0, "09-22 16:31", "10-08 17:30"},
		{"up to the law", &ordinary, true, 6, "09-22 16:31", "09-30 17:30"},
		{"past the law already", &ordinary, true, 4, "09-22 16:31", "09-29 17:30"},
		{"urgent", &urgent, true, 0, "09-22 16:31", "09-29 17:30"},
	} {
		w := newTown(t)
		ctx := t.Context()
		if test.law > 0 {
			w.Org = dutiesAre(func(d *org.Duty) { d.Statutory = calendar.Limit{N: test.law, In: calendar.WorkingDays} })
		}
		w.at("09-22 11:01")
		c := w.lamp()
		c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads", Urgency: test.urgency}))
		if test.accepted {
			c = w.ok(w.Accept(ctx, roads, c.ID, 0))
		}
		c = w.ok(w.Return(ctx, roads, c.ID, 0, notOurs))
		w.at("09-24 14:31")
		c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, 0, false, cases.Dispatching{}, "灯杆在路边。"))
		w.due(test.name+": accept", c.Clocks.AcceptDue, test.accept)
		w.due(test.name+": answer", c.Clocks.ResolveDue, test.resolve)
	}
}

// The hotline has its own time to decide in, and nobody decides who is a party.
func TestReturnIsDecidedInTime(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Return(ctx, roads, w.accepted().ID, 0, notOurs))
	due := cases.Filter{Todo: cases.ToReturn, TodoBefore: local("09-22 14:10")}
	if list := must(w.List(ctx, dispatcher, due))(t); len(list) != 1 || list[0].ID != c.ID {
		t.Errorf("to be decided on: %v, until %s", list, c.Clocks.DispatchDue)
	}
	for _, unit := range []org.UnitID{"roads", "lights", "parks"} {
		by := casestest.Person("lin", unit, access.Dispatcher)
		w.no("case.ruling_party")(w.RuleReturn(ctx, by, c.ID, 0, true, cases.Dispatching{Unit: "parks"}, "是园林的。"))
	}
	c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, 0, true, cases.Dispatching{Unit: "parks", Category: "tree"}, "是园林的。"))
	if list := must(w.List(ctx, dispatcher, due))(t); len(list) != 0 || c.Category != "tree" {
		t.Errorf("decided, and still to be: %v; %s", list, c.Category)
	}
}

// Roads had accepted it, then it went to Parks: who refuses Parks' return
// leaves it to be accepted by Parks.
func TestReturnAfterAnotherAccepted(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Dispatch(ctx, dispatcher, w.accepted().ID, 0, cases.Dispatching{Unit: "parks", Note: "派错了"}))
	c = w.ok(w.Return(ctx, parks, c.ID, 0, cases.Return{Reason: "不是", Proposed: "roads"}))
	c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, 0, false, cases.Dispatching{}, "是的"))
	w.is(c, cases.Dispatched, cases.ForUnit, "parks")
}

// A question that is open when the return is refused is still open.
func TestReturnWhileAsking(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Ask(ctx, roads, w.accepted().ID, 0, "哪一盏？"))
	c = w.ok(w.Return(ctx, roads, c.ID, 0, notOurs))
	w.is(c, cases.Returned, cases.ForDispatcher, "roads")
	c = w.ok(w.Reply(ctx, li, c.ID, "门口那盏。"))
	w.is(c, cases.Returned, cases.ForDispatcher, "roads")
	c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, 0, false, cases.Dispatching{}, "不予退回。"))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	w.no("case.no_question")(w.Reply(ctx, li, c.ID, "再说一次"))

	c = w.ok(w.Ask(ctx, roads, c.ID, 0, "几点方便？"))
	w.is(c, cases.Accepted, cases.ForResident, "roads")
}

func TestReturnStillAskedAfterRuling(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Ask(ctx, roads, w.accepted().ID, 0, "哪一盏？"))
	w.ok(w.Return(ctx, roads, c.ID, 0, notOurs))
	c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, 0, false, cases.Dispatching{}, "不予退回。"))
	w.is(c, cases.Accepted, cases.ForResident, "roads")
	if !c.Asking() || !c.Clocks.Paused(w.now) {
		t.Error("the question is gone")
	}
}

func TestReturnIsRefusedAtTheDoor(t *testing.T) {
	for _, test := range []struct {
		story string
		at    string
		by    access.Actor
		r     cases.Return
		want  string
	}{
		{"on the last minute of the window", "09-23 17:30", roads, notOurs, ""},
		{"after the window", "09-23 17:31", roads, notOurs, "case.return_over"},
		{"without a reason", "09-22 11:00", roads, cases.Return{Reason: "\u200b \n", Proposed: "parks"}, "case.reason_missing"},
		{"without another unit", "09-22 11:00", roads, cases.Return{Reason: "不是"}, "case.propose_unit"},
		{"to itself", "09-22 11:00", roads, cases.Return{Reason: "不是", Proposed: "roads"}, "case.propose_other"},
		{"with a duty that is not", "09-22 11:00", roads, cases.Return{Reason: "不是", Proposed: "parks", Duty: "d-moon"}, "case.no_duty"},
		{"by a unit that does not have it", "09-22 11:00", parks, notOurs, "access.not_found"},
		{"by the hotline", "09-22 11:00", dispatcher, notOurs, "access.denied"},
		{"by li", "09-22 11:00", li, notOurs, "access.denied"},
	} {
		t.Run(test.story, func(t *testing.T) {
			w := newTown(t)
			c := w.sent()
			w.at(test.at)
			if test.want == "" {
				w.ok(w.Return(t.Context(), test.by, c.ID, 0, test.r))
				return
			}
			w.no(test.want)(w.Return(t.Context(), test.by, c.ID, 0, test.r))
		})
	}
	w := newTown(t)
	c := w.answered()
	w.no("case.wrong_state")(w.Return(t.Context(), roads, c.ID, 0, notOurs))
	// Nor is anything proposed that the case complains about.
	o := w.opened(cases.Opening{Request: "wang", Category: "light.out", About: "parks"})
	w.ok(w.Dispatch(t.Context(), dispatcher, o.ID, 0, cases.Dispatching{Unit: "roads"}))
	w.no("case.about_unit")(w.Return(t.Context(), roads, o.ID, 0, notOurs))
}

// A helper helps; the lead stays the lead, and a helper only sees and notes.
func TestHelpers(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.accepted()
	w.hidden(c, parks)
	c = w.ok(w.AddHelper(ctx, dispatcher, c.ID, 0, "parks"))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	w.sees(parks, c.ID)
	w.ok(w.Note(ctx, parks, c.ID, 0, "已修枝。"))
	w.no("access.denied")(w.Draft(ctx, parks, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "好了"}, true))
	w.no("access.denied")(w.Accept(ctx, parks, c.ID, 0))
	for unit, want := range map[org.UnitID]string{"parks": "case.has_it", "roads": "case.has_it", "moon": "case.no_unit"} {
		w.no(want)(w.AddHelper(ctx, dispatcher, c.ID, 0, unit))
	}
	w.no("case.wrong_state")(w.AddHelper(ctx, dispatcher, w.opened(cases.Opening{Request: "wang"}).ID, 0, "parks"))
	list := must(w.List(ctx, parks, cases.Filter{Units: []org.UnitID{"parks"}, Helping: true}))(t)
	if len(list) != 1 {
		t.Errorf("Parks helps with %d", len(list))
	}
	w.no("case.note_missing")(w.Note(ctx, parks, c.ID, 0, ""))
	// Sent on with no helper named, it has none.
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "water", Note: "派错了"}))
	if len(c.Helpers) != 0 {
		t.Errorf("helpers %v", c.Helpers)
	}
	w.hidden(c, parks, roads)
}

// Two who look at the same case do not overwrite each other.
func TestTwoDispatchers(t *testing.T) {
	w := newTown(t)
	c := w.lamp()
	w.ok(w.Dispatch(t.Context(), dispatcher, c.ID, c.Revision, cases.Dispatching{Unit: "roads"}))
	_, err := w.Dispatch(t.Context(), supervisor, c.ID, c.Revision, cases.Dispatching{Unit: "parks"})
	if !errs.Is(err, errs.Conflict) || errs.Of(err).Key != "case.changed" {
		t.Errorf("%v", err)
	}
	w.is(w.sees(dispatcher, c.ID), cases.Dispatched, cases.ForUnit, "roads")
}
