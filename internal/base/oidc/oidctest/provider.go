// Package oidctest is a small sign-in service for tests: discovery, keys, the
// authorization code flow with PKCE and tokens signed with RSA, over HTTP. It
// lets everybody in as whoever the test says, and can be told to do wrong.
package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// The client that the service knows.
const (
	Client = "yiwang"
	Secret = "a secret of nobody"
)

// A Provider is a running service.
type Provider struct {
	URL string

	mu     sync.Mutex
	claims map[string]any
	info   map[string]any // what only the userinfo endpoint tells
	wrong  Wrong
	codes  map[string]grant
	key    *rsa.PrivateKey
	other  *rsa.PrivateKey
	now    func() time.Time
	t      testing.TB
}

// Wrong is what the service does wrong.
type Wrong struct {
	Key     bool // signs with a key that it does not publish
	NoneAlg bool // does not sign
	Claims  map[string]any
	Error   string // answers the person's visit with this error
	Down    bool
}

type grant struct {
	nonce, challenge, redirect string
	used                       bool
	until                      time.Time
}

// Keys are made once for all services of a test process: it takes a while.
var published, unknown = sync.OnceValue(makeKey), sync.OnceValue(makeKey)

func makeKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// New starts a service that ends with the test. Now is its clock.
func New(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	p := &Provider{codes: map[string]grant{}, now: now, t: t, key: published(), other: unknown()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.wrong.Down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	p.URL = s.URL
	return p
}

// Is says who comes next: claims of the token, such as sub, and those that
// the userinfo endpoint tells besides.
func (p *Provider) Is(claims, info map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.claims, p.info = claims, info
}

// Does makes the service do wrong from now on; the zero Wrong is right.
func (p *Provider) Does(w Wrong) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong = w
}

// Visit is a person who follows address and comes back with the answer.
func (p *Provider) Visit(address string) url.Values {
	p.t.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := c.Get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = answer.Body.Close() // it has none
	back, err := answer.Location()
	if err != nil {
		p.t.Fatalf("%s: %v", answer.Status, err)
	}
	return back.Query()
}

func send(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // who asked may have gone
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	send(w, map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"userinfo_endpoint": p.URL + "/userinfo", "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	send(w, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64(p.key.N.Bytes()), "e": b64(big.NewInt(int64(p.key.E)).Bytes()),
	}}})
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back := url.Values{"state": {q.Get("state")}}
	switch {
	case q.Get("client_id") != Client || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256":
		w.WriteHeader(http.StatusBadRequest)
		return
	case p.wrong.Error != "":
		back.Set("error", p.wrong.Error)
	default:
		code := rand.Text()
		p.codes[code] = grant{nonce: q.Get("nonce"), challenge: q.Get("code_challenge"), redirect: q.Get("redirect_uri"), until: p.now().Add(time.Minute)}
		back.Set("code", code)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	client, secret, _ := r.BasicAuth()
	code := r.FormValue("code")
	g, ok := p.codes[code]
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if client != Client || secret != url.QueryEscape(Secret) || !ok || g.used || p.now().After(g.until) ||
		b64(sum[:]) != g.challenge || r.FormValue("redirect_uri") != g.redirect {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant"}`)) // who asked may have gone
		return
	}
	g.used = true
	p.codes[code] = g
	claims := map[string]any{"iss": p.URL, "aud": Client, "iat": p.now().Unix(), "exp": p.now().Add(5 * time.Minute).Unix(), "nonce": g.nonce}
	maps.Copy(claims, p.claims)
	maps.Copy(claims, p.wrong.Claims)
	send(w, map[string]any{"access_token": "of nobody", "token_type": "Bearer", "expires_in": 300, "id_token": p.sign(claims)})
}

func (p *Provider) userinfo(w http.ResponseWriter, _ *http.Request) {
	info := maps.Clone(p.info)
	if info == nil {
		info = map[string]any{}
	}
	if info["sub"] == nil {
		info["sub"] = p.claims["sub"]
	}
	send(w, info)
}

func (p *Provider) sign(claims map[string]any) string {
	head := map[string]any{"alg": "RS256", "kid": "1", "typ": "JWT"}
	if p.wrong.NoneAlg {
		head["alg"] = "none"
	}
	part := func(v any) string {
		body, err := json.Marshal(v)
		if err != nil {
			p.t.Error(err)
		}
		return b64(body)
	}
	text := part(head) + "." + part(claims)
	if p.wrong.NoneAlg {
		return text + "."
	}
	key := p.key
	if p.wrong.Key {
		key = p.other
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Error(err)
	}
	return text + "." + b64(signature)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
