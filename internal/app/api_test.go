package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"yiwang/internal/app"
	"yiwang/internal/app/apptest"
)

type problem struct {
	Title, Detail string
	Status        int
	Errors        []struct{ Field, Message string }
}

func (p problem) fields() (list []string) {
	for _, e := range p.Errors {
		list = append(list, e.Field)
	}
	return list
}

func TestAPI(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		p := c.Somebody()
		p.Lang = "en"
		body := []byte(`{"text":"The street light outside number 18 has been out for three days.","lang":"en","lat":30.15,"lon":114.05,"contact":"12012345678"}`)
		first := p.JSON("/api/v1/requests", body, "Idempotency-Key", "call-1")
		if first.Status != http.StatusCreated {
			t.Fatalf("%d %s", first.Status, first.Body)
		}
		var taken struct{ Receipt, URL string }
		first.Decode(t, &taken)
		if !strings.HasPrefix(taken.URL, c.URL+"/r/") || len(taken.Receipt) < 12 {
			t.Errorf("%+v", taken)
		}
		if again := p.JSON("/api/v1/requests", body, "Idempotency-Key", "call-1"); again.Body != first.Body {
			t.Errorf("the same once more: %s, first %s", again.Body, first.Body)
		}
		if other := p.JSON("/api/v1/requests", []byte(`{"text":"Something else."}`), "Idempotency-Key", "call-1"); other.Status != http.StatusConflict {
			t.Errorf("another body with the key: %d", other.Status)
		}
		if apart := p.JSON("/api/v1/requests", body); apart.Body == first.Body {
			t.Error("two calls without a key are one request")
		}
		c.Settle()
		var got struct {
			State   string
			Matters []struct{ State, Unit string }
			Steps   []struct{ Event string }
		}
		page := p.Get("/api/v1/requests/" + taken.Receipt)
		page.Decode(t, &got)
		if page.Status != http.StatusOK || got.State != "waiting" || len(got.Matters) != 1 {
			t.Errorf("%d %+v", page.Status, got)
		}
		page.Hides(t, "12012345678")
		p.Get(strings.TrimPrefix(taken.URL, c.URL)).Shows(t, "street light")
	})
}

func TestAPIRefuses(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	quote := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	for _, row := range []struct {
		story, body string
		fields      string
		status      int
	}{
		{story: "nothing", body: ``, status: 422},
		{story: "no object", body: `[1]`, status: 422},
		{story: "half an object", body: `{"text":"路灯"`, status: 422},
		{story: "two objects", body: `{"text":"路灯坏了"}{"text":"井盖"}`, status: 422},
		{story: "no text", body: `{}`, fields: "text", status: 422},
		{story: "blank text", body: `{"text":" \u3000\n"}`, fields: "text", status: 422},
		{story: "a text that is a number", body: `{"text":5}`, fields: "text", status: 422},
		{story: "null", body: `{"text":null}`, fields: "text", status: 422},
		{story: "a NUL", body: `{"text":"路灯\u0000坏了"}`, fields: "text", status: 422},
		{story: "invalid UTF-8", body: "{\"text\":\"路灯\xff\"}", status: 422},
		{story: "too long", body: `{"text":` + quote(strings.Repeat("字", 10_001)) + `}`, fields: "text", status: 422},
		{story: "no such language", body: `{"text":"路灯坏了","lang":"fr"}`, fields: "lang", status: 422},
		{story: "no such kind", body: `{"text":"路灯坏了","kind":"wish"}`, fields: "kind", status: 422},
		{story: "no such category", body: `{"text":"路灯坏了","category":"dragons"}`, fields: "category", status: 422},
		{story: "a category that has others below it", body: `{"text":"路灯坏了","category":"roads"}`, fields: "category", status: 422},
		{story: "latitude alone", body: `{"text":"路灯坏了","lat":30}`, fields: "lon", status: 422},
		{story: "outside the world", body: `{"text":"路灯坏了","lat":90.01,"lon":-181}`, fields: "lat,lon", status: 422},
		{story: "outside the city", body: `{"text":"路灯坏了","lat":39.9,"lon":116.4}`, fields: "lat", status: 422},
		{story: "huge numbers", body: `{"text":"路灯坏了","lat":1e999,"lon":1}`, fields: "lat", status: 422},
		{story: "unknown fields", body: `{"text":"路灯坏了","admin":true,"receipt":"x"}`, fields: "admin,receipt", status: 422},
		{story: "a field twice", body: `{"text":"路灯坏了","text":"井盖"}`, fields: "text", status: 422},
		{story: "several things at once", body: `{"text":"","lang":"xx","kind":"y"}`, fields: "text,lang,kind", status: 422},
		{story: "deep JSON", body: `{"text":` + strings.Repeat(`[`, 100_000) + strings.Repeat(`]`, 100_000) + `}`, status: 422},
		{story: "20 MB", body: `{"text":"` + strings.Repeat("a", 20<<20) + `"}`, status: 413},
	} {
		t.Run(row.story, func(t *testing.T) {
			p := c.Somebody()
			since := time.Now()
			page := p.JSON("/api/v1/requests", []byte(row.body))
			if page.Status != row.status {
				t.Fatalf("%d %s", page.Status, page.Body)
			}
			if kind := page.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/problem+json") {
				t.Errorf("it is a %s", kind)
			}
			var got problem
			page.Decode(t, &got)
			if got.Status != row.status || got.Title == "" || len(page.Body) > 2000 {
				t.Errorf("%s", page.Body)
			}
			if row.fields != "" && strings.Join(got.fields(), ",") != row.fields {
				t.Errorf("it names %v, want %s", got.fields(), row.fields)
			}
			for _, secret := range []string{"dragons", "wish", "goroutine", ".go:", "SQL"} {
				page.Hides(t, secret)
			}
			if row.status == 413 && time.Since(since) > 5*time.Second {
				t.Errorf("refused after %v", time.Since(since))
			}
			// In the caller's language.
			p.Lang = "en"
			if len(row.body) < 1000 {
				english := p.JSON("/api/v1/requests", []byte(row.body))
				if english.Body == page.Body {
					t.Errorf("in English it says the same: %s", english.Body)
				}
			}
		})
	}
	t.Run("not JSON", func(t *testing.T) {
		page := c.Somebody().Post("/api/v1/requests", url.Values{"text": {"路灯"}})
		if page.Status != 422 {
			t.Errorf("%d %s", page.Status, page.Body)
		}
	})
	t.Run("a key that is too long", func(t *testing.T) {
		page := c.Somebody().JSON("/api/v1/requests", []byte(`{"text":"路灯坏了"}`), "Idempotency-Key", strings.Repeat("钥", 201))
		if page.Status != 422 {
			t.Errorf("%d %s", page.Status, page.Body)
		}
	})
	t.Run("nothing there", func(t *testing.T) {
		for _, path := range []string{"/api/v1/requests/0000-0000-0000", "/api/v1/requests/%00", "/api/v2/requests", "/api/"} {
			if page := c.Somebody().Get(path); page.Status != 404 || !strings.Contains(page.Header.Get("Content-Type"), "problem+json") {
				t.Errorf("%s: %d %s", path, page.Status, page.Body)
			}
		}
	})
}

func TestAPIDescribesItself(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]any
	}
	c.Somebody().Get("/api/v1/openapi.json").Decode(t, &doc)
	if doc.OpenAPI == "" || doc.Paths["/api/v1/requests"]["post"] == nil || doc.Paths["/api/v1/requests/{receipt}"]["get"] == nil {
		t.Errorf("%+v", doc)
	}
}

func TestLimits(t *testing.T) {
	c := apptest.One(t, apptest.Options{Web: app.Web{Intake: 3}})
	p := c.Somebody()
	var statuses []int
	for i := range 5 {
		page := p.JSON("/api/v1/requests", fmt.Appendf(nil, `{"text":"第%d件：路灯坏了"}`, i))
		statuses = append(statuses, page.Status)
		if page.Status == http.StatusTooManyRequests && page.Header.Get("Retry-After") == "" {
			t.Error("nobody says when to come back")
		}
	}
	if want := []int{201, 201, 201, 429, 429}; fmt.Sprint(statuses) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", statuses, want)
	}
	// A form is limited too, and gives back what was typed.
	form := url.Values{"text": {"又是路灯"}, "key": {"web:1"}}
	if page := p.Post("/requests", form); page.Status != http.StatusTooManyRequests {
		t.Errorf("%d", page.Status)
	} else {
		page.Shows(t, "又是路灯")
	}
}

// A form of another site is refused, and so is a body that only says it is small.
func TestForgedAndHuge(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.URL+"/requests", strings.NewReader("text=forged&key=x"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a forged form: %d", res.StatusCode)
	}
	// Without a length in front: chunks until it is too much.
	req, err = http.NewRequestWithContext(t.Context(), http.MethodPost, c.URL+"/api/v1/requests", struct{ *bytes.Reader }{bytes.NewReader(bytes.Repeat([]byte(" "), 3<<20))})
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.ContentLength = -1
	if res, err = http.DefaultClient.Do(req); err == nil {
		_ = res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("3 MB in chunks: %d", res.StatusCode)
		}
	}
}
