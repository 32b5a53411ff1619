package app_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/flow"
)

// What many speak of is found with place and words, and nobody's name or
// number; reports of wrongdoing are left out, and who sees a part of the cases
// does not see the whole.
func TestTopics(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		supervisor := c.As("supervisor")
		for i := range 6 {
			c.Somebody().Say(fmt.Sprintf("锦绣花园小区从昨晚开始停水，第%d栋都没有水，请尽快恢复供水。我的电话1391234567%d。", i+1, i), "area", "lianhu-hubin")
			c.Somebody().Say(fmt.Sprintf("我举报市场科王某收受贿赂，第%d次举报，请查处受贿行为。", i+1), "kind", "report")
		}
		c.Somebody().Say("建议图书馆周末延长开放时间。")
		c.Settle()
		if err := c.App.Insight.Find(context.Background(), flow.FindTopics{}); err != nil {
			t.Fatal(err)
		}
		page := supervisor.Get("/work/topics").Shows(t, "停水", "6 人", "锦绣花园", "立为每月一题")
		page.Hides(t, "1391234567", "受贿", "图书馆")
		c.As("leader").Get("/work/topics").Shows(t, "停水")
		for _, who := range []string{"handler", "unit_leader", "clerk"} {
			if page := c.As(who).Get("/work/topics"); page.Status != http.StatusForbidden {
				t.Errorf("a %s sees what the whole city says: %d", who, page.Status)
			}
		}
	})
}
