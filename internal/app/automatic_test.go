package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
)

// A case of a category that may go by itself goes out without a person, says
// so and why, can be taken back, and can be refused before and after.
func TestByItself(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		admin, dispatcher := c.As("administrator"), c.As("dispatcher")
		const words = "湖滨路18号门口路灯不亮，路灯已经坏了三天，晚上一片漆黑。"
		say := func(fields ...string) (*apptest.Person, string) {
			p := c.Somebody()
			path := p.Say(words, append([]string{"area", "lianhu-hubin"}, fields...)...)
			c.Settle()
			return p, path
		}
		_, path := say()
		c.Somebody().Get(path).Hides(t, "为什么在这里")

		page := admin.Get("/work/admin/automatic")
		page.Shows(t, "路灯不亮")
		set := url.Values{"seen": {page.Field("seen")}, "category": {"roads-streetlight"}, "automatic": {"101"}}
		if page := admin.Post("/work/admin/automatic", set); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("more sure than can be: %d", page.Status)
		}
		set.Set("automatic", "60")
		set.Set("wrong", "1001")
		if page := admin.Post("/work/admin/automatic", set); page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), "1 到 1000") {
			t.Errorf("a wrong dispatch that costs more than a thousand: %d", page.Status)
		}
		set.Set("wrong", "40")
		if page := admin.Post("/work/admin/automatic", set); page.Status != http.StatusOK {
			t.Fatalf("%d %s", page.Status, page.Text())
		}

		admin.Get("/work/admin/automatic").Shows(t, "记录不足")
		if file := admin.Get("/work/admin/tables/categories/file/csv"); !strings.Contains(file.Body, ",60,,40") {
			t.Error("what a wrong dispatch costs is not kept")
		}

		p, path := say()
		story := p.Get(path)
		story.Shows(t, "为什么在这里", "路灯", "程序自动派出", "60%", "请工作人员看一看")
		number := dispatcher.Case("all", words[:30])
		dispatcher.Get(number).Shows(t, "这件是自动派出的", "收回重派", "当时为什么这样派", "程序自动派出")
		dispatcher.Get("/work/automatic").Shows(t, "派出 1 件，抽 1 件，已看 0 件")
		if page := dispatcher.Do(number, "take_back", "reason", ""); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("taken back without a reason: %d", page.Status)
		}
		for _, role := range []string{"clerk", "handler", "auditor", "leader"} {
			if page := c.As(role).Do(number, "take_back", "reason", "我要"); page.Status == http.StatusOK {
				t.Errorf("%s takes it back: %d", role, page.Status)
			}
			if page := c.As(role).Get("/work/automatic"); page.Status != http.StatusForbidden {
				t.Errorf("%s sees the sample: %d", role, page.Status)
			}
		}
		dispatcher.Do(number, "take_back", "reason", "归电力公司").Shows(t, "待派单", "看过，派得不对")
		p.Get(path).Shows(t, "收回了自动派单")
		dispatcher.Get("/work/automatic").Shows(t, "已看 1 件，派得对 0 件")
		if page := dispatcher.Do(number, "take_back", "reason", "再来一次"); page.Status != http.StatusConflict {
			t.Errorf("taken back twice: %d", page.Status)
		}
		dispatcher.Do(number, "dispatch", "unit", "um-facilities", "category", "roads-streetlight")
		p.Get(path).Shows(t, "为什么在这里")

		// Asked for before: a person sends it.
		p, path = say("by_person", "yes")
		p.Get(path).Hides(t, "为什么在这里")
		// Asked for after, before anybody accepted it: back to the dispatchers.
		p, path = say()
		ask := url.Values{"case": {p.Get(path).Field("case")}}
		p.Post(path+"/person", ask).Shows(t, "收回了自动派单")
		if page := c.Somebody().Post(strings.Replace(path, "/r/", "/r/X", 1)+"/person", ask); page.Status == http.StatusOK {
			t.Error("a stranger asks")
		}
		if page := p.Post(path+"/person", ask); page.Status != http.StatusConflict && page.Status != http.StatusUnprocessableEntity {
			t.Errorf("asked twice: %d", page.Status)
		}
		dispatcher.Get("/work/automatic").Shows(t, "市民要求由人看")

		// What speaks for a person: a report, an urgent word, no place.
		for _, fields := range [][]string{{"kind", "report"}, {"area", ""}} {
			p = c.Somebody()
			path = p.Say("路灯不亮，路灯坏了，没有灯光。", fields...)
			c.Settle()
			p.Get(path).Hides(t, "程序自动派出")
		}
	})
}

// Half a day of messages goes out by itself once, also when the job that does
// it is done again.
func TestByItselfOnce(t *testing.T) {
	c := apptest.One(t, apptest.Options{Now: func() time.Time { return time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC) }})
	admin := c.As("administrator")
	set := url.Values{"seen": {admin.Get("/work/admin/automatic").Field("seen")}, "category": {"roads-streetlight"}, "automatic": {"60"}}
	admin.Post("/work/admin/automatic", set)
	for range 60 {
		c.Somebody().Say("湖滨路门口路灯不亮，路灯坏了。", "area", "lianhu-hubin")
	}
	c.Settle()
	dispatcher := c.As("dispatcher")
	dispatcher.Get("/work/automatic").Shows(t, "派出 60 件，抽 6 件，已看 0 件")
	page := dispatcher.Get("/work/automatic")
	if n := strings.Count(page.Body, `name="fit" value="yes"`); n != 6 {
		t.Errorf("%d to be looked at", n)
	}
	dispatcher.Post("/work/automatic", url.Values{"case": {page.Field("case")}, "fit": {"yes"}}).Shows(t, "已看 1 件，派得对 1 件")
}
