package workbench

import (
	"context"
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
	for _, a := range city.Areas {
		if a.Level == org.LevelStreet && !hasArea(n, a.ID) {
			v.list = append(v.list, insight.Count[org.AreaID]{ID: a.ID})
		}
	}
	return v
}

func hasArea(list []insight.Count[org.AreaID], id org.AreaID) bool {
	for _, c := range list {
		if c.ID == id {
			return true
		}
	}
	return false
}

func (v mapView) most() (most int) {
	for _, s := range v.list {
		most = max(most, s.N)
	}
	return most
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
