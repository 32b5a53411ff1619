// Package accounttest is the suite that every store of accounts passes.
package accounttest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/account"
)

// Store runs the suite on an empty store.
func Store(t *testing.T, s account.Store) {
	ctx, at := t.Context(), time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for _, id := range []account.ID{"a", "b"} {
		if err := s.Add(ctx, id, "name of "+string(id), "hash of "+string(id), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Add(ctx, "c", "name of a", "x", at); !errs.Is(err, errs.Conflict) || errs.Of(err).Field != "name" {
		t.Errorf("a name twice: %v", err)
	}
	if id, hash, err := s.ByName(ctx, "name of b"); id != "b" || hash != "hash of b" || err != nil {
		t.Error(id, hash, err)
	}
	if _, _, err := s.ByName(ctx, "nobody"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	for id, want := range map[account.ID]bool{"a": true, "nobody": false} {
		if there, err := s.There(ctx, id); there != want || err != nil {
			t.Errorf("%s is there: %v, %v", id, there, err)
		}
	}
	if err := s.Put(ctx, "nobody", "1", at); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	for i, r := range []string{"1", "2", "2", "3"} {
		if err := s.Put(ctx, "a", r, at.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(id account.ID, want ...string) {
		t.Helper()
		if got, err := s.Requests(ctx, id); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s holds %v, %v", id, got, err)
		}
	}
	holds("a", "3", "2", "1")
	holds("b")
	if err := s.Take(ctx, "b", "2"); err != nil {
		t.Error(err)
	}
	if err := s.Take(ctx, "a", "2"); err != nil {
		t.Error(err)
	}
	holds("a", "3", "1")
	for i := range account.MaxRequests - 2 {
		if err := s.Put(ctx, "a", fmt.Sprint("more ", i), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Put(ctx, "a", "one too many", at); !errs.Is(err, errs.Conflict) {
		t.Error(err)
	}
	if err := s.Delete(ctx, "a"); err != nil {
		t.Error(err)
	}
	holds("a")
	if _, _, err := s.ByName(ctx, "name of a"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}
