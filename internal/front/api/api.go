// Package api is the JSON API, version 1: other programs submit requests and
// follow them by receipt. It has types of its own; a field that a room gains
// is not thereby published. Every refusal is an RFC 9457 problem document in
// the caller's language. docs/formats/api.md describes it in words,
// /api/v1/openapi.json for machines.
package api

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
	"yiwang/internal/front/web"
)

// Texts are the words of the API's own refusals.
//
//go:embed texts
var Texts embed.FS

// An API serves other programs.
type API struct {
	Site     *web.Site
	Intake   *intake.Service
	Requests *flow.Requests
	Org      *org.Service
	Calls    *calls.Service
	Staff    *access.Service
	// CallsToken is what the telephone system shows; "" closes its door.
	CallsToken string
	// Submissions limits requests, Codes wrong receipt codes, by address.
	Submissions, Codes *web.Limiter
}

// Routes mounts the API.
func (a *API) Routes(mux *http.ServeMux) {
	mux.Handle("POST /api/v1/requests", a.Site.JSON(a.submit))
	mux.Handle("GET /api/v1/requests/{receipt}", a.Site.JSON(a.request))
	mux.Handle("POST /api/v1/calls", a.Site.JSON(a.tell))
	mux.HandleFunc("GET /api/v1/openapi.json", a.openAPI)
	mux.Handle("/api/", a.Site.JSON(func(http.ResponseWriter, *http.Request) error { return errs.New(errs.NotFound, "api.no_such") }))
}

// submitted is the answer to a request that was taken.
type submitted struct {
	Receipt string `json:"receipt" doc:"What the resident holds; whoever has it can see the request."`
	URL     string `json:"url" doc:"The page of the receipt."`
}

func (a *API) submit(w http.ResponseWriter, r *http.Request) error {
	if !a.Submissions.Allow(a.Site.Address(r)) {
		return errs.New(errs.TooMany, "api.too_many")
	}
	body, err := readJSON(r)
	if err != nil {
		return err
	}
	d, err := draft(body)
	if err != nil {
		return err
	}
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		if utf8.RuneCountInString(key) > intake.MaxKey || !utf8.ValidString(key) {
			return errs.Field("Idempotency-Key", "api.bad_key", "Max", intake.MaxKey)
		}
		sum := sha256.Sum256([]byte(key))
		d.Key = "api:" + hex.EncodeToString(sum[:]) // apart from the keys of our own forms
	}
	q, err := a.Intake.Submit(r.Context(), access.Actor{}, d)
	if err != nil {
		return err
	}
	page := a.Site.Base(r) + "/r/" + q.Receipt.String()
	w.Header().Set("Location", a.Site.Base(r)+"/api/v1/requests/"+q.Receipt.String())
	return write(w, http.StatusCreated, submitted{q.Receipt.String(), page})
}

// request is what the holder of a receipt is told.
type request struct {
	Receipt  string    `json:"receipt"`
	Received time.Time `json:"received"`
	State    string    `json:"state" enum:"waiting,dispatched,accepted,returned,checking,shelved,answered,contested,closed,withdrawn,unconfirmed" doc:"Of the matter that is least far."`
	Matters  []matter  `json:"matters" doc:"One for each matter the request was split into."`
	Steps    []step    `json:"steps" doc:"What happened, oldest first."`
}

type matter struct {
	State   string     `json:"state"`
	Unit    string     `json:"unit,omitempty" doc:"The id of who holds it."`
	Until   *time.Time `json:"until,omitempty" doc:"Until when the next step is promised."`
	Outcome string     `json:"outcome,omitempty"`
	Answer  string     `json:"answer,omitempty"`
	Verdict string     `json:"verdict,omitempty"`
}

type step struct {
	At    time.Time `json:"at"`
	Event string    `json:"event"`
	Unit  string    `json:"unit,omitempty"`
}

func (a *API) request(w http.ResponseWriter, r *http.Request) error {
	addr := a.Site.Address(r)
	if a.Codes.Spent(addr) {
		return errs.New(errs.TooMany, "api.too_many_codes")
	}
	s, _, err := a.Requests.Story(r.Context(), r.PathValue("receipt"))
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Invalid) {
		a.Codes.Allow(addr)
		return errs.New(errs.NotFound, "receipt.unknown")
	}
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, publish(s, a.Requests.Now()))
}

func publish(s flow.Story, now time.Time) request {
	out := request{Receipt: s.Request.Receipt.String(), Received: s.Request.At, Matters: []matter{}, Steps: []step{}, State: "waiting"}
	const end = 100 // taken back, it is as far as it can be
	least := end + 1
	for _, m := range s.Matters {
		far := m.Case.StateAsOf(now).Far()
		one := matter{State: string(m.Case.State), Unit: string(m.Promise.Holder), Verdict: string(m.Part.VerdictAsOf(m.Case, now))}
		switch {
		case !m.Part.WithdrawnAt.IsZero():
			one.State, far = "withdrawn", end
		case one.Verdict == string(cases.Unconfirmed):
			one.State = one.Verdict
		}
		if !m.Promise.Until.IsZero() && one.State != "withdrawn" {
			one.Until = &m.Promise.Until
		}
		if m.Answer.ID != "" {
			one.Outcome, one.Answer = string(m.Answer.Outcome), m.Answer.Text
		}
		if far < least {
			least, out.State = far, one.State
		}
		out.Matters = append(out.Matters, one)
	}
	for _, e := range slices.Backward(s.Steps) {
		if e.Note.ID != "" {
			out.Steps = append(out.Steps, step{At: e.At, Event: "words_added"})
			continue
		}
		unit := e.Event.Unit
		if e.Event.Detail.To != "" {
			unit = e.Event.Detail.To
		}
		out.Steps = append(out.Steps, step{At: e.At, Event: string(e.Event.Kind), Unit: string(unit)})
	}
	return out
}

func readJSON(r *http.Request) ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, errs.New(errs.Invalid, "api.not_json")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err // too large, or the caller went away
	}
	if !utf8.Valid(body) {
		return nil, errs.New(errs.Invalid, "api.not_utf8")
	}
	return body, nil
}

func write(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a caller who went away is no failure of ours
	return nil
}
