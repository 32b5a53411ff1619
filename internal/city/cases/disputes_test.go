package cases_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

var (
	judge   = casestest.Person("zhu", "hotline", access.Supervisor)
	met     = cases.Convening{Lead: "roads", Helpers: []org.UnitID{"parks"}, Minutes: "现场查看：树根在人行道下。"}
	decided = cases.Ruling{Lead: "roads", Helpers: []org.UnitID{"parks"}, Duty: "d-light", Matter: "树根顶起人行道", Text: "人行道由城管局管养，园林局协助处理树根。"}
)

// refused is li's lamp, which Roads returned in vain.
func (w *town) refused() cases.Case {
	w.Helper()
	c := w.ok(w.Return(w.Context(), roads, w.sent().ID, 0, notOurs))
	return w.ok(w.RuleReturn(w.Context(), dispatcher, c.ID, 0, false, cases.Dispatching{}, "灯杆在路边。"))
}

// disputed is the same, disputed, and convened.
func (w *town) disputed() cases.Case {
	w.Helper()
	return w.ok(w.DisputeReturn(w.Context(), roads, w.refused().ID, 0, notOurs))
}

func (w *town) convened() cases.Case {
	w.Helper()
	return w.ok(w.Convene(w.Context(), dispatcher, w.disputed().ID, 0, met))
}

// Roads' return is refused; it disputes that, the units meet, and a
// supervisor rules. Work goes on all the while.
func TestDispute(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.refused()
	clocks := c.Clocks
	w.no("access.not_found")(w.DisputeReturn(ctx, parks, c.ID, 0, notOurs))
	w.no("access.denied")(w.DisputeReturn(ctx, dispatcher, c.ID, 0, notOurs))
	w.no("case.no_dispute")(w.Convene(ctx, dispatcher, c.ID, 0, met))
	w.no("case.propose_other")(w.DisputeReturn(ctx, roads, c.ID, 0, cases.Return{Reason: "不是", Proposed: "roads"}))
	w.no("case.reason_missing")(w.DisputeReturn(ctx, roads, c.ID, 0, cases.Return{Proposed: "parks"}))
	c = w.ok(w.DisputeReturn(ctx, roads, c.ID, 0, notOurs))
	w.is(c, cases.Dispatched, cases.ForUnit, "roads")
	if c.Clocks != clocks {
		t.Error("a dispute changes no clock")
	}
	w.due("the ruling", c.Dispute.Due, "09-25 17:30")
	w.no("case.disputed_once")(w.DisputeReturn(ctx, roads, c.ID, 0, notOurs))
	w.no("case.in_dispute")(w.Return(ctx, roads, c.ID, 0, notOurs))
	w.no("case.rule_first")(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "parks"}))
	w.no("case.convene_first")(w.Rule(ctx, judge, c.ID, 0, decided))
	list := must(w.List(ctx, dispatcher, cases.Filter{Todo: cases.ToConvene}))(t)
	if len(list) != 1 {
		t.Errorf("%d are to be convened", len(list))
	}

	// What is urgent goes on.
	c = w.ok(w.Accept(ctx, roads, c.ID, 0))
	w.hidden(c, parks)
	w.no("case.minutes_missing")(w.Convene(ctx, dispatcher, c.ID, 0, cases.Convening{Lead: "parks"}))
	w.no("case.no_unit")(w.Convene(ctx, dispatcher, c.ID, 0, cases.Convening{Lead: "moon", Minutes: "开会"}))
	w.no("access.denied")(w.Convene(ctx, roads, c.ID, 0, met))
	c = w.ok(w.Convene(ctx, dispatcher, c.ID, 0, met))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	w.sees(parks, c.ID)
	w.no("case.convened_already")(w.Convene(ctx, dispatcher, c.ID, 0, met))

	w.no("access.denied")(w.Rule(ctx, dispatcher, c.ID, 0, decided))
	w.no("case.cite_duty")(w.Rule(ctx, judge, c.ID, 0, cases.Ruling{Lead: "roads", Matter: "树根", Text: "是"}))
	w.no("case.no_duty")(w.Rule(ctx, judge, c.ID, 0, cases.Ruling{Lead: "roads", Matter: "树根", Text: "是", Duty: "d-moon"}))
	w.no("case.matter_missing")(w.Rule(ctx, judge, c.ID, 0, cases.Ruling{Lead: "roads", Text: "是", Duty: "d-light"}))
	c = w.ok(w.Rule(ctx, judge, c.ID, 0, decided))
	w.is(c, cases.Accepted, cases.ForUnit, "roads")
	if c.Dispute.Open() || !slices.Equal(c.Helpers, []org.UnitID{"parks"}) {
		t.Errorf("%+v, helpers %v", c.Dispute, c.Helpers)
	}
	w.happened(li, c.ID, "dispatched returned return_refused disputed accepted ruled")
	w.no("case.no_dispute")(w.Rule(ctx, judge, c.ID, 0, decided))
	w.no("case.settled")(w.Return(ctx, roads, c.ID, 0, notOurs))
	w.no("case.disputed_once")(w.DisputeReturn(ctx, roads, c.ID, 0, notOurs))
	w.answer(c)
}

// The new lead may dispute too, and the ruling may name a third unit, which
// gets the case with clocks of its own even while an answer is being checked.
func TestRuledElsewhere(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Return(ctx, roads, w.sent().ID, 0, notOurs))
	c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, 0, true, cases.Dispatching{Unit: "parks"}, "属园林局。"))
	c = w.ok(w.DisputeReturn(ctx, parks, c.ID, 0, cases.Return{Reason: "不在公园内。", Proposed: "roads"}))
	c = w.ok(w.Convene(ctx, dispatcher, c.ID, 0, cases.Convening{Lead: "water", Helpers: []org.UnitID{"roads"}, Minutes: "水管漏水。"}))
	c = w.ok(w.Accept(ctx, parks, c.ID, 0))
	c = w.ok(w.Draft(ctx, parks, c.ID, 0, cases.Answer{Outcome: cases.NotOurs, Text: "不是我们的。"}, true))
	c = w.ok(w.Rule(ctx, judge, c.ID, 0, cases.Ruling{Lead: "water", Helpers: []org.UnitID{"roads"}, Basis: "供水条例第九条", Matter: "水管渗漏", Text: "水管归水务公司。"}))
	w.is(c, cases.Dispatched, cases.ForUnit, "water")
	if c.Hops != 3 || len(c.Clocks.AcceptLimit.String()) == 0 || !slices.Equal(c.Helpers, []org.UnitID{"roads"}) {
		t.Errorf("hops %d, %+v, %v", c.Hops, c.Clocks, c.Helpers)
	}
	w.hidden(c, parks)
	w.no("case.settled")(w.Return(ctx, water, c.ID, 0, notOurs))
}

// Nobody rules on what they are a party to, or have decided before.
func TestRulingByAParty(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Return(ctx, roads, w.sent().ID, 0, notOurs))
	c = w.ok(w.RuleReturn(ctx, judge, c.ID, 0, false, cases.Dispatching{}, "灯杆在路边。"))
	c = w.ok(w.DisputeReturn(ctx, roads, c.ID, 0, notOurs))
	for _, unit := range []org.UnitID{"roads", "lights", "parks"} {
		by := casestest.Person("lin", unit, access.Supervisor, access.Handler)
		w.no("case.ruling_party")(w.Convene(ctx, by, c.ID, 0, met))
	}
	c = w.ok(w.Convene(ctx, dispatcher, c.ID, 0, met))
	for _, by := range []access.Actor{casestest.Person("lin", "lights", access.Supervisor), casestest.Person("lin", "parks", access.Supervisor), judge} {
		w.no("case.ruling_party")(w.Rule(ctx, by, c.ID, 0, decided))
	}
	w.ok(w.Rule(ctx, supervisor, c.ID, 0, decided))
}

// After so many units the dispatcher no longer decides.
func TestLevelUp(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.sent()
	for _, unit := range []org.UnitID{"parks", "water", "roads"} {
		c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: unit, Note: "派错了"}))
	}
	c = w.ok(w.Return(ctx, roads, c.ID, 0, notOurs))
	w.no("case.level_up")(w.RuleReturn(ctx, dispatcher, c.ID, 0, false, cases.Dispatching{}, "不予退回。"))
	c = w.ok(w.RuleReturn(ctx, supervisor, c.ID, 0, false, cases.Dispatching{}, "不予退回。"))
	c = w.ok(w.DisputeReturn(ctx, roads, c.ID, 0, notOurs))
	w.no("case.level_up")(w.Convene(ctx, dispatcher, c.ID, 0, met))
	w.ok(w.Convene(ctx, supervisor, c.ID, 0, met))
}

// A decision can be disputed for as long as a case can be returned.
func TestDisputeTooLate(t *testing.T) {
	w := newTown(t)
	c := w.refused()
	w.at("09-24 09:00")
	w.no("case.dispute_over")(w.DisputeReturn(t.Context(), roads, c.ID, 0, notOurs))
	w.no("case.nothing_to_dispute")(w.DisputeReturn(t.Context(), roads, w.opened2().ID, 0, notOurs))
}

// opened2 is wang's lamp with Roads, with nothing decided.
func (w *town) opened2() cases.Case {
	w.Helper()
	c := w.opened(cases.Opening{Request: "wang", Category: "light.out", Area: "js-02"})
	return w.ok(w.Dispatch(w.Context(), dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads"}))
}

// The answer goes out while the supervisor writes a ruling: one of the two
// wins and the other is told, and never are there two leads.
func TestRulingWhileItIsAnswered(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.ok(w.Accept(ctx, roads, w.convened().ID, 0))
	c = w.ok(w.Draft(ctx, roads, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "已修复。"}, true))
	for _, by := range []access.Actor{head, leader} {
		c = w.ok(w.Check(ctx, by, c.ID, 0, true, ""))
	}
	elsewhere := decided
	elsewhere.Lead, elsewhere.Helpers = "parks", nil
	var ruling, release error
	var wg sync.WaitGroup
	wg.Go(func() { _, ruling = w.Rule(ctx, judge, c.ID, c.Revision, elsewhere) })
	wg.Go(func() { _, release = w.Check(ctx, dispatcher, c.ID, c.Revision, true, "") })
	wg.Wait()
	if (ruling == nil) == (release == nil) {
		t.Fatalf("ruling: %v, release: %v", ruling, release)
	}
	if lost := errors.Join(ruling, release); errs.Of(ruling) == nil && errs.Of(release) == nil {
		t.Errorf("told: %v", lost)
	}
	c = w.sees(dispatcher, c.ID)
	if ruling == nil {
		w.is(c, cases.Dispatched, cases.ForUnit, "parks")
	} else {
		w.is(c, cases.Answered, cases.ForResident, "roads")
		w.no("case.no_dispute")(w.Rule(ctx, judge, c.ID, 0, elsewhere))
	}
	if c.Dispute.Open() {
		t.Error("the dispute is open still")
	}
}

// What is answered or taken back needs no ruling any more.
func TestDisputeEnds(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.answer(w.ok(w.Accept(ctx, roads, w.convened().ID, 0)))
	if c.Dispute.Open() || len(c.Todos()) != 0 {
		t.Errorf("%+v", c.Dispute)
	}
	w.last(c.ID, cases.DisputeEnded)
	w.no("case.no_dispute")(w.Rule(ctx, judge, c.ID, 0, decided))

	w = newTown(t)
	c = w.disputed()
	if _, err := w.Withdraw(ctx, li, "li"); err != nil {
		t.Fatal(err)
	}
	if c = w.sees(dispatcher, c.ID); c.Dispute.Open() {
		t.Errorf("%+v", c.Dispute)
	}
}

// What was ruled is found by its words, its category and its units, and
// shown beside the next case like it.
func TestPrecedents(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	w.ok(w.Rule(ctx, judge, w.convened().ID, 0, decided))
	for words, want := range map[string]int{"": 1, "人行道": 1, "树根 园林局": 1, "路灯": 0, "100%": 0} {
		if list := must(w.Rulings(ctx, parks, words, cases.RulingFilter{}))(t); len(list) != want {
			t.Errorf("%q finds %d", words, len(list))
		}
	}
	for _, f := range []cases.RulingFilter{{Unit: "parks"}, {Categories: []org.CategoryID{"light.out"}}, {Unit: "roads"}} {
		if list := must(w.Rulings(ctx, dispatcher, "", f))(t); len(list) != 1 || list[0].Lead != "roads" || list[0].Duty != "d-light" {
			t.Errorf("%+v finds %v", f, list)
		}
	}
	if list := must(w.Rulings(ctx, dispatcher, "", cases.RulingFilter{Unit: "water"}))(t); len(list) != 0 {
		t.Errorf("water was no party: %v", list)
	}
	near := must(w.Precedents(ctx, dispatcher, "tree", "门口的树根把人行道顶起来了，老人摔跤"))(t)
	if len(near) != 1 || near[0].Matter != decided.Matter {
		t.Errorf("beside roots: %v", near)
	}
	if far := must(w.Precedents(ctx, dispatcher, "rubbish", "垃圾没有人收"))(t); len(far) != 0 {
		t.Errorf("beside rubbish: %v", far)
	}
	if _, err := w.Rulings(ctx, li, "", cases.RulingFilter{}); !errs.Is(err, errs.Denied) {
		t.Errorf("a resident: %v", err)
	}
	// Who is recused from the case reads the ruling nowhere.
	one := near[0].Ruling
	w.ok(w.Recuse(ctx, supervisor, one.Case, 0, office.Staff, cases.Kin, ""))
	if _, err := w.Ruling(ctx, office, one.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("who is recused reads the ruling: %v", err)
	}
	if list := must(w.Rulings(ctx, office, "", cases.RulingFilter{}))(t); len(list) != 0 {
		t.Errorf("who is recused finds %v", list)
	}
	if near := must(w.Precedents(ctx, office, "tree", "门口的树根把人行道顶起来了"))(t); len(near) != 0 {
		t.Errorf("who is recused is shown %v", near)
	}
	if got, err := w.Ruling(ctx, parks, one.ID); err != nil || got.ID != one.ID {
		t.Errorf("others read %v, %v", got, err)
	}
	// A ruling on a report stays in its case.
	c := w.opened(cases.Opening{Request: "wang", Kind: "report", Category: "light.out", Area: "js-02"})
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads"}))
	c = w.ok(w.Return(ctx, roads, c.ID, 0, notOurs))
	c = w.ok(w.RuleReturn(ctx, dispatcher, c.ID, 0, false, cases.Dispatching{}, "不予退回。"))
	c = w.ok(w.DisputeReturn(ctx, roads, c.ID, 0, notOurs))
	c = w.ok(w.Convene(ctx, dispatcher, c.ID, 0, met))
	w.ok(w.Rule(ctx, judge, c.ID, 0, decided))
	if list := must(w.Rulings(ctx, dispatcher, "", cases.RulingFilter{}))(t); len(list) != 1 {
		t.Errorf("%d rulings can be found", len(list))
	}
}
