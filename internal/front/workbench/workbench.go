// Package workbench is the officials' door: clerks write down, dispatchers
// send, units handle, heads check, leaders see. It has no rules; what
// somebody may do, the services decide.
package workbench

import (
	"context"
	"embed"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/files"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/law"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
	"yiwang/internal/flow"
	"yiwang/internal/flow/administration"
	"yiwang/internal/front/web"
)

// Texts are the words of these pages.
//
//go:embed texts
var Texts embed.FS

// A Workbench serves people who work here.
type Workbench struct {
	Site      *web.Site
	Sessions  *scs.SessionManager
	Staff     *access.Service
	Intake    *intake.Service
	Triage    *triage.Service
	Cases     *cases.Service
	Notify    *notify.Service
	Requests  *flow.Requests
	Files     *files.Service
	Knowledge *knowledge.Service
	Law       *law.Service
	Calls     *calls.Service
	Bulks     *flow.Bulks
	// Supervision is orders, programmes and the ladder.
	Supervision *flow.Supervision
	// Play plays a morning of calls, in a demonstration; else nil.
	Play func(ctx context.Context) error
	// Administration changes the city.
	Administration *administration.Service
	URL            string // the address people use, for links that are handed on
	Org            *org.Service
	Now            func() time.Time
	SignIns        *web.Limiter // by address; access limits them by name
}

// NewSessions keeps sessions in store: half a day at most, an hour idle.
func NewSessions(store scs.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = store
	m.Lifetime = 12 * time.Hour
	m.IdleTimeout = 2 * time.Hour
	m.Cookie.Name = "session"
	m.Cookie.HttpOnly = true
	m.Cookie.Secure = secure
	m.Cookie.SameSite = http.SameSiteLaxMode
	return m
}

// Routes mounts the workbench's pages.
func (b *Workbench) Routes(mux *http.ServeMux) {
	open := func(pattern string, h web.Handler) { mux.Handle(pattern, b.Sessions.LoadAndSave(b.Site.Page(h))) }
	staff := func(pattern string, h web.Handler) { mux.Handle(pattern, b.ForStaff(h)) }
	open("GET /work/sign-in", b.signInForm)
	open("POST /work/sign-in", b.signIn)
	open("POST /work/sign-out", b.signOut)
	open("GET /work/setup/{link}", b.setupForm)
	open("POST /work/setup/{link}", b.setup)
	if b.Site.Demo {
		open("GET /demo", b.demo)
		open("POST /demo/sign-in", b.demoSignIn)
	}
	staff("GET /work", b.start)
	staff("GET /work/queue", b.queue)
	staff("GET /work/cases/{number}", b.casePage)
	staff("POST /work/cases/{number}/here", b.here)
	staff("POST /work/cases/{number}/{action}", b.act)
	staff("GET /work/cases/{number}/photos/{id}", b.photo)
	staff("POST /work/cases/{number}/photos", b.addPhoto)
	staff("GET /work/way", b.way)
	staff("POST /work/way/{number}/photos", b.visitForm)
	mux.Handle("POST /work/way/{number}", b.Sessions.LoadAndSave(b.Site.JSON(b.signedIn(b.visit))))
	mux.HandleFunc("GET /work/way.js", b.wayWorker)
	staff("GET /work/new", b.entry)
	staff("POST /work/new", b.take)
	staff("POST /work/new/hints", b.entryHints)
	staff("GET /work/search", b.search)
	staff("GET /work/admin/duties", b.duties)
	staff("GET /work/admin/duties/{id}", b.duty)
	staff("POST /work/admin/duties/{id}", b.changeDuty)
	staff("GET /work/admin", b.administration)
	staff("GET /work/admin/city.zip", b.cityFile)
	staff("GET /work/admin/tables/{table}", b.table)
	staff("GET /work/admin/tables/{table}/file/{kind}", b.tableFile)
	staff("POST /work/admin/tables/{table}/import", b.importTable)
	staff("GET /work/admin/tables/{table}/row", b.tableRow)
	staff("POST /work/admin/tables/{table}/row", b.changeRow)
	staff("GET /work/admin/drafts", b.drafts)
	staff("POST /work/admin/drafts", b.newDraft)
	staff("GET /work/admin/drafts/versions", b.versions)
	staff("POST /work/admin/drafts/versions", b.rollBack)
	staff("GET /work/admin/drafts/{id}", b.draft)
	staff("POST /work/admin/drafts/{id}/{action}", b.actOnDraft)
	staff("GET /work/admin/drafts/{id}/replay", b.replay)
	staff("GET /work/admin/drafts/{id}/replay.csv", b.replayFile)
	staff("GET /work/admin/drafts/{id}/tables/{table}", b.table)
	staff("GET /work/admin/drafts/{id}/tables/{table}/file/{kind}", b.tableFile)
	staff("POST /work/admin/drafts/{id}/tables/{table}/import", b.draftTable)
	staff("GET /work/admin/drafts/{id}/tables/{table}/row", b.tableRow)
	staff("POST /work/admin/drafts/{id}/tables/{table}/row", b.changeRow)
	staff("GET /work/admin/automatic", b.thresholds)
	staff("POST /work/admin/automatic", b.setThreshold)
	staff("GET /work/automatic", b.automatic)
	staff("POST /work/automatic", b.checkAutomatic)
	staff("GET /work/admin/people", b.people)
	staff("POST /work/admin/people", b.addPerson)
	staff("GET /work/admin/people/{id}", b.person)
	staff("POST /work/admin/people/{id}", b.changePerson)
	staff("POST /work/bulk", b.bulkForm)
	staff("GET /work/bulk/{id}", b.bulk)
	staff("POST /work/bulk/{id}", b.bulk)
	staff("GET /work/orders", b.orders)
	staff("POST /work/orders", b.giveOrder)
	staff("POST /work/orders/{id}/{action}", b.actOnOrder)
	staff("GET /work/programmes", b.programmes)
	staff("GET /work/programmes/new", b.programmeForm)
	staff("POST /work/programmes/new", b.propose)
	staff("GET /work/programmes/{id}", b.programme)
	staff("POST /work/programmes/{id}/{action}", b.actOnProgramme)
	staff("GET /work/calls", b.calls)
	staff("GET /work/calls/ringing", b.ringing)
	staff("POST /work/calls", b.callBack)
	staff("GET /work/knowledge", b.articles)
	staff("GET /work/knowledge/new", b.article)
	staff("POST /work/knowledge/new", b.keepArticle)
	staff("GET /work/knowledge/{id}", b.article)
	staff("POST /work/knowledge/{id}/{action}", b.keepArticle)
	staff("GET /work/admin/laws", b.laws)
	staff("POST /work/admin/laws", b.changeLaw)
	staff("GET /work/overview", b.overview)
	staff("GET /work/notices", b.notices)
	staff("GET /work/keys", b.keys)
	staff("GET /work/help", b.help)
	staff("POST /work/help", b.feedback)
}

// ForStaff serves a page to who is signed in, also of another door.
func (b *Workbench) ForStaff(h web.Handler) http.Handler {
	return b.Sessions.LoadAndSave(b.Site.Page(b.signedIn(h)))
}

// Frame is the frame of a page for who is signed in.
func (b *Workbench) Frame(ctx context.Context, title, at string) web.Page {
	return b.page(ctx, title, at)
}

const staffKey = "staff"

// signedIn lets in who has a session, as the person they are now; others are
// sent to sign in and come back.
func (b *Workbench) signedIn(next web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := b.Sessions.GetString(r.Context(), staffKey)
		if id == "" {
			if r.Method != http.MethodGet {
				return errs.New(errs.Denied, "work.signed_out")
			}
			back := r.URL.Path
			if r.URL.RawQuery != "" {
				back += "?" + r.URL.RawQuery
			}
			b.Sessions.Put(r.Context(), "back", back)
			return web.See(w, r, "/work/sign-in")
		}
		by, err := b.Staff.Actor(r.Context(), access.StaffID(id))
		if errs.Is(err, errs.NotFound) { // they have left
			if err := b.Sessions.Destroy(r.Context()); err != nil {
				return err
			}
			return web.See(w, r, "/work/sign-in")
		}
		if err != nil {
			return err
		}
		return next(w, r.WithContext(access.With(r.Context(), by)))
	}
}

func (b *Workbench) start(w http.ResponseWriter, r *http.Request) error {
	return web.See(w, r, home(access.From(r.Context())))
}

// home is the page somebody's work begins on.
func home(by access.Actor) string {
	switch {
	case by.Is(access.Dispatcher, access.Supervisor, access.Handler, access.SectionHead, access.UnitLeader):
		return "/work/queue"
	case by.Is(access.Clerk):
		return "/work/new"
	case by.Is(access.Leader, access.Auditor):
		return "/work/overview"
	case by.Is(access.Administrator):
		return "/work/admin"
	}
	return "/work/notices"
}

// page is the frame of a page for who is signed in.
func (b *Workbench) page(ctx context.Context, title, at string) web.Page {
	by := access.From(ctx)
	p := web.Page{Title: title, Door: web.Workbench, Wide: true, Who: by.Name.In(web.Lang(ctx))}
	if by.Is(access.Clerk) {
		p.Strip = "/work/calls/ringing"
	}
	add := func(href, key, press string) {
		p.Nav = append(p.Nav, web.Link{Href: href, Text: web.T(ctx, key), Key: press, Current: href == at})
	}
	if by.Is(access.Clerk, access.Dispatcher, access.Supervisor) {
		add("/work/new", "work.nav_new", "n")
		add("/work/calls", "calls.title", "c")
	}
	if by.Is(access.Clerk, access.Dispatcher, access.Supervisor, access.Handler, access.SectionHead, access.UnitLeader, access.Leader, access.Auditor) {
		add("/work/queue", "work.nav_queue", "q")
	}
	if by.Is(access.Handler) {
		add("/work/way", "way.title", "w")
	}
	if by.Is(access.Dispatcher, access.Supervisor) {
		add("/work/automatic", "auto.title", "")
	}
	if by.Is(access.Supervisor, access.Leader, access.SectionHead, access.UnitLeader) {
		add("/work/orders", "order.title", "s")
	}
	if by.Can(access.RequestFind, access.Resource{Type: access.CityType}) == nil {
		add("/work/search", "work.nav_search", "/")
	}
	if by.Can(access.KnowledgeRead, access.Resource{Type: access.CityType}) == nil {
		add("/work/knowledge", "kb.title", "l")
	}
	if by.Can(access.BoardRead, access.Resource{Type: access.CityType}) == nil {
		add("/work/board", "work.nav_board", "b")
		add("/work/overview", "work.nav_overview", "o")
	}
	if by.Can(access.CityManage, access.Resource{Type: access.CityType}) == nil {
		add("/work/admin", "admin.title", "")
		add("/work/admin/people", "people.title", "")
		add("/work/admin/duties", "admin.duties", "")
	}
	if by.Can(access.CityPublish, access.Resource{Type: access.CityType}) == nil {
		add("/work/admin/drafts", "draft.title", "")
	}
	add("/work/notices", "work.nav_notices", "")
	add("/work/keys", "work.nav_keys", "?")
	return p
}

func (b *Workbench) signInForm(w http.ResponseWriter, r *http.Request) error {
	return web.Render(r.Context(), w, http.StatusOK, signInPage("", nil))
}

func (b *Workbench) signIn(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err == nil && !b.SignIns.Allow(b.Site.Address(r)) {
		err = errs.New(errs.TooMany, "signin.too_many", "Until", b.Now().Add(time.Minute))
	}
	var who access.Staff
	if err == nil {
		who, err = b.Staff.SignIn(ctx, form.Get("login"), form.Get("password"), form.Get("code"))
	}
	if err != nil {
		if wrong := web.Messages(ctx, err); wrong != nil {
			return web.Render(ctx, w, web.Status(err), signInPage(form.Get("login"), wrong))
		}
		return err
	}
	return b.enter(w, r, who.ID)
}

// enter begins a session with a new token, so that one planted before means nothing.
func (b *Workbench) enter(w http.ResponseWriter, r *http.Request, id access.StaffID) error {
	ctx := r.Context()
	back := b.Sessions.PopString(ctx, "back")
	if err := b.Sessions.RenewToken(ctx); err != nil {
		return err
	}
	b.Sessions.Put(ctx, staffKey, string(id))
	if back == "" || !strings.HasPrefix(back, "/work") {
		back = "/work"
	}
	return web.See(w, r, back)
}

func (b *Workbench) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := b.Sessions.Destroy(r.Context()); err != nil {
		return err
	}
	if b.Site.Demo {
		return web.See(w, r, "/demo")
	}
	return web.See(w, r, "/work/sign-in")
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

func (b *Workbench) keys(w http.ResponseWriter, r *http.Request) error {
	return web.Render(r.Context(), w, http.StatusOK, keysPage(b.page(r.Context(), web.T(r.Context(), "work.nav_keys"), "/work/keys")))
}

func (b *Workbench) notices(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	list, err := b.Notify.Mine(ctx, by, 100)
	if err != nil {
		return err
	}
	for _, n := range list {
		if n.ReadAt.IsZero() && n.Staff != "" {
			if err := b.Notify.Read(ctx, by, n.ID); err != nil {
				return err
			}
		}
	}
	return web.Render(ctx, w, http.StatusOK, noticesPage(b.page(ctx, web.T(ctx, "work.nav_notices"), "/work/notices"), list))
}
