package workbench

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// modelsView is the record of the classifier.
type modelsView struct {
	page   web.Page
	city   org.City
	names  map[access.StaffID]org.Name
	trials []flow.Trial
	now    *flow.Trial // that put there what is in force
	judged *flow.Trial // the newest that compared
	pinned bool
	manage bool
}

func (b *Workbench) models(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := modelsView{page: b.page(ctx, web.T(ctx, "model.title"), "/work/admin"), manage: by.Can(access.CityManage, access.Resource{Type: access.CityType}) == nil}
	var err error
	if v.trials, err = b.Learning.Trials(ctx, by); err != nil {
		return err
	}
	if v.pinned, err = b.Learning.Pinned(ctx); err != nil {
		return err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	for i, t := range v.trials {
		if v.now == nil && t.Ruling.InForce() {
			v.now = &v.trials[i]
		}
		if v.judged == nil && len(t.Bins) > 0 {
			v.judged = &v.trials[i]
		}
	}
	return web.Render(ctx, w, http.StatusOK, modelsPage(v))
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

func (v modelsView) who(ctx context.Context, id string) string {
	if n, ok := v.names[access.StaffID(id)]; ok {
		return n.In(web.Lang(ctx))
	}
	return web.T(ctx, "who."+id)
}

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

// compared lists those that compared, oldest first, for a chart.
func (v modelsView) compared() (list []flow.Trial) {
	for _, t := range v.trials {
		if t.Champion.Right > 0 {
			list = append(list, t)
		}
	}
	slices.Reverse(list)
	return list
}

func rightOf(ctx context.Context, right, n int) string {
	if n == 0 {
		return "–"
	}
	return percent1(float64(right)/float64(n)) + " (" + web.Number(ctx, right) + "/" + web.Number(ctx, n) + ")"
}

func percent1(p float64) string { return strconv.FormatFloat(100*p, 'f', 1, 64) + " %" }
