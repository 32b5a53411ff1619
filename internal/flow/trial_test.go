package flow

import (
	"testing"
	"time"

	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// Held out are the newest that people settled and the champion has not seen;
// what went out by itself meanwhile neither judges nor is learned from.
func TestHoldOut(t *testing.T) {
	noon := time.Date(2026, 9, 22, 4, 0, 0, 0, time.UTC)
	var list []lesson // newest first, every third by itself
	for i := range 1000 {
		by := triage.Taken
		if i%3 == 0 {
			by = triage.ByItself
		}
		list = append(list, lesson{at: noon.Add(-time.Duration(i) * time.Hour), by: by})
	}
	for _, test := range []struct {
		story       string
		seen        time.Time
		held, learn int
	}{
		{"a tenth, and a hundred at least", noon.AddDate(-1, 0, 0), 100, 850},
		{"no more than is new", noon.Add(-30 * time.Hour), 20, 970},
		{"nothing is new", noon, 0, 1000},
	} {
		held, learn := holdOut(list, test.seen)
		if len(held) != test.held || len(learn) != test.learn {
			t.Errorf("%s: %d held and %d to learn, want %d and %d", test.story, len(held), len(learn), test.held, test.learn)
		}
		for _, r := range held {
			if !r.by.ByPerson() || !r.at.After(test.seen) {
				t.Errorf("%s: held is %+v", test.story, r)
			}
		}
	}
}

// What somebody looked at twice says more than what was waved through.
func TestWeightsOfSettlings(t *testing.T) {
	last := 9.0
	for _, s := range triage.Settlings {
		if w := s.Weight(); w >= last || w <= 0 {
			t.Errorf("%s weighs %g after %g", s, w, last)
		} else {
			last = w
		}
	}
}

// What a case teaches, and how much: what is in question teaches nothing.
func TestLearned(t *testing.T) {
	d, err := org.NewDirectory(org.Policy{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	city := org.City{Directory: d, Catalogue: org.NewCatalogue(org.Catalogue{Categories: []org.Category{
		{ID: "lamp"}, {ID: "tree"}, {ID: "hedge", Into: "tree"}, {ID: "noise"}, {ID: "noise.bar", Parent: "noise"}, {ID: "noise.site", Parent: "noise"},
	}})}
	sent := func(k org.CategoryID, change func(*cases.Case)) cases.Case {
		c := cases.Case{State: cases.Dispatched, Route: org.RouteWork, Category: k, Parts: []cases.Part{{Request: "li"}}}
		if change != nil {
			change(&c)
		}
		return c
	}
	settled := func(by triage.Settling, k org.CategoryID) map[string]triage.Settled {
		return map[string]triage.Settled{"li": {By: by, Category: k}}
	}
	for _, test := range []struct {
		story   string
		c       cases.Case
		settled map[string]triage.Settled
		label   string // "" for nothing
		weight  float64
	}{
		{"of which nothing is on record", sent("lamp", nil), nil, "lamp", 1},
		{"sent otherwise than proposed", sent("lamp", nil), settled(triage.Corrected, "lamp"), "lamp", 3},
		{"on record under another category than it has now", sent("lamp", nil), settled(triage.Ruled, "tree"), "lamp", 1},
		{"merged since it was ruled on", sent("hedge", nil), settled(triage.Ruled, "hedge"), "tree", 8},
		{"split since", sent("noise", nil), settled(triage.Ruled, "noise"), "", 0},
		{"of a category that is gone", sent("bench", nil), nil, "", 0},
		{"waits", sent("lamp", func(c *cases.Case) { c.State = cases.Waiting }), nil, "", 0},
		{"returned", sent("lamp", func(c *cases.Case) { c.State = cases.Returned }), nil, "", 0},
		{"disputed", sent("lamp", func(c *cases.Case) { c.Dispute = cases.Dispute{At: time.Unix(1, 0)} }), nil, "", 0},
		{"loaded, returned once", sent("lamp", func(c *cases.Case) { c.ReturnedBy = []org.UnitID{"parks"} }), nil, "lamp", 5},
		{"loaded, ruled on", sent("lamp", func(c *cases.Case) { c.Settled = "roads" }), nil, "lamp", 8},
		{"by itself, found wrong", sent("lamp", nil), map[string]triage.Settled{"li": {By: triage.ByItself, Category: "lamp", Unfit: true}}, "", 0},
		{"by itself, found wrong and sent elsewhere", sent("tree", nil), map[string]triage.Settled{"li": {By: triage.ByItself, Category: "lamp", Unfit: true}}, "tree", 1},
		{"to court", sent("lamp", func(c *cases.Case) { c.Route = "court" }), nil, "", 0},
	} {
		got, ok := learned(city, test.c, test.settled)
		if ok != (test.label != "") || got.Label != test.label || got.Weight != test.weight {
			t.Errorf("%s: learned as %q with %g, want %q with %g", test.story, got.Label, got.Weight, test.label, test.weight)
		}
	}
}
