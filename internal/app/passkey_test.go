package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"yiwang/internal/app"
	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
)

// at is where passkeys work in these tests; the device believes it is there.
const at = "http://localhost:8080"

// withPasskeys is a city on each engine at which passkeys work, and its clock.
func withPasskeys(t *testing.T, f func(t *testing.T, c *apptest.City, pass func(time.Duration))) {
	for engine, start := range map[string]func(testing.TB, apptest.Options) *apptest.City{"sqlite": apptest.SQLite, "postgres": apptest.Postgres} {
		t.Run(engine, func(t *testing.T) {
			var later atomic.Int64
			c := start(t, apptest.Options{Web: app.Web{URL: at}, Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }})
			f(t, c, func(d time.Duration) { later.Add(int64(d)) })
		})
	}
}

// add makes a passkey for who is signed in.
func add(t *testing.T, p *apptest.Person, name string) *apptest.Device {
	t.Helper()
	d := &apptest.Device{T: t, Origin: at, Counts: true}
	asked := p.JSON("/work/me/passkeys", nil)
	if asked.Status != http.StatusOK {
		t.Fatalf("begin: %d %s", asked.Status, asked.Body)
	}
	if page := send(t, p, name, d.Make(asked.Body)); page.Status != http.StatusOK {
		t.Fatalf("add: %d %s", page.Status, page.Body)
	}
	return d
}

func send(t *testing.T, p *apptest.Person, name string, answer []byte) apptest.Page {
	t.Helper()
	body, err := json.Marshal(map[string]any{"name": name, "answer": json.RawMessage(answer)})
	if err != nil {
		t.Fatal(err)
	}
	return p.JSON("/work/me/passkeys/answer", body)
}

func signInWith(p *apptest.Person, d *apptest.Device) apptest.Page {
	return p.JSON("/work/sign-in/passkey/answer", d.Sign(p.JSON("/work/sign-in/passkey", nil).Body))
}

// A passkey is added, named, used, and taken off; it lets in without a
// password, as both factors, and only who still works here.
func TestPasskey(t *testing.T) {
	withPasskeys(t, func(t *testing.T, c *apptest.City, pass func(time.Duration)) {
		wei := c.As("wei.xiuying")
		wei.Get("/work/me").Shows(t, "通行密钥", "还没有")
		d := add(t, wei, "  办公  电脑 ")
		wei.Get("/work/me").Shows(t, "办公 电脑", "添加通行密钥：")

		elsewhere := c.Somebody()
		elsewhere.Get("/work/notices") // is sent to sign in, and comes back there
		var next struct{ Next string }
		page := signInWith(elsewhere, d)
		page.Decode(t, &next)
		if next.Next != "/work/notices" {
			t.Fatalf("signed in, and to go to %q: %s", next.Next, page.Body)
		}
		elsewhere.Get("/work/me").Shows(t, "韦秀英", "当前", "演示")

		key := wei.Get("/work/me").Field("passkey")
		wei.Post("/work/me", url.Values{"action": {"passkey_name"}, "passkey": {key}, "name": {"手机"}}).Shows(t, "手机")
		if page := wei.Post("/work/me", url.Values{"action": {"passkey_name"}, "passkey": {key}, "name": {" "}}); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a passkey without a name: %d", page.Status)
		}
		other := c.As("wu.deshun")
		for _, action := range []string{"passkey_name", "passkey_remove"} {
			if page := other.Post("/work/me", url.Values{"action": {action}, "passkey": {key}, "name": {"我的"}}); page.Status != http.StatusNotFound {
				t.Errorf("a colleague does %s: %d", action, page.Status)
			}
		}
		// Who has been signed in for a while is asked to do it again first.
		pass(30 * time.Minute)
		if page := wei.JSON("/work/me/passkeys", nil); page.Status != http.StatusForbidden || !strings.Contains(page.Body, "请先退出") {
			t.Errorf("a passkey from an old session: %d %s", page.Status, page.Body)
		}
		wei.Post("/work/me", url.Values{"action": {"passkey_remove"}, "passkey": {key}}).Shows(t, "还没有", "移除通行密钥：")
		if page := signInWith(c.Somebody(), d); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a passkey that was removed: %d", page.Status)
		}
	})
}

// What is not the right answer to this challenge, here, now, is refused.
func TestPasskeyRefused(t *testing.T) {
	withPasskeys(t, func(t *testing.T, c *apptest.City, _ func(time.Duration)) {
		wei := c.As("wei.xiuying")
		d := add(t, wei, "手机")
		p := c.Somebody()
		refused := func(story string, page apptest.Page, status int) {
			t.Helper()
			if page.Status != status {
				t.Errorf("%s: %d %s", story, page.Status, page.Body)
			}
			if in := p.Get("/work/me"); strings.Contains(in.Text(), "韦秀英") {
				t.Fatalf("%s: signed in", story)
			}
		}
		answer := func(answer []byte) apptest.Page { return p.JSON("/work/sign-in/passkey/answer", answer) }
		asked := func(p *apptest.Person) string { return p.JSON("/work/sign-in/passkey", nil).Body }

		refused("no challenge was asked for", answer(d.Sign(`{"publicKey":{"challenge":"bm9uZQ"}}`)), http.StatusUnprocessableEntity)
		signed := d.Sign(asked(p))
		if page := signInWith(c.Somebody(), d); page.Status != http.StatusOK {
			t.Fatalf("the right one: %d", page.Status)
		}
		other := c.Somebody()
		theirs := asked(other)
		asked(p)
		refused("the challenge of another browser", answer(d.Sign(theirs)), http.StatusUnprocessableEntity)
		asked(p)
		refused("an answer from before", answer(signed), http.StatusUnprocessableEntity)
		first := d.Sign(asked(p))
		if page := answer(append(first[:len(first)-1:len(first)-1], ' ')); page.Status != http.StatusUnprocessableEntity { // cut off
			t.Errorf("half an answer: %d", page.Status)
		}
		refused("a challenge that was tried before", answer(first), http.StatusUnprocessableEntity)

		d.Origin = "https://yiwang.example"
		refused("another site", signInWith(p, d), http.StatusUnprocessableEntity)
		d.Origin = at
		d.Unverified = true
		refused("nobody's finger", signInWith(p, d), http.StatusUnprocessableEntity)
		d.Unverified = false
	})
}

// A device that has signed less often than before is a copy, or has one:
// neither gets in until the person has made a new passkey.
func TestPasskeyCopied(t *testing.T) {
	withPasskeys(t, func(t *testing.T, c *apptest.City, pass func(time.Duration)) {
		wei := c.As("wei.xiuying")
		d := add(t, wei, "安全密钥")
		copied := *d
		for range 3 {
			if page := signInWith(c.Somebody(), d); page.Status != http.StatusOK {
				t.Fatalf("the right one: %d", page.Status)
			}
		}
		if page := signInWith(c.Somebody(), &copied); page.Status != http.StatusForbidden || !strings.Contains(page.Body, "疑似被复制") {
			t.Errorf("the copy: %d %s", page.Status, page.Body)
		}
		if page := signInWith(c.Somebody(), d); page.Status != http.StatusForbidden {
			t.Errorf("the original afterwards: %d", page.Status)
		}
		wei.Get("/work/me").Shows(t, "已停用", "通行密钥疑似被复制")
		admin := c.As("administrator")
		person := "/work/admin/people/" + string(idOf(t, c, "wei.xiuying"))
		admin.Get(person).Shows(t, "安全密钥", "已停用")
		admin.Post(person, url.Values{"action": {"passkey_remove"}, "passkey": {admin.Get(person).Field("passkey")}}).Shows(t, "移除通行密钥：")

		// Tries are limited as those of passwords are.
		pass(time.Hour) // a new window
		d = add(t, c.As("wei.xiuying"), "新的")
		d.Unverified = true
		limited := false
		for range 9 {
			limited = signInWith(c.Somebody(), d).Status == http.StatusTooManyRequests
		}
		if !limited {
			t.Error("one may try without an end")
		}
	})
}

// Who has left gets in in no way, and is in no longer.
func TestLeft(t *testing.T) {
	withPasskeys(t, func(t *testing.T, c *apptest.City, _ func(time.Duration)) {
		wei, asleep := c.As("wei.xiuying"), c.As("wei.xiuying")
		d := add(t, wei, "手机")
		id := idOf(t, c, "wei.xiuying")
		ctx := context.Background()
		if err := c.App.Staff.Leave(ctx, access.System(), id); err != nil {
			t.Fatal(err)
		}
		if page := signInWith(c.Somebody(), d); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("with the passkey: %d", page.Status)
		}
		if page := wei.JSON("/work/me/passkeys", nil); page.Status != http.StatusForbidden {
			t.Errorf("still adds one: %d", page.Status)
		}
		if err := c.App.Staff.Return(ctx, access.System(), id); err != nil {
			t.Fatal(err)
		}
		for _, p := range []*apptest.Person{wei, asleep} {
			if page := p.Get("/work/me"); strings.Contains(page.Text(), "韦秀英") {
				t.Error("a session from before is there again")
			}
		}
	})
}

func idOf(t *testing.T, c *apptest.City, login string) access.StaffID {
	t.Helper()
	for _, s := range people(t, c) {
		if s.Login == login {
			return s.ID
		}
	}
	t.Fatalf("nobody is called %s", login)
	return ""
}
