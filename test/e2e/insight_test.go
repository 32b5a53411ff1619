package e2e

import (
	"strings"
	"testing"
)

// TestInsight goes from what many speak of to one topic and what is done about
// it, to what goes together, and to how an answer reads: by its writer before it
// goes out, and afterwards in the list.
func TestInsight(t *testing.T) {
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English", View{Width: 375, Lang: "en", NoScript: true}}} {
		t.Run(v.name, func(t *testing.T) { understand(t, v.View) })
	}
}

func understand(t *testing.T, v View) {
	at, b := visit(t), Browser(t)
	supervisor := b.Page(t, at, v)
	enter(supervisor, "supervisor")
	waitFor(t, func() bool {
		supervisor.Go("/work/topics?span=90")
		return supervisor.Count(".topics h2 a") > 0
	})
	good(supervisor)
	supervisor.Screenshot("topics-" + v.Lang)
	supervisor.Follow(".topics h2 a")
	good(supervisor)
	supervisor.Screenshot("topic-" + v.Lang)
	if supervisor.Count(".topic-lines li") == 0 || supervisor.Count(".topic-lines li") != supervisor.Count(".topic-lines li a") {
		t.Error("a line of the summary does not say who said it")
	}
	openDetails(supervisor, "form[action$='/order']")
	supervisor.Choose("#order_unit", "um-facilities")
	supervisor.Fill("#order_in", "soon")
	supervisor.Follow("form[action$='/order'] button")
	if supervisor.Count(".error-summary") != 1 {
		t.Error("an order without a limit was given")
	}
	good(supervisor)
	supervisor.Fill("#order_in", "1wd")
	supervisor.Follow("form[action$='/order'] button")
	good(supervisor)
	if supervisor.Count("a[href^='/work/orders?all#']") == 0 {
		t.Error("what was done is not on the topic's page")
	}

	waitFor(t, func() bool {
		supervisor.Go("/work/associations")
		return supervisor.Count("svg.arcs") > 0
	})
	good(supervisor)
	supervisor.Screenshot("associations-" + v.Lang)
	supervisor.Go("/work/answers?view=all")
	good(supervisor)
	supervisor.Screenshot("answers-" + v.Lang)
	supervisor.Go("/work/search?q=street+light&state=open")
	good(supervisor)
	supervisor.Screenshot("search-" + v.Lang)

	handler := b.Page(t, at, v)
	enter(handler, "handler")
	dispatcher := b.Page(t, at, v)
	enter(dispatcher, "dispatcher")
	key, text := known("湖滨路菜市场门口路面坑洼，请问什么时候能修好？")
	resident := b.Page(t, at, v)
	resident.Go("/requests/new")
	resident.Fill("#text", text)
	resident.Choose("#area", "lianhu-hubin")
	resident.Follow("form[action='/requests'] button:not([type=button])")
	waitFor(t, func() bool {
		dispatcher.Go("/work/queue?view=dispatch")
		return strings.Contains(dispatcher.Text("main"), key)
	})
	open(dispatcher, "dispatch", key)
	number := dispatcher.Path()
	openDetails(dispatcher, "form[action$='/dispatch'] #unit")
	dispatcher.Choose("#unit", "um-facilities")
	dispatcher.Choose("#category", "roads-pothole")
	dispatcher.Follow("form[action$='/dispatch']:has(#unit) button")
	handler.Go(number)
	handler.Follow("form[action$='/accept'] button")
	handler.Fill("#answer", "您好，您反映的问题已转有关部门处理。")
	if v.NoScript {
		handler.Follow("button[formaction$='/check_answer']")
	} else {
		waitFor(t, func() bool { return handler.Count("#hints .reading") > 0 })
	}
	if handler.Count("#hints .reading") != 1 {
		t.Error("the writer is not told how the answer reads")
	}
	good(handler)
	handler.Screenshot("check-" + v.Lang)
}
