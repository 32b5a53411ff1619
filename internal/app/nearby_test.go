package app_test

import (
	"context"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/flow"
)

// Words nearly the same are found though they were put under another street
// and another category; what everybody may not know of is not.
func TestNearbyByWords(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		const lamp = "人民路和建设路路口的路灯三天不亮了，晚上走路很危险，请尽快派人来修。"
		c.Somebody().Say(lamp, "area", "lianhu-hubin")
		c.Somebody().Say("我们科的李科长收了施工队的红包，放过了不合格的工程，请严肃查处。", "kind", "report")
		c.Settle()
		ask := func(text string) []flow.Nearby {
			t.Helper()
			found, err := c.App.Requests.Nearby(context.Background(), access.Actor{}, flow.Asking{Text: text, Category: "noise-factory", Area: "yunling"})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		if found := ask("您好，人民路建设路路口的路灯三天不亮了，晚上走路很危险，尽快派人来修，谢谢"); len(found) != 1 || found[0].Case.Category != "roads-streetlight" {
			t.Errorf("%+v", found)
		}
		if found := ask("李科长收了施工队的红包，放过了不合格的工程，请严肃查处"); len(found) != 0 {
			t.Errorf("a report of wrongdoing is shown: %+v", found)
		}
	})
}
