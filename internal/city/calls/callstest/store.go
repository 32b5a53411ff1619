// Package callstest is the suite that every store of calls passes.
package callstest

import (
	"reflect"
	"sync"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/calls"
)

var at = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// Store tries what calls.Store says.
func Store(t *testing.T, open func(t *testing.T) calls.Store) {
	s, ctx := open(t), t.Context()
	want := calls.Call{
		ID: "a", Began: at, State: calls.Ringing, Sealed: []byte{1, 2}, CallerID: "mac", Line: "12345", Agent: "clerk",
		Recording: "https://pbx/1", Request: "r1",
	}
	got, err := s.Tell(ctx, "a", func(c *calls.Call) { *c = want })
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v %v", got, err)
	}
	if kept, err := s.Call(ctx, "a"); err != nil || !reflect.DeepEqual(kept, want) {
		t.Fatalf("%+v %v", kept, err)
	}
	if _, err := s.Call(ctx, "b"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	if list, err := s.Of(ctx, "clerk", at.Add(-time.Hour)); err != nil || len(list) != 1 {
		t.Errorf("%+v %v", list, err)
	}
	if list, err := s.Of(ctx, "clerk", at.Add(time.Hour)); err != nil || len(list) != 0 {
		t.Errorf("of long ago: %+v %v", list, err)
	}
	for i, id := range []string{"m2", "m1"} {
		if _, err := s.Tell(ctx, id, func(c *calls.Call) {
			c.Began, c.Ended, c.State, c.CallerID, c.NextTry = at, at, calls.Missed, "mac", at.Add(time.Duration(-i)*time.Minute)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := s.Missed(ctx, 10); err != nil || len(list) != 2 || list[0].ID != "m1" {
		t.Errorf("%+v %v", list, err)
	}
	for _, reached := range []int{0, -1} { // the try, and how it went: one row
		if _, err := s.Try(ctx, "m1", func(*calls.Call) (calls.Try, error) {
			return calls.Try{N: 1, At: at, By: "clerk", Reached: reached}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := s.Call(ctx, "m1"); err != nil || c.Tries != 1 {
		t.Errorf("%+v %v", c, err)
	}
	if _, err := s.Try(ctx, "m1", func(c *calls.Call) (calls.Try, error) {
		c.Settled = at
		return calls.Try{N: 2, At: at, By: "clerk", Reached: 1}, nil
	}); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Missed(ctx, 10); err != nil || len(list) != 1 || list[0].ID != "m2" {
		t.Errorf("%+v %v", list, err)
	}
	if list, err := s.Requests(ctx, "mac", 10); err != nil || !reflect.DeepEqual(list, []string{"r1"}) {
		t.Errorf("%v %v", list, err)
	}
	if list, err := s.Recorded(ctx, []string{"r1", "other"}); err != nil || len(list) != 1 || list[0].Recording != want.Recording {
		t.Errorf("%+v %v", list, err)
	}
	if list, err := s.Recorded(ctx, []string{"other", ""}); err != nil || len(list) != 0 {
		t.Errorf("recordings of nothing: %+v %v", list, err)
	}
	for _, requests := range [][]string{nil, {"other"}, {"other", "r1"}} {
		if err := s.Forget(ctx, requests); err != nil {
			t.Fatal(err)
		}
		if list, err := s.Requests(ctx, "mac", 10); err != nil || (len(list) == 0) != (len(requests) == 2) {
			t.Errorf("%v are forgotten: %v %v", requests, list, err)
		}
	}
	// Events of one call come at once; none is lost.
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := s.Tell(ctx, "busy", func(c *calls.Call) { c.Began, c.State = at, calls.Ringing; c.Line += "x" }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if c, err := s.Call(ctx, "busy"); err != nil || c.Line != "xxxxxxxx" {
		t.Errorf("%+v %v", c, err)
	}
}
