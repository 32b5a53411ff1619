package app_test

import (
	"net/http"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
)

// How work runs is drawn from the cases' own history, compared with the plan,
// and says nobody's words; who may not see a board does not see it.
func TestProcess(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		c.Somebody().Say("小区门口路面坑洼，有个大坑。", "area", "lianhu-hubin")
		c.Settle()
		dispatcher, handler := c.As("dispatcher"), c.As("handler")
		at := dispatcher.Case("dispatch", "大坑")
		dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
		handler.Do(at, "return", "reason", "这段路由公路养护科管。", "proposed", "tr-roads")
		dispatcher.Do(at, "rule", "ruling", "refuse", "reason", "按目录由你单位主办。")
		handler.Do(at, "accept")

		page := dispatcher.Get("/work/process?days=7&detail=100").Shows(t, "受理", "派单", "退单", "不准退单", "接单", "0/1 件全程合规", "派单 → 退单", "退单 → 不准退单", "不准退单 → 接单", strings.TrimPrefix(at, "/work/cases/"))
		page.Hides(t, "大坑", "这段路由")
		if strings.Count(page.Body, "<svg") < 2 || strings.Contains(page.Body, "<svg style") {
			t.Error("there is no drawing, or one that the page's policy refuses")
		}
		if file := dispatcher.Get("/work/process.csv?days=7"); !strings.Contains(file.Body, "受理,派单,1,") {
			t.Errorf("the file: %s", file.Body)
		}
		dispatcher.Get("/work/process?days=7&unit=water-company").Shows(t, "没有这样的办件")
		english := c.As("dispatcher")
		english.Lang = "en"
		english.Get("/work/process?days=7").Shows(t, "return refused")
		if page := handler.Get("/work/process"); page.Status != http.StatusForbidden {
			t.Errorf("a handler sees the whole: %d", page.Status)
		}
	})
}
