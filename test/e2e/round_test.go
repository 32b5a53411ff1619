package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// visit is the district that is tried: one that runs already, for a look at
// it by hand, or one of the test's own.
func visit(t *testing.T) string {
	t.Helper()
	if site := os.Getenv("YIWANG_SITE"); site != "" {
		return site
	}
	return City(t)
}

// enter signs in with one click on the first page.
func enter(p *Page, role string) {
	p.T.Helper()
	p.Go("/")
	p.Follow("button[value=" + role + "]")
}

// open finds the row of a case in one of the queues.
func open(p *Page, view, words string) {
	p.T.Helper()
	p.Go("/work/queue?view=" + view)
	href := Eval[string](p, fmt.Sprintf(`([...document.querySelectorAll("a.row")].find(a => a.textContent.includes(%s)) || {getAttribute: () => ""}).getAttribute("href")`, quote(words)))
	if href == "" {
		p.T.Fatalf("the queue %q has no row with %q:\n%s", view, words, p.Text("main"))
	}
	p.Go(href)
	p.Shows(words)
}

func good(p *Page) {
	p.T.Helper()
	p.Axe()
	p.FitsWidth()
}

// known begins a text with something to know it by in a list.
func known(text string) (key, whole string) {
	key = time.Now().Format("150405.000000")
	return key, key + "，" + text
}

// TestRound takes one request all the way round: said, read, dispatched,
// accepted, asked about, answered, checked, contested, reopened, answered
// again, confirmed, rated and counted, each step by the person whose it is; on a
// small phone, in English, without scripts. (TestStory is at a desk.)
func TestRound(t *testing.T) {
	v := View{Width: 375, Lang: "en", NoScript: true}
	at, b := visit(t), Browser(t)
	key, text := known("湖滨路菜市场门口路面坑洼，有个大坑，昨晚电动车摔倒了，请尽快修。")

	resident := b.Page(t, at, v)
	resident.Go("/")
	good(resident)
	resident.Fill("#text", text)
	resident.Follow("form.ask button")
	good(resident)
	resident.Choose("#area", "lianhu-hubin")
	resident.Fill("#address", "湖滨路菜市场东门")
	resident.Fill("#contact", "12012345678")
	resident.Follow("form[action='/requests'] button:not([type=button])")
	good(resident)
	resident.Shows(text)
	page := strings.TrimSuffix(resident.Path(), "?new=1")
	code := strings.TrimPrefix(page, "/r/")
	if len(strings.ReplaceAll(code, "-", "")) != 12 {
		t.Errorf("the receipt is %q", code)
	}

	dispatcher := b.Page(t, at, v)
	enter(dispatcher, "dispatcher")
	waitFor(t, func() bool {
		dispatcher.Go("/work/queue?view=dispatch")
		return strings.Contains(dispatcher.Text("main"), key)
	})
	good(dispatcher)
	open(dispatcher, "dispatch", key)
	good(dispatcher)
	dispatcher.Follow(".suggest li button")
	if !strings.HasPrefix(dispatcher.Path(), "/work/queue") {
		t.Errorf("after dispatch the next case is not at hand: %s", dispatcher.Path())
	}
	dispatcher.Hides(key)

	handler := b.Page(t, at, v)
	enter(handler, "handler")
	open(handler, "accept", key)
	good(handler)
	number := handler.Path()
	handler.Hides("12012345678")
	handler.Follow("form[action$='/accept'] button")
	good(handler)
	openDetails(handler, "form[action$='/ask']")
	handler.Fill("#question", "请问坑在机动车道还是人行道？")
	handler.Follow("form[action$='/ask'] button")
	good(handler)

	resident.Go(page)
	resident.Shows("请问坑在机动车道还是人行道？")
	good(resident)
	resident.Fill("#reply", "在非机动车道，靠近东门。")
	resident.Follow("form[action$='/reply'] button")
	resident.Shows("在非机动车道，靠近东门。")
	good(resident)

	answer := func(words string) {
		handler.Go(number)
		handler.Click("input[name=outcome][value=solved]")
		handler.Fill("#answer", words)
		handler.Follow("form[action$='/draft'] button[name=send]")
		good(handler)
		chain(t, b, at, v, number, dispatcher)
	}
	handler.Go(number)
	handler.Shows("在非机动车道，靠近东门。")
	handler.Follow("form[action$='/draft'] button[name=send]") // nothing written yet
	if handler.Count(".error-summary") != 1 {
		t.Error("an empty answer was sent up the chain")
	}
	good(handler)
	answer("您好！已于今天上午用沥青修补，并放置了警示标志。")

	resident.Go(page)
	resident.Shows("已于今天上午用沥青修补")
	good(resident)
	resident.Click("input[name=verdict][value=not_solved]")
	resident.Follow("form[action$='/verdict'] button")
	if resident.Count(".error-summary") != 1 {
		t.Error("not solved, and nothing is missing")
	}
	good(resident)
	resident.Fill("#missing", "坑边还有两处松动，没有补。")
	resident.Follow("form[action$='/verdict'] button")
	good(resident)

	open(dispatcher, "contested", key)
	good(dispatcher)
	dispatcher.Fill("#reason", "回访核实，东侧两处确实没有补，请继续处理。")
	dispatcher.Follow("form[action$='/contested'] button")
	good(dispatcher)
	handler.Go(number) // what was missing is met first
	good(handler)
	handler.Fill("#how", "东侧两处已补。")
	handler.Follow("form[action$='/meet'] button")
	good(handler)
	answer("您好！东侧两处松动已一并修补，现场已清理。")

	resident.Go(page)
	resident.Click("input[name=verdict][value=solved]")
	resident.Follow("form[action$='/verdict'] button")
	resident.Click("input[name=rating][value='5']")
	resident.Follow("form[action$='/rate'] button")
	good(resident)
	resident.Screenshot("solved")

	// Somebody reads the contact data, and the resident sees who and why.
	dispatcher.Go(number)
	openDetails(dispatcher, "form[action$='/contact']")
	dispatcher.Fill("form[action$='/contact'] input[name=contact_reason]", "回访满意度")
	dispatcher.Follow("form[action$='/contact'] button")
	dispatcher.Shows("12012345678")
	good(dispatcher)
	resident.Go(page)
	resident.Shows("回访满意度")

	leader := b.Page(t, at, v)
	enter(leader, "leader")
	good(leader)
	leader.Go(number)
	leader.Hides("12012345678")
	good(leader)
	leader.Screenshot("history")
}

// chain takes the answer past everybody who checks it.
func chain(t *testing.T, b *Chromium, at string, v View, number string, dispatcher *Page) {
	t.Helper()
	for _, role := range []string{"section_head", "unit_leader"} {
		p := b.Page(t, at, v)
		enter(p, role)
		p.Go(number)
		good(p)
		if p.Count("input[name=pass][value=yes]") == 1 {
			p.Follow("form:has(input[name=pass][value=yes]) button")
			good(p)
		}
	}
	dispatcher.Go(number)
	good(dispatcher)
	dispatcher.Follow("form:has(input[name=pass][value=yes]) button")
	good(dispatcher)
}

// openDetails opens what a form is folded into, as a click on it does.
func openDetails(p *Page, form string) {
	p.T.Helper()
	p.Click("details:has(" + form + ") > summary")
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("this took too long")
		}
	}
}
