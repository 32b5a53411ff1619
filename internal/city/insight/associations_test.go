package insight_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/city/insight"
)

// town is a year of cases in which nothing goes together but what is planted:
// at night, noise is not solved; parks answers late.
func town(n int, planted bool) []insight.Fact {
	r := rand.New(rand.NewPCG(1, 2))
	list := make([]insight.Fact, n)
	for i := range list {
		f := &list[i]
		f.Case = "20261124-" + strconv.Itoa(10000+i)
		category, hour, unit := fmt.Sprint("kind-", r.IntN(6)), fmt.Sprint("hour-", r.IntN(6)), fmt.Sprint("unit-", r.IntN(5))
		f.Set(insight.Category, category)
		f.Set(insight.Hour, hour)
		f.Set(insight.Unit, unit)
		f.Set(insight.Area, fmt.Sprint("street-", r.IntN(8)))
		said, late := r.Float64() < 0.2, r.Float64() < 0.1
		if planted {
			said = said || category == "kind-1" && hour == "hour-5" && r.Float64() < 0.7
			late = late || unit == "unit-2" && r.Float64() < 0.4
		}
		f.Set(insight.Resident, map[bool]string{true: "not_solved", false: "solved"}[said])
		f.Set(insight.Deadline, map[bool]string{true: "late", false: "in_time"}[late])
	}
	return list
}

// What was planted is found, with its cases; a town of chance has nothing.
func TestAssociate(t *testing.T) {
	facts := town(6000, true)
	got, err := insight.Associate(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	both, late := false, false
	for _, a := range got.List {
		night := slices.Equal(a.If, []insight.Item{{Column: insight.Category, Value: "kind-1"}, {Column: insight.Hour, Value: "hour-5"}})
		both = both || night && a.Then == insight.Item{Column: insight.Resident, Value: "not_solved"} && a.Lift > 2
		late = late || len(a.If) == 1 && a.If[0] == insight.Item{Column: insight.Unit, Value: "unit-2"} && a.Then.Bad()
		if a.Both < got.Least || a.BH > 0.05 || a.Lift < 1.25 {
			t.Errorf("told without being worth it: %+v", a)
		}
		has(t, facts, a)
	}
	if !both || !late {
		t.Errorf("what was planted is missing: at night %v, late %v, of %d", both, late, len(got.List))
	}
	if !got.List[0].Then.Bad() {
		t.Errorf("the first is %+v", got.List[0])
	}
	// Each is corrected for the rules of all searches, of which its own tried a part.
	for _, a := range got.List {
		if a.Holm < 0.7*min(1, float64(got.Tried)*a.P) {
			t.Errorf("%+v is not corrected for %d rules", a, got.Tried)
		}
	}
	chance, err := insight.Associate(t.Context(), town(6000, false))
	if err != nil || len(chance.List) > 0 {
		t.Errorf("of chance alone there are %+v, %v", chance.List, err)
	}
}

// has says that an association's counts and example are so.
func has(t *testing.T, facts []insight.Fact, a insight.Association) {
	t.Helper()
	of := func(f insight.Fact, i insight.Item) bool {
		return f.Values[slices.Index(insight.Columns, i.Column)] == i.Value
	}
	both, conditions := 0, 0
	effect := slices.Index(insight.Columns, a.Then.Column) > slices.Index(insight.Columns, insight.Unit)
	for _, f := range facts {
		if effect && f.Values[slices.Index(insight.Columns, a.Then.Column)] == "" {
			continue // of what became of a case, only those count of which it is known
		}
		if !slices.ContainsFunc(a.If, func(i insight.Item) bool { return !of(f, i) }) {
			conditions++
			if of(f, a.Then) {
				both++
			} else if f.Case == a.Example {
				t.Errorf("the example of %+v is none", a)
			}
		}
	}
	if both != a.Both || conditions != a.IfCases {
		t.Errorf("%+v has %d of %d", a, both, conditions)
	}
}

// That a unit has the categories and streets that the city's tables give it is
// no news.
func TestAssociateTables(t *testing.T) {
	var facts []insight.Fact
	for i := range 600 {
		f := insight.Fact{Case: strconv.Itoa(i)}
		f.Set(insight.Category, fmt.Sprint("kind-", i%5))
		f.Set(insight.Unit, fmt.Sprint("unit-", i%5))
		f.Set(insight.Area, fmt.Sprint("street-", i%5))
		facts = append(facts, f)
	}
	got, err := insight.Associate(t.Context(), facts)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range got.List {
		if a.Then.Column == insight.Unit || a.If[0].Column == insight.Unit {
			t.Errorf("no news: %+v", a)
		}
	}
}

func TestAssociateAny(t *testing.T) {
	if got, err := insight.Associate(t.Context(), nil); err != nil || len(got.List) > 0 {
		t.Errorf("of nothing: %+v %v", got, err)
	}
	rapid.Check(t, func(r *rapid.T) {
		facts := make([]insight.Fact, rapid.IntRange(0, 120).Draw(r, "cases"))
		for i := range facts {
			facts[i].Case = strconv.Itoa(i)
			for k := range facts[i].Values {
				facts[i].Values[k] = rapid.SampledFrom([]string{"", "a", "b"}).Draw(r, "value")
			}
		}
		got, err := insight.Associate(t.Context(), facts)
		if err != nil {
			r.Fatal(err)
		}
		for _, a := range got.List {
			has(t, facts, a)
		}
	})
}
