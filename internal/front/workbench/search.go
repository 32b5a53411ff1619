package workbench

import (
	"net/http"
	"strconv"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/front/web"
)

type searchPage struct {
	page  web.Page
	query string
	count string
	hits  []hit
	older string
	first string
}

// A hit is a request that was found, with its cases.
type hit struct {
	request intake.Request
	rows    []row
}

func (b *Workbench) search(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	p := searchPage{page: b.page(ctx, web.T(ctx, "work.nav_search"), "/work/search"), query: strings.TrimSpace(r.URL.Query().Get("q"))}
	if err := by.Can(access.RequestFind, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	if p.query == "" {
		return web.Render(ctx, w, http.StatusOK, searchView(p))
	}
	// A number leads straight to its case.
	if c, err := b.Cases.ByNumber(ctx, by, cases.Number(p.query)); err == nil {
		return web.See(w, r, "/work/cases/"+string(c.Number))
	} else if !errs.Is(err, errs.NotFound) {
		return err
	}
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil {
		before = 0
	}
	found, err := b.Intake.Find(ctx, by, p.query, before, pageSize+1)
	if err != nil {
		return err
	}
	n, more, err := b.Intake.Count(ctx, by, p.query)
	if err != nil {
		return err
	}
	p.count = strconv.Itoa(n)
	if more {
		p.count += "+"
	}
	if before != 0 {
		p.first = address("/work/search", r.URL.Query(), "before", "")
	}
	if len(found) > pageSize {
		found = found[:pageSize]
		p.older = address("/work/search", r.URL.Query(), "before", strconv.FormatInt(found[pageSize-1].Seq, 10))
	}
	ids := make([]string, len(found))
	for i, q := range found {
		ids[i] = string(q.ID)
	}
	of, err := b.Cases.OfRequests(ctx, by, ids)
	if err != nil {
		return err
	}
	now := b.Now()
	for _, q := range found {
		h := hit{request: q}
		for _, c := range of[string(q.ID)] {
			h.rows = append(h.rows, b.row(ctx, city, c, now))
		}
		if len(h.rows) > 0 { // what the actor may not see is not found
			p.hits = append(p.hits, h)
		}
	}
	return web.Render(ctx, w, http.StatusOK, searchView(p))
}
