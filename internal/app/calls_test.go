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

// Who wrote on the web, came to the counter and rang with one number is one
// person to the clerk who takes the next call from it, on that call's screen
// alone; that it was shown is on record, and told the resident.
func TestCallerIsKnown(t *testing.T) {
	const token = "a token of the telephone system"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := apptest.One(t, apptest.Options{Web: app.Web{CallsToken: file}})
	var clerk, colleague access.Staff
	for _, s := range people(t, c) {
		if slices.Contains(s.Roles, access.Clerk) {
			clerk, colleague = s, clerk
		}
	}
	receipt := c.Somebody().Say("湖滨路路灯坏了，夜里看不见。", "contact", "１２０-１２３４-５６７８")
	c.Somebody().Say("举报采购科科长收受红包，请调查。", "contact", "12012345678", "kind", "report")
	c.Somebody().Say("学校门口要装减速带。", "contact", "12012345679")
	c.Settle()
	at := c.As(clerk.Login)
	page := at.Get("/work/new")
	at.Post("/work/new", url.Values{"key": {page.Field("key")}, "channel": {"counter"}, "how": {"pass"}, "text": {"窗口说的事：垃圾没有清运"}, "contact": {"+86 12012345678"}})
	c.Settle()
	at.Get("/work/calls/ringing").Hides(t, "路灯坏了")

	body, err := json.Marshal(map[string]any{"id": "call-1", "event": "answered", "caller": "008612012345678", "line": "12345", "agent": clerk.Login})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Somebody().JSON("/api/v1/calls", body, "Authorization", "Bearer "+token).Status; got != http.StatusOK {
		t.Fatal(got)
	}
	for _, path := range []string{"/work/calls/ringing", "/work/new?call=call-1", "/work/calls"} {
		strip := at.Get(path)
		strip.Shows(t, "路灯坏了", "窗口说的事")
		strip.Hides(t, "收受红包", "减速带")
	}
	if colleague.Login != "" {
		c.As(colleague.Login).Get("/work/calls/ringing").Hides(t, "路灯坏了")
	}
	told := c.Somebody().Get(receipt)
	told.Shows(t, "本人来电")
	if n := strings.Count(told.Text(), "本人来电"); n != 1 {
		t.Errorf("one look at a call is told %d times", n)
	}
}

// What was said on the telephone is heard again by those who may know who it
// was, from the page of the case and from that of the call, and the resident
// is told. An address that no browser should open is not shown.
func TestRecording(t *testing.T) {
	const token = "a token of the telephone system"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := apptest.One(t, apptest.Options{Web: app.Web{CallsToken: file}})
	list := people(t, c)
	login := list[slices.IndexFunc(list, func(s access.Staff) bool { return slices.Contains(s.Roles, access.Clerk) })].Login
	tell := func(id, state, recording string) {
		t.Helper()
		body, err := json.Marshal(map[string]any{"id": id, "event": state, "caller": "12012345678", "line": "12345", "agent": login, "recording": recording})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Somebody().JSON("/api/v1/calls", body, "Authorization", "Bearer "+token).Status; got != http.StatusOK {
			t.Fatal(got)
		}
	}
	clerk := c.As(login)
	write := func(call, text string) (at string) {
		t.Helper()
		page := clerk.Get("/work/new?call=" + call)
		got := clerk.Post("/work/new", url.Values{
			"key": {page.Field("key")}, "call": {call}, "channel": {"phone"}, "how": {"pass"}, "text": {text}, "contact": {"12012345678"},
		})
		c.Settle()
		return got.Path
	}
	const link = "https://pbx.example/rec/1?t=2&k=3"
	tell("call-1", "answered", "")
	at := write("call-1", "湖滨路路面坑洼，有个大坑。")
	tell("call-1", "ended", link)
	dispatcher := c.As("dispatcher")
	if page := dispatcher.Get(at); strings.Contains(page.Body, "pbx.example") || !strings.Contains(page.Text(), "听通话录音") {
		t.Error("the recording is open to all who see the page, or not to be found")
	}
	request := dispatcher.Get(at).Field("request")
	dispatcher.Do(at, "recording", "request", request, "hear_reason", "听").Shows(t, "理由")
	page := dispatcher.Do(at, "recording", "request", request, "hear_reason", "听清楚地点")
	if want := `href="https://pbx.example/rec/1?t=2&amp;k=3" target="_blank" rel="noopener noreferrer"`; !strings.Contains(page.Body, want) {
		t.Errorf("no %s", want)
	}
	clerk.Get("/work/new?call=call-1").Shows(t, "通话录音")
	// The case goes to a unit, whose own people hear it; a leader reads and does not.
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
	c.As("handler").Get(at).Shows(t, "听通话录音")
	c.As("leader").Get(at).Hides(t, "听通话录音")

	tell("call-2", "answered", "file:///etc/passwd")
	other := write("call-2", "菜市场门口占道经营。")
	dispatcher.Get(other).Hides(t, "听通话录音")
	clerk.Get("/work/new?call=call-2").Hides(t, "通话录音")
}

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
