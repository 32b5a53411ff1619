package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// Five accepted cases along a road, one of them urgent and one without a
// place: the urgent one comes first, the others by the way from there, the one
// without a place last; and nobody's but one's own.
func TestWay(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx, a := context.Background(), c.App
		handler := lampHandler(t, c)
		now := time.Now().UTC().Truncate(time.Second)
		var list []cases.Loaded
		var said []intake.Loaded
		add := func(name string, lon float64, urgency org.Urgency, by access.StaffID) {
			id := ids.New(now)
			q := intake.Request{ID: intake.ID(ids.New(now)), Receipt: intake.NewReceipt(), At: now, Channel: intake.Web, Text: name, Subject: name, Lang: "zh"}
			if lon > 0 {
				q.Point = &intake.Point{Lat: 30.15, Lon: lon}
			}
			said = append(said, intake.Loaded{Request: q})
			list = append(list, cases.Loaded{Case: cases.Case{
				ID: cases.ID(id), State: cases.Accepted, Kind: "help", Route: "work", Category: "roads-streetlight", Subject: name, Lead: "um-facilities", Handler: by, Urgency: urgency,
				OpenedAt: now, DispatchedAt: now, AcceptedAt: now,
				Clocks: cases.Clocks{AcceptLimit: calendar.Limit{N: 4, In: calendar.WorkingHours}, ResolveLimit: calendar.Limit{N: 5, In: calendar.WorkingDays}},
				Parts:  []cases.Part{{ID: cases.PartID("p" + id), Request: string(q.ID)}},
			}})
		}
		add("西头", 114.001, org.Ordinary, handler.Staff)
		add("没有地点", 0, org.Ordinary, handler.Staff)
		add("东头", 114.009, org.Ordinary, handler.Staff)
		add("急的，在中间", 114.004, org.Urgent, handler.Staff)
		add("中间偏西", 114.003, org.Ordinary, handler.Staff)
		add("别人的", 114.002, org.Ordinary, "somebody-else")
		if _, err := a.Intake.Load(ctx, access.System(), said); err != nil {
			t.Fatal(err)
		}
		if err := a.Cases.Load(ctx, access.System(), list); err != nil {
			t.Fatal(err)
		}
		stops, err := a.Requests.Way(ctx, handler, false, nil)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range stops {
			names = append(names, s.Case.Subject)
		}
		want := []string{"急的，在中间", "中间偏西", "西头", "东头", "没有地点"}
		if len(names) != len(want) {
			t.Fatalf("%q, want %q", names, want)
		}
		for i := range want {
			if names[i] != want[i] {
				t.Fatalf("%q, want %q", names, want)
			}
		}
		if m := stops[1].Meters; m < 90 || m > 100 {
			t.Errorf("0.001 degrees of longitude at 30.15 degrees north are %.0f m", m)
		}
		if stops, err = a.Requests.Way(ctx, handler, true, &intake.Point{Lat: 30.15, Lon: 114.02}); err != nil || len(stops) != 6 {
			t.Errorf("the unit has %d stops, %v", len(stops), err)
		}
	})
}

// What somebody pointed at stands on the page of the case, as coordinates that
// a map on the device opens, and on our own map for who asks for it.
func TestPlace(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	c.Somebody().Say("这里路面坑洼，有个大坑。", "lat", "30.15", "lon", "114.05")
	c.Somebody().Say("湖滨路路灯不亮，没有指地点。")
	c.Settle()
	dispatcher := c.As("dispatcher")
	page := dispatcher.Get(dispatcher.Case("dispatch", "路面坑洼")).Shows(t, "30.150000,114.050000")
	for _, want := range []string{`href="geo:30.150000,114.050000"`, `data-points="30.150000,114.050000"`} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("no %s", want)
		}
	}
	dispatcher.Get(dispatcher.Case("dispatch", "没有指地点")).Hides(t, "geo:", "data-points")
}
