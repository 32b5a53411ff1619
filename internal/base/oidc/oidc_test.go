package oidc_test

import (
	"net/url"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/oidc"
	"yiwang/internal/base/oidc/oidctest"
)

func client(t *testing.T, p *oidctest.Provider, claim string, now func() time.Time) *oidc.Client {
	t.Helper()
	c, err := oidc.New(oidc.Settings{Issuer: p.URL, Client: oidctest.Client, Secret: oidctest.Secret, Claim: claim, Callback: "http://localhost:8080/back"}, now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Somebody goes to the service, comes back, and is who the service says.
func TestSignIn(t *testing.T) {
	p := oidctest.New(t, time.Now)
	for _, s := range []struct {
		story, claim string
		claims, info map[string]any
		login        string
	}{
		{"the token says the name", "preferred_username", map[string]any{"sub": "7", "preferred_username": "li.min"}, nil, "li.min"},
		{"only the userinfo endpoint does", "preferred_username", map[string]any{"sub": "7"}, map[string]any{"preferred_username": "li.min"}, "li.min"},
		{"nobody does", "preferred_username", map[string]any{"sub": "7"}, nil, ""},
		{"an address that was checked", "email", map[string]any{"sub": "7", "email": "li@example.org", "email_verified": true}, nil, "li@example.org"},
		{"one that anybody could have typed", "email", map[string]any{"sub": "7", "email": "li@example.org", "email_verified": false}, nil, ""},
		{"a claim that is no text", "employee", map[string]any{"sub": "7", "employee": 12}, nil, ""},
	} {
		p.Is(s.claims, s.info)
		c := client(t, p, s.claim, time.Now)
		address, a, err := c.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		i, err := c.Finish(t.Context(), a, p.Visit(address))
		if want := (oidc.Identity{Issuer: p.URL, Subject: "7", Login: s.login}); err != nil || i != want {
			t.Errorf("%s: %+v, %v", s.story, i, err)
		}
	}
}

// What does not fit is refused, with words for who came.
func TestRefused(t *testing.T) {
	for _, s := range []struct {
		story string
		wrong oidctest.Wrong
		came  func(url.Values) // changes what somebody comes back with
		later time.Duration    // how long they took
		want  string
	}{
		{"another state", oidctest.Wrong{}, func(v url.Values) { v.Set("state", "x") }, 0, "oidc.state"},
		{"no state", oidctest.Wrong{}, func(v url.Values) { v.Del("state") }, 0, "oidc.state"},
		{"another issuer's answer", oidctest.Wrong{}, func(v url.Values) { v.Set("iss", "https://other.example") }, 0, "oidc.state"},
		{"a code that is over", oidctest.Wrong{}, nil, 2 * time.Minute, "oidc.refused"},
		{"after a quarter of an hour", oidctest.Wrong{}, nil, 15 * time.Minute, "oidc.late"},
		{"a code of somebody's own", oidctest.Wrong{}, func(v url.Values) { v.Set("code", "guess") }, 0, "oidc.refused"},
		{"no code", oidctest.Wrong{}, func(v url.Values) { v.Del("code") }, 0, "oidc.refused"},
		{"who said no", oidctest.Wrong{Error: "access_denied"}, nil, 0, "oidc.denied"},
		{"a service in trouble", oidctest.Wrong{Error: "server_error"}, nil, 0, "oidc.refused"},
		{"the nonce of another sign-in", oidctest.Wrong{Claims: map[string]any{"nonce": "old"}}, nil, 0, "oidc.state"},
		{"a token for another program", oidctest.Wrong{Claims: map[string]any{"aud": "other"}}, nil, 0, "oidc.refused"},
		{"a token of another issuer", oidctest.Wrong{Claims: map[string]any{"iss": "https://other.example"}}, nil, 0, "oidc.refused"},
		{"a token that is over", oidctest.Wrong{Claims: map[string]any{"exp": 1}}, nil, 0, "oidc.refused"},
		{"a key that nobody knows", oidctest.Wrong{Key: true}, nil, 0, "oidc.refused"},
		{"no signature", oidctest.Wrong{NoneAlg: true}, nil, 0, "oidc.refused"},
	} {
		t.Run(s.story, func(t *testing.T) {
			at := time.Now()
			now := func() time.Time { return at }
			p := oidctest.New(t, now)
			p.Is(map[string]any{"sub": "7", "preferred_username": "li.min"}, nil)
			p.Does(s.wrong)
			c := client(t, p, "preferred_username", now)
			address, a, err := c.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			came := p.Visit(address)
			if s.came != nil {
				s.came(came)
			}
			at = at.Add(s.later)
			i, err := c.Finish(t.Context(), a, came)
			if e := errs.Of(err); e == nil || e.Key != s.want || i != (oidc.Identity{}) {
				t.Errorf("%+v, %v", i, err)
			}
		})
	}
}

// A code, and so an answer, counts once; so does the verifier of the browser
// that began.
func TestOnce(t *testing.T) {
	p := oidctest.New(t, time.Now)
	p.Is(map[string]any{"sub": "7", "preferred_username": "li.min"}, nil)
	c := client(t, p, "preferred_username", time.Now)
	address, a, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	came := p.Visit(address)
	_, other, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other.State = a.State // who knows the state has still another verifier
	if _, err := c.Finish(t.Context(), other, came); errs.Of(err) == nil || errs.Of(err).Key != "oidc.refused" {
		t.Errorf("a stolen code: %v", err)
	}
	if _, err := c.Finish(t.Context(), a, came); err != nil {
		t.Error(err)
	}
	if _, err := c.Finish(t.Context(), a, came); errs.Of(err) == nil || errs.Of(err).Key != "oidc.refused" {
		t.Errorf("the same answer again: %v", err)
	}
}

// A service that does not answer is asked again the next time.
func TestDown(t *testing.T) {
	p := oidctest.New(t, time.Now)
	p.Does(oidctest.Wrong{Down: true})
	c := client(t, p, "preferred_username", time.Now)
	if _, _, err := c.Begin(t.Context()); !errs.Is(err, errs.Unavailable) {
		t.Errorf("it is down: %v", err)
	}
	p.Does(oidctest.Wrong{})
	address, a, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	came := p.Visit(address)
	p.Does(oidctest.Wrong{Down: true})
	if _, err := c.Finish(t.Context(), a, came); !errs.Is(err, errs.Unavailable) {
		t.Errorf("down in between: %v", err)
	}
}

func TestSettings(t *testing.T) {
	good := oidc.Settings{Issuer: "https://login.example.org", Client: "c", Secret: "s", Claim: "sub"}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for story, change := range map[string]func(*oidc.Settings){
		"an issuer in the clear": func(s *oidc.Settings) { s.Issuer = "http://login.example.org" },
		"no address":             func(s *oidc.Settings) { s.Issuer = "login" },
		"no client":              func(s *oidc.Settings) { s.Client = "" },
		"an empty secret":        func(s *oidc.Settings) { s.Secret = "" },
		"no claim":               func(s *oidc.Settings) { s.Claim = "" },
	} {
		s := good
		change(&s)
		if s.Check() == nil {
			t.Errorf("%s passes", story)
		}
	}
}
