package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
)

// The whole round as six people, told over the pages they use.
func TestRound(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		resident, dispatcher := c.Somebody(), c.As("dispatcher")
		handler, head, leader := c.As("handler"), c.As("section_head"), c.As("unit_leader")
		page := resident.Say("湖滨路菜市场门口路面坑洼，有个大坑，昨晚电动车摔倒了。", "area", "lianhu-hubin", "contact", "12012345678")
		resident.Get(page).Shows(t, "12345")
		c.Settle()
		resident.Get(page).Shows(t, "等待转办")

		at := dispatcher.Case("dispatch", "菜市场门口")
		suggested := dispatcher.Get(at).Shows(t, "大坑", "市政设施科")
		unit := suggested.Field("unit")
		dispatcher.Do(at, "dispatch", "unit", unit, "category", suggested.Field("category"))
		resident.Get(page).Shows(t, "市政设施科")
		c.Settle()
		handler.Get("/work/notices").Shows(t, strings.TrimPrefix(at, "/work/cases/"))

		handler.Do(at, "accept")
		handler.Do(at, "ask", "question", "坑有多深？")
		resident.Get(page).Shows(t, "坑有多深？")
		resident.Post(page+"/reply", url.Values{"case": {resident.Get(page).Field("case")}, "reply": {"半个轮子深。"}})
		handler.Get(at).Shows(t, "半个轮子深。")
		if refused := handler.Do(at, "draft", "outcome", "", "answer", "", "send", "yes"); refused.Status != http.StatusUnprocessableEntity {
			t.Errorf("an empty answer: %d", refused.Status)
		}
		answer := func(words string) {
			handler.Do(at, "draft", "outcome", "solved", "answer", words, "send", "yes")
			if own := handler.Do(at, "check", "pass", "yes"); own.Status == http.StatusOK {
				t.Error("a handler passed the own draft")
			}
			resident.Get(page).Hides(t, words) // nobody's answer yet
			for _, p := range []*apptest.Person{head, leader, dispatcher} {
				p.Do(at, "check", "pass", "yes")
			}
			resident.Get(page).Shows(t, words)
		}
		head.Get(at)
		handler.Do(at, "draft", "outcome", "solved", "answer", "已转相关部门。", "send", "yes")
		head.Do(at, "check", "pass", "no", "note", "请写明处理结果。")
		handler.Get(at).Shows(t, "请写明处理结果。")
		answer("已于今日上午修补。")

		part := resident.Get(page).Field("part")
		resident.Post(page+"/verdict", url.Values{"part": {part}, "verdict": {"not_solved"}, "missing": {"旁边还有两处。"}})
		dispatcher.Do(at, "contested", "ruling", "reopen", "reason", "请继续处理。")
		missing := handler.Get(at).Shows(t, "旁边还有两处。")
		if early := handler.Do(at, "draft", "outcome", "solved", "answer", "好了。", "send", "yes"); early.Status != http.StatusUnprocessableEntity {
			t.Errorf("solved before what was missing is met: %d", early.Status)
		}
		handler.Do(at, "meet", "id", missing.Field("id"), "how", "两处都补了。")
		answer("旁边两处已一并修补。")
		resident.Post(page+"/verdict", url.Values{"part": {part}, "verdict": {"solved"}})
		resident.Post(page+"/rate", url.Values{"part": {part}, "rating": {"5"}, "rating_text": {"谢谢师傅"}})
		resident.Get(page).Shows(t, "您说：解决了。", "很满意")

		// Contact data: a reason, a record, and the resident sees both.
		dispatcher.Get(at).Hides(t, "12012345678")
		contact := func(reason string) apptest.Page {
			return dispatcher.Do(at, "contact", "request", dispatcher.Get(at).Field("request"), "contact_reason", reason)
		}
		if page := contact("看看"); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("a reason of two signs: %d", page.Status)
		}
		contact("核实现场情况").Shows(t, "12012345678")
		resident.Get(page).Shows(t, "核实现场情况")

		mayor := c.As("leader")
		mayor.Get("/work/overview").Shows(t, "1 件中 1 件")
		mayor.Get("/work/overview/units.csv").Shows(t, "市政设施科,0,0,0,1,1,0,0,1,1,0,0,1,1,0,0")
		mayor.Get("/work/overview/waits.csv").Shows(t, "谁,件数")
		if page := mayor.Get("/work/overview/none.csv"); page.Status != http.StatusNotFound {
			t.Errorf("a table that is none: %d", page.Status)
		}
		if strings.Contains(c.Log.String(), "12012345678") {
			t.Error("contact data is in the log")
		}
	})
}

// A unit returns what is not its own; the hotline rules, once.
func TestReturned(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	page := c.Somebody().Say("小区门口路面坑洼，有个大坑。")
	c.Settle()
	dispatcher, handler := c.As("dispatcher"), c.As("handler")
	at := dispatcher.Case("dispatch", "大坑")
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
	if refused := handler.Do(at, "return", "reason", "", "proposed", ""); refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("a return without reason: %d", refused.Status)
	}
	handler.Do(at, "return", "reason", "这段路由公路养护科管。", "proposed", "tr-roads")
	dispatcher.Get(at).Shows(t, "这段路由公路养护科管。")
	dispatcher.Do(at, "rule", "ruling", "refuse", "reason", "按目录由你单位主办。")
	again := handler.Do(at, "return", "reason", "还是不归我们。", "proposed", "tr-roads")
	if again.Status != http.StatusConflict {
		t.Errorf("a second return: %d", again.Status)
	}
	again.Shows(t, "还是不归我们。") // what was typed is still there
	c.Somebody().Get(page).Hides(t, "按目录由你单位主办")
}

// What was sent to the wrong unit goes to another, with a reason; the first one
// is told.
func TestSentOn(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	c.Somebody().Say("湖滨路路面坑洼，有个大坑。")
	c.Settle()
	dispatcher, handler := c.As("dispatcher"), c.As("handler")
	at := dispatcher.Case("dispatch", "大坑")
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
	handler.Get(at).Hides(t, "改派给别的单位")
	dispatcher.Get(at).Shows(t, "改派给别的单位")
	if refused := dispatcher.Do(at, "dispatch", "unit", "tr-roads", "dispatch_note", ""); refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, "写明为什么改派") {
		t.Errorf("sent on without a reason: %d", refused.Status)
	}
	dispatcher.Do(at, "dispatch", "unit", "tr-roads", "dispatch_note", "这段是县道").Shows(t, "公路养护科", "这段是县道")
	c.Settle()
	if gone := handler.Get(at); gone.Status != http.StatusNotFound {
		t.Errorf("who had it: %d", gone.Status)
	}
	handler.Get("/work/notices").Shows(t, "改派给了别的单位")
}

// What one may not see is not found; what one may see and not do is refused.
func TestWhoSeesWhat(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		c.Somebody().Say("举报：某餐馆后厨用过期肉，我是里面的员工。", "kind", "report", "contact", "12055556666")
		c.Settle()
		dispatcher := c.As("dispatcher")
		at := dispatcher.Case("dispatch", "过期肉")
		dispatcher.Do(at, "dispatch", "unit", "mr-food", "category", "food-safety")

		if page := c.As("handler").Get(at); page.Status != http.StatusNotFound { // of another unit
			t.Errorf("a handler of another unit: %d", page.Status)
		}
		var handler *apptest.Person
		for _, s := range people(t, c) {
			if s.Unit == "mr-food" && s.Roles[0] == "handler" {
				handler = c.As(s.Login)
			}
		}
		page := handler.Get(at).Shows(t, "过期肉").Hides(t, "12055556666")
		if page.Status != http.StatusOK {
			t.Errorf("the handler whose it is: %d", page.Status)
		}
		if got := handler.Do(at, "contact", "request", page.Field("request"), "contact_reason", "想知道是谁"); got.Status == http.StatusOK {
			t.Error("who handles a report of wrongdoing can find out who wrote it")
		}
		if got := handler.Do(at, "dispatch", "unit", "mr-consumer"); got.Status != http.StatusForbidden {
			t.Errorf("a handler dispatches: %d", got.Status)
		}
		admin := c.As("administrator")
		if page := admin.Get(at); page.Status != http.StatusNotFound {
			t.Errorf("an administrator of people reads cases: %d", page.Status)
		}
		for _, path := range []string{"/work", "/work/queue", at, "/work/overview", "/work/search?q=肉"} {
			stranger := c.Somebody()
			page := stranger.Get(path)
			if !strings.HasPrefix(page.Path, "/demo") && !strings.HasPrefix(page.Path, "/work/sign-in") {
				t.Errorf("a stranger at %s came to %s (%d)", path, page.Path, page.Status)
			}
			page.Hides(t, "过期肉")
		}
	})
}

// A call is written down on one screen; what can be answered is answered, and
// what has a way of its own is shown it.
func TestCalls(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	clerk := c.As("clerk")
	call := func(fields ...string) apptest.Page {
		form := url.Values{"key": {clerk.Get("/work/new").Field("key")}, "channel": {"phone"}, "how": {"pass"}}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return clerk.Post("/work/new", form)
	}
	page := call("text", "咨询：老年证在哪里办？", "kind", "enquiry", "how", "answer", "answer", "带身份证到社区办理，当场可取。", "confirmed", "yes")
	page.Shows(t, "带身份证到社区办理")
	receipt := receiptIn(page.Text())
	if receipt == "" {
		t.Fatalf("no receipt to read out:\n%s", page.Text())
	}
	clerk.Get(page.Path).Hides(t, receipt) // read out once
	c.Somebody().Get("/r/"+receipt).Shows(t, "带身份证到社区办理")

	if page := call("text", "", "how", "answer", "answer", "答复"); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("nothing said: %d", page.Status)
	} else {
		page.Shows(t, "答复")
	}
	if page := call("text", "想申请劳动仲裁", "how", "route"); page.Status != http.StatusUnprocessableEntity {
		t.Errorf("no route chosen: %d", page.Status)
	}
	page = call("text", "公司拖欠工资，想申请劳动仲裁", "how", "route", "route", "lawful-arbitration")
	page.Shows(t, "劳动")
	c.Settle()
	c.As("leader").Get("/work/overview?days=1")
}

func receiptIn(text string) string {
	for word := range strings.FieldsSeq(text) {
		if len(word) == 14 && word[4] == '-' && word[9] == '-' {
			return word
		}
	}
	return ""
}

// Two who work on one case do not overwrite each other.
func TestTwoAtOnce(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	c.Somebody().Say("路面坑洼，有个大坑。")
	c.Settle()
	one, two := c.As("dispatcher"), c.As("supervisor")
	at := one.Case("dispatch", "大坑")
	form := url.Values{"revision": {two.Get(at).Field("revision")}, "note": {"我来核实一下位置。"}}
	one.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
	page := two.Post(at+"/note", form)
	if page.Status != http.StatusConflict {
		t.Errorf("on an old page: %d", page.Status)
	}
	page.Shows(t, "我来核实一下位置。")
	form.Set("revision", page.Field("revision"))
	if page = two.Post(at+"/note", form); page.Status != http.StatusOK {
		t.Errorf("and once more: %d %s", page.Status, page.Text())
	}
}

func TestSearch(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		p := c.Somebody()
		p.Say("荷塘社区的路灯坏了")
		p.Say("The street light by the library is out.")
		c.Settle()
		d := c.As("dispatcher")
		d.Get("/work/search?q="+url.QueryEscape("路灯")).Shows(t, "荷塘社区的")
		d.Get("/work/search?q=library").Shows(t, "street light")
		d.Get("/work/search?q="+url.QueryEscape("不存在的词")).Hides(t, "荷塘社区的")
		d.Get("/work/search?q=" + url.QueryEscape(strings.Repeat("长", 2000)))
		d.Get("/work/search?q=%00%ff")
	})
}
