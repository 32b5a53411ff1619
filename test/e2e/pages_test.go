package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// maxFirstView is what the portal may send to somebody new, in bytes.
const maxFirstView = 60_000

// publicPages are those of residents, and of who is not signed in.
var publicPages = []string{
	"/", "/requests/new", "/receipts", "/account", "/answers", "/public", "/programmes", "/figures", "/figures/rulings",
	"/figures/sample", "/register", "/place", "/about", "/demo", "/nowhere", "/work/sign-in",
}

// staff are the roles of the demonstration that sign in.
var staff = []string{
	"clerk", "dispatcher", "handler", "section_head", "unit_leader", "supervisor", "leader", "auditor", "administrator",
	"receiver",
}

// workPages are asked for by all of them; some are refused some.
var workPages = []string{
	"/work/queue", "/work/queue?view=all", "/work/way?of=unit", "/work/new",
	"/work/search?q=%E8%B7%AF%E7%81%AF&state=open", "/work/overview?days=30", "/work/notices", "/work/me", "/work/keys",
	"/work/board", "/work/rates", "/work/rates/what-if", "/work/exclusions", "/work/audit", "/work/patterns",
	"/work/trends", "/work/knowledge", "/work/knowledge/new", "/work/calls", "/work/automatic", "/work/rulings",
	"/work/sealed", "/work/follow-ups", "/work/orders", "/work/topics?span=90", "/work/associations",
	"/work/answers?view=all", "/work/models", "/work/models/drift", "/work/models/thresholds?wrong=50",
	"/work/process?days=365&detail=60", "/work/programmes", "/work/programmes/new", "/work/help?page=/work/queue",
}

// adminPages are those of who runs the place.
var adminPages = []string{
	"/work/admin", "/work/admin/automatic", "/work/admin/drafts", "/work/admin/drafts/versions", "/work/admin/people",
	"/work/admin/tables/categories", "/work/admin/tables/policy", "/work/admin/tables/categories/row?key=roads-pothole",
	"/work/admin/tables/units/row", "/work/admin/duties", "/work/admin/tables/laws/row", "/work/knowledge?view=flags",
}

// TestPages looks at every page, for every role, on a desk and on a small
// phone, in both languages: the rules of accessibility, the width, and that
// nothing is asked for elsewhere.
func TestPages(t *testing.T) { //nolint:tparallel // its two parts run side by side, and nothing else
	at := visit(t)
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone", View{Width: 375, Lang: "en"}}} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel() // each in a browser of its own
			b := Browser(t)
			for _, path := range publicPages {
				p := b.Page(t, at, v.View) // each is somebody's first page
				p.Go(path)
				good(p)
				if n := p.Bytes(); n > maxFirstView {
					t.Errorf("%s is %d bytes on first view", path, n)
				}
			}
			for _, role := range staff {
				p := b.Page(t, at, v.View)
				enter(p, role)
				good(p)
				refused := 0
				for _, path := range workPages {
					switch status := p.Go(path); status {
					case http.StatusOK:
						good(p)
					case http.StatusForbidden, http.StatusNotFound: // the same words everywhere
						if refused++; refused == 1 {
							good(p)
						}
					default:
						t.Errorf("%s at %s: %d", role, path, status)
					}
				}
				if role == "administrator" {
					for _, path := range adminPages {
						if status := p.Go(path); status != http.StatusOK {
							t.Errorf("%s at %s: %d", role, path, status)
						}
						good(p)
					}
				}
				if role == "supervisor" {
					p.Go("/work/topics?span=365")
					if p.Count(".topics h2 a") > 0 {
						p.Follow(".topics h2 a")
						good(p)
					}
				}
				p.Go("/work/queue?view=all")
				if p.Count("a.row") > 0 {
					p.Follow("a.row")
					good(p)
				}
			}
		})
	}
}

// TestKeyboard writes down a call, and sends a case on, without a mouse.
func TestKeyboard(t *testing.T) {
	at, b := visit(t), Browser(t)
	clerk := b.Page(t, at, View{})
	enter(clerk, "clerk")
	clerk.Focuses("text")
	key, text := known("湖滨路菜市场门口路面坑洼，有个大坑。")
	clerk.Press(text)
	for range 2 { // area, address
		clerk.Press(kb.Tab)
	}
	clerk.Focuses("address")
	clerk.Press("湖滨路")
	for clerk.Focused() != "answer" { // a text field in which Ctrl and Enter send
		clerk.Press(kb.Tab)
	}
	Eval[any](clerk, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true}))`)
	waitFor(t, func() bool { return strings.HasPrefix(clerk.Path(), "/work/cases/") })
	clerk.Shows(text)

	dispatcher := b.Page(t, at, View{})
	enter(dispatcher, "dispatcher")
	dispatcher.Shows(key)
	dispatcher.Press("j")
	for range 60 {
		if strings.Contains(Eval[string](dispatcher, `document.activeElement.textContent`), key) {
			break
		}
		dispatcher.Press("j")
	}
	dispatcher.PressTo(kb.Enter)
	dispatcher.Shows(text)
	dispatcher.PressTo("a")
	dispatcher.Hides(key)
}

// TestMistakes sends forms with mistakes in them: what is wrong is said, the
// focus is on it, and what was typed is there.
func TestMistakes(t *testing.T) {
	at, b := visit(t), Browser(t)
	for _, v := range []View{{}, {Width: 375, Lang: "en", NoScript: true}} {
		p := b.Page(t, at, v)
		p.Go("/requests/new")
		p.Fill("#address", "湖滨路18号")
		p.Follow("form[action='/requests'] button:not([type=button])")
		good(p)
		if p.Count(".error-summary a[href='#text']") != 1 {
			t.Error("nothing leads to the field that is empty")
		}
		if got := Eval[string](p, `document.querySelector("#address").value`); got != "湖滨路18号" {
			t.Errorf("the address was typed and is %q", got)
		}
		p.Go("/receipts")
		p.Fill("#receipt", "ABC")
		p.Follow("form[action='/receipts'] button")
		good(p)
		if got := Eval[string](p, `document.querySelector("#receipt").value`); got != "ABC" {
			t.Errorf("the code was typed and is %q", got)
		}
	}
}
