package workbench

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// accuracyWeeks is how far back it is shown what people made of suggestions.
const accuracyWeeks = 13

// modelsView is the record of the classifier.
type modelsView struct {
	page     web.Page
	nav      []web.Link
	city     org.City
	names    map[access.StaffID]org.Name
	trials   []flow.Trial
	now      *flow.Trial    // that put there what is in force
	standing *flow.Standing // how good that was when it was judged last
	drift    *flow.Drift    // the newest
	weeks    []triage.Week
	known    int // cases to learn from so far, of least; where there is no model yet
	least    int
	pinned   bool
	manage   bool
	levels   levelsView
	sort     string // of the marks of categories
}

func (b *Workbench) modelsOf(ctx context.Context, at string) (v modelsView, err error) {
	by := access.From(ctx)
	v = modelsView{page: b.page(ctx, web.T(ctx, "model.title"), "/work/admin"), manage: by.Can(access.CityManage, access.Resource{Type: access.CityType}) == nil}
	for _, l := range []struct{ href, key string }{{"/work/models", "model.quality"}, {"/work/models/drift", "model.drift"}, {"/work/models/thresholds", "model.thresholds"}} {
		v.nav = append(v.nav, web.Link{Href: l.href, Text: web.T(ctx, l.key), Current: l.href == at})
	}
	if v.trials, err = b.Learning.Trials(ctx, by); err != nil {
		return v, err
	}
	if v.pinned, err = b.Learning.Pinned(ctx); err != nil {
		return v, err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return v, err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return v, err
	}
	for i, t := range v.trials {
		if v.now == nil && t.Ruling.InForce() {
			v.now = &v.trials[i]
		}
		if v.drift == nil {
			v.drift = t.Drift
		}
	}
	v.standing = flow.StandingOf(v.trials)
	if v.now == nil {
		if v.known, v.least, err = b.Learning.Known(ctx, by); err != nil {
			return v, err
		}
	}
	if v.weeks, err = b.Triage.Weeks(ctx, by, accuracyWeeks); err != nil {
		return v, err
	}
	v.levels, err = b.levels(ctx, by)
	return v, err
}

func (b *Workbench) models(w http.ResponseWriter, r *http.Request) error {
	v, err := b.modelsOf(r.Context(), "/work/models")
	if err != nil {
		return err
	}
	v.sort = sortOf(r)
	return web.Render(r.Context(), w, http.StatusOK, modelsPage(v))
}

func (b *Workbench) modelDrift(w http.ResponseWriter, r *http.Request) error {
	v, err := b.modelsOf(r.Context(), "/work/models/drift")
	if err != nil {
		return err
	}
	return web.Render(r.Context(), w, http.StatusOK, driftPage(v))
}

// modelTable gives one of the tables as CSV.
func (b *Workbench) modelTable(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.modelsOf(ctx, "")
	if err != nil {
		return err
	}
	v.levels.wrong, v.sort = wrongOf(r), sortOf(r)
	return web.Table(w, r, "-model", func(name string) [][]string {
		t := v.table(ctx, name)
		if t.heads == nil {
			return nil
		}
		rows := [][]string{t.heads}
		for _, row := range t.rows {
			line := make([]string, len(row))
			for i, c := range row {
				line[i] = c.raw
			}
			rows = append(rows, line)
		}
		return rows
	})
}

func (b *Workbench) changeModel(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	switch form.Get("do") {
	case "pin":
		err = b.Learning.Pin(ctx, by, true)
	case "unpin":
		err = b.Learning.Pin(ctx, by, false)
	case "adopt":
		_, err = b.Learning.Adopt(ctx, by)
	case "approve":
		err = b.Learning.Approve(ctx, by, form.Get("model"))
	case "restore":
		number, bad := strconv.ParseInt(form.Get("number"), 10, 64)
		if bad != nil {
			return errs.New(errs.NotFound, "error.no_page")
		}
		err = b.Learning.Restore(ctx, by, number)
	default:
		err = errs.New(errs.NotFound, "error.no_page")
	}
	if err != nil {
		return err
	}
	return web.See(w, r, "/work/models")
}

func (v modelsView) ruling(ctx context.Context, t flow.Trial) string {
	return web.T(ctx, "model.r_"+string(t.Ruling), "Where", v.part(ctx, t.Where))
}

func (v modelsView) who(ctx context.Context, id string) string { return nameOf(ctx, v.names, id) }

// part is the name of an area or a channel.
func (v modelsView) part(ctx context.Context, name string) string {
	if a, ok := v.city.Area(org.AreaID(name)); ok {
		return a.Name.In(web.Lang(ctx))
	}
	if name == "" {
		return ""
	}
	return web.T(ctx, "channel."+name)
}

func (v modelsView) category(ctx context.Context, id string) string {
	return v.city.Catalogue.CategoryName(org.CategoryID(id), web.Lang(ctx))
}

// restorable reports whether a trial's model can be put back: it was in force
// and is not now.
func (v modelsView) restorable(t flow.Trial) bool {
	return v.manage && t.Ruling.InForce() && v.now != nil && t.Number != v.now.Number
}

// approvable reports whether a person may put in force what a trial has not:
// only the newest is kept for that.
func (v modelsView) approvable(i int) bool { return v.manage && i == 0 && v.trials[i].Waiting > 0 }

// judged is how many of the weeks something was sent in.
func (v modelsView) judged() int {
	return len(slices.DeleteFunc(slices.Clone(v.weeks), func(w triage.Week) bool { return w.All == 0 }))
}

func rightOf(ctx context.Context, right, n int) string {
	if n == 0 {
		return "–"
	}
	return web.Percent(float64(right)/float64(n)) + " (" + web.Number(ctx, right) + "/" + web.Number(ctx, n) + ")"
}
