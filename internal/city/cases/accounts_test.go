package cases_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/algo/draw"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

func (w *town) month() cases.Period {
	return cases.Period{From: w.now.AddDate(0, 0, -30), To: w.now.Add(time.Hour), Now: w.now}
}

// Li says that the lamp is not lit. Roads finds that unfair and asks that it be
// left out; who asks cannot rule, the ruling is published, and the rates are
// known with and without.
func TestExcludedByPublishedRuling(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.answered()
	w.no("case.not_against")(w.AskExclusion(ctx, head, c.ID, 0, []string{"response"}, "no_access", "三次上门无人"))
	w.ok(w.Verdict(ctx, li, c.Parts[0].ID, false, "旁边那盏还不亮。"))
	w.ok(w.RuleContested(ctx, supervisor, c.ID, 0, false, "不在一处，已另开一件。"))

	ask := func(by access.Actor, rates []string, ground, reason string) (cases.Case, error) {
		return w.AskExclusion(ctx, by, c.ID, 0, rates, ground, reason)
	}
	for _, by := range []access.Actor{roads, dispatcher, supervisor, clerk, li} {
		w.no("access.denied")(ask(by, []string{"resolution"}, "unreasonable", "另一盏不在报修范围"))
	}
	w.no("case.no_rate")(ask(head, []string{"silent"}, "unreasonable", "另一盏"))
	w.no("case.no_ground")(ask(head, []string{"resolution"}, "unfair", "另一盏"))
	w.no("case.exclusion_reason_missing")(ask(head, []string{"resolution"}, "unreasonable", " "))
	w.ok(ask(head, []string{"resolution"}, "unreasonable", "另一盏不在报修范围，见照片"))
	w.no("case.exclusion_asked")(ask(leader, []string{"resolution"}, "unreasonable", "再申请一次"))

	list := must(w.Exclusions(ctx, supervisor, cases.ExclusionFilter{State: cases.ExclusionOpen}))(t)
	if len(list) != 1 || list[0].Unit != "roads" || list[0].Number != c.Number {
		t.Fatalf("asked: %+v", list)
	}
	if mine := must(w.Exclusions(ctx, leader, cases.ExclusionFilter{}))(t); len(mine) != 1 {
		t.Errorf("Roads sees %+v", mine)
	}
	other := casestest.Person("he", "parks", access.SectionHead)
	if theirs := must(w.Exclusions(ctx, other, cases.ExclusionFilter{}))(t); len(theirs) != 0 {
		t.Errorf("Parks sees %+v", theirs)
	}
	if _, err := w.Exclusions(ctx, roads, cases.ExclusionFilter{}); err == nil {
		t.Error("a handler sees exclusions")
	}
	id := list[0].ID
	without := func() cases.WhatIf { return must(w.WhatIf(ctx, head, "roads", w.month()))(t) }
	before := without()
	if len(before.Candidates) != 1 || !before.Candidates[0].Open || before.Without.Resolution != (cases.Ratio{Of: 1}) {
		t.Errorf("before the ruling: %+v", before)
	}
	if r := before.With(func(cases.Candidate) bool { return true }); r.Resolution != (cases.Ratio{}) || r.Response != (cases.Ratio{Of: 1, Count: 1}) {
		t.Errorf("if it were excluded: %+v", r)
	}
	both := casestest.Person("qian", "hotline", access.Supervisor) // who asked, in another office
	party := casestest.Person("bao", "roads", access.Supervisor)   // of the unit
	w.no("case.exclusion_party")(w.RuleExclusion(ctx, both, id, true, "理由成立"))
	w.no("access.denied")(w.RuleExclusion(ctx, party, id, true, "理由成立"))
	w.no("access.denied")(w.RuleExclusion(ctx, dispatcher, id, true, "理由成立"))
	w.no("case.ruling_missing")(w.RuleExclusion(ctx, supervisor, id, true, " "))
	w.no("case.ruling_personal")(w.RuleExclusion(ctx, supervisor, id, true, "联系市民13912345678核实过"))
	w.no("access.not_found")(w.RuleExclusion(ctx, supervisor, "none", true, "理由成立"))
	w.ok(w.RuleExclusion(ctx, supervisor, id, true, "反映的是另一盏灯，已另行派单。"))
	w.no("case.exclusion_ruled")(w.RuleExclusion(ctx, supervisor, id, false, "改判"))

	after := without()
	if after.All.Resolution != (cases.Ratio{Of: 1}) || after.Without.Resolution != (cases.Ratio{}) || len(after.Candidates) != 0 {
		t.Errorf("after the ruling: %+v", after)
	}
	public := must(w.ExclusionRulings(ctx, 10))(t)
	if len(public) != 1 || public[0].Ruling == "" || public[0].Case != "" || public[0].Number != "" || public[0].Reason != "" || public[0].AskedBy != "" || public[0].RuledBy != "" {
		t.Errorf("published: %+v", public)
	}
	if _, err := w.WhatIf(ctx, other, "roads", w.month()); !errs.Is(err, errs.NotFound) {
		t.Errorf("Parks sees what Roads' figures would be: %v", err)
	}
	must(w.WhatIf(ctx, supervisor, "roads", w.month()))(t)
	w.happened(li, c.ID, "dispatched accepted drafted answered contested kept_closed")
}

// Once a month is over, a sample of what was solved in it is drawn. Anybody
// can draw it again from what is published, and nobody's case is in that.
func TestSampleOfSolvedCases(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	if err := w.DrawAudit(ctx, cases.DrawAudit{}); err != nil {
		t.Fatal(err)
	}
	if list := must(w.Audits(ctx, 9))(t); len(list) != 0 {
		t.Errorf("a sample of nothing: %+v", list)
	}
	c := w.answered()
	w.at("10-08 09:30")
	for range 2 {
		if err := w.DrawAudit(ctx, cases.DrawAudit{}); err != nil {
			t.Fatal(err)
		}
	}
	list := must(w.Audits(ctx, 9))(t)
	if len(list) != 1 || list[0].Month != "2026-09" || list[0].Size != 1 || list[0].Items[0].Case != "" || list[0].Items[0].Unit != "" {
		t.Fatalf("samples: %+v", list)
	}
	a := must(w.PublicAudit(ctx, "2026-09"))(t)
	seed := draw.Seed(a.Figures, a.Public)
	if draw.Mark(seed).String() != a.Seed || !slices.Equal(draw.Draw(seed, a.Marks, a.Size), []draw.Mark{a.Items[0].Mark}) {
		t.Errorf("drawn again: %+v", a)
	}
	if a.Items[0].Mark != draw.MarkOf(string(c.ID)) || !strings.Contains(a.Figures, "response,1,1\n") {
		t.Errorf("published: %+v", a)
	}
	mine := must(w.Audit(ctx, clerk, ""))(t)
	if len(mine.Items) != 1 || mine.Items[0].Case != c.ID || mine.Items[0].Unit != "roads" || mine.Marks != nil {
		t.Errorf("to be looked at: %+v", mine)
	}
	if _, err := w.Audit(ctx, roads, ""); err == nil {
		t.Error("the unit sees which cases were drawn")
	}
	found := cases.Finding{Month: "2026-09", Rank: 1, Finding: cases.FoundNot, Means: "phone", Note: "还没亮"}
	w.no("access.denied")(w.Find(ctx, head, found))
	w.no("access.denied")(w.Find(ctx, casestest.Person("bao", "roads", access.Clerk), found))
	w.no("case.no_finding")(w.Find(ctx, clerk, cases.Finding{Month: "2026-09", Rank: 1, Finding: "maybe", Means: "phone"}))
	w.no("case.no_means")(w.Find(ctx, clerk, cases.Finding{Month: "2026-09", Rank: 1, Finding: cases.FoundNot}))
	w.no("access.not_found")(w.Find(ctx, clerk, cases.Finding{Month: "2026-09", Rank: 2, Finding: cases.FoundNot, Means: "phone"}))
	w.ok(w.Find(ctx, clerk, found))
	r, unknown, open := must(w.Audits(ctx, 1))(t)[0].Disagreement()
	if r != (cases.Ratio{Of: 1, Count: 1}) || unknown != 0 || open != 0 {
		t.Errorf("found: %+v, %d unknown, %d open", r, unknown, open)
	}
}

// A case that stands where its unit is as good as others gives no question;
// somebody who always decides against one unit does, with the numbers.
func TestPatternsAreQuestions(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	s := &signs{Store: w.Store, signs: cases.Signs{
		Overruled: map[cases.Decider]cases.Ratio{
			{Staff: "wu", Unit: "water"}:   {Of: 40, Count: 38},
			{Staff: "zhou", Unit: "water"}: {Of: 60, Count: 12},
			{Staff: "wu", Unit: "roads"}:   {Of: 50, Count: 11},
			{Staff: "zhou", Unit: "roads"}: {Of: 50, Count: 10},
			{Staff: "wu", Unit: "parks"}:   {Of: 4, Count: 4}, // too few to ask
			{Staff: "zhou", Unit: "parks"}: {Of: 90, Count: 1},
		},
		Again:    map[org.UnitID]cases.Ratio{"roads": {Of: 300, Count: 90}, "parks": {Of: 300, Count: 20}, "water": {Of: 300, Count: 22}},
		Excluded: map[org.UnitID]cases.Ratio{"roads": {Of: 12, Count: 12}, "parks": {Of: 12, Count: 3}, "water": {Of: 12, Count: 2}},
	}}
	w.Store = s
	got := must(w.Patterns(ctx, supervisor, w.month()))(t)
	want := []cases.Question{
		{Kind: "overruled", Staff: "wu", Unit: "water", Is: cases.Ratio{Of: 40, Count: 38}, Rest: cases.Ratio{Of: 60, Count: 12}},
		{Kind: "again", Unit: "roads", Is: cases.Ratio{Of: 300, Count: 90}, Rest: cases.Ratio{Of: 600, Count: 42}},
		{Kind: "excluded", Unit: "roads", Is: cases.Ratio{Of: 12, Count: 12}, Rest: cases.Ratio{Of: 24, Count: 5}},
	}
	if !slices.Equal(got.Questions, want) || got.Looked != 10 {
		t.Errorf("%+v", got)
	}
	for _, by := range []access.Actor{head, dispatcher, clerk} {
		if _, err := w.Patterns(ctx, by, w.month()); !errs.Is(err, errs.Denied) {
			t.Errorf("%s: %v", by.Staff, err)
		}
	}
}

type signs struct {
	cases.Store
	signs cases.Signs
}

func (s *signs) Signs(context.Context, cases.Period) (cases.Signs, error) { return s.signs, nil }
