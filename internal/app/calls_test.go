package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app"
	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
	"yiwang/internal/flow/demo"
)

// A morning of 300 calls, told over HTTP twice and not quite in order: each
// clerk sees whose call it is while it lasts and what that person said before,
// and at noon exactly the missed ones are to be called back.
func TestMorning(t *testing.T) {
	const token = "a token of the telephone system"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := apptest.One(t, apptest.Options{Web: app.Web{CallsToken: file}})
	staff := people(t, c)
	login := map[access.StaffID]string{}
	var clerks []access.StaffID
	for _, s := range staff {
		if slices.Contains(s.Roles, access.Clerk) {
			clerks, login[s.ID] = append(clerks, s.ID), s.Login
		}
	}
	telephone := c.Somebody()
	tell := func(e calls.Event, secret string) int {
		body, err := json.Marshal(map[string]any{"id": e.ID, "event": e.State, "at": e.At, "caller": e.Caller, "line": e.Line, "agent": login[e.Agent]})
		if err != nil {
			t.Fatal(err)
		}
		return telephone.JSON("/api/v1/calls", body, "Authorization", "Bearer "+secret).Status
	}
	events := demo.Morning(7, 300, time.Now().Add(-110*time.Minute), 110*time.Minute, clerks)
	if status := tell(events[0], "guessed"); status != http.StatusForbidden {
		t.Fatalf("with a guessed token: %d", status)
	}
	desk := map[access.StaffID]*apptest.Person{}
	for _, id := range clerks[:2] {
		desk[id] = c.As(login[id])
	}
	said := map[string]bool{} // the numbers whose matter was written down
	missed, again := 0, 0
	for i, e := range events {
		if i+1 < len(events) && i%7 == 0 && events[i+1].ID != e.ID { // overtaken on the way
			events[i], events[i+1] = events[i+1], e
			e = events[i]
		}
		for range 1 + i%2 {
			if status := tell(e, token); status != http.StatusOK {
				t.Fatalf("%+v: %d", e, status)
			}
		}
		if e.State == calls.Missed {
			missed++
		}
		p := desk[e.Agent]
		if p == nil || e.State != calls.Answered || e.Caller == "" || again >= 3 {
			continue
		}
		strip := p.Get("/work/calls/ringing")
		if said[e.Caller] {
			again++
			strip.Shows(t, "来电人说的事")
			continue
		}
		said[e.Caller] = true
		page := p.Get("/work/new?call=" + url.QueryEscape(e.ID))
		p.Post("/work/new", url.Values{"key": {page.Field("key")}, "call": {e.ID}, "channel": {"phone"}, "how": {"pass"}, "text": {"来电人说的事：路灯不亮，编号" + e.ID}})
		c.Settle()
	}
	if again == 0 {
		t.Error("nobody rang again")
	}
	list, err := c.App.Calls.Missed(t.Context(), access.Actor{Staff: clerks[0], Roles: []access.Role{access.Clerk}})
	if err != nil || len(list) != missed || missed < 20 {
		t.Errorf("%d to be called back of %d missed, %v", len(list), missed, err)
	}
	for id, p := range desk {
		if page := p.Get("/work/calls/ringing"); strings.Contains(page.Text(), "12345") {
			t.Errorf("%s is still on the telephone: %s", id, page.Text())
		}
	}
}
