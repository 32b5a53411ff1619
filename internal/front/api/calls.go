package api

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
)

// callEvent is what the telephone system tells of a call.
type callEvent struct {
	ID        string     `json:"id" maxLength:"200" doc:"The telephone system's id of the call, the same in all its events."`
	Event     string     `json:"event" enum:"ringing,answered,ended,missed"`
	At        *time.Time `json:"at,omitempty" doc:"When; now if left out."`
	Caller    string     `json:"caller,omitempty" doc:"The number; left out or \"anonymous\" where it is withheld."`
	Line      string     `json:"line,omitempty" doc:"What was called."`
	Agent     string     `json:"agent,omitempty" doc:"The sign-in name of the clerk whose telephone it is."`
	Recording string     `json:"recording,omitempty" doc:"Address of the recording."`
}

// callTaken is the answer to an event that was taken.
type callTaken struct {
	ID    string `json:"id"`
	State string `json:"state" enum:"ringing,answered,ended,missed" doc:"What the call is, all events considered."`
}

// tell takes an event of the telephone system, which shows the city's token.
func (a *API) tell(w http.ResponseWriter, r *http.Request) error {
	shown, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	have, want := sha256.Sum256([]byte(shown)), sha256.Sum256([]byte(a.CallsToken))
	if !ok || a.CallsToken == "" || subtle.ConstantTimeCompare(have[:], want[:]) != 1 {
		return errs.New(errs.Denied, "api.no_token")
	}
	body, err := readJSON(r)
	if err != nil {
		return err
	}
	var e callEvent
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields()
	if err := in.Decode(&e); err != nil || in.More() {
		return errs.New(errs.Invalid, "api.bad_call")
	}
	event := calls.Event{ID: e.ID, State: calls.State(e.Event), Caller: e.Caller, Line: e.Line, Recording: e.Recording}
	if e.At != nil {
		event.At = *e.At
	}
	if e.Agent != "" {
		staff, err := a.Staff.List(r.Context(), access.System())
		if err != nil {
			return err
		}
		for _, s := range staff {
			if s.Login == e.Agent && s.LeftAt.IsZero() {
				event.Agent = s.ID
			}
		}
		if event.Agent == "" {
			return errs.Field("agent", "api.no_agent")
		}
	}
	c, err := a.Calls.Tell(r.Context(), access.Telephone(), event)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, callTaken{c.ID, string(c.State)})
}
