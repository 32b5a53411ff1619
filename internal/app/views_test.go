package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
)

// A queue narrowed by what its address says stays so when it is narrowed
// further, and is kept under a name that only who kept it sees.
func TestViews(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		dispatcher, supervisor := c.As("dispatcher"), c.As("supervisor")
		const narrowed = "/work/queue?view=all&category=roads-streetlight&unit=um-facilities"
		page := dispatcher.Get(narrowed)
		for _, want := range []string{`<option value="roads-streetlight" selected`, `<option value="um-facilities" selected`} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the form forgets %s", want)
			}
		}
		above := dispatcher.Get("/work/queue?view=all&category=roads") // others stand under it
		if !strings.Contains(above.Body, `<option value="roads" selected`) {
			t.Error("the form forgets a category with others under it")
		}
		query := page.Field("query")
		keep := func(name string) apptest.Page {
			return dispatcher.Post("/work/queue", url.Values{"query": {query}, "view_name": {name}})
		}
		for _, name := range []string{"", " \u3000 ", strings.Repeat("长", 31)} {
			if page := keep(name); page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Body, `<option value="roads-streetlight" selected`) {
				t.Errorf("%q: %d", name, page.Status)
			}
		}
		for range 2 { // one name is one view
			page = keep("路灯 <设施科>")
		}
		page.Shows(t, "我的视图", "路灯 <设施科>")
		if n := strings.Count(page.Body, `name="remove"`); n != 1 {
			t.Errorf("kept %d times", n)
		}
		if at := page.Path; !strings.Contains(at, "category=roads-streetlight") || !strings.Contains(at, "unit=um-facilities") {
			t.Errorf("kept, and on %s", at)
		}
		supervisor.Get("/work/queue").Hides(t, "我的视图", "设施科&gt;")
		supervisor.Post("/work/queue", url.Values{"query": {"view=all"}, "remove": {"路灯 <设施科>"}})
		dispatcher.Get("/work/queue").Shows(t, "路灯 <设施科>")
		dispatcher.Post("/work/queue", url.Values{"query": {"view=all"}, "remove": {"路灯 <设施科>"}}).Hides(t, "我的视图")
	})
}
