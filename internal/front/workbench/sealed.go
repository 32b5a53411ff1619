package workbench

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/city/sealed"
	"yiwang/internal/front/web"
)

// sealedView is the list of sealed reports: for who receives them, and as the
// record of them.
type sealedView struct {
	page  web.Page
	by    access.Actor
	city  org.City
	list  []sealed.Report
	names map[access.StaffID]org.Name
	older string
	typed url.Values
	wrong map[string]string
}

func (b *Workbench) sealedReports(w http.ResponseWriter, r *http.Request) error {
	return b.renderSealed(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderSealed(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	v := sealedView{page: b.page(ctx, web.T(ctx, "sealed.title"), "/work/sealed"), by: access.From(ctx), typed: typed, wrong: wrong}
	var err error
	if v.list, err = b.Sealing.List(ctx, v.by, sealed.ID(r.URL.Query().Get("before"))); err != nil {
		return err
	}
	if len(v.list) == sealed.PageSize {
		v.older = "/work/sealed?before=" + url.QueryEscape(string(v.list[len(v.list)-1].ID))
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, status, sealedPage(v))
}

// sealedFile gives the receiver what was sealed, which nobody else opens.
func (b *Workbench) sealedFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	report, body, err := b.Sealing.Take(ctx, access.From(ctx), sealed.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+report.Number+`.sealed"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(body)
	return err
}

func (b *Workbench) receiveSealed(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	err = b.Sealing.Received(ctx, access.From(ctx), sealed.ID(id), form.Get("receipt"))
	if err == nil {
		return web.See(w, r, "/work/sealed#"+id)
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		form.Set("id", id)
		return b.renderSealed(w, r, web.Status(err), form, wrong)
	}
	return err
}

// bodyOf is the name of the body a report was sealed for.
func bodyOf(ctx context.Context, city org.City, route string) string {
	r, ok := city.Catalogue.Route(route)
	if !ok {
		return route
	}
	return r.Name.In(web.Lang(ctx))
}

// of gives a value back in the form of the report it was typed for.
func (v sealedView) of(id sealed.ID, from map[string]string, name string) string {
	if v.typed.Get("id") != string(id) {
		return ""
	}
	if from != nil {
		return from[name]
	}
	return v.typed.Get(name)
}

// bodies are those that a case can be sealed for.
func bodies(ctx context.Context, c *org.Catalogue) (list []web.Option) {
	for _, r := range c.Routes {
		if r.Key != "" {
			list = append(list, web.Option{Value: r.ID, Label: r.Name.In(web.Lang(ctx))})
		}
	}
	if len(list) > 1 {
		list = append([]web.Option{{Value: "", Label: web.T(ctx, "case.seal_choose")}}, list...)
	}
	return list
}
