package e2e

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestBoard is the leaders' board on a wall, at a desk in the dark, on a
// phone, without scripts and on paper, and what of it everybody may see.
func TestBoard(t *testing.T) {
	at, b := visit(t), Browser(t)
	key, text := known("滨河路一带停水了，家里没有水，请问什么时候来水？")
	say(t, at, text, "")
	dispatcher := b.Page(t, at, View{})
	enter(dispatcher, "dispatcher")
	waitFor(t, func() bool {
		dispatcher.Go("/work/queue?view=dispatch")
		return strings.Contains(dispatcher.Text("main"), key)
	})
	for _, v := range []struct {
		name string
		View
	}{
		{"wall", View{Width: 1920, Height: 1080}},
		{"wall-dark", View{Width: 1920, Height: 1080, Dark: true, Lang: "en"}},
		{"desk", View{}},
		{"phone", View{Width: 375, Lang: "en"}},
		{"phone-no-scripts", View{Width: 375, NoScript: true}},
	} {
		leader := b.Page(t, at, v.View)
		enter(leader, "leader")
		for _, span := range []string{"today", "now", "monday", "week"} {
			leader.Go("/work/board?span=" + span)
			if !v.NoScript {
				waitFor(t, func() bool { return leader.Count(".chart canvas") == 1 })
			}
			good(leader)
			// What the chart shows can be read: the table says how many came.
			if sum := Eval[int](leader, `[...document.querySelectorAll("table[data-chart] tbody tr")].reduce((n, r) => n + Number(r.cells[1].textContent.replace(/\D/g, "")), 0)`); sum == 0 {
				t.Errorf("%s: nothing came in, or the table does not say it", v.name)
			}
			leader.InSight(v.name + "-" + span)
		}
		if v.Width == 1920 { // all of it on one screen
			if over := Eval[float64](leader, `document.querySelector(".board").getBoundingClientRect().bottom - innerHeight`); over > 0 {
				t.Errorf("%s: the board is %.0f px higher than the wall", v.name, over)
			}
		}
		if v.name == "desk" {
			pdf := leader.Print("board")
			size := regexp.MustCompile(`/MediaBox\s*\[0 0 (595|594)[.\d]* 84[12]`)
			pages := len(regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(pdf, -1))
			if !size.Match(pdf) || pages < 1 || pages > 2 {
				t.Errorf("the board prints on %d pages, or not on A4", pages)
			}
			for table, head := range map[string]string{"received": "时间,收到,已答复", "areas": "街道", "waits": "等谁", "stages": "环节,件数", "topics": "事项"} {
				csv := Eval[string](leader, `(() => { const r = new XMLHttpRequest(); r.open("GET", "/work/board/`+table+`.csv?span=week", false); r.send(); return r.status + r.getResponseHeader("Content-Type") + r.responseText; })()`)
				if !strings.HasPrefix(csv, "200text/csv") || strings.Count(csv, "\n") < 2 {
					t.Errorf("%s.csv (%s): %.200s", table, head, csv)
				}
			}
		}
	}

	for _, v := range []View{{}, {Width: 375, Lang: "en"}, {Width: 375, NoScript: true}} {
		anybody := b.Page(t, at, v)
		anybody.Go("/figures")
		good(anybody)
		anybody.Hides(key)
		anybody.Screenshot("figures")
		if bytes := anybody.Bytes(); bytes > 60_000 {
			t.Errorf("the public figures are %d bytes", bytes)
		}
	}
	for _, table := range []string{"days", "areas", "categories", "waits", "channels", "hops", "rates"} {
		answer, err := http.Get(at + "/figures/" + table + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		_, err = body.ReadFrom(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || bytes.Count(body.Bytes(), []byte("\n")) < 3 {
			t.Errorf("%s.csv: %d %v %.200s", table, answer.StatusCode, err, body.String())
		}
		// Whatever is counted, no count is so small that it says who.
		if table != "rates" && regexp.MustCompile(`,[1-4](,|\r?\n)`).Match(body.Bytes()) {
			t.Errorf("%s.csv has a small count:\n%s", table, body.String())
		}
	}
}
