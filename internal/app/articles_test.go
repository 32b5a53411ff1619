package app_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
)

// What a clerk answers freely is kept as a draft for who answers for the
// matter, unless the clerk says that it is nothing to keep; its owner is told
// once, also of what ends soon.
func TestFreeAnswer(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx, clerk := t.Context(), c.As("clerk")
		answer := func(text string, fields ...string) {
			t.Helper()
			page := clerk.Get("/work/new")
			if !strings.Contains(page.Body, `id="ask_article" name="ask_article" value="yes" checked`) {
				t.Error("that a free answer is kept is not the default")
			}
			form := url.Values{"key": {page.Field("key")}, "channel": {"phone"}, "how": {"answer"}, "kind": {"enquiry"}, "category": {"roads-streetlight"}, "text": {text}, "answer": {"可以拨打路灯热线13912345678报修。"}}
			for i := 0; i+1 < len(fields); i += 2 {
				form.Set(fields[i], fields[i+1])
			}
			clerk.Post("/work/new", form)
			c.Settle()
		}
		begun := func() (list []knowledge.Article) {
			t.Helper()
			all, err := c.App.Knowledge.List(ctx, access.System(), knowledge.Filter{States: []knowledge.State{knowledge.Draft}, Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			return slices.DeleteFunc(all, func(a knowledge.Article) bool { return a.Question == "" })
		}
		before := len(begun())
		answer("哪里可以报修太阳能庭院灯？")
		if n := len(begun()); n != before {
			t.Fatalf("unticked, and %d drafts were begun", n-before)
		}
		answer("哪里可以报修太阳能庭院灯？", "ask_article", "yes")
		list := begun()
		if len(list) != before+1 {
			t.Fatalf("%d drafts were begun", len(list)-before)
		}
		a := list[0]
		if a.Draft.ZH.Body != "可以拨打路灯热线139******78报修。" {
			t.Errorf("the draft says %q", a.Draft.ZH.Body)
		}
		city, err := c.App.Org.City(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.App.Knowledge.Import(ctx, access.System(), []knowledge.Article{{Unit: a.Unit, Public: knowledge.Content{
			ZH: knowledge.Words{Title: "庭院灯补贴", Body: "今年可以申请。"}, To: city.Day(time.Now().AddDate(0, 0, 10)),
		}}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2100 * time.Millisecond) // until a node answers from what it knows anew
		for range 2 {
			if err := (&flow.Articles{Knowledge: c.App.Knowledge, Notify: c.App.Notify}).TellOwners(ctx, flow.TellOwners{}); err != nil {
				t.Fatal(err)
			}
		}
		owner := access.Actor{Staff: "owner", Unit: a.Unit, Up: []org.UnitID{a.Unit}, Roles: []access.Role{access.SectionHead, access.Supervisor}}
		notices, err := c.App.Notify.Mine(ctx, owner, 100)
		if err != nil {
			t.Fatal(err)
		}
		told := map[string]int{}
		for _, n := range notices {
			if strings.HasSuffix(n.Link, string(a.ID)) || n.Args["Title"] == "庭院灯补贴" {
				told[n.Key]++
			}
		}
		if len(told) != 2 || told["notice.article_asked"] != 1 || told["notice.article_ends"] != 1 {
			t.Errorf("the owner is told %v", told)
		}
	})
}

// Somebody who writes finds the answer, or says that it is none: both are
// counted with the article, without JavaScript, and nothing typed is lost.
func TestHintIsCounted(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx, resident := t.Context(), c.Somebody()
		shown, err := c.App.Knowledge.Shown(ctx, knowledge.Query{Limit: 1})
		if err != nil || len(shown) == 0 {
			t.Fatal(shown, err)
		}
		a := shown[0]
		text := a.Public.ZH.Title
		page := resident.Post("/requests/new", url.Values{"text": {text}})
		page.Shows(t, "这就是我要的答案", "没有帮助")
		count := func() (helped, missed int64) {
			now, err := c.App.Knowledge.Article(ctx, access.System(), a.ID)
			if err != nil {
				t.Fatal(err)
			}
			return now.Helped, now.Missed
		}
		helped, missed := count()
		page = resident.Post("/requests/new", url.Values{"text": {text}, "contact": {"12012345678"}, "not_helped": {string(a.ID)}})
		page.Shows(t, text, "已告诉写它的单位")
		if !strings.Contains(page.Body, "12012345678") {
			t.Error("what was typed is gone")
		}
		page = resident.Post("/requests/new", url.Values{"text": {text}, "helped": {string(a.ID)}})
		if !strings.HasPrefix(page.Path, "/answers/") {
			t.Errorf("who found the answer is on %s", page.Path)
		}
		if h, m := count(); h != helped+1 || m != missed+1 {
			t.Errorf("counted %d and %d", h-helped, m-missed)
		}
	})
}
