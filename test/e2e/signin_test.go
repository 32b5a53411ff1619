package e2e

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

// finger gives the browser a device that makes passkeys and is touched at once.
func finger(p *Page) {
	p.T.Helper()
	run(p, "give the browser a device", chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		return err
	}))
}

// TestMySignIn is a handler who adds a passkey and signs in with it, names who
// stands in, and sees where they are signed in.
func TestMySignIn(t *testing.T) {
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English", View{Width: 375, Lang: "en"}}} {
		t.Run(v.name, func(t *testing.T) { mySignIn(t, v.View) })
	}
}

func mySignIn(t *testing.T, v View) {
	at, b := visit(t), Browser(t)
	// A passkey is for a name, which an address of numbers is not.
	named := strings.Replace(at, "127.0.0.1", "localhost", 1)
	p := b.Page(t, named, v)
	finger(p)
	enter(p, "handler")
	p.Follow("a.who")
	good(p)
	key, _ := known("")
	p.Click("form[data-passkey] button") // without a name
	waitFor(t, func() bool { return p.Text("form[data-passkey] .error") != "" })
	good(p)
	p.Fill("#name", key)
	p.Click("form[data-passkey] button")
	p.Shows(key)
	good(p)
	p.Screenshot("my-sign-in")

	p.Follow("form[action='/work/sign-out'] button")
	p.Go("/work/sign-in")
	good(p)
	p.Screenshot("sign-in")
	p.Click("[data-passkey] button")
	waitFor(t, func() bool { return p.Path() == "/work/queue" })

	// The same device elsewhere: what is signed is for another name.
	other := b.Page(t, at, v)
	other.Go("/work/sign-in")
	if !Eval[bool](other, `document.querySelector("[data-passkey]").hidden`) || Eval[bool](other, `document.querySelector("[data-elsewhere]").hidden`) {
		t.Error("passkeys are offered where they cannot work")
	}
	good(other)

	p.Go("/work/me")
	p.Fill("#until", "1999-12-31")
	p.Follow("form:has(#until) button")
	good(p)
	if p.Count(".error-summary") != 1 {
		t.Error("nothing says what is wrong with the days")
	}
	for Eval[int](p, `[...document.querySelectorAll("form")].filter(f => f.elements.passkey && f.elements.action.value === "passkey_remove").length`) > 0 {
		p.Follow("form:has([value=passkey_remove]) button")
	}
	p.Hides("[data-passkey] .error")
}

// Without scripts, the page says what lets in.
func TestSignInWithoutScripts(t *testing.T) {
	at, b := visit(t), Browser(t)
	p := b.Page(t, strings.Replace(at, "127.0.0.1", "localhost", 1), View{NoScript: true})
	p.Go("/work/sign-in")
	p.Shows("没有脚本也可以用密码和验证码登录")
	if p.Count("#login") != 1 || !Eval[bool](p, `document.querySelector("[data-passkey]").hidden`) {
		t.Error("without scripts there is the password, and no button that does nothing")
	}
	good(p)
}

// staffAt is who the sign-in service knows.
type staffAt map[string]*storage.User

func (s staffAt) GetUserByID(id string) *storage.User { return s[id] }

func (s staffAt) GetUserByUsername(name string) *storage.User {
	for _, u := range s {
		if u.Username == name {
			return u
		}
	}
	return nil
}

func (s staffAt) ExampleClientID() string { return "service" }

// TestSignInService signs in with another's OpenID Connect provider, on its
// own pages and back.
func TestSignInService(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	issuer := "http://localhost:" + port + "/"
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	site := "http://" + strings.Replace(addr, "127.0.0.1", "localhost", 1)
	storage.RegisterClients(storage.WebClient("yiwang", "of nobody", site+"/work/sign-in/service/back"))
	people := staffAt{
		"7": {ID: "7", Username: "wei.xiuying", Password: "荷塘", FirstName: "Xiuying", LastName: "Wei"},
		"8": {ID: "8", Username: "nobody.here", Password: "荷塘"},
	}
	quiet := slog.New(slog.DiscardHandler)
	server := &http.Server{Handler: exampleop.SetupServer(issuer, storage.NewStorage(people), quiet, false), ReadHeaderTimeout: time.Minute}
	go server.Serve(listener)            //nolint:errcheck // it ends with the test
	t.Cleanup(func() { server.Close() }) //nolint:errcheck // likewise

	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("of nobody\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := demoAt(addr, "--size", "500", "--url", site, "--oidc.issuer", issuer, "--oidc.client", "yiwang", "--oidc.secret-file", secret, "--oidc.name", "莲城统一登录"); err != nil {
		t.Fatal(err)
	}
	b := Browser(t)
	for _, who := range []struct{ name, sees, path string }{
		{"wei.xiuying", "韦秀英", "/work/queue"},
		{"wei.xiuying", "韦秀英", "/work/queue"}, // now by the account, not the name
		{"nobody.here", "这里没有这个名字的工作人员", "/work/sign-in/service/back"},
	} {
		p := b.Page(t, site, View{})
		p.Also = strings.TrimSuffix(issuer, "/")
		p.Go("/work/sign-in")
		good(p)
		p.Follow("a[href='/work/sign-in/service']")
		p.Fill("#username", who.name)
		p.Fill("#password", "荷塘")
		p.Follow("button[type=submit]")
		p.Shows(who.sees)
		good(p)
		if path, _, _ := strings.Cut(p.Path(), "?"); path != who.path {
			t.Errorf("%s is at %s", who.name, path)
		}
	}
}
