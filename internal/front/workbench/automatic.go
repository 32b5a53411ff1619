package workbench

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
	"yiwang/internal/flow/administration"
	"yiwang/internal/flow/setup"
	"yiwang/internal/front/web"
)

// sampleDays is how far back automatic cases are looked at; costDays is what
// a threshold is judged by.
const (
	sampleDays = 7
	costDays   = 30
)

type automaticView struct {
	page  web.Page
	city  org.City
	asked []automaticRow
	days  []automaticDay
}

type automaticDay struct {
	triage.Day
	rows         []automaticRow
	checked, fit int
}

type automaticRow struct {
	triage.Automatic
	c cases.Case
}

type thresholdsView struct {
	page  web.Page
	city  administration.City
	list  []thresholdRow
	wrong map[string]string
}

type thresholdRow struct {
	category org.Category
	costs    map[int]triage.Cost
	proposed int  // the level, 0 for never
	known    bool // enough is on record for it

	level, wrong string // as they stand in the form
}

// automatic shows what went out without a person and lets people check a
// sample of each day.
func (b *Workbench) automatic(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := automaticView{page: b.page(ctx, web.T(ctx, "auto.title"), "/work/automatic")}
	days, err := b.Triage.Days(ctx, by, sampleDays)
	if err != nil {
		return err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	asked, err := b.Triage.AskedFor(ctx, by, sampleDays)
	if err != nil {
		return err
	}
	asked = slices.DeleteFunc(asked, func(a triage.Automatic) bool { return !a.CheckedAt.IsZero() })
	if v.asked, err = b.automaticRows(r, asked); err != nil {
		return err
	}
	for _, d := range days {
		sample, err := b.Triage.Sample(ctx, by, d)
		if err != nil {
			return err
		}
		day := automaticDay{Day: d}
		for _, a := range sample {
			if !a.CheckedAt.IsZero() {
				day.checked++
			}
			if a.Fit {
				day.fit++
			}
		}
		sample = slices.DeleteFunc(sample, func(a triage.Automatic) bool { return !a.CheckedAt.IsZero() })
		if day.rows, err = b.automaticRows(r, sample); err != nil {
			return err
		}
		v.days = append(v.days, day)
	}
	return web.Render(ctx, w, http.StatusOK, automaticPage(v))
}

func (b *Workbench) automaticRows(r *http.Request, list []triage.Automatic) ([]automaticRow, error) {
	var rows []automaticRow
	for _, a := range list {
		c, err := b.Cases.Case(r.Context(), access.From(r.Context()), cases.ID(a.Case))
		if cases.IsUnseen(err) {
			continue // one they may not see, such as a complaint about their own unit
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, automaticRow{a, c})
	}
	return rows, nil
}

func (b *Workbench) checkAutomatic(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if err := b.Triage.Check(ctx, access.From(ctx), form.Get("case"), form.Get("fit") == "yes"); err != nil {
		return err
	}
	return web.See(w, r, "/work/automatic")
}

// thresholds shows, category by category, what going out by itself would
// have meant in the last month, and sets from how sure it does.
func (b *Workbench) thresholds(w http.ResponseWriter, r *http.Request) error {
	return b.renderThresholds(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderThresholds(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := thresholdsView{page: b.page(ctx, web.T(ctx, "auto.thresholds"), "/work/admin"), wrong: wrong}
	var err error
	if v.city, err = b.Administration.City(ctx, by); err != nil {
		return err
	}
	costs, err := b.Triage.Costs(ctx, by, costDays)
	if err != nil {
		return err
	}
	for _, k := range v.city.Catalogue.Leaves() {
		if k.Urgency == org.Ordinary {
			row := thresholdRow{category: k, costs: costs[k.ID], level: levelText(k), wrong: strconv.Itoa(k.WrongCost())}
			if typed.Get("category") == string(k.ID) {
				row.level, row.wrong = typed.Get("automatic"), typed.Get("wrong")
			}
			row.proposed, row.known = triage.Propose(k, row.costs)
			v.list = append(v.list, row)
		}
	}
	least := triage.Levels[len(triage.Levels)-1]
	slices.SortStableFunc(v.list, func(a, b thresholdRow) int { return cmp.Compare(b.costs[least].Cases, a.costs[least].Cases) })
	return web.Render(ctx, w, status, thresholdsPage(v))
}

func (b *Workbench) setThreshold(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	now, err := b.Administration.City(ctx, by)
	if err != nil {
		return err
	}
	table, _ := setup.TableByName("categories")
	rows := slices.Clone(table.Rows(now.Folder))
	i := slices.IndexFunc(rows, func(row []string) bool { return row[0] == form.Get("category") })
	if i < 0 {
		return errs.New(errs.NotFound, "error.no_page")
	}
	rows[i] = slices.Clone(rows[i])
	for _, column := range []string{"automatic", "wrong"} {
		if form.Has(column) {
			rows[i][table.Column(column)] = strings.TrimSpace(form.Get(column))
		}
	}
	p, err := b.Administration.Apply(ctx, by, table, rows, form.Get("seen"))
	if err == nil && len(p.Problems) > 0 {
		err = errs.Field(rows[i][0], "auto.bad_"+badColumn(p.Problems))
	}
	if err == nil {
		return web.See(w, r, "/work/admin/automatic#"+url.PathEscape(rows[i][0]))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderThresholds(w, r, web.Status(err), form, wrong)
	}
	return err
}

// badColumn is which of the two that the page sets is wrong.
func badColumn(problems setup.Problems) string {
	if slices.ContainsFunc(problems, func(p setup.Problem) bool { return p.Column == "wrong" }) {
		return "wrong"
	}
	return "threshold"
}

// levelOptions are the thresholds one can choose.
func levelOptions(now int, never string) []web.Option {
	list := []web.Option{{Value: "", Label: never}}
	levels := triage.Levels
	if now > 0 && !slices.Contains(levels, now) {
		levels = append([]int{now}, levels...)
	}
	for _, l := range levels {
		list = append(list, web.Option{Value: strconv.Itoa(l), Label: strconv.Itoa(l) + "%"})
	}
	return list
}

func levelText(k org.Category) string {
	if k.Automatic == 0 {
		return ""
	}
	return strconv.Itoa(k.Automatic)
}

// ids are the categories of the page, by which what is wrong is named.
func (v thresholdsView) ids() []string {
	list := make([]string, len(v.list))
	for i, k := range v.list {
		list[i] = string(k.category.ID)
	}
	return list
}

// proposal says what is proposed for a category, and what it would have meant.
func (k thresholdRow) proposal(ctx context.Context) string {
	c := k.costs[k.proposed]
	switch {
	case !k.known:
		return web.T(ctx, "auto.too_few")
	case k.proposed == 0:
		return web.T(ctx, "auto.never")
	}
	return web.T(ctx, "auto.proposal", "Level", k.proposed, "Cases", c.Cases, "Otherwise", c.Otherwise)
}
