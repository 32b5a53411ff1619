// Package calls keeps what the city's telephone system tells of calls: who
// rings, on which line, which clerk has it, and that it ended or was missed.
// A clerk's screen opens with what the same caller said before; missed calls
// are a list to call back from. Numbers are encrypted; who asks for one to
// call back is on record.
package calls

import (
	"context"
	"embed"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/algo/pii"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/access"
)

// Texts are the messages of this room in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// A State is how far a call is.
type State string

// The states, in the order in which a call passes them; a missed call was
// never answered.
const (
	Ringing  State = "ringing"
	Answered State = "answered"
	Missed   State = "missed"
	Ended    State = "ended"
)

func (s State) rank() int {
	return map[State]int{Ringing: 1, Answered: 2, Missed: 3, Ended: 3}[s]
}

// A Call is one call to the hotline.
type Call struct {
	ID           string
	Began, Ended time.Time
	State        State
	Sealed       []byte // the caller's number
	CallerID     string // the same for calls from the same number, "" where it is withheld
	Line         string
	Agent        access.StaffID
	Recording    string
	Request      string
	Settled      time.Time
	NextTry      time.Time
	Tries        int // how often somebody rang back
}

// An Event is what the telephone system tells. What is left out is not known,
// or was told before.
type Event struct {
	ID        string         // the telephone system's id of the call
	State     State          // what the call is now
	At        time.Time      // when; now if zero
	Caller    string         // the number, "" where it is withheld
	Line      string         // the number or name that was called
	Agent     access.StaffID // whose telephone it is
	Recording string         // address of the recording
}

// MaxTries is how often a missed call is called back before it is let be, and
// TryAgain how long to wait in between, so that the tries are at different hours.
const (
	MaxTries = 3
	TryAgain = 90 * time.Minute
)

// A Store keeps calls.
type Store interface {
	// Tell changes a call, or makes it, in one transaction.
	Tell(ctx context.Context, id string, change func(c *Call)) (Call, error)
	// Call returns a call, or a NotFound error.
	Call(ctx context.Context, id string) (Call, error)
	// Of lists the calls of an agent that began since and have not ended, newest first.
	Of(ctx context.Context, agent access.StaffID, since time.Time) ([]Call, error)
	// Missed lists the calls to be called back, the longest due first.
	Missed(ctx context.Context, limit int) ([]Call, error)
	// Requests lists what calls from the same number were about, newest first.
	Requests(ctx context.Context, callerID string, limit int) ([]string, error)
	// Recorded lists the calls with a recording that requests came of, the oldest first.
	Recorded(ctx context.Context, requests []string) ([]Call, error)
	// Forget forgets of calls that these requests came of them.
	Forget(ctx context.Context, requests []string) error
	// Try keeps that somebody rings back, or how it went.
	Try(ctx context.Context, id string, change func(c *Call) (Try, error)) (Call, error)
}

// A Try is one time somebody rang back.
type Try struct {
	N       int
	At      time.Time
	By      string
	Reached int // 1 yes, -1 no, 0 not yet said
}

// A Service is what the rest of the program does with calls.
type Service struct {
	Store Store
	Keys  *seal.Keys
	Now   func() time.Time
}

const maxField = 200

// Tell takes what the telephone system tells. Events may come twice and in
// any order: a call only goes on, and one that was answered was not missed.
func (s *Service) Tell(ctx context.Context, by access.Actor, e Event) (Call, error) {
	if err := by.Can(access.CallTell, access.Resource{Type: access.CityType}); err != nil {
		return Call{}, err
	}
	var wrong []error
	if e.ID == "" || utf8.RuneCountInString(e.ID) > maxField {
		wrong = append(wrong, errs.Field("id", "call.id", "Max", maxField))
	}
	if e.State.rank() == 0 {
		wrong = append(wrong, errs.Field("event", "call.event"))
	}
	number, ok := Number(e.Caller)
	if !ok {
		wrong = append(wrong, errs.Field("caller", "call.number"))
	}
	for _, f := range []struct{ name, text string }{{"line", e.Line}, {"recording", e.Recording}} {
		if utf8.RuneCountInString(f.text) > maxField {
			wrong = append(wrong, errs.Field(f.name, "call.long", "Max", maxField))
		}
	}
	now := s.Now()
	if e.At.IsZero() {
		e.At = now
	}
	if e.At.After(now.Add(time.Hour)) || e.At.Before(now.AddDate(0, 0, -7)) {
		wrong = append(wrong, errs.Field("at", "call.time"))
	}
	if err := errs.Join(wrong...); err != nil {
		return Call{}, err
	}
	return s.Store.Tell(ctx, e.ID, func(c *Call) {
		if c.Began.IsZero() || e.At.Before(c.Began) {
			c.Began = e.At
		}
		if number != "" && c.CallerID == "" {
			c.CallerID = hex.EncodeToString(s.Keys.MAC("caller", []byte(number)))
			c.Sealed = s.Keys.Seal([]byte(number), about(e.ID))
		}
		if e.Line != "" {
			c.Line = e.Line
		}
		if e.Agent != "" {
			c.Agent = e.Agent
		}
		if e.Recording != "" {
			c.Recording = e.Recording
		}
		answered := c.State == Answered || c.State == Ended || e.State == Answered || e.State == Ended
		if e.State.rank() > c.State.rank() {
			c.State = e.State
		}
		if answered && c.State == Missed { // told in the wrong order, or late that somebody took it
			c.State = Ended
		}
		if c.State.rank() == 3 && c.Ended.IsZero() {
			c.Ended = e.At
		}
		if c.State == Missed && c.NextTry.IsZero() {
			c.NextTry = e.At
		}
	})
}

func about(id string) string { return "call " + id }

// Number brings a caller's number into one form, so that the same caller is
// known again. One that is withheld is "" and well.
func Number(s string) (number string, ok bool) {
	if strings.EqualFold(strings.TrimSpace(s), "anonymous") {
		return "", true
	}
	return pii.Number(s)
}

// Masked is a number as it is shown to who need not know it.
func Masked(number string) string {
	if len(number) < 7 {
		return strings.Repeat("*", len(number))
	}
	return number[:3] + strings.Repeat("*", len(number)-5) + number[len(number)-2:]
}

// Current lists the calls on somebody's telephone now.
func (s *Service) Current(ctx context.Context, by access.Actor) ([]Call, error) {
	if err := by.Can(access.RequestWrite, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	return s.Store.Of(ctx, by.Staff, s.Now().Add(-2*time.Hour))
}

// Caller gives a call that is on somebody's own telephone with the number of
// who rings, for the form on which it is written down; nobody else's.
func (s *Service) Caller(ctx context.Context, by access.Actor, id string) (Call, string, error) {
	if err := by.Can(access.RequestWrite, access.Resource{Type: access.CityType}); err != nil {
		return Call{}, "", err
	}
	c, err := s.Store.Call(ctx, id)
	if err != nil {
		return c, "", err
	}
	if c.Agent != by.Staff {
		return Call{}, "", errs.New(errs.NotFound, "access.not_found")
	}
	number, err := s.number(c)
	return c, number, err
}

func (s *Service) number(c Call) (string, error) {
	if len(c.Sealed) == 0 {
		return "", nil
	}
	plain, err := s.Keys.Open(c.Sealed, about(c.ID))
	return string(plain), err
}

// Requests lists what a caller said before, newest first.
func (s *Service) Requests(ctx context.Context, by access.Actor, c Call) ([]string, error) {
	if err := by.Can(access.RequestWrite, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	if c.CallerID == "" {
		return nil, nil
	}
	return s.Store.Requests(ctx, c.CallerID, 20)
}

// Link is the address of a call's recording, "" where it is none that a
// browser opens.
func (c Call) Link() string {
	u, err := url.Parse(c.Recording)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// Recorded lists the calls with a recording that some of a case's requests
// came of, for those who may see the contact data of via, the case.
func (s *Service) Recorded(ctx context.Context, by access.Actor, requests []string, via access.Resource) ([]Call, error) {
	if err := by.Can(access.RequestContact, via); err != nil {
		return nil, err
	}
	requests = slices.DeleteFunc(slices.Clone(requests), func(r string) bool { return !slices.Contains(via.Requests, r) })
	list, err := s.Store.Recorded(ctx, requests)
	return slices.DeleteFunc(list, func(c Call) bool { return c.Link() == "" }), err
}

// WroteDown says which request came of a call.
func (s *Service) WroteDown(ctx context.Context, by access.Actor, id, request string) error {
	if _, _, err := s.Caller(ctx, by, id); err != nil {
		return err
	}
	_, err := s.Store.Tell(ctx, id, func(c *Call) { c.Request = request })
	return err
}

// Forget forgets which calls sealed requests came of, for the program itself.
func (s *Service) Forget(ctx context.Context, by access.Actor, requests []string) error {
	if err := by.Can(access.CaseSeal, access.Resource{}); err != nil {
		return err
	}
	return s.Store.Forget(ctx, requests)
}

// Missed lists the calls to be called back, the longest due first.
func (s *Service) Missed(ctx context.Context, by access.Actor) ([]Call, error) {
	if err := by.Can(access.RequestWrite, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	return s.Store.Missed(ctx, 100)
}

// CallBack gives the number of a missed call to who rings back now. It counts
// as a try, and stands on record with who asked.
func (s *Service) CallBack(ctx context.Context, by access.Actor, id string) (Call, string, error) {
	if err := by.Can(access.RequestWrite, access.Resource{Type: access.CityType}); err != nil {
		return Call{}, "", err
	}
	now := s.Now()
	c, err := s.Store.Try(ctx, id, func(c *Call) (Try, error) {
		switch {
		case c.State != Missed || !c.Settled.IsZero():
			return Try{}, errs.New(errs.Conflict, "call.settled")
		case c.NextTry.After(now):
			return Try{}, errs.New(errs.Conflict, "call.too_soon", "Until", c.NextTry)
		case c.CallerID == "":
			return Try{}, errs.New(errs.Conflict, "call.withheld")
		}
		c.Tries++
		c.Agent, c.NextTry = by.Staff, now.Add(TryAgain)
		return Try{N: c.Tries, At: now, By: by.ID()}, nil
	})
	if err != nil {
		return c, "", err
	}
	number, err := s.number(c)
	return c, number, err
}

// Reached says how a try went. A caller who was reached needs no more, nor
// one who was not MaxTries times.
func (s *Service) Reached(ctx context.Context, by access.Actor, id string, yes bool) (Call, error) {
	if err := by.Can(access.RequestWrite, access.Resource{Type: access.CityType}); err != nil {
		return Call{}, err
	}
	now := s.Now()
	return s.Store.Try(ctx, id, func(c *Call) (Try, error) {
		if c.Tries == 0 || !c.Settled.IsZero() || c.Agent != by.Staff {
			return Try{}, errs.New(errs.Conflict, "call.settled")
		}
		t := Try{N: c.Tries, At: now, By: by.ID(), Reached: -1}
		if yes {
			t.Reached = 1
		}
		if yes || c.Tries >= MaxTries {
			c.Settled = now
		}
		return t, nil
	})
}
