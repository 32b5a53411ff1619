package cases_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casesql"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema/schematest"
)

// The people of the stories. Roads has the section Lights; its answers are
// checked and signed. Those of Parks are checked, those of Water only accepted.
var (
	li, wang = access.Resident("li"), access.Resident("wang")

	clerk      = casestest.Person("chen", "hotline", access.Clerk)
	dispatcher = casestest.Person("zhou", "hotline", access.Dispatcher)
	supervisor = casestest.Person("wu", "hotline", access.Supervisor)

	roads  = casestest.Person("zhao", "roads", access.Handler)
	head   = casestest.Person("qian", "roads", access.SectionHead)
	leader = casestest.Person("sun", "roads", access.UnitLeader)
	lights = casestest.Person("feng", "lights", access.Handler)
	parks  = casestest.Person("zheng", "parks", access.Handler)
	water  = casestest.Person("shui", "water", access.Handler)
	office = casestest.Person("wei", "js-office", access.Handler)
)

// A town is a city with a clock that goes when told to.
type town struct {
	*testing.T
	*cases.Service
	now   time.Time
	queue *jobs.Queue
}

// newTown is at half past ten on Tuesday, 22 September 2026. The first week
// of October is a holiday, the Saturday after it is worked on.
func newTown(t *testing.T) *town {
	t.Helper()
	d := schematest.SQLite(t)
	q, err := jobs.New(d, jobs.Options{Workers: 1, Poll: time.Second, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	w := &town{T: t, now: casestest.At, queue: q}
	w.Service = &cases.Service{
		Store: casesql.Store{DB: d, Queue: q}, Org: casestest.Cities(casestest.City()), Now: func() time.Time { return w.now },
	}
	return w
}

const clock = "2006-01-02 15:04"

var (
	casesCalendar = casestest.City().Calendar
	shanghai      = casesCalendar.Location()
)

func local(s string) time.Time {
	at, err := time.ParseInLocation(clock, "2026-"+s, shanghai)
	if err != nil {
		panic(err)
	}
	return at
}

// dutiesAre is the city with its duties changed.
func dutiesAre(change func(d *org.Duty)) cases.Cities {
	city := casestest.City()
	duties := slices.Clone(city.Catalogue.Duties)
	for i := range duties {
		change(&duties[i])
	}
	city.Catalogue = org.NewCatalogue(org.Catalogue{Version: 8, Categories: city.Catalogue.Categories, Routes: city.Catalogue.Routes, Duties: duties})
	return casestest.Cities(city)
}

// at makes it a time of the year 2026 in the city.
func (w *town) at(s string) { w.now = local(s) }

// ok expects that something went well. A minute goes by.
func (w *town) ok(c cases.Case, err error) cases.Case {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	return c
}

// no expects that something is refused, with this message.
func (w *town) no(key string) func(cases.Case, error) {
	return func(_ cases.Case, err error) {
		w.Helper()
		all := errs.All(err)
		if !slices.ContainsFunc(all, func(e *errs.Error) bool { return e.Key == key }) {
			w.Errorf("refused with %v, want %s", err, key)
		}
	}
}

// due expects a deadline.
func (w *town) due(what string, at time.Time, want string) {
	w.Helper()
	if got := at.In(shanghai).Format("01-02 15:04"); got != want {
		w.Errorf("%s: %s, want %s", what, got, want)
	}
}

// is expects where a case is.
func (w *town) is(c cases.Case, state cases.State, waits cases.WaitsFor, lead org.UnitID) {
	w.Helper()
	if c.State != state || c.WaitsFor != waits || c.Lead != lead {
		w.Errorf("the case is %s, waits for %s, is led by %q; want %s, %s, %q", c.State, c.WaitsFor, c.Lead, state, waits, lead)
	}
}

func (w *town) opened(o cases.Opening) cases.Case {
	w.Helper()
	if o.At.IsZero() {
		o.At = w.now
	}
	if o.Kind == "" {
		o.Kind = "help"
	}
	if o.Route == "" {
		o.Route = org.RouteWork
	}
	list, err := w.Open(w.Context(), access.System(), []cases.Opening{o})
	if err != nil || len(list) != 1 {
		w.Fatal(list, err)
	}
	return list[0]
}

// lamp is li's lamp, waiting.
func (w *town) lamp() cases.Case {
	w.Helper()
	return w.opened(cases.Opening{Request: "li", Category: "light.out", Area: "js-02", Subject: "路灯不亮", Address: "建设路28号"})
}

// sent is li's lamp with Roads, a minute later.
func (w *town) sent() cases.Case {
	w.Helper()
	c := w.lamp()
	w.now = w.now.Add(time.Minute)
	return w.ok(w.Dispatch(w.Context(), dispatcher, c.ID, c.Revision, cases.Dispatching{Unit: "roads"}))
}

func (w *town) accepted() cases.Case {
	w.Helper()
	return w.ok(w.Accept(w.Context(), roads, w.sent().ID, 0))
}

// answer goes up the whole chain and out.
func (w *town) answer(c cases.Case) cases.Case {
	w.Helper()
	ctx := w.Context()
	for _, k := range c.Unmet() {
		c = w.ok(w.Meet(ctx, roads, c.ID, 0, k.ID, "已办妥。"))
	}
	c = w.ok(w.Draft(ctx, roads, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "路灯已修复。The lamp is lit again."}, true))
	for _, by := range []access.Actor{head, leader, dispatcher} {
		c = w.ok(w.Check(ctx, by, c.ID, 0, true, ""))
	}
	return c
}

func (w *town) answered() cases.Case {
	w.Helper()
	return w.answer(w.accepted())
}

// kinds lists what happened, as somebody sees it.
func (w *town) kinds(by access.Actor, id cases.ID) string {
	w.Helper()
	list, err := w.Events(w.Context(), by, id)
	if err != nil {
		w.Fatal(err)
	}
	var words []string
	for _, e := range list {
		words = append(words, string(e.Kind))
	}
	return strings.Join(words, " ")
}

func (w *town) happened(by access.Actor, id cases.ID, want string) {
	w.Helper()
	if got := w.kinds(by, id); got != want {
		w.Errorf("%s sees\n     %s\nwant %s", by.ID(), got, want)
	}
}

// last is the newest event of a kind.
func (w *town) last(id cases.ID, kind cases.EventKind) cases.Event {
	w.Helper()
	list, err := w.Events(w.Context(), access.System(), id)
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range slices.Backward(list) {
		if e.Kind == kind {
			return e
		}
	}
	w.Fatalf("nothing was %s", kind)
	return cases.Event{}
}

func (w *town) sees(by access.Actor, id cases.ID) cases.Case {
	w.Helper()
	c, err := w.Case(w.Context(), by, id)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// hidden expects that the case is not there for these people, whatever way
// they take.
func (w *town) hidden(c cases.Case, from ...access.Actor) {
	w.Helper()
	for _, by := range from {
		_, byID := w.Case(w.Context(), by, c.ID)
		_, byNumber := w.ByNumber(w.Context(), by, c.Number)
		_, events := w.Events(w.Context(), by, c.ID)
		_, answers := w.Answers(w.Context(), by, c.ID)
		_, note := w.Note(w.Context(), by, c.ID, 0, "x")
		for how, err := range map[string]error{"by id": byID, "by number": byNumber, "events": events, "answers": answers, "note": note} {
			if !errs.Is(err, errs.NotFound) {
				w.Errorf("%s of %s, %s: %v", by.ID(), by.Unit, how, err)
			}
		}
		list, err := w.List(w.Context(), by, cases.Filter{})
		if err != nil || slices.ContainsFunc(list, func(o cases.Case) bool { return o.ID == c.ID }) {
			w.Errorf("%s of %s has it in the list: %v", by.ID(), by.Unit, err)
		}
	}
}

// forty is one case of forty people, waiting.
func (w *town) forty() (cases.Case, []access.Actor) {
	w.Helper()
	c := casestest.Case("neighbour 0")
	people := []access.Actor{access.Resident("neighbour 0")}
	for i := range 39 {
		name := fmt.Sprint("neighbour ", i+1)
		p := casestest.Case(name).Parts[0]
		p.Case, p.At = c.ID, c.OpenedAt.Add(time.Duration(i+1)*time.Second)
		c.Parts = append(c.Parts, p)
		people = append(people, access.Resident(name))
	}
	if err := w.Load(w.Context(), access.System(), []cases.Loaded{{Case: c}}); err != nil {
		w.Fatal(err)
	}
	return w.sees(dispatcher, c.ID), people
}
