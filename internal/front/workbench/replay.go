package workbench

import (
	"cmp"
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

type replayView struct {
	page  web.Page
	city  org.City
	d     drafts.Draft
	r     drafts.Replay
	list  []drafts.Moved
	unit  org.UnitID // of which the cases are shown, "" for all
	piece int        // the first piece of the list
	next  int        // the piece after it, 0 for none
}

func (b *Workbench) replayView(r *http.Request) (v replayView, err error) {
	ctx := r.Context()
	by := access.From(ctx)
	if v.d, err = b.Administration.Draft(ctx, by, drafts.ID(r.PathValue("id"))); err != nil {
		return v, err
	}
	if v.r, err = b.Administration.Latest(ctx, by, v.d.ID); err != nil {
		return v, err
	}
	v.page = b.page(ctx, web.T(ctx, "replay.title"), "/work/admin/drafts")
	v.city, err = b.Org.City(ctx)
	return v, err
}

// replay shows what a draft would have done.
func (b *Workbench) replay(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.replayView(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v.unit = org.UnitID(q.Get("unit"))
	v.piece, _ = strconv.Atoi(q.Get("from")) // what is no number is the beginning
	v.piece = max(v.piece, 0)
	if err := b.fillReplay(ctx, &v); err != nil {
		return err
	}
	if v.r.State == drafts.Running { // looks again by itself, also without a script
		w.Header().Set("Refresh", "2")
	}
	return web.Render(ctx, w, http.StatusOK, replayPage(v))
}

// fillReplay reads a page of cases: the piece, or as many pieces as it takes to
// have a page of those of one unit.
func (b *Workbench) fillReplay(ctx context.Context, v *replayView) error {
	at := v.piece
	for at < v.r.Pieces && len(v.list) < drafts.PieceSize {
		n := 1
		if v.unit != "" {
			n = 20
		}
		list, err := b.Administration.MovedCases(ctx, access.From(ctx), v.r, at, n)
		if err != nil {
			return err
		}
		at += n
		for _, m := range list {
			if v.unit == "" || m.Now == v.unit || m.Draft == v.unit || m.Ended == v.unit {
				v.list = append(v.list, m)
			}
		}
	}
	if at < v.r.Pieces {
		v.next = at
	}
	return nil
}

// replayFile gives the cases, or the units, as CSV.
func (b *Workbench) replayFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.replayView(r)
	if err != nil {
		return err
	}
	if v.r.State != drafts.Done {
		return errs.New(errs.Conflict, "replay.not_done")
	}
	units := r.URL.Query().Get("table") == "units"
	name, heads := "cases", caseHeads
	if units {
		name, heads = "units", unitHeads
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="replay-`+name+`.csv"`)
	out := csv.NewWriter(w)
	row := make([]string, len(heads))
	for i, h := range heads {
		row[i] = web.T(ctx, h)
	}
	if err := out.Write(row); err != nil {
		return err
	}
	if units {
		for _, u := range v.units() {
			if err := out.Write(append([]string{v.city.UnitName(u.id, web.Lang(ctx))}, u.numbers()...)); err != nil {
				return err
			}
		}
	}
	const atOnce = 50
	for from := 0; from < v.r.Pieces && !units; from += atOnce {
		list, err := b.Administration.MovedCases(ctx, access.From(ctx), v.r, from, atOnce)
		if err != nil {
			return err
		}
		for _, m := range list {
			if err := out.Write(v.cells(ctx, m)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// percent is how much of the period was tried.
func (v replayView) percent() int {
	first, err1 := time.Parse(time.DateOnly, v.r.First)
	last, err2 := time.Parse(time.DateOnly, v.r.Last)
	at, err3 := time.Parse(time.DateOnly, v.r.Upto)
	if err1 != nil || err2 != nil || err3 != nil || !last.After(first) {
		return 0
	}
	return min(max(int(100*at.Sub(first)/last.Sub(first)), 0), 100)
}

func (v replayView) upto() string { return cmp.Or(v.r.Upto, v.r.First) }

type replayLine struct{ name, really, now, draft, more string }

// lines are the figures of the whole, each beside what really was.
func (v replayView) lines(ctx context.Context) []replayLine {
	res := v.r.Result
	line := func(key, really string, p drafts.Pair) replayLine {
		return replayLine{web.T(ctx, key), really, strconv.Itoa(p.Now), strconv.Itoa(p.Draft), signed(p.Draft - p.Now)}
	}
	return []replayLine{
		line("replay.fit", "–", res.Fit),
		line("replay.hops", strconv.Itoa(res.WasHops), res.Hops),
		line("replay.late", strconv.Itoa(res.WasLate), res.Late),
		{web.T(ctx, "replay.moved"), "–", "–", strconv.Itoa(res.Moved), ""},
	}
}

func signed(n int) string {
	if n > 0 {
		return "+" + strconv.Itoa(n)
	}
	if n < 0 {
		return "−" + strconv.Itoa(-n)
	}
	return "0"
}

var (
	unitHeads = []string{"case.unit", "replay.first_now", "replay.first_draft", "replay.gains", "replay.loses", "replay.ending", "replay.late_now", "replay.late_draft"}
	caseHeads = []string{
		"replay.number", "case.category", "case.area", "replay.unit_now", "replay.unit_draft", "replay.unit_ended",
		"replay.hops_now", "replay.hops_draft", "replay.due_now", "replay.due_draft", "replay.answered", "replay.late_now", "replay.late_draft",
	}
)

type unitLine struct {
	id org.UnitID
	drafts.Unit
}

// units lists what each unit gains and loses, those with most of it first.
func (v replayView) units() []unitLine {
	var list []unitLine
	for id, u := range v.r.Result.Units {
		list = append(list, unitLine{id, u})
	}
	slices.SortFunc(list, func(a, b unitLine) int {
		return cmp.Or(cmp.Compare(b.Gains+b.Loses, a.Gains+a.Loses), cmp.Compare(b.First.Draft, a.First.Draft), cmp.Compare(a.id, b.id))
	})
	return list
}

func (u unitLine) numbers() []string {
	out := make([]string, 0, len(unitHeads))
	for _, n := range []int{u.First.Now, u.First.Draft, u.Gains, u.Loses, u.Ending, u.Late.Now, u.Late.Draft} {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// cells says a case in one line.
func (v replayView) cells(ctx context.Context, m drafts.Moved) []string {
	lang := web.Lang(ctx)
	unit := func(id org.UnitID) string {
		if id == "" {
			return web.T(ctx, "replay.nobody")
		}
		return v.city.UnitName(id, lang)
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return "–"
		}
		return web.Short(ctx, t)
	}
	late := func(is bool) string {
		if is {
			return web.T(ctx, "replay.is_late")
		}
		return web.T(ctx, "replay.in_time")
	}
	return []string{
		string(cases.NumberOf(m.Seq)), v.city.Catalogue.CategoryName(m.Category, lang), v.city.AreaName(m.Area, lang), unit(m.Now), unit(m.Draft), unit(m.Ended),
		strconv.Itoa(m.Hops.Now), strconv.Itoa(m.Hops.Draft), at(m.NowDue), at(m.DraftDue), at(m.Answered), late(m.Late.Now), late(m.Late.Draft),
	}
}

// caseList is the address of the cases of a unit, from a piece on.
func (v replayView) caseList(unit string, from int) string {
	q := url.Values{}
	if unit != "" {
		q.Set("unit", unit)
	}
	if from > 0 {
		q.Set("from", strconv.Itoa(from))
	}
	path := draftPath(v.d.ID) + "/replay"
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path + "#cases"
}

func (v replayView) newer() string {
	if v.piece == 0 {
		return ""
	}
	return v.caseList(string(v.unit), 0)
}

func (v replayView) older() string {
	if v.next == 0 {
		return ""
	}
	return v.caseList(string(v.unit), v.next)
}
