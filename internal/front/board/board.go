// Package board is the door of those who look at the whole: one screen that
// says what comes in, what is late, whom it waits for and where, and changes
// while they look. It counts nothing; package cases does.
package board

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/base/recent"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// Texts are the words of these pages.
//
//go:embed texts
var Texts embed.FS

// A Board serves leaders.
type Board struct {
	Site  *web.Site
	Cases *cases.Service
	Org   *org.Service
	Now   func() time.Time
	// Staff lets in who works here, as workbench does it.
	Staff func(web.Handler) http.Handler
	// Names are what people who work here are called.
	Names func(ctx context.Context) (map[access.StaffID]org.Name, error)
	// Frame is the frame of a page for who is signed in.
	Frame func(ctx context.Context, title, at string) web.Page
	// Session is the one that a page is asked for in; Ended says which of some
	// have ended.
	Session func(ctx context.Context) access.SessionID
	Ended   func(ctx context.Context, ids []access.SessionID) ([]access.SessionID, error)

	hub      hub
	compared recent.Memory[ratesView]
}

// Routes mounts the board's pages.
func (b *Board) Routes(mux *http.ServeMux) {
	b.hub.ended = b.Ended
	mux.Handle("GET /work/board", b.Staff(b.page))
	mux.Handle("GET /work/board/live", b.Staff(b.live))
	mux.Handle("GET /work/board/{table}", b.Staff(b.table))
	mux.Handle("GET /work/rates", b.Staff(b.ratesPage))
	mux.Handle("GET /work/rates/{table}", b.Staff(b.ratesTable))
	mux.Handle("GET /work/rates/what-if", b.Staff(b.whatIf))
	mux.Handle("POST /work/rates/what-if", b.Staff(b.ask))
	mux.Handle("GET /work/exclusions", b.Staff(b.exclusions))
	mux.Handle("POST /work/exclusions", b.Staff(b.rule))
	mux.Handle("GET /work/audit", b.Staff(b.audit))
	mux.Handle("POST /work/audit", b.Staff(b.find))
	mux.Handle("GET /work/patterns", b.Staff(b.patterns))
	mux.Handle("GET /work/patterns.csv", b.Staff(b.patternsTable))
	mux.Handle("GET /work/trends", b.Staff(b.trends))
	mux.Handle("GET /work/trends/{table}", b.Staff(b.trendsTable))
}

// spans are the times one can look at: today by the hour, the last hour by five
// minutes, this week from Monday and the last seven days by the day.
var spans = []string{"today", "now", "monday", "week"}

// cut gives where a span begins, how long a step of it is, how many steps it
// has and how they are labelled.
func cut(span string, now time.Time) (from time.Time, step time.Duration, steps int, label string) {
	y, m, d := now.Date()
	midnight := func(d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, now.Location()) }
	const day = 24 * time.Hour
	switch span {
	case "now":
		step = 5 * time.Minute
		return now.Truncate(step).Add(-11 * step), step, 12, "15:04"
	case "monday":
		return midnight(d - (int(now.Weekday())+6)%7), day, 7, "01-02"
	case "week":
		return midnight(d - 6), day, 7, "01-02"
	}
	return midnight(d), time.Hour, 24, "15:04"
}

// A view is what the board shows. It is the same for all who may see the
// same.
type view struct {
	span   string
	now    time.Time
	city   org.City
	f      cases.Figures
	pulse  cases.Pulse
	steps  []time.Time
	labels []string // of the steps
	topics []topic
	areas  []area
	shapes web.StreetMap
}

// A topic is a category that came more often than is usual.
type topic struct {
	id     org.CategoryID
	recent int
	usual  float64 // in as much time
	times  float64 // how many times as often
}

type area struct {
	id   org.AreaID
	name string
	n    cases.OpenLate
}

// usualDays is how far back what is usual is counted.
const usualDays = 28

func (b *Board) view(ctx context.Context, by access.Actor, span string) (v view, err error) {
	if !slices.Contains(spans, span) {
		span = spans[0]
	}
	v = view{span: span, now: b.Now()}
	if v.city, err = b.Org.City(ctx); err != nil {
		return v, err
	}
	from, step, steps, label := cut(span, v.now.In(v.city.Calendar.Location()))
	for i := range steps {
		at := from.Add(time.Duration(i) * step)
		v.steps = append(v.steps, at)
		v.labels = append(v.labels, at.Format(label))
	}
	if v.f, err = b.Cases.Figures(ctx, by, cases.Period{From: from, To: v.now, Now: v.now}); err != nil {
		return v, err
	}
	v.pulse, err = b.Cases.Pulse(ctx, by, cases.PulseSpan{From: from, Step: step, Steps: steps, Usual: from.AddDate(0, 0, -usualDays)})
	if err != nil {
		return v, err
	}
	v.topics = topics(v.pulse.Topics, v.now.Sub(from))
	v.areas = byStreet(ctx, v.city.Directory, v.f.ByArea)
	v.shapes = web.Streets(v.city.Directory)
	return v, nil
}

// topics lists categories that came at least three times and more than
// usual, those that stand out most first.
func topics(by map[org.CategoryID]cases.Topic, looked time.Duration) []topic {
	const least, most = 3, 8
	share := looked.Hours() / (usualDays * 24)
	var list []topic
	for id, n := range by {
		t := topic{id: id, recent: n.Recent, usual: float64(n.Before) * share}
		if n.Recent < least || float64(n.Recent) <= t.usual {
			continue
		}
		t.times = float64(n.Recent) / max(t.usual, 0.5)
		list = append(list, t)
	}
	// By how far above the usual it is, measured in what chance alone would do
	// (the square root of a Poisson count).
	slices.SortFunc(list, func(a, b topic) int {
		if d := b.above() - a.above(); d != 0 {
			return sign(d)
		}
		if a.id < b.id {
			return -1
		}
		return 1
	})
	return list[:min(len(list), most)]
}

// byStreet lists the streets, those with the most first.
func byStreet(ctx context.Context, d *org.Directory, by map[org.AreaID]cases.OpenLate) []area {
	sums := cases.ByStreet(d, by)
	var list []area
	for _, a := range d.Streets() {
		list = append(list, area{a.ID, a.Name.In(web.Lang(ctx)), sums[a.ID]})
	}
	if n := sums[""]; n.Open > 0 {
		list = append(list, area{"", web.T(ctx, "board.no_area"), n})
	}
	slices.SortStableFunc(list, func(a, b area) int { return b.n.Open - a.n.Open })
	return list
}

func (b *Board) page(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.view(ctx, access.From(ctx), r.URL.Query().Get("span"))
	if err != nil {
		return err
	}
	frame := b.Frame(ctx, web.T(ctx, "board.title"), "/work/board")
	frame.Class, frame.More = "board-page", "board"
	return web.Render(ctx, w, http.StatusOK, boardPage(frame, v))
}

// table gives what a chart shows as CSV.
func (b *Board) table(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.view(ctx, access.From(ctx), r.URL.Query().Get("span"))
	if err != nil {
		return err
	}
	return web.Table(w, r, "-"+v.now.Format("20060102"), func(name string) [][]string { return v.rows(ctx, name) })
}

func (v view) rows(ctx context.Context, name string) [][]string {
	n := strconv.Itoa
	var rows [][]string
	switch name {
	case "received":
		rows = append(rows, []string{web.T(ctx, "board.time"), web.T(ctx, "board.received"), web.T(ctx, "board.answered")})
		for i, label := range v.labels {
			if !v.steps[i].After(v.now) {
				rows = append(rows, []string{label, n(v.pulse.Received[i]), n(v.pulse.Answered[i])})
			}
		}
	case "areas":
		rows = append(rows, []string{web.T(ctx, "board.area"), web.T(ctx, "board.open"), web.T(ctx, "board.late")})
		for _, a := range v.areas {
			rows = append(rows, []string{a.name, n(a.n.Open), n(a.n.Late)})
		}
	case "waits":
		rows = append(rows, []string{web.T(ctx, "board.who"), web.T(ctx, "board.open")})
		for _, who := range cases.Waiters {
			rows = append(rows, []string{web.T(ctx, "waiting_for."+string(who)), n(v.f.ByWaits[who])})
		}
	case "stages":
		rows = append(rows, []string{web.T(ctx, "board.stage"), web.T(ctx, "board.cases")})
		for _, s := range cases.Stages {
			rows = append(rows, []string{web.T(ctx, "board.stage_"+string(s)), n(v.f.ByState[s])})
		}
	case "groups":
		rows = append(rows, []string{web.T(ctx, "board.matter"), web.T(ctx, "board.area"), web.T(ctx, "board.with"), web.T(ctx, "board.people")})
		for _, c := range v.pulse.Groups {
			rows = append(rows, []string{string(c.Number) + " " + c.Subject, v.city.AreaName(c.Area, web.Lang(ctx)), v.with(ctx, c), n(len(c.Parts))})
		}
	case "topics":
		rows = append(rows, []string{web.T(ctx, "board.topic"), web.T(ctx, "board.recent"), web.T(ctx, "board.usual")})
		for _, t := range v.topics {
			rows = append(rows, []string{v.city.Catalogue.CategoryName(t.id, web.Lang(ctx)), n(t.recent), strconv.FormatFloat(t.usual, 'f', 1, 64)})
		}
	}
	return rows
}

// left is a rate without what rulings left out, and with it.
func (v view) left(name string) (without, with cases.Ratio) {
	rest := v.f.Rates.Minus(v.f.Excluded)
	return *rest.RateOf(name), *v.f.Rates.RateOf(name)
}

func rate(ctx context.Context, r cases.Ratio) string {
	if !r.Known() {
		return web.T(ctx, "rate.unknown")
	}
	return strconv.Itoa(int(r.Share()*100+0.5)) + " %"
}

func of(ctx context.Context, r cases.Ratio) string {
	return web.RateOf(ctx, r.Count, r.Of)
}

// with says who has a case, and until when.
func (v view) with(ctx context.Context, c cases.Case) string {
	if c.Lead == "" {
		return web.T(ctx, "waiting_for.dispatcher")
	}
	name := v.city.UnitName(c.Lead, web.Lang(ctx))
	if c.Clocks.ResolveDue.IsZero() {
		return name
	}
	return name + " · " + web.Deadline(ctx, c.Clocks.ResolveDue)
}
