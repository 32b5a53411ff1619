package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

type articlesView struct {
	page  web.Page
	city  org.City
	laws  *law.Register
	view  string // find, mine, review, flags
	query string
	list  []knowledge.Article
	flags []knowledge.Flag
	older string
	may   bool // write
}

type articleView struct {
	page    web.Page
	city    org.City
	laws    *law.Register
	by      access.Actor
	a       knowledge.Article
	history []knowledge.Edition
	uses    []knowledge.Use
	names   map[access.StaffID]org.Name
	typed   url.Values
	wrong   map[string]string
}

func (v articleView) fresh() bool { return v.a.ID == "" }

func (v articleView) may(a access.Action) bool { return v.by.Can(a, v.a.Resource()) == nil }

func (v articleView) value(name, has string) string {
	if v.typed != nil && v.typed.Has(name) {
		return v.typed.Get(name)
	}
	return has
}

func (v articleView) who(ctx context.Context, id string) string { return nameOf(ctx, v.names, id) }

func (v articleView) address(action string) string {
	return "/work/knowledge/" + url.PathEscape(string(v.a.ID)) + "/" + action
}

const articlesPerPage = 50

// articles lists the knowledge base: what fits a question, what one's own
// unit answers for, what waits for review, what has to be looked at.
func (b *Workbench) articles(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	q := r.URL.Query()
	v := articlesView{
		page: b.page(ctx, web.T(ctx, "kb.title"), "/work/knowledge"), view: q.Get("view"), query: strings.TrimSpace(q.Get("q")),
		may: by.Is(access.Clerk, access.Dispatcher, access.Supervisor, access.Handler, access.SectionHead, access.UnitLeader),
	}
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.laws, err = b.Law.Register(ctx); err != nil {
		return err
	}
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // what is no number is the first page
	f := knowledge.Filter{Before: before, Limit: articlesPerPage + 1, Units: ours(by)}
	switch v.view {
	case "mine":
	case "review":
		f.States = []knowledge.State{knowledge.Review}
	case "flags":
		if err := by.Can(access.KnowledgeRead, access.Resource{Type: access.CityType}); err != nil {
			return err
		}
		if v.flags, err = b.Knowledge.Flags(ctx, f.Units); err != nil {
			return err
		}
		return web.Render(ctx, w, http.StatusOK, articlesPage(v))
	default:
		v.view = "find"
		if v.query != "" {
			found, err := b.Knowledge.Find(ctx, knowledge.Query{Text: v.query, Limit: 30})
			if err != nil {
				return err
			}
			for _, a := range found {
				v.list = append(v.list, a.Article)
			}
			return web.Render(ctx, w, http.StatusOK, articlesPage(v))
		}
		f.Units, f.States = nil, []knowledge.State{knowledge.Published}
	}
	if v.list, err = b.Knowledge.List(ctx, by, f); err != nil {
		return err
	}
	if len(v.list) > articlesPerPage {
		v.list = v.list[:articlesPerPage]
		v.older = "/work/knowledge?" + url.Values{"view": {v.view}, "before": {strconv.FormatInt(v.list[articlesPerPage-1].Seq, 10)}}.Encode()
	}
	return web.Render(ctx, w, http.StatusOK, articlesPage(v))
}

// ours are the units whose articles somebody answers for: nil for the hotline
// and those who look after all.
func ours(by access.Actor) []org.UnitID {
	if by.Is(access.Clerk, access.Dispatcher, access.Supervisor, access.Administrator, access.Auditor, access.Leader) {
		return nil
	}
	if by.Down == nil {
		return []org.UnitID{by.Unit}
	}
	return by.Down
}

func (b *Workbench) article(w http.ResponseWriter, r *http.Request) error {
	return b.renderArticle(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderArticle(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	v := articleView{by: access.From(ctx), typed: typed, wrong: wrong}
	if err := v.by.Can(access.KnowledgeRead, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.laws, err = b.Law.Register(ctx); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	title := web.T(ctx, "kb.new")
	if id := r.PathValue("id"); id == "" {
		v.a.Unit = v.by.Unit
	} else {
		if v.a, err = b.Knowledge.Article(ctx, v.by, knowledge.ID(id)); err != nil {
			return err
		}
		if v.history, err = b.Knowledge.History(ctx, v.by, v.a.ID); err != nil {
			return err
		}
		if v.uses, err = b.Knowledge.Uses(ctx, v.by, v.a.ID); err != nil {
			return err
		}
		title = v.a.Draft.In(web.Lang(ctx)).Title
	}
	v.page = b.page(ctx, title, "/work/knowledge")
	return web.Render(ctx, w, status, articlePage(v))
}

// keepArticle takes what is done with an article.
func (b *Workbench) keepArticle(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	var a knowledge.Article
	if err == nil {
		a, err = b.doArticle(ctx, by, knowledge.ID(r.PathValue("id")), r.PathValue("action"), form)
	}
	if err == nil {
		return web.See(w, r, "/work/knowledge/"+url.PathEscape(string(a.ID)))
	}
	if wrong := web.Messages(ctx, err); wrong != nil && !errs.Is(err, errs.NotFound) {
		return b.renderArticle(w, r, web.Status(err), form, wrong)
	}
	return err
}

func (b *Workbench) doArticle(ctx context.Context, by access.Actor, id knowledge.ID, action string, form url.Values) (knowledge.Article, error) {
	revision, _ := strconv.ParseInt(form.Get("revision"), 10, 64) // what is no number is an older revision
	switch action {
	case "", "write":
		a, err := b.Knowledge.Write(ctx, by, id, revision, org.UnitID(form.Get("unit")), contentOf(form))
		if err == nil && form.Get("submit") != "" {
			return b.Knowledge.Submit(ctx, by, a.ID, a.Revision)
		}
		return a, err
	case "publish":
		return b.Knowledge.Publish(ctx, by, id, revision)
	case "back":
		return b.Knowledge.SendBack(ctx, by, id, revision, form.Get("note"))
	case "withdraw":
		return b.Knowledge.Withdraw(ctx, by, id, revision, form.Get("reason"))
	case "confirm":
		return b.Knowledge.Confirm(ctx, by, id, revision, strings.TrimSpace(form.Get("until")))
	}
	return knowledge.Article{}, errs.New(errs.NotFound, "error.no_page")
}

func contentOf(form url.Values) knowledge.Content {
	c := knowledge.Content{
		ZH:       knowledge.Words{Title: form.Get("title_zh"), Body: form.Get("body_zh")},
		EN:       knowledge.Words{Title: form.Get("title_en"), Body: form.Get("body_en")},
		Category: org.CategoryID(form.Get("category")), Area: org.AreaID(form.Get("area")), Service: strings.TrimSpace(form.Get("service")),
		From: strings.TrimSpace(form.Get("from")), To: strings.TrimSpace(form.Get("to")),
	}
	for _, l := range form["laws"] {
		if id := org.LawID(l); l != "" && !slices.Contains(c.Laws, id) {
			c.Laws = append(c.Laws, id)
		}
	}
	for s := range strings.FieldsSeq(strings.ReplaceAll(form.Get("see"), ",", " ")) {
		// An address is pasted as readily as an id.
		if i := strings.LastIndexByte(s, '/'); i >= 0 {
			s = s[i+1:]
		}
		c.See = append(c.See, knowledge.ID(s))
	}
	return c
}

// lawFields lists what an article may rest on, with room for one more than it has.
func (v articleView) lawFields() []string {
	var list []string
	if v.typed != nil {
		list = slices.DeleteFunc(slices.Clone(v.typed["laws"]), func(s string) bool { return s == "" })
	} else {
		for _, l := range v.a.Draft.Laws {
			list = append(list, string(l))
		}
	}
	return append(list, "")
}

func (v articleView) lawOptions(ctx context.Context) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "case.choose")}}
	for _, a := range v.laws.Articles {
		list = append(list, web.Option{Value: string(a.ID), Label: a.In(web.Lang(ctx))})
	}
	return list
}

func (v articleView) see() string {
	list := make([]string, len(v.a.Draft.See))
	for i, s := range v.a.Draft.See {
		list[i] = string(s)
	}
	return strings.Join(list, " ")
}

func articleTone(s knowledge.State) web.Tone {
	switch s {
	case knowledge.Published:
		return web.Done
	case knowledge.Review:
		return web.Soon
	default:
		return web.Plain
	}
}
