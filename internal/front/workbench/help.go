package workbench

import (
	"net/http"
	"net/url"
	"strings"

	"yiwang/internal/city/access"
	"yiwang/internal/city/intake"
	"yiwang/internal/front/web"
)

// A stop is one of a tour: a page and, under tour.<key>, what is done there.
type stop struct{ href, key string }

// tours lead through the day of each role.
var tours = map[access.Role][]stop{
	access.Clerk:         {{"/work/new", "clerk_new"}, {"/work/knowledge", "clerk_answer"}, {"/work/calls", "clerk_calls"}, {"/work/search", "clerk_search"}},
	access.Dispatcher:    {{"/work/queue?view=dispatch", "dispatcher_send"}, {"/work/queue?view=returned", "dispatcher_rule"}, {"/work/queue?view=release", "dispatcher_release"}, {"/work/automatic", "dispatcher_sample"}},
	access.Handler:       {{"/work/queue?view=accept", "handler_accept"}, {"/work/queue?view=accept", "handler_return"}, {"/work/queue?view=mine", "handler_answer"}, {"/work/queue?view=accept", "handler_many"}, {"/work/way", "handler_way"}},
	access.SectionHead:   {{"/work/queue?view=check", "head_check"}, {"/work/knowledge?view=review", "head_article"}},
	access.UnitLeader:    {{"/work/queue?view=sign", "leader_sign"}, {"/work/board", "leader_board"}, {"/work/rates", "leader_rates"}},
	access.Supervisor:    {{"/work/queue?view=late", "supervisor_late"}, {"/work/exclusions", "supervisor_exclusions"}, {"/work/patterns", "supervisor_patterns"}, {"/work/queue?view=returned", "dispatcher_rule"}, {"/work/automatic", "dispatcher_sample"}},
	access.Leader:        {{"/work/board", "mayor_board"}, {"/work/overview", "mayor_overview"}},
	access.Auditor:       {{"/work/search", "auditor_search"}, {"/work/overview", "mayor_overview"}},
	access.Administrator: {{"/work/admin/people", "admin_people"}, {"/work/admin/duties", "admin_duties"}, {"/work/admin", "admin_tables"}, {"/work/admin/automatic", "admin_automatic"}},
}

// topics are the pages that help speaks of; the longest that the page begins
// with is meant.
var topics = []stop{
	{"/work/queue", "queue"},
	{"/work/cases", "case"},
	{"/work/way", "way"},
	{"/work/new", "new"},
	{"/work/calls", "calls"},
	{"/work/orders", "orders"},
	{"/work/process", "process"},
	{"/work/topics", "topics"},
	{"/work/associations", "associations"},
	{"/work/answers", "answers"},
	{"/work/models", "models"},
	{"/work/programmes", "programmes"},
	{"/work/search", "search"},
	{"/work/knowledge", "knowledge"},
	{"/work/rulings", "rulings"},
	{"/work/sealed", "sealed"},
	{"/work/follow-ups", "follow"},
	{"/work/automatic", "automatic"},
	{"/work/board", "board"},
	{"/work/overview", "overview"},
	{"/work/trends", "trends"},
	{"/work/rates", "rates"},
	{"/work/rates/what-if", "whatif"},
	{"/work/exclusions", "exclusions"},
	{"/work/audit", "audit"},
	{"/work/patterns", "patterns"},
	{"/work/notices", "notices"},
	{"/work/me", "me"},
	{"/work/bulk", "bulk"},
	{"/work/admin", "admin"},
	{"/work/admin/people", "people"},
	{"/work/admin/tables", "tables"},
	{"/work/admin/duties", "duties"},
	{"/work/admin/tables/laws", "laws"},
	{"/work/admin/drafts", "drafts"},
	{"/work/admin/automatic", "thresholds"},
}

type helpView struct {
	page  web.Page
	from  string // the page that help was asked on, "" for none
	topic string
	tours []access.Role
	typed url.Values
	wrong map[string]string
}

func topicOf(path string) (key string) {
	longest := 0
	for _, t := range topics {
		if (path == t.href || strings.HasPrefix(path, t.href+"/")) && len(t.href) > longest {
			key, longest = t.key, len(t.href)
		}
	}
	return key
}

func (b *Workbench) help(w http.ResponseWriter, r *http.Request) error {
	return b.renderHelp(w, r, http.StatusOK, url.Values{"page": {r.URL.Query().Get("page")}}, nil)
}

func (b *Workbench) renderHelp(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	v := helpView{page: b.page(ctx, web.T(ctx, "help.title"), "/work/help"), typed: typed, wrong: wrong}
	if from := web.LocalPath(typed.Get("page")); strings.HasPrefix(from, "/work/") {
		path, _, _ := strings.Cut(from, "?")
		v.from, v.topic = from, topicOf(path)
	}
	for _, role := range access.From(ctx).Roles {
		if tours[role] != nil {
			v.tours = append(v.tours, role)
		}
	}
	return web.Render(ctx, w, status, helpPage(v))
}

// feedback files what somebody who works here says of this system as a
// request like any other: with a receipt, and answered.
func (b *Workbench) feedback(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(form.Get("text"))
	d := intake.Draft{Subject: web.T(ctx, "help.subject"), Text: text, Kind: intake.Suggestion, Channel: intake.Web, ByPerson: true, Key: form.Get("key")}
	if path, _, _ := strings.Cut(web.LocalPath(form.Get("page")), "?"); text != "" && strings.HasPrefix(path, "/work/") {
		d.Text += "\n\n" + web.T(ctx, "help.about", "Page", topicName(ctx, topicOf(path)))
	}
	q, err := b.Intake.Submit(ctx, access.Actor{}, d)
	if err == nil {
		return web.See(w, r, "/r/"+q.Receipt.String()+"?new=1")
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderHelp(w, r, web.Status(err), form, wrong)
	}
	return err
}
