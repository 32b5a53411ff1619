package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
)

// A return is refused, disputed, convened and ruled on, by people at their
// pages; the ruling is found, stands beside the next case, and becomes a duty.
func TestRuling(t *testing.T) {
	c := apptest.SQLite(t, apptest.Options{})
	page := c.Somebody().Say("湖滨路菜市场门口路面坑洼，树根把人行道顶起来了。", "area", "lianhu-hubin")
	c.Settle()
	dispatcher, handler, supervisor := c.As("dispatcher"), c.As("handler"), c.As("supervisor")
	at := dispatcher.Case("dispatch", "树根")
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
	handler.Do(at, "return", "reason", "树归园林。", "proposed", "parks")
	handler.Get(at).Hides(t, "对决定提出异议")
	dispatcher.Do(at, "rule", "ruling", "refuse", "reason", "路面归你们。")
	handler.Get(at).Shows(t, "对决定提出异议")
	if refused := handler.Do(at, "dispute", "reason", "", "proposed", "parks"); refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("a dispute without a reason: %d", refused.Status)
	}
	handler.Do(at, "dispute", "reason", "树根是园林的。", "proposed", "parks")
	c.Somebody().Get(page).Shows(t, "工作照常")
	handler.Do(at, "accept") // what is urgent goes on
	c.Settle()
	supervisor.Get("/work/notices").Shows(t, "有争议要会商")
	if at != dispatcher.Case("convene", "树根") {
		t.Error("another case is to be convened")
	}
	dispatcher.Do(at, "convene", "unit", "um-facilities", "helpers", "parks", "minutes", "现场看过，树根在人行道下。")
	handler.Get(at).Shows(t, "现场看过，树根在人行道下。")
	supervisor.Case("rule", "树根")
	if refused := supervisor.Do(at, "decide", "unit", "um-facilities", "matter", "树根顶起人行道", "reason", "是"); refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("a ruling that cites nothing: %d", refused.Status)
	}
	if refused := dispatcher.Do(at, "decide", "unit", "um-facilities", "matter", "树根", "reason", "是", "duty", "d-roads-pothole"); refused.Status != http.StatusForbidden {
		t.Errorf("a dispatcher rules: %d", refused.Status)
	}
	supervisor.Do(at, "decide", "unit", "um-facilities", "helpers", "parks", "matter", "树根顶起人行道", "reason", "人行道由市政设施科管养。", "duty", "d-roads-pothole")
	c.Somebody().Get(page).Shows(t, "裁定由市政设施科办理")

	handler.Get("/work/rulings?q="+url.QueryEscape("树根")).Shows(t, "树根顶起人行道，归市政设施科")
	handler.Get("/work/rulings?q="+url.QueryEscape("路灯")).Hides(t, "树根顶起人行道")
	c.Somebody().Say("学校门口的树根顶起人行道，孩子老绊倒，路面坑洼。", "area", "lianhu-hubin")
	c.Settle()
	next := dispatcher.Get(dispatcher.Case("dispatch", "学校门口")).Shows(t, "类似的事怎么定的", "树根顶起人行道")
	_, link, _ := strings.Cut(next.Body, `href="/work/rulings/`)
	link, _, _ = strings.Cut(link, `"`)
	ruling := "/work/rulings/" + link
	dispatcher.Get(ruling).Shows(t, "人行道由市政设施科管养。").Hides(t, "写进派单目录")
	supervisor.Get(ruling).Shows(t, "写进派单目录")
	supervisor.Post(ruling, nil)
	admin := c.As("administrator")
	admin.Get("/work/admin/duties").Shows(t, "由裁定提出的修改", "树根顶起人行道")
	form := admin.Get("/work/admin/duties/d-roads-pothole?draft=" + link)
	if form.Field("draft") != link || !strings.Contains(form.Body, `value="parks" selected`) {
		t.Error("the draft is not in the form")
	}
	admin.Post("/work/admin/duties/d-roads-pothole", url.Values{
		"version": {form.Field("version")}, "draft": {link}, "unit": {"um-facilities"}, "helpers": {"parks"}, "accept": {"4wh"}, "resolve": {"7d"}, "from": {form.Field("from")},
	})
	admin.Get("/work/admin/duties").Hides(t, "由裁定提出的修改").Shows(t, "+ 区园林绿化中心")
}
