package e2e

import (
	"strings"
	"testing"
)

// TestDrafts is words that are typed once: a tab that is closed and a line that
// is lost while they are sent lose nothing, and what has arrived is not there
// again.
func TestDrafts(t *testing.T) {
	at, b := visit(t), Browser(t)
	address, down := line(t, at)
	key, text := known("湖滨路菜市场门口路面坑洼塌陷，有个大坑，请尽快修。")
	page, _ := accepted(t, b, at, at, View{}, key, text)
	p := b.Page(t, address, View{})
	enter(p, "handler")
	p.Go(page)
	const form = "form[action$='/note']"
	typed := func() string { return Look[string](p, `document.querySelector("`+form+` textarea").value`) }
	openDetails(p, form)
	p.Fill(form+" textarea", "已约施工队")
	p.Go("/work/queue") // closed
	p.Go(page)
	if typed() != "已约施工队" {
		t.Fatalf("after the tab was closed there is %q", typed())
	}
	openDetails(p, form)
	down.Store(true)
	p.Click(form + " button")
	waitFor(t, func() bool { return Look[string](p, `document.body?.id ?? ""`) == "t" || p.Count(form) == 0 }) // the browser's own page
	down.Store(false)
	Eval[any](p, "history.back()")
	waitFor(t, func() bool { return p.Count(form) == 1 && typed() == "已约施工队" })
	// The page may have come out of the browser's cache as it was left, and in
	// that the protocol clicks on nothing.
	Eval[any](p, `document.querySelector("`+form+` button").click()`)
	waitFor(t, func() bool {
		return strings.Contains(Look[string](p, `document.querySelector("main")?.innerText ?? ""`), "已约施工队")
	})
	if typed() != "" {
		t.Errorf("what has arrived is still there: %q", typed())
	}
}

// TestDraftsAreOnesOwn is one desk at which one clerk follows another: what the
// first typed is not the next one's, and who signs out leaves nothing of it.
func TestDraftsAreOnesOwn(t *testing.T) {
	p := Browser(t).Page(t, visit(t), View{})
	kept := func() string {
		return Eval[string](p, `Object.keys(localStorage).filter(k => k.startsWith("draft:")).join(" ")`)
	}
	typed := func() string { return Eval[string](p, `document.querySelector("#text").value`) }
	enter(p, "clerk")
	p.Go("/work/new")
	p.Fill("#text", "来电人说楼上漏水")
	if !strings.Contains(kept(), ":entry") {
		t.Fatalf("nothing is kept: %q", kept())
	}
	enter(p, "dispatcher") // the first one's session has ended
	p.Go("/work/new")
	if got := typed(); got != "" {
		t.Errorf("the next at the desk reads %q", got)
	}
	p.Fill("#text", "别人的话")
	p.Follow("form[action='/work/sign-out'] button")
	if keys := strings.Fields(kept()); len(keys) != 1 {
		t.Errorf("after signing out there is left %v", keys)
	}
	enter(p, "clerk")
	p.Go("/work/new")
	if got := typed(); got != "来电人说楼上漏水" {
		t.Errorf("the first finds %q", got)
	}
	p.Follow("form[action='/work/sign-out'] button")
	if kept() != "" {
		t.Errorf("after both signed out there is left %s", kept())
	}
}
