// Package bulktest is the suite that every store of bulks passes.
package bulktest

import (
	"reflect"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/bulk"
)

// Store tries what bulk.Store says.
func Store(t *testing.T, s bulk.Store) {
	ctx := t.Context()
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	want := bulk.Bulk{
		ID: "b", By: "clerk", At: at, Due: at.Add(bulk.Delay), Action: "note", Note: "已电话联系", State: bulk.Waiting,
		Items: []bulk.Item{{Case: "1", Number: "n1", Revision: 3}, {Case: "2", Number: "n2", Revision: 4}},
	}
	if err := s.Add(ctx, want, at.Add(-bulk.PlanLife)); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Bulk(ctx, "b"); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := s.Bulk(ctx, "nobody"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	got, err := s.Change(ctx, "b", func(b *bulk.Bulk) error {
		b.State, b.Items[1].Done, b.Items[0].Wrong = bulk.Running, true, "x"
		b.Due = b.Due.Add(time.Minute)
		return nil
	}, jobs.After(at.AddDate(10, 0, 0), bulk.Run{ID: "b"}))
	if err != nil || got.State != bulk.Running {
		t.Fatal(err)
	}
	if _, err := s.Change(ctx, "b", func(b *bulk.Bulk) error { b.State = bulk.Done; return errs.New(errs.Conflict, "no") }); !errs.Is(err, errs.Conflict) {
		t.Error(err)
	}
	if kept, err := s.Bulk(ctx, "b"); err != nil || !reflect.DeepEqual(kept, got) {
		t.Errorf("%+v %v", kept, err)
	}

	// What was only planned is forgotten after a while, what was begun is not.
	for _, p := range []bulk.Bulk{{ID: "old", By: "clerk", At: at.AddDate(0, 0, -2), State: bulk.Planned}, {ID: "other's", By: "o", At: at.AddDate(0, 0, -2), State: bulk.Planned}, {ID: "new", By: "clerk", At: at, State: bulk.Planned}} {
		if err := s.Add(ctx, p, at.AddDate(0, 0, -1)); err != nil {
			t.Fatal(err)
		}
	}
	for id, gone := range map[string]bool{"b": false, "old": true, "other's": false, "new": false} {
		if _, err := s.Bulk(ctx, id); gone != errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
}
