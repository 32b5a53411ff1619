package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var guide = flag.Bool("guide", false, "put the pictures that TestGuide takes into docs/guide")

// TestGuide takes the pictures of the ten main pages. docs/guide shows them;
// `make guide` puts new ones there.
func TestGuide(t *testing.T) {
	at, b := visit(t), Browser(t)
	phone, desk := View{Width: 375, Height: 812}, View{Width: 1440, Height: 900}
	taken := map[string]bool{}
	shot := func(p *Page, name string) {
		t.Helper()
		p.Axe()
		p.InSight(name)
		taken[name+".png"] = true
	}

	resident := b.Page(t, at, phone)
	resident.Go("/")
	shot(resident, "portal")
	resident.Go("/requests/new?area=lianhu-hubin")
	resident.Fill("#text", "湖滨路菜市场门口路面有个大坑，晚上没有灯，昨天两辆电动车摔倒了。")
	resident.Upload("#photo", picture(t))
	waitFor(t, func() bool { return resident.Count("input[type=hidden][name=photo]") == 1 })
	resident.Click("[data-map]")
	waitFor(t, func() bool { return resident.Count("#map canvas") > 0 })
	resident.Click("#map")
	waitFor(t, func() bool { return Eval[string](resident, `document.getElementById("lat").value`) != "" })
	Eval[any](resident, `document.querySelector(".photos, #photo").scrollIntoView()`)
	shot(resident, "report")
	resident.Follow("form[action='/requests'] > button:last-of-type")
	shot(resident, "receipt")
	resident.Go("/answers?q=%E5%B1%85%E4%BD%8F%E8%AF%81%E6%80%8E%E4%B9%88%E5%8A%9E")
	resident.Follow(".articles a")
	shot(resident, "answer")

	anybody := b.Page(t, at, desk)
	anybody.Go("/public")
	shot(anybody, "public")

	clerk := b.Page(t, at, desk)
	enter(clerk, "clerk")
	clerk.Go("/work/new")
	clerk.Fill("#text", "请问老年人优待证怎么办理，在哪里办？")
	waitFor(t, func() bool { return clerk.Count("#hints input[name=article]") > 1 })
	clerk.Click("#hints input[name=article]")
	shot(clerk, "call")

	dispatcher := b.Page(t, at, desk)
	enter(dispatcher, "dispatcher")
	shot(dispatcher, "queue")
	dispatcher.Follow("a.row")
	shot(dispatcher, "case")

	head := b.Page(t, at, desk)
	enter(head, "section_head")
	head.Go("/work/knowledge?q=%E6%9A%96%E6%B0%94%E4%B8%8D%E7%83%AD")
	shot(head, "knowledge")

	leader := b.Page(t, at, View{Width: 1920, Height: 1080})
	enter(leader, "leader")
	leader.Go("/work/board?span=week")
	shot(leader, "board")

	admin := b.Page(t, at, desk)
	enter(admin, "administrator")
	admin.Go("/work/admin/duties")
	shot(admin, "duties")

	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range taken {
		if *guide {
			picture, err := os.ReadFile(filepath.Join("screenshots", t.Name(), name))
			if err == nil {
				err = os.WriteFile(filepath.Join("..", "..", "docs", "guide", name), picture, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if !strings.Contains(string(text), "("+name+")") {
			t.Errorf("docs/guide does not show %s", name)
		}
		if _, err := os.Stat(filepath.Join("..", "..", "docs", "guide", name)); err != nil {
			t.Errorf("%v; run: make guide", err)
		}
	}
}
