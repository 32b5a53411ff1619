package workbench

import (
	"context"
	"net/http"

	"yiwang/internal/front/web"
)

// A key is pressed instead of a button, or to follow a link.
type key struct {
	does  string // what it does, as pages call it; text "keys." + does says it
	press string
}

// keys are all there are, in the order of the page that lists them. What is
// printed beside a button, and what the script presses, is taken from here.
// One key does one thing on one page.
var keys = []key{
	{"next", "j"},
	{"previous", "k"},
	{"open", "Enter"},
	{"tick", "x"},
	{"first", "a"},
	{"back", "r"},
	{"send", "d"},
	{"ask", "e"},
	{"note", "i"},
	{"finish", "f"},
	{"split", "p"},
	{"merge", "m"},
	{"helper", "h"},
	{"undo", "u"},
	{"new", "n"},
	{"calls", "c"},
	{"queue", "q"},
	{"way", "w"},
	{"orders", "s"},
	{"search", "/"},
	{"knowledge", "l"},
	{"board", "b"},
	{"overview", "o"},
	{"keys", "?"},
	{"leave", "Esc"},
	{"submit", "Ctrl+Enter"},
}

// keyFor is the key that does something; one that is not in the list is a
// mistake in the program.
func keyFor(does string) string {
	for _, k := range keys {
		if k.does == does {
			return k.press
		}
	}
	panic("workbench: no key for " + does)
}

func (b *Workbench) keys(w http.ResponseWriter, r *http.Request) error {
	return web.Render(r.Context(), w, http.StatusOK, keysPage(b.page(r.Context(), web.T(r.Context(), "work.nav_keys"), "/work/keys")))
}

func (k key) text(ctx context.Context) string { return web.T(ctx, "keys."+k.does) }
