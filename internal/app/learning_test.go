package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
	"yiwang/internal/city/triage"
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
	t.Parallel()
	c := apptest.One(t, apptest.Options{})
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
	admin.Get("/work/models").Shows(t, "已固定", "更好，但已固定", first.Model, "就用这一个")
	if page := admin.Post("/work/models", url.Values{"do": {"approve"}, "model": {"m-another"}}); page.Status != http.StatusConflict {
		t.Errorf("another than the newest is approved: %d", page.Status)
	}
	admin.Post("/work/models", url.Values{"do": {"approve"}, "model": {pinned.Model}}).Shows(t, "由人批准换上")
	if got := last(); got.Ruling != flow.Approved || got.Model != pinned.Model || got.Challenger.Right != pinned.Challenger.Right {
		t.Errorf("approved %+v", got)
	}
	admin.Post("/work/models", url.Values{"do": {"restore"}, "number": {fmt.Sprint(first.Number)}})
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
	reader := c.Somebody()
	reader.Get("/register").Shows(t, "读对", better.Model, "街道或渠道", "每一次更换")
	var public struct {
		InForce struct {
			Version string `json:"version"`
			Rows    int    `json:"trained_on"`
		} `json:"in_force"`
		Judged struct {
			N     int `json:"n"`
			Right struct{ Share, Low, High float64 }
		} `json:"judged"`
		Refuse struct{ ZH, EN string } `json:"refuse"`
	}
	reader.Get("/register.json").Decode(t, &public)
	if r := public.Judged.Right; public.InForce.Version != better.Model || public.InForce.Rows != better.Rows || public.Judged.N < 50 || r.Low > r.Share || r.High < r.Share || public.Refuse.ZH == "" || public.Refuse.EN == "" {
		t.Errorf("%+v", public)
	}
	for _, table := range []string{"weeks", "reliability", "parts", "confused", "labels", "matrix", "categories", "words", "thresholds"} {
		if page := admin.Get("/work/models/" + table + ".csv"); page.Status != http.StatusOK || !strings.Contains(page.Body, ",") {
			t.Errorf("%s.csv: %d %s", table, page.Status, page.Body)
		}
	}
	if page := admin.Get("/work/models/other.csv"); page.Status != http.StatusNotFound {
		t.Errorf("no such table: %d", page.Status)
	}

	admin.Get("/work/models").Shows(t, "更好，换上", "网上", "查全", "实际 \\ 读成")
	if page := admin.Get("/work/models?sort=recall"); !strings.Contains(page.Body, `aria-sort="ascending"`) {
		t.Error("the categories are not sorted by recall")
	}
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

// With five labelled rows nothing is learned: the rules read alone, and the
// pages of officials and residents say so. What both are told of a dispatch is
// one record, whatever is read later.
func TestFiveRows(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx := context.Background()
		taught(t, c, 5, time.Now().Add(-time.Hour), settled)
		if got, err := c.App.Learning.Train(ctx); err != nil || got.Rows != 0 {
			t.Fatalf("learned from %d, %v", got.Rows, err)
		}
		c.As("administrator").Get("/work/models").Shows(t, "现在只按目录的词语规则读", "已有 5 件", "满 200 件")
		c.Somebody().Get("/register").Shows(t, "现在只按目录的词语规则读", "只有 5 件")
		for _, page := range []string{"/work/models/drift", "/work/models/thresholds", "/work/models/weeks.csv", "/work/models/thresholds.csv?wrong=50"} {
			if got := c.As("supervisor").Get(page); got.Status != http.StatusOK {
				t.Errorf("%s: %d", page, got.Status)
			}
		}
		p := c.Somebody()
		path := p.Say("湖滨路18号门口路灯不亮，晚上一片漆黑。", "area", "lianhu-hubin")
		c.Settle()
		dispatcher := c.As("dispatcher")
		at := dispatcher.Case("dispatch", "路灯不亮")
		dispatcher.Get(at).Shows(t, "只按目录规则")
		dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-streetlight")

		found, err := c.App.Cases.List(ctx, access.System(), cases.Filter{Limit: 1})
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		request := found[0].Parts[0].Request
		record, err := c.App.Triage.Record(ctx, access.System(), string(found[0].ID), request, access.Resource{Type: access.CaseType})
		if err != nil || record.By != triage.Taken || record.Prob == 0 || len(record.Reading.Units) == 0 || record.Reading.Model != "" {
			t.Fatalf("%+v, %v", record, err)
		}
		other := record.Reading
		other.Model, other.Categories = "m-later", []triage.Categorised{{Category: "roads-streetlight", Prob: 1, Words: []string{"一片漆黑"}}}
		other.Units = []triage.Suggested{{Unit: "parks", Prob: 1, Category: "roads-streetlight", Words: []string{"一片漆黑"}}}
		if err := c.App.Triage.Keep(ctx, map[string]triage.Reading{request: other}); err != nil {
			t.Fatal(err)
		}
		city, err := c.App.Org.City(ctx)
		if err != nil {
			t.Fatal(err)
		}
		duty, _ := city.Catalogue.DutyByID(found[0].Duty)
		card := dispatcher.Get(at).Shows(t, "当时为什么这样派", "照建议", "只按目录规则", duty.Basis.ZH)
		why := p.Get(path).Shows(t, "为什么在这里", "只按公开派单目录里的词语规则", "工作人员看过", duty.Basis.ZH)
		for _, w := range record.Reading.Categories[0].Words {
			for _, page := range []apptest.Page{card, why} {
				if !strings.Contains(page.Body, "<mark>"+w+"</mark>") {
					t.Errorf("%s does not say that %q mattered", page.Path, w)
				}
			}
		}
		for _, page := range []apptest.Page{card, why} {
			if strings.Contains(page.Body, "<mark>一片漆黑</mark>") || strings.Contains(page.Body, "m-later") {
				t.Errorf("%s tells of what was read later", page.Path)
			}
		}
	})
}

// A ruling changes what is suggested: it outweighs two dispatchers who chose
// otherwise. While it is disputed the case teaches nothing.
func TestRulingTeaches(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	ctx := context.Background()
	const words = "广场窨井盖晃动，轧过去咣咣响"
	taught(t, c, 400, time.Now().Add(-2*time.Hour), settled)
	label := func() string {
		t.Helper()
		if _, err := c.App.Learning.Adopt(ctx, access.System()); err != nil {
			t.Fatal(err)
		}
		m, err := c.App.Learning.Classifier(ctx)
		if err != nil {
			t.Fatal(err)
		}
		list, _ := m.Classify("", words)
		return string(list[0].Category)
	}
	dispatcher, handler, supervisor := c.As("dispatcher"), c.As("handler"), c.As("supervisor")
	say := func(where, category string) string {
		c.Somebody().Say(where+words, "area", "lianhu-hubin")
		c.Settle()
		at := dispatcher.Case("dispatch", where)
		dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", category)
		return at
	}
	for _, where := range []string{"东门：", "西门："} {
		say(where, "noise-building")
	}
	at := say("南门：", "roads-pothole")
	handler.Do(at, "return", "reason", "井盖归供水。", "proposed", "parks")
	if got := label(); got != "noise-building" {
		t.Errorf("before anybody decided it is read as %s", got)
	}
	dispatcher.Do(at, "rule", "ruling", "refuse", "reason", "路面归你们。")
	handler.Do(at, "dispute", "reason", "不是路面。", "proposed", "parks")
	if got := label(); got != "noise-building" {
		t.Errorf("while it is disputed it is read as %s", got)
	}
	dispatcher.Do(at, "convene", "unit", "um-facilities", "minutes", "现场看过。")
	supervisor.Do(at, "decide", "unit", "um-facilities", "matter", "井盖晃动", "reason", "井盖是路面的一部分。", "duty", "d-roads-pothole")
	dispatcher.Get(at).Shows(t, "当时为什么这样派", "争议裁定")
	if got := label(); got != "roads-pothole" {
		t.Errorf("after the ruling it is read as %s", got)
	}
	c.As("administrator").Get("/work/models").Shows(t, "争议裁定 1", "人改派 2")
}

// What people speak of changes, and a category is merged into another: the
// first is seen, the second breaks neither the classifier in force nor the next.
func TestChangingCity(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	ctx, now := context.Background(), time.Now()
	taught(t, c, 240, now.AddDate(0, 0, -60), settled)
	taught(t, c, 160, now.Add(-time.Hour), func(i int, about string) org.CategoryID {
		if k := settled(i, about); k != "noise-building" || i%8 == 3 {
			return k
		}
		return "roads-pothole"
	})
	trial, err := c.App.Learning.Train(ctx)
	if err != nil || trial.Drift == nil || !trial.Drift.Clear() || trial.Drift.Categories.Now != 160 || trial.Settled["taken"] != 400 {
		t.Fatalf("%+v, %v", trial, err)
	}
	c.As("supervisor").Get("/work/models/drift").Shows(t, "变了，不像碰巧", "路面坑洼破损")

	read := func() triage.Reading {
		t.Helper()
		r, err := c.App.Triage.Read(ctx, triage.Message{Text: "垃圾没人清运，臭味很大", Area: "lianhu-hubin", At: now})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	before := read()
	city, err := c.App.Administration.City(ctx, access.System())
	if err != nil {
		t.Fatal(err)
	}
	if p, err := c.App.Administration.Merge(ctx, access.System(), "waste-collection", "waste-sorting", city.Seen); err != nil || len(p.Problems) > 0 {
		t.Fatal(p.Problems, err)
	}
	after := read()
	if before.Category() != "waste-collection" || after.Category() != "waste-sorting" || after.Model != before.Model || after.Sure() < before.Sure()-0.01 {
		t.Errorf("read as %s (%.2f) before it was merged and as %s (%.2f) after", before.Category(), before.Sure(), after.Category(), after.Sure())
	}
	if _, err := c.App.Learning.Adopt(ctx, access.System()); err != nil {
		t.Fatal(err)
	}
	if next := read(); next.Category() != "waste-sorting" || next.Model == before.Model || slices.ContainsFunc(next.Categories, func(k triage.Categorised) bool { return k.Category == "waste-collection" }) {
		t.Errorf("learned anew it is read as %+v", next.Categories)
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
