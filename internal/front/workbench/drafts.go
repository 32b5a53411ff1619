package workbench

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/administration"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/web"
)

// versionsShown is how many versions of each part can be gone back to with one
// click.
const versionsShown = 20

type draftsView struct {
	page  web.Page
	list  []drafts.Draft
	make  bool // may begin one
	names map[access.StaffID]org.Name
	name  string
	wrong map[string]string
}

type draftView struct {
	page   web.Page
	d      drafts.Draft
	look   administration.Look
	replay drafts.Replay // zero if it was not tried
	edit   bool
	mine   bool // who looks wrote a part of it
	alone  bool // one person may publish it with a reason
	today  string
	names  map[access.StaffID]org.Name
	typed  url.Values
	wrong  map[string]string
}

type versionsView struct {
	page  web.Page
	parts []administration.PartVersions
	names map[access.StaffID]org.Name
}

func draftPath(id drafts.ID) string { return "/work/admin/drafts/" + url.PathEscape(string(id)) }

func (b *Workbench) drafts(w http.ResponseWriter, r *http.Request) error {
	return b.renderDrafts(w, r, http.StatusOK, "", nil)
}

func (b *Workbench) renderDrafts(w http.ResponseWriter, r *http.Request, status int, name string, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := draftsView{page: b.page(ctx, web.T(ctx, "draft.title"), "/work/admin/drafts"), make: b.mayManage(ctx) == nil, name: name, wrong: wrong}
	var err error
	if v.list, err = b.Administration.DraftList(ctx, by); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, status, draftsPage(v))
}

func (b *Workbench) newDraft(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	d, err := b.Administration.NewDraft(ctx, access.From(ctx), form.Get("name"))
	if err == nil {
		return web.See(w, r, draftPath(d.ID))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderDrafts(w, r, web.Status(err), form.Get("name"), wrong)
	}
	return err
}

func (b *Workbench) versions(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := versionsView{page: b.page(ctx, web.T(ctx, "draft.versions"), "/work/admin/drafts")}
	var err error
	if v.parts, err = b.Administration.VersionList(ctx, access.From(ctx), versionsShown); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, versionsPage(v))
}

// rollBack makes a draft that goes back to an earlier version.
func (b *Workbench) rollBack(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	part := form.Get("part")
	number, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil || !slices.Contains(administration.Restorable, part) {
		return errs.New(errs.NotFound, "version.none")
	}
	name := web.T(ctx, "draft.back_name", "Part", web.T(ctx, "part."+part), "Version", number)
	d, err := b.Administration.RollBack(ctx, access.From(ctx), part, number, name)
	if err != nil {
		return err
	}
	return web.See(w, r, draftPath(d.ID))
}

func (b *Workbench) draft(w http.ResponseWriter, r *http.Request) error {
	return b.renderDraft(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderDraft(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	d, err := b.Administration.Draft(ctx, by, drafts.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := draftView{
		page: b.page(ctx, d.Name, "/work/admin/drafts"), d: d, typed: typed, wrong: wrong,
		edit: d.State == drafts.Open && len(d.Restore) == 0 && b.mayManage(ctx) == nil, mine: slices.Contains(d.Editors, by.Staff),
	}
	if d.State == drafts.Open || d.State == drafts.Planned {
		if v.look, err = b.Administration.Look(ctx, by, d); err != nil {
			return err
		}
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	v.alone = len(d.Restore) > 0 || !city.Policy.TwoPersons
	v.today = city.Day(b.Now())
	if v.replay, err = b.Administration.Latest(ctx, by, d.ID); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, status, draftPage(v))
}

func (b *Workbench) actOnDraft(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	id := drafts.ID(r.PathValue("id"))
	revision, bad := strconv.ParseInt(form.Get("seen"), 10, 64)
	if bad != nil {
		revision = -1 // not the draft's
	}
	to := draftPath(id)
	switch r.PathValue("action") {
	case "publish":
		var l administration.Look
		l, err = b.Administration.Publish(ctx, by, id, administration.Signing{Revision: revision, From: form.Get("from"), Reason: form.Get("reason")})
		if err == nil && len(l.Problems) > 0 {
			return b.renderDraft(w, r, http.StatusUnprocessableEntity, form, nil)
		}
	case "drop":
		err = b.Administration.Drop(ctx, by, id, revision)
		to = "/work/admin/drafts"
	case "reopen":
		err = b.Administration.Reopen(ctx, by, id, revision)
	case "replay":
		_, err = b.Administration.Try(ctx, by, id, administration.Span{First: form.Get("first"), Last: form.Get("last"), Day: form.Get("day")})
		to += "/replay"
	case "stop":
		err = b.Administration.StopReplay(ctx, by, id)
		to += "/replay"
	default:
		err = errs.New(errs.NotFound, "error.no_page")
	}
	if err == nil {
		return web.See(w, r, to)
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderDraft(w, r, web.Status(err), form, wrong)
	}
	return err
}

// draftTable puts a file that is brought into a draft.
func (b *Workbench) draftTable(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	t, err := tableOf(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	_, body, err := web.Upload(r, "file")
	if err != nil {
		return b.failedTable(w, r, errs.Field("file", "table.no_file"))
	}
	rows, err := readRows(t, body)
	if err != nil {
		return b.failedTable(w, r, err)
	}
	revision, bad := strconv.ParseInt(form.Get("seen"), 10, 64)
	if bad != nil {
		revision = -1
	}
	d, err := b.Administration.SetTable(ctx, access.From(ctx), drafts.ID(r.PathValue("id")), revision, t, rows)
	if err != nil {
		return b.failedTable(w, r, err)
	}
	return web.See(w, r, draftPath(d.ID))
}

// draftRow puts a row into a draft, or takes it away there.
func (b *Workbench) draftRow(w http.ResponseWriter, r *http.Request, v rowView, rows [][]string, remove bool) error {
	ctx := r.Context()
	key, row := v.key, v.row
	var err error
	revision, bad := strconv.ParseInt(v.at, 10, 64)
	switch {
	case bad != nil:
		err = errs.New(errs.Conflict, "draft.changed")
	case remove:
		row = nil
	case key != "":
		row[0] = key // it is the same for ever
	case row[0] == "":
		err = errs.Field(v.table.Columns[0], "draft.no_id")
	case slices.ContainsFunc(rows, func(o []string) bool { return o[0] == row[0] }):
		err = errs.Field(v.table.Columns[0], "table.same_id")
	}
	key = cmp.Or(key, v.row[0])
	if err == nil {
		_, err = b.Administration.SetRow(ctx, access.From(ctx), v.draft.ID, revision, v.table, key, row)
	}
	if err == nil {
		return web.See(w, r, draftPath(v.draft.ID))
	}
	if v.wrong = web.Messages(ctx, err); v.wrong == nil {
		return err
	}
	return web.Render(ctx, w, web.Status(err), rowPage(v))
}

// problem is what is wrong in a draft, with the row to mend it in.
type problem struct {
	text, href string
}

func (v draftView) problems(ctx context.Context) (list []problem) {
	for _, p := range v.look.Problems {
		out := problem{text: p.In(web.Lang(ctx))}
		i := slices.IndexFunc(v.look.Tables, func(t administration.TableChanges) bool { return t.Table.File == p.File })
		if i >= 0 && v.edit {
			t := v.look.Tables[i]
			if n := p.Row - 2; n >= 0 && n < len(t.Rows) && strings.HasSuffix(p.File, ".csv") {
				out.href = draftPath(v.d.ID) + "/tables/" + t.Table.Name + "/row?key=" + url.QueryEscape(t.Rows[n][0])
				out.text = t.Rows[n][0] + " – " + out.text
			}
		}
		list = append(list, out)
	}
	return list
}

func who(ctx context.Context, names map[access.StaffID]org.Name, id access.StaffID) string {
	return whoIs(ctx, dutiesView{names: names}, string(id))
}

func whoAll(ctx context.Context, names map[access.StaffID]org.Name, list []access.StaffID) string {
	words := make([]string, len(list))
	for i, id := range list {
		words[i] = who(ctx, names, id)
	}
	return strings.Join(words, ", ")
}

// draftState is how far a draft is, in words.
func draftState(ctx context.Context, d drafts.Draft) string {
	switch {
	case d.Failed && d.State == drafts.Open:
		return web.T(ctx, "draft.state_failed", "From", d.From)
	case d.State == drafts.Planned:
		return web.T(ctx, "draft.state_planned", "From", d.From)
	}
	return web.T(ctx, "draft.state_"+string(d.State))
}

func (v draftView) value(name, otherwise string) string {
	if v.typed.Has(name) {
		return v.typed.Get(name)
	}
	return otherwise
}

// monthFirst and monthLast are the first and the last day of the month before.
func (v draftView) monthFirst() string { return v.monthDay(-1, 1) }

func (v draftView) monthLast() string { return v.monthDay(0, 0) }

func (v draftView) monthDay(month time.Month, day int) string {
	t, err := time.Parse(time.DateOnly, v.today)
	if err != nil {
		return ""
	}
	return time.Date(t.Year(), t.Month()+month, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// A putPart is a part that a draft changed, and the version before.
type putPart struct {
	part   string
	before int64
}

func putOf(d drafts.Draft) (list []putPart) {
	for _, name := range administration.Restorable {
		if n := d.Put[name]; n > 1 {
			list = append(list, putPart{name, n - 1})
		}
	}
	return list
}

func tableNamed(name string) setup.Table {
	t, _ := setup.TableByName(name)
	return t
}

func (v tableView) bring() string {
	if v.drafted() {
		return "draft.bring"
	}
	return "admin.try"
}

// newestOf is the version in force of a list.
func newestOf(list []versions.Version, v versions.Version) bool {
	return len(list) > 0 && list[0].Number == v.Number
}
