package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTuesday is a hole in the road: somebody reports it from a phone
// with a photo and a place on the map, forty people say the same, the clerk
// adds the fortieth while they speak, one answer reaches all, and a leader
// sees it on the board as it happens.
func TestTuesday(t *testing.T) {
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English", View{Width: 375, Lang: "en"}}} {
		t.Run(v.name, func(t *testing.T) { tuesday(t, v.View) })
	}
}

func tuesday(t *testing.T, v View) {
	at, b := visit(t), Browser(t)
	key, text := known("湖滨路菜市场门口路面坑洼塌陷，有个大坑，两辆电动车摔倒了，请尽快修。")

	leader := b.Page(t, at, v)
	enter(leader, "leader")
	leader.Go("/work/board")
	good(leader)
	leader.Hides(key)

	resident := b.Page(t, at, v)
	resident.Go("/requests/new")
	resident.Fill("#text", text+" 我的电话13912345678")
	resident.Upload("#photo", picture(t))
	waitFor(t, func() bool { return resident.Count("input[type=hidden][name=photo]") == 1 })
	waitFor(t, func() bool { return resident.Count("[data-masked]") == 1 })
	good(resident)
	resident.Click("[data-masked]")
	waitFor(t, func() bool { return resident.Count("[data-masked]") == 0 })
	resident.Click("[data-map]")
	waitFor(t, func() bool { return resident.Count("#map canvas") > 0 })
	// A click in the sea is no place in the city.
	Eval[any](resident, `(r => document.getElementById("map").dispatchEvent(new MouseEvent("click", {bubbles: true, clientX: r.left + 3, clientY: r.top + r.height / 2})))(document.getElementById("map").getBoundingClientRect())`)
	waitFor(t, func() bool {
		return Eval[bool](resident, `document.getElementById(document.getElementById("map").dataset.said).textContent === document.getElementById("map").dataset.outside`)
	})
	if Eval[string](resident, `document.getElementById("lat").value`) != "" {
		t.Error("a place in the sea was taken")
	}
	resident.Click("#map")
	waitFor(t, func() bool { return Eval[string](resident, `document.getElementById("lat").value`) != "" })
	good(resident)
	resident.Screenshot("report")
	resident.Follow("form[action='/requests'] > button:last-of-type")
	resident.Shows(key)
	resident.Hides("13912345678")
	if resident.Count("#photos img") != 1 {
		t.Error("the photo is not on the receipt's page")
	}
	good(resident)
	receipt := strings.TrimSuffix(resident.Path(), "?new=1")

	dispatcher := b.Page(t, at, v)
	enter(dispatcher, "dispatcher")
	waitFor(t, func() bool {
		dispatcher.Go("/work/queue?view=dispatch")
		return strings.Contains(dispatcher.Text("main"), key)
	})
	open(dispatcher, "dispatch", key)
	if dispatcher.Count(".thumbs img") != 1 {
		t.Error("the dispatcher does not see the photo")
	}
	dispatcher.Click("[data-map]")
	waitFor(t, func() bool { return dispatcher.Count("#map canvas") > 0 })
	good(dispatcher)
	page := dispatcher.Path()
	number := page[strings.LastIndex(page, "/")+1:]
	dispatcher.Follow(".suggest li button")

	// Thirty-eight more say that it is their matter too.
	for i := range 38 {
		say(t, at, fmt.Sprintf("%s 湖滨路菜市场门口路面坑洼，我也差点摔倒，第%d个", key, i+2), number)
	}

	clerk := b.Page(t, at, v)
	enter(clerk, "clerk")
	clerk.Fill("#text", key+" 湖滨路菜市场门口路面坑洼，有个大坑")
	waitFor(t, func() bool { return clerk.Count("#hints input[value='"+number+"']") == 1 })
	good(clerk)
	clerk.Screenshot("fortieth")
	clerk.Click("#hints label:has(input[value='" + number + "'])")
	clerk.Follow("form[action='/work/new'] .buttons button")
	clerk.Shows(number)
	good(clerk)

	leader.Shows(key) // without a reload
	waitFor(t, func() bool { return strings.Contains(leader.Text("#board-groups"), "40") })
	good(leader)
	leader.Screenshot("board")

	handler := b.Page(t, at, v)
	enter(handler, "handler")
	handler.Go(page)
	handler.Shows("40")
	good(handler)
	handler.Screenshot("group")
	handler.Follow("form[action$='/accept'] button")
	handler.Click("input[name=outcome][value=solved]")
	handler.Fill("#answer", "路面已补好，可以正常通行。")
	if handler.Count("details[open] #english") == 0 {
		handler.Click("details:has(#english) > summary")
	}
	handler.Fill("#english", "The road is mended and open again.")
	handler.Follow("button[name=send]")
	good(handler)
	chain(t, b, at, v, page, dispatcher)

	resident.Go(receipt)
	resident.Shows("40", "路面已补好，可以正常通行。") // they wrote in Chinese, whatever language the page has
	good(resident)
	resident.Screenshot("answered")
}

// TestDutyMoves is an administrator who gives a duty to another unit; the
// next case goes there.
func TestDutyMoves(t *testing.T) {
	for _, v := range []struct {
		name string
		View
		to, refused   string
		before, after string
	}{
		{"desk", View{}, "tr-roads", "不能交给街道", "改前", "改后"},
		{"phone in English", View{Width: 375, Lang: "en"}, "um-facilities", "cannot be given to a subdistrict", "Before", "After"},
	} {
		t.Run(v.name, func(t *testing.T) {
			at, b := visit(t), Browser(t)
			admin := b.Page(t, at, v.View)
			enter(admin, "administrator")
			admin.Go("/work/admin/duties?q=roads-pothole")
			good(admin)
			admin.Follow("tbody tr:last-child a")
			good(admin)
			admin.Choose("select[name=unit]", "street-lianhu")
			admin.Follow("main form.card button")
			admin.Shows(v.refused)
			good(admin)
			admin.Choose("select[name=unit]", v.to)
			admin.Follow("main form.card button")
			good(admin)
			admin.Screenshot("duties")
			name := admin.Text("tbody tr:last-child td:nth-of-type(2)")
			admin.Shows(v.before, v.after, name)

			key, text := known("湖滨路路面坑洼，有个大坑，请修补路面。")
			say(t, at, text, "")
			dispatcher := b.Page(t, at, v.View)
			enter(dispatcher, "dispatcher")
			waitFor(t, func() bool {
				dispatcher.Go("/work/queue?view=dispatch")
				return strings.Contains(dispatcher.Text("main"), key)
			})
			open(dispatcher, "dispatch", key)
			if first := dispatcher.Text(".suggest li"); !strings.Contains(first, name) {
				t.Errorf("the next case is not proposed to %s: %s", name, first)
			}
			page := dispatcher.Path()
			dispatcher.Follow(".suggest li button")
			dispatcher.Go(page)
			if lead := dispatcher.Text(".facts"); !strings.Contains(lead, name) {
				t.Errorf("the next case did not go to %s: %s", name, lead)
			}
			good(dispatcher)
		})
	}
}

var hidden = regexp.MustCompile(`name="key" value="([^"]+)"`)

// say submits a request as a browser does.
func say(t *testing.T, at, text, sameAs string) {
	t.Helper()
	answer, err := http.Get(at + "/requests/new")
	if err != nil {
		t.Fatal(err)
	}
	var form bytes.Buffer
	_, err = form.ReadFrom(answer.Body)
	_ = answer.Body.Close()
	found := hidden.FindSubmatch(form.Bytes())
	if err != nil || found == nil {
		t.Fatal("the form has no key", err)
	}
	answer, err = http.PostForm(at+"/requests", url.Values{"text": {text}, "key": {string(found[1])}, "same_as": {sameAs}, "area": {"lianhu-hubin"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK || !strings.Contains(answer.Request.URL.Path, "/r/") {
		t.Fatalf("not taken: %s at %s", answer.Status, answer.Request.URL.Path)
	}
}

// picture is a photo of 12 megapixels, as phones take them.
func picture(t *testing.T) string {
	t.Helper()
	const width, height = 4000, 3000
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	grain := rand.New(rand.NewPCG(1, 1)) // the same picture each time
	for y := range height {
		for x := range width {
			light, blue := 104+float64(grain.IntN(44)), 4.0
			if x > 420 && x < 620 { // a worn line on the asphalt
				light += 70
			}
			dx, dy := float64(x-2300)/1150, float64(y-1650)/760
			r := math.Hypot(dx, dy) + 0.09*math.Sin(5*math.Atan2(dy, dx)) + 0.04*math.Sin(13*math.Atan2(dy, dx))
			switch {
			case r < 0.62: // water in the hole, and the sky in the water
				light, blue = 62+50*(1-r)*float64(height-y)/height+float64(grain.IntN(8)), 26
			case r < 1:
				light = 34 + 50*r + float64(grain.IntN(26))
			case r < 1.07: // the broken edge
				light += 34
			}
			m.SetRGBA(x, y, color.RGBA{uint8(light), uint8(light + blue/3), uint8(min(light+blue, 255)), 255})
		}
	}
	var raw bytes.Buffer
	if err := jpeg.Encode(&raw, m, nil); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "hole.jpg")
	if err := os.WriteFile(file, raw.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
