package triagesql_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema/schematest"
	"yiwang/internal/city/triage"
	"yiwang/internal/city/triage/triagesql"
)

var (
	noon       = time.Date(2026, 9, 22, 4, 0, 0, 0, time.UTC)
	dispatcher = access.Actor{Staff: "zhou", Roles: []access.Role{access.Dispatcher}, Unit: "hotline", Up: []org.UnitID{"hotline"}}
	roads      = access.Actor{Staff: "zhao", Roles: []access.Role{access.Handler}, Unit: "roads", Up: []org.UnitID{"roads"}}
	ofRoads    = access.Resource{Type: access.CaseType, Lead: "roads", Requests: []string{"li"}}
)

type noCity struct{}

func (noCity) City(context.Context) (org.City, error) {
	return org.City{}, errs.New(errs.NotFound, "org.none")
}

func each(t *testing.T, f func(t *testing.T, s *triage.Service)) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		f(t, &triage.Service{Store: triagesql.Store{DB: d}, Org: noCity{}, Now: func() time.Time { return noon }})
	})
}

// A reading comes back as it was; a second one takes its place; who may not
// see the case does not see why it was sent there.
func TestReadings(t *testing.T) {
	each(t, func(t *testing.T, s *triage.Service) {
		ctx := t.Context()
		first := triage.Reading{
			Catalogue: 7, Model: "m-1", Kind: triage.Guess{Value: "help", Words: []string{"求助"}}, Route: org.RouteWork, Area: "js", AreaWhy: "text",
			Categories: []triage.Categorised{{Category: "light.out", Prob: 0.8, Rules: []string{"r-lamp"}, Words: []string{"路灯"}, ByModel: 0.7}},
			Units:      []triage.Suggested{{Unit: "roads", Prob: 0.8, Duty: "d-lamp", Category: "light.out", Helpers: []org.UnitID{"parks"}}},
			Urgency:    org.Urgent,
		}
		second := first
		second.Catalogue, second.Units = 8, nil
		for _, r := range []triage.Reading{first, second} {
			if err := s.Keep(ctx, map[string]triage.Reading{"li": r, "wang": first}); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Reading(ctx, roads, "li", ofRoads); err != nil || !reflect.DeepEqual(got, r) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if _, err := s.Reading(ctx, roads, "zhang", ofRoads); !errs.Is(err, errs.NotFound) {
			t.Errorf("not read yet: %v", err)
		}
		for range 2 { // forgotten is forgotten, and the others stay
			if err := s.Store.Forget(ctx, []string{"wang"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Store.Reading(ctx, "wang"); !errs.Is(err, errs.NotFound) {
			t.Errorf("forgotten, and %v", err)
		}
		if _, err := s.Reading(ctx, roads, "li", ofRoads); err != nil {
			t.Error(err)
		}
		for _, by := range []access.Actor{{}, access.Resident("wang"), {Staff: "x", Roles: []access.Role{access.Administrator}}} {
			if _, err := s.Reading(ctx, by, "li", ofRoads); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", by.ID(), err)
			}
		}
	})
}

// What people made of the suggestions is kept, as evidence and to learn from:
// how it was read then, what was chosen, and how that was settled.
func TestChoices(t *testing.T) {
	each(t, func(t *testing.T, s *triage.Service) {
		ctx := t.Context()
		s.Org = someCity{}
		now := noon
		s.Now = func() time.Time { return now }
		lamp := triage.Reading{
			Catalogue: 7, Model: "m-1", Route: org.RouteWork,
			Categories: []triage.Categorised{{Category: "light.out", Prob: 0.7, Words: []string{"路灯"}}, {Category: "tree", Prob: 0.2}},
			Units:      []triage.Suggested{{Unit: "roads", Prob: 0.6, Duty: "d-lamp", Category: "light.out"}, {Unit: "parks", Prob: 0.2}},
		}
		for i, c := range []struct {
			request  string
			unit     org.UnitID
			category org.CategoryID
			by       triage.Settling
			reading  triage.Reading
		}{
			{"li", "roads", "light.out", "", lamp},
			{"wang", "parks", "light.out", "", lamp},
			{"zhang", "roads", "tree", "", lamp},
			{"zhang", "roads", "light.out", "", lamp}, // looked at again
			{"zhao", "roads", "", "", triage.Reading{}},
			{"li", "parks", "light.out", triage.Decided, lamp},
			{"wang", "roads", "tree", triage.Ruled, lamp},
			{"wang", "roads", "tree", "", lamp},
			{"chen", "roads", "light.out", triage.ByItself, lamp},
		} {
			now = noon.Add(time.Duration(i) * time.Hour)
			who := dispatcher
			if c.by == triage.Ruled {
				who.Roles = []access.Role{access.Supervisor}
			}
			choice := triage.Choice{Request: c.request, Case: "c-" + c.request, By: c.by, Chosen: c.unit, ChosenCategory: c.category, Reading: c.reading}
			if err := s.Chose(ctx, who, choice, ofRoads); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []triage.Choice{{Request: "li"}, {Request: "li", By: triage.Ruled}, {Request: "li", By: triage.Decided}} {
			if err := s.Chose(ctx, roads, c, ofRoads); !errs.Is(err, errs.Denied) {
				t.Errorf("a handler chose: %v", err)
			}
		}
		// Decisions, rulings and what went out by itself say nothing of what
		// people made of suggestions.
		now = noon.Add(24 * time.Hour)
		if all, accepted, err := s.Accuracy(ctx, dispatcher, 1); err != nil || all != 6 || accepted != 2 {
			t.Errorf("%d of %d, %v", accepted, all, err)
		}
		now = now.Add(90 * time.Minute)
		if all, accepted, err := s.Accuracy(ctx, dispatcher, 1); err != nil || all != 4 || accepted != 1 {
			t.Errorf("of the last day: %d of %d, %v", accepted, all, err)
		}
		if _, _, err := s.Accuracy(ctx, roads, 1); !errs.Is(err, errs.Denied) {
			t.Errorf("a handler counts: %v", err)
		}
		now = noon.Add(7*24*time.Hour + 90*time.Minute)
		if weeks, err := s.Weeks(ctx, dispatcher, 2); err != nil || len(weeks) != 2 || weeks[0].All != 2 || weeks[1].All != 4 || weeks[1].Accepted != 1 {
			t.Errorf("by week: %+v, %v", weeks, err)
		}
		if _, err := s.Weeks(ctx, roads, 2); !errs.Is(err, errs.Denied) {
			t.Errorf("a handler counts by week: %v", err)
		}

		// The record of a dispatch stays what it was, whatever is read later.
		if err := s.Keep(ctx, map[string]triage.Reading{"wang": {Model: "m-2"}}); err != nil {
			t.Fatal(err)
		}
		got, err := s.Record(ctx, roads, "c-wang", "wang", ofRoads)
		if err != nil || !reflect.DeepEqual(got.Reading, lamp) || got.Prob != 0.6 || got.Suggested != "roads" || got.Chosen != "roads" || got.By != triage.Corrected || got.Staff != "zhou" {
			t.Errorf("%+v, %v", got, err)
		}
		for _, by := range []access.Actor{{}, access.Resident("wang")} {
			if _, err := s.Record(ctx, by, "c-wang", "wang", ofRoads); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", by.ID(), err)
			}
		}
		if _, err := s.Record(ctx, roads, "c-wang", "li", ofRoads); !errs.Is(err, errs.NotFound) {
			t.Errorf("of another request: %v", err)
		}

		// Of each request what counts most for the category it has.
		for limit, want := range map[int]string{
			10: "map[chen:{automatic light.out false} li:{decided light.out false} wang:{ruled tree false} zhang:{taken light.out false}]",
			2:  "map[chen:{automatic light.out false} wang:{corrected tree false}]",
		} {
			if got, err := s.Settled(ctx, dispatcher, noon, limit); err != nil || fmt.Sprint(got) != want {
				t.Errorf("the last %d: %v, %v", limit, got, err)
			}
		}
		if _, err := s.Settled(ctx, roads, noon, 10); !errs.Is(err, errs.Denied) {
			t.Errorf("a handler: %v", err)
		}
		if _, err := s.Sent(ctx, triage.Automatic{Case: "c-chen", Request: "chen", Unit: "roads", Category: "light.out", Prob: 0.97, Threshold: 95}); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(ctx, dispatcher, "c-chen", false); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Settled(ctx, dispatcher, noon, 10); err != nil || !got["chen"].Unfit {
			t.Errorf("found wrong: %v, %v", got["chen"], err)
		}
		if sum, err := s.Sum(ctx, 1); err != nil || sum != (triage.Sum{Sent: 1, Checked: 1}) {
			t.Errorf("%+v, %v", sum, err)
		}
	})
}

// Each message is read with the classifier in force at the moment.
func TestClassifierInForce(t *testing.T) {
	var inForce triage.Classifier
	var broken error
	s := &triage.Service{Org: someCity{}, Classifier: func(context.Context) (triage.Classifier, error) { return inForce, broken }}
	for _, inForce = range []triage.Classifier{nil, model("a"), model("b"), nil} {
		want := ""
		if inForce != nil {
			want = inForce.Version()
		}
		if r, err := s.Read(t.Context(), triage.Message{Text: "路灯"}); err != nil || r.Model != want {
			t.Errorf("read with %q, %v; want %q", r.Model, err, want)
		}
	}
	broken = errors.New("it cannot be read")
	if _, err := s.Read(t.Context(), triage.Message{}); !errors.Is(err, broken) {
		t.Errorf("read with no classifier: %v", err)
	}
	broken, s.Org = nil, noCity{}
	if _, err := s.Read(t.Context(), triage.Message{}); err == nil {
		t.Error("read without a city")
	}
}

type model string

func (model) Classify(string, string) ([]triage.Scored, []string) { return nil, nil }
func (m model) Version() string                                   { return string(m) }

type someCity struct{}

func (someCity) City(context.Context) (org.City, error) {
	d, err := org.NewDirectory(org.Policy{}, nil, nil)
	if err != nil {
		return org.City{}, err
	}
	clock, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Week: []time.Weekday{1, 2, 3, 4, 5}, Work: [][2]string{{"09:00", "17:00"}}}, nil)
	return org.City{Directory: d, Calendar: clock, Catalogue: org.NewCatalogue(org.Catalogue{})}, err
}
