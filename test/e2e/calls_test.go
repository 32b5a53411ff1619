package e2e

import (
	"strings"
	"testing"
)

// TestCalls is a morning at the telephone: a call shows on whatever page a
// clerk has open, is written down with its number, and a missed one is called
// back.
func TestCalls(t *testing.T) {
	at, b := visit(t), Browser(t)
	clerk := b.Page(t, at, View{})
	enter(clerk, "clerk")
	clerk.Go("/work/calls")
	good(clerk)
	clerk.Follow("button[value=play]")
	good(clerk)
	clerk.Go("/work/knowledge")
	waitFor(t, func() bool { return clerk.Count("#strip .ringing a.button") > 0 })
	clerk.Screenshot("ringing")
	clerk.Follow("#strip .ringing a.button")
	good(clerk)
	number := Eval[string](clerk, `document.getElementById("contact").value`)
	if shown := clerk.Text("section.card strong"); number != "" && (shown == number || !strings.Contains(shown, "*")) {
		t.Errorf("%s is shown as %s", number, shown)
	}
	key, text := known("湖滨路路灯不亮，请修一下。")
	clerk.Fill("#text", text)
	clerk.Screenshot("write-down")
	clerk.Follow("form[action='/work/new'] .buttons button")
	clerk.Shows(key)

	phone := b.Page(t, at, View{Width: 375, Lang: "en", NoScript: true})
	enter(phone, "clerk")
	waitFor(t, func() bool {
		phone.Go("/work/calls")
		return phone.Count("button[value=ring]") > 0
	})
	good(phone)
	phone.Follow("button[value=ring]")
	good(phone)
	if n := phone.Text("a.receipt"); len(n) != 11 {
		t.Errorf("the number is shown as %q", n)
	}
	phone.Screenshot("call-back")
	phone.Follow("button[value=not]")
	good(phone)
}
