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
	"yiwang/internal/city/calls"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/files"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
	"yiwang/internal/city/triage"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// caseView is what the page of a case shows.
type caseView struct {
	page       web.Page
	c          cases.Case
	by         access.Actor
	city       org.City
	now        time.Time
	requests   []intake.Request
	notes      []intake.Note
	events     []cases.Event
	reading    *triage.Reading
	why        *flow.Why // what stands on record of its dispatch
	similar    []flow.Past
	auto       *triage.Automatic       // how it went out without a person; nil if a person sent it
	likely     []flow.Nearby           // open cases that may be about the same
	joined     cases.Number            // the case that its people are in now; "" if it was joined to none, or to one that who looks may not see
	photos     map[string][]files.File // of requests and, by the case's id, of what was done
	orders     []supervision.Order
	names      map[access.StaffID]org.Name
	precedents []cases.Precedent
	former     org.UnitID // one the case is with or about, that who looks came from
	contact    *revealed
	recorded   map[string]calls.Call // the calls with a recording, by request; for those who may hear it
	shown      int
	check      *checkView // of the answer that is being written, where it was asked for
	receipt    string     // shown once, after the request was written down
	typed      url.Values
	wrong      map[string]string
}

// revealed is contact data, or the recording of a call, that was just asked for.
type revealed struct {
	request   intake.ID
	contact   string
	recording bool
}

// shownRequests is how many of a case's requests its page shows whole, and
// how many when asked for all.
const (
	shownRequests = 5
	allRequests   = 300
)

func (b *Workbench) casePage(w http.ResponseWriter, r *http.Request) error {
	return b.renderCase(w, r, http.StatusOK, nil, nil, nil)
}

func (b *Workbench) renderCase(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string, contact *revealed) error {
	ctx := r.Context()
	by := access.From(ctx)
	c, err := b.Cases.ByNumber(ctx, by, cases.Number(r.PathValue("number")))
	if err != nil {
		return err
	}
	v := caseView{page: b.page(ctx, string(c.Number)+" "+c.Subject, ""), c: c, by: by, now: b.Now(), typed: typed, wrong: wrong, contact: contact}
	v.shown = shownRequests
	if r.URL.Query().Has("all") {
		v.shown = allRequests
	}
	v.receipt = b.Sessions.PopString(ctx, "receipt:"+string(c.Number))
	if err := b.fill(ctx, &v); err != nil {
		return err
	}
	if c.IsSealed() {
		return web.Render(ctx, w, status, sealedCase(v))
	}
	if r.PathValue("action") == "check_answer" {
		if v.check, err = b.checked(ctx, by, c, typed); err != nil {
			return err
		}
	}
	return web.Render(ctx, w, status, casePageView(v))
}

func (b *Workbench) fill(ctx context.Context, v *caseView) (err error) {
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	if v.c.IsSealed() { // nothing is left but that it was done
		if v.events, err = b.Cases.Events(ctx, v.by, v.c.ID); err != nil {
			return err
		}
		slices.Reverse(v.events)
		v.names, err = b.Staff.Names(ctx)
		return err
	}
	via := v.c.Resource(v.city.Directory)
	var ids []intake.ID
	for _, p := range v.c.Parts {
		if len(ids) < v.shown {
			ids = append(ids, intake.ID(p.Request))
		}
	}
	if v.requests, err = b.Intake.Requests(ctx, v.by, ids, via); err != nil {
		return err
	}
	for _, id := range ids {
		notes, err := b.Intake.Notes(ctx, v.by, id, via)
		if err != nil {
			return err
		}
		v.notes = append(v.notes, notes...)
	}
	if v.may(access.RequestContact) {
		if v.recorded, err = b.recorded(ctx, v.by, ids, via); err != nil {
			return err
		}
	}
	if err := b.fillPhotos(ctx, v); err != nil {
		return err
	}
	if v.c.State != cases.Answered && v.c.State != cases.Closed {
		words := []string{v.c.Subject}
		for _, q := range v.requests {
			words = append(words, q.Text)
		}
		if v.precedents, err = b.Cases.Precedents(ctx, v.by, v.c.Category, strings.Join(words, "\n")); err != nil {
			return err
		}
		v.precedents = slices.DeleteFunc(v.precedents, func(p cases.Precedent) bool { return p.Case == v.c.ID })
	}
	if v.may(access.CaseMerge) {
		if v.likely, err = b.Requests.Likely(ctx, v.by, v.c); err != nil {
			return err
		}
	}
	if v.c.MergedInto != "" {
		switch to, err := b.Cases.Follow(ctx, v.by, v.c); {
		case err == nil:
			v.joined = to.Number
		case !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Denied):
			return err
		}
	}
	if v.former, err = b.former(ctx, v); err != nil {
		return err
	}
	if v.orders, err = b.Supervision.Orders(ctx, v.by, supervision.Filter{Case: string(v.c.ID)}); err != nil {
		return err
	}
	if v.events, err = b.Cases.Events(ctx, v.by, v.c.ID); err != nil {
		return err
	}
	slices.Reverse(v.events)
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	if len(ids) == 0 {
		return nil
	}
	auto, err := b.Triage.Automatic(ctx, v.by, string(v.c.ID), via)
	switch {
	case err == nil:
		v.auto = &auto
	case !errs.Is(err, errs.NotFound):
		return err
	}
	if v.why, err = b.Requests.Why(ctx, v.by, v.city, v.c, string(ids[0])); err != nil {
		return err
	}
	reading, err := b.Triage.Reading(ctx, v.by, string(ids[0]), via)
	if errs.Is(err, errs.NotFound) {
		return nil // loaded without being read
	}
	if err != nil {
		return err
	}
	v.reading = &reading
	v.similar, err = b.Requests.Similar(ctx, v.by, v.c, reading)
	return err
}

// may reports whether the person could do this now: pages show no button
// that would be refused.
func (v caseView) may(a access.Action) bool {
	return v.by.Can(a, v.c.Resource(v.city.Directory)) == nil
}

func (v caseView) action(name string) string {
	return "/work/cases/" + string(v.c.Number) + "/" + name
}

// step is the action the case needs before it goes on, in its chain.
func (v caseView) step() string {
	step, may := v.c.NextStep()
	if step == "" || !v.may(may) || v.c.Latest.Of(v.by) {
		return ""
	}
	return step
}

func (v caseView) who(ctx context.Context, id string) string { return nameOf(ctx, v.names, id) }

// did says what an event was, for colleagues.
func (v caseView) did(ctx context.Context, e cases.Event) string {
	unit := e.Unit
	if e.Detail.To != "" {
		unit = e.Detail.To
	}
	from := ""
	if e.Detail.From != "" {
		from = v.city.UnitName(e.Detail.From, web.Lang(ctx))
	}
	until := ""
	if e.Detail.Until != nil {
		until = web.Deadline(ctx, *e.Detail.Until)
	}
	return web.T(ctx, "did."+string(e.Kind), "Unit", v.city.UnitName(unit, web.Lang(ctx)), "From", from, "Until", until, "Rating", e.Detail.Rating)
}

// units lists those a case can go to.
func (v caseView) units(ctx context.Context) []web.Option {
	return unitOptions(v.city, web.Lang(ctx), web.T(ctx, "case.choose"))
}

// unitOptions lists the units that work can be given to, sections under what
// they are a part of.
func unitOptions(city org.City, lang, empty string) []web.Option {
	list := []web.Option{{Value: "", Label: empty}}
	for _, u := range city.Units {
		if u.Type == org.Hotline || u.Type == org.Section {
			continue
		}
		list = append(list, web.Option{Value: string(u.ID), Label: u.Name.In(lang)})
		for _, s := range city.Units {
			if s.Parent == u.ID && s.Type == org.Section {
				list = append(list, web.Option{Value: string(s.ID), Label: "\u2003" + s.Name.In(lang)})
			}
		}
	}
	return list
}

// categories lists those a case can have, under the names they stand below.
func categories(ctx context.Context, c *org.Catalogue, empty string) []web.Option {
	lang := web.Lang(ctx)
	above := map[org.CategoryID]string{"": ""}
	list := append(make([]web.Option, 0, 1+len(c.Leaves())), web.Option{Label: empty})
	for _, k := range c.Leaves() {
		path, known := above[k.Parent]
		if !known {
			for _, p := range c.CategoryPath(k.Parent) {
				path += p.Name.In(lang) + " › "
			}
			above[k.Parent] = path
		}
		list = append(list, web.Option{Value: string(k.ID), Label: path + k.Name.In(lang)})
	}
	return list
}

func urgencies(ctx context.Context) []web.Option {
	return []web.Option{{Value: "0", Label: web.T(ctx, "urgency.0")}, {Value: "1", Label: web.T(ctx, "urgency.1")}, {Value: "2", Label: web.T(ctx, "urgency.2")}}
}

// value gives what was typed in a form that came back, else what the case has.
func (v caseView) value(name, has string) string {
	if v.typed != nil && v.typed.Has(name) {
		return v.typed.Get(name)
	}
	return has
}

// open reports whether a form came back with something wrong in it.
func (v caseView) open(fields ...string) bool {
	for _, f := range fields {
		if v.wrong[f] != "" {
			return true
		}
	}
	return false
}

// pastKey names how long an old case took; what takes no tenth of a day was
// answered at once.
func pastKey(days float64) string {
	if days < 0.05 {
		return "suggest.past_once"
	}
	return "suggest.past"
}

// percent gives a share of 1 in whole percent. What is neither none nor all is
// not shown as if it were.
func percent(p float64) string {
	switch n := int(p*100 + 0.5); {
	case n == 0 && p > 0:
		return "< 1 %"
	case n == 100 && p < 1:
		return "> 99 %"
	default:
		return strconv.Itoa(n) + " %"
	}
}

// points are the places that people pointed at on the map, as coordinates.
func (v caseView) points() (list []string) {
	for _, q := range v.requests {
		if q.Point != nil {
			list = append(list, coordinates(*q.Point))
		}
	}
	return list
}

// part is the part of a request in the case.
func (v caseView) part(id intake.ID) cases.Part {
	for _, p := range v.c.Parts {
		if p.Request == string(id) {
			return p
		}
	}
	return cases.Part{}
}

// inEnglish reports whether somebody in the case wrote in English, and is to
// be answered so.
func (v caseView) inEnglish() bool {
	return slices.ContainsFunc(v.requests, func(q intake.Request) bool { return q.Lang == "en" })
}

// here is a page of a case that says it is open, and shows who else has it.
func (b *Workbench) here(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	by := access.From(ctx)
	c, err := b.Cases.ByNumber(ctx, by, cases.Number(r.PathValue("number")))
	if err != nil {
		return err
	}
	others, err := b.Cases.Here(ctx, by, c.ID, form.Get("writing") == "yes")
	if err != nil {
		return err
	}
	names, err := b.Staff.Names(ctx)
	if err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(form.Get("revision"), 10, 64) // a page without one is told nothing of changes
	return web.Render(ctx, w, http.StatusOK, presence(others, names, seen > 0 && c.Revision > seen, "/work/cases/"+string(c.Number)))
}
