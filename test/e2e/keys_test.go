package e2e

import (
	"slices"
	"strings"
	"testing"
)

// TestKeys is a day without a mouse: a row is ticked, a case opened, a note
// begun, a helper added, and every key that a page prints is on the page of
// keys.
func TestKeys(t *testing.T) {
	at, b := visit(t), Browser(t)
	key, text := known("滨湖路井盖松动，车过哐当响。")
	say(t, at, text, "")
	p := b.Page(t, at, View{})
	enter(p, "dispatcher")
	waitFor(t, func() bool {
		p.Go("/work/queue?view=dispatch")
		return strings.Contains(p.Text("main"), key)
	})
	p.Press("j")
	p.Press("x")
	if p.Count(".tick input:checked") != 1 || !strings.Contains(Eval[string](p, `document.activeElement.className`), "row") {
		t.Error("x does not tick the row and go to the next")
	}
	p.PressTo("?")
	listed := strings.Fields(Eval[string](p, `[...document.querySelectorAll("main dt kbd")].map(k => k.textContent).join(" ")`))
	printed := func() {
		t.Helper()
		for k := range strings.FieldsSeq(Eval[string](p, `[...document.querySelectorAll("[data-key]")].map(e => e.dataset.key).join(" ")`)) {
			if !slices.Contains(listed, k) {
				t.Errorf("%s is pressed on %s and not on the page of keys", k, p.Path())
			}
		}
	}
	printed()
	good(p)
	p.PressTo("q")
	open(p, "dispatch", key)
	printed()
	page := p.Path()
	for _, row := range []struct{ press, form string }{{"i", "note"}, {"p", "split"}, {"f", "finish"}} {
		p.Press(row.press)
		if p.Count("details[open] form[action$='/"+row.form+"']") != 1 || !Eval[bool](p, `Boolean(document.activeElement.closest("form[action$='/`+row.form+`']"))`) {
			t.Errorf("%s does not lead into %s", row.press, row.form)
		}
		Eval[any](p, "document.activeElement.blur()")
	}
	good(p)
	p.PressTo("a")
	p.Go(page)
	p.Press("h")
	if p.Count("details[open] form[action$='/helper']") != 1 {
		t.Error("h does not open the helpers")
	}

	handler := b.Page(t, at, View{})
	enter(handler, "handler")
	for _, to := range []struct{ press, path string }{{"w", "/work/way"}, {"q", "/work/queue"}, {"l", "/work/knowledge"}} {
		handler.PressTo(to.press)
		if !strings.HasPrefix(handler.Path(), to.path) {
			t.Errorf("%s leads to %s", to.press, handler.Path())
		}
	}
}
