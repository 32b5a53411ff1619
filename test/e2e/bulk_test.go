package e2e

import (
	"strings"
	"testing"
)

// TestBulk is a unit that takes on several cases at once: what cannot be done
// is named before, and until it begins it can be undone.
func TestBulk(t *testing.T) {
	for _, v := range []struct {
		name string
		View
	}{{"desk", View{}}, {"phone in English without scripts", View{Width: 375, Lang: "en", NoScript: true}}} {
		t.Run(v.name, func(t *testing.T) { bulkNotes(t, v.View) })
	}
}

func bulkNotes(t *testing.T, v View) {
	at, b := visit(t), Browser(t)
	dispatcher := b.Page(t, at, v)
	enter(dispatcher, "dispatcher")
	dispatcher.Go("/work/queue?view=answered")
	good(dispatcher)
	dispatcher.Click("li.ticked:nth-of-type(1) input")
	dispatcher.Click("li.ticked:nth-of-type(2) input")
	dispatcher.Follow(".bulk button") // nothing was chosen to be done
	good(dispatcher)
	dispatcher.Go("/work/queue?view=answered")
	dispatcher.Click("li.ticked:nth-of-type(1) input")
	dispatcher.Choose("select[name=action]", "suggested")
	dispatcher.Follow(".bulk button")
	good(dispatcher)
	if dispatcher.Count("input[name=sure]") != 0 || dispatcher.Count(".articles li") != 1 {
		t.Error("what is answered can be dispatched, or is not named")
	}
	for range 2 { // at night the queue may be empty
		word, text := known("湖滨路路面坑洼，请修补。")
		say(t, at, text, "")
		waitFor(t, func() bool {
			dispatcher.Go("/work/queue?view=dispatch")
			return strings.Contains(dispatcher.Text("main"), word)
		})
	}
	dispatcher.Click("input[name=all]")
	dispatcher.Choose("select[name=action]", "note")
	key, note := known("已电话核实")
	dispatcher.Fill("input[name=note]", note)
	dispatcher.Follow(".bulk button")
	good(dispatcher)
	dispatcher.Screenshot("preview")
	first := Eval[string](dispatcher, `document.querySelector(".articles a").getAttribute("href")`)
	for _, undo := range []bool{true, false} {
		if !undo {
			dispatcher.Go("/work/queue?view=dispatch")
			dispatcher.Click("li.ticked:nth-of-type(1) input")
			dispatcher.Choose("select[name=action]", "note")
			dispatcher.Fill("input[name=note]", note)
			dispatcher.Follow(".bulk button")
			first = Eval[string](dispatcher, `document.querySelector(".articles a").getAttribute("href")`)
		}
		dispatcher.Follow("form[action='/work/bulk'] button")
		done := dispatcher.Path()
		if undo {
			dispatcher.Follow("form[action^='/work/bulk/'] button")
			dispatcher.Go(done)
			good(dispatcher)
			dispatcher.Go(first)
			dispatcher.Hides(key)
			continue
		}
		waitFor(t, func() bool {
			dispatcher.Go(done)
			return strings.Contains(dispatcher.Text("p.lead"), "1 / 1") || strings.Contains(dispatcher.Text("p.lead"), "1 of 1")
		})
		good(dispatcher)
		dispatcher.Go(first)
		dispatcher.Shows(key)
	}
}
