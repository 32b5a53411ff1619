package portal

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/account"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// NewSessions keeps the sessions of residents' accounts in store, a week at
// most. That an idle one ends is seen to by signedIn: scs would write at every
// page that is looked at.
func NewSessions(store scs.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = store
	m.Lifetime = 7 * 24 * time.Hour
	m.Cookie.Name = "account"
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = secure
	m.Cookie.SameSite = http.SameSiteLaxMode
	return m
}

const (
	accountKey = "account" // who is signed in
	usedKey    = "used"    // when they last looked, in seconds, to accountStep
	keepKey    = "keep"    // the receipt that is kept once they have
)

type accountView struct {
	list  []kept
	typed url.Values
	wrong map[string]string
	form  string // the form that was sent: in, open
}

// kept is one request of an account.
type kept struct {
	intake.Request
	cases []cases.Case
}

func (k kept) title() string { return flow.Subject(k.Request) }

// state is that of the matter that is least far.
func (k kept) state(now time.Time) string {
	if len(k.cases) == 0 {
		return string(cases.Waiting)
	}
	least := slices.MinFunc(k.cases, func(a, b cases.Case) int { return a.StateAsOf(now).Far() - b.StateAsOf(now).Far() })
	return string(least.StateAsOf(now))
}

// How long a resident stays signed in without looking at anything, and how
// exactly that is known.
const (
	accountIdle = 24 * time.Hour
	accountStep = 10 * time.Minute
)

// signedIn is the account of who asks, "" for none; who was signed in to one that
// was deleted elsewhere, or long ago, is not any more.
func (p *Portal) signedIn(ctx context.Context) (account.ID, error) {
	id := account.ID(p.Sessions.GetString(ctx, accountKey))
	if id == "" {
		return "", nil
	}
	there, err := p.Accounts.Store.There(ctx, id)
	if err != nil {
		return "", err
	}
	now := p.Now()
	idle := now.Sub(time.Unix(p.Sessions.GetInt64(ctx, usedKey), 0))
	if there && idle < accountIdle {
		if idle >= accountStep {
			p.Sessions.Put(ctx, usedKey, now.Unix())
		}
		return id, nil
	}
	p.Sessions.Remove(ctx, accountKey)
	return "", nil
}

func (p *Portal) account(w http.ResponseWriter, r *http.Request) error {
	return p.renderAccount(w, r, http.StatusOK, accountView{typed: url.Values{}})
}

func (p *Portal) renderAccount(w http.ResponseWriter, r *http.Request, status int, v accountView) error {
	ctx := r.Context()
	id, err := p.signedIn(ctx)
	if err != nil {
		return err
	}
	if id == "" {
		return web.Render(ctx, w, status, signInPage(v))
	}
	held, err := p.Accounts.Store.Requests(ctx, id)
	if err != nil {
		return err
	}
	ids := make([]intake.ID, len(held))
	for i, r := range held {
		ids[i] = intake.ID(r)
	}
	by := access.Actor{Requests: held}
	requests, err := p.Intake.Requests(ctx, by, ids, access.Resource{})
	if err != nil {
		return err
	}
	of, err := p.Cases.OfRequests(ctx, by, held)
	if err != nil {
		return err
	}
	found := make(map[string]intake.Request, len(requests))
	for _, q := range requests {
		found[string(q.ID)] = q
	}
	for _, h := range held {
		if q, ok := found[h]; ok {
			v.list = append(v.list, kept{q, of[h]})
		}
	}
	return web.Render(ctx, w, status, accountPage(v, p.Now()))
}

// enterAccount signs in, opens an account, signs out or deletes the account.
func (p *Portal) enterAccount(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	v := accountView{typed: url.Values{"name": {form.Get("name")}}, form: r.PathValue("action")}
	var id account.ID
	switch v.form {
	case "in", "open":
		switch {
		case !p.SignIns.Allow(p.Site.Address(r)), v.form == "in" && !p.SignIns.Allow("account "+p.Accounts.Digest(form.Get("name"))):
			err = errs.New(errs.TooMany, "account.too_many")
		case v.form == "in":
			id, err = p.Accounts.SignIn(ctx, form.Get("name"), form.Get("password"))
		default:
			id, err = p.Accounts.Open(ctx, form.Get("name"), form.Get("password"))
		}
	case "out":
		if err := p.Sessions.Destroy(ctx); err != nil {
			return err
		}
		return web.See(w, r, "/account")
	case "delete":
		if form.Get("sure") != "yes" {
			err = errs.Field("sure", "account.sure")
			break
		}
		id, err := p.signedIn(ctx)
		if err != nil {
			return err
		}
		if err := p.Accounts.Store.Delete(ctx, id); err != nil {
			return err
		}
		if err := p.Sessions.Destroy(ctx); err != nil {
			return err
		}
		return web.See(w, r, "/account")
	default:
		err = errs.New(errs.NotFound, "error.no_page")
	}
	if err != nil {
		if v.wrong = web.Messages(ctx, err); v.wrong == nil {
			return err
		}
		return p.renderAccount(w, r, web.Status(err), v)
	}
	code := p.Sessions.PopString(ctx, keepKey)
	if err := p.Sessions.RenewToken(ctx); err != nil {
		return err
	}
	p.Sessions.Put(ctx, accountKey, string(id))
	p.Sessions.Put(ctx, usedKey, p.Now().Unix())
	if code != "" {
		if q, _, err := p.byReceipt(r, code); err == nil {
			if err := p.Accounts.Put(ctx, id, string(q.ID)); err != nil {
				return err
			}
		}
	}
	return web.See(w, r, "/account")
}

// keep puts the request of a receipt into the account, or out of it; who is
// not signed in does that first.
func (p *Portal) keep(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	q, _, err := p.byReceipt(r, r.PathValue("code"))
	if err != nil {
		return err
	}
	id, err := p.signedIn(ctx)
	if err != nil {
		return err
	}
	switch {
	case id == "":
		p.Sessions.Put(ctx, keepKey, q.Receipt.String())
	case form.Get("out") != "":
		err = p.Accounts.Store.Take(ctx, id, string(q.ID))
	default:
		err = p.Accounts.Put(ctx, id, string(q.ID))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return p.story(w, r, web.Status(err), reply{wrong: wrong})
	}
	if err != nil {
		return err
	}
	return web.See(w, r, "/account")
}
