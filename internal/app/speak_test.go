package app_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"yiwang/internal/app"
	"yiwang/internal/app/apptest"
)

func TestSaidTwiceIsOneRequest(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		p := c.Somebody()
		form := url.Values{"text": {"小区门口的路灯不亮，老人晚上出门不方便。"}, "key": {p.Get("/requests/new").Field("key")}}
		paths := make([]string, 8)
		var all sync.WaitGroup
		for i := range paths { // a double click, and the impatient who go on clicking
			all.Go(func() { paths[i] = p.Post("/requests", form).Path })
		}
		all.Wait()
		for _, path := range paths {
			if path != paths[0] || !strings.HasPrefix(path, "/r/") {
				t.Fatalf("one request has the receipts %q", paths)
			}
		}
		form.Set("text", "另一件事：井盖松动。")
		if page := p.Post("/requests", form); page.Status != http.StatusConflict {
			t.Errorf("other words with the same key: %d", page.Status)
		} else {
			page.Shows(t, "另一件事：井盖松动。") // nothing typed is lost
			form.Set("key", page.Field("key"))
			if page = p.Post("/requests", form); !strings.HasPrefix(page.Path, "/r/") {
				t.Errorf("and pressed once more: %d %s", page.Status, page.Text())
			}
		}
	})
}

// What is wrong is said beside the field, and what was typed is still there.
func TestWhatIsRefused(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	long := strings.Repeat("字", 10_001)
	for _, row := range []struct {
		story, field, value, says string
		form                      url.Values
	}{
		{story: "nothing said", field: "text", value: "", says: "请写下"},
		{story: "only blanks", field: "text", value: "  　\u2003\n\t ", says: "请写下"},
		{story: "far too long", field: "text", value: long, says: "10000"},
		{story: "a NUL in it", field: "text", value: "路灯\x00坏了", says: ""},
		{story: "not UTF-8", field: "text", value: "路灯\xff\xfe坏了", says: ""},
		{story: "no such kind", field: "kind", value: "wish", says: "没有这种诉求类型"},
		{story: "no such area", field: "area", value: "atlantis", says: ""},
		{story: "half a position", field: "lat", value: "30.15", says: ""},
		{story: "a position outside the world", field: "lat", value: "91", says: "", form: url.Values{"lon": {"114"}}},
		{story: "a position outside the city", field: "lat", value: "39.9", says: "不在本市", form: url.Values{"lon": {"116.4"}}},
		{story: "a position that is no number", field: "lat", value: "north", says: "", form: url.Values{"lon": {"114"}}},
		{story: "a position that is not a number", field: "lat", value: "NaN", says: "", form: url.Values{"lon": {"NaN"}}},
		{story: "too much of an address", field: "address", value: long[:3*201], says: "200"},
		{story: "too much of a contact", field: "contact", value: long[:3*201], says: "200"},
		{story: "too long a key", field: "key", value: strings.Repeat("k", 201), says: ""},
	} {
		t.Run(row.story, func(t *testing.T) {
			p := c.Somebody()
			form := url.Values{"text": {"路灯不亮已经三天了"}, "address": {"湖滨路18号"}, "contact": {"12012345678"}, "key": {p.Get("/requests/new").Field("key")}}
			maps.Copy(form, row.form)
			form.Set(row.field, row.value)
			page := p.Post("/requests", form)
			if page.Status != http.StatusUnprocessableEntity {
				t.Fatalf("%d\n%s", page.Status, page.Text())
			}
			page.Shows(t, row.says)
			if !strings.Contains(page.Body, `class="error-summary"`) {
				t.Errorf("nothing says what is wrong:\n%s", page.Text())
			}
			if row.field == "lat" { // it cannot be taken out by hand: sent again, the rest is taken
				page.Shows(t, "该位置已去掉")
				if page.Field("lat") != "" || page.Field("lon") != "" {
					t.Errorf("the position stays: %s %s", page.Field("lat"), page.Field("lon"))
				}
				form.Set("lat", page.Field("lat"))
				form.Set("lon", page.Field("lon"))
				if again := p.Post("/requests", form); !strings.HasPrefix(again.Path, "/r/") {
					t.Errorf("sent again: %d %s", again.Status, again.Text())
				}
			}
			for k := range form {
				if k == row.field || k == "lat" || k == "lon" || k == "key" {
					continue
				}
				if k == "text" {
					page.Shows(t, form.Get(k))
				} else if page.Field(k) != form.Get(k) {
					t.Errorf("%s was %q and is %q", k, form.Get(k), page.Field(k))
				}
			}
		})
	}
}

// What looks dangerous is somebody's words like any other.
func TestWordsAreShownAndDoNothing(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		dispatcher := c.As("dispatcher")
		for i, words := range []string{
			`<script>alert(1)</script><img src=x onerror=alert(2)>`,
			`'); DROP TABLE requests; --`,
			`{{.Receipt}} %s %d ${jndi:ldap://x} ../../etc/passwd`,
			"txt\u202egnp.exe \u2066abc\u2069",
			"👨‍👩‍👧‍👦🏳️‍🌈 楼下",
			"𠮷野家门口，𬬻、𫓧、𰻝面馆，㐂、龘",
			"ﷺ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
		} {
			text := fmt.Sprintf("第%d件 %s", i, words)
			path := c.Somebody().Say(text, "address", words)
			c.Settle()
			for _, page := range []apptest.Page{c.Somebody().Get(path), dispatcher.Get(dispatcher.Case("dispatch", fmt.Sprintf("第%d件", i)))} {
				page.Shows(t, strings.Join(strings.Fields(text), " "))
				if strings.Contains(page.Body, "<script>alert") || strings.Contains(page.Body, "<img src=x") {
					t.Errorf("%s does what %q says", page.Path, words)
				}
			}
		}
		if log := c.Log.String(); strings.Contains(log, "DROP TABLE") || strings.Contains(log, "湖滨路") {
			t.Error("words of residents are in the log")
		}
	})
}

func TestReceipts(t *testing.T) {
	c := apptest.One(t, apptest.Options{Web: app.Web{Codes: 5}})
	p := c.Somebody()
	path := p.Say("自来水发黄，有铁锈味。", "contact", "12087654321")
	code := strings.TrimPrefix(path, "/r/")
	for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", " "), strings.ReplaceAll(code, "-", "")} {
		page := p.Post("/receipts", url.Values{"receipt": {typed}})
		if page.Path != path {
			t.Errorf("%q leads to %s: %s", typed, page.Path, page.Text())
		}
	}
	wrong := "0000-0000-0000"
	if page := p.Post("/receipts", url.Values{"receipt": {wrong}}); page.Status < 400 || page.Field("receipt") != wrong {
		t.Errorf("a wrong code: %d", page.Status)
	}
	// Who guesses has to wait; who has a receipt has not.
	guesser := c.Somebody()
	limited := false
	for i := range 12 {
		page := guesser.Get(fmt.Sprintf("/r/%012d", i*7919))
		limited = limited || page.Status == http.StatusTooManyRequests
	}
	if !limited {
		t.Error("one may guess codes without an end")
	}
	c.Somebody().Get("/r/not-a-code").Shows(t)
}

func TestNeighbours(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		mine, theirs := c.Somebody(), c.Somebody()
		a := mine.Say("我家楼上漏水到我家厨房。", "contact", "12011112222")
		b := theirs.Say("楼下饭店油烟太大。", "contact", "12033334444")
		c.Settle()
		mine.Get(a).Hides(t, "油烟", "12011112222")
		// A form for one request, sent to the page of another, does nothing.
		dispatcher := c.As("dispatcher")
		number := dispatcher.Case("dispatch", "漏水")
		dispatcher.Do(number, "finish", "route", "answered", "answer", "已告知处理办法。")
		page := mine.Get(a)
		part := page.Field("part")
		if part == "" {
			t.Fatalf("no answer to judge:\n%s", page.Text())
		}
		if page := theirs.Post(b+"/verdict", url.Values{"part": {part}, "verdict": {"solved"}}); page.Status != http.StatusNotFound {
			t.Errorf("a neighbour judges: %d", page.Status)
		}
		if page := theirs.Post(b+"/rate", url.Values{"part": {part}, "rating": {"1"}}); page.Status != http.StatusNotFound {
			t.Errorf("a neighbour rates: %d", page.Status)
		}
		if page := mine.Post(a+"/verdict", url.Values{"part": {part}, "verdict": {"solved"}}); page.Status != http.StatusOK {
			t.Errorf("and I: %d %s", page.Status, page.Text())
		}
	})
}

func TestLanguages(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	p := c.Somebody()
	p.Lang = "en-GB,en;q=0.9"
	p.Get("/").Shows(t, "Liancheng District", "中文")
	p.Get("/language?to=zh&back=/about").Shows(t, "莲城区")
	p.Get("/").Shows(t, "说说您的事") // the choice sticks
	page := p.Get("/language?to=en&back=//evil.example/x")
	if strings.Contains(page.Path, "evil") || page.Status != http.StatusOK {
		t.Errorf("sent away to %s", page.Path)
	}
}

func TestHealth(t *testing.T) {
	c := apptest.One(t, apptest.Options{Empty: true})
	res, err := http.Get(c.URL + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("without a city it says %d", res.StatusCode)
	}
	if err := c.App.Ready(context.Background()); err == nil || !strings.Contains(err.Error(), "yiwang init") {
		t.Errorf("not ready, and nothing says what to do: %v", err)
	}
}

// Numbers that need not be in the text are warned of and covered; the name and
// the door that a matter is about stay.
func TestNumbersAreCovered(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		p := c.Somebody()
		form := url.Values{"text": {"房东王小明在湖滨社区12幢3单元402断水，我的电话 139 1234 5678"}, "mask": {"yes"}}
		p.Post("/requests/new", form).Shows(t, "房东王小明在湖滨社区12幢3单元402断水，我的电话 139 **** **78").Hides(t, "5678")
		form.Del("mask")
		p.Post("/requests/new", form).Shows(t, "电话号码", "139 1234 5678")
	})
}
