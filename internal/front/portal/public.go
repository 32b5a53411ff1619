package portal

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/recent"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// publicView is the public list with its map.
type publicView struct {
	city     org.City
	area     org.AreaID
	category org.CategoryID
	list     []flow.Public
	counts   flow.Counts
	older    string
	now      time.Time
}

// query are the choices as an address carries them.
func (v publicView) query() url.Values {
	q := url.Values{}
	if v.area != "" {
		q.Set("area", string(v.area))
	}
	if v.category != "" {
		q.Set("category", string(v.category))
	}
	return q
}

// said is a count as it is shown, or how it is said that it is not.
func (v publicView) said(id org.AreaID, unsaid string) string {
	if n, shown := v.counts.Street(id, v.category); shown {
		return strconv.Itoa(n)
	}
	return unsaid
}

// marks are for the map; a street whose count is not said has the shade of
// none.
func (v publicView) marks(ctx context.Context) (list []web.StreetMark) {
	most := 0
	for _, s := range v.city.Streets() {
		n, _ := v.counts.Street(s.ID, v.category)
		most = max(most, n)
	}
	for _, s := range v.city.Streets() {
		n, _ := v.counts.Street(s.ID, v.category)
		list = append(list, web.StreetMark{ID: s.ID, Name: s.Name.In(web.Lang(ctx)), Said: v.said(s.ID, "–"), Shade: web.Shade(n, most)})
	}
	return list
}

func (v publicView) streetOptions(ctx context.Context) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "public.all_areas")}}
	for _, a := range v.city.Streets() {
		list = append(list, web.Option{Value: string(a.ID), Label: a.Name.In(web.Lang(ctx))})
	}
	return list
}

func (v publicView) categoryOptions(ctx context.Context) []web.Option {
	list := []web.Option{{Value: "", Label: web.T(ctx, "public.all_categories")}}
	for _, k := range v.city.Catalogue.Categories {
		if k.Parent == "" && !v.city.Catalogue.Leaf(k.ID) {
			list = append(list, web.Option{Value: string(k.ID), Label: k.Name.In(web.Lang(ctx))})
		}
	}
	return list
}

// place says where a case is, as far as it is said.
func (v publicView) place(ctx context.Context, p flow.Public) string {
	if p.Area == "" {
		return v.city.Policy.City.In(web.Lang(ctx))
	}
	return v.city.AreaName(p.Area, web.Lang(ctx))
}

func (v publicView) title(ctx context.Context, p flow.Public) string {
	return v.city.Catalogue.CategoryName(p.Category, web.Lang(ctx)) + " · " + v.place(ctx, p)
}

// state says how far a case is, in a resident's words.
func state(ctx context.Context, p flow.Public) string {
	switch {
	case !p.Answered.IsZero() && p.Outcome != "":
		return web.T(ctx, "public.answered_"+string(p.Outcome))
	case !p.Answered.IsZero():
		return web.T(ctx, "public.answered")
	case !p.WithUnit:
		return web.T(ctx, "public.waiting")
	}
	return web.T(ctx, "public.in_hand")
}

// publicCounts are the public counts, some minutes old.
func (p *Portal) publicCounts(ctx context.Context) (flow.Counts, error) {
	a := recent.Asked{At: []time.Time{p.Now()}, Fresh: 5 * time.Minute, Keep: 15 * time.Minute}
	return p.counts.Get(ctx, a, p.Requests.Counts)
}

const publicPerPage = 30

func (p *Portal) publicList(r *http.Request) (publicView, error) {
	ctx := r.Context()
	q := r.URL.Query()
	v := publicView{area: org.AreaID(q.Get("area")), category: org.CategoryID(q.Get("category")), now: p.Now()}
	var err error
	if v.city, err = p.Org.City(ctx); err != nil {
		return v, err
	}
	if v.counts, err = p.publicCounts(ctx); err != nil {
		return v, err
	}
	var more cases.Cursor
	v.list, more, err = p.Requests.Public(ctx, flow.PublicQuery{Area: v.area, Category: v.category, After: cases.ParseCursor(q.Get("after")), Limit: publicPerPage}, v.counts)
	if more != (cases.Cursor{}) {
		next := v.query()
		next.Set("after", more.String())
		v.older = "/public?" + next.Encode()
	}
	return v, err
}

// public is what was said in public categories, without anybody's words.
func (p *Portal) public(w http.ResponseWriter, r *http.Request) error {
	v, err := p.publicList(r)
	if err != nil {
		return err
	}
	return web.Render(r.Context(), w, http.StatusOK, publicPage(v))
}

// A publicCaseView is a public case with its steps.
type publicCaseView struct {
	publicView
	c     flow.Public
	steps []flow.PublicStep
}

// step says what happened.
func (v publicCaseView) step(ctx context.Context, s flow.PublicStep) string {
	unit := web.T(ctx, "public.a_unit")
	if s.Unit != "" {
		unit = v.city.UnitName(s.Unit, web.Lang(ctx))
	}
	key := "public.step_" + string(s.Kind)
	if (s.Kind == cases.DispatchedTo || s.Kind == cases.TakenUp) && s.Until.IsZero() {
		key += "_open"
	}
	until := ""
	if !s.Until.IsZero() {
		until = web.Date(ctx, s.Until)
	}
	return web.T(ctx, key, "Unit", unit, "Until", until)
}

// publicCase is one case and what happened to it, as a page or, where its
// address ends in .atom, for feed readers.
func (p *Portal) publicCase(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := publicCaseView{publicView: publicView{now: p.Now()}}
	var err error
	if v.city, err = p.Org.City(ctx); err != nil {
		return err
	}
	if v.counts, err = p.publicCounts(ctx); err != nil {
		return err
	}
	number, feed := strings.CutSuffix(r.PathValue("number"), ".atom")
	if v.c, v.steps, err = p.Requests.PublicSteps(ctx, cases.Number(number), v.counts); err != nil {
		return err
	}
	if feed {
		return v.feed(ctx, w, p.Site.Base(r))
	}
	return web.Render(ctx, w, http.StatusOK, publicCasePage(v))
}

// feed is the case for feed readers, newest step first. Steps are known by
// their place: an id would say the minute.
func (v publicCaseView) feed(ctx context.Context, w http.ResponseWriter, base string) error {
	page := base + "/public/" + url.PathEscape(string(v.c.Number))
	f := v.atom(ctx, page+".atom", page, v.title(ctx, v.c)+" · "+string(v.c.Number))
	entry := func(n int, at time.Time, title string) {
		f.Entries = append(f.Entries, atomEntry{ID: page + "#" + strconv.Itoa(n), Title: title, Updated: v.day(at), Published: v.day(at), Link: atomLink{Href: page}})
	}
	for i, s := range slices.Backward(v.steps) {
		entry(i+1, s.At, v.step(ctx, s))
	}
	entry(0, v.c.Opened, web.T(ctx, "public.opened"))
	f.Updated = f.Entries[0].Updated
	return f.write(w)
}

// An atomFeed is what RFC 4287 asks for.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomName    `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomName struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Updated   string   `xml:"updated"`
	Published string   `xml:"published"`
	Link      atomLink `xml:"link"`
	Summary   string   `xml:"summary,omitempty"`
}

// day is a time as feeds say it: days are all that is said of when.
func (v publicView) day(t time.Time) string {
	t = t.In(v.city.Calendar.Location())
	return t.Format(time.DateOnly) + "T00:00:00" + t.Format("Z07:00")
}

// atom is a feed without entries.
func (v publicView) atom(ctx context.Context, self, page, title string) atomFeed {
	return atomFeed{
		Lang: web.Lang(ctx), ID: self, Title: title, Updated: v.day(v.now), Author: atomName{v.city.Policy.City.In(web.Lang(ctx))},
		Links: []atomLink{{Rel: "self", Href: self}, {Href: page}},
	}
}

func (f atomFeed) write(w http.ResponseWriter) error {
	body, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, err = w.Write(append([]byte(xml.Header), body...))
	return err
}

// feed is the public list for feed readers, by area and category.
func (p *Portal) feed(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := p.publicList(r)
	if err != nil {
		return err
	}
	base := p.Site.Base(r)
	self, page := base+"/public.atom", base+"/public"
	if q := v.query().Encode(); q != "" {
		self, page = self+"?"+q, page+"?"+q
	}
	title := v.city.Policy.City.In(web.Lang(ctx)) + " · " + web.T(ctx, "public.title")
	if v.area != "" {
		title += " · " + v.city.AreaName(v.area, web.Lang(ctx))
	}
	if v.category != "" {
		title += " · " + v.city.Catalogue.CategoryName(v.category, web.Lang(ctx))
	}
	f := v.atom(ctx, self, page, title)
	for _, c := range v.list {
		at := base + "/public/" + url.PathEscape(string(c.Number))
		f.Entries = append(f.Entries, atomEntry{
			ID: at, Title: v.title(ctx, c), Updated: v.day(c.Changed), Published: v.day(c.Opened), Link: atomLink{Href: at}, Summary: state(ctx, c),
		})
	}
	return f.write(w)
}

// placeView is a sheet to hang up at a place: who scans it reports from there.
type placeView struct {
	d     draft // the place
	link  string
	image string
	areas []web.Option
}

func (p *Portal) place(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := r.URL.Query()
	v := placeView{d: draft{Area: q.Get("area"), Address: strings.TrimSpace(q.Get("address")), Lat: strings.TrimSpace(q.Get("lat")), Lon: strings.TrimSpace(q.Get("lon"))}}
	city, err := p.Org.City(ctx)
	if err != nil {
		return err
	}
	v.areas = web.AreaOptions(city.Directory, web.Lang(ctx))
	if _, ok := city.Area(org.AreaID(v.d.Area)); v.d.Area != "" && !ok {
		return errs.New(errs.NotFound, "error.no_page")
	}
	if len([]rune(v.d.Address)) > 100 {
		v.d.Address = string([]rune(v.d.Address)[:100])
	}
	if _, err := v.d.pointIn(city); err != nil {
		v.d.wrong = web.Messages(ctx, err)
		return web.Render(ctx, w, web.Status(err), placePage(v))
	}
	of := url.Values{}
	for name, value := range map[string]string{"area": v.d.Area, "address": v.d.Address, "lat": v.d.Lat, "lon": v.d.Lon} {
		if value != "" {
			of.Set(name, value)
		}
	}
	if len(of) > 0 {
		v.link = p.Site.Base(r) + "/requests/new?" + of.Encode()
		if v.image, err = web.QR(v.link); err != nil {
			return err
		}
	}
	return web.Render(ctx, w, http.StatusOK, placePage(v))
}
