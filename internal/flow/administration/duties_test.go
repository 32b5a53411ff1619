package administration_test

import (
	"encoding/json"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema/schematest"
	"yiwang/internal/flow/administration"
)

var admin = access.Actor{Staff: "a", Roles: []access.Role{access.Administrator}}

// town has a road that Works mends with the help of Traffic, and a street
// whose own the stairwells are.
func town(t *testing.T) *administration.Service {
	t.Helper()
	d := schematest.SQLite(t)
	store := versions.Store{DB: d}
	limit := func(s string) calendar.Limit {
		l, err := calendar.ParseLimit(s)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	directory, err1 := org.NewDirectory(org.Policy{City: org.Name{ZH: "莲城"}}, []org.Area{{ID: "lc", Level: org.LevelDistrict, Name: org.Name{ZH: "莲城"}}}, []org.Unit{
		{ID: "hotline", Type: org.Hotline, Name: org.Name{ZH: "热线"}},
		{ID: "works", Type: org.Department, Name: org.Name{ZH: "市政"}},
		{ID: "traffic", Type: org.Department, Name: org.Name{ZH: "交通"}},
		{ID: "street", Type: org.StreetOffice, Name: org.Name{ZH: "街道"}},
	})
	hours, err2 := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Week: []time.Weekday{1, 2, 3, 4, 5}, Work: [][2]string{{"09:00", "17:00"}}}, nil)
	if err := errs.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	b1, err1 := org.EncodeDirectory(directory)
	b2, err2 := org.EncodeCatalogue(org.NewCatalogue(org.Catalogue{
		Categories: []org.Category{{ID: "pothole", Name: org.Name{ZH: "路面"}}, {ID: "stairs", Name: org.Name{ZH: "楼道"}, StreetOK: true}},
		Duties: []org.Duty{
			{ID: "pothole", Category: "pothole", Unit: "works", Helpers: []org.UnitID{"traffic"}, Accept: limit("4wh"), Resolve: limit("7d"), Law: "roads"},
			{ID: "stairs", Category: "stairs", Unit: "works", Accept: limit("4wh"), Resolve: limit("7d")},
		},
	}))
	b3, err3 := json.Marshal(hours)
	if err := errs.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		for name, body := range map[string][]byte{org.DirectoryName: b1, org.CatalogueName: b2, org.CalendarName: b3} {
			if _, err := store.Put(t.Context(), tx, name, body, "system", now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &administration.Service{Org: org.NewService(store), Versions: store, Now: func() time.Time { return now }}
}

func to(unit org.UnitID, from string) administration.DutyChange {
	return administration.DutyChange{Unit: unit, Helpers: []org.UnitID{"traffic"}, Accept: "4wh", Resolve: "7d", From: from}
}

// A duty moves to another unit next week: until then the old one answers,
// from then on the new one, and both stay on record.
func TestDutyMoves(t *testing.T) {
	s, ctx := town(t), t.Context()
	d, err := s.ChangeDuty(ctx, admin, "pothole", 1, to("traffic", "2026-12-01"))
	if err != nil || d.Unit != "traffic" || len(d.Helpers) != 0 || d.Law != "roads" {
		t.Fatalf("%+v %v", d, err)
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]org.UnitID{"2026-11-24": "works", "2026-11-30": "works", "2026-12-01": "traffic", "2027-06-01": "traffic"} {
		if got, ok := city.Catalogue.Duty(city.Directory, "pothole", "", day); !ok || got.Unit != want {
			t.Errorf("on %s it is %q", day, got.Unit)
		}
	}
	if _, err := s.ChangeDuty(ctx, admin, "pothole", 1, to("traffic", "2026-12-01")); !errs.Is(err, errs.Conflict) {
		t.Errorf("who looked at an older catalogue changes it: %v", err)
	}
	history, err := s.History(ctx, admin, 10)
	if err != nil || len(history) != 2 {
		t.Fatalf("%+v %v", history, err)
	}
	for _, r := range history {
		switch {
		case r.By != "a" || r.Version != 2 || r.After == nil:
			t.Errorf("%+v", r)
		case r.Before != nil && (r.After.Unit != "works" || r.After.To != "2026-11-30"):
			t.Errorf("the old duty became %+v", r.After)
		}
	}
	// Changed again for the same day it is the same duty, corrected.
	again := to("works", "2026-12-01")
	again.Helpers = nil
	if c, err := s.ChangeDuty(ctx, admin, d.ID, 2, again); err != nil || c.ID != d.ID || c.Unit != "works" {
		t.Errorf("%+v %v", c, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	s, ctx := town(t), t.Context()
	for _, c := range []struct {
		story, field, key string
		change            administration.DutyChange
	}{
		{"a department's work to a street", "unit", "duty.street", to("street", "")},
		{"to the hotline", "unit", "duty.no_unit", to("hotline", "")},
		{"to nobody", "unit", "duty.no_unit", to("", "")},
		{"from a day that is past", "from", "duty.past", to("traffic", "2026-11-23")},
		{"from no day", "from", "duty.no_day", to("traffic", "soon")},
		{"without a limit", "accept", "duty.limit", administration.DutyChange{Unit: "traffic", Accept: "0d", Resolve: "7d"}},
		{"the lead helps itself", "helpers", "duty.no_helper", administration.DutyChange{Unit: "works", Helpers: []org.UnitID{"works"}, Accept: "4wh", Resolve: "7d"}},
		{"nothing changes", "", "duty.same", to("works", "")},
	} {
		_, err := s.ChangeDuty(ctx, admin, "pothole", 1, c.change)
		if e := errs.Of(err); e == nil || e.Field != c.field || e.Key != c.key {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	if _, err := s.ChangeDuty(ctx, access.Actor{Staff: "l", Roles: []access.Role{access.Leader}}, "pothole", 1, to("traffic", "")); !errs.Is(err, errs.Denied) {
		t.Errorf("a leader changes the catalogue: %v", err)
	}
	if d, err := s.ChangeDuty(ctx, admin, "stairs", 1, to("street", "")); err != nil || d.Unit != "street" {
		t.Errorf("a street's own work: %+v %v", d, err)
	}
}
