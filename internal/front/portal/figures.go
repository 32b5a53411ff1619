package portal

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/algo/cells"
	"yiwang/internal/base/recent"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// figureDays is how far back the public figures go.
const figureDays = 30

// A district is the honest numbers of one.
type district struct {
	days        []string // the last of them is today
	week, month cases.Figures
	pulse       cases.Pulse
	measures    cases.Measures
}

// district is what figures show, a minute old.
func (p *Portal) district(ctx context.Context) (district, error) {
	a := recent.Asked{At: []time.Time{p.Now()}, Fresh: time.Minute, Keep: 5 * time.Minute}
	return p.figures.Get(ctx, a, p.countDistrict)
}

func (p *Portal) countDistrict(ctx context.Context) (district, error) {
	now := p.Now()
	city, err := p.Org.City(ctx)
	if err != nil {
		return district{}, err
	}
	var d district
	y, m, day := now.In(city.Calendar.Location()).Date()
	from := time.Date(y, m, day-figureDays+1, 0, 0, 0, 0, city.Calendar.Location())
	for i := range figureDays {
		d.days = append(d.days, city.Day(from.AddDate(0, 0, i)))
	}
	if d.week, err = p.Cases.Figures(ctx, access.System(), cases.Period{From: now.AddDate(0, 0, -7), To: now, Now: now}); err != nil {
		return d, err
	}
	if d.month, err = p.Cases.Figures(ctx, access.System(), cases.Period{From: from, To: now, Now: now}); err != nil {
		return d, err
	}
	if d.pulse, err = p.Cases.Pulse(ctx, access.System(), cases.PulseSpan{From: from, Step: 24 * time.Hour, Steps: figureDays, Usual: from}); err != nil {
		return d, err
	}
	if d.measures, err = p.Cases.Measures(ctx, access.System(), cases.Period{From: from, To: now, Now: now}); err != nil {
		return d, err
	}
	return d, nil
}

// A figuresView is the district in figures, for everybody. No count that is
// smaller than the city's smallest cell is shown.
type figuresView struct {
	district
	city   org.City
	counts flow.Counts
}

// A figuresRow is a line of a table of figures.
type figuresRow struct {
	name string
	href string
	n    []int
	// unsaid are those of n that are not said, and 0.
	unsaid []bool
	// within is the 95 % interval of a rate, "" for a count.
	within string
}

func (p *Portal) figuresOf(ctx context.Context) (v figuresView, err error) {
	if v.district, err = p.district(ctx); err != nil {
		return v, err
	}
	if v.city, err = p.Org.City(ctx); err != nil {
		return v, err
	}
	v.counts, err = p.publicCounts(ctx)
	return v, err
}

func (p *Portal) figuresPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.figuresOf(r.Context())
	if err != nil {
		return err
	}
	return web.Render(r.Context(), w, http.StatusOK, figuresPage(v))
}

// figuresTable gives one of the tables as CSV.
func (p *Portal) figuresTable(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := p.figuresOf(ctx)
	if err != nil {
		return err
	}
	return web.Table(w, r, "-"+v.days[len(v.days)-1], func(name string) [][]string { return v.rows(ctx, name) })
}

func (v figuresView) rows(ctx context.Context, name string) [][]string {
	heads, list := v.of(ctx, name)
	if heads == nil {
		return nil
	}
	rows := [][]string{heads}
	for _, each := range list {
		row := []string{each.name}
		for i := range each.n {
			row = append(row, each.said(ctx, i))
		}
		if name == "rates" {
			row = append(row, each.within)
		}
		rows = append(rows, row)
	}
	return rows
}

// of is one of the tables of the page.
func (v figuresView) of(ctx context.Context, name string) (heads []string, rows []figuresRow) {
	if heads, rows = v.table(ctx, name); heads == nil {
		heads, rows = v.accounts(ctx, name)
	}
	v.hide(rows, name != "rates") // what rates are of is no sum
	return heads, rows
}

// hide takes out of rows the figures that are too small to be shown and,
// where the columns have totals that are said elsewhere, those that such would
// follow from.
func (v figuresView) hide(rows []figuresRow, sums bool) {
	if len(rows) == 0 || rows[0].unsaid != nil {
		return
	}
	for i := range rows {
		rows[i].unsaid = make([]bool, len(rows[i].n))
	}
	for j := range rows[0].n {
		n, hidden := make([]int, len(rows)+1), make([]bool, len(rows)+1)
		total := cells.Sum{Total: len(rows)}
		for i, r := range rows {
			n[i], hidden[i] = r.n[j], v.small(r.n[j])
			total.Of = append(total.Of, i)
		}
		if sums {
			cells.Complete(n, hidden, []cells.Sum{total}, v.city.Policy.SmallCell)
		}
		for i, r := range rows {
			if r.unsaid[j] = hidden[i]; hidden[i] {
				r.n[j] = 0
			}
		}
	}
}

// said is a figure of the row as it is shown.
func (r figuresRow) said(ctx context.Context, i int) string {
	if r.unsaid[i] {
		return web.T(ctx, "public.unsaid")
	}
	return strconv.Itoa(r.n[i])
}

// table is one of the tables, with its heads; nil if there is none so called.
func (v figuresView) table(ctx context.Context, name string) (heads []string, rows []figuresRow) {
	switch name {
	case "days":
		for i, day := range v.days {
			rows = append(rows, figuresRow{name: day, n: []int{v.pulse.Received[i], v.pulse.Answered[i]}})
		}
		return []string{web.T(ctx, "figures.day"), web.T(ctx, "figures.received"), web.T(ctx, "figures.answered")}, rows
	case "rates":
		r := v.month.Rates
		for _, each := range []struct {
			key string
			cases.Ratio
		}{{"rate.response", r.Response}, {"rate.resolution", r.Resolution}, {"rate.satisfaction", r.Satisfaction}, {"rate.silent", r.Silent}} {
			rows = append(rows, figuresRow{name: web.T(ctx, each.key), n: []int{each.Count, each.Of}, within: v.within(each.Ratio)})
		}
		return []string{web.T(ctx, "figures.rate"), web.T(ctx, "figures.count"), web.T(ctx, "figures.of"), web.T(ctx, "rates.within")}, rows
	case "areas":
		for _, a := range v.city.Areas {
			if a.Level == org.LevelStreet {
				n, shown := v.counts.Street(a.ID, "")
				rows = append(rows, figuresRow{name: a.Name.In(web.Lang(ctx)), href: "/public?area=" + string(a.ID), n: []int{n}, unsaid: []bool{!shown}})
			}
		}
		return []string{web.T(ctx, "portal.area"), web.T(ctx, "public.count", "Days", flow.PublicDays)}, most(rows, len(rows))
	case "categories":
		sums := map[org.CategoryID]int{}
		for _, street := range v.counts.Cell {
			for k, n := range street {
				sums[v.city.Catalogue.Now(k)] += n
			}
		}
		for k, n := range sums {
			rows = append(rows, figuresRow{name: v.city.Catalogue.CategoryName(k, web.Lang(ctx)), href: "/public?category=" + string(k), n: []int{n}})
		}
		return []string{web.T(ctx, "public.category"), web.T(ctx, "public.count", "Days", flow.PublicDays)}, most(rows, 20)
	}
	return nil, nil
}

// most sorts rows by their first figure, the largest first, and keeps so many.
func most(rows []figuresRow, n int) []figuresRow {
	slices.SortFunc(rows, func(a, b figuresRow) int { return cmp.Or(cmp.Compare(b.n[0], a.n[0]), cmp.Compare(a.name, b.name)) })
	return rows[:min(n, len(rows))]
}

// said is a count as it is shown: one that is too small is not.
func (v figuresView) said(n int) string {
	if v.small(n) {
		return "< " + strconv.Itoa(v.city.Policy.SmallCell)
	}
	return strconv.Itoa(n)
}

func (v figuresView) small(n int) bool { return n > 0 && n < v.city.Policy.SmallCell }

// bar is how long a figure's bar is, of 100, beside the largest of its table;
// one that is not said has none.
func bar(n int, rows []figuresRow) string {
	top := 1
	for _, r := range rows {
		top = max(top, r.n[0])
	}
	return strconv.Itoa(n * 100 / top)
}

// share is a rate in words; one of too few is not said.
func (v figuresView) share(ctx context.Context, r cases.Ratio) string {
	if !r.Known() || r.Of < v.city.Policy.SmallCell {
		return web.T(ctx, "rate.unknown")
	}
	return strconv.Itoa(int(r.Share()*100+0.5)) + " %"
}
