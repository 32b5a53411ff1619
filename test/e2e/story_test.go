package e2e

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A cast is the people of a story, each at a browser of their own.
type cast struct {
	*testing.T
	b      *Chromium
	at     string
	view   View
	people map[string]*Page
}

// as is somebody by role, or by login; they sign in when they are first needed.
func (c *cast) as(who string) *Page {
	c.Helper()
	p, ok := c.people[who]
	if !ok {
		p = c.b.Page(c.T, c.at, c.view)
		if strings.Contains(who, ".") {
			p.Go("/demo")
			p.Choose("#login", who)
			p.Follow("form:has(#login) button")
		} else if who != "resident" {
			enter(p, who)
		}
		c.people[who] = p
	}
	return p
}

// on is the page of a case as somebody sees it.
func (c *cast) on(who, path string) *Page {
	c.Helper()
	p := c.as(who)
	if p.Go(path); p.Count("main") == 0 || strings.Contains(p.Text("h1"), "404") {
		c.Fatalf("%s does not see %s", who, path)
	}
	return p
}

// sends writes into a form that may be folded and sends it: the fields' places
// in it and what is written there, ✓ for one that is ticked.
func sends(p *Page, form string, fields ...string) {
	p.T.Helper()
	if folded := strings.TrimPrefix(form, "details "); p.Count("details:not([open]):has("+folded+")") > 0 {
		openDetails(p, folded)
	}
	for pair := range slices.Chunk(fields, 2) {
		field, value := form+" "+pair[0], pair[1]
		switch Eval[string](p, "document.querySelector("+quote(field)+")?.tagName ?? ''") {
		case "SELECT":
			p.Choose(field, value)
		case "":
			p.T.Fatalf("%s has no %s", p.Path(), field)
		default:
			if value == "✓" {
				p.Click(field)
			} else {
				p.Fill(field, value)
			}
		}
	}
	p.Follow(form + " button:not([type=button])")
	if p.Count(".error-summary") > 0 {
		p.T.Fatalf("%s: %s", p.Path(), p.Text(".error-summary"))
	}
}

// answers drafts an answer and takes it past all who check it.
func (c *cast) answers(number, text string, looked bool) {
	c.Helper()
	p := c.on("handler", number)
	p.Click("input[name=outcome][value=solved]")
	p.Fill("#answer", text)
	p.Follow("form[action$='/draft'] button[name=send]")
	for _, who := range []string{"section_head", "unit_leader", "dispatcher"} {
		p := c.on(who, number)
		if p.Count("input[name=pass][value=yes]") == 1 {
			if !looked {
				good(p)
			}
			p.Follow("form:has(input[name=pass][value=yes]) button")
		}
	}
}

// moreTime asks for a pause, which has an end, and gets it.
func (c *cast) moreTime(path string) {
	c.Helper()
	p := c.on("handler", path)
	form := "form[action$='/time']"
	openDetails(p, form)
	p.Click("input[name=time_kind][value=pause]")
	p.Follow(form + " button")
	if p.Count(".error-summary") != 1 {
		c.Error("a pause without an end was asked for")
	}
	good(p)
	sends(p, form, "#time", "2", "#time_reason", "等沥青到货")
	sends(c.on("dispatcher", path), "form[action$='/time_decide']", "#time-why", "缺货属实。")
}

// unitName is the unit of the handler, as the pages call it.
const unitName = "市政设施科"

// A standing is what the overview of thirty days says of the unit, and of all,
// with what rulings left out: another test may have one made.
type standing struct {
	received int
	rates    [3][2]int // response, resolution, satisfaction: how many, of how many
}

var outOf = regexp.MustCompile(`(\d+)/(\d+)`)

func (c *cast) standing() (s standing) {
	c.Helper()
	p := c.on("leader", "/work/overview?days=30")
	s.received = figure(p, "收到")
	cells := Eval[[]string](p, `[...document.querySelectorAll("main tbody tr")].filter(r => r.cells[0].textContent.trim() === `+quote(unitName)+` && r.cells.length > 4).flatMap(r => [...r.cells].slice(-3).map(c => c.textContent))`)
	for i, cell := range cells {
		if m := outOf.FindAllStringSubmatch(cell, -1); len(m) > 0 { // first without them, where there are any
			s.rates[i][0], _ = strconv.Atoi(m[len(m)-1][1])
			s.rates[i][1], _ = strconv.Atoi(m[len(m)-1][2])
		}
	}
	return s
}

// figure is the number that follows a word on the page.
func figure(p *Page, word string) int {
	p.T.Helper()
	m := regexp.MustCompile(word + `\s+([\d,]+)`).FindStringSubmatch(p.Text("main"))
	if m == nil {
		p.T.Fatalf("%s has no number for %q", p.Path(), word)
	}
	n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	return n
}

// table reads a CSV of the site: its rows by the first column.
func table(p *Page, path string) map[string][]string {
	p.T.Helper()
	text := Eval[string](p, `(() => { const r = new XMLHttpRequest(); r.open("GET", `+quote(path)+`, false); r.send(); return r.responseText; })()`)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil {
		p.T.Fatalf("%s: %v", path, err)
	}
	list := map[string][]string{}
	for _, r := range rows {
		list[r[0]] = r
	}
	return list
}

// TestStory is a case that goes wrong in every way it can and comes out right:
// returned, disputed and ruled on, answered badly, contested, reopened and
// supervised, helped with, solved and called back; it shows in every figure,
// and the next like it is shown the ruling. Beside the resident there are the
// dispatcher, the handlers of two units, who checks and signs, the supervisor
// who rules, the leader who orders, the clerk who rings and the auditor.
func TestStory(t *testing.T) {
	c := &cast{t, Browser(t), visit(t), View{}, map[string]*Page{}}
	key, text := known("湖滨路公园门口路面坑洼，有个大坑，绿化浇水把路基泡软了，电动车摔倒，请尽快修补路面。")
	before := c.standing()

	resident := c.as("resident")
	resident.Go("/requests/new")
	resident.Fill("#text", text)
	resident.Choose("#area", "lianhu-hubin")
	resident.Fill("#contact", "12012345678")
	resident.Follow("form[action='/requests'] button:not([type=button])")
	resident.Shows(key)
	receipt := strings.TrimSuffix(resident.Path(), "?new=1")
	dispatcher := c.as("dispatcher")
	waitFor(t, func() bool {
		dispatcher.Go("/work/queue?view=dispatch")
		return strings.Contains(dispatcher.Text("main"), key)
	})
	open(dispatcher, "dispatch", key)
	path := dispatcher.Path()
	number := path[strings.LastIndex(path, "/")+1:]
	dispatcher.Follow(".suggest li button")

	// Returned, given to the other unit, disputed, convened, ruled.
	sends(c.on("handler", path), "form[action$='/return']", "textarea", "路基是绿化浇水泡软的，应由园林修复。", "#proposed", "parks")
	p := c.on("dispatcher", path)
	good(p)
	sends(p, "form[action$='/rule']", "input[value=uphold]", "✓", "textarea", "先由园林查浇水。")
	p = c.on("he.zihan", path)
	sends(p, "form[action$='/dispute']", "textarea", "路面不归我中心管养，没有修路的力量。", "#object-proposed", "um-facilities")
	good(p)
	p = c.on("dispatcher", path)
	sends(p, "form[action$='/convene']", "#convene-unit", "um-facilities", "#helping", "parks", "#minutes", "两家到现场：路基因渗水下沉，先停水，再补路。")
	p = c.on("supervisor", path)
	good(p)
	matter := "绿化浇水泡软路基 " + key
	sends(p, "form[action$='/decide']", "#matter", matter, "#duty", "d-roads-pothole", "#decide-reason", "路面由市政设施科修复，园林绿化中心停水并协助。")
	p.Screenshot("ruled")

	// Answered badly, contested, reopened.
	p = c.on("handler", path)
	p.Follow("form[action$='/accept'] button")
	c.moreTime(path)
	c.answers(path, "您好！问题已收悉，将加强管理，感谢您的反映。", false)
	resident.Go(receipt)
	good(resident)
	resident.Click("input[name=verdict][value=not_solved]")
	resident.Fill("#missing", "坑还在，一铲土都没有填。")
	resident.Follow("form[action$='/verdict'] button")
	p = c.on("dispatcher", path)
	sends(p, "form[action$='/contested']", "#reason", "照片上坑还在，继续处理。")
	good(p)

	// Supervised: the leader orders, the unit's head answers, the leader accepts.
	sends(c.on("leader", path), "form[action='/work/orders']", "textarea", "写明谁在哪天补好 "+key, "[name=order_in]", "1wd")
	p = c.on("section_head", "/work/orders")
	order := Eval[string](p, `[...document.querySelectorAll("article.card")].find(a => a.textContent.includes(`+quote(key)+`)).id`)
	good(p)
	sends(p, "[id='"+order+"'] form", "textarea", "二班组今天下午补好，拍照上传。")

	// Helped with, met, solved.
	p = c.on("handler", path)
	sends(p, "form[action$='/task']", "#task", "请停掉这一段的浇水并检查水管。")
	sends(c.on("he.zihan", path), "form[action$='/task_done']", "textarea", "水管接头漏水，已换。")
	p = c.on("handler", path)
	good(p)
	sends(p, "form[action$='/task_rate']")
	sends(p, "form[action$='/meet']", "#how", "坑已填平压实，铺了沥青。")
	c.answers(path, "您好！浇水管接头漏水已更换，坑已填平并铺了沥青，附照片。", true)
	p = c.on("leader", "/work/orders")
	sends(p, "[id='"+order+"'] form", "textarea", "现场看过，可以。")
	p.Hides(key)

	// Called back by somebody who is no party.
	p = c.on("clerk", "/work/follow-ups")
	good(p)
	p.Go(Eval[string](p, `[...document.querySelectorAll("a")].find(a => a.textContent.includes(`+quote(key)+`))?.getAttribute("href") ?? "/nowhere"`))
	p.Shows("路面坑洼", "已填平")
	good(p)
	p.Screenshot("call")
	sends(p, "form.suggest", "[name=contacted][value=yes]", "✓", "[name=solved][value=yes]", "✓", "#treated", "5")
	p.Hides(key)
	resident.Go(receipt)
	resident.Shows("已填平")
	good(resident)
	resident.Screenshot("solved")

	// A sample of what was said to be solved is looked at again.
	p = c.on("clerk", "/work/audit")
	item := "#" + Eval[string](p, `[...document.querySelectorAll("main li[id^=item-]")].find(e => !e.querySelector(".tag") && e.querySelector("form")).id`)
	Eval[any](p, `document.querySelector("`+item+` details").open = true`)
	sends(p, item+" form", "[name=means]", "phone", "[name=finding]", "not_solved", "textarea", key)
	p = c.on("auditor", "/work/audit")
	if p.Count(item+" .tag") != 1 || !strings.Contains(p.Text(item), key) {
		t.Errorf("the auditor reads %q", p.Text(item))
	}
	good(p)
	p = c.on("auditor", path)
	good(p)
	p.Shows("路基是绿化浇水泡软的", "园林绿化中心停水并协助", "坑还在", "写明谁在哪天补好", "水管接头漏水")
	p.Hides("12012345678")
	p.Screenshot("history")

	c.figures(path, number, key, matter, before)
	p = c.b.Page(t, c.at, c.view) // anybody
	p.Go("/public/" + number)
	p.Shows("已解决")
	p.Hides(key, "12012345678", "电动车")
	good(p)

	// The next like it is shown the ruling.
	again, text := known("湖滨路公园门口绿化浇水泡软了路基，路面坑洼。")
	say(t, c.at, text, "")
	waitFor(t, func() bool {
		dispatcher.Go("/work/queue?view=dispatch")
		return strings.Contains(dispatcher.Text("main"), again)
	})
	open(dispatcher, "dispatch", again)
	dispatcher.Shows(matter)
	good(dispatcher)
}

// figures looks whether the case shows in all of them.
func (c *cast) figures(path, number, key, matter string, before standing) {
	c.Helper()
	after := c.standing()
	if after.received != before.received+1 {
		c.Errorf("%d came in, after %d", after.received, before.received)
	}
	good(c.as("leader"))
	p := c.on("supervisor", "/work/rates?days=30")
	good(p)
	for i, name := range []string{"response", "resolution", "satisfaction"} {
		is, was := after.rates[i], before.rates[i]
		if is[0] != was[0]+1 || is[1] != was[1]+1 {
			c.Errorf("%s was %d of %d and is %d of %d", name, was[0], was[1], is[0], is[1])
		}
		// The columns with the cases left out by a ruling are those of all.
		if row := table(p, "/work/rates/"+name+".csv?days=30")[unitName]; len(row) < 8 || row[6] != fmt.Sprint(is[0]) || row[7] != fmt.Sprint(is[1]) {
			c.Errorf("%s: %v, and the overview says %v", name, row, is)
		}
	}
	hops := table(p, "/work/trends/hops.csv?days=30")
	if row := hops["3"]; len(row) != 2 || row[1] == "0" {
		c.Errorf("no case went through three units: %v", hops)
	}
	p.Go("/work/trends?days=30")
	p.Shows("一次派准")
	good(p)
	p.Go("/work/rulings?q=" + strings.Fields(matter)[1])
	p.Follow(".articles a")
	p.Shows(number)
	good(p)
	p.Go("/work/orders?all")
	p.Shows(key, "二班组今天下午补好", "现场看过，可以。")
	good(p)
	p.Go(path)
	p.Shows("二班组今天下午补好")
}
