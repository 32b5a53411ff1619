package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/table"
	"yiwang/internal/city/access"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/administration"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/web"
)

// maxRows is how many rows a table that is brought can have.
const maxRows = 20_000

// rowsPerPage is how many rows of a table a page shows.
const rowsPerPage = 100

// A tableScope is what the tables are looked at in: the city as it is, or a
// draft.
type tableScope struct {
	base  string // the address of the tables
	city  administration.City
	draft drafts.Draft // zero for the city
	look  administration.Look
}

func (s tableScope) drafted() bool { return s.draft.ID != "" }

func (s tableScope) rows(t setup.Table) [][]string {
	if s.drafted() {
		return s.look.Rows(t)
	}
	return t.Rows(s.city.Folder)
}

// seen is what a change is meant for.
func (s tableScope) seen() string {
	if s.drafted() {
		return strconv.FormatInt(s.draft.Revision, 10)
	}
	return s.city.Seen
}

func (b *Workbench) tableScope(r *http.Request) (tableScope, error) {
	ctx := r.Context()
	by := access.From(ctx)
	id := r.PathValue("id")
	if id == "" {
		city, err := b.Administration.City(ctx, by)
		return tableScope{base: "/work/admin/tables/", city: city}, err
	}
	d, err := b.Administration.Draft(ctx, by, drafts.ID(id))
	if err != nil {
		return tableScope{}, err
	}
	l, err := b.Administration.Look(ctx, by, d)
	return tableScope{base: draftPath(d.ID) + "/tables/", city: l.Now, draft: d, look: l}, err
}

type tableView struct {
	tableScope
	page    web.Page
	table   setup.Table
	query   string
	list    [][]string
	all     int // rows that fit what was looked for
	from    int
	history []administration.TableRecord
	names   map[access.StaffID]org.Name
	wrong   map[string]string
}

type importView struct {
	page    web.Page
	table   setup.Table
	preview administration.Preview
	body    string // the table as CSV, to be confirmed
	seen    string
}

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

// administration is where the city is run from.
func (b *Workbench) administration(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if err := b.mayManage(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, administrationPage(b.page(ctx, web.T(ctx, "admin.title"), "/work/admin")))
}

func tableOf(r *http.Request) (setup.Table, error) {
	t, ok := setup.TableByName(r.PathValue("table"))
	if !ok {
		return t, errs.New(errs.NotFound, "error.no_page")
	}
	return t, nil
}

func (b *Workbench) table(w http.ResponseWriter, r *http.Request) error {
	return b.renderTable(w, r, http.StatusOK, nil)
}

func (b *Workbench) renderTable(w http.ResponseWriter, r *http.Request, status int, wrong map[string]string) error {
	ctx := r.Context()
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := tableView{page: b.page(ctx, web.T(ctx, "table."+t.Name), "/work/admin"), table: t, query: strings.TrimSpace(q.Get("q")), wrong: wrong}
	by := access.From(ctx)
	if v.tableScope, err = b.tableScope(r); err != nil {
		return err
	}
	v.list = look(v.rows(t), v.query)
	v.all = len(v.list)
	v.from, _ = strconv.Atoi(q.Get("from")) // what is no number is the beginning
	v.from = min(max(v.from, 0), v.all)
	v.list = v.list[v.from:min(v.from+rowsPerPage, v.all)]
	if !v.drafted() {
		if v.history, err = b.Administration.TableHistory(ctx, by, t, 10); err != nil {
			return err
		}
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, status, tablePage(v))
}

// look gives the rows that have all words that were looked for.
func look(rows [][]string, query string) [][]string {
	words := strings.Fields(strings.ToLower(query))
	return slices.DeleteFunc(slices.Clone(rows), func(row []string) bool {
		in := strings.ToLower(strings.Join(row, "\n"))
		return slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(in, w) })
	})
}

// tableFile gives a table as a file, to be changed and brought back.
func (b *Workbench) tableFile(w http.ResponseWriter, r *http.Request) error {
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	scope, err := b.tableScope(r)
	if err != nil {
		return err
	}
	h := w.Header()
	if r.PathValue("kind") == "xlsx" {
		h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		h.Set("Content-Disposition", `attachment; filename="`+t.Name+`.xlsx"`)
		return table.WriteXLSX(w, t.Columns, scope.rows(t))
	}
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+t.Name+`.csv"`)
	_, err = w.Write(t.CSV(scope.rows(t)))
	return err
}

// importTable shows what a file would change, and changes it when that is
// confirmed.
func (b *Workbench) importTable(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	by := access.From(ctx)
	now, err := b.Administration.City(ctx, by)
	if err != nil {
		return err
	}
	body, confirmed := []byte(form.Get("body")), form.Has("body")
	if !confirmed {
		if _, body, err = web.Upload(r, "file"); err != nil {
			return b.failedTable(w, r, errs.Field("file", "table.no_file"))
		}
	}
	rows, err := readRows(t, body)
	if err != nil {
		return b.failedTable(w, r, err)
	}
	v := importView{page: b.page(ctx, web.T(ctx, "table."+t.Name), "/work/admin"), table: t, body: string(t.CSV(rows)), seen: now.Seen}
	if confirmed {
		if v.preview, err = b.Administration.Apply(ctx, by, t, rows, form.Get("seen")); err != nil {
			return b.failedTable(w, r, err)
		}
		if len(v.preview.Problems) == 0 {
			return web.See(w, r, "/work/admin/tables/"+t.Name)
		}
	} else if v.preview, err = b.Administration.Preview(ctx, now, t, rows); err != nil {
		return err
	}
	status := http.StatusOK
	if len(v.preview.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(ctx, w, status, importPage(v))
}

func (b *Workbench) failedTable(w http.ResponseWriter, r *http.Request, err error) error {
	if wrong := web.Messages(r.Context(), err); wrong != nil {
		if m, ok := wrong[""]; ok && wrong["file"] == "" {
			wrong["file"] = m
			delete(wrong, "")
		}
		return b.renderTable(w, r, web.Status(err), wrong)
	}
	return err
}

// readRows reads a file that was brought: it has the columns of the table, in
// any order.
func readRows(t setup.Table, body []byte) ([][]string, error) {
	header, rows, err := table.Parse(body, maxRows)
	if err != nil {
		return nil, err
	}
	at := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		at[i] = slices.Index(header, c)
	}
	if len(header) != len(t.Columns) || slices.Contains(at, -1) {
		return nil, errs.Field("file", "table.columns", "Have", strings.Join(header, ", "), "Want", strings.Join(t.Columns, ", "))
	}
	out := make([][]string, len(rows))
	for i, cells := range rows {
		out[i] = make([]string, len(at))
		for j, k := range at {
			out[i][j] = strings.TrimSpace(cells[k])
		}
	}
	return out, nil
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

// long reports whether a cell is written in several lines.
func long(column string) bool {
	return slices.ContainsFunc([]string{"hint_", "work_", "tell_", "text_"}, func(p string) bool { return strings.HasPrefix(column, p) }) ||
		column == "zh" || column == "en" || column == "any"
}

// columnHint helps to write a cell, "" where its name says enough.
func columnHint(ctx context.Context, t setup.Table, key, column string) string {
	switch column {
	case "accept", "resolve", "contact", "statutory":
		return web.T(ctx, "admin.limit_hint")
	case "any", "all", "none":
		return web.T(ctx, "col.words_hint")
	case "helpers", "chain":
		return web.T(ctx, "col."+column+"_hint")
	case "from", "to", "date":
		return web.T(ctx, "col.day_hint")
	case "automatic":
		return web.T(ctx, "col.automatic_hint")
	case "text_zh", "text_en":
		return web.T(ctx, "col.fields_hint", "Fields", "{"+strings.Join(org.TemplateFields, "}, {")+"}")
	case "value":
		if slices.Contains([]string{"policy.dispatch", "policy.return_window", "policy.pause_cap", "policy.ruling", "policy.extension_cap"}, key) {
			return web.T(ctx, "admin.limit_hint")
		}
	case t.Columns[0]:
		if !t.Fixed && t.Name != "days" {
			return web.T(ctx, "col.id_hint")
		}
	}
	return ""
}

// rowTitle names a row by its Chinese or English name, if it has one.
func rowTitle(ctx context.Context, t setup.Table, row []string) string {
	if t.Name == "policy" {
		return web.T(ctx, "policy."+strings.TrimPrefix(row[0], "policy."))
	}
	for _, lang := range []string{web.Lang(ctx), "zh"} {
		if i := t.Column("name_" + lang); i >= 0 && row[i] != "" {
			return row[i]
		}
	}
	return row[0]
}

// cellsOf lists the cells that differ between two rows, or all of the one
// there is.
func cellsOf(ctx context.Context, t setup.Table, c setup.Change) (list []changedCell) {
	for i, column := range t.Columns {
		cell := changedCell{column: web.T(ctx, "col."+column)}
		if c.Before != nil {
			cell.before = c.Before[i]
		}
		if c.After != nil {
			cell.after = c.After[i]
		}
		if cell.before != cell.after {
			list = append(list, cell)
		}
	}
	return list
}

type changedCell struct{ column, before, after string }

func rowOf(c setup.Change) []string {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

func changeKind(c setup.Change) string {
	switch {
	case c.Before == nil:
		return "admin.row_new"
	case c.After == nil:
		return "admin.row_gone"
	}
	return "admin.row_changed"
}

// shown are the columns of a list, the most telling ones.
func shown(t setup.Table) []int {
	var list []int
	for i, c := range t.Columns {
		if i > 0 && !long(c) && !strings.HasSuffix(c, "_en") && len(list) < 6 || t.Name == "texts" && i > 0 {
			list = append(list, i)
		}
	}
	return list
}

// pageOf is the address of the rows from one on.
func (v tableView) pageOf(from int) string {
	if from < 0 || from >= v.all {
		return ""
	}
	q := url.Values{"from": {strconv.Itoa(from)}}
	if v.query != "" {
		q.Set("q", v.query)
	}
	return v.base + v.table.Name + "?" + q.Encode()
}
