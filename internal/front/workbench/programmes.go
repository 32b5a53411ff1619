package workbench

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// planRows is how many steps a new plan has room for.
const planRows = 5

type programmesView struct {
	page web.Page
	city org.City
	list []supervision.Programme
	give bool
}

type programmeView struct {
	page   web.Page
	city   org.City
	p      supervision.Programme
	months []flow.MonthCount
	now    time.Time
	reach  bool
	end    bool
	typed  url.Values
	wrong  map[string]string
}

type proposeView struct {
	page  web.Page
	city  org.City
	typed url.Values
	wrong map[string]string
}

func (b *Workbench) programmes(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := programmesView{page: b.page(ctx, web.T(ctx, "programme.title"), "/work/orders")}
	v.give = access.From(ctx).Can(access.OrderGive, access.Resource{Type: access.CityType}) == nil
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.list, err = b.Supervision.Programmes(ctx, 60); err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, programmesPage(v))
}

func (b *Workbench) programmeForm(w http.ResponseWriter, r *http.Request) error {
	if err := access.From(r.Context()).Can(access.OrderGive, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	typed := url.Values{"month": {b.Now().AddDate(0, 1, 0).Format("2006-01")}, "categories": {r.URL.Query().Get("category")}}
	if number := r.URL.Query().Get("topic"); number != "" {
		t, _, err := b.Insight.Topic(r.Context(), access.From(r.Context()), number)
		if err != nil {
			return err
		}
		typed.Set("topic", t.Key())
		typed.Set("title", t.Title)
		typed.Set("categories", string(t.Category))
		typed.Set("unit", string(t.Lead()))
		typed.Set("since", t.From.Format(time.DateOnly))
		if len(t.Areas) == 1 {
			typed.Set("areas", string(t.Area()))
		}
	}
	return b.renderPropose(w, r, http.StatusOK, typed, nil)
}

func (b *Workbench) renderPropose(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	v := proposeView{page: b.page(ctx, web.T(ctx, "programme.new"), "/work/orders"), typed: typed, wrong: wrong}
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, status, proposePage(v))
}

func (b *Workbench) proposeProgramme(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	d := supervision.ProgrammeDraft{
		Month: form.Get("month"), Unit: org.UnitID(form.Get("unit")), Title: org.Name{ZH: form.Get("title"), EN: form.Get("title_en")},
		Since: form.Get("since"), Cause: form.Get("cause"),
	}
	for _, id := range form["categories"] {
		d.Categories = append(d.Categories, org.CategoryID(id))
	}
	for _, id := range form["areas"] {
		d.Areas = append(d.Areas, org.AreaID(id))
	}
	for i, text := range form["step"] {
		d.Steps = append(d.Steps, supervision.StepDraft{Text: text, Day: nth(form["step_day"], i)})
	}
	by := access.From(ctx)
	var p supervision.Programme
	t, _, gone := b.Insight.Topic(ctx, by, form.Get("topic"))
	switch {
	case form.Get("topic") == "" || errs.Is(gone, errs.NotFound): // the topic may have gone while this was written
		p, err = b.Supervision.Propose(ctx, by, d)
	case gone != nil:
		err = gone
	default:
		p, err = b.Insight.Propose(ctx, by, t, d)
	}
	if err == nil {
		return web.See(w, r, "/work/programmes/"+string(p.ID))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderPropose(w, r, web.Status(err), form, wrong)
	}
	return err
}

func (b *Workbench) programme(w http.ResponseWriter, r *http.Request) error {
	return b.renderProgramme(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderProgramme(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := programmeView{now: b.Now(), typed: typed, wrong: wrong}
	var err error
	if v.p, err = b.Supervision.Programme(ctx, supervision.ProgrammeID(r.PathValue("id"))); err != nil {
		return err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.months, err = b.Supervision.Months(ctx, v.p); err != nil {
		return err
	}
	v.page = b.page(ctx, v.p.Title.In(web.Lang(ctx)), "/work/orders")
	v.reach = !v.p.Ended && by.Can(access.OrderAnswer, access.Resource{Type: access.CityType, Lead: v.p.Unit}) == nil
	v.end = !v.p.Ended && by.Can(access.OrderGive, access.Resource{Type: access.CityType}) == nil
	return web.Render(ctx, w, status, programmePage(v))
}

func (b *Workbench) actOnProgramme(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	id := supervision.ProgrammeID(r.PathValue("id"))
	switch r.PathValue("action") {
	case "reach":
		step, bad := strconv.Atoi(form.Get("step"))
		if bad != nil {
			step = -1
		}
		_, err = b.Supervision.Reach(ctx, by, id, step, form.Get("done") == "yes")
	case "end":
		_, err = b.Supervision.End(ctx, by, id, org.Name{ZH: form.Get("result"), EN: form.Get("result_en")})
	default:
		err = errs.New(errs.NotFound, "error.no_page")
	}
	if err == nil {
		return web.See(w, r, "/work/programmes/"+string(id))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderProgramme(w, r, web.Status(err), form, wrong)
	}
	return err
}

// monthBar is the length of a month's bar, of 100.
func monthBar(list []flow.MonthCount, n int) string {
	most := 1
	for _, m := range list {
		most = max(most, m.N)
	}
	return strconv.Itoa(100 * n / most)
}

// programmeState says that a programme is over, or late.
func programmeState(ctx context.Context, p supervision.Programme) string {
	if p.Ended {
		return " · " + web.T(ctx, "programme.ended")
	}
	return ""
}
