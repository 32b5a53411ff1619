package triage_test

import (
	"slices"
	"testing"
	"time"

	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// A rule made of a ruling names who leads what its words say of a category;
// the rest of the category stays with its duty, and so do the limits.
func TestRuledBeforeDuty(t *testing.T) {
	city := town(t)
	c := *city.Catalogue
	c.Rules = append(slices.Clone(c.Rules),
		org.Rule{ID: "r-ruled", Category: "tree", Any: []string{"树根"}, Lead: "roads", Helpers: []org.UnitID{"parks"}},
		org.Rule{ID: "r-longer", Category: "tree", Any: []string{"树根顶起"}, Lead: "police"},
	)
	city.Catalogue = org.NewCatalogue(c)
	for _, test := range []struct{ text, unit, ruled, duty, helpers string }{
		{"大树倒了", "parks", "", "d-tree", ""},
		{"大树的树根", "roads", "r-ruled", "d-tree", "parks"},
		{"大树的树根顶起人行道", "police", "r-longer", "d-tree", ""},
		{"门口路灯不亮", "roads", "", "d-lamp", ""},
	} {
		m := triage.Message{Text: test.text, At: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}
		r := triage.Hear(nil, m).Read(city)
		if len(r.Units) == 0 {
			t.Fatalf("%s: nobody", test.text)
		}
		u := r.Units[0]
		helpers := ""
		for _, h := range u.Helpers {
			helpers += string(h)
		}
		if string(u.Unit) != test.unit || u.Ruled != test.ruled || string(u.Duty) != test.duty || helpers != test.helpers {
			t.Errorf("%s: %+v", test.text, u)
		}
		if first, ok := triage.Hear(nil, m).Likely(city).First(city, m.At); !ok || first.Unit != u.Unit {
			t.Errorf("%s: a replay sends it to %s", test.text, first.Unit)
		}
	}
}
