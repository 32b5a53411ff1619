package triage_test

import (
	"math"
	"testing"

	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// A classifier that learned yesterday's categories reads on when they have
// been renamed, merged, split or taken away.
func TestChangedCategories(t *testing.T) {
	const broken = "路灯坏了没人修"
	with := func(change func(c *org.Catalogue)) org.City {
		city := town(t)
		c := org.Catalogue{
			Version: 8, Categories: append([]org.Category(nil), city.Catalogue.Categories...), Rules: city.Catalogue.Rules,
			Duties: append([]org.Duty(nil), city.Catalogue.Duties...),
		}
		change(&c)
		city.Catalogue = org.NewCatalogue(c)
		return city
	}
	add := func(c *org.Catalogue, unit org.UnitID, ids ...org.CategoryID) {
		for _, id := range ids {
			c.Categories = append(c.Categories, org.Category{ID: id, Parent: "light.out", Kind: "help"})
			c.Duties = append(c.Duties, org.Duty{ID: org.DutyID("d-" + id), Category: id, Unit: unit, From: "2026-01-01"})
		}
	}
	for _, test := range []struct {
		story    string
		city     org.City
		text     string
		category org.CategoryID
		prob     float64
		unit     org.UnitID
		sure     float64
	}{
		{"as it was", town(t), "", "light.out", 0.9, "roads", 0.9},
		{"renamed: the id stays", with(func(c *org.Catalogue) { c.Categories[1].Name = org.Name{ZH: "照明故障"} }), "", "light.out", 0.9, "roads", 0.9},
		{"merged", with(func(c *org.Catalogue) { c.Categories[1].Into = "tree" }), "", "tree", 0.9, "parks", 0.9},
		{"split in two of one unit", with(func(c *org.Catalogue) { add(c, "roads", "light.dark", "light.blinks") }), "", "light.blinks", 0.45, "roads", 0.9},
		{"split, and a rule tells them apart", with(func(c *org.Catalogue) {
			add(c, "roads", "light.dark", "light.blinks")
			c.Rules = []org.Rule{{ID: "r-blinks", Category: "light.blinks", Any: []string{"闪"}}}
		}), "灯一直在闪", "light.blinks", 0.5*0.9 + 0.5*1.0/5, "roads", 0.55},
		{"gone: the rules read alone, and with all their weight", with(func(c *org.Catalogue) {
			c.Categories[1].ID, c.Rules = "light.other", []org.Rule{{ID: "r", Category: "tree", Any: []string{"路灯坏了没人修"}}}
		}), broken, "tree", 49.0 / 53, "parks", 49.0 / 53},
	} {
		r := triage.Read(test.city, sure("light.out", 0.9), triage.Message{Text: test.text, At: noon})
		if r.Category() != test.category || math.Abs(r.Categories[0].Prob-test.prob) > 1e-9 {
			t.Errorf("%s: read %+v, want %s at %g", test.story, r.Categories, test.category, test.prob)
		}
		if len(r.Units) == 0 || r.Units[0].Unit != test.unit || math.Abs(r.Units[0].Prob-test.sure) > 1e-9 {
			t.Errorf("%s: units %+v, want %s at %g", test.story, r.Units, test.unit, test.sure)
		}
	}
}
