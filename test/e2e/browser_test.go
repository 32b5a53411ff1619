package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// site serves a few pages that are good and bad in ways we want to notice.
func site(t *testing.T) string {
	t.Helper()
	pages := map[string]string{
		"/good": `<main><h1>莲城</h1><form action="/said"><label for="text">您想说什么？</label>
			<input id="text" name="text"><button>提交</button></form></main>`,
		"/said":    `<main><h1>收到</h1><p id="script">没有脚本</p><script>document.getElementById("script").textContent = "有脚本"</script></main>`,
		"/no-alt":  `<main><h1>图</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main>`,
		"/outside": `<main><h1>外</h1><script src="http://tracker.invalid/x.js"></script></main>`,
		"/error":   `<main><h1>错</h1><script>nobody.knows()</script></main>`,
		"/wide":    `<main><h1>宽</h1><div style="width:900px">宽</div></main>`,
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		body, ok := pages[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			body = "<main><h1>找不到</h1></main>"
		}
		_, _ = w.Write([]byte(`<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width, initial-scale=1"><title>` +
			r.Header.Get("Accept-Language") + `</title>` + body))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// What the pages of the tests below can do is tried first on pages that are
// good and bad on purpose.
func TestBrowser(t *testing.T) {
	at, b := site(t), Browser(t)

	p := b.Page(t, at, View{Lang: "en"})
	if status := p.Go("/good"); status != 200 {
		t.Errorf("status %d", status)
	}
	p.Shows("莲城")
	p.Axe()
	p.FitsWidth()
	if title := Eval[string](p, "document.title"); !strings.HasPrefix(title, "en") {
		t.Errorf("the browser asked for %q", title)
	}
	p.Press(kb.Tab)
	p.Focuses("text")
	p.Fill("#text", "路灯不亮 <b>")
	if status := p.Follow("button"); status != 200 {
		t.Errorf("status %d", status)
	}
	p.Shows("收到", "有脚本")
	p.Hides("没有脚本")
	if !strings.HasPrefix(p.Path(), "/said?text=") {
		t.Errorf("at %s", p.Path())
	}
	if status := p.Go("/none"); status != 404 {
		t.Errorf("status %d", status)
	}

	p = b.Page(t, at, View{NoScript: true, Width: 375})
	p.Go("/said")
	p.Shows("没有脚本")
	if n := p.Count("p"); n != 1 || p.Bytes() == 0 {
		t.Errorf("%d paragraphs in %d bytes", n, p.Bytes())
	}
	p.Axe()

	p.Go("/no-alt")
	if found := p.Violations(); len(found) != 1 || found[0].ID != "image-alt" {
		t.Errorf("axe found %v", found)
	}
}

// listener is a test that takes note of failures without failing.
type listener struct {
	*testing.T
	heard []string
}

func (l *listener) Errorf(format string, _ ...any) { l.heard = append(l.heard, format) }

func TestPageNotices(t *testing.T) {
	at, b := site(t), Browser(t)
	for path, want := range map[string]string{"/outside": "outside host", "/error": "console"} {
		p := b.Page(t, at, View{})
		p.Go(path)
		heard := &listener{T: t}
		p.T = heard
		p.check()
		if len(heard.heard) != 1 || !strings.Contains(heard.heard[0], want) {
			t.Errorf("%s: heard %q", path, heard.heard)
		}
		p.T, p.outside, p.wrong = t, nil, nil
	}
	p := b.Page(t, at, View{Width: 375})
	p.Go("/wide")
	heard := &listener{T: t}
	p.T = heard
	p.FitsWidth()
	if len(heard.heard) != 1 {
		t.Error("a page of 900 pixels fits into 375")
	}
	p.T = t
}
