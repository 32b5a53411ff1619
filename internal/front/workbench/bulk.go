package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
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
	action  bulk.Action
	b       bulk.Bulk // no id where nothing can be done
	back    string
	planned []flow.Planned
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

// selected are the cases that were ticked, each once, or all of the view. One
// that cannot be seen any more is named by its number.
func (b *Workbench) selected(ctx context.Context, by access.Actor, form url.Values) (list []flow.Planned, err error) {
	if form.Get("all") == "" {
		numbers := slices.Compact(slices.Sorted(slices.Values(form["case"])))
		if len(numbers) > bulk.Max {
			return nil, errs.Field("case", "bulk.too_many", "Max", bulk.Max)
		}
		for _, n := range numbers {
			p := flow.Planned{}
			p.Case, err = b.Cases.ByNumber(ctx, by, cases.Number(n))
			if errs.Is(err, errs.NotFound) {
				p, err = flow.Planned{Case: cases.Case{Number: cases.Number(n)}, Wrong: "access.not_found"}, nil
			}
			if err != nil {
				return nil, err
			}
			list = append(list, p)
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
	for {
		found, err := b.Cases.List(ctx, by, f)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			list = append(list, flow.Planned{Case: c})
		}
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
	form, err := web.Form(r, "case")
	if err != nil {
		return err
	}
	if id := form.Get("sure"); id != "" {
		if _, err := b.Bulks.Start(ctx, by, id); err != nil && !errs.Is(err, errs.Conflict) {
			return err // what has begun is shown as it is
		}
		return web.See(w, r, "/work/bulk/"+url.PathEscape(id))
	}
	v := bulkPreview{page: b.page(ctx, web.T(ctx, "bulk.title"), "/work/queue"), action: bulk.Action(form.Get("action")), back: "/work/queue?" + form.Get("view")}
	v.planned, err = b.selected(ctx, by, form)
	if err == nil && len(v.planned) == 0 {
		err = errs.Field("case", "bulk.none")
	}
	if err == nil {
		v.b, err = b.Bulks.Plan(ctx, by, v.action, strings.TrimSpace(form.Get("note")), v.planned)
	}
	status := http.StatusOK
	if err != nil {
		if v.wrong = web.Messages(ctx, err); v.wrong == nil {
			return err
		}
		v.planned, status = nil, web.Status(err)
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
	for _, a := range bulk.Actions {
		list = append(list, web.Option{Value: string(a), Label: web.T(ctx, "bulk.do_"+string(a))})
	}
	return list
}
