package e2e

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// opens opens what is sealed for the invented district's discipline inspection:
// docs/formats/sealed.md gives it to whoever tries.
const opens = "yiwang-open-qRLDctkULhBnTN7ybTrCae6KE38a9y4cPzssx_sxDuc\n"

// TestSealed is a lead for discipline inspection: said, sealed by the hotline,
// read by nobody there afterwards, fetched and opened by the body it is for, and
// confirmed. The body looks on a small phone, in English.
func TestSealed(t *testing.T) {
	at, b := visit(t), Browser(t)
	key, text := known("区里采购科的科长收红包，我有证据。")
	resident := b.Page(t, at, View{})
	resident.Go("/requests/new")
	resident.Fill("#text", text)
	resident.Choose("#area", "lianhu-hubin")
	resident.Follow("form[action='/requests'] button:not([type=button])")
	receipt := strings.TrimSuffix(resident.Path(), "?new=1")

	hotline := b.Page(t, at, View{})
	enter(hotline, "dispatcher")
	waitFor(t, func() bool {
		hotline.Go("/work/queue?view=dispatch")
		return strings.Contains(hotline.Text("main"), key)
	})
	open(hotline, "dispatch", key)
	path := hotline.Path()
	number := path[strings.LastIndex(path, "/")+1:]
	form := "form[action$='/seal']"
	openDetails(hotline, form)
	good(hotline)
	sends(hotline, form)
	waitFor(t, func() bool {
		hotline.Go(path)
		return hotline.Count("code") == 1 // the digest of what was sealed
	})
	digest := hotline.Text("code")
	hotline.Hides(key, "采购科")
	good(hotline)
	hotline.Screenshot("sealed")
	resident.Go(receipt)
	resident.Shows("已经封存")
	resident.Hides(key, "采购科")
	good(resident)

	body := b.Page(t, at, View{Width: 375, Lang: "en"})
	enter(body, "receiver")
	body.Go("/work/sealed")
	good(body)
	body.Screenshot("list")
	card := "[id='" + Eval[string](body, `[...document.querySelectorAll("article.card")].find(a => a.querySelector("h2").textContent === `+quote(number)+`).id`) + "']"
	body.Hides(key)
	read(t, body, card, key, digest)
	sends(body, card+" form", "input", "DI 2026-7")
	body.Shows("DI 2026-7")
	if body.Count(card+" form") != 0 {
		t.Error("it is confirmed twice")
	}
	good(body)
	hotline.Go(path)
	hotline.Shows("DI 2026-7")
	resident.Go(receipt)
	resident.Shows("对方确认已经收到")
	resident.Hides("DI 2026-7")

	auditor := b.Page(t, at, View{})
	enter(auditor, "auditor")
	auditor.Go("/work/sealed")
	auditor.Shows(digest, "DI 2026-7")
	if auditor.Count("a[download]")+auditor.Count("article form") != 0 {
		t.Error("an auditor is offered what was sealed")
	}
	good(auditor)
}

// read downloads a sealed report and opens it by command: with the key of the
// body, and not with another.
func read(t *testing.T, p *Page, card, key, digest string) {
	t.Helper()
	dir := t.TempDir()
	file, with, other, out := filepath.Join(dir, "sealed"), filepath.Join(dir, "key"), filepath.Join(dir, "other"), filepath.Join(dir, "out")
	encoded := Eval[string](p, `(() => {
		const r = new XMLHttpRequest();
		r.open("GET", document.querySelector(`+quote(card+" a[download]")+`).href, false);
		r.overrideMimeType("text/plain; charset=x-user-defined");
		r.send();
		return btoa([...r.responseText].map(c => String.fromCharCode(c.charCodeAt(0) & 0xff)).join(""));
	})()`)
	sealed, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || strings.Contains(string(sealed), key) {
		t.Fatalf("%d bytes, %v", len(sealed), err)
	}
	for name, content := range map[string]string{file: string(sealed), with: opens} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if sum, err := exec.Command("sha256sum", file).Output(); err != nil || !strings.HasPrefix(string(sum), digest) {
		t.Errorf("sha256sum says %s, the page %s: %v", sum, digest, err)
	}
	if said, err := exec.Command(Program, "sealed", "key", other).CombinedOutput(); err != nil || !strings.Contains(string(said), "yiwang-seal-") {
		t.Fatalf("%v: %s", err, said)
	}
	if said, err := exec.Command(Program, "sealed", "open", file, "--with", other, "--out", out).CombinedOutput(); err == nil {
		t.Errorf("opened with another key: %s", said)
	}
	if said, err := exec.Command(Program, "sealed", "open", file, "--with", with, "--out", out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if words, err := os.ReadFile(filepath.Join(out, "report.txt")); err != nil || !strings.Contains(string(words), key) {
		t.Errorf("it says %s, %v", words, err)
	}
}

// TestWordsOfRuling makes of a ruling the draft of a rule of words, on a small
// phone in English.
func TestWordsOfRuling(t *testing.T) {
	at, b := visit(t), Browser(t)
	p := b.Page(t, at, View{Width: 375, Lang: "en"})
	enter(p, "supervisor")
	p.Go("/work/rulings")
	p.Follow(".articles li:last-child a")
	good(p)
	form := "form[action$='/words']"
	if Eval[string](p, "document.querySelector('#any').value") == "" {
		t.Error("no words of the case are proposed")
	}
	p.Fill("#any", " | ")
	p.Follow(form + " button")
	if p.Count(".error-summary a") != 1 {
		t.Errorf("a rule without words: %s", p.Text("main"))
	}
	good(p)
	key, _ := known("")
	sends(p, form, "#any", key)
	if !strings.HasPrefix(p.Path(), "/work/admin/drafts/") || !strings.Contains(Eval[string](p, "document.querySelector('main').textContent"), key) {
		t.Errorf("%s shows:\n%s", p.Path(), p.Text("main"))
	}
	good(p)
	p.Screenshot("draft")
}
