package app_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"yiwang/internal/app"
	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
)

// Whoever was joined to a case that was itself joined to another is in the
// last one: they see its answer and judge it, and so does who says "me too" to
// the first. The first one's public page and its page at work lead there.
func TestJoinedAgain(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		wang, dispatcher, handler := c.Somebody(), c.As("dispatcher"), c.As("handler")
		first := wang.Say("湖滨路23号门前路灯不亮，晚上看不见台阶。", "area", "lianhu-hubin")
		c.Somebody().Say("菜场那头的灯全灭了。", "area", "lianhu-hubin")
		c.Somebody().Say("整条街的路灯昨晚都没有亮。", "area", "lianhu-hubin")
		c.Settle()
		a, b, last := dispatcher.Case("dispatch", "23号门前路灯"), dispatcher.Case("dispatch", "菜场那头的灯"), dispatcher.Case("dispatch", "整条街的路灯")
		id := map[string]string{}
		for _, number := range []string{a, b, last} {
			dispatcher.Do(number, "dispatch", "unit", "um-facilities", "category", "roads-streetlight", "area", "lianhu-hubin")
			found, err := c.App.Cases.ByNumber(context.Background(), access.System(), cases.Number(path.Base(number)))
			if err != nil {
				t.Fatal(err)
			}
			id[number] = string(found.ID)
		}
		dispatcher.Do(b, "merge", "others", id[a])
		dispatcher.Do(last, "merge", "others", id[b])
		for _, joined := range []string{a, b} {
			dispatcher.Get(joined).Shows(t, "本件已并入另一办件", path.Base(last))
			c.Somebody().Get("/public/"+path.Base(joined)).Shows(t, path.Base(last))
		}
		too := c.Somebody().Say("我家门口的灯也不亮。", "same_as", path.Base(a))
		c.Settle()
		dispatcher.Get(last).Shows(t, "4 人同诉", "我家门口的灯也不亮")

		handler.Do(last, "accept")
		handler.Do(last, "draft", "outcome", "solved", "answer", "整条街的灯都换好了。", "send", "yes")
		for _, who := range []string{"section_head", "unit_leader", "dispatcher"} {
			c.As(who).Do(last, "check", "pass", "yes")
		}
		for _, receipt := range []string{first, too} {
			page := wang.Get(receipt).Shows(t, "整条街的灯都换好了")
			wang.Post(receipt+"/verdict", url.Values{"part": {page.Field("part")}, "verdict": {"solved"}}).Shows(t, "您说：解决了。")
		}
	})
}

// some gives so many cases of a category in an area, with a unit.
func some(n int, seed uint64, category, area, lead string) []cases.Loaded {
	list := lamps(n, seed)
	for i := range list {
		list[i].Case.Category, list[i].Case.Area, list[i].Case.Lead = org.CategoryID(category), org.AreaID(area), org.UnitID(lead)
	}
	return list
}

func load(t *testing.T, c *apptest.City, list ...[]cases.Loaded) {
	t.Helper()
	for _, l := range list {
		if err := c.App.Cases.Load(context.Background(), access.System(), l); err != nil {
			t.Fatal(err)
		}
	}
}

// Where too few speak of a matter, neither its street nor a street's office
// that has it is said; a department that works everywhere is. Where there are
// enough, all of it is.
func TestStreetOfFew(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	load(t, c, some(1, 1<<20, "poultry", "yunling", "street-yunling"), some(1, 2<<20, "roads-pothole", "yunling", "um-facilities"), some(9, 3<<20, "water-outage", "yunling", "water-company"), some(19, 4<<20, "village-road", "yunling", "street-yunling"))
	counts, err := c.App.Requests.Counts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := c.App.Requests.Public(context.Background(), flow.PublicQuery{Limit: 50}, counts)
	if err != nil || len(list) != 30 {
		t.Fatal(len(list), err)
	}
	for _, p := range list {
		page := c.Somebody().Get("/public/" + string(p.Number))
		switch {
		case p.Category == "poultry" && (p.Area != "" || p.Lead != "" || !p.WithUnit):
			t.Errorf("%+v", p)
		case p.Category == "poultry":
			page.Shows(t, "正在办理").Hides(t, "云岭镇")
		case p.Category == "roads-pothole":
			page.Shows(t, "市政设施科").Hides(t, "云岭镇")
		case p.Category == "village-road":
			page.Shows(t, "云岭镇人民政府")
		}
	}
}

// What is not said of a street does not follow from what is: not from the
// street's total and its other categories, nor from the other streets.
func TestNothingFollowsFromTotals(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	load(t, c,
		some(2, 1<<20, "roads-streetlight", "lianhu", "um-facilities"), some(9, 2<<20, "poultry", "lianhu", "um-facilities"), some(20, 3<<20, "water-outage", "lianhu", "um-facilities"),
		some(12, 4<<20, "roads-streetlight", "wenchang", "um-facilities"), some(30, 5<<20, "roads-streetlight", "dongguan", "um-facilities"))
	counts, err := c.App.Requests.Counts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		street   org.AreaID
		category org.CategoryID
		n        int
		shown    bool
	}{
		{"lianhu", "", 31, true},
		{"lianhu", "roads-streetlight", 0, false}, // few
		{"lianhu", "roads", 0, false},             // the same few
		{"lianhu", "poultry", 0, false},           // else they were 31 - 9 - 20
		{"lianhu", "water-outage", 20, true},
		{"wenchang", "roads-streetlight", 0, false}, // else they were 44 - 12 - 30
		{"dongguan", "roads-streetlight", 30, true},
		{"yunling", "roads-streetlight", 0, false}, // none, which is not told from few
	} {
		if n, shown := counts.Street(test.street, test.category); n != test.n || shown != test.shown {
			t.Errorf("%s in %s: %d, shown %v", test.category, test.street, n, shown)
		}
	}
	list, _, err := c.App.Requests.Public(context.Background(), flow.PublicQuery{Category: "roads", Limit: 100}, counts)
	if err != nil || len(list) != 44 {
		t.Fatal(len(list), err)
	}
	for _, p := range list {
		if p.Area != "" && p.Area != "dongguan" {
			t.Errorf("the list tells how many there are in %s", p.Area)
		}
	}
	c.Somebody().Get("/public?category=roads").Shows(t, "东关街道 30", "文昌街道 不显示", "莲湖街道 不显示", "云岭镇 不显示")
	c.Somebody().Get("/figures").Shows(t, "莲湖街道 31", "云岭镇 不显示")
	if csv := c.Somebody().Get("/figures/areas.csv").Body; !strings.Contains(csv, "莲湖街道,31") || !strings.Contains(csv, "云岭镇,不显示") {
		t.Error(csv)
	}
}

// Somebody who asks from many places what is near learns how far away another
// reported it as far as a square of the city, and not where in it.
func TestNearbyTellsNoPlace(t *testing.T) {
	ctx := context.Background()
	ask := func(c *apptest.City, lat, lon float64) []int {
		var counts flow.Counts
		found, err := c.App.Requests.NearbyPublic(ctx, flow.Asking{Text: "湖滨路的路灯不亮，请修理", Area: "lianhu", Point: &intake.Point{Lat: lat, Lon: lon}}, counts)
		if err != nil {
			t.Fatal(err)
		}
		var list []int
		for _, n := range found {
			list = append(list, n.Within)
		}
		return list
	}
	var cities []*apptest.City
	for _, at := range [][2]string{{"30.1505", "114.0465"}, {"30.1535", "114.0500"}} { // 480 m from each other, in one square
		c := apptest.One(t, apptest.Options{})
		c.Somebody().Say("湖滨路的路灯不亮，请来修理", "area", "lianhu-hubin", "lat", at[0], "lon", at[1])
		c.Settle()
		cities = append(cities, c)
	}
	said := map[int]int{}
	for i := range 10 {
		for j := range 10 {
			lat, lon := 30.12+float64(i)*0.006, 114.01+float64(j)*0.0072
			one, other := ask(cities[0], lat, lon), ask(cities[1], lat, lon)
			if fmt.Sprint(one) != fmt.Sprint(other) {
				t.Fatalf("from %f %f: %v and %v", lat, lon, one, other)
			}
			for _, n := range one {
				said[n]++
			}
		}
	}
	if said[500] == 0 || said[1000] == 0 || said[0]+said[3000] == 0 {
		t.Errorf("how far away is of no use: %v", said)
	}
	page := cities[0].Somebody().Post("/requests/hints", url.Values{"text": {"湖滨路的路灯不亮，请修理"}, "lat": {"30.1505"}, "lon": {"114.0465"}})
	page.Shows(t, "我也是", "约 500 米以内").Hides(t, "湖滨社区", "莲湖街道", "1 人反映", "10 米")
}

// Who asks without end what is near is told to wait, and can send a request
// all the same.
func TestHintsHaveALimit(t *testing.T) {
	c := apptest.One(t, apptest.Options{Web: app.Web{Hints: 3}})
	li := c.Somebody()
	ask := url.Values{"text": {"湖滨路的路灯不亮，请修理"}}
	for range 3 {
		if page := li.Post("/requests/hints", ask); page.Status != http.StatusOK {
			t.Fatal(page.Status, page.Text())
		}
	}
	if page := li.Post("/requests/hints", ask); page.Status != http.StatusTooManyRequests {
		t.Error(page.Status)
	}
	if page := li.Post("/requests/new", ask).Hides(t, "我也是"); page.Status != http.StatusOK {
		t.Error(page.Status)
	}
	li.Say("湖滨路的路灯不亮，请修理")
}

// A city that names a map service has its pictures on the map: pages may load
// pictures from there and from nowhere else. One that names none has its own
// drawing, and nothing comes from outside.
func TestMapTiles(t *testing.T) {
	const tiles, whose = "https://tiles.example.org:8443/{z}/{x}/{y}.png?style=7", "© 测绘局 <b>"
	with, without := apptest.One(t, apptest.Options{Web: app.Web{MapTiles: tiles, MapAttribution: whose}}), apptest.SQLite(t, apptest.Options{})
	var drawn struct{ Tiles, Credit string }
	with.Somebody().Get("/map.json").Decode(t, &drawn)
	if drawn.Tiles != tiles || drawn.Credit != whose {
		t.Errorf("%+v", drawn)
	}
	page, plain := with.Somebody().Get("/requests/new"), without.Somebody().Get("/requests/new")
	before := plain.Header.Get("Content-Security-Policy")
	if !strings.Contains(before, "img-src 'self' data: blob:;") {
		t.Error(before)
	}
	if got := page.Header.Get("Content-Security-Policy"); got != strings.Replace(before, "data: blob:;", "data: blob: https://tiles.example.org:8443;", 1) {
		t.Error(got)
	}
	without.Somebody().Get("/map.json").Hides(t, "tiles", "credit")
	for _, wrong := range []string{
		"http://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org/{z}/{x}.png", "https://{s}.example.org/{z}/{x}/{y}.png", "https://tiles.example.org/{z}/{x}/{y}/{y}.png",
		"tiles/{z}/{x}/{y}.png", "https:///{z}/{x}/{y}.png", "https://*.example.org/{z}/{x}/{y}.png", "https://me:word@example.org/{z}/{x}/{y}.png", "https://a;script-src/{z}/{x}/{y}.png", "https://{z}/{x}/{y}.png", "%",
	} {
		without.App.Options.Web.MapTiles = wrong
		if _, err := without.App.Handler(); err == nil || !strings.Contains(err.Error(), "map.tiles") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// Everybody can follow one matter in a feed reader: its steps by day, without
// anybody's words, and without a unit that would say the street of few.
func TestFollowOneMatter(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	dispatcher, handler := c.As("dispatcher"), c.As("handler")
	receipt := c.Somebody().Say("湖滨路菜市场门口路面坑洼，有个大坑，我叫王小明。", "area", "lianhu-hubin", "contact", "12012345678")
	c.Settle()
	at := dispatcher.Case("dispatch", "大坑")
	page := "/public/" + path.Base(at)
	dispatcher.Do(at, "dispatch", "unit", "street-lianhu", "category", "poultry", "dispatch_note", "先请街道看看")
	dispatcher.Do(at, "dispatch", "unit", "um-facilities", "category", "roads-pothole", "dispatch_note", "派错了")
	handler.Do(at, "accept")
	handler.Do(at, "note", "note", "内部备注")
	handler.Do(at, "ask", "question", "坑在哪一侧？")
	c.Somebody().Post(receipt+"/reply", url.Values{"case": {c.Somebody().Get(receipt).Field("case")}, "reply": {"东侧"}})
	handler.Do(at, "draft", "outcome", "solved", "answer", "王先生您好，已修补。", "send", "yes")
	for _, who := range []string{"section_head", "unit_leader", "dispatcher"} {
		c.As(who).Do(at, "check", "pass", "yes")
	}
	c.Somebody().Get(page).Shows(t, "订阅更新", "市政设施科已开始办理").Hides(t, "王")
	feed := c.Somebody().Get(page + ".atom")
	if kind := feed.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/atom+xml") {
		t.Error(kind)
	}
	feed.Hides(t, "王", "大坑", "备注", "哪一侧", "东侧", "看看", "派错", "修补", "12012345678", "莲湖", "湖滨")
	var got struct {
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(feed.Body), &got); err != nil {
		t.Fatal(err)
	}
	want := []string{"市政设施科已答复", "已拟好答复，正在审核", "市政设施科已开始办理", "已转市政设施科，", "已转承办单位，", "反映日期"}
	if len(got.Entries) != len(want) || got.ID != c.URL+page+".atom" || got.Updated != got.Entries[0].Updated {
		t.Fatalf("%+v", got)
	}
	for i, e := range got.Entries {
		if !strings.HasPrefix(e.Title, want[i]) || e.ID != fmt.Sprintf("%s%s#%d", c.URL, page, len(want)-1-i) || !strings.Contains(e.Updated, "T00:00:00") {
			t.Errorf("%+v, want %s", e, want[i])
		}
	}
	if none := c.Somebody().Get("/public/20200101-00001.atom"); none.Status != http.StatusNotFound {
		t.Errorf("a feed of nothing: %d", none.Status)
	}
}

// Who prints signs finds the page at work, makes a code for a place with its
// point, and whoever scans it has the place on the form.
func TestCodeOfAPlace(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	if page := c.As("administrator").Get("/work/admin"); !strings.Contains(page.Body, `href="/place"`) {
		t.Error("the administration does not lead there")
	}
	if page := c.Somebody().Get("/about"); !strings.Contains(page.Body, `href="/place"`) {
		t.Error("the portal does not lead there")
	}
	li := c.Somebody()
	for _, wrong := range []string{"lat=30.15", "lat=39.9&lon=116.4", "lat=north&lon=114.05"} {
		page := li.Get("/place?address=湖滨公园&" + wrong)
		if page.Status != http.StatusUnprocessableEntity || page.Field("address") != "湖滨公园" || strings.Contains(page.Body, "data:image/png") {
			t.Errorf("%s: %d %s", wrong, page.Status, page.Text())
		}
	}
	sheet := li.Get("/place?" + url.Values{"area": {"lianhu-hubin"}, "address": {"湖滨公园"}, "lat": {"30.15"}, "lon": {"114.05"}}.Encode())
	if !strings.Contains(sheet.Body, "data:image/png") {
		t.Fatal(sheet.Text())
	}
	link := regexp.MustCompile(`href="([^"]*/requests/new\?[^"]*)"`).FindStringSubmatch(sheet.Body)
	if link == nil {
		t.Fatal(sheet.Body)
	}
	form := li.Get(strings.TrimPrefix(html.UnescapeString(link[1]), c.URL)).Shows(t, "已记下位置")
	if form.Field("lat") != "30.15" || form.Field("lon") != "114.05" || form.Field("address") != "湖滨公园" || !strings.Contains(form.Body, `value="lianhu-hubin" selected`) {
		t.Errorf("the form has %q %q %q", form.Field("lat"), form.Field("lon"), form.Field("address"))
	}
	code := path.Base(li.Say("凳子坏了一条腿。", "area", "lianhu-hubin", "address", form.Field("address"), "lat", form.Field("lat"), "lon", form.Field("lon")))
	q, _, err := c.App.Intake.ByReceipt(context.Background(), code)
	if err != nil || q.Point == nil || *q.Point != (intake.Point{Lat: 30.15, Lon: 114.05}) {
		t.Errorf("%+v %v", q.Point, err)
	}
}
