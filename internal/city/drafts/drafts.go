// Package drafts keeps changes to the city's tables that are worked on before
// they are in force: what changes, who wrote it, who published it, and what it
// would have done to the cases of a past period. It knows tables as rows of
// text; what they mean, whether they fit and how they come into force is the
// business of package administration in flow.
package drafts

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
)

// An ID names a draft.
type ID string

// A State is how far a draft is.
type State string

// The states.
const (
	Open      State = "open"      // it is worked on
	Planned   State = "planned"   // published, to come into force on its day
	Published State = "published" // in force, or was
	Dropped   State = "dropped"
)

// A Draft is a named set of changes.
type Draft struct {
	ID       ID
	By       access.StaffID
	At       time.Time
	State    State
	Revision int64
	Name     string
	// Editors wrote it: none of them publishes it.
	Editors []access.StaffID
	Changes []Change
	// Restore names earlier versions that are to be in force again, by the name
	// under which they are kept; a draft has either Changes or Restore.
	Restore map[string]int64

	PublishedBy access.StaffID
	SignedAt    time.Time // when it was published
	From        string    // YYYY-MM-DD, the first day it is in force
	Alone       string    // why one person both wrote and published it, "" where two did
	PublishedAt time.Time // when it came into force
	// Put are the versions it made; Failed says that its day came and it did
	// not fit the city of that day.
	Put    map[string]int64
	Failed bool
}

// A Change is a row of a table as it is to be. Its first cell says which.
type Change struct {
	Table  string
	Key    string
	Before []string // as it was when it was put here; nil for a new row
	After  []string // nil for one that is to go
}

// Limits of a draft.
const (
	MaxName    = 100
	MaxChanges = 20_000
	MaxReason  = 500
)

// Set puts changes into an open draft; one of a row that has one replaces it,
// and one that changes nothing takes it out.
func (d *Draft) Set(by access.StaffID, list []Change) error {
	if d.State != Open {
		return errs.New(errs.Conflict, "draft.not_open")
	}
	if len(d.Restore) > 0 {
		return errs.New(errs.Conflict, "draft.restores")
	}
	type row struct{ table, key string }
	at := make(map[row]int, len(d.Changes))
	for i, c := range d.Changes {
		at[row{c.Table, c.Key}] = i
	}
	for _, c := range list {
		k := row{c.Table, c.Key}
		if i, has := at[k]; has {
			d.Changes[i] = c
			continue
		}
		at[k] = len(d.Changes)
		d.Changes = append(d.Changes, c)
	}
	d.Changes = slices.DeleteFunc(d.Changes, Change.none)
	if len(d.Changes) > MaxChanges {
		return errs.New(errs.Conflict, "draft.too_many", "Max", MaxChanges)
	}
	if !slices.Contains(d.Editors, by) {
		d.Editors = append(d.Editors, by)
	}
	return nil
}

func (c Change) none() bool {
	return (c.Before == nil) == (c.After == nil) && slices.Equal(c.Before, c.After)
}

// Sign publishes an open draft from a day on. Whoever wrote a part of it does
// not, but alone, with a reason that stays on record, and where that is
// allowed.
func (d *Draft) Sign(by access.StaffID, at time.Time, from, reason string, alone bool) error {
	if d.State != Open {
		return errs.New(errs.Conflict, "draft.not_open")
	}
	if slices.Contains(d.Editors, by) {
		reason = strings.TrimSpace(reason)
		switch {
		case !alone:
			return errs.New(errs.Denied, "draft.second_person")
		case reason == "":
			return errs.Field("reason", "draft.reason")
		case utf8.RuneCountInString(reason) > MaxReason:
			return errs.Field("reason", "draft.reason_long", "Max", MaxReason)
		}
		d.Alone = reason
	}
	d.State, d.PublishedBy, d.SignedAt, d.From, d.Failed = Planned, by, at, from, false
	return nil
}

// Reopen takes back a draft whose day has not come, or that did not fit on it.
func (d *Draft) Reopen(failed bool) error {
	if d.State != Planned {
		return errs.New(errs.Conflict, "draft.not_planned")
	}
	d.State, d.Failed, d.Alone = Open, failed, ""
	return nil
}

// Drop gives a draft up.
func (d *Draft) Drop() error {
	if d.State != Open {
		return errs.New(errs.Conflict, "draft.not_open")
	}
	d.State = Dropped
	return nil
}

// NameOf is a name as it is kept, or what is wrong with it.
func NameOf(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "", errs.Field("name", "draft.no_name")
	case n > MaxName:
		return "", errs.Field("name", "draft.name_long", "Max", MaxName)
	}
	return name, nil
}

// A Body is what is to be the current version of a name; Seen is the number of
// the version it was made from.
type Body struct {
	Name string
	Seen int64
	Text []byte
}

// A Store keeps drafts and replays. Package draftssql has one for both
// databases; draftstest.Store is what any other would have to pass.
type Store interface {
	// Add keeps a draft.
	Add(ctx context.Context, d Draft) error
	// Draft returns a draft, or a NotFound error.
	Draft(ctx context.Context, id ID) (Draft, error)
	// List lists the newest drafts without their changes, at most limit.
	List(ctx context.Context, limit int) ([]Draft, error)
	// Planned lists the drafts that wait for their day, whole.
	Planned(ctx context.Context) ([]Draft, error)
	// Change calls change with the draft as it is now and saves what change makes
	// of it, or, if it fails, does nothing. Two Changes of one draft run one after
	// the other. A revision other than the draft's (0 is any) is a Conflict
	// "draft.changed".
	Change(ctx context.Context, id ID, revision int64, change func(d *Draft) error) (Draft, error)
	// Publish is Change, and with it makes bodies the current versions of their
	// names, all or nothing. Where one of them was changed since it was seen it is
	// a Conflict "version.changed". What was put is in the draft's Put.
	Publish(ctx context.Context, id ID, revision int64, at time.Time, bodies []Body, change func(d *Draft) error) (Draft, error)

	// Begin keeps a replay and queues next; one of the draft that runs is a
	// Conflict "replay.runs".
	Begin(ctx context.Context, r Replay, next jobs.Args) error
	// Replay returns a replay, Latest the newest of a draft, or a NotFound error.
	Replay(ctx context.Context, id string) (Replay, error)
	Latest(ctx context.Context, draft ID) (Replay, error)
	// Go saves how far a running replay is, with further pieces, from the piece
	// with the number first on; what was there from that number on is gone.
	// False says that it was stopped and nothing was saved.
	Go(ctx context.Context, r Replay, first int, pieces [][]Moved) (bool, error)
	// Stop ends a replay that runs.
	Stop(ctx context.Context, id string) error
	// Pieces gives up to n pieces of a replay, from one on.
	Pieces(ctx context.Context, id string, from, n int) ([][]Moved, error)
}
