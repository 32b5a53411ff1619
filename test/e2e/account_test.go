package e2e

import (
	"strings"
	"testing"
)

// TestAccount is somebody who keeps a receipt and opens an account for it.
func TestAccount(t *testing.T) {
	at, b := visit(t), Browser(t)
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English without scripts", View{Width: 375, Lang: "en", NoScript: true}}} {
		t.Run(v.name, func(t *testing.T) {
			p := b.Page(t, at, v.View)
			key, text := known("小区门口的路灯不亮。")
			p.Go("/requests/new")
			p.Fill("#text", text)
			p.Follow("form[action='/requests'] > button:last-of-type")
			good(p)
			p.Follow("form[action$='/keep'] button")
			good(p)
			p.Fill("#name-open", "Li "+key)
			p.Fill("#password-open", "short")
			p.Follow("form[action='/account/open'] button")
			good(p)
			if p.Count(".error-summary") != 1 || Eval[string](p, `document.getElementById("name").value`) != "Li "+key {
				t.Error("what is wrong is not said, or the name is lost")
			}
			p.Fill("#password", "a few words in a row")
			p.Follow("form[action='/account/open'] button")
			good(p)
			if !strings.Contains(p.Text(".articles"), key) {
				t.Error("the receipt is not in the account")
			}
			p.Screenshot("account")
			p.Follow("form[action='/account/out'] button")
			p.Hides(key)
			good(p)
		})
	}
}
