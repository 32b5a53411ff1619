package workbench

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/oidc"
	"yiwang/internal/city/access"
	"yiwang/internal/front/web"
)

// NewSessions keeps the browsers' sessions in store. What they hold counts
// only while the session that access keeps for them lasts: that ends an idle
// one too. Were scs to do it, it would write at every page that is looked at.
func NewSessions(store scs.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = store
	m.Lifetime = access.SessionLife
	m.Cookie.Name = "session"
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = secure
	m.Cookie.SameSite = http.SameSiteLaxMode
	return m
}

// SignInCallback is the path to which a sign-in service sends people back.
const SignInCallback = "/work/sign-in/service/back"

// What a browser's session holds.
const (
	staffKey   = "staff"
	sessionKey = "session"
	backKey    = "back"        // where they wanted to go
	challenge  = "passkey"     // of a sign-in that is under way
	newKey     = "passkey-new" // of a passkey that is being made
	attemptKey = "oidc"        // of a sign-in at the service that is under way
)

type withinKey struct{}

// within is the session a page is asked for in.
func within(ctx context.Context) access.Session {
	s, _ := ctx.Value(withinKey{}).(access.Session)
	return s
}

// SessionOf is the session that a page of ForStaff is asked for in.
func SessionOf(ctx context.Context) access.SessionID { return within(ctx).ID }

// signedIn lets in who has a session, as the person they are now; others are
// sent to sign in and come back.
func (b *Workbench) signedIn(next web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx := r.Context()
		id := access.StaffID(b.Sessions.GetString(ctx, staffKey))
		if id == "" {
			return b.toSignIn(w, r)
		}
		session, err := b.Staff.Within(ctx, id, access.SessionID(b.Sessions.GetString(ctx, sessionKey)))
		var by access.Actor
		if err == nil {
			by, err = b.Staff.Actor(ctx, id)
		}
		if errs.Is(err, errs.NotFound) { // they have left, or the session was ended
			if err := b.Sessions.Destroy(ctx); err != nil {
				return err
			}
			return b.toSignIn(w, r)
		}
		if err != nil {
			return err
		}
		return next(w, r.WithContext(context.WithValue(access.With(ctx, by), withinKey{}, session)))
	}
}

func (b *Workbench) toSignIn(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet {
		return errs.New(errs.Denied, "work.signed_out")
	}
	b.Sessions.Put(r.Context(), backKey, r.URL.RequestURI())
	return web.See(w, r, "/work/sign-in")
}

// signInView is what the sign-in page offers.
type signInView struct {
	login    string
	passkeys string // the origin at which they work, "" for none
	service  string // the name of the sign-in service, "" for none
	wrong    map[string]string
}

func (b *Workbench) signInForm(w http.ResponseWriter, r *http.Request) error {
	return b.renderSignIn(w, r, http.StatusOK, "", nil)
}

func (b *Workbench) renderSignIn(w http.ResponseWriter, r *http.Request, status int, login string, wrong map[string]string) error {
	ctx := r.Context()
	v := signInView{login: login, wrong: wrong}
	if b.Staff.Passkeys != nil {
		v.passkeys = b.Staff.Passkeys.Origin
	}
	if b.SignInService != nil {
		if v.service = b.SignInServiceName; v.service == "" {
			v.service = web.T(ctx, "signin.service")
		}
	}
	return web.Render(ctx, w, status, signInPage(v))
}

// allow counts one more try from the address.
func (b *Workbench) allow(r *http.Request) error {
	if b.SignIns.Allow(b.Site.Address(r)) {
		return nil
	}
	return errs.New(errs.TooMany, "signin.too_many", "Until", b.Now().Add(time.Minute))
}

func (b *Workbench) signIn(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err == nil {
		err = b.allow(r)
	}
	var who access.Staff
	if err == nil {
		who, err = b.Staff.SignIn(ctx, form.Get("login"), form.Get("password"), form.Get("code"))
	}
	if err != nil {
		if wrong := web.Messages(ctx, err); wrong != nil {
			return b.renderSignIn(w, r, web.Status(err), form.Get("login"), wrong)
		}
		return err
	}
	return b.enter(w, r, who.ID, access.ByPassword)
}

// enter begins a session and goes where somebody wanted to.
func (b *Workbench) enter(w http.ResponseWriter, r *http.Request, id access.StaffID, way access.Way) error {
	next, err := b.begin(r, id, way)
	if err != nil {
		return err
	}
	return web.See(w, r, next)
}

// begin begins a session with a new token, so that one planted before means
// nothing, and gives where somebody wanted to go.
func (b *Workbench) begin(r *http.Request, id access.StaffID, way access.Way) (next string, err error) {
	ctx := r.Context()
	next = b.Sessions.PopString(ctx, backKey)
	if err := b.Sessions.RenewToken(ctx); err != nil {
		return "", err
	}
	// Who signs in again in the same browser leaves no session behind.
	if before := access.StaffID(b.Sessions.GetString(ctx, staffKey)); before != "" {
		if err := b.Staff.EndSession(ctx, access.Actor{Staff: before}, before, access.SessionID(b.Sessions.GetString(ctx, sessionKey))); err != nil {
			return "", err
		}
	}
	if err := b.Sessions.Clear(ctx); err != nil { // what is left of somebody else
		return "", err
	}
	session, err := b.Staff.Enter(ctx, id, way, r.UserAgent())
	if err != nil {
		return "", err
	}
	b.Sessions.Put(ctx, staffKey, string(id))
	b.Sessions.Put(ctx, sessionKey, string(session))
	if next == "" || !strings.HasPrefix(next, "/work") {
		next = "/work"
	}
	return next, nil
}

func (b *Workbench) signOut(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if id := access.StaffID(b.Sessions.GetString(ctx, staffKey)); id != "" {
		if err := b.Staff.EndSession(ctx, access.Actor{Staff: id}, id, access.SessionID(b.Sessions.GetString(ctx, sessionKey))); err != nil {
			return err
		}
	}
	if err := b.Sessions.Destroy(ctx); err != nil {
		return err
	}
	if b.Site.Demo {
		return web.See(w, r, "/demo")
	}
	return web.See(w, r, "/work/sign-in")
}

// beginPasskeySignIn gives the browser a challenge, which the session keeps.
func (b *Workbench) beginPasskeySignIn(w http.ResponseWriter, r *http.Request) error {
	if err := b.allow(r); err != nil {
		return err
	}
	c, err := b.Staff.BeginSignIn()
	if err != nil {
		return err
	}
	b.Sessions.Put(r.Context(), challenge, c.Remember)
	return sendJSON(w, c.Options)
}

// passkeySignIn takes the answer. The challenge is taken out of the session,
// whatever comes of it.
func (b *Workbench) passkeySignIn(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	kept := b.Sessions.PopBytes(ctx, challenge)
	if err := b.allow(r); err != nil {
		return err
	}
	answer, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	who, err := b.Staff.SignInWithPasskey(ctx, kept, answer)
	if err != nil {
		return b.told(ctx, err)
	}
	next, err := b.begin(r, who.ID, access.ByPasskey)
	if err != nil {
		return err
	}
	return goTo(w, next)
}

// told logs why somebody was not let in, which they are told in general only.
func (b *Workbench) told(ctx context.Context, err error) error {
	if web.Status(err) < http.StatusInternalServerError {
		b.Site.Log.InfoContext(ctx, "not signed in", "why", err, "id", web.RequestID(ctx))
	}
	return err
}

// toService sends somebody to the sign-in service. It is a link and no form:
// the security policy of the page lets forms go nowhere else.
func (b *Workbench) toService(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if b.SignInService == nil {
		return errs.New(errs.NotFound, "error.no_page")
	}
	err := b.allow(r)
	var address string
	var a oidc.Attempt
	if err == nil {
		address, a, err = b.SignInService.Begin(ctx)
	}
	if err != nil {
		return b.notFromService(w, r, err)
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	b.Sessions.Put(ctx, attemptKey, body)
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// fromService is where the sign-in service sends somebody back.
func (b *Workbench) fromService(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if b.SignInService == nil {
		return errs.New(errs.NotFound, "error.no_page")
	}
	var a oidc.Attempt
	if kept := b.Sessions.PopBytes(ctx, attemptKey); kept != nil {
		if err := json.Unmarshal(kept, &a); err != nil {
			return err
		}
	}
	err := b.allow(r)
	var i oidc.Identity
	if err == nil {
		i, err = b.SignInService.Finish(ctx, a, r.URL.Query())
	}
	var who access.Staff
	if err == nil {
		who, err = b.Staff.SignInAs(ctx, i.Issuer, i.Subject, i.Login)
	}
	if err != nil {
		return b.notFromService(w, r, err)
	}
	return b.enter(w, r, who.ID, access.ByProvider)
}

// notFromService is the sign-in page, which says why and has the other ways.
func (b *Workbench) notFromService(w http.ResponseWriter, r *http.Request, err error) error {
	if errs.Of(err) == nil {
		return err
	}
	status := web.Status(err)
	if status >= http.StatusInternalServerError {
		b.Site.Log.WarnContext(r.Context(), "sign-in service", "error", err, "id", web.RequestID(r.Context()))
	}
	return b.renderSignIn(w, r, status, "", map[string]string{"": web.Explain(r.Context(), b.told(r.Context(), err))})
}

func sendJSON(w http.ResponseWriter, body []byte) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write(body)
	return err
}

// goTo tells a script where to go now.
func goTo(w http.ResponseWriter, path string) error {
	body, err := json.Marshal(map[string]string{"next": path})
	if err != nil {
		return err
	}
	return sendJSON(w, body)
}

func (b *Workbench) setupForm(w http.ResponseWriter, r *http.Request) error {
	set, err := b.Staff.Setup(r.Context(), r.PathValue("link"))
	if err != nil {
		return err
	}
	return b.renderSetup(w, r, http.StatusOK, set, nil)
}

func (b *Workbench) renderSetup(w http.ResponseWriter, r *http.Request, status int, set access.Setup, wrong map[string]string) error {
	image, err := web.QR(set.URL)
	if err != nil {
		return err
	}
	return web.Render(r.Context(), w, status, setupPage(set, image, r.URL.Path, wrong))
}

func (b *Workbench) setup(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if form.Get("password") != form.Get("again") {
		err = errs.Field("again", "setup.differ")
	} else {
		_, err = b.Staff.FinishSetup(ctx, r.PathValue("link"), form.Get("password"), form.Get("code"))
	}
	if err == nil {
		return web.See(w, r, "/work/sign-in")
	}
	wrong := web.Messages(ctx, err)
	if wrong == nil {
		return err
	}
	set, again := b.Staff.Setup(ctx, r.PathValue("link"))
	if again != nil {
		return again
	}
	return b.renderSetup(w, r, web.Status(err), set, wrong)
}
