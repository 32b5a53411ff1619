package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestOrdersAndProgrammes is how those who lead see to it that work is done,
// on a small phone without scripts: an order to a unit that is answered, sent
// back, answered again and accepted; and a problem that keeps coming back,
// planned, done with, and told to somebody who had spoken of it.
func TestOrdersAndProgrammes(t *testing.T) {
	c := &cast{t, Browser(t), visit(t), View{Width: 375, Lang: "en", NoScript: true}, map[string]*Page{}}
	key, text := known("湖滨路桥头的护栏被撞坏了，断口朝外，行人很危险。")
	resident := c.as("resident")
	resident.Go("/requests/new")
	resident.Fill("#text", text)
	resident.Choose("#area", "lianhu-hubin")
	resident.Follow("form[action='/requests'] button:not([type=button])")
	receipt := strings.TrimSuffix(resident.Path(), "?new=1")

	// An order about a unit's work as a whole.
	p := c.on("supervisor", "/work/orders")
	p.Follow("form[action='/work/orders'] button") // nothing is written yet
	if p.Count(".error-summary a") < 3 {
		t.Errorf("an empty order: %s", p.Text(".error-summary"))
	}
	good(p)
	sends(p, "form[action='/work/orders']", "[name=order_unit]", "um-facilities", "textarea", "Railings: say who checks them, and when "+key, "[name=order_in]", "1wd")
	p = c.on("section_head", "/work/orders")
	order := "[id='" + Eval[string](p, `[...document.querySelectorAll("article.card")].find(a => a.textContent.includes(`+quote(key)+`)).id`) + "']"
	good(p)
	sends(p, order+" form", "textarea", "We will see to it.")
	p = c.on("supervisor", "/work/orders")
	p.Follow(order + " button[value=no]") // sent back without a word
	if p.Count(".error-summary") != 1 {
		t.Error("an answer is sent back, and nobody says what is missing")
	}
	p.Fill(order+" textarea", "By whom, and when?")
	p.Follow(order + " button[value=no]")
	p = c.on("section_head", "/work/orders")
	good(p)
	p.Shows("By whom, and when?")
	sends(p, order+" form", "textarea", "Team two, every Tuesday.")
	p = c.on("supervisor", "/work/orders")
	p.Follow(order + " button[value=yes]")
	p.Hides(key)
	p.Go("/work/orders?all")
	p.Shows(key, "Team two, every Tuesday.")
	good(p)

	// A topic of the month.
	p.Go("/work/programmes/new")
	p.Follow("main form button")
	if p.Count(".error-summary a") < 4 {
		t.Errorf("an empty topic: %s", p.Text(".error-summary"))
	}
	good(p)
	today := time.Now().UTC().Add(8 * time.Hour)
	title := "Railings " + key
	sends(p, "main form", "#title", "护栏 "+key, "#title_en", title, "#unit", "um-facilities", "#categories", "roads-railing", "#areas", "lianhu",
		"#since", today.AddDate(0, 0, -1).Format(time.DateOnly), "#cause", "Posts of a kind that breaks.", "#step-0", "Replace the posts", "#step-day-0", today.AddDate(0, 1, 0).Format(time.DateOnly))
	topic := p.Path()
	p.Shows(title, "Posts of a kind that breaks.")
	good(p)
	p = c.on("section_head", topic)
	sends(p, "form[action$='/reach']")
	good(p)

	// The case is of that kind once it is dispatched.
	dispatcher := c.as("dispatcher")
	waitFor(t, func() bool {
		dispatcher.Go("/work/queue?view=dispatch")
		return strings.Contains(dispatcher.Text("main"), key)
	})
	open(dispatcher, "dispatch", key)
	sends(dispatcher, "details form[action$='/dispatch']", "[name=unit]", "um-facilities", "[name=category]", "roads-railing")

	p = c.on("supervisor", topic)
	told := "新的立柱不会再断 " + key
	sends(p, "form[action$='/end']", "#result", told, "#result_en", "The new posts do not break "+key)
	good(p)
	waitFor(t, func() bool {
		resident.Go(receipt)
		return strings.Contains(resident.Text("main"), "The new posts do not break "+key) || strings.Contains(resident.Text("main"), told)
	})
	good(resident)
	resident.Go("/programmes")
	resident.Shows(title, "The new posts do not break "+key)
	good(resident)
}
