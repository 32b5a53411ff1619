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
	"yiwang/internal/city/org"
	"yiwang/internal/flow/administration"
	"yiwang/internal/front/web"
)

type dutiesView struct {
	page    web.Page
	city    org.City
	query   string
	unit    org.UnitID
	today   string
	list    []org.Duty
	history []administration.Record
	names   map[access.StaffID]org.Name
}

type dutyView struct {
	page  web.Page
	city  org.City
	duty  org.Duty
	today string
	typed url.Values
	wrong map[string]string
}

func (v dutyView) value(name, has string) string {
	if v.typed != nil && v.typed.Has(name) {
		return v.typed.Get(name)
	}
	return has
}

func (b *Workbench) mayManage(ctx context.Context) error {
	return access.From(ctx).Can(access.CityManage, access.Resource{Type: access.CityType})
}

// duties lists who answers for what, with what was changed last.
func (b *Workbench) duties(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := b.mayManage(ctx); err != nil {
		return err
	}
	q := r.URL.Query()
	v := dutiesView{page: b.page(ctx, web.T(ctx, "admin.duties"), "/work/admin/duties"), query: strings.TrimSpace(q.Get("q")), unit: org.UnitID(q.Get("unit"))}
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	v.today = v.city.Day(b.Now())
	for _, d := range v.city.Catalogue.Duties {
		if v.fits(d) {
			v.list = append(v.list, d)
		}
	}
	if v.history, err = b.Administration.History(ctx, access.From(ctx), 20); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, dutiesPage(v))
}

// fits reports whether a duty has all words that were looked for.
func (v dutiesView) fits(d org.Duty) bool {
	if v.unit != "" && !slices.Contains(v.city.Down(v.unit), d.Unit) {
		return false
	}
	var all strings.Builder
	for _, lang := range web.Languages {
		all.WriteString(strings.ToLower(strings.Join([]string{
			string(d.ID), v.city.Catalogue.CategoryName(d.Category, lang), v.city.UnitName(d.Unit, lang), v.city.AreaName(d.Area, lang), d.Basis.In(lang), "",
		}, " ")))
	}
	for word := range strings.FieldsSeq(strings.ToLower(v.query)) {
		if !strings.Contains(all.String(), word) {
			return false
		}
	}
	return true
}

// over reports whether a duty has ended.
func (v dutiesView) over(d org.Duty) bool { return d.To != "" && d.To < v.today }

func (b *Workbench) duty(w http.ResponseWriter, r *http.Request) error {
	return b.renderDuty(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderDuty(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	if err := b.mayManage(ctx); err != nil {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	d, ok := city.Catalogue.DutyByID(org.DutyID(r.PathValue("id")))
	if !ok {
		return errs.New(errs.NotFound, "error.no_page")
	}
	today := city.Day(b.Now())
	name := city.Catalogue.CategoryName(d.Category, web.Lang(ctx))
	return web.Render(ctx, w, status, dutyPage(dutyView{b.page(ctx, name, "/work/admin/duties"), city, d, today, typed, wrong}))
}

func (b *Workbench) changeDuty(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	seen, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return errs.New(errs.Conflict, "version.changed")
	}
	change := administration.DutyChange{
		Unit: org.UnitID(form.Get("unit")), Accept: form.Get("accept"), Resolve: form.Get("resolve"), From: form.Get("from"),
	}
	for _, h := range form["helpers"] {
		if h != "" {
			change.Helpers = append(change.Helpers, org.UnitID(h))
		}
	}
	d, err := b.Administration.ChangeDuty(ctx, access.From(ctx), org.DutyID(r.PathValue("id")), seen, change)
	if err == nil {
		return web.See(w, r, "/work/admin/duties?q="+url.QueryEscape(string(d.ID)))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderDuty(w, r, web.Status(err), form, wrong)
	}
	return err
}

// said says a duty in one line, for the history.
func (v dutiesView) said(ctx context.Context, d *org.Duty) string {
	if d == nil {
		return "–"
	}
	words := []string{v.city.UnitName(d.Unit, web.Lang(ctx)), amount(ctx, d.Accept), amount(ctx, d.Resolve)}
	for _, h := range d.Helpers {
		words = append(words, "+ "+v.city.UnitName(h, web.Lang(ctx)))
	}
	if d.From != "" || d.To != "" {
		words = append(words, d.From+" – "+d.To)
	}
	return strings.Join(words, " · ")
}

// about is the duty a record is about.
func about(r administration.Record) org.Duty {
	if r.After != nil {
		return *r.After
	}
	return *r.Before
}

// helpers are those of the duty, or that were typed, and room for one more.
func (v dutyView) helpers() []string {
	var list []string
	if v.typed != nil {
		list = slices.DeleteFunc(slices.Clone(v.typed["helpers"]), func(h string) bool { return h == "" })
	} else {
		for _, h := range v.duty.Helpers {
			list = append(list, string(h))
		}
	}
	return append(list, "")
}

func (v dutyView) wrongHelper(i int) string {
	if i > 0 {
		return "" // said once
	}
	return v.wrong["helpers"]
}

func suffix(i int) string {
	if i == 0 {
		return ""
	}
	return "-" + strconv.Itoa(i)
}

func areaOr(ctx context.Context, city org.City, d org.Duty) string {
	if d.Area == "" {
		return web.T(ctx, "admin.everywhere")
	}
	return city.AreaName(d.Area, web.Lang(ctx))
}

func whoIs(ctx context.Context, v dutiesView, id string) string {
	if n, ok := v.names[access.StaffID(id)]; ok {
		return n.In(web.Lang(ctx))
	}
	return web.T(ctx, "who.system")
}
