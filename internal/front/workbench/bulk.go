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
	"yiwang/internal/city/bulk"
	"yiwang/internal/city/cases"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

type bulkPreview struct {
	page    web.Page
	action  string
	note    string
	back    string
	planned []flow.Planned
	count   int // of those that will be done
	wrong   map[string]string
}

type bulkView struct {
	page web.Page
	b    bulk.Bulk
	done int
	left int // seconds in which it can be undone
}

// bulkShown is how many lines a preview and a result show of each kind.
const bulkShown = 200

// selected are the cases that were ticked, or all of the view.
func (b *Workbench) selected(ctx context.Context, by access.Actor, form url.Values) ([]cases.Case, error) {
	if form.Get("all") == "" {
		if len(form["case"]) > bulk.Max {
			return nil, errs.Field("case", "bulk.too_many", "Max", bulk.Max)
		}
		var list []cases.Case
		for _, n := range form["case"] {
			c, err := b.Cases.ByNumber(ctx, by, cases.Number(n))
			if err != nil {
				return nil, err
			}
			list = append(list, c)
		}
		return list, nil
	}
	view, err := url.ParseQuery(form.Get("view"))
	if err != nil {
		return nil, errs.Field("case", "bulk.none")
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	all := queues(by, b.Now())
	at := max(0, slices.IndexFunc(all, func(q queue) bool { return q.name == view.Get("view") }))
	f := narrow(all[at].filter, view, city)
	f.Limit = cases.MaxList
	var list []cases.Case
	for {
		found, err := b.Cases.List(ctx, by, f)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
		if len(list) > bulk.Max {
			return nil, errs.Field("case", "bulk.too_many", "Max", bulk.Max)
		}
		if len(found) < f.Limit {
			return list, nil
		}
		f.After = found[len(found)-1].Cursor()
	}
}

// bulkForm previews what would be done, and begins it once that was seen.
func (b *Workbench) bulkForm(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	back := "/work/queue?" + form.Get("view")
	if form.Get("sure") != "" {
		var items []bulk.Item
		for _, s := range form["item"] {
			parts := strings.Split(s, "|")
			if len(parts) != 3 {
				return errs.Field("case", "bulk.none")
			}
			revision, err := strconv.ParseInt(parts[2], 10, 64)
			if err != nil {
				return errs.Field("case", "bulk.none")
			}
			items = append(items, bulk.Item{Case: parts[0], Number: parts[1], Revision: revision})
		}
		started, err := b.Bulks.Start(ctx, by, form.Get("action"), form.Get("note"), items)
		if err != nil {
			return err
		}
		return web.See(w, r, "/work/bulk/"+started.ID)
	}
	v := bulkPreview{page: b.page(ctx, web.T(ctx, "bulk.title"), "/work/queue"), action: form.Get("action"), note: strings.TrimSpace(form.Get("note")), back: back}
	list, err := b.selected(ctx, by, form)
	if err == nil && len(list) == 0 {
		err = errs.Field("case", "bulk.none")
	}
	if err == nil && v.action == flow.BulkNote && v.note == "" {
		err = errs.Field("note", "bulk.no_note")
	}
	if err == nil {
		v.planned, err = b.Bulks.Plan(ctx, by, v.action, list)
	}
	status := http.StatusOK
	if err != nil {
		if v.wrong = web.Messages(ctx, err); v.wrong == nil {
			return err
		}
		status = web.Status(err)
	}
	for _, p := range v.planned {
		if p.Wrong == "" {
			v.count++
		}
	}
	return web.Render(ctx, w, status, bulkPreviewPage(v))
}

func (b *Workbench) bulk(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	if r.Method == http.MethodPost {
		if _, err := b.Bulks.Undo(ctx, by, r.PathValue("id")); err != nil && !errs.Is(err, errs.Conflict) {
			return err // what has begun is shown as it is
		}
		return web.See(w, r, "/work/bulk/"+url.PathEscape(r.PathValue("id")))
	}
	found, err := b.Bulks.Bulk(ctx, by, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := bulkView{page: b.page(ctx, web.T(ctx, "bulk.title"), "/work/queue"), b: found, left: max(0, int(found.Due.Sub(b.Now()).Seconds()))}
	for _, i := range found.Items {
		if i.Done {
			v.done++
		}
	}
	if found.State == bulk.Waiting || found.State == bulk.Running {
		w.Header().Set("Refresh", "2") // also without scripts
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(ctx, w, http.StatusOK, bulkPage(v))
}

func bulkOptions(ctx context.Context) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "case.choose")}}
	for _, a := range flow.BulkActions {
		list = append(list, web.Option{Value: a, Label: web.T(ctx, "bulk.do_"+a)})
	}
	return list
}
