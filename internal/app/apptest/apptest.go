// Package apptest starts the whole program on a fresh database of each engine
// and gives the people who visit it, for stories told as several of them.
package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"yiwang/examples"
	"yiwang/internal/app"
	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/schema"
)

// A City is the invented district, with its people and no requests yet,
// served at URL.
type City struct {
	T   testing.TB
	App *app.App
	URL string
	Log *Log
}

var sqliteOnly = flag.Bool("sqlite", false, "tell stories on SQLite alone")

// Each runs f on a city on each engine, beside other tests; under the race
// detector on PostgreSQL, with the flag -sqlite on SQLite alone.
func Each(t *testing.T, f func(t *testing.T, c *City)) {
	t.Helper()
	t.Parallel()
	if !underRace {
		t.Run(string(db.SQLite), func(t *testing.T) {
			t.Parallel()
			f(t, SQLite(t, Options{}))
		})
	}
	if !*sqliteOnly {
		t.Run(string(db.Postgres), func(t *testing.T) {
			t.Parallel()
			f(t, Postgres(t, Options{}))
		})
	}
}

// Options change what a city is like.
type Options struct {
	Web      app.Web
	Requests int // with which it is filled
	Now      func() time.Time
	Empty    bool // no city is loaded
}

// One starts a city on one engine, for long stories of which either will do.
func One(t testing.TB, o Options) *City {
	t.Helper()
	if underRace {
		return Postgres(t, o)
	}
	return SQLite(t, o)
}

// SQLite starts a city in a file.
func SQLite(t testing.TB, o Options) *City {
	t.Helper()
	dir := Folder(t)
	return Start(t, "file:"+filepath.Join(dir, "yiwang.db"), "", o)
}

// Postgres starts a city on the test server.
func Postgres(t testing.TB, o Options) *City {
	t.Helper()
	return Start(t, dbtest.PostgresURL(t, schema.Migrate), Key(t), o)
}

// Folder is a folder that goes with the test.
func Folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "yiwang-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// Key makes a key file.
func Key(t testing.TB) string {
	t.Helper()
	file := filepath.Join(Folder(t), "key")
	if err := seal.MakeKey(file); err != nil {
		t.Fatal(err)
	}
	return file
}

// Start serves the program on a database, which is filled if it is empty.
func Start(t testing.TB, url, key string, o Options) *City {
	t.Helper()
	ctx := context.Background()
	log := &Log{}
	o.Web.Demo = true
	a, err := app.Open(ctx, app.Options{
		DB: url, Key: key, Poll: 20 * time.Millisecond, Now: o.Now, Web: o.Web, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	_, filled, err := a.IsDemo(ctx)
	if err == nil && !filled && !o.Empty {
		err = a.FillDemo(ctx, examples.Liancheng(), app.DemoMark{Requests: o.Requests, Seed: 1, Until: a.Options.Now()}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(ctx); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return &City{T: t, App: a, URL: s.URL, Log: log}
}

// Settle waits until all that was queued is done.
func (c *City) Settle() {
	c.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := c.App.Queue.Settle(ctx); err != nil {
		c.T.Fatal(err)
	}
}

// A Person is somebody at a browser, or a program.
type Person struct {
	T      testing.TB
	City   *City
	Lang   string
	Client *http.Client
}

// Somebody is a person who has never been here.
func (c *City) Somebody() *Person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.T.Fatal(err)
	}
	return &Person{T: c.T, City: c, Lang: "zh-CN", Client: &http.Client{
		Jar: jar, Timeout: 30 * time.Second,
		// The page that a form led to is shown, not its forwarding.
	}}
}

// As is an official: by login, or by role where that is one of the roles.
func (c *City) As(who string) *Person {
	c.T.Helper()
	p := c.Somebody()
	field := "role"
	if strings.Contains(who, ".") {
		field = "login"
	}
	if page := p.Post("/demo/sign-in", url.Values{field: {who}}); page.Status != http.StatusOK {
		c.T.Fatalf("sign in as %s: %d\n%s", who, page.Status, page.Text())
	}
	return p
}

// A Page is what came back.
type Page struct {
	Status int
	Path   string // where it is, after forwarding
	Header http.Header
	Body   string
}

// Get opens a page.
func (p *Person) Get(path string) Page {
	p.T.Helper()
	return p.do(http.MethodGet, path, nil, "")
}

// Post sends a form.
func (p *Person) Post(path string, form url.Values) Page {
	p.T.Helper()
	return p.do(http.MethodPost, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

// Send sends a body of a kind, such as a form with a file.
func (p *Person) Send(path, kind string, body io.Reader) Page {
	p.T.Helper()
	return p.do(http.MethodPost, path, body, kind)
}

// JSON sends a body to the API; header holds pairs of name and value.
func (p *Person) JSON(path string, body []byte, header ...string) Page {
	p.T.Helper()
	return p.do(http.MethodPost, path, bytes.NewReader(body), "application/json", header...)
}

// Ask sends any request, as a script of a page does; header holds pairs of
// name and value.
func (p *Person) Ask(method, path string, body io.Reader, header ...string) Page {
	p.T.Helper()
	return p.do(method, path, body, "", header...)
}

func (p *Person) do(method, path string, body io.Reader, kind string, header ...string) Page {
	p.T.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, p.City.URL+path, body)
	if err != nil {
		p.T.Fatal(err)
	}
	req.Header.Set("Accept-Language", p.Lang)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := p.Client.Do(req)
	if err != nil {
		p.T.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end below
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.T.Fatal(err)
	}
	page := Page{Status: res.StatusCode, Path: res.Request.URL.RequestURI(), Header: res.Header, Body: string(text)}
	if page.Status >= 500 {
		p.T.Errorf("%s %s: %d\n%s\n%s", method, path, page.Status, page.Text(), p.City.Log.Last(5))
	}
	return page
}

var (
	tags   = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(script|style)>|<[^>]*>`)
	spaces = regexp.MustCompile(`[ \t\r\n]+`)
)

// Text is what of the page can be read.
func (p Page) Text() string {
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(p.Body, " ")), " "))
}

// Shows fails the test unless the page has all the texts.
func (p Page) Shows(t testing.TB, texts ...string) Page {
	t.Helper()
	text := p.Text()
	for _, want := range texts {
		if !strings.Contains(text, want) {
			t.Errorf("%s (%d) does not show %q; it shows:\n%s", p.Path, p.Status, want, text)
		}
	}
	return p
}

// Hides fails the test if the page has any of the texts, also where they
// cannot be read.
func (p Page) Hides(t testing.TB, texts ...string) Page {
	t.Helper()
	shown := p.Text()
	for _, text := range texts {
		if strings.Contains(p.Body, text) || strings.Contains(shown, text) {
			t.Errorf("%s shows %q", p.Path, text)
		}
	}
	return p
}

var input = regexp.MustCompile(`<input[^>]*\bname="([^"]*)"[^>]*\bvalue="([^"]*)"`)

// Field gives the value that a form of the page has for a field.
func (p Page) Field(name string) string {
	for _, m := range input.FindAllStringSubmatch(p.Body, -1) {
		if m[1] == name {
			return html.UnescapeString(m[2])
		}
	}
	return ""
}

// Decode reads a JSON answer.
func (p Page) Decode(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(p.Body), into); err != nil {
		t.Fatalf("%s (%d): %v\n%s", p.Path, p.Status, err, p.Body)
	}
}

// Say submits a request and gives the path of its page.
func (p *Person) Say(text string, fields ...string) (path string) {
	p.T.Helper()
	form := url.Values{"text": {text}, "key": {p.Get("/requests/new").Field("key")}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	page := p.Post("/requests", form)
	if page.Status != http.StatusOK || !strings.HasPrefix(page.Path, "/r/") {
		p.T.Fatalf("say %q: %d\n%s", text, page.Status, page.Text())
	}
	return strings.TrimSuffix(page.Path, "?new=1")
}

var number = regexp.MustCompile(`/work/cases/(\d{8}-\d{5,6})`)

// Case finds the case whose row in a queue has the words.
func (p *Person) Case(view, words string) (path string) {
	p.T.Helper()
	page := p.Get("/work/queue?view=" + view)
	for _, row := range regexp.MustCompile(`<li[ >]`).Split(page.Body, -1) {
		if m := number.FindString(row); m != "" && strings.Contains(html.UnescapeString(row), words) {
			return m
		}
	}
	p.T.Fatalf("the queue %q has no case with %q:\n%s", view, words, page.Text())
	return ""
}

// Do takes a step with a case, as its page offers it now.
func (p *Person) Do(path, action string, fields ...string) Page {
	p.T.Helper()
	form := url.Values{"revision": {p.Get(path).Field("revision")}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return p.Post(path+"/"+action, form)
}

// A Log keeps what the program logged.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// String is all of it.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Last gives the last lines that tell of trouble.
func (l *Log) Last(n int) string {
	var lines []string
	for line := range strings.Lines(l.String()) {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-n):], "")
}
