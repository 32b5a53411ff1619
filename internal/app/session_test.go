package app_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"yiwang/internal/app/apptest"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

var sessionShown = regexp.MustCompile(`name="session" value="([^"]+)"`)

// Somebody sees where they are signed in, and ends what is not theirs;
// administrators end everything of somebody.
func TestSessions(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		desk, phone, hotel := c.As("wei.xiuying"), c.As("wei.xiuying"), c.As("wei.xiuying")
		page := desk.Get("/work/me").Shows(t, "登录的地方", "当前")
		others := sessionShown.FindAllStringSubmatch(page.Body, -1)
		if len(others) != 2 {
			t.Fatalf("%d other sessions: %s", len(others), page.Text())
		}
		colleague := c.As("wu.deshun")
		colleague.Post("/work/me", url.Values{"action": {"end"}, "session": {others[0][1]}})
		if n := len(sessionShown.FindAllString(desk.Get("/work/me").Body, -1)); n != 2 {
			t.Errorf("a colleague ended one: %d are left", n)
		}
		desk.Post("/work/me", url.Values{"action": {"end"}, "session": {others[0][1]}}).Shows(t, "在别处退出")
		in := func(p *apptest.Person) bool { return strings.Contains(p.Get("/work/me").Text(), "韦秀英") }
		if in(phone) == in(hotel) || !in(desk) {
			t.Error("one of the two others was to end")
		}
		phone = c.As("wei.xiuying")
		desk.Post("/work/me", url.Values{"action": {"end_others"}})
		if in(phone) || in(hotel) || !in(desk) {
			t.Error("all others were to end, and this one to stay")
		}
		if page := phone.Post("/work/me", url.Values{"action": {"end_others"}}); page.Status != http.StatusForbidden {
			t.Errorf("who is signed out does something: %d", page.Status)
		}
		person := "/work/admin/people/" + string(idOf(t, c, "wei.xiuying"))
		if page := colleague.Post(person, url.Values{"action": {"end_others"}}); page.Status != http.StatusForbidden {
			t.Errorf("a colleague on the page of administrators: %d", page.Status)
		}
		admin := c.As("administrator")
		admin.Post(person, url.Values{"action": {"end_others"}}).Shows(t, "没有在任何地方登录")
		if in(desk) {
			t.Error("an administrator ended it")
		}
		again := c.As("wei.xiuying")
		again.Post("/work/sign-out", nil)
		admin.Get(person).Shows(t, "没有在任何地方登录")
	})
}

// A request that was under way when its session ended does not bring it back.
func TestSessionStaysEnded(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx := context.Background()
		p := c.As("wei.xiuying")
		id := idOf(t, c, "wei.xiuying")
		wei := access.Actor{Staff: id}
		list, err := c.App.Staff.Sessions(ctx, wei, id)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if err := c.App.Staff.EndSession(ctx, wei, id, list[0].ID); err != nil {
			t.Fatal(err)
		}
		// What the request still writes: that the session was used.
		if err := c.App.Staff.Store.Use(ctx, list[0].ID, time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if page := p.Get("/work/me"); strings.Contains(page.Text(), "韦秀英") {
			t.Error("it is there again")
		}
	})
}

// A session ends after half a day, and after two hours without anything.
func TestSessionAges(t *testing.T) {
	withPasskeys(t, func(t *testing.T, c *apptest.City, pass func(time.Duration)) {
		in := func(p *apptest.Person) bool { return strings.Contains(p.Get("/work/me").Text(), "韦秀英") }
		p, idle := c.As("wei.xiuying"), c.As("wei.xiuying")
		for range 7 {
			if !in(p) {
				t.Fatal("signed out while at work")
			}
			pass(90 * time.Minute)
		}
		if in(idle) {
			t.Error("two hours are over")
		}
		if !in(p) {
			t.Error("half a day is not over")
		}
		pass(90 * time.Minute)
		if in(p) {
			t.Error("half a day is over")
		}
	})
}

// A password that is changed, by the person or by a link, ends what was
// opened with the one before.
func TestChangePassword(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx := context.Background()
		st, link, err := c.App.Staff.Add(ctx, access.System(), access.NewStaff{
			Login: "chen.mei", Name: org.Name{ZH: "陈梅", EN: "Chen Mei"}, Unit: "um-facilities", Roles: []access.Role{access.Handler},
		})
		if err != nil {
			t.Fatal(err)
		}
		set, err := c.App.Staff.Setup(ctx, link)
		if err != nil {
			t.Fatal(err)
		}
		const first, second = "荷塘月色 2026 很好", "莲叶何田田 2026"
		if _, err := c.App.Staff.FinishSetup(ctx, link, first, code(t, set.Secret, 0)); err != nil {
			t.Fatal(err)
		}
		desk := c.Somebody()
		entered := desk.Post("/work/sign-in", url.Values{"login": {"chen.mei"}, "password": {first}, "code": {code(t, set.Secret, 30*time.Second)}})
		if entered.Status != http.StatusOK {
			t.Fatalf("%d %s", entered.Status, entered.Text())
		}
		phone, err := c.App.Staff.Enter(ctx, st.ID, access.ByPassword, "")
		if err != nil {
			t.Fatal(err)
		}
		change := func(current, next, again string) apptest.Page {
			return desk.Post("/work/me", url.Values{"action": {"password"}, "current": {current}, "password": {next}, "again": {again}})
		}
		for story, page := range map[string]apptest.Page{
			"another's":    change("guess", second, second),
			"two differ":   change(first, second, first),
			"too short":    change(first, "abc", "abc"),
			"the login":    change(first, "chen.mei", "chen.mei"),
			"nothing said": change("", "", ""),
		} {
			if page.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", story, page.Status)
			}
		}
		change(first, second, second).Shows(t, "改了密码")
		if _, err := c.App.Staff.Within(ctx, st.ID, phone); !errs.Is(err, errs.NotFound) {
			t.Errorf("the phone is still signed in: %v", err)
		}
		limited := false
		for range 8 {
			limited = limited || change("guess", second, second).Status == http.StatusTooManyRequests
		}
		if !limited {
			t.Error("one may guess without an end")
		}
		// A link that sets another ends all of them.
		if link, err = c.App.Staff.Relink(ctx, access.System(), st.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := c.App.Staff.FinishSetup(ctx, link, first, code(t, set.Secret, 0)); err != nil {
			t.Fatal(err)
		}
		if page := desk.Get("/work/me"); strings.Contains(page.Text(), "陈梅") {
			t.Error("the desk is still signed in")
		}
	})
}

func code(t *testing.T, secret string, later time.Duration) string {
	t.Helper()
	text, err := totp.GenerateCode(secret, time.Now().Add(later))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A board's stream ends within seconds when its session is ended, also by
// somebody else, and those of others go on.
func TestStreamEndsWithSession(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	open := func(p *apptest.Person) (ended chan struct{}) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.URL+"/work/board/live?span=today", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&http.Client{Jar: p.Client.Jar, Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		ended = make(chan struct{})
		go func() {
			defer close(ended)
			_, _ = io.Copy(io.Discard, res.Body)
		}()
		return ended
	}
	leader, supervisor := c.As("leader"), c.As("supervisor")
	gone, stays := open(leader), open(supervisor)
	leader.Post("/work/sign-out", nil)
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Error("the stream goes on after the session has ended")
	}
	select {
	case <-stays:
		t.Error("another's stream has ended")
	default:
	}
}
