// Package bulk keeps one thing to be done with many cases: which, as they
// were seen, when, and how it went with each. It is put off a little, and can
// be undone until then. What is done with a case is the business of package
// cases; flow does it.
package bulk

import (
	"context"
	"embed"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
)

// Texts are the messages of this room in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// A State is how far a bulk is.
type State string

// The states.
const (
	Planned State = "planned" // seen by who may begin it
	Waiting State = "waiting" // can be undone
	Undone  State = "undone"
	Running State = "running"
	Done    State = "done"
)

// An Action is what is done with each case.
type Action string

// The actions.
const (
	Accept    Action = "accept"    // take on
	Pass      Action = "pass"      // the check one has to make
	Suggested Action = "suggested" // dispatch each to the unit that is proposed for it
	Note      Action = "note"
)

// Actions lists them.
var Actions = []Action{Accept, Pass, Suggested, Note}

// Max is the most cases of one bulk, Delay how long it can be undone, and
// PlanLife how long one that was not begun is kept.
const (
	Max      = 5000
	Delay    = 10 * time.Second
	PlanLife = 24 * time.Hour
)

// An Item is one case of a bulk.
type Item struct {
	Case     string `json:"case"`
	Number   string `json:"number"`
	Revision int64  `json:"revision"` // as it was seen: one that changed since is left alone
	Done     bool   `json:"done"`
	// Wrong is the key of why it was not done, "" before and where it was.
	Wrong string `json:"wrong,omitempty"`
}

// A Bulk is one thing to be done with many cases.
type Bulk struct {
	ID      string
	By      access.StaffID
	At, Due time.Time
	Action  Action
	Note    string
	State   State
	Items   []Item
}

// Run is the job that does a bulk.
type Run struct {
	ID string `json:"id"`
}

// Kind names the job.
func (Run) Kind() string { return "bulk.run" }

// A Store keeps bulks.
type Store interface {
	// Add keeps a bulk, and forgets those of the same person that were only
	// planned before a time.
	Add(ctx context.Context, b Bulk, before time.Time) error
	// Bulk returns a bulk, or a NotFound error.
	Bulk(ctx context.Context, id string) (Bulk, error)
	// Change changes due, state and items, and queues next, in one transaction.
	Change(ctx context.Context, id string, change func(b *Bulk) error, next ...jobs.Args) (Bulk, error)
}

// A Service is what the rest of the program does with bulks.
type Service struct {
	Store Store
	Now   func() time.Time
}

// Check says whether this can be done with cases.
func Check(action Action, note string) error {
	switch {
	case !slices.Contains(Actions, action):
		return errs.Field("action", "bulk.choose")
	case action == Note && note == "":
		return errs.Field("note", "bulk.no_note")
	}
	return nil
}

// Propose keeps what somebody is shown before they begin it.
func (s *Service) Propose(ctx context.Context, by access.Actor, action Action, note string, items []Item) (Bulk, error) {
	switch {
	case !by.IsStaff():
		return Bulk{}, errs.New(errs.Denied, "access.denied")
	case len(items) == 0:
		return Bulk{}, errs.Field("case", "bulk.none")
	case len(items) > Max:
		return Bulk{}, errs.Field("case", "bulk.too_many", "Max", Max)
	}
	if err := Check(action, note); err != nil {
		return Bulk{}, err
	}
	now := s.Now()
	b := Bulk{ID: ids.New(now), By: by.Staff, At: now, Due: now, Action: action, Note: note, State: Planned, Items: items}
	return b, s.Store.Add(ctx, b, now.Add(-PlanLife))
}

// Start begins what was proposed, put off by Delay. What was begun before is
// a Conflict.
func (s *Service) Start(ctx context.Context, by access.Actor, id string) (Bulk, error) {
	if _, err := s.Bulk(ctx, by, id); err != nil {
		return Bulk{}, err
	}
	due := s.Now().Add(Delay)
	return s.Store.Change(ctx, id, func(b *Bulk) error {
		if b.State != Planned {
			return errs.New(errs.Conflict, "bulk.begun")
		}
		b.State, b.Due = Waiting, due
		return nil
	}, jobs.After(due, Run{id}))
}

// Bulk returns a bulk to who began it.
func (s *Service) Bulk(ctx context.Context, by access.Actor, id string) (Bulk, error) {
	b, err := s.Store.Bulk(ctx, id)
	if err == nil && (b.By != by.Staff || !by.IsStaff()) {
		return Bulk{}, errs.New(errs.NotFound, "access.not_found")
	}
	return b, err
}

// Undo calls a bulk off that has not begun.
func (s *Service) Undo(ctx context.Context, by access.Actor, id string) (Bulk, error) {
	if _, err := s.Bulk(ctx, by, id); err != nil {
		return Bulk{}, err
	}
	return s.Store.Change(ctx, id, func(b *Bulk) error {
		if b.State != Waiting {
			return errs.New(errs.Conflict, "bulk.begun")
		}
		b.State = Undone
		return nil
	})
}

// Begin gives a bulk to be done now; ok is false for one that was undone or
// done. One that was begun and cut off goes on where it was.
func (s *Service) Begin(ctx context.Context, id string) (b Bulk, ok bool, err error) {
	b, err = s.Store.Change(ctx, id, func(b *Bulk) error {
		if ok = b.State == Waiting || b.State == Running; ok {
			b.State = Running
		}
		return nil
	})
	return b, ok, err
}

// Progress keeps how it went with some of the items; done ends the bulk.
func (s *Service) Progress(ctx context.Context, id string, from int, items []Item, done bool) error {
	_, err := s.Store.Change(ctx, id, func(b *Bulk) error {
		copy(b.Items[from:], items)
		if done {
			b.State = Done
		}
		return nil
	})
	return err
}
