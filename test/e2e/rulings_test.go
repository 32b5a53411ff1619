package e2e

import (
	"strings"
	"testing"
)

// TestRuling takes a case that nobody wants from its return to the ruling:
// refused, disputed, convened, ruled, each by the person whose it is; a helper
// does a task on the way, and the ruling stands in the list.
func TestRuling(t *testing.T) {
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English", View{Width: 375, Lang: "en"}}} {
		t.Run(v.name, func(t *testing.T) { rule(t, v.View) })
	}
}

func rule(t *testing.T, v View) {
	at, b := visit(t), Browser(t)
	key, text := known("湖滨路菜市场门口路面坑洼，树根把人行道顶起来了。")
	resident := b.Page(t, at, v)
	resident.Go("/requests/new")
	resident.Fill("#text", text)
	resident.Choose("#area", "lianhu-hubin")
	resident.Follow("form[action='/requests'] button:not([type=button])")

	dispatcher, handler, supervisor := b.Page(t, at, v), b.Page(t, at, v), b.Page(t, at, v)
	enter(dispatcher, "dispatcher")
	waitFor(t, func() bool {
		dispatcher.Go("/work/queue?view=dispatch")
		return strings.Contains(dispatcher.Text("main"), key)
	})
	open(dispatcher, "dispatch", key)
	number := dispatcher.Path()
	dispatcher.Follow(".suggest li button")

	enter(handler, "handler")
	handler.Go(number)
	openDetails(handler, "form[action$='/return']")
	handler.Fill("form[action$='/return'] textarea", "树归园林。")
	handler.Choose("#proposed", "parks")
	handler.Follow("form[action$='/return'] button")
	good(handler)

	dispatcher.Go(number)
	dispatcher.Fill("form[action$='/rule'] textarea", "路面归你们。")
	dispatcher.Follow("form[action$='/rule'] button")
	good(dispatcher)

	handler.Go(number)
	openDetails(handler, "form[action$='/dispute']")
	handler.Fill("#object-reason", "树根是园林的。")
	handler.Choose("#object-proposed", "parks")
	handler.Follow("form[action$='/dispute'] button")
	good(handler)
	handler.Follow("form[action$='/accept'] button") // work goes on
	good(handler)

	dispatcher.Go(number)
	dispatcher.Choose("#convene-unit", "um-facilities")
	dispatcher.Choose("#helping", "parks")
	dispatcher.Fill("#minutes", "现场看过，树根在人行道下。")
	dispatcher.Follow("form[action$='/convene'] button")
	good(dispatcher)

	enter(supervisor, "supervisor")
	supervisor.Go(number)
	good(supervisor)
	supervisor.Fill("#matter", "树根顶起人行道 "+key)
	supervisor.Choose("#duty", "d-roads-pothole")
	supervisor.Fill("#decide-reason", "人行道由市政设施科管养，园林绿化中心协助。")
	supervisor.Screenshot("ruling")
	supervisor.Follow("form[action$='/decide'] button")
	good(supervisor)

	handler.Go(number)
	openDetails(handler, "form[action$='/task']")
	handler.Fill("#task", "请把树根切掉。")
	handler.Follow("form[action$='/task'] button")
	good(handler)
	openDetails(handler, "form[action$='/time']")
	handler.Click("input[name=time_kind][value=pause]")
	handler.Follow("form[action$='/time'] button") // a pause without an end
	if handler.Count(".error-summary") != 1 {
		t.Error("a pause without an end was asked for")
	}
	good(handler)
	handler.Fill("#time", "2")
	handler.Fill("#time_reason", "等沥青到货")
	handler.Follow("form[action$='/time'] button")
	good(handler)
	handler.Screenshot("clocks")

	dispatcher.Go(number)
	dispatcher.Fill("#time-why", "缺货属实。")
	dispatcher.Follow("form[action$='/time_decide'] button")
	good(dispatcher)
	dispatcher.Screenshot("granted")

	handler.Go("/work/rulings?q=" + key)
	good(handler)
	handler.Shows(key)
	handler.Follow(".articles a")
	good(handler)
	handler.Screenshot("precedent")
}
