package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
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
	"yiwang/internal/flow"
)

// taught loads messages whose categories people have settled, one a minute up
// to a time; label gives the category of the nth by what it is about.
func taught(t *testing.T, c *apptest.City, n int, until time.Time, label func(i int, about string) org.CategoryID) {
	t.Helper()
	about := []string{"路灯不亮了，晚上很黑，请修路灯", "垃圾没人清运，臭味很大，请清垃圾", "小区停水了，水管没有水，请恢复供水", "噪音扰民，半夜施工噪声，睡不着"}
	var said []intake.Loaded
	var list []cases.Loaded
	for i := range n {
		at := until.Add(-time.Duration(n-i) * time.Minute).UTC().Truncate(time.Second)
		topic := about[i%len(about)]
		q := intake.Request{ID: intake.ID(ids.New(at)), Receipt: intake.NewReceipt(), At: at, Channel: intake.Web, Text: fmt.Sprintf("%s，第%d户", topic, i*7919%1000), Subject: "诉求", Lang: "zh"}
		said = append(said, intake.Loaded{Request: q})
		id := ids.New(at)
		list = append(list, cases.Loaded{Case: cases.Case{
			ID: cases.ID(id), State: cases.Dispatched, Kind: "help", Route: "work", Category: label(i, topic), Subject: topic, Lead: "um-facilities", Area: "lianhu-hubin",
			OpenedAt: at, DispatchedAt: at,
			Clocks: cases.Clocks{AcceptLimit: calendar.Limit{N: 4, In: calendar.WorkingHours}, ResolveLimit: calendar.Limit{N: 5, In: calendar.WorkingDays}},
			Parts:  []cases.Part{{ID: cases.PartID("p" + id), Request: string(q.ID)}},
		}})
	}
	ctx := context.Background()
	if _, err := c.App.Intake.Load(ctx, access.System(), said); err != nil {
		t.Fatal(err)
	}
	if err := c.App.Cases.Load(ctx, access.System(), list); err != nil {
		t.Fatal(err)
	}
}

func settled(_ int, about string) org.CategoryID {
	for words, id := range map[string]org.CategoryID{"路灯": "roads-streetlight", "垃圾": "waste-collection", "停水": "water-outage", "噪音": "noise-building"} {
		if strings.Contains(about, words) {
			return id
		}
	}
	return ""
}

// A new classifier replaces the one in force only if it reads the latest cases
// better, which neither has learned from; people can pin, adopt and restore.
func TestChallenger(t *testing.T) {
	c := apptest.SQLite(t, apptest.Options{})
	ctx, l, now := context.Background(), c.App.Learning, time.Now()
	last := func() flow.Trial {
		t.Helper()
		list, err := l.Trials(ctx, access.System())
		if err != nil || len(list) == 0 {
			t.Fatal(list, err)
		}
		return list[0]
	}
	train := func(want flow.Ruling) flow.Trial {
		t.Helper()
		if _, err := l.Train(ctx); err != nil {
			t.Fatal(err)
		}
		got := last()
		if got.Ruling != want {
			t.Fatalf("the trial is %+v, want %s", got, want)
		}
		return got
	}
	for range 2 {
		if got, err := l.Train(ctx); got.Rows != 0 || err != nil {
			t.Fatalf("learned from %d, %v", got.Rows, err)
		}
		taught(t, c, 30, now.Add(-24*time.Hour), settled)
	}
	// What was settled wrongly at first is learned wrongly.
	swapped := func(i int, about string) org.CategoryID {
		if settled(i, about) == "roads-streetlight" {
			return "water-outage"
		}
		return settled(i, about)
	}
	taught(t, c, 400, now.Add(-12*time.Hour), swapped)
	first := train(flow.First)
	train(flow.TooFew)

	// The city has learned better: the challenger has it from the older half of
	// the new cases, and is judged by the rest.
	taught(t, c, 1200, now.Add(-time.Hour), settled)
	if err := l.Pin(ctx, access.System(), true); err != nil {
		t.Fatal(err)
	}
	pinned := train(flow.Pinned)
	if pinned.Challenger.Right <= pinned.Champion.Right || pinned.Held < 100 || len(pinned.Parts) == 0 || len(pinned.Challenger.Bins) == 0 {
		t.Errorf("%+v", pinned)
	}
	admin := c.As("administrator")
	admin.Get("/work/models").Shows(t, "已固定", "更好，但已固定", first.Model)
	admin.Post("/work/models", url.Values{"do": {"unpin"}})
	better := train(flow.Better)
	if better.Model == first.Model || better.Number == first.Number {
		t.Errorf("%+v after %+v", better, first)
	}
	classifier, err := l.Classifier(ctx)
	if err != nil || classifier.Version() != better.Model {
		t.Fatal(classifier, err)
	}
	train(flow.NotBetter) // nothing new has come: it learns the same again

	admin.Get("/work/models").Shows(t, "更好，换上", "网上")
	admin.Post("/work/models", url.Values{"do": {"restore"}, "number": {fmt.Sprint(first.Number)}})
	if classifier, err = l.Classifier(ctx); err != nil || classifier.Version() != first.Model || last().Ruling != flow.Restored {
		t.Errorf("%v %v %+v", classifier, err, last())
	}
	if page := admin.Post("/work/models", url.Values{"do": {"restore"}, "number": {"99"}}); page.Status != http.StatusNotFound {
		t.Errorf("a model that never was: %d", page.Status)
	}
	admin.Post("/work/models", url.Values{"do": {"adopt"}})
	if got := last(); got.Ruling != flow.Adopted || got.Rows != 1660 {
		t.Errorf("%+v", got)
	}
	c.As("supervisor").Get("/work/models").Hides(t, "现在就学并换上")
	for _, who := range []string{"handler", "supervisor"} {
		if page := c.As(who).Post("/work/models", url.Values{"do": {"adopt"}}); page.Status != http.StatusForbidden {
			t.Errorf("a %s puts a model in force: %d", who, page.Status)
		}
	}
}

// A challenger that is better on the whole and clearly worse in one channel is
// not used.
func TestClearlyWorse(t *testing.T) {
	for _, test := range []struct {
		lost, all int
		want      float64
	}{{5, 5, 1.0 / 32}, {0, 5, 1}, {10, 10, 1.0 / 1024}, {8, 10, 56.0 / 1024}} {
		if got := flow.Chance(test.lost, test.all); got < test.want-1e-9 || got > test.want+1e-9 {
			t.Errorf("%d of %d throws: %g, want %g", test.lost, test.all, got, test.want)
		}
	}
}
