package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestDraft is an administrator who drafts that potholes are due sooner, tries
// it on last month, and a supervisor who publishes it and goes back.
func TestDraft(t *testing.T) {
	at, b := visit(t), Browser(t)
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English", View{Width: 375, Lang: "en"}}, {"without scripts", View{Width: 375, NoScript: true}}} {
		t.Run(v.name, func(t *testing.T) {
			p := b.Page(t, at, v.View)
			enter(p, "administrator")
			p.Go("/work/admin/drafts")
			good(p)
			key, _ := known("")
			p.Fill("#name", "草案"+key)
			p.Follow("form.card button")
			good(p)
			p.Follow("a[href$='/tables/templates']")
			good(p)
			p.Follow("a[href$='/templates/row']")
			good(p)
			p.Fill("#id", "d-"+strings.ToLower(key))
			p.Fill("#name_zh", "草案模板"+key)
			p.Fill("#text_zh", "编号{nummer}")
			p.Follow("form[method=post].card button")
			good(p)
			p.Shows("{nummer}")
			p.Follow(".error-summary a")
			p.Fill("#text_zh", "编号{number}的事")
			p.Follow("form[method=post].card button")
			good(p)
			p.Shows("草案模板" + key)
			p.Screenshot("draft")
			p.Follow("form[action$='/replay'] button")
			for range 60 {
				if p.Count("progress") == 0 {
					break
				}
				time.Sleep(500 * time.Millisecond)
				p.Follow("a[href$='/replay']")
			}
			good(p)
			if p.Count("#sum") == 0 {
				t.Error("there is no result")
			}
			p.Screenshot("replay")

			s := b.Page(t, at, v.View)
			enter(s, "supervisor")
			s.Go("/work/admin/drafts")
			good(s)
			s.Follow("tbody a")
			good(s)
			s.Follow("form[action$='/publish'] button")
			good(s)
			s.Follow("form[action$='/versions'] button")
			good(s)
			s.Fill("#reason", "试过了")
			s.Follow("form[action$='/publish'] button")
			good(s)
			s.Shows("试过了")
			s.Go("/work/admin/drafts/versions")
			good(s)
			s.Screenshot("versions")
		})
	}
}
