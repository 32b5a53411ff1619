package calls_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/calls/callssql"
	"yiwang/internal/city/schema/schematest"
)

var (
	clerk = access.Actor{Staff: "c", Roles: []access.Role{access.Clerk}}
	other = access.Actor{Staff: "o", Roles: []access.Role{access.Clerk}}
)

type desk struct {
	*calls.Service
	now time.Time
}

func open(t *testing.T) *desk {
	t.Helper()
	keys, err := seal.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	d.Service = &calls.Service{Store: callssql.Store{DB: schematest.SQLite(t)}, Keys: keys, Now: func() time.Time { return d.now }}
	return d
}

func (d *desk) tell(t *testing.T, id string, s calls.State, caller string, agent access.StaffID) calls.Call {
	t.Helper()
	c, err := d.Tell(t.Context(), access.Telephone(), calls.Event{ID: id, State: s, Caller: caller, Agent: agent})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Somebody rings, is written down, and is known the next time.
func TestKnownCaller(t *testing.T) {
	d, ctx := open(t), t.Context()
	d.tell(t, "1", calls.Ringing, "+86 139 1234 5678", "")
	d.tell(t, "1", calls.Answered, "", "c")
	list, err := d.Current(ctx, clerk)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v %v", list, err)
	}
	if list, err := d.Current(ctx, other); err != nil || len(list) != 0 {
		t.Errorf("another clerk's telephone rings: %+v %v", list, err)
	}
	if _, _, err := d.Caller(ctx, other, "1"); !errs.Is(err, errs.NotFound) {
		t.Errorf("another clerk sees the number: %v", err)
	}
	c, number, err := d.Caller(ctx, clerk, "1")
	if err != nil || number != "13912345678" || bytes.Contains(c.Sealed, []byte(number)) {
		t.Fatalf("%s %+v %v", number, c, err)
	}
	if err := d.WroteDown(ctx, clerk, "1", "request-1"); err != nil {
		t.Fatal(err)
	}
	d.tell(t, "1", calls.Ended, "", "")
	if list, err := d.Current(ctx, clerk); err != nil || len(list) != 0 {
		t.Errorf("it has ended: %+v %v", list, err)
	}
	again := d.tell(t, "2", calls.Answered, "139-1234-5678", "o")
	if known, err := d.Requests(ctx, other, again); err != nil || len(known) != 1 || known[0] != "request-1" {
		t.Errorf("%v %v", known, err)
	}
	withheld := d.tell(t, "3", calls.Answered, "anonymous", "o")
	if known, err := d.Requests(ctx, other, withheld); err != nil || len(known) != 0 || withheld.CallerID != "" {
		t.Errorf("%v %v", known, err)
	}
}

// Events come twice and in any order.
func TestAnyOrder(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		story string
		told  []calls.State
		want  calls.State
	}{
		{"as it was", []calls.State{calls.Ringing, calls.Answered, calls.Ended}, calls.Ended},
		{"missed", []calls.State{calls.Ringing, calls.Missed}, calls.Missed},
		{"backwards", []calls.State{calls.Ended, calls.Answered, calls.Ringing}, calls.Ended},
		{"missed, told twice", []calls.State{calls.Missed, calls.Ringing, calls.Missed}, calls.Missed},
		{"answered after all", []calls.State{calls.Missed, calls.Answered}, calls.Ended},
		{"missed on one telephone, answered on another", []calls.State{calls.Answered, calls.Missed}, calls.Ended},
	} {
		var got calls.Call
		for _, s := range c.told {
			got = d.tell(t, c.story, s, "", "")
		}
		if got.State != c.want {
			t.Errorf("%s: %s", c.story, got.State)
		}
	}
}

// A missed call is called back three times, at different hours, by one clerk
// at a time, and each try is on record.
func TestCallBack(t *testing.T) {
	d, ctx := open(t), t.Context()
	d.tell(t, "m", calls.Missed, "13912345678", "")
	d.tell(t, "w", calls.Missed, "", "")
	if _, _, err := d.CallBack(ctx, clerk, "w"); !errs.Is(err, errs.Conflict) {
		t.Errorf("a number that was withheld is called back: %v", err)
	}
	if _, _, err := d.CallBack(ctx, access.Actor{Staff: "l", Roles: []access.Role{access.Leader}}, "m"); !errs.Is(err, errs.Denied) {
		t.Errorf("a leader sees a number: %v", err)
	}
	for try := 1; try <= calls.MaxTries; try++ {
		_, number, err := d.CallBack(ctx, clerk, "m")
		if err != nil || number != "13912345678" {
			t.Fatalf("try %d: %s %v", try, number, err)
		}
		if _, _, err := d.CallBack(ctx, other, "m"); !errs.Is(err, errs.Conflict) {
			t.Errorf("two ring at once: %v", err)
		}
		if _, err := d.Reached(ctx, other, "m", true); !errs.Is(err, errs.Conflict) {
			t.Errorf("another says how it went: %v", err)
		}
		c, err := d.Reached(ctx, clerk, "m", false)
		if err != nil || c.Tries != try || c.Settled.IsZero() != (try < calls.MaxTries) {
			t.Fatalf("try %d: %+v %v", try, c, err)
		}
		d.now = d.now.Add(calls.TryAgain)
	}
	list, err := d.Missed(ctx, clerk)
	if err != nil || len(list) != 1 || list[0].ID != "w" {
		t.Errorf("%+v %v", list, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		story string
		e     calls.Event
	}{
		{"no id", calls.Event{State: calls.Ringing}},
		{"a long id", calls.Event{ID: strings.Repeat("x", 201), State: calls.Ringing}},
		{"no event", calls.Event{ID: "x"}},
		{"an event nobody knows", calls.Event{ID: "x", State: "dancing"}},
		{"a name for a number", calls.Event{ID: "x", State: calls.Ringing, Caller: "王小明"}},
		{"a number without end", calls.Event{ID: "x", State: calls.Ringing, Caller: strings.Repeat("1", 40)}},
		{"last year", calls.Event{ID: "x", State: calls.Ringing, At: d.now.AddDate(-1, 0, 0)}},
		{"tomorrow", calls.Event{ID: "x", State: calls.Ringing, At: d.now.AddDate(0, 0, 1)}},
	} {
		if _, err := d.Tell(t.Context(), access.Telephone(), c.e); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	if _, err := d.Tell(t.Context(), clerk, calls.Event{ID: "x", State: calls.Ringing}); !errs.Is(err, errs.Denied) {
		t.Errorf("a clerk is no telephone: %v", err)
	}
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"+86 139 1234 5678", "0716-5551234", "anonymous", "0086 13912345678", "王", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := calls.Number(s)
		if ok && strings.Trim(n, "0123456789") != "" {
			t.Errorf("%q is %q", s, n)
		}
		if again, ok2 := calls.Number(n); ok && (!ok2 || len(again) > len(n)) {
			t.Errorf("%q, then %q", n, again)
		}
		if len(n) >= 7 && strings.Contains(calls.Masked(n), n[3:]) {
			t.Errorf("%q is not masked", n)
		}
	})
}
