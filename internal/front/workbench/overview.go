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
	now := b.Now()
	days, err := strconv.Atoi(r.URL.Query().Get("days"))
	if err != nil || !slices.Contains([]int{1, 7, 30, 365}, days) {
		days = 7
	}
	v := overviewView{page: b.page(ctx, web.T(ctx, "work.nav_overview"), "/work/overview"), days: days}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	from := now.AddDate(0, 0, -days)
	if days == 1 {
		y, m, d := now.In(v.city.Calendar.Location()).Date()
		from = time.Date(y, m, d, 0, 0, 0, 0, v.city.Calendar.Location())
	}
	if v.f, err = b.Cases.Figures(ctx, by, cases.Period{From: from, To: now, Now: now}); err != nil {
		return err
	}
	found, err := b.Cases.List(ctx, by, cases.Filter{LateAt: now, Order: cases.ByRisk, Limit: 15})
	if err != nil {
		return err
	}
	for _, c := range found {
		v.late = append(v.late, b.row(ctx, v.city, c, now))
	}
	v.areas = byStreet(ctx, v.city.Directory, v.f.ByArea)
	if v.taken.all, v.taken.accepted, err = b.Triage.Accuracy(ctx, by, days); err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, overviewPage(v))
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
