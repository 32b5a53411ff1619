package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestPublic is somebody who finds on the public list what they have seen
// too, and says so: they get a receipt of their own, and nobody's words are
// shown to anybody.
func TestPublic(t *testing.T) {
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English", View{Width: 375, Lang: "en"}}, {"without scripts", View{Width: 375, NoScript: true}}} {
		t.Run(v.name, func(t *testing.T) { public(t, v.View) })
	}
}

func public(t *testing.T, v View) {
	at, b := visit(t), Browser(t)
	key, text := known("湖滨路路面坑洼，有个大坑，我叫王小明，请修补路面。")
	say(t, at, text, "")
	p := b.Page(t, at, v)
	waitFor(t, func() bool { // until it is read, and has a category
		p.Go("/public?category=roads")
		return p.Count(".articles a") > 0
	})
	good(p)
	p.Hides(key, "王小明")
	p.Screenshot("public")
	p.Follow(".articles a")
	good(p)
	p.Hides(key, "王小明")
	number := p.Path()
	p.Follow("main a.button")
	good(p)
	if p.Count("input[name=same_as]:checked") != 1 {
		t.Fatal("what was chosen is not chosen on the form")
	}
	p.Fill("#text", "我也在湖滨路摔了一跤"+key)
	p.Follow("form[action='/requests'] > button:last-of-type")
	good(p)
	if !strings.HasPrefix(p.Path(), "/r/") {
		t.Fatal("no receipt of their own at", p.Path())
	}
	p.Go(number)
	good(p)
	p.Go("/place?area=lianhu-hubin&address=%E6%B9%96%E6%BB%A8%E5%85%AC%E5%9B%AD")
	good(p)
	p.Follow(".place a")
	if Eval[string](p, `document.getElementById("address").value`) != "湖滨公园" {
		t.Error("the place of the code is not on the form")
	}

	if !v.NoScript { // the map fills in the point of a code; a place outside is taken out of a request as soon as it is noted
		p.Go("/place")
		p.Click("[data-map]")
		waitFor(t, func() bool { return p.Count("#map canvas") > 0 })
		p.Click("#map")
		waitFor(t, func() bool { return Eval[string](p, `document.getElementById("lat").value`) != "" })
		p.Follow("form[action='/place'] > button:last-of-type")
		good(p)
		if p.Count(".place a[href*='lat=30.']") != 1 {
			t.Error("the code has no point")
		}
		p.Go("/requests/new")
		Eval[any](p, `["lat", "lon"].forEach((id, i) => document.getElementById(id).value = [39.9, 116.4][i]); document.querySelector("form[data-hints]").dispatchEvent(new Event("place"))`)
		waitFor(t, func() bool { return Eval[string](p, `document.getElementById("lat").value`) == "" })
		if Eval[string](p, `document.getElementById("here-said").textContent`) == "" {
			t.Error("nothing says that the place is outside")
		}
		good(p)
	}

	answer, err := http.Get(at + "/public.atom?category=roads")
	if err != nil {
		t.Fatal(err)
	}
	feed, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(feed), "<entry>") || strings.Contains(string(feed), key) {
		t.Errorf("%d %v %.300s", answer.StatusCode, err, feed)
	}
}
