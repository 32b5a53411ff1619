package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Who has many pages overlooks them under headings, on a small phone too,
// opens one by keyboard, folds it up again, and finds the page they are on.
func TestNavigation(t *testing.T) {
	at, b := visit(t), Browser(t)
	for _, v := range []View{{}, {Width: 375, Lang: "en"}} {
		p := b.Page(t, at, v)
		enter(p, "supervisor")
		p.Go("/work/rates")
		if n := p.Count(".top .tabs > .frame > ul > li"); n > 9 {
			t.Errorf("%d pages and headings", n)
		}
		if p.Count(".top .tabs summary.here") != 1 || p.Count(`.top .tabs a[aria-current="page"]`) != 1 {
			t.Error("it is not said where one is")
		}
		Eval[bool](p, `document.querySelector(".top .tabs summary.here").focus() || true`)
		p.Press(kb.Enter)
		if p.Count(".top .tabs details[open]") != 1 {
			t.Error("the heading does not unfold")
		}
		p.FitsWidth()
		p.InSight("nav-" + map[bool]string{true: "phone", false: "desk"}[v.Width > 0])
		p.Press(kb.Escape)
		if p.Count(".top .tabs details[open]") != 0 {
			t.Error("it does not fold up")
		}
		p.Axe()
		p.Press("b") // also what is folded up is a key away
		if p.Path() != "/work/board" {
			t.Errorf("b leads to %s", p.Path())
		}
	}
}
