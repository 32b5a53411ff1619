package cases_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// said opens a case of one resident about the pipe.
func (w *town) said(request string) cases.Case {
	w.Helper()
	list, err := w.Open(w.Context(), access.System(), []cases.Opening{
		{Request: request, At: w.now, Kind: "help", Route: org.RouteWork, Category: "light.out", Area: "js", Subject: request + " says that water runs"},
	})
	if err != nil || len(list) != 1 {
		w.Fatal(list, err)
	}
	return list[0]
}

// Forty people call about one pipe. The first is with Roads already; the rest
// are joined to it, are answered together, and each judges for themselves.
func TestFortyAreAnsweredAtOnce(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	first := w.said("caller-00")
	w.at("09-22 11:00")
	first = w.ok(w.Dispatch(ctx, dispatcher, first.ID, 0, cases.Dispatching{Unit: "roads"}))
	first = w.ok(w.Accept(ctx, roads, first.ID, 0))
	promised := first.Clocks.ResolveDue
	var others []cases.ID
	for i := 1; i < 39; i++ {
		w.now = w.now.Add(time.Minute)
		others = append(others, w.said(fmt.Sprintf("caller-%02d", i)).ID)
	}
	w.no("access.denied")(w.Merge(ctx, clerk, first.ID, 0, others))
	g := w.ok(w.Merge(ctx, dispatcher, first.ID, 0, others))
	g = w.ok(w.Join(ctx, access.System(), g.ID, cases.Opening{Request: "caller-39", At: w.now}))
	g = w.ok(w.Join(ctx, access.System(), g.ID, cases.Opening{Request: "caller-39", At: w.now})) // the job ran twice
	if len(g.Parts) != 40 || !g.Group() || !g.Clocks.ResolveDue.Equal(promised) {
		t.Fatalf("%d people, until %v", len(g.Parts), g.Clocks.ResolveDue)
	}
	merged := must(w.Case(ctx, dispatcher, others[0]))(t)
	if merged.MergedInto != g.ID || merged.State != cases.Closed || merged.Outcome != cases.Duplicate || len(merged.Parts) != 0 {
		t.Errorf("%+v", merged)
	}
	w.no("case.merge_closed")(w.Merge(ctx, dispatcher, g.ID, 0, others[:1]))
	w.no("case.merge_none")(w.Merge(ctx, dispatcher, g.ID, 0, []cases.ID{g.ID}))

	g = w.ok(w.Draft(ctx, roads, g.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "水管已修好。", English: "The pipe is mended."}, true))
	g = w.ok(w.Check(ctx, head, g.ID, 0, true, ""))
	g = w.ok(w.Check(ctx, leader, g.ID, 0, true, ""))
	g = w.ok(w.Check(ctx, dispatcher, g.ID, 0, true, ""))
	if g.Latest.In("en") != "The pipe is mended." || g.Latest.In("zh") != "水管已修好。" {
		t.Errorf("%+v", g.Latest)
	}
	five, six := access.Resident("caller-05"), access.Resident("caller-06")
	mine := must(w.OfRequest(ctx, five, "caller-05"))(t)
	if len(mine) != 1 || len(mine[0].Parts) != 1 {
		t.Fatalf("the fifth sees %+v", mine)
	}
	part := mine[0].Parts[0].ID
	w.ok(w.Verdict(ctx, five, part, false, "还在漏"))
	w.no("access.not_found")(w.Verdict(ctx, six, part, true, ""))
	w.ok(w.Verdict(ctx, six, must(w.OfRequest(ctx, six, "caller-06"))(t)[0].Parts[0].ID, true, ""))

	// What happened to the fifth while the case was their own is still told,
	// and nothing of what happened to the others before they came.
	var kinds []cases.EventKind
	for _, e := range must(w.Events(ctx, five, g.ID))(t) {
		kinds = append(kinds, e.Kind)
	}
	if want := []cases.EventKind{cases.Joined, cases.Drafted, cases.AnsweredWith, cases.ContestedBy}; !slices.Equal(kinds, want) {
		t.Errorf("the fifth is told %v", kinds)
	}
}

// A person whose matter is another is taken out and goes on where they were.
func TestPartFromGroup(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	a, b := w.said("a"), w.said("b")
	b = w.ok(w.Dispatch(ctx, dispatcher, b.ID, 0, cases.Dispatching{Unit: "roads"}))
	w.at("09-22 11:00")
	g := w.ok(w.Merge(ctx, dispatcher, b.ID, b.Revision, []cases.ID{a.ID}))
	i := slices.IndexFunc(g.Parts, func(p cases.Part) bool { return p.Request == "b" })
	for _, test := range []struct {
		story string
		parts []cases.PartID
		want  string
	}{
		{"nobody", nil, "case.part_none"},
		{"a stranger", []cases.PartID{"x"}, "case.part_none"},
		{"everybody", []cases.PartID{g.Parts[0].ID, g.Parts[1].ID}, "case.part_all"},
	} {
		_, _, err := w.Part(ctx, dispatcher, g.ID, 0, test.parts)
		w.no(test.want)(g, err)
	}
	w.at("09-22 11:30")
	stay, apart, err := w.Part(ctx, roads, g.ID, 0, []cases.PartID{g.Parts[i].ID})
	if err != nil {
		t.Fatal(err)
	}
	w.is(apart, cases.Dispatched, cases.ForUnit, "roads")
	if len(stay.Parts) != 1 || len(apart.Parts) != 1 || apart.Parts[0].Request != "b" || !apart.Clocks.ResolveDue.Equal(stay.Clocks.ResolveDue) || apart.Number == stay.Number {
		t.Errorf("%+v\n%+v", stay, apart)
	}
	var kinds []cases.EventKind
	for _, e := range must(w.Events(ctx, access.Resident("b"), apart.ID))(t) {
		kinds = append(kinds, e.Kind)
	}
	if want := []cases.EventKind{cases.DispatchedTo, cases.Parted}; !slices.Equal(kinds, want) {
		t.Errorf("b is told %v", kinds)
	}
	w.ok(w.Merge(ctx, roads, apart.ID, 0, []cases.ID{stay.ID})) // and undone
}

// What may not be put together.
func TestNeverInGroup(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	g := w.ok(w.Dispatch(ctx, dispatcher, w.said("a").ID, 0, cases.Dispatching{Unit: "roads"}))
	report := w.said("b")
	report = w.ok(w.Dispatch(ctx, dispatcher, report.ID, 0, cases.Dispatching{Unit: "roads", Kind: "report"}))
	about := w.ok(w.Dispatch(ctx, dispatcher, w.said("c").ID, 0, cases.Dispatching{Unit: "roads", About: "water"}))
	for _, o := range []cases.Case{report, about} {
		w.no("case.merge_closed")(w.Merge(ctx, dispatcher, g.ID, 0, []cases.ID{o.ID}))
		w.no("case.merge_closed")(w.Join(ctx, access.System(), o.ID, cases.Opening{Request: "d"}))
	}
	w.no("case.merge_closed")(w.Join(ctx, access.System(), g.ID, cases.Opening{Request: "d", Kind: "report"}))
	theirs := w.ok(w.Dispatch(ctx, dispatcher, w.said("e").ID, 0, cases.Dispatching{Unit: "water"}))
	w.no("access.not_found")(w.Merge(ctx, roads, g.ID, 0, []cases.ID{theirs.ID})) // not theirs to take
	w.no("case.changed")(w.Merge(ctx, dispatcher, g.ID, 99, []cases.ID{theirs.ID}))
}

// Two dispatchers merge the same two cases, each into the other: one wins,
// the other is told, and nobody is lost.
func TestMergesCross(t *testing.T) {
	w := newTown(t)
	for range 10 {
		a, b := w.said("a"+w.now.String()), w.said("b"+w.now.String())
		w.now = w.now.Add(time.Second)
		var failed [2]error
		var wait sync.WaitGroup
		for i, ids := range [][2]cases.ID{{a.ID, b.ID}, {b.ID, a.ID}} {
			wait.Go(func() { _, failed[i] = w.Merge(context.Background(), dispatcher, ids[0], 0, ids[1:]) })
		}
		wait.Wait()
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Fatal(failed)
		}
		for _, err := range failed {
			if err != nil && !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		}
		people := len(must(w.Case(t.Context(), dispatcher, a.ID))(t).Parts) + len(must(w.Case(t.Context(), dispatcher, b.ID))(t).Parts)
		if people != 2 {
			t.Errorf("%d people", people)
		}
	}
}
