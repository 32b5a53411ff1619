// Package web is what the doors share: who asks and in which language, how a
// page is rendered, how an error becomes a page or a problem document, and
// the styles and scripts. It has no rules of the city; those stand in the
// rooms that the doors call.
//
// A handler decodes, calls one service, encodes, and returns its error:
//
//	func (p *Portal) receipt(w http.ResponseWriter, r *http.Request) error {
//		story, _, err := p.Requests.Story(r.Context(), r.PathValue("code"))
//		if err != nil {
//			return err
//		}
//		return web.Render(r.Context(), w, http.StatusOK, receiptPage(story))
//	}
//
// and is mounted with mux.Handle("GET /r/{code}", site.Page(p.receipt)).
package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yiwang/internal/base/errs"
)

// A Site is what all doors have in common.
type Site struct {
	Texts *Texts
	Log   *slog.Logger
	// Location is the city's time zone, in which all times are shown.
	Location func() *time.Location
	// Name is what the city is called, by language.
	Name func(lang string) string
	// Wording gives the city's own words and their version; nil for ours alone.
	Wording func(ctx context.Context) (Wording, int64, error)
	// Hotline is the number to call.
	Hotline func() string
	// Default is the language of who asks for none we have.
	Default string
	// Tiles is where map pictures come from.
	Tiles Tiles
	// Demo says on each page that this is a demonstration.
	Demo bool
	// URL is the address people use, "" for that of the request.
	URL string
	// Secure makes cookies travel over HTTPS only.
	Secure bool
	// Proxies are trusted to say whom they speak for.
	Proxies []netip.Prefix
}

// A Handler serves a request or returns why it did not.
type Handler func(w http.ResponseWriter, r *http.Request) error

// statuses maps kinds of errors to what HTTP calls them; the one place.
var statuses = map[errs.Kind]int{
	errs.Internal:    http.StatusInternalServerError,
	errs.Invalid:     http.StatusUnprocessableEntity,
	errs.NotFound:    http.StatusNotFound,
	errs.Denied:      http.StatusForbidden,
	errs.Conflict:    http.StatusConflict,
	errs.TooMany:     http.StatusTooManyRequests,
	errs.TooLarge:    http.StatusRequestEntityTooLarge,
	errs.Unavailable: http.StatusServiceUnavailable,
}

// Status is the HTTP status of an error.
func Status(err error) int {
	if e := errs.Of(err); e != nil {
		return statuses[e.Kind]
	}
	return http.StatusInternalServerError
}

// Page serves h; an error becomes a page in the reader's language.
func (s *Site) Page(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		ctx := r.Context()
		status := s.failed(r, err)
		if e := errs.Of(err); e != nil && e.Kind == errs.TooMany {
			w.Header().Set("Retry-After", "60")
		}
		if err := Render(ctx, w, status, errorPage(status, Explain(ctx, err))); err != nil {
			s.Log.ErrorContext(ctx, "error page", "error", err, "id", RequestID(ctx))
		}
	})
}

// A Problem is an RFC 9457 problem document. It never repeats what was sent.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Errors []ProblemField `json:"errors,omitempty"`
	ID     string         `json:"id,omitempty"` // names the failure in our log
}

// A ProblemField says what is wrong with one field.
type ProblemField struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// JSON serves h; an error becomes a problem document in the caller's language.
func (s *Site) JSON(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.WriteProblem(w, r, err)
		}
	})
}

// WriteProblem writes err as a problem document.
func (s *Site) WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	ctx := r.Context()
	status := s.failed(r, err)
	p := Problem{Type: "about:blank", Title: T(ctx, "error.title_"+strconv.Itoa(status)), Status: status}
	for _, e := range errs.All(err) {
		if e.Field != "" {
			p.Errors = append(p.Errors, ProblemField{e.Field, say(ctx, e)})
		} else {
			p.Detail = say(ctx, e)
		}
	}
	if status >= 500 {
		p.Detail, p.ID = T(ctx, "error.internal"), RequestID(ctx)
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "60")
	}
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers have JSON
	}
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		s.Log.InfoContext(ctx, "caller went away", "id", RequestID(ctx))
	}
}

// failed logs what is our fault, once, and gives the status.
func (s *Site) failed(r *http.Request, err error) int {
	status := Status(err)
	if tooLarge(err) {
		return http.StatusRequestEntityTooLarge
	}
	if status >= 500 && r.Context().Err() == nil {
		s.Log.ErrorContext(r.Context(), "request failed", "error", err, "method", r.Method, "route", r.Pattern, "id", RequestID(r.Context()))
	}
	return status
}

// Explain says err in the reader's language: what is wrong and what to do.
func Explain(ctx context.Context, err error) string {
	if tooLarge(err) {
		return T(ctx, "error.too_large")
	}
	if e := errs.Of(err); e != nil {
		return say(ctx, e)
	}
	return T(ctx, "error.internal")
}

func say(ctx context.Context, e *errs.Error) string {
	var args []any
	for k, v := range e.Args {
		if t, ok := v.(time.Time); ok {
			v = DateTime(ctx, t)
		}
		args = append(args, k, v)
	}
	return T(ctx, e.Key, args...)
}

// Messages says what is wrong, by form field; "" has what belongs to none.
// It is nil if err is not to be shown beside fields.
func Messages(ctx context.Context, err error) map[string]string {
	var m map[string]string
	for _, e := range errs.All(err) {
		if e.Kind != errs.Invalid && e.Kind != errs.Conflict && e.Kind != errs.TooMany {
			return nil
		}
		if m == nil {
			m = map[string]string{}
		}
		if _, first := m[e.Field]; !first {
			m[e.Field] = say(ctx, e)
		}
	}
	return m
}

// Render renders c whole before a byte is sent, so that a page that fails
// half-way is an error page and not half a page.
func Render(ctx context.Context, w http.ResponseWriter, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(ctx, &b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a reader who went away is no failure of ours
	return nil
}

// CSV answers with rows as a file that a spreadsheet opens in Chinese. A cell
// that would be a formula there is kept as text.
func CSV(w http.ResponseWriter, name string, rows [][]string) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	var b bytes.Buffer
	b.WriteString("\ufeff")
	out := csv.NewWriter(&b)
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			if safe[i] = cell; strings.ContainsAny(cell[:min(len(cell), 1)], "=+-@\t\r") {
				if _, err := strconv.ParseFloat(cell, 64); err != nil {
					safe[i] = "'" + cell
				}
			}
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	_, _ = w.Write(b.Bytes()) // a reader who went away is no failure of ours
	return out.Error()
}

// Table answers a request for a page's {table}, NAME.csv, with the rows that
// it has under that name; more follows it in the name of the file.
func Table(w http.ResponseWriter, r *http.Request, more string, rows func(name string) [][]string) error {
	name, ok := strings.CutSuffix(r.PathValue("table"), ".csv")
	if ok {
		if list := rows(name); list != nil {
			return CSV(w, name+more, list)
		}
	}
	return errs.New(errs.NotFound, "error.no_page")
}

// See sends the browser on with GET, after a form was taken.
func See(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}
