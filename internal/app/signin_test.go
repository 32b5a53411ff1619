package app_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

var secretShown = regexp.MustCompile(`<code>([A-Z2-7]+)</code>`)

// Somebody new gets a link that works once, and then signs in with a password
// and a code.
func TestFirstSignIn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		_, link, err := c.App.Staff.Add(context.Background(), access.System(), access.NewStaff{
			Login: "chen.mei", Name: org.Name{ZH: "陈梅", EN: "Chen Mei"}, Unit: "um-facilities", Roles: []access.Role{access.Handler},
		})
		if err != nil {
			t.Fatal(err)
		}
		p := c.Somebody()
		page := p.Get("/work/setup/"+link).Shows(t, "陈梅")
		m := secretShown.FindStringSubmatch(page.Body)
		if m == nil {
			t.Fatalf("no secret for the authenticator:\n%s", page.Text())
		}
		code := func(at time.Time) string {
			code, err := totp.GenerateCode(m[1], at)
			if err != nil {
				t.Fatal(err)
			}
			return code
		}
		const password = "荷塘月色 2026 很好" //nolint:gosec // of nobody
		for story, form := range map[string]url.Values{
			"too short":  {"password": {"abc"}, "again": {"abc"}, "code": {code(time.Now())}},
			"two differ": {"password": {password}, "again": {password + "x"}, "code": {code(time.Now())}},
			"wrong code": {"password": {password}, "again": {password}, "code": {"000000"}},
		} {
			if page := p.Post("/work/setup/"+link, form); page.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", story, page.Status)
			}
		}
		if page := p.Post("/work/setup/"+link, url.Values{"password": {password}, "again": {password}, "code": {code(time.Now())}}); !strings.HasPrefix(page.Path, "/work/sign-in") {
			t.Fatalf("%d %s", page.Status, page.Text())
		}
		if page := p.Get("/work/setup/" + link); page.Status != http.StatusNotFound {
			t.Errorf("the link works twice: %d", page.Status)
		}
		if page := p.Post("/demo/sign-in", url.Values{"login": {"chen.mei"}}); page.Status != http.StatusNotFound {
			t.Errorf("who has a password comes in without: %d", page.Status)
		}
		if page := p.Post("/work/sign-in", url.Values{"login": {"chen.mei"}, "password": {"wrong"}, "code": {code(time.Now())}}); page.Status != http.StatusUnprocessableEntity || page.Field("login") != "chen.mei" {
			t.Errorf("a wrong password: %d", page.Status)
		}
		// A code counts once: the next comes half a minute later.
		next := p.Post("/work/sign-in", url.Values{"login": {"chen.mei"}, "password": {password}, "code": {code(time.Now().Add(30 * time.Second))}})
		if next.Path != "/work/queue" {
			t.Fatalf("signed in, and at %s: %s", next.Path, next.Text())
		}
		p.Get("/work/queue").Shows(t, "陈梅")
		p.Post("/work/sign-out", nil)
		if page := p.Get("/work/queue"); strings.Contains(page.Text(), "陈梅") {
			t.Error("signed out, and still there")
		}
	})
}

// Who tries many passwords has to wait, for one person and from one address.
func TestGuessedPasswords(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	p := c.Somebody()
	limited := false
	for range 40 {
		page := p.Post("/work/sign-in", url.Values{"login": {"shao.zhiqiang"}, "password": {"guess"}, "code": {"123456"}})
		limited = limited || page.Status == http.StatusTooManyRequests
	}
	if !limited {
		t.Error("one may guess without an end")
	}
}
