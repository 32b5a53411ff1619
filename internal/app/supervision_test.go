package app_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
	"yiwang/internal/flow"
)

const orderID = "/work/orders/"

// A case that is not accepted in time climbs the ladder; the supervisor orders,
// the unit's leader answers, is sent back, and answers again; who answered does
// not rule.
func TestOrder(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		c.Somebody().Say("小区门口路面坑洼，有个大坑。", "area", "lianhu-hubin")
		c.Settle()
		dispatcher, supervisor, leader := c.As("dispatcher"), c.As("supervisor"), c.As("unit_leader")
		at := dispatcher.Case("dispatch", "大坑")
		dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
		number := strings.TrimPrefix(at, "/work/cases/")

		give := func(p *apptest.Person, text, in string) apptest.Page {
			return p.Post("/work/orders", url.Values{"case": {number}, "order": {text}, "order_in": {in}})
		}
		if page := give(c.As("handler"), "快点", "1wd"); page.Status != http.StatusForbidden {
			t.Errorf("a handler orders: %d", page.Status)
		}
		give(supervisor, "", "soon").Shows(t, "请写清楚", "请写多久内答复")
		give(supervisor, "今天之内说明为什么还没有接单。", "4wh")
		supervisor.Get(at).Shows(t, "今天之内说明为什么还没有接单。")
		c.Settle()
		leader.Get("/work/notices").Shows(t, "督办单")
		page := leader.Get("/work/orders").Shows(t, "今天之内说明", number)
		id := between(page.Body, orderID, "/answer")
		if id == "" {
			t.Fatal("no form to answer the order", page.Text())
		}
		answer := func(text string) apptest.Page {
			return leader.Post(orderID+id+"/answer", url.Values{"order_answer": {text}})
		}
		answer(" ").Shows(t, "请写清楚")
		answer("今晚派人。")
		if page := answer("再答一次"); page.Status != http.StatusConflict {
			t.Errorf("answered twice: %d", page.Status)
		}
		rule := func(p *apptest.Person, accept, text string) apptest.Page {
			return p.Post(orderID+id+"/rule", url.Values{"accept": {accept}, "order_ruling": {text}})
		}
		if page := rule(leader, "yes", ""); page.Status != http.StatusForbidden {
			t.Errorf("the unit accepts its own answer: %d", page.Status)
		}
		rule(supervisor, "no", "").Shows(t, "请写清楚")
		rule(supervisor, "no", "没有说为什么。")
		leader.Get("/work/orders").Shows(t, "没有说为什么。", "退回过 1 次")
		answer("漏看了，已改成每小时看一次。")
		rule(supervisor, "yes", "")
		supervisor.Get("/work/orders").Hides(t, "今天之内说明")
		supervisor.Get("/work/orders?all").Shows(t, "今天之内说明", "已办结")
		if page := c.As("clerk").Post(orderID+id+"/rule", url.Values{"accept": {"yes"}}); page.Status != http.StatusNotFound {
			t.Errorf("a clerk guesses an order: %d", page.Status)
		}
	})
}

func between(s, from, to string) string {
	_, s, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	s, _, _ = strings.Cut(s, to)
	return s
}

// Whoever the ladder names is told when a clock runs out, each rung once,
// however often the clocks are looked at.
func TestLadder(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx, a := context.Background(), c.App
		c.Somebody().Say("小区门口路面坑洼，有个大坑。", "area", "lianhu-hubin")
		c.Settle()
		dispatcher := c.As("dispatcher")
		at := dispatcher.Case("dispatch", "大坑")
		dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
		number := strings.TrimPrefix(at, "/work/cases/")
		head, leader, district := c.As("section_head"), c.As("unit_leader"), c.As("leader")
		c.Settle()

		var later atomic.Int64
		clock := a.Supervision.Now
		a.Supervision.Now = func() time.Time { return clock().Add(time.Duration(later.Load())) }
		climb := func(by time.Duration) {
			t.Helper()
			later.Store(int64(by))
			for range 2 {
				if err := a.Supervision.Climb(ctx, flow.ClimbLadder{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		told := func(p *apptest.Person, times int, what string) {
			t.Helper()
			n := 0
			for line := range strings.SplitSeq(p.Get("/work/notices").Body, "<li") {
				if strings.Contains(line, number) && strings.Contains(line, what) {
					n++
				}
			}
			if n != times {
				t.Errorf("%q stands %d times among the notices, want %d", what, n, times)
			}
		}
		climb(0)
		told(head, 0, number+" 已超期限")
		climb(30 * 24 * time.Hour) // far past the highest rung: a program that was down
		told(district, 1, number+" 已超期限")
		told(head, 0, number+" 已超期限")
		climb(30 * 24 * time.Hour)
		told(district, 1, number+" 已超期限")
		told(leader, 0, number+" 已超期限")
		c.As("supervisor").Get("/work/notices").Shows(t, number)

		city, err := a.Org.City(ctx)
		if err != nil {
			t.Fatal(err)
		}
		// Each rung in its time, by the city's calendar.
		due := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) // Wednesday 17:00 in the city
		for _, test := range []struct {
			name string
			now  time.Time
			want int
		}{
			{"five working hours before", due.Add(-30 * time.Hour), -1},
			{"four working hours before", due.Add(-4 * time.Hour), 0},
			{"at the deadline", due, 1},
			{"the next evening", due.Add(25 * time.Hour), 2},
			{"on Monday", due.Add((5*24 + 1) * time.Hour), 3},
		} {
			if got := flow.Reached(city.Calendar, city.Policy.Ladder, due, test.now); got != test.want {
				t.Errorf("%s: rung %d, want %d", test.name, got, test.want)
			}
		}
	})
}

// What is owed beside the clock that counts climbs the ladder too: a helper's
// task, an order, the hotline's own time, which begins anew with a case that is
// opened again.
func TestLadderBeside(t *testing.T) {
	now := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC) // Tuesday 9:30 in the city
	c := apptest.One(t, apptest.Options{Now: func() time.Time { return now }})
	climb := func(at time.Time) {
		t.Helper()
		now = at
		if err := c.App.Supervision.Climb(t.Context(), flow.ClimbLadder{}); err != nil {
			t.Fatal(err)
		}
	}
	c.Somebody().Say("湖滨路路面坑洼，有个大坑。", "area", "lianhu-hubin")
	asked := c.Somebody().Say("城市道路归谁管？", "area", "lianhu-hubin")
	c.Settle()
	dispatcher, handler := c.As("dispatcher"), c.As("handler")
	at := dispatcher.Case("dispatch", "大坑")
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "helpers", "parks", "category", "roads-pothole")
	handler.Do(at, "accept")
	handler.Do(at, "task", "unit", "parks", "task", "请停水。", "limit", "4wh")
	c.As("leader").Post("/work/orders", url.Values{"case": {strings.TrimPrefix(at, "/work/cases/")}, "order": {"说明进度"}, "order_in": {"1wd"}})
	spot := dispatcher.Case("dispatch", "归谁管")
	dispatcher.Do(spot, "finish", "route", "answered", "answer", "由城市管理局管理。")
	part := c.Somebody().Get(asked).Field("part")
	c.Settle()

	climb(now.Add(time.Hour))
	c.As("he.zihan").Get("/work/notices").Shows(t, "协办任务快到期限")
	handler.Get("/work/notices").Hides(t, "首次联系已超期限")
	climb(now.Add(48 * time.Hour)) // Thursday 10:30
	handler, head, leader := c.As("handler"), c.As("section_head"), c.As("leader")
	head.Get("/work/notices").Shows(t, "督办单超期没有答复", "首次联系已超期限")
	leader.Get("/work/notices").Shows(t, "督办单超期没有答复") // who gave it
	handler.Get("/work/notices").Hides(t, "督办单")
	c.Somebody().Post(asked+"/verdict", url.Values{"part": {part}, "verdict": {"not_solved"}, "missing": {"哪一级？"}})
	c.Settle()
	c.As("yuan.tiesheng").Do(spot, "contested", "ruling", "reopen", "reason", "请业务部门说。")
	number := strings.TrimPrefix(spot, "/work/cases/")
	climb(now.Add(time.Minute))
	c.As("supervisor").Get("/work/notices").Hides(t, number)
	c.As("dispatcher").Get("/work/notices").Shows(t, number+" 快到期限")
	climb(now.Add(24 * time.Hour))
	c.As("supervisor").Get("/work/notices").Shows(t, number+" 已超期限")

	climb(now.Add(14 * 24 * time.Hour)) // Friday: the answer is late
	c.As("section_head").Post("/work/rates/what-if", url.Values{"number": {strings.TrimPrefix(at, "/work/cases/")}, "rates": {"response"}, "ground": {"no_access"}, "reason": {"大坑在工地围挡里。"}}).
		Shows(t, "等裁定", "裁定期限").Hides(t, "已超期")
	c.As("supervisor").Get("/work/notices").Hides(t, "超期没有裁定")
	climb(now.Add(6 * 24 * time.Hour)) // Thursday
	c.As("supervisor").Get("/work/notices").Shows(t, "剔除申请超期没有裁定")
	c.As("supervisor").Get("/work/exclusions").Shows(t, "已超期")
	c.As("dispatcher").Get("/work/notices").Hides(t, "剔除申请")
}

// A problem that keeps coming back is taken on; when its cause is gone, all who
// spoke of it are told, each in the language of their page, once.
func TestProgramme(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx := context.Background()
		mine := c.Somebody().Say("小区门口路面坑洼，有个大坑。", "area", "lianhu-hubin")
		others := c.Somebody().Say("路灯不亮了三天。", "area", "lianhu-hubin")
		c.Settle()
		dispatcher, supervisor, owner := c.As("dispatcher"), c.As("supervisor"), c.As("unit_leader")
		at := dispatcher.Case("dispatch", "大坑")
		dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")

		form := url.Values{
			"month": {"2026-12"}, "unit": {"um-facilities"}, "title": {"路面反复塌陷"}, "title_en": {"Roads that keep sinking"}, "categories": {"roads-surface"},
			"since": {time.Now().AddDate(0, -1, 0).Format(time.DateOnly)}, "cause": {"雨水管渗漏，把路基冲空了。"},
			"step": {"更换雨水管", ""}, "step_day": {time.Now().AddDate(0, 1, 0).Format(time.DateOnly), ""},
		}
		bad := url.Values{"month": {"soon"}, "since": {"2999-01-01"}, "step": {"无期"}, "step_day": {""}}
		supervisor.Post("/work/programmes/new", bad).Shows(t, "请写年月", "请写从哪天起", "每一步都要写", "请写中文和英文标题")
		if page := owner.Post("/work/programmes/new", form); page.Status != http.StatusForbidden {
			t.Errorf("a unit takes on a topic: %d", page.Status)
		}
		page := supervisor.Post("/work/programmes/new", form)
		page.Shows(t, "路面反复塌陷", "更换雨水管")
		path := page.Path
		end := url.Values{"result": {"雨水管已换新。"}, "result_en": {"The drain is new."}}
		supervisor.Post(path+"/end", end).Shows(t, "还有没做完的步骤")
		owner.Post(path+"/reach", url.Values{"step": {"0"}, "done": {"yes"}})
		if page := owner.Post(path+"/end", end); page.Status != http.StatusForbidden {
			t.Errorf("the unit says of itself that it is done: %d", page.Status)
		}
		supervisor.Post(path+"/end", url.Values{"result": {"雨水管已换新。"}}).Shows(t, "请用中文和英文写明结果")
		supervisor.Post(path+"/end", end)
		c.Settle()
		c.Somebody().Get(mine).Shows(t, "雨水管已换新。")
		english := c.Somebody()
		english.Lang = "en"
		english.Get(mine).Shows(t, "The drain is new.")
		english.Get("/programmes").Shows(t, "Roads that keep sinking", "1 of 1 steps", "<5")
		c.Somebody().Get(others).Hides(t, "雨水管已换新。")
		// Told again, it is told once.
		p, err := c.App.Supervision.Programme(ctx, supervision.ProgrammeID(strings.TrimPrefix(path, "/work/programmes/")))
		if err != nil || !p.Ended || p.Title != (org.Name{ZH: "路面反复塌陷", EN: "Roads that keep sinking"}) {
			t.Fatal(p, err)
		}
		if n := strings.Count(c.Somebody().Get(mine).Text(), "雨水管已换新。"); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}
