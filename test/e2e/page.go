package e2e

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A Page is what one person sees. A step that does not work out fails the
// test and leaves a picture.
type Page struct {
	T    testing.TB
	Site string
	Also string // another site that the person is sent to

	ctx      context.Context
	noScript bool

	mu      sync.Mutex
	outside []string // addresses elsewhere that the page asked for
	wrong   []string // what scripts and the security policy complained of
	bytes   int64    // that came over the wire since the last Go
}

// Go opens a path of the site and gives the status of the answer.
func (p *Page) Go(path string) (status int) {
	p.T.Helper()
	p.mu.Lock()
	p.bytes = 0
	p.mu.Unlock()
	answer := run(p, "go to "+path, chromedp.NavigateResponse(p.Site+path))
	if answer == nil {
		return 0
	}
	return int(answer.Status)
}

// Follow clicks what opens another page, a link or a button of a form, and
// waits for that page.
func (p *Page) Follow(css string) (status int) {
	p.T.Helper()
	return p.opens("follow "+css, chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
}

// PressTo presses keys that open another page and waits for that page.
func (p *Page) PressTo(keys string) (status int) {
	p.T.Helper()
	return p.opens("press keys", chromedp.KeyEvent(keys))
}

func (p *Page) opens(what string, by chromedp.Action[chromedp.Void]) int {
	p.T.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, by)
	if err != nil {
		p.T.Fatalf("%s at %s: %v", what, p.Path(), err)
	}
	return int(answer.Status)
}

// Click clicks what changes this page.
func (p *Page) Click(css string) {
	p.T.Helper()
	run(p, "click "+css, chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
}

// Fill writes text into a field, in place of what is there.
func (p *Page) Fill(css, text string) {
	p.T.Helper()
	Eval[any](p, "document.querySelector("+quote(css)+").value = ''")
	run(p, "write into "+css, chromedp.SendKeys(chromedp.CSS(css), text))
}

// Choose sets a select to the option with this value.
func (p *Page) Choose(css, value string) {
	p.T.Helper()
	run(p, "choose in "+css, chromedp.SetValue(chromedp.CSS(css), value))
}

// Upload chooses a file in a field for files.
func (p *Page) Upload(css, file string) {
	p.T.Helper()
	run(p, "choose a file in "+css, chromedp.SetUploadFiles(chromedp.CSS(css), []string{file}))
}

// Press presses keys where the focus is: text, or names such as kb.Tab of
// chromedp/kb.
func (p *Page) Press(keys string) {
	p.T.Helper()
	run(p, "press keys", chromedp.KeyEvent(keys))
}

// Text gives the visible text of the first element that matches.
func (p *Page) Text(css string) string {
	p.T.Helper()
	// One look at the page as it is: a node that is asked for by its number may
	// be gone by then.
	return Look[string](p, "document.querySelector("+quote(css)+")?.innerText ?? ''")
}

// Count says how many elements match now.
func (p *Page) Count(css string) int {
	p.T.Helper()
	return Look[int](p, "document.querySelectorAll("+quote(css)+").length")
}

// Focused says what has the focus: its id, or its name, or its tag.
func (p *Page) Focused() string {
	p.T.Helper()
	return Look[string](p, `(e => e ? e.id || e.getAttribute("name") || e.tagName.toLowerCase() : "")(document.activeElement)`)
}

// Focuses waits until the element of that id, name or tag has the focus: a page
// may set it a moment after it has loaded.
func (p *Page) Focuses(name string) {
	p.T.Helper()
	for end := time.Now().Add(patience / 2); p.Focused() != name; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.T.Fatalf("%s: the focus is on %q, not on %q", p.Path(), p.Focused(), name)
		}
	}
}

// Shows waits until the page shows all the texts.
func (p *Page) Shows(texts ...string) {
	p.T.Helper()
	for _, text := range texts {
		if !p.waits(text) {
			p.T.Fatalf("%s does not show %q; it shows:\n%s", p.Path(), text, p.Text("body"))
		}
	}
}

func (p *Page) waits(text string) bool {
	p.T.Helper()
	for end := time.Now().Add(patience / 2); ; time.Sleep(50 * time.Millisecond) {
		if strings.Contains(p.Text("body"), text) {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// Hides fails if the page shows any of the texts.
func (p *Page) Hides(texts ...string) {
	p.T.Helper()
	body := p.Text("body")
	for _, text := range texts {
		if strings.Contains(body, text) {
			p.T.Errorf("%s shows %q", p.Path(), text)
		}
	}
}

// Path is where the page is, below its site.
func (p *Page) Path() string {
	p.T.Helper()
	return strings.TrimPrefix(run(p, "ask where it is", chromedp.Location()), p.Site)
}

// FitsWidth fails if the page has to be moved sideways to be read.
func (p *Page) FitsWidth() {
	p.T.Helper()
	if over := Eval[int](p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		p.T.Errorf("%s is %d pixels wider than the screen", p.Path(), over)
	}
}

// Bytes is what came over the wire, headers and all, since the last Go.
func (p *Page) Bytes() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes
}

// Screenshot writes a picture of the whole page to
// screenshots/TEST/NAME.png.
func (p *Page) Screenshot(name string) { p.T.Helper(); p.picture(name, chromedp.FullScreenshot(100)) }

// InSight writes a picture of what is in sight there.
func (p *Page) InSight(name string) { p.T.Helper(); p.picture(name, chromedp.CaptureScreenshot()) }

// Print gives the page as a PDF on A4 paper, and writes it beside the pictures.
func (p *Page) Print(name string) []byte {
	p.T.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	answer, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true), PrintBackground: new(true)})
	if err != nil {
		p.T.Fatalf("print %s: %v", name, err)
	}
	pdf := answer.Data
	p.keep(name+".pdf", pdf)
	return pdf
}

func (p *Page) picture(name string, take chromedp.Action[[]byte]) {
	p.T.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, take)
	if err != nil {
		p.T.Logf("screenshot %s: %v", name, err)
		return
	}
	p.keep(name+".png", picture)
}

func (p *Page) keep(name string, content []byte) {
	p.T.Helper()
	file := filepath.Join("screenshots", strings.ReplaceAll(p.T.Name(), "#", "-"), name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		p.T.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o644); err != nil {
		p.T.Fatal(err)
	}
}

// Eval gives the value of a JavaScript expression in the page. It works
// where the page's own scripts do not run, too.
func Eval[T any](p *Page, expression string) T {
	p.T.Helper()
	return run(p, "evaluate "+expression, chromedp.Evaluate[T](expression))
}

// Look gives the value of an expression that changes nothing. A page that is
// just being left has no answer: then it is asked again.
func Look[T any](p *Page, expression string) T {
	p.T.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
		if err == nil {
			return value
		}
		select {
		case <-ctx.Done():
			p.T.Fatalf("look at %s: %v", expression, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func run[T any](p *Page, what string, a chromedp.Action[T]) T {
	p.T.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, a)
	if err != nil {
		p.T.Fatalf("%s: %v", what, err)
	}
	return value
}

// watch hears all that happens in the page.
func (p *Page) watch(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !p.ours(e.Request.URL) && !slices.Contains(p.outside, e.Request.URL) {
			p.outside = append(p.outside, e.Request.URL)
		}
	case *network.EventLoadingFinished:
		p.bytes += int64(e.EncodedDataLength)
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		p.wrong = append(p.wrong, text)
	case *cdplog.EventEntryAdded:
		// A page that answers 404 or 422 is what some tests are about.
		if e.Entry.Level == "error" && e.Entry.Source != "network" {
			p.wrong = append(p.wrong, string(e.Entry.Source)+": "+e.Entry.Text)
		}
	}
}

func (p *Page) ours(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "data", "blob", "about", "chrome", "chrome-error":
		return true
	}
	at := u.Scheme + "://" + u.Host
	return at == p.Site || at == p.Also
}

// check fails the test for what watch heard.
func (p *Page) check() {
	p.T.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, address := range p.outside {
		p.T.Errorf("a page asked for %s: nothing leaves for an outside host", address)
	}
	for _, text := range p.wrong {
		p.T.Errorf("in the browser's console: %s", text)
	}
}
