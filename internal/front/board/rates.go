package board

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/algo/rates"
	"yiwang/internal/base/recent"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// rateDays are the periods that units are compared over.
var rateDays = []int{30, 90, 365}

// leastAlike is how many cases of other units a stratum needs for an
// expectation to be taken from it.
const leastAlike = 20

// The bands of a funnel plot: inside both limits, outside the one that 95 of
// 100 units without a difference stay within, outside that of 99.8.
const (
	inside  = "inside"
	outside = "outside"
	far     = "far"
)

// A dot is a unit in a funnel plot. Units that a reader is not to compare
// with have no name.
type dot struct {
	unit     org.UnitID
	name     string
	own      bool
	all      cases.Ratio // with what rulings excluded
	r        cases.Ratio // without
	standing rates.Standing
	rate     float64 // adjusted; that of r where nothing can be compared
	size     float64
	band     string
	above    bool
	ratio    rates.Interval // of observed by expected
	compared bool
	notShown bool // of another unit, for a reader who sees their own alone
}

// A funnel is one rate of all units.
type funnel struct {
	name   string
	total  cases.Ratio
	with   cases.Ratio // with what rulings excluded
	dots   []dot
	spread float64
	plot   plot
}

type ratesView struct {
	page    web.Page
	city    org.City
	days    int
	all     bool // the reader sees every unit's name
	own     []org.UnitID
	funnels []funnel
	silent  funnel
	spoken  []unitSpoken
	said    cases.Spoken // of all units
	helped  []unitHelped
	shelved []unitCount
	putOff  int // of all units
	waited  waited
	units   []unitDays
	sample  cases.Audit // the newest, if there is one
	nav     []web.Link
}

// waited is how long residents waited for answers.
type waited struct {
	n          int
	half, most int   // hours within which half and 90 of 100 had theirs
	bins       []int // by web.DayEnds
}

func waitedOf(h rates.Histogram) waited {
	q := h.Quantiles(50, 90)
	return waited{h.N(), q[0], q[1], h.Binned(web.DayEnds)}
}

// unitDays is how long they waited for those of a unit.
type unitDays struct {
	dot
	waited
}

// unitCount is how many cases of a unit are put off.
type unitCount struct {
	dot
	n int
}

// period is the days a page is about.
func (b *Board) period(r *http.Request, days []int) (cases.Period, int) {
	n, err := strconv.Atoi(r.URL.Query().Get("days"))
	if err != nil || !slices.Contains(days, n) {
		n = days[0]
	}
	now := b.Now()
	return cases.Period{From: now.AddDate(0, 0, -n), To: now, Now: now}, n
}

// rates is what the pages of rates show. To compare takes longer than to show
// it: all who may see the same share it for a moment, until something changes.
func (b *Board) rates(ctx context.Context, r *http.Request) (ratesView, error) {
	by := access.From(ctx)
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return ratesView{}, err
	}
	p, days := b.period(r, rateDays)
	a := recent.Asked{
		Key: fmt.Sprint(web.Lang(ctx), days, by.Scope(), by.Down, b.Cases.Changes()), At: []time.Time{p.Now}, Fresh: 2 * time.Second, Keep: 10 * time.Second,
	}
	return b.compared.Get(ctx, a, func(ctx context.Context) (ratesView, error) { return b.compare(ctx, by, p, days) })
}

func (b *Board) compare(ctx context.Context, by access.Actor, p cases.Period, days int) (v ratesView, err error) {
	v.days = days
	if v.city, err = b.Org.City(ctx); err != nil {
		return v, err
	}
	m, err := b.Cases.Measures(ctx, by, p)
	if err != nil {
		return v, err
	}
	f, err := b.Cases.Figures(ctx, access.System(), p)
	if err != nil {
		return v, err
	}
	samples, err := b.Cases.Audits(ctx, 1)
	if err != nil {
		return v, err
	}
	if len(samples) > 0 {
		v.sample = samples[0]
	}
	v.all, v.own = by.Scope().All, by.Down
	for _, name := range cases.RateNames {
		v.funnels = append(v.funnels, v.funnel(ctx, name, m))
	}
	v.silent = v.unconfirmed(ctx, f)
	if err := v.echoes(ctx, b.Cases, by, p); err != nil {
		return v, err
	}
	v.putOff = f.Shelved
	for _, u := range f.ByUnit {
		if d := v.dot(ctx, u.Unit); u.Shelved > 0 && !d.notShown {
			v.shelved = append(v.shelved, unitCount{d, u.Shelved})
		}
	}
	slices.SortFunc(v.shelved, func(a, b unitCount) int { return cmp.Compare(a.name, b.name) })
	all := rates.Histogram{}
	for unit, h := range m.Waited {
		for hours, n := range h {
			all[hours] += n
		}
		if d := v.dot(ctx, unit); !d.notShown && unit != "" {
			v.units = append(v.units, unitDays{d, waitedOf(h)})
		}
	}
	v.waited = waitedOf(all)
	slices.SortFunc(v.units, func(a, b unitDays) int { return cmp.Compare(a.name, b.name) })
	return v, nil
}

// dot is a unit as the reader may see it.
func (v ratesView) dot(ctx context.Context, unit org.UnitID) dot {
	d := dot{unit: unit, own: slices.Contains(v.own, unit)}
	d.notShown = !v.all && !d.own
	if !d.notShown {
		d.name = v.city.UnitName(unit, web.Lang(ctx))
	}
	return d
}

// funnel compares the units in one rate, by cases that are alike.
func (v ratesView) funnel(ctx context.Context, name string, m cases.Measures) funnel {
	f := funnel{name: name}
	left := map[org.UnitID]cases.Ratio{}
	type key struct {
		unit org.UnitID
		cases.Stratum
	}
	minus := map[key]cases.Ratio{}
	for _, n := range m.Excluded {
		r := *n.Rates.RateOf(name)
		minus[key{n.Unit, n.Stratum}] = r
		left[n.Unit] = cases.Ratio{Of: left[n.Unit].Of + r.Of, Count: left[n.Unit].Count + r.Count}
	}
	var cells []rates.Cell
	sums := map[org.UnitID]cases.Ratio{}
	for _, n := range m.Strata {
		r := *n.Rates.RateOf(name)
		f.with.Of += r.Of
		f.with.Count += r.Count
		out := minus[key{n.Unit, n.Stratum}]
		r.Of -= out.Of
		r.Count -= out.Count
		f.total.Of += r.Of
		f.total.Count += r.Count
		if n.Unit == "" || r.Of == 0 {
			continue
		}
		sums[n.Unit] = cases.Ratio{Of: sums[n.Unit].Of + r.Of, Count: sums[n.Unit].Count + r.Count}
		cells = append(cells, rates.Cell{Group: string(n.Unit), Strata: v.ladder(n.Stratum), N: r.Of, Count: r.Count})
	}
	standings := rates.Standardise(cells, leastAlike)
	var z []float64
	for unit, r := range sums {
		d := v.dot(ctx, unit)
		d.r, d.all = r, cases.Ratio{Of: r.Of + left[unit].Of, Count: r.Count + left[unit].Count}
		d.standing = standings[string(unit)]
		d.compare(f.total.Share())
		if t := f.total.Share(); d.compared && t > 0 && t < 1 {
			z = append(z, (d.rate-t)/math.Sqrt(t*(1-t)/d.size))
		}
		f.dots = append(f.dots, d)
	}
	f.spread = rates.Spread(z)
	slices.SortFunc(f.dots, func(a, b dot) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.size, b.size)) })
	f.plot = f.placed()
	return f
}

// compare says where the dot stands.
func (d *dot) compare(target float64) {
	d.rate, d.size, d.band = d.r.Share(), float64(d.r.Of), inside
	s := d.standing
	if s.N == 0 || target <= 0 || target >= 1 {
		return
	}
	d.compared, d.ratio = true, s.Interval()
	d.rate, d.size = s.Adjusted(target), s.Size(target)
	d.above = d.rate > target
	low, high := rates.Tails(target, d.size, d.rate)
	switch tail := min(low, high); {
	case tail < 0.001:
		d.band = far
	case tail < 0.025:
		d.band = outside
	}
}

// ladder is what the cases are like, the finest first: category, urgency and
// door; category and urgency; category; the categories above; all.
func (v ratesView) ladder(s cases.Stratum) []string {
	const levels = 7 // categories have up to three levels
	category, urgency := string(s.Category), strconv.Itoa(int(s.Urgency))
	list := []string{category + "|" + urgency + "|" + s.Channel, category + "|" + urgency, category}
	for c, ok := v.city.Catalogue.Category(s.Category); ok && c.Parent != "" && len(list) < levels-1; c, ok = v.city.Catalogue.Category(c.Parent) {
		list = append(list, string(c.Parent))
	}
	for len(list) < levels-1 { // all of one length
		list = append(list, list[len(list)-1])
	}
	return append(list, "")
}

// unconfirmed is who said nothing, by unit: apart from the rates, and not
// compared by kind of case.
func (v ratesView) unconfirmed(ctx context.Context, figures cases.Figures) funnel {
	f := funnel{name: "silent", total: figures.Rates.Silent}
	for _, u := range figures.ByUnit {
		if d := v.dot(ctx, u.Unit); u.Rates.Silent.Known() && !d.notShown {
			d.r, d.rate, d.size = u.Rates.Silent, u.Rates.Silent.Share(), float64(u.Rates.Silent.Of)
			f.dots = append(f.dots, d)
		}
	}
	slices.SortFunc(f.dots, func(a, b dot) int { return cmp.Compare(a.name, b.name) })
	return f
}

// named are the dots that the reader may know the unit of.
func (f funnel) named() []dot {
	return slices.DeleteFunc(slices.Clone(f.dots), func(d dot) bool { return d.notShown })
}

func (b *Board) ratesPage(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.rates(ctx, r)
	if err != nil {
		return err
	}
	v.page = b.frame(ctx, "rates.title", "/work/rates")
	v.nav = b.links(ctx, "/work/rates")
	return web.Render(ctx, w, http.StatusOK, ratesPage(v))
}

// frame is the frame of a page of comparisons.
func (b *Board) frame(ctx context.Context, title, at string) web.Page {
	p := b.Frame(ctx, web.T(ctx, title), at)
	p.Class, p.More = "rates-page", "board"
	return p
}

// links are the pages of comparisons that the reader may see.
func (b *Board) links(ctx context.Context, at string) (list []web.Link) {
	by := access.From(ctx)
	city := access.Resource{Type: access.CityType}
	board, records, audit := by.Can(access.BoardRead, city) == nil, by.Can(access.RecordsRead, city) == nil, by.Can(access.CaseAudit, city) == nil
	for _, each := range []struct {
		may       bool
		href, key string
	}{
		{board, "/work/board", "board.title"},
		{board, "/work/trends", "trends.title"},
		{board, "/work/rates", "rates.title"},
		{board && (records || len(by.Down) > 0), "/work/rates/what-if", "whatif.title"},
		{board && (records || len(by.Down) > 0), "/work/exclusions", "exclusions.title"},
		{audit || records, "/work/audit", "audit.title"},
		{records, "/work/patterns", "patterns.title"},
		{board, "/work/models", "model.title"},
	} {
		if each.may {
			list = append(list, web.Link{Href: each.href, Text: web.T(ctx, each.key), Current: each.href == at})
		}
	}
	return list
}

// ratesTable gives what a plot shows as CSV.
func (b *Board) ratesTable(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.rates(ctx, r)
	if err != nil {
		return err
	}
	return web.Table(w, r, "-"+strconv.Itoa(v.days)+"-"+b.Now().Format("20060102"), func(name string) [][]string { return v.rows(ctx, name) })
}

func (v ratesView) rows(ctx context.Context, name string) [][]string {
	n, dec := strconv.Itoa, func(x float64) string {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return ""
		}
		return strconv.FormatFloat(x, 'f', 4, 64)
	}
	heads := func(keys ...string) []string {
		list := make([]string, len(keys))
		for i, k := range keys {
			list[i] = web.T(ctx, k)
		}
		return list
	}
	switch name {
	case "calls":
		rows := [][]string{heads("rates.unit", "spoken.rung", "spoken.reached", "spoken.uncontacted", "rates.of", "rates.low", "rates.high", "spoken.solved", "rates.of", "rates.low", "rates.high", "spoken.unsure")}
		for _, u := range v.spoken {
			not, solved := rates.Wilson(u.n.Uncontacted.Count, u.n.Uncontacted.Of), rates.Wilson(u.n.Solved.Count, u.n.Solved.Of)
			rows = append(rows, []string{
				u.name, n(u.n.Reached.Of), n(u.n.Reached.Count), n(u.n.Uncontacted.Count), n(u.n.Uncontacted.Of), dec(not.Low), dec(not.High),
				n(u.n.Solved.Count), n(u.n.Solved.Of), dec(solved.Low), dec(solved.High), n(u.n.Unsure),
			})
		}
		return rows
	case "help":
		rows := [][]string{heads("rates.unit", "helped.ratings", "helped.mean")}
		for _, u := range v.helped {
			rows = append(rows, []string{u.name, n(u.n.Ratings), dec(u.n.Mean())})
		}
		return rows
	case "days":
		rows := [][]string{heads("rates.days", "rates.people")}
		for i, count := range v.waited.bins {
			rows = append(rows, []string{web.DayBin(ctx, i), n(count)})
		}
		return rows
	case "shelved":
		rows := [][]string{heads("rates.unit", "rates.count")}
		for _, u := range v.shelved {
			rows = append(rows, []string{u.name, n(u.n)})
		}
		return rows
	case "unconfirmed":
		rows := [][]string{heads("rates.unit", "rates.count", "rates.of", "rates.rate", "rates.low", "rates.high")}
		for _, d := range v.silent.dots {
			i := rates.Wilson(d.r.Count, d.r.Of)
			rows = append(rows, []string{d.name, n(d.r.Count), n(d.r.Of), dec(d.r.Share()), dec(i.Low), dec(i.High)})
		}
		return rows
	}
	i := slices.IndexFunc(v.funnels, func(f funnel) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	f := v.funnels[i]
	rows := [][]string{heads("rates.unit", "rates.count", "rates.of", "rates.rate", "rates.low", "rates.high", "rates.with_count", "rates.with_of",
		"rates.expected", "rates.ratio", "rates.ratio_low", "rates.ratio_high", "rates.adjusted", "rates.size", "rates.low_95", "rates.high_95", "rates.low_998", "rates.high_998", "rates.band")}
	for _, d := range f.named() {
		i := rates.Wilson(d.r.Count, d.r.Of)
		row := []string{d.name, n(d.r.Count), n(d.r.Of), dec(d.r.Share()), dec(i.Low), dec(i.High), n(d.all.Count), n(d.all.Of)}
		if d.compared {
			limit95, limit998 := rates.Limits(f.total.Share(), d.size, 0.95), rates.Limits(f.total.Share(), d.size, 0.998)
			row = append(row, dec(d.standing.Expected), dec(d.standing.Ratio()), dec(d.ratio.Low), dec(d.ratio.High), dec(d.rate), dec(d.size),
				dec(limit95.Low), dec(limit95.High), dec(limit998.Low), dec(limit998.High), d.says(ctx))
		} else {
			row = append(row, "", "", "", "", "", "", "", "", "", "", d.says(ctx))
		}
		rows = append(rows, row)
	}
	return rows
}

// says tells in words where a unit stands.
func (d dot) says(ctx context.Context) string {
	switch {
	case !d.compared:
		return web.T(ctx, "rates.alone")
	case d.band == inside:
		return web.T(ctx, "rates.inside")
	case d.above:
		return web.T(ctx, "rates."+d.band+"_above")
	}
	return web.T(ctx, "rates."+d.band+"_below")
}
