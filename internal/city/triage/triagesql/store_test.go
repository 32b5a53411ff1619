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

// What dispatchers made of the suggestions is kept, as evidence and to learn
// from.
func TestChoices(t *testing.T) {
	each(t, func(t *testing.T, s *triage.Service) {
		ctx := t.Context()
		now := noon
		s.Now = func() time.Time { return now }
		chosen := []struct {
			request            string
			unit               org.UnitID
			category, proposed org.CategoryID
		}{
			{"li", "roads", "light.out", "light.out"},
			{"wang", "parks", "light.out", "light.out"},
			{"zhang", "roads", "tree", "light.out"},
			{"zhang", "roads", "light.out", "light.out"}, // looked at again in the same moment
			{"zhao", "roads", "", ""},
		}
		for i, c := range chosen {
			now = noon.Add(time.Duration(min(i, 2)) * time.Hour)
			if i == 3 {
				now = now.Add(time.Microsecond)
			}
			choice := triage.Choice{Request: c.request, Suggested: "roads", Chosen: c.unit, SuggestedCategory: c.proposed, ChosenCategory: c.category, Prob: 0.5, Accepted: true}
			if err := s.Chose(ctx, dispatcher, choice, ofRoads); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Chose(ctx, roads, triage.Choice{Request: "li"}, ofRoads); !errs.Is(err, errs.Denied) {
			t.Errorf("a handler chose: %v", err)
		}
		now = noon.Add(24 * time.Hour)
		if all, accepted, err := s.Accuracy(ctx, dispatcher, 1); err != nil || all != 5 || accepted != 3 {
			t.Errorf("%d of %d, %v", accepted, all, err)
		}
		now = now.Add(90 * time.Minute)
		if all, accepted, err := s.Accuracy(ctx, dispatcher, 1); err != nil || all != 3 || accepted != 2 {
			t.Errorf("of the last day: %d of %d, %v", accepted, all, err)
		}
		if _, _, err := s.Accuracy(ctx, roads, 1); !errs.Is(err, errs.Denied) {
			t.Errorf("a handler counts: %v", err)
		}
		for limit, want := range map[int]string{10: "map[li:light.out wang:light.out zhang:light.out]", 1: "map[zhang:light.out]"} {
			if got, err := s.Store.Corrections(ctx, limit); err != nil || fmt.Sprint(got) != want {
				t.Errorf("the last %d: %v, %v", limit, got, err)
			}
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
	return org.City{Directory: d, Catalogue: org.NewCatalogue(org.Catalogue{})}, err
}
