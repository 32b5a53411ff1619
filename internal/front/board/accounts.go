package board

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/algo/rates"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

type whatIfView struct {
	page   web.Page
	nav    []web.Link
	city   org.City
	days   int
	unit   org.UnitID
	units  []org.UnitID
	w      cases.WhatIf
	chosen []string // numbers of cases
	typed  url.Values
	wrong  map[string]string
	may    bool // ask for an exclusion
}

func (v whatIfView) picked(c cases.Candidate) bool {
	return slices.Contains(v.chosen, string(c.Case.Number))
}

// whatIf shows a unit what its rates would be under each exclusion it could
// ask for, and under those it chooses together.
func (b *Board) whatIf(w http.ResponseWriter, r *http.Request) error {
	return b.renderWhatIf(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (b *Board) renderWhatIf(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	p, days := b.period(r, rateDays)
	v := whatIfView{page: b.frame(ctx, "whatif.title", "/work/rates/what-if"), nav: b.links(ctx, "/work/rates/what-if"), days: days, typed: typed, wrong: wrong, chosen: typed["case"]}
	var err error
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	for _, u := range v.city.Units {
		if by.Scope().All || slices.Contains(by.Down, u.ID) {
			v.units = append(v.units, u.ID)
		}
	}
	v.unit = org.UnitID(typed.Get("unit"))
	if v.unit == "" {
		v.unit = by.Unit
	}
	if v.w, err = b.Cases.WhatIf(ctx, by, v.unit, p); err != nil {
		return err
	}
	v.may = by.Can(access.CaseAppeal, access.Resource{Type: access.CaseType, Lead: v.unit}) == nil
	return web.Render(ctx, w, status, whatIfPage(v))
}

// ask asks for an exclusion.
func (b *Board) ask(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	c, err := b.Cases.ByNumber(ctx, access.From(ctx), cases.Number(form.Get("number")))
	if err == nil {
		_, err = b.Cases.AskExclusion(ctx, access.From(ctx), c.ID, 0, form["rates"], form.Get("ground"), form.Get("reason"))
	}
	if err == nil {
		return web.See(w, r, "/work/exclusions")
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderWhatIf(w, r, web.Status(err), form, wrong)
	}
	return err
}

type exclusionsView struct {
	page  web.Page
	nav   []web.Link
	city  org.City
	list  []cases.Exclusion
	names map[access.StaffID]org.Name
	rules bool // the reader may rule
	now   time.Time
	typed url.Values
	wrong map[string]string
}

func (b *Board) exclusions(w http.ResponseWriter, r *http.Request) error {
	return b.renderExclusions(w, r, http.StatusOK, nil, nil)
}

func (b *Board) renderExclusions(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := exclusionsView{page: b.frame(ctx, "exclusions.title", "/work/exclusions"), nav: b.links(ctx, "/work/exclusions"), typed: typed, wrong: wrong, rules: by.Is(access.Supervisor), now: b.Now()}
	var err error
	if v.list, err = b.Cases.Exclusions(ctx, by, cases.ExclusionFilter{}); err != nil {
		return err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.names, err = b.Names(ctx); err != nil {
		return err
	}
	// What is still to be ruled on comes first.
	slices.SortStableFunc(v.list, func(a, b cases.Exclusion) int { return order(a) - order(b) })
	return web.Render(ctx, w, status, exclusionsPage(v))
}

func order(e cases.Exclusion) int {
	if e.State == cases.ExclusionOpen {
		return 0
	}
	return 1
}

// rule grants or refuses an exclusion.
func (b *Board) rule(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if _, err = b.Cases.RuleExclusion(ctx, access.From(ctx), form.Get("id"), form.Get("grant") == "yes", form.Get("ruling")); err == nil {
		return web.See(w, r, "/work/exclusions")
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderExclusions(w, r, web.Status(err), form, wrong)
	}
	return err
}

type auditView struct {
	page  web.Page
	nav   []web.Link
	city  org.City
	a     cases.Audit
	all   []string // the months there are samples of
	names map[access.StaffID]org.Name
	may   bool
	own   []org.UnitID // of whose cases the reader says nothing
	typed url.Values
	wrong map[string]string
}

// sampledMonths is how many months back one reads.
const sampledMonths = 13

// mayFind reports whether the form for a case would be refused.
func (v auditView) mayFind(f cases.Finding) bool { return v.may && !slices.Contains(v.own, f.Unit) }

func (b *Board) audit(w http.ResponseWriter, r *http.Request) error {
	return b.renderAudit(w, r, http.StatusOK, r.URL.Query(), nil)
}

func (b *Board) renderAudit(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := auditView{page: b.frame(ctx, "audit.title", "/work/audit"), nav: b.links(ctx, "/work/audit"), typed: typed, wrong: wrong, own: by.Up}
	v.may = by.Can(access.CaseAudit, access.Resource{Type: access.CityType}) == nil
	var err error
	if v.a, err = b.Cases.Audit(ctx, by, typed.Get("month")); err != nil {
		return err
	}
	if v.may { // what is still to be looked at comes first
		slices.SortStableFunc(v.a.Items, func(a, b cases.Finding) int { return cmp.Compare(min(1, len(a.Finding)), min(1, len(b.Finding))) })
	}
	all, err := b.Cases.Audits(ctx, sampledMonths)
	if err != nil {
		return err
	}
	for _, a := range all {
		v.all = append(v.all, a.Month)
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.names, err = b.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, status, auditPage(v))
}

// find keeps what was found of a case of a sample.
func (b *Board) find(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	rank, err := strconv.Atoi(form.Get("rank"))
	if err != nil {
		return errs.New(errs.NotFound, "access.not_found")
	}
	_, err = b.Cases.Find(ctx, access.From(ctx), cases.Finding{
		Month: form.Get("month"), Rank: rank, Finding: form.Get("finding"), Means: form.Get("means"), Note: form.Get("note"),
	})
	if err == nil {
		return web.See(w, r, "/work/audit?month="+url.QueryEscape(form.Get("month"))+"#item-"+strconv.Itoa(rank))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderAudit(w, r, web.Status(err), form, wrong)
	}
	return err
}

// patternDays are the periods that patterns are looked for in.
var patternDays = []int{90, 30, 365}

type patternsView struct {
	page  web.Page
	nav   []web.Link
	city  org.City
	days  int
	p     cases.Patterns
	names map[access.StaffID]org.Name
}

func (b *Board) lookFor(r *http.Request) (v patternsView, err error) {
	ctx := r.Context()
	p, days := b.period(r, patternDays)
	v.days = days
	if v.p, err = b.Cases.Patterns(ctx, access.From(ctx), p); err != nil {
		return v, err
	}
	names, err1 := b.Names(ctx)
	city, err2 := b.Org.City(ctx)
	v.names, v.city = names, city
	return v, errors.Join(err1, err2)
}

func (b *Board) patterns(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.lookFor(r)
	if err != nil {
		return err
	}
	v.page, v.nav = b.frame(ctx, "patterns.title", "/work/patterns"), b.links(ctx, "/work/patterns")
	return web.Render(ctx, w, http.StatusOK, patternsPage(v))
}

func (b *Board) patternsTable(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.lookFor(r)
	if err != nil {
		return err
	}
	var heads []string
	for _, key := range []string{"patterns.question", "patterns.who", "rates.unit", "rates.count", "rates.of", "rates.low", "rates.high", "patterns.rest_count", "patterns.rest_of"} {
		heads = append(heads, web.T(ctx, key))
	}
	rows := [][]string{heads}
	for _, q := range v.p.Questions {
		i := rates.Wilson(q.Is.Count, q.Is.Of)
		rows = append(rows, []string{
			web.T(ctx, "patterns."+q.Kind), v.name(ctx, q.Staff), v.city.UnitName(q.Unit, web.Lang(ctx)), strconv.Itoa(q.Is.Count), strconv.Itoa(q.Is.Of),
			strconv.FormatFloat(i.Low, 'f', 4, 64), strconv.FormatFloat(i.High, 'f', 4, 64), strconv.Itoa(q.Rest.Count), strconv.Itoa(q.Rest.Of),
		})
	}
	return web.CSV(w, "patterns-"+b.Now().Format("20060102"), rows)
}

func (v patternsView) name(ctx context.Context, id access.StaffID) string {
	if n, ok := v.names[id]; ok {
		return n.In(web.Lang(ctx))
	}
	return string(id)
}

// asks is the question as a sentence.
func (v patternsView) asks(ctx context.Context, q cases.Question) string {
	return web.T(ctx, "patterns."+q.Kind+"_ask", "Who", v.name(ctx, q.Staff), "Unit", v.city.UnitName(q.Unit, web.Lang(ctx)), "Count", q.Is.Count, "Of", q.Is.Of)
}

func nameOf(ctx context.Context, names map[access.StaffID]org.Name, id access.StaffID) string {
	return names[id].In(web.Lang(ctx))
}
