package cases_test

import (
	"slices"
	"strings"
	"testing"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

// Li wrote of a lamp and of rubbish. They become two cases with two leads,
// and li judges each.
func TestSplitInTwo(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.lamp()
	w.at("09-22 14:00")
	pieces := []cases.Piece{{Matter: "路灯不亮"}, {Matter: " 门口垃圾 ", Category: "rubbish", Urgency: new(org.Urgent)}}
	for _, test := range []struct {
		story  string
		pieces []cases.Piece
		want   string
	}{
		{"into one", pieces[:1], "case.split_two"},
		{"into eleven", slices.Repeat(pieces[:1], 11), "case.split_two"},
		{"without a name", []cases.Piece{pieces[0], {}}, "case.matter_missing"},
		{"with a long name", []cases.Piece{pieces[0], {Matter: strings.Repeat("长", 201)}}, "case.too_long"},
		{"as nothing we know", []cases.Piece{pieces[0], {Matter: "x", Category: "street"}}, "case.no_category"},
		{"nowhere", []cases.Piece{{Matter: "x", Area: "moon"}, pieces[1]}, "case.no_area"},
	} {
		_, _, err := w.Split(ctx, dispatcher, c.ID, 0, test.pieces)
		w.no(test.want)(c, err)
	}
	first, others, err := w.Split(ctx, dispatcher, c.ID, c.Revision, pieces)
	if err != nil || len(others) != 1 {
		t.Fatal(others, err)
	}
	second := others[0]
	w.is(second, cases.Waiting, cases.ForDispatcher, "")
	if first.Parts[0].Matter != "路灯不亮" || second.Parts[0].Matter != "门口垃圾" || second.Number != "20260922-00002" || second.Category != "rubbish" || second.Urgency != org.Urgent {
		t.Errorf("%+v\n%+v", first, second)
	}
	if !second.Parts[0].At.Equal(first.Parts[0].At) || !second.OpenedAt.Equal(w.now) {
		t.Error("li's own clock is that of the whole request; the hotline's begins now")
	}
	w.due("the hotline's", second.Clocks.DispatchDue, "09-22 16:00")

	first = w.ok(w.Dispatch(ctx, dispatcher, first.ID, 0, cases.Dispatching{Unit: "roads"}))
	second = w.ok(w.Dispatch(ctx, dispatcher, second.ID, 0, cases.Dispatching{Unit: "js-office"}))
	w.hidden(second, roads)
	w.hidden(first, office)
	mine := must(w.OfRequest(ctx, li, "li"))(t)
	if len(mine) != 2 || mine[0].ID != first.ID {
		t.Errorf("li sees %+v", mine)
	}

	second = w.ok(w.Accept(ctx, office, second.ID, 0))
	second = w.ok(w.Draft(ctx, office, second.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "已清运。"}, true))
	second = w.ok(w.Check(ctx, dispatcher, second.ID, 0, true, ""))
	second = w.ok(w.Verdict(ctx, li, second.Parts[0].ID, true, ""))
	w.is(second, cases.Closed, cases.ForNobody, "js-office")
	w.is(w.sees(li, first.ID), cases.Dispatched, cases.ForUnit, "roads")
	w.no("case.nothing_to_judge")(w.Verdict(ctx, li, first.Parts[0].ID, true, ""))

	// What is left is taken back; what was solved stays.
	list := must(w.Withdraw(ctx, li, "li"))(t)
	if len(list) != 1 || list[0].ID != first.ID {
		t.Errorf("taken back: %+v", list)
	}
	if c := w.sees(li, second.ID); c.Outcome != cases.Solved {
		t.Errorf("outcome %s", c.Outcome)
	}
}

// A case that a unit has is split too; what the unit has stays as it was sent.
func TestSplitWhileWorkedOn(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.accepted()
	first, others, err := w.Split(ctx, dispatcher, c.ID, 0, []cases.Piece{{Matter: "路灯", Category: "tree"}, {Matter: "垃圾"}})
	if err != nil {
		t.Fatal(err)
	}
	w.is(first, cases.Accepted, cases.ForUnit, "roads")
	if first.Category != "light.out" || first.Clocks != c.Clocks || others[0].Category != "light.out" {
		t.Errorf("%+v", first)
	}
	_, _, err = w.Split(ctx, roads, c.ID, 0, []cases.Piece{{Matter: "a"}, {Matter: "b"}})
	w.no("access.denied")(c, err)
	w.answer(first)
	_, _, err = w.Split(ctx, dispatcher, c.ID, 0, []cases.Piece{{Matter: "a"}, {Matter: "b"}})
	w.no("case.wrong_state")(c, err)
}

// Forty people want the same lamp. Each sees their own part, each has their
// own verdict; one who contests does not silence the others.
func TestFortyShareACase(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c, people := w.forty()
	if len(c.Parts) != 40 {
		t.Fatalf("%d parts", len(c.Parts))
	}
	_, _, err := w.Split(ctx, dispatcher, c.ID, 0, []cases.Piece{{Matter: "a"}, {Matter: "b"}})
	w.no("case.split_group")(c, err)

	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads"}))
	c = w.ok(w.Accept(ctx, roads, c.ID, 0))
	c = w.ok(w.Ask(ctx, roads, c.ID, 0, "哪一盏？"))
	w.ok(w.Reply(ctx, people[3], c.ID, "3号楼前，我姓王。"))
	c = w.ok(w.Ask(ctx, roads, c.ID, 0, "几盏？"))
	w.ok(w.Reply(ctx, clerk, c.ID, "两盏，打电话的人姓赵。"))
	w.happened(people[3], c.ID, "dispatched accepted asked replied asked")
	w.happened(people[4], c.ID, "dispatched accepted asked asked") // what the others say is theirs

	// One takes it back; the others are still waited for.
	if list := must(w.Withdraw(ctx, people[39], "neighbour 39"))(t); list[0].State != cases.Accepted {
		t.Errorf("%+v", list)
	}
	c = w.answer(c)
	parts := c.Parts
	for i, by := range people {
		seen := w.sees(by, c.ID)
		if len(seen.Parts) != 1 || seen.Parts[0].Request != by.Requests[0] || seen.Parts[0].ID != parts[i].ID {
			t.Fatalf("%d sees %+v", i, seen.Parts)
		}
	}
	w.no("access.not_found")(w.Verdict(ctx, people[1], parts[0].ID, true, "")) // a neighbour's part
	w.no("case.nothing_to_judge")(w.Verdict(ctx, people[39], parts[39].ID, true, ""))

	c = w.ok(w.Verdict(ctx, people[0], parts[0].ID, true, ""))
	w.is(c, cases.Answered, cases.ForResident, "roads")
	w.ok(w.Verdict(ctx, people[1], parts[1].ID, false, "我家门口的没修。"))
	c = w.ok(w.Verdict(ctx, people[2], parts[2].ID, true, "")) // while the hotline thinks
	w.is(c, cases.Contested, cases.ForDispatcher, "roads")
	w.ok(w.Verdict(ctx, people[3], parts[3].ID, false, "3号楼的也没修。"))
	c = w.ok(w.RuleContested(ctx, dispatcher, c.ID, 0, false, "那两盏属物业。"))
	w.is(c, cases.Answered, cases.ForResident, "roads") // the others may still speak
	w.no("case.judged_already")(w.Verdict(ctx, people[1], parts[1].ID, true, ""))
	w.ok(w.Verdict(ctx, people[4], parts[4].ID, false, "4号楼的也没修。"))
	c = w.ok(w.RuleContested(ctx, dispatcher, c.ID, 0, true, "一并修复。"))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	if e := w.last(c.ID, cases.Reopened); len(e.Detail.Missing) != 3 {
		t.Errorf("what is missing: %v", e.Detail.Missing)
	}
	for _, e := range must(w.Events(ctx, people[5], c.ID))(t) {
		if len(e.Detail.Missing) > 0 || e.Kind == cases.ContestedBy || e.Kind == cases.Confirmed {
			t.Errorf("a neighbour reads %+v", e)
		}
	}

	c = w.answer(c)
	for i := range 39 {
		_, err := w.Verdict(ctx, people[i], parts[i].ID, true, "")
		if said := i == 0 || i == 2; said != errs.Is(err, errs.Conflict) { // they said solved of the first answer
			t.Errorf("%d: %v", i, err)
		}
	}
	w.is(w.sees(dispatcher, c.ID), cases.Closed, cases.ForNobody, "roads")
}

// The one who contests is ruled on, though all the others are content.
func TestOneOfAllContests(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c, people := w.forty()
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads"}))
	c = w.answer(w.ok(w.Accept(ctx, roads, c.ID, 0)))
	for i, by := range people {
		w.ok(w.Verdict(ctx, by, c.Parts[i].ID, i != 7, "我家门口的没修。"))
	}
	w.is(w.sees(dispatcher, c.ID), cases.Contested, cases.ForDispatcher, "roads")
	w.is(w.ok(w.RuleContested(ctx, dispatcher, c.ID, 0, false, "属物业。")), cases.Closed, cases.ForNobody, "roads")
}

// Forty take it back one by one; the last closes it.
func TestAllWithdraw(t *testing.T) {
	w := newTown(t)
	c, people := w.forty()
	for i, by := range people {
		list := must(w.Withdraw(t.Context(), by, by.Requests[0]))(t)
		want := cases.Waiting
		if i == 39 {
			want = cases.Closed
		}
		if list[0].State != want {
			t.Fatalf("after %d it is %s", i+1, list[0].State)
		}
	}
	if c = w.sees(dispatcher, c.ID); c.Outcome != cases.Withdrawn {
		t.Errorf("outcome %s", c.Outcome)
	}
}

// Who reports wrongdoing is hidden from those who handle it, from the time it
// is known to be a report.
func TestReport(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	author := func(c cases.Case, by access.Actor, action access.Action) bool {
		return by.Can(action, c.Resource(casestest.City().Directory)) == nil
	}
	c := w.lamp()
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads"}))
	if c.Restricted || !author(c, roads, access.RequestContact) {
		t.Error("an ordinary case hides its author")
	}
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads", Kind: "report", Note: "是举报"}))
	for _, by := range []access.Actor{roads, head, leader, lights} {
		if author(c, by, access.RequestAuthor) || author(c, by, access.RequestContact) || !author(c, by, access.RequestRead) {
			t.Errorf("%s may know who said it, or may not know what", by.ID())
		}
	}
	if !author(c, dispatcher, access.RequestContact) || !author(c, li, access.RequestAuthor) {
		t.Error("the hotline cannot call back")
	}
	// Called something else afterwards, it stays what it was.
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads", Kind: "help", Note: "派错了"}))
	if !c.Restricted {
		t.Error("the author is known now")
	}
	if c = w.opened(cases.Opening{Request: "wang", Kind: "report"}); !c.Restricted {
		t.Error("a report that nobody restricted")
	}
	for _, f := range []cases.Finish{{Route: "court", Kind: "report"}} {
		if c = w.ok(w.Finish(ctx, clerk, w.opened(cases.Opening{Request: "zhang"}).ID, 0, f)); !c.Restricted {
			t.Error("a report that was routed")
		}
	}
}

// A complaint never reaches the unit it is about, nor its sections, nor what
// the unit is a part of.
func TestComplaint(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.opened(cases.Opening{Request: "li", Kind: "complaint", Category: "conduct", About: "roads"})
	w.hidden(c, roads, lights, leader)
	for _, unit := range []org.UnitID{"roads", "lights"} {
		w.no("case.about_unit")(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: unit}))
	}
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "parks"}))
	w.no("case.about_unit")(w.AddHelper(ctx, dispatcher, c.ID, 0, "lights"))
	w.no("case.about_unit")(w.Return(ctx, parks, c.ID, 0, cases.Return{Reason: "不是", Proposed: "roads"}))
	w.hidden(c, roads, lights, leader)
	w.sees(parks, c.ID)
	w.sees(li, c.ID)

	// A complaint about the hotline is nothing for the hotline's own people.
	c = w.opened(cases.Opening{Request: "wang", Kind: "complaint", Category: "conduct", About: "hotline"})
	w.hidden(c, dispatcher, clerk, supervisor)
	n, _, err := w.Count(ctx, dispatcher, cases.Filter{})
	if err != nil || n != 1 {
		t.Errorf("the hotline counts %d, %v", n, err)
	}
	w.sees(casestest.Person("mayor", "parks", access.Leader), c.ID)
}
