package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
)

func days(from, until int) (string, string) {
	shanghai := time.FixedZone("", 8*3600)
	now := time.Now().In(shanghai)
	return now.AddDate(0, 0, from).Format(time.DateOnly), now.AddDate(0, 0, until).Format(time.DateOnly)
}

func away(c *apptest.City, t *testing.T, to string, from, until int) url.Values {
	since, last := days(from, until)
	return url.Values{"action": {"away"}, "stand_in": {string(idOf(t, c, to))}, "since": {since}, "until": {last}}
}

// A handler goes on holiday: a colleague finds what is in hand, answers in
// the handler's name, and it is on record. Nobody checks what was written in
// their name. When the holiday is over, so is that.
func TestStandIn(t *testing.T) {
	withPasskeys(t, func(t *testing.T, c *apptest.City, pass func(time.Duration)) {
		wei, wu, head := c.As("wei.xiuying"), c.As("wu.deshun"), c.As("xiang.jianguo")
		dispatcher := c.As("dispatcher")
		c.Somebody().Say("学宫路路灯不亮，已经三天了。")
		c.Settle()
		number := dispatcher.Case("dispatch", "路灯不亮")
		dispatcher.Do(number, "dispatch", "unit", "um-facilities", "category", "roads-streetlight")
		wei.Do(number, "accept")
		wu.Get("/work/queue").Hides(t, "代韦秀英办理")

		page := wei.Post("/work/me", away(c, t, "wu.deshun", 0, 3))
		page.Shows(t, "由吴德顺为您代办", "进行中")
		wu.Get("/work/notices").Shows(t, "代办安排")
		wu.Get("/work/me").Shows(t, "您为韦秀英代办")
		wu.Get("/work/queue?view=for."+string(idOf(t, c, "wei.xiuying"))).Shows(t, "代韦秀英办理", "路灯不亮")
		wu.Get(number).Shows(t, "您正在为韦秀英代办")
		wu.Do(number, "draft", "answer", "路灯已修复。", "outcome", "solved", "send", "yes")
		head.Get(number).Shows(t, "吴德顺", "代韦秀英")

		// The section head checks, though they could stand in for handlers too;
		// a note they send back reaches both.
		head.Do(number, "check", "pass", "no", "note", "请写明原因")
		wei.Get("/work/queue?view=mine").Shows(t, "路灯不亮") // hers still
		c.Settle()
		wu.Get("/work/notices").Shows(t, "退回")
		wu.Do(number, "draft", "answer", "灯泡坏了，已更换。", "outcome", "solved", "send", "yes")
		head.Do(number, "check", "pass", "yes")

		pass(4 * 24 * time.Hour)
		wu = c.As("wu.deshun")
		wu.Get("/work/queue").Hides(t, "代韦秀英办理")
		wu.Get("/work/me").Hides(t, "进行中").Shows(t, "以前的")
	})
}

// A section head stands in for a handler: what they draft in the handler's
// name they do not check, and the handler does not either.
func TestStandInFourEyes(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		admin := c.As("administrator")
		wei, head, dispatcher := c.As("wei.xiuying"), c.As("xiang.jianguo"), c.As("dispatcher")
		c.Somebody().Say("学宫路路灯不亮，已经三天了。")
		c.Settle()
		number := dispatcher.Case("dispatch", "路灯不亮")
		dispatcher.Do(number, "dispatch", "unit", "um-facilities", "category", "roads-streetlight")
		wei.Do(number, "accept")
		wei.Post("/work/me", away(c, t, "xiang.jianguo", 0, 3)).Shows(t, "由项建国为您代办")
		head.Do(number, "draft", "answer", "路灯已修复。", "outcome", "solved", "send", "yes")
		if page := head.Do(number, "check", "pass", "yes"); page.Status != http.StatusForbidden {
			t.Errorf("who drafted checks: %d", page.Status)
		}
		// She becomes a section head meanwhile; it was written in her name.
		admin.Post("/work/admin/people/"+string(idOf(t, c, "wei.xiuying")), url.Values{
			"action": {"change"}, "name": {"韦秀英"}, "name_en": {"Wei Xiuying"}, "unit": {"um-facilities"}, "role": {"handler", "section_head"},
		})
		if page := wei.Do(number, "check", "pass", "yes"); page.Status != http.StatusForbidden {
			t.Errorf("in whose name it was drafted checks: %d", page.Status)
		}
		// And with her new role, a head who is no handler stands in no more.
		head.Get(number).Hides(t, "您正在为韦秀英代办")
	})
}

// Who can stand in, and when.
func TestStandInRefused(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	wei, wu, admin := c.As("wei.xiuying"), c.As("wu.deshun"), c.As("administrator")
	bad := func(story string, p *apptest.Person, form url.Values, says string) {
		t.Helper()
		page := p.Post("/work/me", form)
		if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), says) {
			t.Errorf("%s: %d %s", story, page.Status, page.Text())
		}
	}
	change := func(form url.Values, field, value string) url.Values { form.Set(field, value); return form }
	bad("herself", wei, away(c, t, "wei.xiuying", 0, 3), "不能由本人代办")
	bad("somebody of elsewhere", wei, away(c, t, login(t, c, "dispatcher"), 0, 3), "请选同一单位")
	bad("nobody", wei, change(away(c, t, "wu.deshun", 0, 3), "stand_in", ""), "请选同一单位")
	bad("without an end", wei, change(away(c, t, "wu.deshun", 0, 3), "until", ""), "必须有结束的日子")
	bad("a day that is none", wei, change(away(c, t, "wu.deshun", 0, 3), "until", "2026-02-31"), "必须有结束的日子")
	bad("without a beginning", wei, change(away(c, t, "wu.deshun", 0, 3), "since", ""), "第一天的日期")
	bad("backwards", wei, away(c, t, "wu.deshun", 3, 2), "早于第一天")
	bad("yesterday", wei, away(c, t, "wu.deshun", -1, 2), "已经过去")
	bad("for a year", wei, away(c, t, "wu.deshun", 0, 365), "最多 92 天")
	bad("the end of time", wei, change(away(c, t, "wu.deshun", 0, 3), "until", "9999-12-31"), "最多 92 天")
	wei.Post("/work/me", away(c, t, "wu.deshun", 1, 5)).Shows(t, "未开始")
	bad("twice", wei, away(c, t, "xiang.jianguo", 5, 6), "已经有人代办")
	bad("a loop", wu, away(c, t, "wei.xiuying", 2, 3), "正在为别人代办")
	bad("a chain", wu, away(c, t, "xiang.jianguo", 4, 9), "正在为别人代办")
	wei.Post("/work/me", away(c, t, "xiang.jianguo", 6, 7)).Shows(t, "由项建国为您代办")
	wu.Post("/work/me", away(c, t, "wei.xiuying", 8, 9)).Shows(t, "由韦秀英为您代办")

	// Either ends it, an administrator does, and nobody else.
	id := delegationOn(t, wu.Get("/work/me"))
	if page := c.As("dispatcher").Post("/work/me", url.Values{"action": {"away_end"}, "delegation": {id}}); page.Status != http.StatusNotFound {
		t.Errorf("a stranger ends it: %d", page.Status)
	}
	wu.Post("/work/me", url.Values{"action": {"away_end"}, "delegation": {id}}).Shows(t, "由吴德顺结束")
	person := "/work/admin/people/" + string(idOf(t, c, "wu.deshun"))
	admin.Post(person, away(c, t, "xiang.jianguo", 20, 21)).Shows(t, "项建国为吴德顺代办")
	wu.Get("/work/notices").Shows(t, "代办安排")
	admin.Post(person, url.Values{"action": {"away_end"}, "delegation": {delegationOn(t, admin.Get(person))}})
	if page := wei.Post(person, away(c, t, "xiang.jianguo", 30, 31)); page.Status != http.StatusForbidden {
		t.Errorf("she does it for a colleague: %d", page.Status)
	}
}

func delegationOn(t *testing.T, page apptest.Page) string {
	t.Helper()
	id := page.Field("delegation")
	if id == "" {
		t.Fatalf("no delegation: %s", page.Text())
	}
	return id
}

func login(t *testing.T, c *apptest.City, role string) string {
	t.Helper()
	for _, s := range people(t, c) {
		if len(s.Roles) > 0 && string(s.Roles[0]) == role {
			return s.Login
		}
	}
	t.Fatalf("nobody is %s", role)
	return ""
}
