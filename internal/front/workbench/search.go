package workbench

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/algo/text"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// searchMost is how many requests that have the words are looked through for
// those that the filters leave, on one page; further ones on the next.
const searchMost = 1_000

type searchPage struct {
	page   web.Page
	city   org.City
	q      url.Values
	query  string
	count  string
	looked string         // how far the page looked, where filters leave little
	like   []org.Category // named like the words, in either language
	hits   []hit
	meant  []hit // cases of like whose words have not what was looked for
	older  string
	first  string
	wrong  map[string]string
}

// A hit is a request that was found, with its cases.
type hit struct {
	request intake.Request
	rows    []row
}

var searchFilters = []string{"area", "category", "unit", "state", "from", "to"}

func (p searchPage) narrowed() bool {
	return slices.ContainsFunc(searchFilters, func(f string) bool { return p.q.Get(f) != "" })
}

func (b *Workbench) search(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	q := r.URL.Query()
	p := searchPage{page: b.page(ctx, web.T(ctx, "work.nav_search"), "/work/search"), q: q, query: strings.TrimSpace(q.Get("q"))}
	if err := by.Can(access.RequestFind, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	var err error
	if p.city, err = b.Org.City(ctx); err != nil {
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
	keep, err := filterOf(p.city, q, b.Now())
	if wrong := web.Messages(ctx, err); wrong != nil {
		p.wrong = wrong
		return web.Render(ctx, w, web.Status(err), searchView(p))
	}
	p.like = namedLike(p.city.Catalogue, p.query)
	if !q.Has("like") {
		if err := b.find(ctx, by, &p, keep); err != nil {
			return err
		}
	}
	if p.older == "" {
		if err := b.meant(ctx, by, &p, keep); err != nil {
			return err
		}
	}
	return web.Render(ctx, w, http.StatusOK, searchView(p))
}

// find fills a page with what has the words and the filters leave, the newest
// first. What somebody may not see is not found, and not counted.
func (b *Workbench) find(ctx context.Context, by access.Actor, p *searchPage, keep func(cases.Case) bool) error {
	before, err := strconv.ParseInt(p.q.Get("before"), 10, 64)
	if err != nil {
		before = 0
	}
	if before != 0 {
		p.first = address("/work/search", p.q, "before", "")
	}
	now := b.Now()
	last, more := intake.Request{Seq: before}, true
	for seen := 0; more && len(p.hits) < pageSize && seen < searchMost; {
		found, err := b.Intake.Find(ctx, by, p.query, last.Seq, pageSize+1)
		if err != nil {
			return err
		}
		if more = len(found) > pageSize; more {
			found = found[:pageSize]
		}
		seen += len(found)
		ids := make([]string, len(found))
		for i, q := range found {
			ids[i] = string(q.ID)
		}
		of, err := b.Cases.OfRequests(ctx, by, ids)
		if err != nil {
			return err
		}
		for i, q := range found {
			last = q
			h := hit{request: q}
			for _, c := range of[string(q.ID)] {
				if keep(c) {
					h.rows = append(h.rows, b.row(ctx, p.city, c, now))
				}
			}
			if len(h.rows) > 0 {
				p.hits = append(p.hits, h)
			}
			if len(p.hits) == pageSize {
				more = more || i+1 < len(found)
				break
			}
		}
	}
	if more {
		p.older = address("/work/search", p.q, "before", strconv.FormatInt(last.Seq, 10))
	}
	switch {
	case before == 0 && !more:
		p.count = strconv.Itoa(len(p.hits))
	case p.narrowed() || before != 0:
		p.count = strconv.Itoa(len(p.hits)) + "+"
	default:
		n, above, err := b.Intake.Count(ctx, by, p.query)
		if err != nil {
			return err
		}
		if p.count = strconv.Itoa(n); above {
			p.count += "+"
		}
	}
	if more && len(p.hits) < pageSize {
		p.looked = web.T(ctx, "search.looked", "Day", web.Day(ctx, last.At))
	}
	return nil
}

// meant adds, after all that has the words, cases of the categories that are
// named like them, the newest first: what was said in the other language.
func (b *Workbench) meant(ctx context.Context, by access.Actor, p *searchPage, keep func(cases.Case) bool) error {
	if len(p.like) == 0 {
		return nil
	}
	f := cases.Filter{Limit: cases.MaxList}
	for _, k := range p.like {
		f.Categories = append(f.Categories, k.ID)
	}
	if seq, err := strconv.ParseInt(p.q.Get("like"), 10, 64); err == nil {
		f.After.Seq = seq
		p.first = address("/work/search", p.q, "like", "")
	}
	phrases := text.QueryTerms(p.query)
	now := b.Now()
	for seen := 0; seen < searchMost; {
		list, err := b.Cases.List(ctx, by, f)
		if err != nil || len(list) == 0 {
			return err
		}
		seen += len(list)
		for _, c := range list {
			f.After = c.Cursor()
			if !keep(c) || len(c.Parts) == 0 {
				continue
			}
			q, err := b.Intake.Request(ctx, by, intake.ID(c.Parts[0].Request), c.Resource(p.city.Directory))
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if said(phrases, q) {
				continue // among the hits
			}
			if len(p.hits)+len(p.meant) >= pageSize {
				rest := maps.Clone(p.q)
				rest.Del("before")
				last := f.After.Seq + 1 // this one again, on the next page
				p.older = address("/work/search", rest, "like", strconv.FormatInt(last, 10))
				return nil
			}
			p.meant = append(p.meant, hit{request: q, rows: []row{b.row(ctx, p.city, c, now)}})
		}
	}
	rest := maps.Clone(p.q)
	rest.Del("before")
	p.older = address("/work/search", rest, "like", strconv.FormatInt(f.After.Seq, 10))
	return nil
}

// said reports whether a request has all the words.
func said(phrases [][]string, q intake.Request) bool {
	terms := text.Bigrams(text.Normalize(q.Subject + "\n" + q.Text + "\n" + q.Address))
	for _, p := range phrases {
		for _, t := range p {
			if !slices.Contains(terms, t) {
				return false
			}
		}
	}
	return true
}

// filterOf is what the filters of an address leave.
func filterOf(city org.City, q url.Values, now time.Time) (func(cases.Case) bool, error) {
	f := narrow(cases.Filter{}, q, city)
	loc := city.Calendar.Location()
	day := func(name string) (time.Time, error) {
		if q.Get(name) == "" {
			return time.Time{}, nil
		}
		t, err := time.ParseInLocation(time.DateOnly, q.Get(name), loc)
		if err != nil {
			return t, errs.Field(name, "search.bad_day")
		}
		return t, nil
	}
	from, wrongFrom := day("from")
	to, wrongTo := day("to")
	if err := errs.Join(wrongFrom, wrongTo); err != nil {
		return nil, err
	}
	if !to.IsZero() {
		to = to.AddDate(0, 0, 1)
	}
	return func(c cases.Case) bool {
		state := c.StateAsOf(now)
		done := state == cases.Answered || state == cases.Closed
		switch {
		case len(f.Areas) > 0 && !slices.Contains(f.Areas, c.Area),
			len(f.Categories) > 0 && !slices.Contains(f.Categories, c.Category),
			len(f.Units) > 0 && !slices.Contains(f.Units, c.Lead) && !slices.ContainsFunc(c.Helpers, func(u org.UnitID) bool { return slices.Contains(f.Units, u) }),
			!from.IsZero() && c.OpenedAt.Before(from), !to.IsZero() && !c.OpenedAt.Before(to),
			q.Get("state") == "open" && done, q.Get("state") == "done" && !done:
			return false
		}
		return true
	}, nil
}

// likeMost is how many categories a search offers.
const likeMost = 5

// namedLike are the categories whose name, in either language, has one of the
// words that were looked for, so that who looks in one language finds what was
// said in the other: 路灯 and "street light" are one category.
func namedLike(c *org.Catalogue, query string) (list []org.Category) {
	phrases := text.QueryTerms(query)
	for _, k := range c.Leaves() {
		names := text.Bigrams(text.Normalize(k.Name.ZH + " " + k.Name.EN))
		hits := 0
		for _, p := range phrases {
			if slices.ContainsFunc(p, func(t string) bool { return slices.ContainsFunc(names, func(n string) bool { return same(n, t) }) }) {
				hits++
			}
		}
		if hits == len(phrases) && hits > 0 {
			list = append(list, k)
		}
	}
	return list[:min(len(list), likeMost)]
}

// same reports whether two words are one, an English plural aside.
func same(a, b string) bool { return strings.TrimSuffix(a, "s") == strings.TrimSuffix(b, "s") }
