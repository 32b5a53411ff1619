// Package workbench is the officials' door: clerks write down, dispatchers
// send, units handle, heads check, leaders see. It has no rules; what
// somebody may do, the services decide.
package workbench

import (
	"context"
	"embed"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"yiwang/internal/base/oidc"
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
	Learning  *flow.Learning
	Insight   *flow.Insight
	// Supervision is orders, programmes and the ladder.
	Supervision *flow.Supervision
	// Play plays a morning of calls, in a demonstration; else nil.
	Play func(ctx context.Context) error
	// Administration changes the city.
	Administration *administration.Service
	// Sealing hands reports over to bodies outside.
	Sealing *flow.Sealing
	Org     *org.Service
	Now     func() time.Time
	SignIns *web.Limiter // by address; access limits them by name
	// SignInService is another way to sign in, or nil, under a name of the city's.
	SignInService     *oidc.Client
	SignInServiceName string
}

// Routes mounts the workbench's pages.
func (b *Workbench) Routes(mux *http.ServeMux) {
	open := func(pattern string, h web.Handler) { mux.Handle(pattern, b.Sessions.LoadAndSave(b.Site.Page(h))) }
	staff := func(pattern string, h web.Handler) { mux.Handle(pattern, b.ForStaff(h)) }
	open("GET /work/sign-in", b.signInForm)
	open("POST /work/sign-in", b.signIn)
	json := func(pattern string, h web.Handler) { mux.Handle(pattern, b.Sessions.LoadAndSave(b.Site.JSON(h))) }
	json("POST /work/sign-in/passkey", b.beginPasskeySignIn)
	json("POST /work/sign-in/passkey/answer", b.passkeySignIn)
	open("GET /work/sign-in/service", b.toService)
	open("GET "+SignInCallback, b.fromService)
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
	json("POST /work/way/{number}", b.signedIn(b.visit))
	mux.HandleFunc("GET /work/way.js", b.wayWorker)
	staff("GET /work/new", b.entry)
	staff("POST /work/new", b.take)
	staff("POST /work/new/hints", b.entryHints)
	staff("POST /work/queue", b.keepView)
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
	staff("GET /work/admin/people/links", b.peopleLinks)
	staff("GET /work/admin/people/{id}", b.person)
	staff("POST /work/admin/people/{id}", b.changePerson)
	staff("POST /work/bulk", b.bulkForm)
	staff("GET /work/bulk/{id}", b.bulk)
	staff("POST /work/bulk/{id}", b.bulk)
	staff("GET /work/topics", b.topics)
	staff("GET /work/topics/{number}", b.topic)
	staff("POST /work/topics/{number}/{action}", b.actOnTopic)
	staff("GET /work/associations", b.associations)
	staff("GET /work/associations.csv", b.associationsFile)
	staff("GET /work/answers", b.readings)
	staff("POST /work/answers/{id}", b.judgeReading)
	staff("GET /work/process", b.process)
	staff("GET /work/process.csv", b.processFile)
	staff("GET /work/models", b.models)
	staff("POST /work/models", b.changeModel)
	staff("GET /work/models/drift", b.modelDrift)
	staff("GET /work/models/thresholds", b.modelThresholds)
	staff("GET /work/models/{table}", b.modelTable)
	staff("GET /work/orders", b.orders)
	staff("POST /work/orders", b.giveOrder)
	staff("POST /work/orders/{id}/{action}", b.actOnOrder)
	staff("GET /work/programmes", b.programmes)
	staff("GET /work/programmes/new", b.programmeForm)
	staff("POST /work/programmes/new", b.proposeProgramme)
	staff("GET /work/programmes/{id}", b.programme)
	staff("POST /work/programmes/{id}/{action}", b.actOnProgramme)
	staff("GET /work/calls", b.calls)
	staff("GET /work/calls/ringing", b.ringing)
	staff("POST /work/calls", b.callBack)
	staff("GET /work/calls/recording", b.hearOwn)
	staff("GET /work/knowledge", b.articles)
	staff("GET /work/knowledge/new", b.article)
	staff("POST /work/knowledge/new", b.keepArticle)
	staff("GET /work/knowledge/{id}", b.article)
	staff("POST /work/knowledge/{id}/{action}", b.keepArticle)
	staff("GET /work/follow-ups", b.followUps)
	staff("GET /work/follow-ups/{number}", b.followUp)
	staff("POST /work/follow-ups/{number}", b.keepFollowUp)
	staff("POST /work/follow-ups/{number}/contact", b.followContact)
	staff("GET /work/rulings", b.rulings)
	staff("GET /work/rulings/{id}", b.ruling)
	staff("POST /work/rulings/{id}", b.propose)
	staff("POST /work/rulings/{id}/words", b.proposeWords)
	staff("GET /work/sealed", b.sealedReports)
	staff("GET /work/sealed/{id}/file", b.sealedFile)
	staff("POST /work/sealed/{id}", b.receiveSealed)
	staff("GET /work/overview", b.overview)
	staff("GET /work/overview/{table}", b.overviewTable)
	staff("GET /work/me", b.me)
	staff("POST /work/me", b.changeMe)
	json("POST /work/me/passkeys", b.signedIn(b.beginPasskey))
	json("POST /work/me/passkeys/answer", b.signedIn(b.addPasskey))
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
	case by.Is(access.Receiver):
		return "/work/sealed"
	}
	return "/work/notices"
}

// navGroups are the headings that pages fold under where somebody has many; the
// pages without one are those a day is spent on.
var navGroups = map[string]string{
	"/work/calls": "nav.cases", "/work/follow-ups": "nav.cases", "/work/automatic": "nav.cases", "/work/search": "nav.cases", "/work/audit": "nav.cases",
	"/work/orders": "nav.fair", "/work/rulings": "nav.fair", "/work/sealed": "nav.fair",
	"/work/board": "nav.figures", "/work/overview": "nav.figures", "/work/rates": "nav.figures", "/work/topics": "nav.figures",
	"/work/knowledge": "nav.city", "/work/admin": "nav.city", "/work/admin/people": "nav.city", "/work/admin/duties": "nav.city", "/work/admin/drafts": "nav.city",
}

// overlooked is how many pages can be overlooked without headings.
const overlooked = 9

// fold puts pages under headings where there are many; one page alone under a
// heading stands by itself.
func fold(ctx context.Context, list []web.Link) []web.Link {
	in := map[string]int{}
	for _, l := range list {
		in[l.Group]++
	}
	for i, l := range list {
		switch {
		case len(list) <= overlooked || in[l.Group] == 1:
			list[i].Group = ""
		case l.Group != "":
			list[i].Group = web.T(ctx, l.Group)
		}
	}
	return list
}

// page is the frame of a page for who is signed in.
func (b *Workbench) page(ctx context.Context, title, at string) web.Page {
	by := access.From(ctx)
	p := web.Page{Title: title, Door: web.Workbench, Wide: true, Who: by.Name.In(web.Lang(ctx)), Drafts: string(by.Staff)}
	if by.Is(access.Clerk) {
		p.Strip = "/work/calls/ringing"
	}
	add := func(href, key, press string) {
		p.Nav = append(p.Nav, web.Link{Href: href, Text: web.T(ctx, key), Key: press, Current: href == at, Group: navGroups[href]})
	}
	if by.Is(access.Clerk, access.Dispatcher, access.Supervisor) {
		add("/work/new", "work.nav_new", keyFor("new"))
		add("/work/calls", "calls.title", keyFor("calls"))
		add("/work/follow-ups", "follow.title", "")
	}
	if by.Is(access.Clerk, access.Dispatcher, access.Supervisor, access.Handler, access.SectionHead, access.UnitLeader, access.Leader, access.Auditor) {
		add("/work/queue", "work.nav_queue", keyFor("queue"))
	}
	if by.Is(access.Handler) {
		add("/work/way", "way.title", keyFor("way"))
	}
	if by.Is(access.Dispatcher, access.Supervisor) {
		add("/work/automatic", "auto.title", "")
	}
	if by.Is(access.Supervisor, access.Leader, access.SectionHead, access.UnitLeader) {
		add("/work/orders", "order.title", keyFor("orders"))
	}
	if by.Can(access.RequestFind, access.Resource{Type: access.CityType}) == nil {
		add("/work/search", "work.nav_search", keyFor("search"))
	}
	if by.Can(access.KnowledgeRead, access.Resource{Type: access.CityType}) == nil {
		add("/work/knowledge", "kb.title", keyFor("knowledge"))
	}
	if by.Can(access.RulingRead, access.Resource{Type: access.CityType}) == nil && !by.Is(access.Administrator) {
		add("/work/rulings", "ruling.title", "")
	}
	if by.Can(access.BoardRead, access.Resource{Type: access.CityType}) == nil {
		add("/work/board", "work.nav_board", keyFor("board"))
		add("/work/overview", "work.nav_overview", keyFor("overview"))
		add("/work/rates", "rates.title", "")
	}
	if by.Can(access.SealedRead, access.Resource{}) == nil {
		add("/work/sealed", "sealed.title", "")
	}
	if by.Can(access.InsightRead, access.Resource{Type: access.CityType}) == nil {
		add("/work/topics", "insight.title", "")
	}
	if by.Is(access.Clerk) || by.Is(access.Auditor) {
		add("/work/audit", "audit.title", "")
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
	add("/work/keys", "work.nav_keys", keyFor("keys"))
	p.Nav = fold(ctx, p.Nav)
	return p
}

func (b *Workbench) notices(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	list, err := b.Notify.Mine(ctx, by, 100)
	if err != nil {
		return err
	}
	for _, n := range list {
		if n.ReadAt.IsZero() && n.Staff == by.Staff { // those of who is away wait for them
			if err := b.Notify.Read(ctx, by, n.ID); err != nil {
				return err
			}
		}
	}
	return web.Render(ctx, w, http.StatusOK, noticesPage(b.page(ctx, web.T(ctx, "work.nav_notices"), "/work/notices"), list))
}
