package administration_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
	"yiwang/internal/flow/administration"
)

var noon = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

func limit(s string) calendar.Limit {
	l, err := calendar.ParseLimit(s)
	if err != nil {
		panic(err)
	}
	return l
}

// roads is a city in which a pothole is the duty of a unit, with a limit.
func roads(t testing.TB, unit org.UnitID, resolve string) org.City {
	t.Helper()
	var units []org.Unit
	for _, id := range []org.UnitID{"hotline", "works", "traffic", "parks"} {
		units = append(units, org.Unit{ID: id, Type: org.Department, Name: org.Name{ZH: string(id)}})
	}
	d, err := org.NewDirectory(org.Policy{}, []org.Area{{ID: "lc", Level: org.LevelDistrict, Name: org.Name{ZH: "莲城"}}}, units)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Week: []time.Weekday{1, 2, 3, 4, 5}, Work: [][2]string{{"09:00", "17:00"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return org.City{Directory: d, Calendar: cal, Catalogue: org.NewCatalogue(org.Catalogue{
		Categories: []org.Category{{ID: "pothole", Name: org.Name{ZH: "路面"}}, {ID: "tree", Name: org.Name{ZH: "树木"}}},
		Rules:      []org.Rule{{ID: "r1", Category: "pothole", Any: []string{"坑洼"}}, {ID: "r2", Category: "tree", Any: []string{"树根"}}},
		Duties: []org.Duty{
			{ID: "d1", Category: "pothole", Unit: unit, Accept: limit("4wh"), Resolve: limit(resolve)},
			{ID: "d2", Category: "tree", Unit: "parks", Accept: limit("4wh"), Resolve: limit("10wd")},
		},
	})}
}

func heard(text string) triage.Heard { return triage.Hear(nil, triage.Message{Text: text}) }

// What a draft that gives potholes to Traffic within three days would have
// done to single cases.
func TestCompare(t *testing.T) {
	trial := administration.NewTrial(roads(t, "works", "7d"), roads(t, "traffic", "3d"), noon, noon)
	sent := noon.AddDate(0, 0, -20)
	for _, c := range []struct {
		story, text string
		path        []org.UnitID
		answered    int // days after it was sent, 0 for not yet
		want        string
	}{
		{"it would have gone where it ended", "路面坑洼", []org.UnitID{"works", "parks", "traffic"}, 2, "works>traffic hops 2>0 late false>false"},
		{"it would have gone where it did not belong", "路面坑洼", []org.UnitID{"works"}, 6, "works>traffic hops 0>1 late false>true"},
		{"it would have skipped a stop", "路面坑洼", []org.UnitID{"works", "traffic", "parks"}, 9, "works>traffic hops 2>1 late true>true"},
		{"it is not answered yet", "路面坑洼", []org.UnitID{"works"}, 0, "works>traffic hops 0>1 late true>true"},
		{"it is another's", "树根", []org.UnitID{"parks"}, 2, "parks>parks hops 0>0 late false>false"},
		{"nobody can tell", "你好", []org.UnitID{"works", "parks"}, 2, "> hops 1>1 late false>false"},
	} {
		course := cases.Course{Path: c.path, DispatchedAt: sent, ResolveLimit: limit("7d"), ResolveDue: trial.Now.Calendar.Due(sent, limit("7d"))}
		if c.answered > 0 {
			course.AnsweredAt = sent.AddDate(0, 0, c.answered)
		}
		m, _ := trial.Compare(course, heard(c.text))
		got := fmt.Sprintf("%s>%s hops %d>%d late %v>%v", m.Now, m.Draft, m.Hops.Now, m.Hops.Draft, m.Late.Now, m.Late.Draft)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.story, got, c.want)
		}
	}
}

// A rule of words, drafted of a ruling, moves what has its words and nothing else.
func TestCompareRuled(t *testing.T) {
	now, draft := roads(t, "works", "7d"), roads(t, "works", "7d")
	c := *draft.Catalogue
	c.Rules = append(slices.Clone(c.Rules), org.Rule{ID: "r-x", Category: "pothole", All: []string{"坑洼", "井盖"}, Lead: "traffic"})
	draft.Catalogue = org.NewCatalogue(c)
	trial := administration.NewTrial(now, draft, noon, noon)
	for text, want := range map[string]string{"路面坑洼": "works>works", "井盖边上坑洼": "works>traffic", "树根": "parks>parks"} {
		m, _ := trial.Compare(cases.Course{Path: []org.UnitID{"works"}, DispatchedAt: noon.AddDate(0, 0, -9)}, heard(text))
		if got := fmt.Sprintf("%s>%s", m.Now, m.Draft); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// A pause that the case had moves the deadline of a draft's limit as well.
func TestCompareKeepsPauses(t *testing.T) {
	trial := administration.NewTrial(roads(t, "works", "7d"), roads(t, "works", "3d"), noon, noon)
	sent := time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC) // a Monday
	due := trial.Now.Calendar.Due(sent, limit("7d"))
	c := cases.Course{Path: []org.UnitID{"works"}, DispatchedAt: sent, ResolveLimit: limit("7d"), ResolveDue: due.AddDate(0, 0, 4), AnsweredAt: sent.AddDate(0, 0, 6)}
	m, wasLate := trial.Compare(c, heard("坑洼"))
	if !m.NowDue.Equal(c.ResolveDue) || !m.DraftDue.Equal(trial.Now.Calendar.Due(sent, limit("3d")).AddDate(0, 0, 4)) || m.Late.Draft || wasLate {
		t.Errorf("%+v", m)
	}
}

// The catalogue in force, tried as a draft, changes nothing; what is gained is
// what is lost; and the sums are those of the cases.
func TestReplayProperties(t *testing.T) {
	units := []org.UnitID{"works", "traffic", "parks"}
	limits := []string{"2h", "4wh", "3d", "7d", "5wd", "15wd"}
	tb := testing.TB(t)
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom(units)
		course := rapid.Custom(func(t *rapid.T) cases.Course {
			path := slices.Compact(rapid.SliceOfN(unit, 1, 4).Draw(t, "path"))
			sent := noon.Add(-time.Duration(rapid.IntRange(0, 1000).Draw(t, "sent")) * time.Hour)
			c := cases.Course{Path: path, DispatchedAt: sent, ResolveLimit: limit(rapid.SampledFrom(limits).Draw(t, "limit"))}
			c.ResolveDue = sent.Add(time.Duration(rapid.IntRange(1, 500).Draw(t, "due")) * time.Hour)
			if rapid.Bool().Draw(t, "answered") {
				c.AnsweredAt = sent.Add(time.Duration(rapid.IntRange(1, 800).Draw(t, "after")) * time.Hour)
			}
			return c
		})
		now := roads(tb, unit.Draw(t, "unit"), rapid.SampledFrom(limits).Draw(t, "resolve"))
		draft := roads(tb, unit.Draw(t, "draft"), rapid.SampledFrom(limits).Draw(t, "shorter"))
		var same, other drafts.Result
		changed := 0
		for _, c := range rapid.SliceOfN(course, 0, 30).Draw(t, "courses") {
			h := heard(rapid.SampledFrom([]string{"坑洼", "树根", "坑洼和树根", "你好"}).Draw(t, "text"))
			same.Add(administration.NewTrial(now, now, noon, noon).Compare(c, h))
			m, late := administration.NewTrial(now, draft, noon, noon).Compare(c, h)
			other.Add(m, late)
			if m.Changes() {
				changed++
			}
		}
		if same.Changed != 0 || same.Moved != 0 || same.Hops.Now != same.Hops.Draft || same.Late.Now != same.Late.Draft || same.Fit.Now != same.Fit.Draft {
			t.Fatalf("tried on itself: %+v", same)
		}
		gains, loses, first := 0, 0, 0
		for _, u := range other.Units {
			gains, loses, first = gains+u.Gains, loses+u.Loses, first+u.First.Draft
		}
		if gains != loses || gains != other.Moved || first != other.Cases-other.Unread || changed != other.Changed {
			t.Fatalf("%+v", other)
		}
	})
}
