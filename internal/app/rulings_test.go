package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// A return is refused, disputed, convened and ruled on, by people at their
// pages; the ruling is found, stands beside the next case, and becomes a duty.
func TestRuling(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	page := c.Somebody().Say("湖滨路菜市场门口路面坑洼，树根把人行道顶起来了。", "area", "lianhu-hubin")
	c.Settle()
	dispatcher, handler, supervisor := c.As("dispatcher"), c.As("handler"), c.As("supervisor")
	at := dispatcher.Case("dispatch", "树根")
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
	handler.Get(at).Shows(t, "依据谁的哪项职责")
	handler.Do(at, "return", "reason", "树归园林。", "proposed", "parks", "duty", "d-tree-trim")
	dispatcher.Get(at).Shows(t, "退单决定", "更正类别", "树木修剪 · 区园林绿化中心")
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
	if refused := dispatcher.Post(ruling, nil); refused.Status != http.StatusForbidden {
		t.Errorf("a dispatcher makes a draft of a ruling: %d", refused.Status)
	}
	wordsOfRuling(c, ruling)
	draft := supervisor.Post(ruling, nil).Shows(t, "树根顶起人行道", "parks").Path
	supervisor.Post(ruling, nil).Shows(t, "已经有一份草案") // it asks once
	admin := c.As("administrator")
	admin.Post(draft+"/publish", url.Values{"seen": {admin.Get(draft).Field("seen")}, "from": {c.App.Options.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)}})
	if duty := admin.Get("/work/admin/duties/d-roads-pothole"); !strings.Contains(duty.Body, `value="parks" selected`) || strings.Contains(duty.Body, `value="tr-roads" selected`) {
		t.Error("the duty is not as it was ruled")
	}
	supervisor.Post(ruling, nil).Shows(t, "没有要改的") // what is so already
}

// wordsOfRuling makes of a ruling the draft of a rule whose words come from
// the case and are changed, tries and publishes it, and sees the next case go
// by it.
func wordsOfRuling(c *apptest.City, ruling string) {
	t, supervisor, dispatcher, admin := c.T, c.As("supervisor"), c.As("dispatcher"), c.As("administrator")
	proposed := supervisor.Get(ruling).Shows(t, "写成用词规则").Field("any")
	if !strings.Contains(proposed, "树根") {
		t.Errorf("the words of the case are %q", proposed)
	}
	if refused := dispatcher.Post(ruling+"/words", url.Values{"any": {"树根"}}); refused.Status != http.StatusForbidden {
		t.Errorf("a dispatcher drafts a rule: %d", refused.Status)
	}
	if bad := supervisor.Post(ruling+"/words", url.Values{"any": {" | "}}); bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("a rule without words: %d", bad.Status)
	}
	draft := supervisor.Post(ruling+"/words", url.Values{"any": {"广告牌下的树根"}, "all": {"人行道"}}).Shows(t, "广告牌下的树根", "um-facilities", "parks").Path
	if again := supervisor.Post(ruling+"/words", url.Values{"any": {"别的"}}); again.Status != http.StatusConflict {
		t.Errorf("a ruling asks twice: %d", again.Status)
	}
	day := c.App.Options.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
	tried := supervisor.Post(draft+"/replay", url.Values{"first": {day}, "last": {day}})
	if tried.Status != http.StatusOK {
		t.Errorf("tried: %d %s", tried.Status, tried.Text())
	}
	c.Settle()
	admin.Post(draft+"/publish", url.Values{"seen": {admin.Get(draft).Field("seen")}, "from": {day}})
	c.Somebody().Say("中学旁广告牌下的树根把人行道拱起来了。", "area", "lianhu-hubin", "category", "roads-pothole")
	c.Settle()
	dispatcher.Get(dispatcher.Case("dispatch", "中学旁广告牌")).Shows(t, "按裁定写成的规则", "市政设施科")
}

// A helper has a task, both sign what they saw, the unit gets more time from
// somebody else, and what cannot be solved now is put off and comes back.
func TestHelpersAndTime(t *testing.T) {
	now := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	c := apptest.One(t, apptest.Options{Now: func() time.Time { return now }})
	page := c.Somebody().Say("湖滨路菜市场门口路面坑洼，有个大坑。", "area", "lianhu-hubin")
	c.Settle()
	dispatcher, handler := c.As("dispatcher"), c.As("handler")
	at := dispatcher.Case("dispatch", "大坑")
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "helpers", "parks", "category", "roads-pothole")
	handler.Do(at, "accept")
	handler.Get(at).Shows(t, "居民自己的钟从不停", "首次联系")
	handler.Do(at, "contacted", "contact_words", "打了电话，下午去看。")
	c.Somebody().Get(page).Shows(t, "市政设施科联系了您").Hides(t, "下午去看")

	gardener := c.As("he.zihan")
	handler.Do(at, "task", "unit", "parks", "task", "请把树根切掉。", "limit", "4wh")
	if refused := handler.Do(at, "task", "unit", "parks", "task", "再切", "limit", "soon"); refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("a task without an end: %d", refused.Status)
	}
	c.Settle()
	gardener.Get("/work/notices").Shows(t, "有协办任务")
	if at != gardener.Case("tasks", "大坑") {
		t.Error("another case has a task")
	}
	now = now.Add(24 * time.Hour)
	dispatcher, handler, gardener = c.As("dispatcher"), c.As("handler"), c.As("he.zihan") // they had gone home
	dispatcher.Case("tasks_late", "大坑")
	id := gardener.Get(at).Shows(t, "请把树根切掉。", "超期").Field("id")
	gardener.Do(at, "task_done", "id", id, "done", "树根已切。")
	handler.Get(at).Shows(t, "树根已切。")
	handler.Do(at, "task_rate", "id", id, "rating", "4", "rating_text", "晚了一天")
	handler.Do(at, "joint", "units", "um-facilities", "units", "parks", "minutes", "坑深十厘米，下面是树根。")
	gardener.Do(at, "joint_sign", "id", gardener.Get(at).Shows(t, "坑深十厘米").Field("id"))
	handler.Get(at).Shows(t, "区园林绿化中心：", "签字", "市政设施科：还没有签")

	if refused := handler.Do(at, "time", "time_kind", "pause", "time", "", "time_reason", "等料"); refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("a pause without an end: %d", refused.Status)
	}
	handler.Do(at, "time", "time_kind", "pause", "time", "3", "time_reason", "等沥青到货")
	dispatcher.Case("granting", "大坑")
	dispatcher.Do(at, "time_decide", "grant", "yes", "reason", "缺货属实。")
	handler.Get(at).Shows(t, "停着，到")
	c.Somebody().Get(page).Shows(t, "批准市政设施科更多时间", "缺货属实。")
	handler.Do(at, "go_on")

	handler.Do(at, "shelf", "shelf_reason", "要等管线迁改完工。", "review", "2027-01-20")
	c.As("unit_leader").Do(at, "shelve", "ok", "yes")
	dispatcher.Case("shelving", "大坑")
	dispatcher.Do(at, "shelve", "ok", "yes")
	dispatcher.Case("shelved", "大坑")
	c.Somebody().Get(page).Shows(t, "要等管线迁改完工。", "您等的时间照样算")
	now = time.Date(2027, 1, 20, 1, 0, 0, 0, time.UTC)
	handler = c.As("handler") // they had gone home
	if err := c.App.Cases.Review(t.Context(), cases.Review{}); err != nil {
		t.Fatal(err)
	}
	handler.Case("mine", "大坑")
	c.Settle()
	handler.Get("/work/notices").Shows(t, "挂账到期")
	handler.Do(at, "shelf", "shelf_reason", "管线又延期。", "review", "2027-05-20")
	c.As("unit_leader").Get(at).Shows(t, "此前挂账", "1 次")
}

// Who was moved is asked about recusal on cases of the unit they came from, for
// two years.
func TestCameFromTheUnit(t *testing.T) {
	now := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	c := apptest.One(t, apptest.Options{Now: func() time.Time { return now }})
	c.Somebody().Say("湖滨路菜市场门口路面坑洼，有个大坑。", "area", "lianhu-hubin")
	c.Settle()
	at := c.As("dispatcher").Case("dispatch", "大坑")
	c.As("dispatcher").Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
	list := people(t, c)
	wu := list[slices.IndexFunc(list, func(s access.Staff) bool { return s.Login == "wu.deshun" })]
	const asked = "年内从市政设施科调来"
	c.As("wu.deshun").Get(at).Hides(t, asked)
	now = now.Add(time.Hour)
	err := c.App.Staff.Change(t.Context(), access.System(), wu.ID, access.NewStaff{Login: wu.Login, Name: wu.Name, Unit: "hotline", Roles: []access.Role{access.Dispatcher}})
	if err != nil {
		t.Fatal(err)
	}
	c.As("wu.deshun").Get(at).Shows(t, asked)
	c.As("dispatcher").Get(at).Hides(t, asked)
	now = now.AddDate(2, 0, 1)
	c.As("wu.deshun").Get(at).Shows(t, "大坑").Hides(t, asked)
	now = now.AddDate(-2, 0, 0)
	c.As("wu.deshun").Do(at, "recuse", "ground", "former_unit")
	if page := c.As("wu.deshun").Get(at); page.Status != http.StatusForbidden && page.Status != http.StatusNotFound {
		t.Errorf("who keeps out opens it: %d", page.Status)
	}
	c.As("supervisor").Post("/work/orders", url.Values{"case": {strings.TrimPrefix(at, "/work/cases/")}, "order": {"三天内说明进度"}, "order_in": {"3wd"}})
	c.As("supervisor").Get("/work/orders").Shows(t, "三天内说明进度")
	if page := c.As("wu.deshun").Get("/work/orders").Hides(t, "三天内说明进度"); page.Status != http.StatusOK {
		t.Errorf("one case they keep out of, and no orders at all: %d", page.Status)
	}
}

// The hotline rings and asks three things; a person who is kin does nothing
// with the case.
func TestFollowUp(t *testing.T) {
	now := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	c := apptest.One(t, apptest.Options{Now: func() time.Time { return now }})
	page := c.Somebody().Say("湖滨路菜市场门口路面坑洼，有个大坑。", "area", "lianhu-hubin", "contact", "12012345678")
	c.Settle()
	dispatcher, handler, clerk := c.As("dispatcher"), c.As("handler"), c.As("clerk")
	at := dispatcher.Case("dispatch", "大坑")
	number := strings.TrimPrefix(at, "/work/cases/")
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole")
	handler.Do(at, "accept")
	clerk.Do(at, "recuse", "ground", "kin")
	if refused := clerk.Post(at+"/note", url.Values{"revision": {handler.Get(at).Field("revision")}, "note": {"说情"}}); refused.Status != http.StatusForbidden {
		t.Errorf("who is recused writes a note: %d", refused.Status)
	}
	handler.Get(at).Shows(t, "回避：涉及亲属")
	handler.Do(at, "draft", "outcome", "solved", "answer", "已修补。", "send", "yes")
	for _, who := range []string{"section_head", "unit_leader", "dispatcher"} {
		c.As(who).Do(at, "check", "pass", "yes")
	}
	clerk.Get("/work/follow-ups").Hides(t, "大坑")
	if refused := clerk.Get("/work/follow-ups/" + number); refused.Status != http.StatusForbidden {
		t.Errorf("who is recused rings: %d", refused.Status)
	}
	if refused := handler.Get("/work/follow-ups"); refused.Status != http.StatusForbidden {
		t.Errorf("a unit rings about its own answer: %d", refused.Status)
	}
	other := c.As("wang.dachuan")
	other.Get("/work/follow-ups").Shows(t, "大坑")
	form := other.Get("/work/follow-ups/"+number).Shows(t, "一、市政设施科联系过您吗？", "已修补。").Hides(t, "12012345678")
	part := form.Field("part")
	other.Post("/work/follow-ups/"+number+"/contact", url.Values{"part": {part}}).Shows(t, "12012345678")
	c.Somebody().Get(page).Shows(t, "回访：核实办理结果") // each look is seen
	send := func(fields url.Values) apptest.Page {
		fields.Set("part", part)
		fields.Set("revision", other.Get("/work/follow-ups/"+number).Field("revision"))
		return other.Post("/work/follow-ups/"+number, fields)
	}
	send(url.Values{})
	if same := send(url.Values{}); same.Status != http.StatusConflict {
		t.Errorf("the same hour: %d", same.Status)
	}
	now = now.Add(4 * time.Hour)
	dispatcher, other = c.As("dispatcher"), c.As("wang.dachuan")
	if half := send(url.Values{"reached": {"yes"}, "contacted": {"yes"}, "solved": {"no"}}); half.Status != http.StatusUnprocessableEntity {
		t.Errorf("not solved, and nothing is missing: %d", half.Status)
	}
	send(url.Values{"reached": {"yes"}, "contacted": {"yes"}, "solved": {"no"}, "missing": {"旁边还有一处。"}, "treated": {"4"}})
	now = now.Add(time.Minute) // a period does not have its last moment
	for _, who := range []string{"supervisor", "section_head"} {
		c.As(who).Get("/work/rates").Shows(t, "回访里市民怎么说", "没有人联系过我", "市政设施科 2 1 0.0 % 0/1")
	}
	if csv := c.As("supervisor").Get("/work/rates/calls.csv").Body; !strings.Contains(csv, "市政设施科,2,1,0,1,") {
		t.Errorf("as a file: %s", csv)
	}
	dispatcher.Get(dispatcher.Case("contested", "大坑")).Shows(t, "旁边还有一处。", "回访没有接通", "回访接通")
	c.Somebody().Get(page).Shows(t, "您说没有解决，还差：")
}
