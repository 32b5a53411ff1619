package casestest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"yiwang/internal/algo/draw"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// exclusion is one of a case, in any state, at once.
func exclusion(r *rand.Rand, c cases.Case) cases.Exclusion {
	some := random{r}
	e := cases.Exclusion{
		ID: ids.Seeded(At, r.Uint64()), Case: c.ID, Number: c.Number, Unit: c.Lead, Category: c.Category, Ground: pick(some, cases.Grounds), Reason: "不可抗力",
		AskedBy: "zhao", AskedAt: some.after(At.AddDate(0, 0, -40), 30*24), State: pick(some, []string{cases.ExclusionOpen, cases.ExclusionMade, cases.ExclusionMade, cases.ExclusionNone}),
		Rates: pick(some, [][]string{{"response"}, {"resolution", "satisfaction"}, {"response", "resolution", "satisfaction"}}),
	}
	if e.State != cases.ExclusionOpen {
		e.Ruling, e.RuledBy, e.RuledAt = "理由成立", "hu", some.after(e.AskedAt, 48)
	}
	return e
}

func change(t *testing.T, s cases.Store, id cases.ID, made cases.Change) error {
	t.Helper()
	_, err := s.Update(t.Context(), id, 0, func(*cases.Case) (cases.Change, []jobs.Args, error) { return made, nil, nil })
	return err
}

// sameMeasures compares what comparisons are made of with a count from
// scratch.
func sameMeasures(t *testing.T, when string, s cases.Store, m *Memory) {
	t.Helper()
	day := 24 * time.Hour
	for name, p := range map[string]cases.Period{
		"thirty days":   {From: At.Add(-30 * day), To: At, Now: At},
		"seen long ago": {From: At.Add(-60 * day), To: At.Add(-30 * day), Now: At.Add(-40 * day)},
		"everything":    {From: At.Add(-900 * day), To: At.Add(90 * day), Now: At},
		"nothing":       {From: At.Add(-900 * day), To: At.Add(-800 * day), Now: At.Add(-800 * day)},
	} {
		got, want := must(s.Measures(t.Context(), p))(t), must(m.Measures(t.Context(), p))(t)
		fields(t, when+": "+name, got, want)
		units := []org.UnitID{"roads", "parks"}
		for _, limit := range []int{3, 1000} {
			same(t, when+": "+name+", against", numbersOf(must(s.Against(t.Context(), units, p, limit))(t)), numbersOf(must(m.Against(t.Context(), units, p, limit))(t)))
		}
		same(t, when+": "+name+", solved", must(s.Solved(t.Context(), p))(t), must(m.Solved(t.Context(), p))(t))
		if name == "everything" && (len(want.Strata) == 0 || len(want.Hops) < 2 || len(want.Areas) < 3 || len(want.Waited) < 3) {
			t.Errorf("there was nothing to count: %+v", want)
		}
	}
	for who, scope := range scopes() {
		same(t, when+": "+who+", overdue", must(s.Overdue(t.Context(), scope, At))(t), must(m.Overdue(t.Context(), scope, At))(t))
	}
}

// sameSigns compares what patterns and the public's cells are made of.
func sameSigns(t *testing.T, when string, s cases.Store, m *Memory) {
	t.Helper()
	day := 24 * time.Hour
	for name, p := range map[string]cases.Period{
		"thirty days":   {From: At.Add(-30 * day), To: At, Now: At},
		"seen long ago": {From: At.Add(-60 * day), To: At.Add(-30 * day), Now: At.Add(-40 * day)},
		"everything":    {From: At.Add(-900 * day), To: At.Add(90 * day), Now: At},
	} {
		want := must(m.Signs(t.Context(), p))(t)
		same(t, when+": "+name+", echoes", must(s.Echoes(t.Context(), p))(t), must(m.Echoes(t.Context(), p))(t))
		fields(t, when+": "+name, must(s.Signs(t.Context(), p))(t), want)
		if name == "everything" {
			var came int
			for _, n := range want.Again {
				came += n.Count
			}
			if len(want.Overruled) == 0 || came == 0 {
				t.Errorf("there was nothing to count: %+v", want)
			}
		}
		same(t, when+": "+name+", cells", must(s.Cells(t.Context(), p.From))(t), must(m.Cells(t.Context(), p.From))(t))
	}
}

func fields(t *testing.T, what string, got, want any) {
	t.Helper()
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		same(t, what+", "+g.Type().Field(i).Name, g.Field(i).Interface(), w.Field(i).Interface())
	}
}

func numbersOf(list []cases.Case) (numbers []cases.Number) {
	for _, c := range list {
		numbers = append(numbers, c.Number)
	}
	return numbers
}

// exclusions are asked for once, ruled on once, and found by whom they are of.
func exclusions(t *testing.T, s cases.Store) {
	ctx := t.Context()
	c := open(t, s)
	e := cases.Exclusion{
		ID: ids.New(At), Case: c.ID, Number: c.Number, Unit: "roads", Category: "light.out", Rates: []string{"response"}, Ground: "no_access",
		Reason: "三次上门无人", AskedBy: "zhao", AskedAt: At, State: cases.ExclusionOpen,
	}
	ask := func(e cases.Exclusion) error {
		return change(t, s, c.ID, cases.Change{Exclusions: []cases.Exclusion{e}})
	}
	if err := ask(e); err != nil {
		t.Fatal(err)
	}
	second := e
	second.ID = ids.New(At)
	if err := ask(second); !errs.Is(err, errs.Conflict) || errs.Of(err).Key != "case.exclusion_asked" {
		t.Errorf("asked twice: %v", err)
	}
	find := func(f cases.ExclusionFilter) []cases.Exclusion {
		f.Limit = 10
		return must(s.Exclusions(ctx, f))(t)
	}
	same(t, "asked", find(cases.ExclusionFilter{State: cases.ExclusionOpen}), []cases.Exclusion{e})
	same(t, "not ruled", len(find(cases.ExclusionFilter{Ruled: true})), 0)
	ruled := e
	ruled.State, ruled.Ruling, ruled.RuledBy, ruled.RuledAt = cases.ExclusionNone, "未见凭据", "hu", At.Add(time.Hour)
	if err := ask(ruled); err != nil {
		t.Fatal(err)
	}
	if err := ask(ruled); !errs.Is(err, errs.Conflict) || errs.Of(err).Key != "case.exclusion_ruled" {
		t.Errorf("ruled twice: %v", err)
	}
	// What was refused can be asked for once more, with a better reason.
	second.AskedAt = At.Add(2 * time.Hour)
	if err := ask(second); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]cases.ExclusionFilter{
		"by case": {Case: c.ID}, "of the unit": {Units: []org.UnitID{"roads", "parks"}}, "since": {From: At}, "all": {},
	} {
		same(t, name, find(f), []cases.Exclusion{second, ruled})
	}
	same(t, "by id", find(cases.ExclusionFilter{ID: e.ID}), []cases.Exclusion{ruled})
	same(t, "ruled", find(cases.ExclusionFilter{Ruled: true}), []cases.Exclusion{ruled})
	same(t, "before", len(find(cases.ExclusionFilter{To: At})), 0)
	same(t, "of others", len(find(cases.ExclusionFilter{Units: []org.UnitID{"parks"}})), 0)
}

// samples are kept as they were drawn, once a month.
func samples(t *testing.T, s cases.Store) {
	ctx := t.Context()
	c := open(t, s)
	if _, err := s.Audit(ctx, "2026-08"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a month without a sample: %v", err)
	}
	var want []cases.Audit
	for i, month := range []string{"2026-09", "2026-08"} {
		a := cases.Audit{Month: month, At: At, Figures: "month," + month + "\n", Public: "莲城 " + month, Seed: fmt.Sprintf("%064d", i), Size: 1, Of: 3}
		for n := range 3 {
			a.Marks = append(a.Marks, draw.Mark{byte(n)})
		}
		a.Items = []cases.Finding{{Month: month, Rank: 1, Mark: draw.Mark{2}, Case: c.ID, Unit: "roads"}}
		if err := s.KeepAudit(ctx, a); err != nil {
			t.Fatal(err)
		}
		again := a
		again.Public = "another draw"
		if err := s.KeepAudit(ctx, again); err != nil {
			t.Fatal(err)
		}
		a.Items[0].Number = c.Number
		want = append(want, a)
	}
	f := want[0].Items[0]
	f.Finding, f.Means, f.Note, f.By, f.At = cases.FoundNot, "photo", "还没修", "hu", At.Add(time.Hour)
	if err := change(t, s, c.ID, cases.Change{Findings: []cases.Finding{f}}); err != nil {
		t.Fatal(err)
	}
	want[0].Items = []cases.Finding{f}
	for _, a := range want {
		same(t, a.Month, must(s.Audit(ctx, a.Month))(t), a)
	}
	want[0].Marks = nil
	same(t, "the newest", must(s.Audits(ctx, 1))(t), want[:1])
}

// tweaked changes one thing of one answered case, each time another, so that a
// store that overlooks it is found out.
func tweaked(t *testing.T, s cases.Store, m *Memory, days []time.Time) {
	t.Helper()
	list := slices.DeleteFunc(must(m.List(t.Context(), all, cases.Filter{Limit: 2 * many}))(t), func(c cases.Case) bool {
		return c.AnsweredAt.IsZero() || c.DispatchedAt.IsZero() || c.AnsweredAt.After(At.AddDate(0, 0, -10))
	})
	tweaks := []func(*cases.Case){
		func(c *cases.Case) { c.Hops++ }, func(c *cases.Case) { c.Category += "x" }, func(c *cases.Case) { c.Channel += "x" },
		func(c *cases.Case) { c.Area += "x" }, func(c *cases.Case) { c.Urgency = (c.Urgency + 1) % 3 },
		func(c *cases.Case) { c.Restricted = !c.Restricted }, func(c *cases.Case) { c.Lead = "parks" }, func(c *cases.Case) { c.Outcome = "x" },
		func(c *cases.Case) { c.Address += "x" }, func(c *cases.Case) { c.Address = "建设路28号" }, func(c *cases.Case) { c.Category = "light.out" },
		func(c *cases.Case) { c.MergedInto = "x" }, func(c *cases.Case) { c.Address = "" },
	}
	p := cases.Period{From: At.AddDate(-3, 0, 0), To: At.AddDate(0, 0, 30), Now: At}
	for i, tweak := range tweaks {
		if err := s.RollUp(t.Context(), days); err != nil {
			t.Fatal(err)
		}
		for n := range 4 {
			id := list[(4*i+n+1)*7%len(list)].ID
			for _, each := range []cases.Store{s, m} {
				must(each.Update(t.Context(), id, 0, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
					tweak(c)
					return cases.Change{Events: []cases.Event{Event(id, cases.Noted, At.Add(time.Duration(c.Revision)*time.Minute))}}, nil, nil
				}))(t)
			}
		}
		fields(t, fmt.Sprint("tweak ", i), must(s.Measures(t.Context(), p))(t), must(m.Measures(t.Context(), p))(t))
		sameSigns(t, fmt.Sprint("tweak ", i), s, m)
	}
}
