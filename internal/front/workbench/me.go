package workbench

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// meView is how somebody signs in and who stands in for them, on their own
// page and, but for what is theirs alone, on that of administrators.
type meView struct {
	page        web.Page
	staff       access.Staff
	city        org.City
	names       map[access.StaffID]org.Name
	action      string // where its forms go
	own         bool
	now         time.Time
	current     access.SessionID
	origin      string // at which passkeys work, "" for none
	passkeys    []access.Passkey
	sessions    []access.Session
	identities  []access.Identity
	events      []access.Event
	delegations []access.Delegation
	colleagues  []access.Staff
	typed       url.Values
	wrong       map[string]string
}

func (b *Workbench) me(w http.ResponseWriter, r *http.Request) error {
	return b.renderMe(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderMe(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := meView{page: b.page(ctx, web.T(ctx, "me.title"), "/work/me"), action: "/work/me", own: true, current: within(ctx).ID, typed: typed, wrong: wrong}
	var err error
	if v.staff, err = b.Staff.Self(ctx, by); err != nil {
		return err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	if err := b.fillMe(ctx, by, &v); err != nil {
		return err
	}
	return web.Render(ctx, w, status, mePage(v))
}

func (b *Workbench) fillMe(ctx context.Context, by access.Actor, v *meView) (err error) {
	v.now = b.Now()
	if b.Staff.Passkeys != nil {
		v.origin = b.Staff.Passkeys.Origin
	}
	id := v.staff.ID
	if v.passkeys, err = b.Staff.PasskeysOf(ctx, by, id); err != nil {
		return err
	}
	if v.sessions, err = b.Staff.Sessions(ctx, by, id); err != nil {
		return err
	}
	if v.identities, err = b.Staff.Identities(ctx, by, id); err != nil {
		return err
	}
	if v.events, err = b.Staff.Events(ctx, by, id); err != nil {
		return err
	}
	if v.delegations, err = b.Staff.Delegations(ctx, by, id); err != nil {
		return err
	}
	v.colleagues, err = b.Staff.CanStandIn(ctx, by, id)
	return err
}

// changeMe changes how somebody signs in and who stands in for them.
func (b *Workbench) changeMe(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	by := access.From(ctx)
	switch form.Get("action") {
	case "password":
		if form.Get("password") != form.Get("again") {
			err = errs.Field("again", "setup.differ")
		} else {
			err = b.Staff.ChangePassword(ctx, by, form.Get("current"), form.Get("password"), within(ctx).ID)
		}
	case "passkey_name":
		err = b.Staff.RenamePasskey(ctx, by, form.Get("passkey"), form.Get("name"))
	default:
		err = b.signInChange(ctx, by, by.Staff, form)
	}
	if err == nil {
		return web.See(w, r, "/work/me")
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderMe(w, r, web.Status(err), form, wrong)
	}
	return err
}

// signInChange does what somebody may do with their own ways to sign in, and
// administrators with everybody's.
func (b *Workbench) signInChange(ctx context.Context, by access.Actor, id access.StaffID, form url.Values) error {
	switch form.Get("action") {
	case "end":
		return b.Staff.EndSession(ctx, by, id, access.SessionID(form.Get("session")))
	case "end_others":
		return b.Staff.EndOtherSessions(ctx, by, id, b.own(ctx, id))
	case "passkey_remove":
		return b.Staff.RemovePasskey(ctx, by, id, form.Get("passkey"))
	case "unlink":
		return b.Staff.Unlink(ctx, by, id, form.Get("issuer"))
	case "away":
		city, err := b.Org.City(ctx)
		if err != nil {
			return err
		}
		day := func(name string) time.Time {
			t, _ := time.ParseInLocation(time.DateOnly, form.Get(name), city.Calendar.Location()) // what is no day is none
			return t
		}
		return b.Requests.StandIn(ctx, by, id, access.StaffID(form.Get("stand_in")), day("since"), day("until"))
	case "away_end":
		return b.Requests.EndStandIn(ctx, by, form.Get("delegation"))
	}
	return errs.New(errs.NotFound, "error.no_page")
}

// own is the session somebody asks in, if it is one of theirs of whom it is about.
func (b *Workbench) own(ctx context.Context, id access.StaffID) access.SessionID {
	if s := within(ctx); s.Staff == id {
		return s.ID
	}
	return ""
}

// beginPasskey asks the device for a new passkey.
func (b *Workbench) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	c, err := b.Staff.BeginPasskey(ctx, access.From(ctx), within(ctx))
	if err != nil {
		return err
	}
	b.Sessions.Put(ctx, newKey, c.Remember)
	return sendJSON(w, c.Options)
}

// addPasskey keeps what the device made.
func (b *Workbench) addPasskey(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	kept := b.Sessions.PopBytes(ctx, newKey)
	var body struct {
		Name   string          `json:"name"`
		Answer json.RawMessage `json:"answer"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return errs.New(errs.Invalid, "passkey.not_made")
	}
	if err := b.Staff.FinishPasskey(ctx, access.From(ctx), kept, body.Name, body.Answer); err != nil {
		return b.told(ctx, err)
	}
	return goTo(w, "/work/me")
}

func (v meView) name(ctx context.Context, id access.StaffID) string {
	return v.names[id].In(web.Lang(ctx))
}

// by names who did something with the ways to sign in.
func (v meView) by(ctx context.Context, id string) string {
	if n, ok := v.names[access.StaffID(id)]; ok {
		return n.In(web.Lang(ctx))
	}
	return web.T(ctx, "who.system")
}

// who says of a delegation who stands in for whom, and on which days.
func (v meView) who(ctx context.Context, d access.Delegation) string {
	args := []any{"From", web.Date(ctx, d.Since), "Until", web.Date(ctx, d.Until.Add(-time.Microsecond)), "Away", v.name(ctx, d.From), "Name", v.name(ctx, d.To)}
	switch {
	case !v.own:
		return web.T(ctx, "away.others", args...)
	case d.From == v.staff.ID:
		return web.T(ctx, "away.given", args...)
	}
	return web.T(ctx, "away.taken", args...)
}

func (v meView) open() (list []access.Delegation) {
	for _, d := range v.delegations {
		if d.Open(v.now) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b access.Delegation) int { return a.Since.Compare(b.Since) })
	return list
}

func (v meView) over() (list []access.Delegation) {
	for _, d := range v.delegations {
		if !d.Open(v.now) {
			list = append(list, d)
		}
	}
	return list
}

func (v meView) standIns(ctx context.Context) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "case.choose")}}
	for _, s := range v.colleagues {
		list = append(list, web.Option{Value: string(s.ID), Label: s.Name.In(web.Lang(ctx)) + " · " + rolesText(ctx, s.Roles)})
	}
	return list
}

// today is the first day of a delegation, as a form has it.
func (v meView) today() string {
	return v.now.In(v.city.Calendar.Location()).Format(time.DateOnly)
}

func (v meView) value(name, has string) string {
	if v.typed != nil && v.typed.Has(name) {
		return v.typed.Get(name)
	}
	return has
}

// what says of an event what it was about.
func (v meView) what(ctx context.Context, e access.Event) string {
	if e.Kind == access.SignedIn {
		return web.T(ctx, "way."+e.Detail)
	}
	return e.Detail
}

func browserName(ctx context.Context, s access.Session) string {
	if s.Browser == "" {
		return web.T(ctx, "me.some_browser")
	}
	return s.Browser
}
