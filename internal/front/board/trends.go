package board

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"yiwang/internal/algo/rates"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// trendWeeks is how many weeks the trend has.
const trendWeeks = 13

// trendDays are the periods of what is counted besides.
var trendDays = []int{30, 90, 365}

type trendsView struct {
	page     web.Page
	nav      []web.Link
	city     org.City
	days     int
	weeks    []week
	channels []channelCount
	stages   []cases.Stage
	hops     rates.Histogram
	streets  []street
	whole    street // of all streets
}

type week struct {
	from     time.Time
	received int
	rates    cases.Rates
}

type channelCount struct {
	channel string
	n       int
}

// A street is what is heard of an area beside what its people and its
// duplicates would make one expect.
type street struct {
	id         org.AreaID
	name       string
	people     int
	n          cases.AreaCount
	before     int // received in as much time before
	expected   float64
	ratio      rates.Interval // of received by expected
	repeats    float64        // matters that somebody else speaks of, in a hundred days of open ones
	repeatsIn  rates.Interval
	quiet      bool // fewer are heard and fewer repeat than elsewhere, beyond chance
	comparable bool
}

func (s street) perPeople() float64 { return float64(s.n.Received) / s.expected }

func (b *Board) trendsOf(r *http.Request) (v trendsView, err error) {
	ctx := r.Context()
	by := access.From(ctx)
	p, days := b.period(r, trendDays)
	v.days = days
	if v.city, err = b.Org.City(ctx); err != nil {
		return v, err
	}
	if v.stages, err = b.Cases.Overdue(ctx, by); err != nil {
		return v, err
	}
	loc := v.city.Calendar.Location()
	y, mon, d := p.Now.In(loc).Date()
	monday := d - (int(p.Now.In(loc).Weekday())+6)%7
	periods := []cases.Period{p, {From: p.From.AddDate(0, 0, -days), To: p.From, Now: p.Now}}
	for i := trendWeeks; i >= 0; i-- {
		periods = append(periods, cases.Period{From: time.Date(y, mon, monday-7*i, 0, 0, 0, 0, loc), To: time.Date(y, mon, monday-7*i+7, 0, 0, 0, 0, loc), Now: p.Now})
	}
	counted := make([]cases.Measures, len(periods))
	work, counting := errgroup.WithContext(ctx)
	work.SetLimit(4)
	for i, p := range periods {
		work.Go(func() (err error) {
			counted[i], err = b.Cases.Measures(counting, by, p)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return v, err
	}
	m, before := counted[0], counted[1]
	for i, w := range counted[2:] {
		each := week{from: periods[2+i].From}
		for _, n := range w.Strata {
			each.received += n.Received
			each.rates = each.rates.Plus(n.Rates)
		}
		for _, n := range w.Excluded {
			each.rates = each.rates.Minus(n.Rates)
		}
		v.weeks = append(v.weeks, each)
	}
	v.hops = m.Hops
	sums := map[string]int{}
	for _, n := range m.Strata {
		sums[n.Channel] += n.Received
	}
	for c, n := range sums {
		if n > 0 {
			v.channels = append(v.channels, channelCount{c, n})
		}
	}
	slices.SortFunc(v.channels, func(a, b channelCount) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.channel, b.channel)) })
	v.streetsOf(ctx, m.Areas, before.Areas)
	return v, nil
}

// streetsOf adds small areas up to their street and compares the streets.
func (v *trendsView) streetsOf(ctx context.Context, now, before map[org.AreaID]cases.AreaCount) {
	at := map[org.AreaID]int{}
	for _, a := range v.city.Streets() {
		at[a.ID] = len(v.streets)
		v.streets = append(v.streets, street{id: a.ID, name: a.Name.In(web.Lang(ctx)), people: a.Population})
		v.whole.people += a.Population
	}
	of := func(id org.AreaID) *street {
		if i, ok := at[v.city.Street(id)]; ok {
			return &v.streets[i]
		}
		return nil
	}
	for id, n := range now {
		if s := of(id); s != nil {
			for _, to := range []*street{s, &v.whole} {
				to.n.Received += n.Received
				to.n.Answered += n.Answered
				to.n.Joined += n.Joined
				to.n.Minutes += n.Minutes
			}
		}
	}
	for id, n := range before {
		if s := of(id); s != nil {
			s.before += n.Received
			v.whole.before += n.Received
		}
	}
	v.whole.expected = float64(v.whole.n.Received)
	v.whole.compare(v.whole)
	for i := range v.streets {
		v.streets[i].compare(v.whole)
	}
	slices.SortFunc(v.streets, func(a, b street) int {
		return cmp.Or(cmp.Compare(b.n.Received, a.n.Received), cmp.Compare(a.name, b.name))
	})
}

// compare says how much is heard of the street beside the whole: by its
// people, and by how many repeat a matter while it is open. Matters that are
// there and that nobody repeats are the sign that tells silence from peace.
func (s *street) compare(whole street) {
	if hundred := float64(s.n.Minutes) / (100 * 24 * 60); hundred > 0 {
		i := rates.Poisson(s.n.Joined)
		s.repeats, s.repeatsIn = float64(s.n.Joined)/hundred, rates.Interval{Low: i.Low / hundred, High: i.High / hundred}
	}
	if s.people > 0 && whole.people > 0 && whole.n.Received > 0 {
		s.expected = float64(whole.n.Received) * float64(s.people) / float64(whole.people)
		i := rates.Poisson(s.n.Received)
		s.ratio, s.comparable = rates.Interval{Low: i.Low / s.expected, High: i.High / s.expected}, true
	}
	s.quiet = s.comparable && s.ratio.High < 1 && s.n.Minutes > 0 && s.repeatsIn.High < whole.repeats
}

func (b *Board) trends(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.trendsOf(r)
	if err != nil {
		return err
	}
	v.page, v.nav = b.frame(ctx, "trends.title", "/work/trends"), b.links(ctx, "/work/trends")
	return web.Render(ctx, w, http.StatusOK, trendsPage(v))
}

func (b *Board) trendsTable(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.trendsOf(r)
	if err != nil {
		return err
	}
	return web.Table(w, r, "-"+b.Now().Format("20060102"), func(name string) [][]string { return v.rows(ctx, name) })
}

func (v trendsView) rows(ctx context.Context, name string) (rows [][]string) {
	n := strconv.Itoa
	dec := func(x float64) string { return strconv.FormatFloat(x, 'f', 4, 64) }
	heads := func(keys ...string) {
		var list []string
		for _, k := range keys {
			list = append(list, web.T(ctx, k))
		}
		rows = append(rows, list)
	}
	switch name {
	case "weeks":
		list := []string{web.T(ctx, "trends.week"), web.T(ctx, "board.received")}
		for _, each := range cases.RateNames {
			name := web.T(ctx, "rate."+each)
			list = append(list, name, name+" "+web.T(ctx, "rates.count"), name+" "+web.T(ctx, "rates.of"), name+" "+web.T(ctx, "rates.low"), name+" "+web.T(ctx, "rates.high"))
		}
		rows = append(rows, list)
		for _, w := range v.weeks {
			row := []string{w.from.Format(time.DateOnly), n(w.received)}
			for _, each := range cases.RateNames {
				r := *w.rates.RateOf(each)
				i := rates.Wilson(r.Count, r.Of)
				row = append(row, dec(r.Share()), n(r.Count), n(r.Of), dec(i.Low), dec(i.High))
			}
			rows = append(rows, row)
		}
	case "channels":
		heads("trends.channel", "board.received")
		for _, c := range v.channels {
			rows = append(rows, []string{channelName(ctx, c.channel), n(c.n)})
		}
	case "stages":
		heads("trends.stage", "board.who", "board.open", "board.late")
		for _, s := range v.stages {
			rows = append(rows, []string{web.T(ctx, "status."+string(s.State)), web.T(ctx, "waiting_for."+string(s.Waits)), n(s.Open), n(s.Late)})
		}
	case "hops":
		heads("trends.hops", "trends.answered")
		for _, h := range v.hopList() {
			rows = append(rows, []string{n(h), n(v.hops[h])})
		}
	case "areas":
		heads("board.area", "trends.people", "board.received", "trends.before", "trends.expected", "rates.ratio", "rates.ratio_low", "rates.ratio_high", "trends.joined", "trends.exposed", "trends.repeats", "rates.low", "rates.high", "trends.quiet")
		for _, s := range v.streets {
			row := []string{s.name, n(s.people), n(s.n.Received), n(s.before)}
			if s.comparable {
				row = append(row, dec(s.expected), dec(s.perPeople()), dec(s.ratio.Low), dec(s.ratio.High))
			} else {
				row = append(row, "", "", "", "")
			}
			row = append(row, n(s.n.Joined), n(s.n.Minutes/(24*60)))
			if s.n.Minutes > 0 {
				row = append(row, dec(s.repeats), dec(s.repeatsIn.Low), dec(s.repeatsIn.High))
			} else {
				row = append(row, "", "", "")
			}
			rows = append(rows, append(row, s.says(ctx)))
		}
	}
	return rows
}

func (s street) says(ctx context.Context) string {
	switch {
	case s.quiet:
		return web.T(ctx, "trends.is_quiet")
	case s.comparable && s.ratio.High < 1:
		return web.T(ctx, "trends.is_fewer")
	case s.comparable && s.ratio.Low > 1:
		return web.T(ctx, "trends.is_more")
	}
	return web.T(ctx, "trends.is_usual")
}

// hopList are the numbers of units that cases went to, least first.
func (v trendsView) hopList() (list []int) {
	for h := range v.hops {
		list = append(list, h)
	}
	slices.Sort(list)
	return list
}

// first is how many of the cases answered were sent to the right unit at once.
func (v trendsView) first() cases.Ratio { return cases.Ratio{Of: v.hops.N(), Count: v.hops[1]} }

func channelName(ctx context.Context, c string) string {
	if c == "" {
		return "–"
	}
	return web.T(ctx, "channel."+c)
}
