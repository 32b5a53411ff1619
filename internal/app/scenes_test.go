package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/supervision"
)

// shanghai is a time of the district.
func shanghai(t *testing.T, at string) func() time.Time {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	now, err := time.ParseInLocation(time.DateTime, at, loc)
	if err != nil {
		t.Fatal(err)
	}
	return func() time.Time { return now }
}

// What units argue about, ask each other, put off and are ordered to do is
// there at any time of the year, could have come about, and is the same on
// both engines.
func TestDemoScenes(t *testing.T) {
	t.Parallel()
	friday := apptest.Options{Requests: 600, Now: shanghai(t, "2026-11-27 15:10:00")}
	one := scenes(t, apptest.One(t, friday))
	t.Run("the same on PostgreSQL", func(t *testing.T) {
		t.Parallel()
		if other := scenes(t, apptest.Postgres(t, friday)); !slices.Equal(one, other) {
			t.Errorf("SQLite:\n%s\nPostgreSQL:\n%s", strings.Join(one, "\n"), strings.Join(other, "\n"))
		}
	})
	t.Run("in the first minute of a month, on a holiday", func(t *testing.T) {
		t.Parallel()
		scenes(t, apptest.One(t, apptest.Options{Requests: 600, Now: shanghai(t, "2026-05-01 00:01:00")}))
	})
}

// scenes looks for all of it and gives it as lines.
func scenes(t *testing.T, c *apptest.City) (lines []string) {
	t.Helper()
	ctx, by, now := context.Background(), access.System(), c.App.Options.Now()
	has := map[string]int{}
	saw := func(what string, args ...any) {
		has[what]++
		lines = append(lines, fmt.Sprint(append([]any{what}, args...)...))
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	rulings, err := c.App.Cases.Rulings(ctx, by, "", cases.RulingFilter{})
	must(err)
	for _, r := range rulings {
		saw("ruling", r.At.UTC(), r.Matter, r.Lead, r.Helpers, r.Duty)
	}
	orders, err := c.App.Supervision.Orders(ctx, by, supervision.Filter{Limit: 100})
	must(err)
	for _, o := range orders {
		saw("order "+string(o.State), o.At.UTC(), o.Due.UTC(), o.Text, o.Answer, o.Ruling, o.SentBack)
		if o.Late(now) {
			has["late order"]++
		}
	}
	programmes, err := c.App.Supervision.Programmes(ctx, 100)
	must(err)
	for _, p := range programmes {
		saw("programme", p.Month, p.Title, p.Unit, p.Ended, len(p.Milestones))
		for _, m := range p.Milestones {
			if !m.DoneAt.IsZero() {
				has["milestone"]++
			}
		}
	}
	audits, err := c.App.Cases.Audits(ctx, 10)
	must(err)
	for _, a := range audits {
		r, unknown, open := a.Disagreement()
		saw("sample", a.Month, a.Seed, r, unknown, open)
	}
	exclusions, err := c.App.Cases.Store.Exclusions(ctx, cases.ExclusionFilter{Limit: 100})
	must(err)
	for _, e := range exclusions {
		saw("exclusion "+e.State, e.Number, e.Rates, e.Ground, e.AskedAt.UTC(), e.RuledAt.UTC())
	}
	for _, each := range all(t, c) {
		one := each.Case
		for _, todo := range one.Todos() {
			saw(string(todo.Kind), one.Number, todo.Unit, todo.Due.UTC())
		}
		for _, k := range one.Tasks {
			saw(fmt.Sprint("task, done ", !k.DoneAt.IsZero(), ", rated ", k.Rating > 0), one.Number, k.Unit, k.At.UTC(), k.Due.UTC(), k.DoneAt.UTC(), k.Rating)
		}
		for _, k := range one.Follow {
			saw(fmt.Sprint("call, reached ", k.Reached), one.Number, k.At.UTC(), k.Solved)
		}
	}
	for what, least := range map[string]int{
		"ruling": 5, "order open": 1, "order closed": 2, "late order": 1, "programme": 2, "milestone": 2, "sample": 3, "exclusion granted": 1,
		"convene": 1, "rule": 1, "help": 1, "shelve": 1, "review": 2, "grant": 1,
		"task, done true, rated true": 2, "task, done false, rated false": 1, "call, reached true": 2, "call, reached false": 2,
	} {
		if has[what] < least {
			t.Errorf("%s: only %d of %s", now.Format(time.DateTime), has[what], what)
		}
	}
	slices.Sort(lines)
	return lines
}

// all is every case with its history, which an import would take.
func all(t *testing.T, c *apptest.City) (list []cases.Loaded) {
	t.Helper()
	ctx, by, now := context.Background(), access.System(), c.App.Options.Now()
	f := cases.Filter{Limit: cases.MaxList}
	for {
		page, err := c.App.Cases.List(ctx, by, f)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, one := range page {
			events, err := c.App.Cases.Events(ctx, by, one.ID)
			if err != nil {
				t.Fatal(err)
			}
			answers, err := c.App.Cases.Answers(ctx, by, one.ID)
			if err != nil {
				t.Fatal(err)
			}
			if last := events[len(events)-1]; last.At.After(now) {
				t.Errorf("%s: %s happens at %v, which is not yet", one.Number, last.Kind, last.At)
			}
			list = append(list, cases.Loaded{Case: one, Events: events, Answers: answers})
		}
		f.After = page[len(page)-1].Cursor()
	}
	again := &cases.Service{Store: casestest.NewMemory(), Org: c.App.Org, Now: c.App.Options.Now}
	if err := again.Load(ctx, by, slices.Clone(list)); err != nil {
		t.Error(err)
	}
	return list
}
