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
	"yiwang/internal/city/org"
	"yiwang/internal/flow/administration"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/web"
)

// problemsShown is how many problems of a file a page shows unfolded.
const problemsShown = 100

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

// fileTableOf is tableOf for what comes and goes as a file, which people do too.
func fileTableOf(r *http.Request) (setup.Table, error) {
	if r.PathValue("table") == setup.People.Name && r.PathValue("id") == "" {
		return setup.People, nil
	}
	return tableOf(r)
}

// tablePath is the page of a table.
func tablePath(t setup.Table) string {
	if t.Name == setup.People.Name {
		return "/work/admin/people"
	}
	return "/work/admin/tables/" + t.Name
}

// cityOf is the city with what a table needs of it.
func (b *Workbench) cityOf(ctx context.Context, by access.Actor, t setup.Table) (administration.City, error) {
	if t.Name == setup.People.Name {
		return b.Administration.People(ctx, by)
	}
	return b.Administration.City(ctx, by)
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
	t, err := fileTableOf(r)
	if err != nil {
		return err
	}
	scope, err := b.tableScope(r)
	if err != nil {
		return err
	}
	if t.Name == setup.People.Name {
		if scope.city, err = b.Administration.People(r.Context(), access.From(r.Context())); err != nil {
			return err
		}
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
	t, err := fileTableOf(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	by := access.From(ctx)
	now, err := b.cityOf(ctx, by, t)
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
		v.preview, err = b.Administration.Apply(ctx, by, t, rows, form.Get("seen"))
		if err != nil {
			return b.failedTable(w, r, err)
		}
		if len(v.preview.Problems) == 0 {
			if len(v.preview.Invited) > 0 {
				b.keepLinks(ctx, v.preview.Invited)
				return web.See(w, r, "/work/admin/people/links")
			}
			return web.See(w, r, tablePath(t))
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
		if r.PathValue("table") == setup.People.Name {
			return b.renderPeople(w, r, web.Status(err), url.Values{}, wrong)
		}
		return b.renderTable(w, r, web.Status(err), wrong)
	}
	return err
}

// readRows reads a file that was brought: it has the columns of the table, in
// any order.
func readRows(t setup.Table, body []byte) ([][]string, error) {
	header, rows, err := table.Parse(body, setup.MaxRows)
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
