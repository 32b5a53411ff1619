package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRates is how a rate cannot be gamed: a unit's head sees where the unit
// stands beside chance and what its rates would be without a case, asks for
// that, a supervisor rules, and everybody reads the ruling; the sample of what
// was solved anybody draws again. (TestStory looks at one of it.)
func TestRates(t *testing.T) {
	at, b := visit(t), Browser(t)
	for i, v := range []View{{}, {Width: 375, Lang: "en"}} {
		head := b.Page(t, at, v)
		enter(head, "section_head")
		head.Go("/work/rates?days=365")
		good(head)
		if head.Count("svg.funnel .dot.own") == 0 || head.Count("svg.funnel .dot") < 5 {
			t.Error("the unit does not stand among the others")
		}
		if named := head.Count("#response-title ~ details tbody tr"); named > 3 {
			t.Errorf("a unit's head reads the names of %d units", named)
		}
		head.InSight(fmt.Sprint("rates-head-", i))
		head.Go("/work/rates/what-if?days=365")
		good(head)
		head.Screenshot(fmt.Sprint("what-if-", i))
		if head.Count("a[href$='#ask']") == 0 {
			t.Fatal("no case counts against the unit")
		}
		head.Click("tbody input[name=case]")
		head.Follow("form[method=get] button:not([type=button])")
		head.Follow("a[href$='#ask']")
		good(head)
		head.Follow("#ask form button")
		good(head)
		if head.Count(".error-summary a") < 2 {
			t.Error("an empty request for an exclusion is not refused")
		}
		for _, box := range []string{"response", "resolution", "satisfaction"} {
			if head.Count("#rates input[value="+box+"]:not(:checked)") == 1 && box == against(head) {
				head.Click("#rates input[value=" + box + "]")
			}
		}
		head.Choose("#ground", "no_access")
		reason, whole := known("三次上门无人，见现场照片。")
		head.Fill("#exclusion_reason", whole)
		head.Follow("#ask form button")
		head.Shows(reason)
		good(head)

		supervisor := b.Page(t, at, v)
		enter(supervisor, "supervisor")
		waitFor(t, func() bool {
			supervisor.Go("/work/notices")
			return strings.Contains(supervisor.Text("main"), []string{"有剔除申请待裁定", "An exclusion is asked for"}[i])
		})
		supervisor.Go("/work/exclusions")
		supervisor.Shows(reason)
		good(supervisor)
		form := "section:has(form)"
		supervisor.Follow(form + " button[value=yes]")
		good(supervisor)
		ruling, words := known("上门三次均无人，理由成立。")
		supervisor.Fill("#ruling", words)
		supervisor.Follow("section:has(#ruling) button[value=yes]")
		supervisor.Shows(ruling)
		supervisor.Go("/work/rates?days=365")
		good(supervisor)
		supervisor.Screenshot(fmt.Sprint("rates-", i))
		for _, path := range []string{"/work/trends?days=90", "/work/patterns?days=365", "/work/patterns"} {
			supervisor.Go(path)
			good(supervisor)
			supervisor.Screenshot(fmt.Sprint(strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '?' })[1], "-", i))
		}

		anybody := b.Page(t, at, v)
		anybody.Go("/figures/rulings")
		anybody.Shows(ruling)
		anybody.Hides(reason)
		good(anybody)

		anybody.Go("/figures/sample")
		good(anybody)
		anybody.Screenshot(fmt.Sprint("sample-", i))

		if i == 0 {
			supervisor.Go("/work/rates?days=90")
			pdf := supervisor.Print("rates")
			if !regexp.MustCompile(`/MediaBox\s*\[0 0 (595|594)[.\d]* 84[12]`).Match(pdf) {
				t.Error("rates do not print on A4")
			}
			for path, head := range map[string]string{
				"/work/rates/response.csv?days=90": "单位,件数", "/work/rates/days.csv": "天数", "/work/rates/unconfirmed.csv": "单位", "/work/trends/areas.csv": "街道", "/work/trends/weeks.csv": "周",
				"/work/trends/stages.csv": "阶段", "/work/trends/channels.csv": "来源", "/work/trends/hops.csv": "经过", "/work/patterns.csv": "问题",
			} {
				csv := Eval[string](supervisor, `(() => { const r = new XMLHttpRequest(); r.open("GET", "`+path+`", false); r.send(); return r.status + r.getResponseHeader("Content-Type") + r.responseText; })()`)
				if !strings.HasPrefix(csv, "200text/csv") || !strings.Contains(csv, head) {
					t.Errorf("%s: %.200s", path, csv)
				}
			}
			drawnAgain(t, at, anybody)
		}
	}
}

// against is a rate that the case chosen counts against its unit in.
func against(p *Page) string {
	return Eval[string](p, `(() => {
		const number = document.querySelector("[name=number]").value;
		const row = [...document.querySelectorAll("tbody tr")].find(r => r.querySelector("[name=case]")?.value === number);
		const words = row.querySelector(".against").textContent;
		return /超期|late/.test(words) ? "response" : /解决|solved/.test(words) ? "resolution" : "satisfaction";
	})()`)
}

// drawnAgain draws the newest sample from what is published, by command.
func drawnAgain(t *testing.T, at string, p *Page) {
	t.Helper()
	dir := t.TempDir()
	month := Eval[string](p, `document.querySelector("a[href$='/marks.txt']").getAttribute("href").split("/")[3]`)
	words := p.Text("code")
	args := []string{"sample", "--words", words}
	for _, name := range []string{"figures", "marks", "drawn"} {
		answer, err := http.Get(at + "/figures/sample/" + month + "/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatal(answer.Status, err)
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--"+name, file)
	}
	if out, err := exec.Command(Program, args...).CombinedOutput(); err != nil || !bytes.HasPrefix(out, []byte("seed ")) {
		t.Errorf("drawn again: %v %.300s", err, out)
	}
	args[2] += "x"
	if out, err := exec.Command(Program, args...).CombinedOutput(); err == nil {
		t.Errorf("drawn with other words, and nothing is said: %.300s", out)
	}
}
