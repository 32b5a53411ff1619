package workbench

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

type overviewView struct {
	page  web.Page
	city  org.City
	days  int
	f     cases.Figures
	late  []row
	areas []areaLine
	taken struct{ all, accepted int }
}

type areaLine struct {
	name string
	n    cases.OpenLate
}

// overview shows a leader what is late and where, with counts and rates.
func (b *Workbench) overview(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	v, err := b.counted(r)
	if err != nil {
		return err
	}
	v.page = b.page(ctx, web.T(ctx, "work.nav_overview"), "/work/overview")
	now := b.Now()
	found, err := b.Cases.List(ctx, by, cases.Filter{LateAt: now, Order: cases.ByRisk, Limit: 15})
	if err != nil {
		return err
	}
	for _, c := range found {
		v.late = append(v.late, b.row(ctx, v.city, c, now))
	}
	if v.taken.all, v.taken.accepted, err = b.Triage.Accuracy(ctx, by, v.days); err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, overviewPage(v))
}

// overviewTable gives a table of the overview as CSV.
func (b *Workbench) overviewTable(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v, err := b.counted(r)
	if err != nil {
		return err
	}
	return web.Table(w, r, "-"+strconv.Itoa(v.days)+"-"+b.Now().Format("20060102"), func(name string) [][]string { return v.rows(ctx, name) })
}

// counted is what the overview counts, without its lists.
func (b *Workbench) counted(r *http.Request) (v overviewView, err error) {
	ctx, now := r.Context(), b.Now()
	v.days, err = strconv.Atoi(r.URL.Query().Get("days"))
	if err != nil || !slices.Contains([]int{1, 7, 30, 365}, v.days) {
		v.days = 7
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return v, err
	}
	from := now.AddDate(0, 0, -v.days)
	if v.days == 1 {
		y, m, d := now.In(v.city.Calendar.Location()).Date()
		from = time.Date(y, m, d, 0, 0, 0, 0, v.city.Calendar.Location())
	}
	v.f, err = b.Cases.Figures(ctx, access.From(ctx), cases.Period{From: from, To: now, Now: now})
	v.areas = byStreet(ctx, v.city.Directory, v.f.ByArea)
	return v, err
}

func (v overviewView) rows(ctx context.Context, name string) [][]string {
	n := strconv.Itoa
	switch name {
	case "waits":
		rows := [][]string{{web.T(ctx, "overview.who"), web.T(ctx, "overview.cases")}}
		for _, who := range cases.Waiters {
			rows = append(rows, []string{web.T(ctx, "waiting_for."+string(who)), n(v.f.ByWaits[who])})
		}
		return rows
	case "areas":
		rows := [][]string{{web.T(ctx, "case.area"), web.T(ctx, "overview.open"), web.T(ctx, "overview.late")}}
		for _, a := range v.areas {
			rows = append(rows, []string{a.name, n(a.n.Open), n(a.n.Late)})
		}
		return rows
	case "units":
		head := []string{web.T(ctx, "case.unit"), web.T(ctx, "overview.open"), web.T(ctx, "overview.late"), web.T(ctx, "overview.shelved")}
		for _, name := range cases.RateNames {
			head = append(head, web.T(ctx, "rate."+name), web.T(ctx, "overview.out_of"), web.T(ctx, "overview.left_out"), web.T(ctx, "overview.out_of"))
		}
		rows := [][]string{head}
		for _, u := range v.f.ByUnit {
			row := []string{v.city.UnitName(u.Unit, web.Lang(ctx)), n(u.Open), n(u.Late), n(u.Shelved)}
			for _, name := range cases.RateNames {
				out := *u.Excluded.RateOf(name)
				without, _ := ruledOut(u.Rates, u.Excluded, name)
				row = append(row, n(without.Count), n(without.Of), n(out.Count), n(out.Of))
			}
			rows = append(rows, row)
		}
		return rows
	}
	return nil
}

// byStreet lists the streets, those with the most that is late first.
func byStreet(ctx context.Context, d *org.Directory, by map[org.AreaID]cases.OpenLate) []areaLine {
	sums := cases.ByStreet(d, by)
	var list []areaLine
	for _, a := range d.Streets() {
		list = append(list, areaLine{a.Name.In(web.Lang(ctx)), sums[a.ID]})
	}
	if n := sums[""]; n.Open > 0 {
		list = append(list, areaLine{web.T(ctx, "topic.no_area"), n})
	}
	slices.SortStableFunc(list, func(a, b areaLine) int { return b.n.Late - a.n.Late })
	return list
}
