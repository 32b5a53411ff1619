package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestKnowledge is a question that is answered on the call with an article,
// one that becomes an article, and a law that ends.
func TestKnowledge(t *testing.T) {
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English", View{Width: 375, Lang: "en"}}} {
		t.Run(v.name, func(t *testing.T) { knowledge(t, v.View) })
	}
}

func knowledge(t *testing.T, v View) {
	at, b := visit(t), Browser(t)
	english := v.Lang == "en"

	clerk := b.Page(t, at, v)
	enter(clerk, "clerk")
	clerk.Go("/work/new")
	_, asks := known("请问居住证怎么办理，要带什么材料？")
	clerk.Fill("#text", asks)
	waitFor(t, func() bool { return clerk.Count("#hints input[name=article]") > 1 })
	good(clerk)
	clerk.Click("#hints input[name=article]")
	if answer := Eval[string](clerk, `document.getElementById("answer").value`); !strings.Contains(answer, "半年") {
		t.Errorf("the article did not become the answer: %q", answer)
	}
	clerk.Click("input[name=confirmed]")
	clerk.Screenshot("answer-on-call")
	clerk.Follow("form[action='/work/new'] .buttons button")
	clerk.Shows("半年")
	good(clerk)

	// What the clerk answers without an article becomes a draft for its owner.
	clerk.Go("/work/new")
	key, asks := known("无人机在湖边拍照要不要登记报备？")
	clerk.Fill("#text", asks)
	clerk.Click("input[name=how][value=answer]")
	clerk.Fill("#answer", "要在民航局网站实名登记，飞行前看空域。")
	clerk.Click("input[name=confirmed]")
	clerk.Follow("form[action='/work/new'] .buttons button")
	clerk.Go("/work/knowledge?view=mine")
	clerk.Shows(key)

	handler := b.Page(t, at, v)
	enter(handler, "handler")
	handler.Go("/work/knowledge/new")
	title := "无人机飞行怎么报备" + key
	handler.Fill("#title_zh", title)
	handler.Follow("button[name=submit]") // without an answer
	good(handler)
	if handler.Text(".field.wrong") == "" || Eval[string](handler, `document.getElementById("title_zh").value`) != title {
		t.Error("what was typed is lost, or nothing says what is missing")
	}
	handler.Fill("#body_zh", "先在民航局网站实名登记，再按空域规定报备。"+key)
	handler.Fill("#title_en", "Must a drone be registered? "+key)
	handler.Fill("#body_en", "Register it with the aviation authority first. "+key)
	handler.Follow("button[name=submit]")
	good(handler)
	if handler.Count("form[action$='/publish']") != 0 {
		t.Error("who wrote it may publish it")
	}
	handler.Screenshot("article")

	head := b.Page(t, at, v)
	enter(head, "section_head")
	head.Go("/work/knowledge?view=review")
	good(head)
	head.Follow("tbody a")
	head.Follow("form[action$='/publish'] button")
	good(head)

	resident := b.Page(t, at, v)
	word := "无人机飞行怎么报备"
	if english {
		word = "must a drone be registered"
	}
	waitFor(t, func() bool {
		resident.Go("/answers?q=" + strings.ReplaceAll(word, " ", "+") + key)
		return strings.Contains(resident.Text("main"), key)
	})
	good(resident)
	resident.Screenshot("answers")
	resident.Follow(".articles a")
	good(resident)
	resident.Fill("#asked", "没说湖边可不可以飞")
	resident.Follow("button[name=helped][value=no]")
	good(resident)
	resident.Go("/requests/new")
	resident.Fill("#text", word+key)
	waitFor(t, func() bool { return resident.Count("#hints details") > 0 })
	good(resident)

	handler.Go("/work/knowledge?view=mine")
	handler.Follow("tbody a")
	handler.Shows("没说湖边可不可以飞")

	// The law that an article rests on ends.
	admin := b.Page(t, at, v)
	enter(admin, "administrator")
	admin.Go("/work/admin/tables/laws/row?key=household-registration-regulations")
	admin.Fill("#to", "someday")
	admin.Follow("main form button")
	good(admin)
	admin.Fill("#to", time.Now().AddDate(0, 0, 9).Format(time.DateOnly))
	admin.Follow("main form button")
	good(admin)
	admin.Screenshot("laws")
	admin.Go("/work/knowledge?view=flags")
	good(admin)
	if english {
		admin.Shows("How do I get a residence permit?")
	} else {
		admin.Shows("居住证怎么办理")
	}
}
