package casestest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

var all = access.Scope{All: true}

// many are more than fit on a few pages.
const many = 300

// peers fills s and a plain store with the same cases, a part of which has
// been through changes since.
func peers(t *testing.T, s cases.Store) *Memory {
	t.Helper()
	ctx := t.Context()
	m := NewMemory()
	list := Random(5, many)
	for _, each := range []cases.Store{s, m} {
		if err := each.Load(ctx, slices.Clone(list)); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(6, 6))
		for range 150 {
			id := list[r.IntN(many)].Case.ID
			must(each.Update(ctx, id, 0, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
				switch r.IntN(6) { // one thing alone, of what lists select by
				case 0:
					c.Handler = pick(random{r}, []access.StaffID{"", "zhao", "qian"})
				case 1:
					c.About = pick(random{r}, leads)
				case 2:
					c.WaitsFor = pick(random{r}, waiting)
				default:
					Change(r, c)
				}
				return cases.Change{Events: []cases.Event{Event(id, cases.Noted, At.Add(time.Duration(c.Revision)*time.Second))}}, nil, nil
			}))(t)
		}
	}
	return m
}

// scopes are what people of the city may see.
func scopes() map[string]access.Scope {
	d := City().Directory
	of := func(unit org.UnitID) access.Scope {
		return access.Scope{Units: append(d.Down(unit), d.Up(unit)[1:]...), NotAbout: d.Up(unit)}
	}
	both := of("js-grid")
	both.Areas = d.Within("js")
	zhao := of("roads")
	zhao.Recused = "zhao"
	return map[string]access.Scope{
		"system": all, "nobody": {None: true}, "nothing": {}, "hotline": {All: true, NotAbout: []org.UnitID{"hotline"}},
		"roads": of("roads"), "lights": of("lights"), "js-grid": of("js-grid"), "a leader of the street": {Areas: d.Within("js"), NotAbout: []org.UnitID{"js-office"}},
		"a leader with a unit": both, "zhao of roads": zhao, "zhao at the hotline": {All: true, Recused: "zhao"},
	}
}

// filters are one of each, then random ones of several.
func filters() map[string]cases.Filter {
	urgent, day := org.Urgent, 24*time.Hour
	list := map[string]cases.Filter{
		"everything":             {},
		"waiting":                {States: []cases.State{cases.Waiting}},
		"answered as of now":     {States: []cases.State{cases.Answered}, At: At},
		"closed as of now":       {States: []cases.State{cases.Closed, cases.Waiting}, At: At},
		"closed":                 {States: []cases.State{cases.Closed}},
		"a state that is not":    {States: []cases.State{"lost"}},
		"for the hotline":        {WaitsFor: []cases.WaitsFor{cases.ForHotline, cases.ForDispatcher}},
		"of roads and parks":     {Units: []org.UnitID{"roads", "parks"}},
		"helped by water":        {Units: []org.UnitID{"water", "lights"}, Helping: true},
		"of zhao":                {Handler: "zhao"},
		"in the street":          {Areas: []org.AreaID{"js", "js-01", "js-02", "js-02-7"}},
		"lamps and pipes":        {Categories: []org.CategoryID{"light.out", "pipe"}},
		"reports":                {Kinds: []string{"report", "complaint"}},
		"urgent":                 {Urgency: &urgent},
		"to be convened":         {Todo: cases.ToConvene},
		"a task of parks":        {Todo: cases.ToHelp, Units: []org.UnitID{"parks", "water"}},
		"a late task":            {Todo: cases.ToHelp, TodoBefore: At.Add(-20 * day)},
		"put off":                {States: []cases.State{cases.Shelved}, Todo: cases.ToReview},
		"for the hotline to say": {Todo: cases.ToShelve, Units: []org.UnitID{""}},
		"not for zhao":           {Todo: cases.Kept, Units: []org.UnitID{"zhao"}},
		"to be called":           {States: []cases.State{cases.Answered}, At: At, ToCall: true},
		"late":                   {LateAt: At},
		"late a month ago":       {LateAt: At.Add(-30 * day)},
		"of a month":             {From: At.Add(-60 * day), To: At.Add(-30 * day)},
		"late, of a unit, a day": {LateAt: At, Units: []org.UnitID{"roads"}, From: At.Add(-90 * day)},
	}
	r := random{rand.New(rand.NewPCG(7, 7))}
	for i := range 16 {
		f := cases.Filter{
			Units: often(r, 3, []org.UnitID{pick(r, leads), pick(r, leads)}), Helping: r.IntN(2) == 0, Handler: often(r, 4, access.StaffID("zhao")),
			Areas: often(r, 3, []org.AreaID{"js-01", "js-02", "xh-01"}), Categories: often(r, 4, leaves[:3]), Kinds: often(r, 4, []string{pick(r, kinds)}),
			Urgency: often(r, 4, new(org.Urgency(r.IntN(3)))), LateAt: often(r, 3, At), From: often(r, 3, At.Add(-60*day)), At: often(r, 2, At),
		}
		if r.IntN(2) == 0 {
			f.States = []cases.State{pick(r, cases.States), pick(r, cases.States)}
		}
		if r.IntN(3) == 0 {
			f.WaitsFor = []cases.WaitsFor{pick(r, waiting), pick(r, waiting)}
		}
		list[fmt.Sprint("random ", i)] = f
	}
	return list
}

// Every page of every list has what looking at each case one by one gives.
func lists(t *testing.T, s cases.Store) {
	m := peers(t, s)
	ctx := t.Context()
	found := 0
	for who, scope := range scopes() {
		for name, f := range filters() {
			for _, f.Order = range []cases.Order{cases.Newest, cases.ByRisk} {
				what := fmt.Sprintf("%s, %s, %s", who, name, f.Order)
				f.Limit, f.After = 2*many, cases.Cursor{}
				want := must(m.List(ctx, scope, f))(t)
				pages(t, s, what, scope, f, want)
				found += len(want)
				for _, most := range []int{1000, 7} {
					if n := must(s.Count(ctx, scope, f, most))(t); n != min(len(want), most) {
						t.Errorf("%s: %d counted, there are %d", what, n, len(want))
					}
				}
				if t.Failed() {
					return
				}
			}
		}
	}
	for _, who := range []access.StaffID{"zhao", "qian", ""} {
		if got, want := must(s.IsKept(ctx, who))(t), must(m.IsKept(ctx, who))(t); got != want {
			t.Errorf("%q is kept from something: %v, want %v", who, got, want)
		}
	}
	if found < 10*many {
		t.Errorf("the lists had only %d cases altogether", found)
	}
}

func pages(t *testing.T, s cases.Store, what string, scope access.Scope, f cases.Filter, want []cases.Case) {
	t.Helper()
	f.Limit = 80
	if len(want) < 50 {
		f.Limit = 9
	}
	var got []cases.Case
	for {
		page := must(s.List(t.Context(), scope, f))(t)
		if len(page) > f.Limit {
			t.Fatalf("%s: a page of %d", what, len(page))
		}
		got = append(got, page...)
		if len(page) < f.Limit {
			break
		}
		f.After = cases.ParseCursor(page[len(page)-1].Cursor().String())
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d cases, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("%s: case %d is\n%+v\nwant\n%+v", what, i, got[i], want[i])
			return
		}
	}
}

// The figures are what counting case by case gives: before days that are over
// were counted once, after it, and when some of them have changed since.
func figures(t *testing.T, s cases.Store) {
	m := peers(t, s)
	compare := func(when string) {
		t.Helper()
		sameFigures(t, when, s, m)
		samePulse(t, when, s, m)
		sameSigns(t, when, s, m)
	}
	compare("nothing counted")
	sameMeasures(t, "nothing counted", s, m)
	first := must(s.First(t.Context()))(t)
	if want := must(m.First(t.Context()))(t); !first.Equal(want) {
		t.Fatalf("the first was opened at %s, want %s", first, want)
	}
	zone := time.FixedZone("", 5*60*60+45*60) // some are odd
	var days []time.Time
	for y, mon, d := first.In(zone).Date(); len(days) == 0 || days[len(days)-1].Before(At); d++ {
		days = append(days, time.Date(y, mon, d, 0, 0, 0, 0, zone))
	}
	r := rand.New(rand.NewPCG(8, 8))
	for round := range 4 {
		if err := s.RollUp(t.Context(), days[:len(days)-1]); err != nil {
			t.Fatal(err)
		}
		compare(fmt.Sprint("counted, round ", round))
		if round == 0 {
			sameMeasures(t, "counted", s, m)
			tweaked(t, s, m, days[:len(days)-1])
		}
		seed := r.Uint64()
		for _, each := range []cases.Store{s, m} {
			r := rand.New(rand.NewPCG(seed, 1))
			list := must(m.List(t.Context(), all, cases.Filter{Limit: 2 * many}))(t)
			for range 20 {
				id := list[r.IntN(len(list))].ID
				must(each.Update(t.Context(), id, 0, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
					Change(r, c)
					made := cases.Change{Events: []cases.Event{Event(id, cases.Noted, At.Add(time.Duration(c.Revision)*time.Second))}}
					if c.Revision == 1 {
						made.Exclusions = []cases.Exclusion{exclusion(r, *c)}
					}
					return made, nil, nil
				}))(t)
			}
			if err := each.Load(t.Context(), Random(seed, 10)); err != nil {
				t.Fatal(err)
			}
		}
		compare(fmt.Sprint("changed since, round ", round))
		if round == 1 {
			sameMeasures(t, "changed since", s, m)
		}
	}
	for i := range days { // the city has moved to another zone
		days[i] = days[i].Add(-3 * time.Hour)
	}
	if err := s.RollUp(t.Context(), days); err != nil {
		t.Fatal(err)
	}
	compare("counted by other days")
	sameMeasures(t, "counted by other days", s, m)
}

func sameFigures(t *testing.T, when string, s cases.Store, m *Memory) {
	t.Helper()
	day := 24 * time.Hour
	for who, scope := range scopes() {
		for name, p := range map[string]cases.Period{
			"thirty days":        {From: At.Add(-30 * day), To: At, Now: At},
			"a week of long ago": {From: At.Add(-60 * day), To: At.Add(-53 * day), Now: At},
			"seen long ago":      {From: At.Add(-60 * day), To: At.Add(-30 * day), Now: At.Add(-40 * day)},
			"everything":         {From: At.Add(-900 * day), To: At.Add(90 * day), Now: At},
			"nothing":            {From: At.Add(-900 * day), To: At.Add(-800 * day), Now: At.Add(-800 * day)},
			"the wrong way":      {From: At, To: At.Add(-day), Now: At},
		} {
			got, want := must(s.Figures(t.Context(), scope, p))(t), must(m.Figures(t.Context(), scope, p))(t)
			g, w := reflect.ValueOf(got), reflect.ValueOf(want)
			for i := range g.NumField() {
				same(t, when+": "+who+", "+name+", "+g.Type().Field(i).Name, g.Field(i).Interface(), w.Field(i).Interface())
			}
			if who == "system" && name == "everything" && (want.Rates.Silent.Count == 0 || want.LateAccept == 0 || want.MedianHours == 0 || want.Rates.Response.Count == 0) {
				t.Errorf("there was nothing to count: %+v", want)
			}
		}
	}
}

// samePulse compares what comes in, and what many share.
func samePulse(t *testing.T, when string, s cases.Store, m *Memory) {
	t.Helper()
	day := 24 * time.Hour
	for who, scope := range scopes() {
		for name, span := range map[string]cases.PulseSpan{
			"today":      {From: At.Add(-10 * time.Hour), Step: time.Hour, Steps: 24, Usual: At.Add(-28 * day)},
			"a year":     {From: At.Add(-300 * day), Step: 30 * day, Steps: 11, Usual: At.Add(-900 * day)},
			"no history": {From: At.Add(-30 * day), Step: day, Steps: 7, Usual: At.Add(-30 * day)},
			"its days":   {From: At.Add(-30 * day).Truncate(day), Step: day, Steps: 31, Usual: At.Add(-90 * day).Truncate(day)},
		} {
			got, want := must(s.Pulse(t.Context(), scope, span))(t), must(m.Pulse(t.Context(), scope, span))(t)
			name = when + ": " + who + ", " + name
			same(t, name+", received", got.Received, want.Received)
			same(t, name+", answered", got.Answered, want.Answered)
			same(t, name+", topics", got.Topics, want.Topics)
			ids := func(list []cases.Case) (ids []cases.ID) {
				for _, c := range list {
					ids = append(ids, c.ID)
				}
				return ids
			}
			same(t, name+", groups", ids(got.Groups), ids(want.Groups))
		}
	}
}

// cells compares how often what came where with a count from scratch.
func cells(t *testing.T, s cases.Store) {
	m := peers(t, s)
	for _, since := range []time.Time{At.AddDate(-3, 0, 0), At.AddDate(0, 0, -30), At.AddDate(1, 0, 0)} {
		same(t, since.String(), must(s.Cells(t.Context(), since))(t), must(m.Cells(t.Context(), since))(t))
	}
}

// evenly compares what is drawn with a draw from scratch: so many, of all times
// alike.
func evenly(t *testing.T, s cases.Store) {
	m := peers(t, s)
	from, to := At.AddDate(-3, 0, 0), At.AddDate(1, 0, 0)
	for _, n := range []int{1, 7, 60, 2 * many} {
		got, of, err := s.Evenly(t.Context(), from, to, n)
		want, all, _ := m.Evenly(t.Context(), from, to, n)
		if err != nil || of != all || all < many/4 || len(got) != min(n, all) {
			t.Errorf("%d of %d drawn, should be %d of %d: %v", len(got), of, n, all, err)
		}
		same(t, fmt.Sprint(n, " drawn"), got, want)
	}
	whole, of, _ := m.Evenly(t.Context(), from, to, many)
	half, _, err := s.Evenly(t.Context(), from, to, of/2)
	if err != nil {
		t.Fatal(err)
	}
	late := 0
	for _, c := range half {
		if c.OpenedAt.After(whole[of/2].OpenedAt) {
			late++
		}
	}
	if share := float64(late) / float64(len(half)); share < 0.35 || share > 0.65 {
		t.Errorf("%.2f of what is drawn is of the later half", share)
	}
	if _, of, err := s.Evenly(t.Context(), to, to.AddDate(1, 0, 0), 9); of != 0 || err != nil {
		t.Errorf("%d of a time to come, %v", of, err)
	}
}
