package workbench

import (
	"context"
	"net/http"
	"net/url"

	"yiwang/internal/algo/text"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

type entryView struct {
	page  web.Page
	city  org.City
	typed url.Values
	wrong map[string]string
	key   string
	// nearby are open cases that may be what is being written down.
	nearby []flow.Nearby
	// caller is who rings, with what they said before; nil without a call.
	caller *callView
	// articles may answer it.
	articles []knowledge.Found
}

func (v entryView) value(name string) string { return v.typed.Get(name) }

// draft is the name of a draft: what one caller says is not the next one's.
func (v entryView) draft(name string) string {
	if v.caller != nil {
		name += "-" + v.caller.call.ID
	}
	return name
}

// entry is the one screen on which a call or a visit is written down.
func (b *Workbench) entry(w http.ResponseWriter, r *http.Request) error {
	typed := url.Values{"channel": {intake.Phone}, "how": {"pass"}, "ask_article": {"yes"}}
	if id := r.URL.Query().Get("call"); id != "" {
		_, number, err := b.Calls.Caller(r.Context(), access.From(r.Context()), id)
		if err != nil {
			return err
		}
		typed.Set("call", id)
		typed.Set("contact", number)
	}
	return b.renderEntry(w, r, http.StatusOK, typed, nil)
}

func (b *Workbench) renderEntry(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	if err := by.Can(access.RequestWrite, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	key := typed.Get("key")
	if key == "" || wrong["key"] != "" {
		key = "work:" + ids.Token(16)
	}
	v := entryView{page: b.page(ctx, web.T(ctx, "work.nav_new"), "/work/new"), city: city, typed: typed, wrong: wrong, key: key}
	if err := b.hint(ctx, by, &v); err != nil {
		return err
	}
	if id := typed.Get("call"); id != "" {
		c, number, err := b.Calls.Caller(ctx, by, id)
		if err != nil {
			return err
		}
		known, err := b.known(ctx, by, c, number)
		if err != nil {
			return err
		}
		v.caller = &known
	}
	return web.Render(ctx, w, status, entryPage(v))
}

// hint finds what may help with what is typed so far.
func (b *Workbench) hint(ctx context.Context, by access.Actor, v *entryView) (err error) {
	words, area := v.typed.Get("text"), org.AreaID(v.typed.Get("area"))
	v.nearby, err = b.Requests.Nearby(ctx, by, flow.Asking{Text: words, Category: org.CategoryID(v.typed.Get("category")), Area: area, Address: v.typed.Get("address")})
	if err != nil {
		return err
	}
	v.articles, err = b.Knowledge.Suggest(ctx, knowledge.Query{Text: words, Area: area, Limit: 3})
	return err
}

// entryHints answers while the clerk types.
func (b *Workbench) entryHints(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	if err := by.Can(access.RequestWrite, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	v := entryView{typed: form}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if err := b.hint(ctx, by, &v); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(ctx, w, http.StatusOK, entryHints(v))
}

// take keeps what was written down and, where the call ends it, the answer
// or the route.
func (b *Workbench) take(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err == nil {
		err = b.written(r, by, form, w)
		if err == nil {
			return nil
		}
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderEntry(w, r, web.Status(err), form, wrong)
	}
	return err
}

func (b *Workbench) written(r *http.Request, by access.Actor, form url.Values, w http.ResponseWriter) error {
	ctx := r.Context()
	channel := form.Get("channel")
	if channel != intake.Phone && channel != intake.Counter {
		return errs.Field("channel", "entry.choose_channel")
	}
	end := finish(form)
	cited := knowledge.ID(form.Get("article"))
	if cited != "" && form.Get("how") == "answer" && end.Text == "" {
		a, err := b.Knowledge.Article(ctx, access.Actor{}, cited)
		if err != nil {
			return errs.Field("answer", "case.answer_missing")
		}
		end.Text = a.Public.In(text.Lang(form.Get("text"))).Body
	}
	switch form.Get("how") {
	case "pass":
	case "answer":
		end.Route = org.RouteAnswered
		if end.Text == "" {
			return errs.Field("answer", "case.answer_missing")
		}
	case "route":
		if end.Route == "" {
			return errs.Field("route", "case.no_route")
		}
		end.Text = ""
	default:
		return errs.Field("how", "entry.choose_how")
	}
	q, c, err := b.Requests.Write(ctx, by, intake.Draft{
		Text: form.Get("text"), Kind: form.Get("kind"), Category: org.CategoryID(form.Get("category")), Area: org.AreaID(form.Get("area")),
		Address: form.Get("address"), Contact: intake.Contact(form.Get("contact")), Channel: channel, Key: form.Get("key"), SameAs: form.Get("same_as"), ByPerson: form.Get("by_person") == "yes",
	})
	if err != nil {
		return err
	}
	// The receipt is read out to the caller once; afterwards no official sees it.
	b.Sessions.Put(ctx, "receipt:"+string(c.Number), q.Receipt.String())
	if form.Get("how") != "pass" && c.AnsweredAt.IsZero() {
		if _, err := b.Cases.Finish(ctx, by, c.ID, 0, end); err != nil {
			return err
		}
	}
	if form.Get("how") == "pass" {
		if err := b.Requests.SendSure(ctx, q.ID); err != nil { // a dispatcher sends it then
			b.Site.Log.ErrorContext(ctx, "not sent by itself", "case", c.ID, "error", err)
		}
	}
	// The request is kept: what follows is for the knowledge base, and the
	// clerk goes on even if it fails.
	if err := b.learn(ctx, by, form, c); err != nil {
		b.Site.Log.ErrorContext(ctx, "knowledge base not told", "case", c.ID, "error", err)
	}
	if id := form.Get("call"); id != "" {
		if err := b.Calls.WroteDown(ctx, by, id, string(q.ID)); err != nil {
			b.Site.Log.ErrorContext(ctx, "call not marked as written down", "call", id, "error", err)
		}
	}
	return web.See(w, r, "/work/cases/"+string(c.Number))
}

// learn tells the knowledge base which article answered, or that none did: then
// what the clerk said becomes a draft for who answers for the matter, unless the
// clerk thinks that it is nothing to be kept.
func (b *Workbench) learn(ctx context.Context, by access.Actor, form url.Values, c cases.Case) error {
	if c.Restricted || c.About != "" { // who reads articles may not read this
		return nil
	}
	if id := form.Get("article"); id != "" && form.Get("how") == "answer" {
		return b.Knowledge.Cite(ctx, by, knowledge.ID(id), string(c.ID), form.Get("text"))
	}
	if form.Get("how") != "answer" || form.Get("ask_article") == "" {
		return nil
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	var owner org.UnitID
	if d, ok := city.Duty(c.Category, c.Area, b.Now()); ok {
		owner = d.Unit
	}
	_, err = b.Knowledge.Asked(ctx, by, form.Get("text"), form.Get("answer"), owner, c.Category)
	return err
}
