// Package draftstest is the suite that every store of drafts passes.
package draftstest

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/drafts"
)

// At is when things happen in the suite.
var At = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// A Job stands for the job of a replay.
type Job struct{}

// Kind names the job.
func (Job) Kind() string { return "draftstest.job" }

var _ jobs.Args = Job{}

// Good is a draft with every field of its own set.
func Good(id drafts.ID) drafts.Draft {
	return drafts.Draft{
		ID: id, By: "a", At: At, State: drafts.Open, Revision: 1, Name: "明年的目录", Editors: nil,
		Changes: []drafts.Change{{Table: "duties", Key: "d1", Before: []string{"d1", "x"}, After: []string{"d1", "y"}}, {Table: "rules", Key: "r", After: []string{"r", ""}}},
		Restore: map[string]int64{"org.catalogue": 3}, PublishedBy: "b", SignedAt: At.Add(time.Hour), From: "2026-12-01", Alone: "no second person today",
		PublishedAt: At.Add(2 * time.Hour), Put: map[string]int64{"org.catalogue": 5}, Failed: true,
	}
}

// Store tries what drafts.Store says.
func Store(t *testing.T, s drafts.Store) {
	ctx := t.Context()
	for _, id := range []drafts.ID{"1", "2"} {
		if err := s.Add(ctx, Good(id)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Draft(ctx, "1"); err != nil || !reflect.DeepEqual(got, Good("1")) {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := s.Draft(ctx, "3"); !errs.Is(err, errs.NotFound) {
		t.Errorf("one that is not there: %v", err)
	}
	if list, err := s.List(ctx, 10); err != nil || len(list) != 2 || list[0].ID != "2" || list[0].Changes != nil || list[0].Name == "" {
		t.Errorf("%+v %v", list, err)
	}
	set := func(state drafts.State) func(*drafts.Draft) error {
		return func(d *drafts.Draft) error {
			d.State = state
			return nil
		}
	}
	if d, err := s.Change(ctx, "1", 1, set(drafts.Planned)); err != nil || d.Revision != 2 || d.State != drafts.Planned {
		t.Errorf("%+v %v", d, err)
	}
	if _, err := s.Change(ctx, "1", 1, set(drafts.Open)); !errs.Is(err, errs.Conflict) {
		t.Errorf("who saw an older one: %v", err)
	}
	failed := errors.New("no")
	if _, err := s.Change(ctx, "1", 0, func(d *drafts.Draft) error {
		d.State = drafts.Dropped
		return failed
	}); !errors.Is(err, failed) {
		t.Error(err)
	}
	if list, err := s.Planned(ctx); err != nil || len(list) != 1 || list[0].ID != "1" || len(list[0].Changes) != 2 {
		t.Errorf("%+v %v", list, err)
	}
	publishes(ctx, t, s)
	atOnce(ctx, t, s)
	replays(ctx, t, s)
}

// publishes puts versions with a draft, all or none.
func publishes(ctx context.Context, t *testing.T, s drafts.Store) {
	t.Helper()
	bodies := func(a, b int64) []drafts.Body {
		return []drafts.Body{{Name: "x", Seen: a, Text: []byte("one")}, {Name: "y", Seen: b, Text: []byte("two")}}
	}
	publish := func(d *drafts.Draft) error {
		d.State = drafts.Published
		return nil
	}
	if _, err := s.Publish(ctx, "1", 0, At, bodies(0, 4), publish); !errs.Is(err, errs.Conflict) {
		t.Errorf("made from a version that is not there: %v", err)
	}
	d, err := s.Publish(ctx, "1", 0, At, bodies(0, 0), publish)
	if err != nil || d.State != drafts.Published || !reflect.DeepEqual(d.Put, map[string]int64{"x": 1, "y": 1}) {
		t.Errorf("%+v %v", d, err)
	}
	if d, err = s.Publish(ctx, "1", 0, At, bodies(1, 1), publish); err != nil || len(d.Put) != 0 {
		t.Errorf("the same once more makes %+v %v", d.Put, err)
	}
}

// atOnce lets eight change a draft they all saw: one does.
func atOnce(ctx context.Context, t *testing.T, s drafts.Store) {
	t.Helper()
	seen, err := s.Draft(ctx, "2")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	results := make(chan error, 8)
	for range 8 {
		all.Go(func() {
			_, err := s.Change(ctx, "2", seen.Revision, func(d *drafts.Draft) error {
				time.Sleep(2 * time.Millisecond)
				d.Name += "+"
				return nil
			})
			results <- err
		})
	}
	all.Wait()
	close(results)
	won := 0
	for err := range results {
		switch {
		case err == nil:
			won++
		case !errs.Is(err, errs.Conflict):
			t.Error(err)
		}
	}
	if d, err := s.Draft(ctx, "2"); err != nil || won != 1 || d.Name != seen.Name+"+" {
		t.Errorf("%d won, it is called %q, %v", won, d.Name, err)
	}
}

func replays(ctx context.Context, t *testing.T, s drafts.Store) {
	t.Helper()
	if _, err := s.Latest(ctx, "1"); !errs.Is(err, errs.NotFound) {
		t.Errorf("never tried: %v", err)
	}
	r := drafts.Replay{
		ID: "r1", Draft: "1", Revision: 2, By: "a", At: At, State: drafts.Running, First: "2026-10-01", Last: "2026-10-31", Day: "2026-11-24",
		Result: drafts.Result{Cases: 3, Late: drafts.Pair{Now: 2, Draft: 1}},
	}
	if err := s.Begin(ctx, r, Job{}); err != nil {
		t.Fatal(err)
	}
	again := r
	again.ID = "r2"
	if err := s.Begin(ctx, again, Job{}); !errs.Is(err, errs.Conflict) {
		t.Errorf("two at once: %v", err)
	}
	if got, err := s.Latest(ctx, "1"); err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("%+v %v", got, err)
	}
	piece := func(seq int64) []drafts.Moved {
		return []drafts.Moved{{Seq: seq, Category: "c", Now: "u", Draft: "v", NowDue: At, Hops: drafts.Pair{Now: 1}, Late: drafts.LatePair{Now: true}}}
	}
	want := [][]drafts.Moved{piece(1), piece(2), piece(3)}
	for first, pieces := range [][][]drafts.Moved{{piece(1), piece(9), piece(9), piece(9)}, {piece(2), piece(3)}} {
		if on, err := s.Go(ctx, r, first, pieces); !on || err != nil {
			t.Fatal(on, err)
		}
	}
	if got, err := s.Pieces(ctx, "r1", 0, 10); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := s.Pieces(ctx, "r1", 1, 1); err != nil || !reflect.DeepEqual(got, want[1:2]) {
		t.Errorf("%+v %v", got, err)
	}
	if err := s.Stop(ctx, "r1"); err != nil {
		t.Fatal(err)
	}
	if on, err := s.Go(ctx, r, 3, [][]drafts.Moved{piece(4)}); on || err != nil {
		t.Errorf("it was stopped and goes on: %v", err)
	}
	if got, err := s.Replay(ctx, "r1"); err != nil || got.State != drafts.Stopped {
		t.Errorf("%+v %v", got, err)
	}
	if err := s.Begin(ctx, again, Job{}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Pieces(ctx, "r1", 0, 10); err != nil || len(got) != 0 {
		t.Errorf("of what was tried before there is %+v %v", got, err)
	}
}
