package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"yiwang/internal/base/ids"
)

// view is what rendering needs to know of a request.
type view struct {
	site *Site
	lang string
	path string // where the reader is, for the language switch
	id   string
}

type viewKey struct{}

func of(ctx context.Context) view {
	v, ok := ctx.Value(viewKey{}).(view)
	if !ok {
		panic("web: rendering outside of Site.Wrap")
	}
	return v
}

// Context is ctx for rendering in a language outside of a request.
func (s *Site) Context(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, viewKey{}, view{site: s, lang: lang, path: "/"})
}

// Lang is the reader's language, "zh" or "en".
func Lang(ctx context.Context) string { return of(ctx).lang }

// RequestID names a request in the log.
func RequestID(ctx context.Context) string { return of(ctx).id }

// Demo reports whether this is a demonstration.
func Demo(ctx context.Context) bool { return of(ctx).site.Demo }

// CityName is what the city is called.
func CityName(ctx context.Context) string { v := of(ctx); return v.site.Name(v.lang) }

// Hotline is the number to call.
func Hotline(ctx context.Context) string { return of(ctx).site.Hotline() }

const languageCookie = "lang"

var matcher = language.NewMatcher([]language.Tag{language.Chinese, language.English})

// pick gives the language of a request: the choice that sticks, else what
// the browser asks for.
func (s *Site) pick(r *http.Request) string {
	if c, err := r.Cookie(languageCookie); err == nil && (c.Value == "zh" || c.Value == "en") {
		return c.Value
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return s.Default
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return s.Default
	}
	return Languages[i]
}

// language keeps a choice of language and goes back to where the reader was.
func (s *Site) language(w http.ResponseWriter, r *http.Request) {
	to := r.FormValue("to")
	if to != "zh" && to != "en" {
		to = s.Default
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: to, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode, Secure: s.Secure, HttpOnly: true,
	})
	http.Redirect(w, r, LocalPath(r.FormValue("back")), http.StatusSeeOther)
}

// LocalPath is path if it leads to a page of ours, else "/".
func LocalPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return path
}

func (s *Site) view(r *http.Request) view {
	back := r.URL.Path
	if r.Method == http.MethodGet && r.URL.RawQuery != "" {
		back += "?" + r.URL.RawQuery
	}
	return view{site: s, lang: s.pick(r), path: back, id: ids.Token(6)}
}

// Date gives a day in full: 2026年11月24日 星期二, Tuesday 24 November 2026.
func Date(ctx context.Context, t time.Time) string {
	t = local(ctx, t)
	if Lang(ctx) == "en" {
		return t.Format("Monday 2 January 2006")
	}
	return t.Format("2006年1月2日") + " " + weekdays[t.Weekday()]
}

var weekdays = []string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}

// Day gives a day without the day of the week, for the middle of a sentence.
func Day(ctx context.Context, t time.Time) string {
	t = local(ctx, t)
	if Lang(ctx) == "en" {
		return t.Format("2 January 2006")
	}
	return t.Format("2006年1月2日")
}

// DateTime gives a day and a time.
func DateTime(ctx context.Context, t time.Time) string {
	t = local(ctx, t)
	if Lang(ctx) == "en" {
		return t.Format("2 January 2006, 15:04")
	}
	return t.Format("2006年1月2日 15:04")
}

// Deadline is DateTime for the end of a limit: what ends with a day ends at
// 24:00 of that day, since 00:00 of the next is easily read a day too long.
func Deadline(ctx context.Context, t time.Time) string {
	if l := local(ctx, t); l.Hour() == 0 && l.Minute() == 0 {
		return strings.Replace(DateTime(ctx, t.Add(-time.Minute)), "23:59", "24:00", 1)
	}
	return DateTime(ctx, t)
}

// Short gives a day and a time for tables: 11-24 15:04, with the year where it
// is another.
func Short(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = local(ctx, t)
	if t.Year() != local(ctx, time.Now()).Year() {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("01-02 15:04")
}

// ISO gives a time for <time datetime>.
func ISO(ctx context.Context, t time.Time) string { return local(ctx, t).Format(time.RFC3339) }

// Number gives a whole number with its thousands apart.
func Number(ctx context.Context, n int) string {
	return message.NewPrinter(language.Make(Lang(ctx))).Sprint(n)
}

func local(ctx context.Context, t time.Time) time.Time { return t.In(of(ctx).site.Location()) }

func switchTo(ctx context.Context, lang string) string {
	return "/language?" + url.Values{"to": {lang}, "back": {of(ctx).path}}.Encode()
}

func errorTitle(status int) string { return "error.title_" + strconv.Itoa(status) }
