package workbench

import (
	"context"
	"slices"
	"strconv"

	"yiwang/internal/city/access"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// insightPages are the pages of what the messages say together.
var insightPages = []stop{
	{"/work/topics", "topic.title"},
	{"/work/associations", "assoc.title"},
	{"/work/answers", "reading.title"},
	{"/work/process", "process.title"},
}

// seesInsight reports whether who looks may see what the whole city says; how
// work runs, who sees a board may see as well.
func seesInsight(ctx context.Context) bool {
	return access.From(ctx).Can(access.InsightRead, access.Resource{Type: access.CityType}) == nil
}

// A mapView is how many there are in each street.
type mapView struct {
	title  string
	city   org.City
	shapes web.StreetMap
	list   []insight.Count[org.AreaID]
}

// byStreets gives all streets the city draws, those with the most first.
func byStreets(city org.City, title string, n []insight.Count[org.AreaID]) mapView {
	v := mapView{title: title, city: city, shapes: web.Streets(city.Directory), list: n}
	for _, a := range city.Streets() {
		if !slices.ContainsFunc(n, func(c insight.Count[org.AreaID]) bool { return c.ID == a.ID }) {
			v.list = append(v.list, insight.Count[org.AreaID]{ID: a.ID})
		}
	}
	return v
}

func (v mapView) marks(ctx context.Context) (list []web.StreetMark) {
	most := 0
	for _, s := range v.list {
		most = max(most, s.N)
	}
	for _, s := range v.list {
		list = append(list, web.StreetMark{ID: s.ID, Name: v.name(ctx, s.ID), Said: strconv.Itoa(s.N), Shade: web.Shade(s.N, most)})
	}
	return list
}

func (v mapView) name(ctx context.Context, id org.AreaID) string {
	return areaLabel(v.city, id, web.Lang(ctx), web.T(ctx, "topic.no_area"))
}

type dayBar struct{ x, y, height string }

func barsOf(by []int) (list []dayBar) {
	top := 1
	for _, n := range by {
		top = max(top, n)
	}
	for i, n := range by {
		h := 30 * n / top
		list = append(list, dayBar{x: strconv.Itoa(i * 10), y: strconv.Itoa(30 - h), height: strconv.Itoa(h)})
	}
	return list
}
