package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

type rulingsView struct {
	page  web.Page
	city  org.City
	query url.Values
	list  []cases.Ruling
	older string
}

type rulingView struct {
	page       web.Page
	city       org.City
	r          cases.Ruling
	who        string
	number     string // of its case, for who may see it
	mayPropose bool
	any, all   string // words for a rule, as they were typed or are proposed
	wrong      map[string]string
}

// rulings is what was ruled of whose a matter is, to be searched.
func (b *Workbench) rulings(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := rulingsView{page: b.page(ctx, web.T(ctx, "ruling.title"), "/work/rulings"), city: city, query: q}
	f := cases.RulingFilter{Unit: org.UnitID(q.Get("unit")), Limit: pageSize + 1}
	if c := org.CategoryID(q.Get("category")); c != "" {
		f.Categories = city.Catalogue.Under(c)
	}
	if n, err := strconv.ParseInt(q.Get("before"), 10, 64); err == nil {
		f.Before = time.UnixMicro(n).UTC()
	}
	if v.list, err = b.Cases.Rulings(ctx, access.From(ctx), q.Get("q"), f); err != nil {
		return err
	}
	if len(v.list) > pageSize {
		v.list = v.list[:pageSize]
		v.older = address("/work/rulings", q, "before", strconv.FormatInt(v.list[pageSize-1].At.UnixMicro(), 10))
	}
	return web.Render(ctx, w, http.StatusOK, rulingsPage(v))
}

func (b *Workbench) ruling(w http.ResponseWriter, r *http.Request) error {
	return b.renderRuling(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderRuling(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	one, err := b.Cases.Ruling(ctx, by, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := rulingView{page: b.page(ctx, one.Matter, "/work/rulings"), r: one, wrong: wrong}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	names, err := b.Staff.Names(ctx)
	if err != nil {
		return err
	}
	v.who = names[one.By].In(web.Lang(ctx))
	whole := access.Resource{Type: access.CityType}
	v.mayPropose = by.Can(access.CityPublish, whole) == nil
	switch c, err := b.Cases.Case(ctx, by, one.Case); {
	case err == nil:
		v.number = string(c.Number)
	case errs.Of(err) == nil: // else it is not theirs to see
		return err
	}
	switch {
	case !v.mayPropose:
	case typed != nil:
		v.any, v.all = typed.Get("any"), typed.Get("all")
	default:
		words, err := b.Administration.WordsOf(ctx, by, one)
		if err != nil {
			return err
		}
		v.any = strings.Join(words, "|")
	}
	return web.Render(ctx, w, status, rulingPage(v))
}

// propose makes of a ruling the draft of a duty.
func (b *Workbench) propose(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	one, err := b.Cases.Ruling(ctx, access.From(ctx), r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := b.Administration.Propose(ctx, access.From(ctx), one, web.T(ctx, "ruling.draft_name", "Day", web.Day(ctx, one.At), "Matter", one.Matter))
	if err == nil {
		return web.See(w, r, "/work/admin/drafts/"+string(d.ID))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderRuling(w, r, web.Status(err), nil, wrong)
	}
	return err
}

// proposeWords makes of a ruling the draft of a rule of words.
func (b *Workbench) proposeWords(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	by := access.From(ctx)
	one, err := b.Cases.Ruling(ctx, by, r.PathValue("id"))
	if err != nil {
		return err
	}
	d, err := b.Administration.ProposeWords(ctx, by, one, form.Get("any"), form.Get("all"), web.T(ctx, "ruling.words_draft_name", "Day", web.Day(ctx, one.At), "Matter", one.Matter))
	if err == nil {
		return web.See(w, r, "/work/admin/drafts/"+string(d.ID))
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderRuling(w, r, web.Status(err), form, wrong)
	}
	return err
}

// rulingLine says a ruling in a line: "ruled on 3 March: roots under the
// pavement are Roads', Parks helps".
func rulingLine(ctx context.Context, city org.City, r cases.Ruling) string {
	key := "ruling.line"
	if len(r.Helpers) > 0 {
		key = "ruling.line_helped"
	}
	return web.T(ctx, key, "Day", web.Day(ctx, r.At), "Matter", r.Matter, "Unit", city.UnitName(r.Lead, web.Lang(ctx)), "Helpers", unitNames(ctx, city, r.Helpers))
}

func unitNames(ctx context.Context, city org.City, list []org.UnitID) string {
	names := make([]string, len(list))
	for i, u := range list {
		names[i] = city.UnitName(u, web.Lang(ctx))
	}
	return strings.Join(names, web.T(ctx, "web.comma"))
}

func (v caseView) unitNames(ctx context.Context, list []org.UnitID) string {
	if len(list) == 0 {
		return "–"
	}
	return unitNames(ctx, v.city, list)
}

// mayConvene and mayDecide report whether the form for it would be refused.
func (v caseView) mayConvene() bool { return v.may(access.CaseRule) && !v.c.Dispute.IsParty(v.by) }

func (v caseView) mayDecide() bool {
	return v.may(access.CaseDecide) && !v.c.Dispute.IsParty(v.by) && v.c.Dispute.Decided != v.by.Staff
}

// helperValues are the helpers that were typed, or that there are, and room
// for one more.
func (v caseView) helperValues(has []org.UnitID) []string {
	var list []string
	if v.typed != nil && v.typed.Has("helpers") {
		list = slices.DeleteFunc(slices.Clone(v.typed["helpers"]), func(h string) bool { return h == "" })
	} else {
		for _, h := range has {
			list = append(list, string(h))
		}
	}
	return append(list, "")
}

// duties are those a ruling on the case can cite: of its category, and of the
// units it is about.
func (v caseView) duties(ctx context.Context) []web.Option {
	return v.dutiesOf(ctx, func(d org.Duty) bool {
		return d.Category == v.c.Category || slices.Contains(v.c.Dispute.Parties, d.Unit)
	})
}

// othersDuties are those that who returns the case can cite.
func (v caseView) othersDuties(ctx context.Context) []web.Option {
	return v.dutiesOf(ctx, func(d org.Duty) bool { return d.Unit != v.c.Lead })
}

func (v caseView) dutiesOf(ctx context.Context, of func(org.Duty) bool) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "case.choose")}}
	for _, d := range v.city.Catalogue.Duties {
		if of(d) {
			list = append(list, web.Option{Value: string(d.ID), Label: v.dutyLine(ctx, d)})
		}
	}
	return list
}

func (v caseView) dutyLine(ctx context.Context, d org.Duty) string {
	lang := web.Lang(ctx)
	return v.city.Catalogue.CategoryName(d.Category, lang) + " · " + v.city.UnitName(d.Unit, lang) + " · " + d.Basis.In(lang)
}

// onFirst is what is said once, beside the first of several fields.
func onFirst(i int, s string) string {
	if i > 0 {
		return ""
	}
	return s
}
