// Package oidc asks a sign-in service who somebody is: OpenID Connect Core
// 1.0, the authorization code flow with PKCE (RFC 7636), state and nonce. It
// knows neither who works here nor what a session is: Begin gives what has to
// be remembered, Finish takes it back, once.
package oidc

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	goidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
)

// Texts are the words for what can go wrong.
//
//go:embed texts
var Texts embed.FS

// AttemptLife is how long somebody may take at the sign-in service.
const AttemptLife = 10 * time.Minute

// patience is how long the service may take to answer.
const patience = 10 * time.Second

// Settings name a sign-in service and us at it.
type Settings struct {
	Issuer string // https://…, as the service itself writes it
	Client string // the client id
	Secret string
	// Claim holds the name that somebody has here, such as preferred_username.
	Claim string
	// Callback is our address to which the service sends people back.
	Callback string
}

// Check says which settings are missing or cannot work.
func (s Settings) Check() error {
	u, err := url.Parse(s.Issuer)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return fmt.Errorf("the issuer %q is not an https address", s.Issuer)
	case s.Client == "" || s.Secret == "":
		return errors.New("a client id and a file with its secret are needed")
	case s.Claim == "":
		return errors.New("the claim that holds the sign-in name is not named")
	}
	return nil
}

func loopback(host string) bool {
	return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, host)
}

// A Client is us at one sign-in service. Its description is fetched when it
// is first needed, and again after that failed: we start without it.
type Client struct {
	settings Settings
	now      func() time.Time
	http     *http.Client

	finding singleflight.Group
	found   atomic.Pointer[goidc.Provider]
}

// New returns a client; the service is not asked yet.
func New(s Settings, now func() time.Time) (*Client, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	return &Client{settings: s, now: now, http: &http.Client{Timeout: patience}}, nil
}

// An Attempt is what has to be remembered between Begin and Finish, where the
// person cannot change it.
type Attempt struct {
	State, Nonce, Verifier string
	At                     time.Time
}

// An Identity is who somebody is at the service.
type Identity struct {
	Issuer  string
	Subject string // never changes, never given to another
	Login   string // what the claim says, "" if nothing
}

// Begin returns the address to send somebody to.
func (c *Client) Begin(ctx context.Context) (address string, a Attempt, err error) {
	config, _, err := c.config(ctx)
	if err != nil {
		return "", a, err
	}
	a = Attempt{State: ids.Token(20), Nonce: ids.Token(20), Verifier: oauth2.GenerateVerifier(), At: c.now()}
	return config.AuthCodeURL(a.State, goidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), a, nil
}

// Finish reads what somebody came back with, exchanges the code and checks
// the token: its signature, issuer, audience, time and nonce.
func (c *Client) Finish(ctx context.Context, a Attempt, came url.Values) (Identity, error) {
	switch {
	case a.State == "" || came.Get("state") != a.State:
		return Identity{}, errs.New(errs.Invalid, "oidc.state")
	case c.now().Sub(a.At) > AttemptLife:
		return Identity{}, errs.New(errs.Invalid, "oidc.late")
	case came.Get("iss") != "" && came.Get("iss") != c.settings.Issuer: // RFC 9207
		return Identity{}, errs.New(errs.Invalid, "oidc.state")
	case came.Get("error") == "access_denied":
		return Identity{}, errs.New(errs.Invalid, "oidc.denied")
	case came.Get("error") != "" || came.Get("code") == "":
		return Identity{}, because("oidc.refused", fmt.Errorf("the sign-in service says %q", clip(came.Get("error"))))
	}
	config, provider, err := c.config(ctx)
	if err != nil {
		return Identity{}, err
	}
	ctx = goidc.ClientContext(ctx, c.http)
	token, err := config.Exchange(ctx, came.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		if no, ok := errors.AsType[*oauth2.RetrieveError](err); ok && no.Response != nil && no.Response.StatusCode < http.StatusInternalServerError {
			return Identity{}, because("oidc.refused", fmt.Errorf("exchange the code: %s %q", no.Response.Status, clip(no.ErrorCode)))
		}
		return Identity{}, because("oidc.unreachable", fmt.Errorf("exchange the code: %w", err))
	}
	raw, _ := token.Extra("id_token").(string)
	verified, err := provider.Verifier(&goidc.Config{ClientID: c.settings.Client, Now: c.now}).Verify(ctx, raw)
	if err != nil {
		return Identity{}, because("oidc.refused", fmt.Errorf("check the token: %w", err))
	}
	if verified.Nonce != a.Nonce {
		return Identity{}, errs.New(errs.Invalid, "oidc.state")
	}
	login, err := c.login(ctx, provider, token, verified)
	if err != nil {
		return Identity{}, err
	}
	return Identity{Issuer: verified.Issuer, Subject: verified.Subject, Login: login}, nil
}

// login reads the claim from the token or, where it has none, from what the
// service tells whoever shows the access token. An address of e-mail counts
// only if the service has checked it.
func (c *Client) login(ctx context.Context, p *goidc.Provider, token *oauth2.Token, verified *goidc.IDToken) (string, error) {
	claims := map[string]any{}
	if err := verified.Claims(&claims); err != nil {
		return "", because("oidc.refused", fmt.Errorf("read the token: %w", err))
	}
	if _, ok := claims[c.settings.Claim]; !ok && p.UserInfoEndpoint() != "" {
		info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return "", because("oidc.unreachable", fmt.Errorf("ask who it is: %w", err))
		}
		if info.Subject != verified.Subject { // OpenID Connect Core 5.3.2
			return "", because("oidc.refused", errors.New("the service names two people"))
		}
		if err := info.Claims(&claims); err != nil {
			return "", because("oidc.refused", fmt.Errorf("read who it is: %w", err))
		}
	}
	if c.settings.Claim == "email" {
		if checked, _ := claims["email_verified"].(bool); !checked {
			return "", nil
		}
	}
	login, _ := claims[c.settings.Claim].(string)
	return strings.TrimSpace(login), nil
}

func (c *Client) config(ctx context.Context) (*oauth2.Config, *goidc.Provider, error) {
	provider := c.found.Load()
	if provider == nil {
		p, err, _ := c.finding.Do("", func() (any, error) {
			// The provider fetches keys with this context long after the request.
			return goidc.NewProvider(goidc.ClientContext(context.WithoutCancel(ctx), c.http), c.settings.Issuer)
		})
		if err != nil {
			return nil, nil, because("oidc.unreachable", fmt.Errorf("find the sign-in service: %w", err))
		}
		provider = p.(*goidc.Provider)
		c.found.Store(provider)
	}
	scopes := []string{goidc.ScopeOpenID, "profile"}
	if c.settings.Claim == "email" {
		scopes = append(scopes, "email")
	}
	return &oauth2.Config{
		ClientID: c.settings.Client, ClientSecret: c.settings.Secret, Endpoint: provider.Endpoint(), RedirectURL: c.settings.Callback, Scopes: scopes,
	}, provider, nil
}

// because is what a person is told, with the reason for the log.
func because(key string, err error) error {
	kind := errs.Invalid
	if key == "oidc.unreachable" {
		kind = errs.Unavailable
	}
	return errors.Join(errs.New(kind, key), err)
}

// clip shortens what came from outside, for the log.
func clip(s string) string { return s[:min(len(s), 60)] }
