package app_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app"
	"yiwang/internal/app/apptest"
	"yiwang/internal/base/oidc/oidctest"
	"yiwang/internal/city/access"
)

func withService(t *testing.T) (*apptest.City, *oidctest.Provider) {
	t.Helper()
	p := oidctest.New(t, time.Now)
	secret := filepath.Join(apptest.Folder(t), "secret")
	if err := os.WriteFile(secret, []byte(oidctest.Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return apptest.One(t, apptest.Options{Web: app.Web{URL: at, OIDC: app.OIDC{
		Issuer: p.URL, Client: oidctest.Client, Secret: secret, Claim: "preferred_username", Name: "莲城统一登录",
	}}}), p
}

// through is somebody who goes to the service and comes back. Our own address
// in this test is another than the one the service knows.
func through(t *testing.T, s *oidctest.Provider, p *apptest.Person) apptest.Page {
	t.Helper()
	follow := p.Client.CheckRedirect
	p.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	page := p.Get("/work/sign-in/service")
	p.Client.CheckRedirect = follow
	if page.Status != http.StatusSeeOther {
		return page
	}
	return p.Get("/work/sign-in/service/back?" + s.Visit(page.Header.Get("Location")).Encode())
}

// The service lets in who works here, by the name it gives the first time and
// by the account from then on; it makes nobody.
func TestSignInService(t *testing.T) {
	c, s := withService(t)
	somebody := func(sub, login string) {
		s.Is(map[string]any{"sub": sub, "preferred_username": login}, nil)
	}
	before := len(people(t, c))
	p := c.Somebody()
	p.Get("/work/sign-in").Shows(t, "用莲城统一登录登录")
	somebody("account-1", "wei.xiuying")
	if page := through(t, s, p); page.Path != "/work/queue" {
		t.Fatalf("%d at %s: %s", page.Status, page.Path, page.Text())
	}
	p.Get("/work/me").Shows(t, "韦秀英", "统一登录", s.URL)

	// The account counts and no longer the name, which the service gave to another.
	somebody("account-1", "somebody.else")
	through(t, s, c.Somebody()).Shows(t, "韦秀英")
	somebody("account-2", "wei.xiuying")
	if page := through(t, s, c.Somebody()); page.Status != http.StatusConflict {
		t.Errorf("a second account with the name: %d %s", page.Status, page.Text())
	}
	// An administrator unlinks; then the other account is hers.
	admin := c.As("administrator")
	person := "/work/admin/people/" + string(idOf(t, c, "wei.xiuying"))
	admin.Get(person).Shows(t, "绑定统一登录：")
	if page := c.As("wei.xiuying").Post("/work/me", url.Values{"action": {"unlink"}, "issuer": {s.URL}}); page.Status != http.StatusForbidden {
		t.Errorf("she unlinks it herself: %d", page.Status)
	}
	admin.Post(person, url.Values{"action": {"unlink"}, "issuer": {s.URL}}).Shows(t, "解除统一登录绑定")
	through(t, s, c.Somebody()).Shows(t, "韦秀英")

	for _, login := range []string{"nobody.here", "", "Wei.Xiuying"} {
		somebody("account-3", login)
		if page := through(t, s, c.Somebody()); page.Status != http.StatusForbidden || page.Path[:13] != "/work/sign-in" {
			t.Errorf("%q comes in: %d at %s", login, page.Status, page.Path)
		}
	}
	if n := len(people(t, c)); n != before {
		t.Errorf("there are %d people, and were %d", n, before)
	}
	if err := c.App.Staff.Leave(t.Context(), access.System(), idOf(t, c, "wei.xiuying")); err != nil {
		t.Fatal(err)
	}
	somebody("account-2", "wei.xiuying")
	if page := through(t, s, c.Somebody()); page.Status != http.StatusForbidden {
		t.Errorf("who has left: %d", page.Status)
	}
}

// What somebody comes back with counts in the browser that asked, once.
func TestSignInServiceRefused(t *testing.T) {
	c, s := withService(t)
	s.Is(map[string]any{"sub": "account-1", "preferred_username": "wei.xiuying"}, nil)
	p := c.Somebody()
	through(t, s, p)
	stay := func(p *apptest.Person) *apptest.Person {
		p.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		return p
	}
	mine, thief := stay(c.Somebody()), stay(c.Somebody())
	back := "/work/sign-in/service/back?" + s.Visit(mine.Get("/work/sign-in/service").Header.Get("Location")).Encode()
	if page := thief.Get(back); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("in a browser that did not ask: %d", page.Status)
	}
	thief.Get("/work/sign-in/service")
	if page := thief.Get(back); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("in a browser that asked for something else: %d", page.Status)
	}
	if page := mine.Get(back); page.Status != http.StatusSeeOther {
		t.Errorf("in the right one: %d %s", page.Status, page.Text())
	}
	if page := mine.Get(back); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("a second time: %d", page.Status)
	}
	s.Does(oidctest.Wrong{Error: "access_denied"})
	through(t, s, c.Somebody()).Shows(t, "请重新开始并同意")
	s.Does(oidctest.Wrong{Key: true})
	if page := through(t, s, c.Somebody()); page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), "没有确认您的身份") {
		t.Errorf("a token that nobody signed: %d", page.Status)
	}
}

// A program that is told half of what it needs does not start.
func TestSignInServiceSettings(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	if page := c.Somebody().Get("/work/sign-in/service"); page.Status != http.StatusNotFound {
		t.Errorf("a service that is not there: %d", page.Status)
	}
	for story, w := range map[string]app.Web{
		"no address":        {OIDC: app.OIDC{Issuer: "https://login.example.org", Client: "c", Claim: "sub", Secret: "secret"}},
		"no secret":         {URL: at, OIDC: app.OIDC{Issuer: "https://login.example.org", Client: "c", Claim: "sub", Secret: "/nowhere"}},
		"an issuer in http": {URL: at, OIDC: app.OIDC{Issuer: "http://login.example.org", Client: "c", Claim: "sub", Secret: os.DevNull}},
	} {
		c.App.Options.Web = w
		if _, err := c.App.Handler(); err == nil {
			t.Errorf("%s: it starts", story)
		}
	}
}
