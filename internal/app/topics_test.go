package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/insight"
	"yiwang/internal/flow"
)

// dry is six people without water, and what must not be mixed up with them.
func dry(c *apptest.City) {
	for i := range 6 {
		c.Somebody().Say(fmt.Sprintf("锦绣花园小区从昨晚开始停水，第%d栋都没有水，请尽快恢复供水。我的电话1391234567%d。", i+1, i), "area", "lianhu-hubin")
		c.Somebody().Say(fmt.Sprintf("我举报市场科王某收受贿赂，第%d次举报，请查处受贿行为。", i+1), "kind", "report")
	}
	c.Somebody().Say("建议图书馆周末延长开放时间。")
	c.Settle()
}

// What many speak of is found with place and words, and nobody's name or
// number; reports of wrongdoing are left out, and who sees a part of the cases
// does not see the whole.
func TestTopics(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		dry(c)
		for _, span := range insight.Spans {
			if err := c.App.Insight.Find(context.Background(), flow.FindTopics{Span: span}); err != nil {
				t.Fatal(err)
			}
		}
		supervisor := c.As("supervisor")
		page := supervisor.Get("/work/topics").Shows(t, "停水", "6 人", "锦绣花园", "新出现", "哪里在说")
		page.Hides(t, "1391234567", "受贿", "图书馆")
		supervisor.Get("/work/topics?span=365").Shows(t, "停水")
		c.As("leader").Get("/work/topics").Shows(t, "停水")
		at := topicAt(t, page)
		for _, who := range []string{"handler", "unit_leader", "clerk"} {
			for _, path := range []string{"/work/topics", at, "/work/associations", "/work/associations.csv", "/work/answers"} {
				if page := c.As(who).Get(path); page.Status != http.StatusForbidden {
					t.Errorf("a %s sees what the whole city says at %s: %d", who, path, page.Status)
				}
			}
		}
		if page := supervisor.Get("/work/topics/20200101-00001"); page.Status != http.StatusNotFound {
			t.Errorf("a topic that is none: %d", page.Status)
		}
	})
}

// topicAt is the page of the first topic.
func topicAt(t *testing.T, page apptest.Page) string {
	t.Helper()
	_, after, ok := strings.Cut(page.Body, `<a href="/work/topics/2`)
	if !ok {
		t.Fatal("there is no topic")
	}
	number, _, _ := strings.Cut(after, `"`)
	return "/work/topics/2" + number
}

// A topic's lines lead to who said them; its cases become one, a unit is told to
// see to it, and it is taken on as a topic of the month, each by who may and on
// record.
func TestTopicSteps(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		dry(c)
		if err := c.App.Insight.Find(context.Background(), flow.FindTopics{Span: insight.Fortnight}); err != nil {
			t.Fatal(err)
		}
		supervisor, auditor := c.As("supervisor"), c.As("auditor")
		at := topicAt(t, supervisor.Get("/work/topics"))
		page := supervisor.Get(at).Shows(t, "出自哪一件", "谁在办", "还没有人处理", "把选中的并成一件", "下督办单", "立为每月一题")
		page.Hides(t, "受贿")
		if lines := strings.Count(page.Body, `<li><span dir="auto">`); lines == 0 || strings.Count(page.Body, `</span> <a href="/work/cases/`) < lines {
			t.Error("a line of the summary leads nowhere")
		}
		auditor.Get(at).Shows(t, "停水").Hides(t, "把选中的并成一件", "立为每月一题")

		if refused := supervisor.Post(at+"/order", url.Values{"order_unit": {"water-company"}, "order": {"请说明停水原因。"}, "order_in": {"soon"}}); refused.Status != http.StatusUnprocessableEntity {
			t.Errorf("an order without a limit: %d", refused.Status)
		}
		supervisor.Post(at+"/order", url.Values{"order_unit": {"water-company"}, "order": {"请说明停水原因。"}, "order_in": {"1wd"}}).Shows(t, "下了督办单")
		supervisor.Get("/work/orders").Shows(t, "请说明停水原因。")
		if refused := auditor.Post(at+"/order", url.Values{"order_unit": {"water-company"}, "order": {"请说明。"}, "order_in": {"1wd"}}); refused.Status != http.StatusForbidden {
			t.Errorf("an auditor orders: %d", refused.Status)
		}

		form := supervisor.Get("/work/programmes/new?topic=" + strings.TrimPrefix(at, "/work/topics/"))
		if form.Field("title") == "" || form.Field("topic") == "" {
			t.Error("the topic is not in the form")
		}
		supervisor.Post("/work/programmes/new", url.Values{
			"topic": {form.Field("topic")}, "month": {form.Field("month")}, "title": {"老旧水管爆裂"}, "title_en": {"Old pipes burst"}, "unit": {"water-company"},
			"categories": {"water-outage"}, "since": {form.Field("since")}, "cause": {"水管四十年没换。"}, "step": {"换管"}, "step_day": {"2099-12-20"},
		})
		supervisor.Get("/work/programmes").Shows(t, "老旧水管爆裂")
		if page := supervisor.Get(at); strings.Count(page.Text(), "立为每月一题") != 2 {
			t.Error("that it is a topic of the month is not on its page")
		}

		var numbers []string
		for part := range strings.SplitSeq(page.Body, `name="cases" value="`) {
			if n, _, ok := strings.Cut(part, `"`); ok && strings.HasPrefix(n, "20") {
				numbers = append(numbers, n)
			}
		}
		if len(numbers) != 6 {
			t.Fatalf("%d cases can be made one", len(numbers))
		}
		if refused := supervisor.Post(at+"/group", url.Values{"cases": numbers[:1]}); refused.Status != http.StatusUnprocessableEntity {
			t.Errorf("a group of one: %d", refused.Status)
		}
		if refused := auditor.Post(at+"/group", url.Values{"cases": numbers}); refused.Status == http.StatusOK {
			t.Error("an auditor makes cases one")
		}
		supervisor.Post(at+"/group", url.Values{"cases": numbers}).Shows(t, "6 人")
		supervisor.Get(at).Shows(t, "并成一件", "下了督办单")

		// It is found again with the one case that has all six.
		if err := c.App.Insight.Find(context.Background(), flow.FindTopics{Span: insight.Fortnight}); err != nil {
			t.Fatal(err)
		}
		supervisor.Get("/work/topics").Shows(t, "停水")
	})
}
