package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// line is a line to the city that can be lost.
func line(t *testing.T, at string) (address string, down *atomic.Bool) {
	t.Helper()
	to, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	down = &atomic.Bool{}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))
	s.Config.ErrorLog = nil
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, down
}

// TestFieldwork is a handler who goes to the place: the route of the day on
// the phone, a note and a photo where there is no line, kept through a page
// that was closed, and sent once when the line is back.
func TestFieldwork(t *testing.T) {
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English", View{Width: 375, Lang: "en"}}} {
		t.Run(v.name, func(t *testing.T) { fieldwork(t, v.View) })
	}
}

func fieldwork(t *testing.T, v View) {
	at, b := visit(t), Browser(t)
	key, text := known("湖滨路菜市场门口路面坑洼塌陷，有个大坑，请尽快修。")
	address, down := line(t, at)
	page, handler := accepted(t, b, at, address, v, key, text)
	number := page[strings.LastIndex(page, "/")+1:]

	handler.Go("/work/way")
	good(handler)
	stop := "[id='" + number + "'] "
	handler.Shows(key)
	// The page is kept for lost lines once it was asked for through the worker.
	waitFor(t, func() bool {
		handler.Go("/work/way")
		return Eval[bool](handler, `navigator.serviceWorker.controller !== null`)
	})
	handler.Screenshot("way")

	down.Store(true)
	handler.Fill(stop+"textarea", key+" 坑深约三十厘米，已摆警示桩。")
	handler.Upload(stop+"input[type=file]", picture(t))
	handler.Click(stop + "form button")
	waitFor(t, func() bool { return handler.Count(stop+".visit") == 1 })
	handler.Go("/work/way") // closed and opened again, still without a line
	handler.Shows(key)
	waitFor(t, func() bool { return handler.Count(stop+".visit") == 1 })
	good(handler)
	handler.Screenshot("way-offline")

	down.Store(false)
	waitFor(t, func() bool { return handler.Count(".visit") == 0 })
	good(handler)
	handler.Go(page)
	handler.Shows("坑深约三十厘米")
	if n := strings.Count(handler.Text(".story"), "坑深约三十厘米"); n != 1 {
		t.Errorf("the note is kept %d times", n)
	}
	if n := handler.Count(".thumbs img"); n != 1 {
		t.Errorf("the photo is kept %d times", n)
	}
	good(handler)
}

// Without scripts the same form keeps a note, and gives back what was typed
// where it cannot.
func TestFieldworkWithoutScripts(t *testing.T) {
	at, b := visit(t), Browser(t)
	key, text := known("湖滨路菜市场门口路面坑洼塌陷，有个大坑，请尽快修。")
	page, handler := accepted(t, b, at, at, View{Width: 375, NoScript: true}, key, text)
	number := page[strings.LastIndex(page, "/")+1:]
	stop := "[id='" + number + "'] "
	handler.Go("/work/way")
	good(handler)
	handler.Follow(stop + "form button")
	if handler.Count(stop+".wrong") != 1 {
		t.Error("a note of nothing was kept")
	}
	good(handler)
	handler.Fill(stop+"textarea", key+" 已填平")
	handler.Follow(stop + "form button")
	handler.Shows("记下了")
	good(handler)
	handler.Go(page)
	handler.Shows(key + " 已填平")
}

// accepted is a case that a handler has accepted, who works at address.
func accepted(t *testing.T, b *Chromium, at, address string, v View, key, text string) (page string, handler *Page) {
	t.Helper()
	say(t, at, text, "")
	dispatcher := b.Page(t, at, View{})
	enter(dispatcher, "dispatcher")
	waitFor(t, func() bool {
		dispatcher.Go("/work/queue?view=dispatch")
		return strings.Contains(dispatcher.Text("main"), key)
	})
	open(dispatcher, "dispatch", key)
	page = dispatcher.Path()
	dispatcher.Click(".suggest details.act > summary")
	dispatcher.Choose("#unit", "um-facilities")
	dispatcher.Choose("#category", "roads-pothole")
	dispatcher.Follow(".suggest details.act form button")
	handler = b.Page(t, address, v)
	enter(handler, "handler")
	handler.Go(page)
	handler.Follow("form[action$='/accept'] button")
	return page, handler
}
