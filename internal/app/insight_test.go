package app_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/flow"
)

// Whoever writes an answer is told how it reads before it goes out, without
// anything being kept; whoever supervises finds it afterwards, says what they
// make of it, and how far the program was right is counted. Complaints about a
// unit and reports of wrongdoing are not read.
func TestAnswersRead(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		c.Somebody().Say("小区门口路面坑洼，有个大坑，请问什么时候能修好？", "area", "lianhu-hubin")
		c.Somebody().Say("举报市政设施科收钱不办事，请查处。", "kind", "report")
		c.Settle()
		dispatcher, handler, head, supervisor := c.As("dispatcher"), c.As("handler"), c.As("section_head"), c.As("supervisor")
		at := dispatcher.Case("dispatch", "大坑")
		dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
		handler.Do(at, "accept")

		handedOn := "您好，您反映的问题已转有关部门处理。"
		handler.Do(at, "check_answer", "outcome", "solved", "answer", handedOn).Shows(t, "这个答复读起来", "只说转走了", "没答", handedOn)
		handler.Get(at).Hides(t, handedOn)
		good := handler.Do(at, "check_answer", "outcome", "solved", "answer", "小区门口路面的大坑，我们3月9日派人补好，路面已经恢复。").Shows(t, "没有发现问题", "写明了")
		good.Hides(t, "只说转走了")
		hints := handler.Post(at+"/answer_hints", url.Values{"answer": {handedOn}})
		if strings.Contains(hints.Body, "<html") || !strings.Contains(hints.Body, "只说转走了") {
			t.Errorf("while somebody writes: %s", hints.Body)
		}
		if page := supervisor.Post(at+"/answer_hints", url.Values{"answer": {handedOn}}); page.Status == http.StatusOK {
			t.Error("who does not write the answer is told how it reads")
		}

		handler.Do(at, "draft", "outcome", "solved", "answer", handedOn, "send", "yes")
		head.Do(at, "check", "pass", "yes")
		dispatcher.Do(at, "check", "pass", "yes")
		c.Settle()
		read := func(learn bool) {
			t.Helper()
			if err := c.App.Insight.ReadAnswers(context.Background(), flow.ReadAnswers{Learn: learn}); err != nil {
				t.Fatal(err)
			}
		}
		read(false)
		read(true)
		number := strings.TrimPrefix(at, "/work/cases/")
		page := supervisor.Get("/work/answers").Shows(t, number, "只说转走了", "100 % (1/1)", "我看过了", "市政设施科")
		page.Hides(t, "收钱", handedOn)
		c.As("auditor").Get("/work/answers").Shows(t, number).Hides(t, "我看过了")
		_, form, _ := strings.Cut(page.Body, `action="/work/answers/`)
		id, _, _ := strings.Cut(form, `"`)
		if refused := supervisor.Post("/work/answers/"+id, url.Values{}); refused.Status != http.StatusUnprocessableEntity {
			t.Errorf("no verdict: %d", refused.Status)
		}
		if refused := dispatcher.Post("/work/answers/"+id, url.Values{"verdict": {"wrong"}}); refused.Status != http.StatusForbidden {
			t.Errorf("a dispatcher judges: %d", refused.Status)
		}
		supervisor.Post("/work/answers/"+id, url.Values{"verdict": {"right"}, "note": {"要写明哪天修好"}}).Shows(t, "下督办单")
		read(true) // read anew, it stays as it was judged
		supervisor.Get("/work/answers").Hides(t, number)
		supervisor.Get("/work/answers?view=judged").Shows(t, number, "该改进", "要写明哪天修好", "认为确实该改进的：100 % (1/1)")
	})
}

// What goes together is found in a district's year, each with an example that
// leads to its case; nothing names a person.
func TestAssociations(t *testing.T) {
	c := apptest.One(t, apptest.Options{Requests: 1500})
	if err := c.App.Insight.Associate(context.Background(), flow.FindAssociations{}); err != nil {
		t.Fatal(err)
	}
	supervisor := c.As("supervisor")
	page := supervisor.Get("/work/associations").Shows(t, "关联图", "关联表", "倍数")
	if strings.Count(page.Body, "<path") == 0 || strings.Count(page.Body, `<a href="/work/cases/2`) == 0 {
		t.Error("there is no drawing, or no example")
	}
	_, rest, _ := strings.Cut(page.Body, `<a href="/work/cases/2`)
	number, _, _ := strings.Cut(rest, `"`)
	if example := supervisor.Get("/work/cases/2" + number); example.Status != http.StatusOK {
		t.Errorf("the example: %d", example.Status)
	}
	file := supervisor.Get("/work/associations.csv?about=deadline")
	if !strings.Contains(file.Body, "Benjamini-Hochberg") {
		t.Errorf("the file: %s", file.Body)
	}
	_, shown, _ := strings.Cut(page.Body, "<main")
	for _, s := range people(t, c) {
		if strings.Contains(shown+file.Body, s.Name.ZH) {
			t.Errorf("it names %s", s.Name.ZH)
		}
	}
}

// What is meant goes on from page to page, each case once.
func TestSearchPages(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	const many = 45
	for i := range many {
		c.Somebody().Say(fmt.Sprintf("第%d盏路灯不亮，请来修。", i))
	}
	c.Somebody().Say("The street light at the north station is out.")
	c.Settle()
	dispatcher := c.As("dispatcher")
	seen := map[string]int{}
	next, pages := "/work/search?q=street+light", 0
	for ; next != "" && pages < 9; pages++ {
		page := dispatcher.Get(next)
		next = ""
		for part := range strings.SplitSeq(page.Body, `<a class="row" href="/work/cases/`) {
			if number, _, ok := strings.Cut(part, `"`); ok && strings.HasPrefix(number, "20") {
				seen[number]++
			}
		}
		for part := range strings.SplitSeq(page.Body, `href="/work/search?`) {
			if query, _, ok := strings.Cut(part, `"`); ok && strings.HasPrefix(query, "like=") {
				next = "/work/search?" + html.UnescapeString(query)
			}
		}
	}
	if len(seen) != many+1 || pages != 2 {
		t.Errorf("%d cases on %d pages", len(seen), pages)
	}
	for number, n := range seen {
		if n != 1 {
			t.Errorf("%s is shown %d times", number, n)
		}
	}
}

// What was said is found by words in either script and by what they mean in the
// other one, narrowed by where, what, who and when; what somebody may not see is
// neither found nor counted.
func TestSearchNarrowed(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		c.Somebody().Say("湖滨路的路灯不亮，晚上看不见。", "area", "lianhu-hubin")
		c.Somebody().Say("东关市场旁边路灯不亮，已经一周。", "area", "dongguan")
		c.Somebody().Say("The street light at the north station is out.")
		c.Settle()
		dispatcher := c.As("dispatcher")
		at := dispatcher.Case("dispatch", "湖滨路")
		dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-streetlight")
		find := func(q string) apptest.Page {
			return dispatcher.Get("/work/search?" + q)
		}
		find("q=路灯").Shows(t, "找到 2 件", "湖滨路", "东关市场", "路灯不亮 · Street lights out")
		// What was said in the other language comes after, marked, and narrowed alike.
		find("q=street+light").Shows(t, "找到 1 件", "north station", "路灯不亮 · Street lights out", "说法不同、事情相同的", "湖滨路的路灯不亮", "东关市场旁边")
		find("q=路灯").Shows(t, "说法不同、事情相同的", "north station")
		find("q=street+light&area=lianhu").Shows(t, "湖滨路的路灯不亮").Hides(t, "东关市场旁边")
		find("q=路燈").Shows(t, "找到 2 件", "湖滨路", "东关市场")
		c.As("handler").Get("/work/search?q=street+light").Hides(t, "东关市场旁边")
		find("q=路灯&area=lianhu").Shows(t, "找到 1 件", "湖滨路").Hides(t, "东关市场旁边")
		find("q=路灯&unit=um-facilities").Shows(t, "湖滨路").Hides(t, "东关市场旁边")
		find("q=路灯&state=done").Shows(t, "找到 0 件")
		find("q=路灯&to=2020-01-01").Shows(t, "找到 0 件")
		if page := find("q=路灯&from=yesterday"); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a day that is none: %d", page.Status)
		}
		// A complaint about the hotline is not for those who work there.
		c.Somebody().Say("路灯热线接电话的人态度很差，我要投诉12345热线。")
		c.Settle()
		supervisor := c.As("supervisor")
		mine := supervisor.Case("dispatch", "态度很差")
		if mine != "" {
			supervisor.Do(mine, "dispatch", "unit", "um-facilities", "about", "hotline", "category", "roads-streetlight")
			c.As("clerk").Get("/work/search?q=路灯").Hides(t, "态度很差")
			find("q=路灯").Shows(t, "找到 2 件").Hides(t, "态度很差")
		}
	})
}
