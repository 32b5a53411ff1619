package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/administration"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/web"
)

type rowView struct {
	tableScope
	page     web.Page
	table    setup.Table
	key      string // "" for a new one
	row      []string
	at       string // what the change is meant for
	wrong    map[string]string
	problems setup.Problems // that belong to no field
	into     string
}

func (b *Workbench) tableRow(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.rowView(r)
	if err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, rowPage(v))
}

func (b *Workbench) rowView(r *http.Request) (rowView, error) {
	ctx := r.Context()
	t, err := tableOf(r)
	if err != nil {
		return rowView{}, err
	}
	v := rowView{page: b.page(ctx, web.T(ctx, "table."+t.Name), "/work/admin"), table: t, key: r.URL.Query().Get("key"), row: make([]string, len(t.Columns))}
	if v.tableScope, err = b.tableScope(r); err != nil {
		return v, err
	}
	v.at = v.seen()
	if v.key == "" && !t.Fixed {
		return v, nil
	}
	rows := v.rows(t)
	i := slices.IndexFunc(rows, func(row []string) bool { return row[0] == v.key })
	if i < 0 {
		return v, errs.New(errs.NotFound, "error.no_page")
	}
	v.row = slices.Clone(rows[i])
	return v, nil
}

// changeRow changes, adds, takes away or merges one row.
func (b *Workbench) changeRow(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	v, err := b.rowView(r)
	if err != nil {
		return err
	}
	v.at, v.into = form.Get("seen"), form.Get("merge_into")
	for i, c := range v.table.Columns {
		if form.Has(c) {
			v.row[i] = strings.TrimSpace(strings.ReplaceAll(form.Get(c), "\r\n", "\n"))
		}
	}
	rows := slices.Clone(v.rows(v.table))
	at := slices.IndexFunc(rows, func(row []string) bool { return row[0] == v.key })
	if v.drafted() {
		return b.draftRow(w, r, v, rows, form.Get("action") == "remove")
	}
	var p administration.Preview
	switch action := form.Get("action"); {
	case action == "merge" && v.table.Name == "categories":
		p, err = b.Administration.Merge(ctx, access.From(ctx), org.CategoryID(v.key), org.CategoryID(v.into), v.at)
	case action == "remove" && at >= 0 && !v.table.Fixed:
		p, err = b.Administration.Apply(ctx, access.From(ctx), v.table, slices.Delete(rows, at, at+1), v.at)
	case at >= 0:
		v.row[0] = v.key // it is the same for ever
		rows[at] = v.row
		p, err = b.Administration.Apply(ctx, access.From(ctx), v.table, rows, v.at)
	case slices.ContainsFunc(rows, func(row []string) bool { return row[0] == v.row[0] }):
		err = errs.Field(v.table.Columns[0], "table.same_id")
	default:
		at = len(rows)
		p, err = b.Administration.Apply(ctx, access.From(ctx), v.table, append(rows, v.row), v.at)
	}
	if err != nil {
		if v.wrong = web.Messages(ctx, err); v.wrong == nil {
			return err
		}
		return web.Render(ctx, w, web.Status(err), rowPage(v))
	}
	if len(p.Problems) == 0 {
		return web.See(w, r, "/work/admin/tables/"+v.table.Name+"?q="+url.QueryEscape(v.row[0]))
	}
	v.sort(ctx, p.Problems, at)
	return web.Render(ctx, w, http.StatusUnprocessableEntity, rowPage(v))
}

// sort puts what is wrong beside its field, where it is about this row.
func (v *rowView) sort(ctx context.Context, problems setup.Problems, at int) {
	v.wrong = map[string]string{}
	for _, p := range problems {
		column := p.Column
		here := p.File == v.table.File && p.Row == at+2 && slices.Contains(v.table.Columns, column)
		if v.table.Fixed && p.File == v.table.File && p.Column == v.key {
			here, column = true, "value"
		}
		if here && v.wrong[column] == "" {
			v.wrong[column] = p.What(web.Lang(ctx))
		} else {
			v.problems = append(v.problems, p)
		}
	}
}

// options are what a cell can be, nil where it is written. In a draft that are
// also the rows it has put into other tables.
func (v rowView) options(ctx context.Context, column string) []web.Option {
	list := v.ofCity(ctx, column)
	of := map[string]string{
		"units.parent": "units", "duties.unit": "units", "templates.unit": "units", "units.area": "areas", "areas.parent": "areas", "duties.area": "areas",
		"categories.parent": "categories", "templates.category": "categories", "categories.into": "categories", "rules.category": "categories", "duties.category": "categories",
	}[v.table.Name+"."+column]
	t, ok := setup.TableByName(of)
	if !ok || !v.drafted() {
		return list
	}
	for _, row := range v.rows(t) {
		if !slices.ContainsFunc(t.Rows(v.city.Folder), func(r []string) bool { return r[0] == row[0] }) {
			list = append(list, web.Option{Value: row[0], Label: rowTitle(ctx, t, row)})
		}
	}
	return list
}

func (v rowView) ofCity(ctx context.Context, column string) []web.Option {
	words := func(list ...string) []web.Option {
		out := make([]web.Option, len(list))
		for i, s := range list {
			out[i] = web.Option{Value: s, Label: web.T(ctx, "cell."+s)}
		}
		return out
	}
	none := web.Option{Value: "", Label: "–"}
	lang := web.Lang(ctx)
	areas := func() []web.Option {
		list := []web.Option{none}
		for _, a := range v.city.Directory.Areas {
			if a.Level != org.LevelGrid || string(a.ID) == v.row[max(v.table.Column(column), 0)] {
				list = append(list, web.Option{Value: string(a.ID), Label: a.Name.In(lang)})
			}
		}
		return list
	}
	switch name := v.table.Name + "." + column; name {
	case "units.type":
		return words(string(org.Hotline), string(org.Department), string(org.StreetOffice), string(org.Section), string(org.Partner))
	case "units.parent", "duties.unit", "templates.unit", "rules.lead":
		list := []web.Option{none}
		for _, u := range v.city.Directory.Units {
			list = append(list, web.Option{Value: string(u.ID), Label: u.Name.In(lang)})
		}
		return list
	case "units.area", "areas.parent", "duties.area":
		return areas()
	case "areas.level":
		return words(string(org.LevelCity), string(org.LevelDistrict), string(org.LevelStreet), string(org.LevelCommunity), string(org.LevelGrid))
	case "categories.parent", "templates.category":
		list := []web.Option{none}
		for _, k := range v.city.Catalogue.Categories {
			list = append(list, web.Option{Value: string(k.ID), Label: k.Name.In(lang)})
		}
		return list
	case "categories.kind":
		return words(intake.Kinds...)
	case "categories.into", "rules.category", "duties.category":
		return categories(ctx, v.city.Catalogue, "–")
	case "categories.risk", "rules.urgency", "duties.urgency":
		return words("ordinary", "urgent", "emergency")
	case "categories.public", "categories.street_ok", "days.off":
		return words("yes", "no")
	case "process.from", "process.to":
		list := []web.Option{none}
		for _, k := range cases.StepKinds {
			list = append(list, web.Option{Value: string(k), Label: stepName(ctx, string(k))})
		}
		return list
	case "routes.type":
		return words(org.RouteEmergency, org.RouteLawful, org.RouteSecret)
	case "rules.law", "duties.law":
		list := []web.Option{none}
		for _, a := range v.city.Laws {
			list = append(list, web.Option{Value: string(a.ID), Label: a.In(lang)})
		}
		return list
	case "policy.value":
		switch v.key {
		case "policy.profile":
			list := []web.Option{{Value: "", Label: web.T(ctx, "policy.profile_none")}}
			for _, p := range append(slices.Clone(org.Profiles), v.city.Directory.Policy.Profiles...) {
				list = append(list, web.Option{Value: p.ID, Label: p.Name.In(lang)})
			}
			return list
		case "default_language":
			return []web.Option{{Value: "zh", Label: "中文"}, {Value: "en", Label: "English"}}
		case "policy.two_persons":
			return words("yes", "no")
		}
	}
	return nil
}

// rests counts the duties and rules that rest on an article of law.
func (v rowView) rests() (n int) {
	for _, d := range v.city.Catalogue.Duties {
		if string(d.Law) == v.key {
			n++
		}
	}
	for _, r := range v.city.Catalogue.Rules {
		if string(r.Law) == v.key {
			n++
		}
	}
	return n
}
