package workbench

import (
	"net/http"
	"strconv"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// topicCasesShown is how many of a topic's cases its card links to.
const topicCasesShown = 12

type topicsView struct {
	page web.Page
	city org.City
	d    insight.Digest
	give bool
}

// topics shows what many speak of.
func (b *Workbench) topics(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := topicsView{page: b.page(ctx, web.T(ctx, "topic.title"), "/work/board"), give: by.Can(access.OrderGive, access.Resource{Type: access.CityType}) == nil}
	var err error
	if v.d, err = b.Insight.Digest(ctx, by); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, topicsPage(v))
}

func dayBars(by []int) (list []bar) {
	top := 1
	for _, n := range by {
		top = max(top, n)
	}
	for i, n := range by {
		h := 30 * n / top
		list = append(list, bar{x: strconv.Itoa(i * 10), y: strconv.Itoa(30 - h), height: strconv.Itoa(h)})
	}
	return list
}

type bar struct{ x, y, height string }
