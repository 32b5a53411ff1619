package e2e

import (
	"strings"
	"testing"
)

// TestTwo is two people on one case: they see each other, and who is slower
// is told and loses nothing of what was written.
func TestTwo(t *testing.T) {
	at, b := visit(t), Browser(t)
	key, text := known("湖滨路菜市场门口路面坑洼，有个大坑，请尽快修。")
	say(t, at, text, "")
	first, second := b.Page(t, at, View{}), b.Page(t, at, View{Width: 375, Lang: "en"})
	enter(first, "dispatcher")
	enter(second, "supervisor")
	waitFor(t, func() bool {
		first.Go("/work/queue?view=dispatch")
		return strings.Contains(first.Text("main"), key)
	})
	open(first, "dispatch", key)
	number := first.Path()
	second.Go(number)
	openDetails(second, "form[action$='/note']")
	second.Fill("form[action$='/note'] textarea", "我正在联系市政")
	waitFor(t, func() bool { return first.Count("#here .notice") > 0 && second.Count("#here .notice") > 0 })
	good(first)
	good(second)
	second.Screenshot("two")

	first.Follow(".suggest form button")
	second.Follow("form[action$='/note'] button")
	good(second)
	if got := Eval[string](second, "document.querySelector(\"form[action$='/note'] textarea\").value"); got != "我正在联系市政" {
		t.Errorf("what was written is now %q", got)
	}
}
