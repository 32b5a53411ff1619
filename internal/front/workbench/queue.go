package workbench

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// A queue is a list of cases that somebody works through.
type queue struct {
	name   string
	filter cases.Filter
	of     access.StaffID // whose it is, where somebody stands in for them
}

func (q queue) title(ctx context.Context, names map[access.StaffID]org.Name) string {
	if q.of != "" {
		return web.T(ctx, "queue.for", "Name", names[q.of].In(web.Lang(ctx)))
	}
	return web.T(ctx, "queue."+q.name)
}

// statuteSoon is how long before the limit of the law is over a case is in the
// list of those.
const statuteSoon = 3 * 24 * time.Hour

// queues lists those of an actor, the first thing to do first.
func queues(by access.Actor, now time.Time) []queue {
	var list []queue
	add := func(name string, f cases.Filter) { list = append(list, queue{name: name, filter: f}) }
	risk := func(f cases.Filter) cases.Filter { f.Order = cases.ByRisk; return f }
	open := []cases.State{cases.Waiting, cases.Dispatched, cases.Accepted, cases.Returned, cases.Checking, cases.Contested}
	if by.Is(access.Dispatcher, access.Supervisor, access.Clerk) {
		add("dispatch", risk(cases.Filter{States: []cases.State{cases.Waiting}}))
		add("returned", risk(cases.Filter{States: []cases.State{cases.Returned}}))
		if by.Is(access.Dispatcher, access.Supervisor) {
			add("convene", cases.Filter{Todo: cases.ToConvene})
			add("rule", cases.Filter{Todo: cases.ToRule})
			add("granting", cases.Filter{Todo: cases.ToGrant})
			add("shelving", cases.Filter{Todo: cases.ToShelve, Units: []org.UnitID{""}})
			add("tasks_late", cases.Filter{Todo: cases.ToHelp, TodoBefore: now})
			add("statute", risk(cases.Filter{Todo: cases.ToStatute, TodoBefore: now.Add(statuteSoon)}))
		}
		add("contested", risk(cases.Filter{States: []cases.State{cases.Contested}}))
		add("release", risk(cases.Filter{WaitsFor: []cases.WaitsFor{cases.ForHotline}}))
	}
	units := append(slices.Clone(by.Up), by.Down...)
	if by.Is(access.SectionHead) {
		add("check", risk(cases.Filter{WaitsFor: []cases.WaitsFor{cases.ForHead}, Units: units}))
	}
	if by.Is(access.UnitLeader) {
		add("shelving", cases.Filter{Todo: cases.ToShelve, Units: units})
		add("sign", risk(cases.Filter{WaitsFor: []cases.WaitsFor{cases.ForLeader}, Units: units}))
	}
	if by.Is(access.Handler, access.SectionHead, access.UnitLeader) {
		add("accept", risk(cases.Filter{States: []cases.State{cases.Dispatched}, Units: units}))
		add("mine", risk(cases.Filter{States: []cases.State{cases.Accepted}, Handler: by.Staff}))
		for _, of := range by.For {
			list = append(list, queue{"for." + string(of), risk(cases.Filter{States: []cases.State{cases.Accepted}, Handler: of}), of})
		}
		add("unit", risk(cases.Filter{States: []cases.State{cases.Accepted}, Units: units}))
		add("others", risk(cases.Filter{
			WaitsFor: []cases.WaitsFor{cases.ForResident, cases.ForHead, cases.ForLeader, cases.ForHotline, cases.ForDispatcher},
			States:   []cases.State{cases.Accepted, cases.Checking, cases.Returned, cases.Contested}, Units: units,
		}))
		add("statute", risk(cases.Filter{Todo: cases.ToStatute, TodoBefore: now.Add(statuteSoon), Units: units}))
		add("contacting", cases.Filter{Todo: cases.ToContact, Units: units})
		add("tasks", cases.Filter{Todo: cases.ToHelp, Units: units})
		add("signing", cases.Filter{Todo: cases.ToSign, Units: units})
		add("helping", risk(cases.Filter{States: open, Units: units, Helping: true}))
	}
	add("late", risk(cases.Filter{LateAt: now}))
	add("open", risk(cases.Filter{States: open}))
	add("shelved", cases.Filter{States: []cases.State{cases.Shelved}, Todo: cases.ToReview})
	add("answered", cases.Filter{States: []cases.State{cases.Answered}})
	add("all", cases.Filter{})
	return list
}

// pageSize is how many rows a list shows.
const pageSize = 40

type queuePage struct {
	page   web.Page
	queues []queueLink
	name   string
	title  string
	of     access.StaffID
	rows   []row
	older  string
	first  string
	filter url.Values
	city   org.City
	bulk   bool // something can be done with many
	kept   []viewLink
	query  string // of this queue, as it can be kept
	typed  string
	wrong  map[string]string
}

// viewLink is a view that somebody kept.
type viewLink struct {
	access.View
	current bool
}

// narrowing are the values of an address that narrow a queue.
var narrowing = []string{"area", "kind", "category", "unit"}

// viewQuery is what of an address makes a queue: which, and how it is narrowed.
func viewQuery(q url.Values, name string) string {
	out := url.Values{"view": {name}}
	for _, n := range narrowing {
		if v := q.Get(n); v != "" {
			out.Set(n, v)
		}
	}
	return out.Encode()
}

// keepView keeps a queue under a name, or removes what was kept.
func (b *Workbench) keepView(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	q, err := url.ParseQuery(form.Get("query"))
	if err != nil {
		return errs.New(errs.NotFound, "error.no_page")
	}
	query := viewQuery(q, q.Get("view"))
	if name := form.Get("remove"); name != "" {
		err = b.Staff.RemoveView(ctx, by, name)
	} else {
		err = b.Staff.KeepView(ctx, by, form.Get("view_name"), query)
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderQueue(w, r, web.Status(err), q, form.Get("view_name"), wrong)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, "/work/queue?"+query)
}

// empty is what an empty queue says.
func (p queuePage) empty() string {
	if p.of != "" {
		return "queue.empty_mine"
	}
	return "queue.empty_" + p.name
}

type queueLink struct {
	name    string
	title   string
	count   string
	current bool
}

func (b *Workbench) queue(w http.ResponseWriter, r *http.Request) error {
	return b.renderQueue(w, r, http.StatusOK, r.URL.Query(), "", nil)
}

func (b *Workbench) renderQueue(w http.ResponseWriter, r *http.Request, status int, q url.Values, typed string, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	now := b.Now()
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	list := queues(by, now)
	at := slices.IndexFunc(list, func(one queue) bool { return one.name == q.Get("view") })
	at = max(at, 0)
	var names map[access.StaffID]org.Name
	if len(by.For) > 0 {
		if names, err = b.Staff.Names(ctx); err != nil {
			return err
		}
	}
	title := list[at].title(ctx, names)
	p := queuePage{page: b.page(ctx, title, "/work/queue"), name: list[at].name, title: title, of: list[at].of, filter: q, city: city, bulk: !by.Is(access.Leader, access.Auditor), query: viewQuery(q, list[at].name), typed: typed, wrong: wrong}
	views, err := b.Staff.Views(ctx, by)
	if err != nil {
		return err
	}
	for _, v := range views {
		p.kept = append(p.kept, viewLink{v, v.Query == p.query})
	}
	for i, one := range list {
		link := queueLink{name: one.name, title: one.title(ctx, names), current: i == at}
		if one.name != "all" && one.name != "answered" {
			n, more, err := b.Cases.Count(ctx, by, one.filter)
			if err != nil {
				return err
			}
			link.count = strconv.Itoa(n)
			if more {
				link.count += "+"
			}
		}
		p.queues = append(p.queues, link)
	}
	f := narrow(list[at].filter, q, city)
	f.Limit = pageSize + 1
	f.After = cases.ParseCursor(q.Get("after"))
	found, err := b.Cases.List(ctx, by, f)
	if err != nil {
		return err
	}
	if q.Get("after") != "" {
		p.first = address("/work/queue", q, "after", "")
	}
	if len(found) > pageSize {
		found = found[:pageSize]
		p.older = address("/work/queue", q, "after", found[pageSize-1].Cursor().String())
	}
	for _, c := range found {
		p.rows = append(p.rows, b.row(ctx, city, c, now))
	}
	return web.Render(ctx, w, status, queueView(p))
}

// narrow adds what the address asks for, so that a view can be sent to a colleague.
func narrow(f cases.Filter, q url.Values, city org.City) cases.Filter {
	if a := org.AreaID(q.Get("area")); a != "" {
		f.Areas = city.Within(a)
	}
	if c := org.CategoryID(q.Get("category")); c != "" {
		f.Categories = city.Catalogue.Under(c)
	}
	if u := org.UnitID(q.Get("unit")); u != "" {
		f.Units = city.Down(u)
	}
	if k := q.Get("kind"); k != "" {
		f.Kinds = []string{k}
	}
	return f
}

// address is a path with one of its values changed.
func address(path string, q url.Values, name, value string) string {
	out := maps.Clone(q)
	out.Del(name)
	if value != "" {
		out.Set(name, value)
	}
	if len(out) == 0 {
		return path
	}
	return path + "?" + out.Encode()
}

// A row is a case in a list.
type row struct {
	c     cases.Case
	clock web.Clock
	place string
	kind  string
	waits string
}

func (b *Workbench) row(ctx context.Context, city org.City, c cases.Case, now time.Time) row {
	return row{
		c: c, clock: clock(ctx, city, c, now), place: place(city, c, web.Lang(ctx)),
		kind: city.Catalogue.CategoryName(c.Category, web.Lang(ctx)), waits: waits(ctx, city, c),
	}
}

func place(city org.City, c cases.Case, lang string) string {
	name := ""
	if c.Area != "" {
		name = city.AreaName(c.Area, lang)
	}
	if c.Address != "" {
		if name != "" {
			name += " · "
		}
		name += c.Address
	}
	return name
}

// waits says who has the next step.
func waits(ctx context.Context, city org.City, c cases.Case) string {
	lead := city.UnitName(c.Lead, web.Lang(ctx))
	switch c.WaitsFor {
	case cases.ForUnit, cases.ForHead, cases.ForLeader:
		return web.T(ctx, "waits."+string(c.WaitsFor), "Unit", lead)
	}
	if c.State == cases.Shelved {
		return web.T(ctx, "waits.shelved")
	}
	return web.T(ctx, "waits."+string(c.WaitsFor))
}

// clock is the limit that counts now as a bar with a word.
func clock(ctx context.Context, city org.City, c cases.Case, now time.Time) web.Clock {
	due, limit := c.Due()
	from := c.DispatchedAt
	switch {
	case c.State == cases.Waiting:
		limit, from = city.Policy.Dispatch, c.OpenedAt
	case c.State == cases.Returned, c.State == cases.Contested:
		limit = city.Policy.Dispatch
	case c.State == cases.Answered && now.After(c.ConfirmUntil):
		return web.Clock{Used: 1, Tone: web.Waiting, Text: web.T(ctx, "clock.unconfirmed")}
	case c.State == cases.Answered:
		return web.Clock{Used: 1, Tone: web.Done, Text: web.T(ctx, "clock.answered")}
	case c.State == cases.Closed:
		return web.Clock{Used: 1, Tone: web.Done, Text: web.T(ctx, "outcome."+string(c.Outcome))}
	case c.State == cases.Shelved:
		return web.Clock{Used: 1, Tone: web.Waiting, Text: web.T(ctx, "shelf.until", "Day", web.Day(ctx, c.Shelf.Review))}
	case c.Clocks.Paused(now) && c.Clocks.Stopped:
		return web.Clock{Used: used(from, due, now), Tone: web.Waiting, Text: web.T(ctx, "clock.stopped")}
	case c.Clocks.Paused(now):
		return web.Clock{Used: used(from, due, now), Tone: web.Waiting, Text: web.T(ctx, "clock.paused")}
	}
	return left(ctx, city, from, due, limit, now)
}

// left is how much of a limit is left, as a bar with a word.
func left(ctx context.Context, city org.City, from, due time.Time, limit calendar.Limit, now time.Time) web.Clock {
	if due.IsZero() {
		return web.Clock{Tone: web.Plain, Text: web.T(ctx, "clock.none")}
	}
	left := city.Calendar.Left(now, due, limit)
	out := web.Clock{Used: used(from, due, now), Tone: web.Plain}
	key := "clock.left_"
	switch {
	case left.Late:
		key, out.Tone, out.Used = "clock.late_", web.Late, 1
	case out.Used > 0.75:
		out.Tone = web.Soon
	}
	out.Text = web.T(ctx, key+string(left.In), "Count", left.N)
	return out
}

func used(from, due, now time.Time) float64 {
	if !from.Before(due) {
		return 1
	}
	return now.Sub(from).Seconds() / due.Sub(from).Seconds()
}
