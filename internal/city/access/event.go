package access

import (
	"context"
	"time"

	"yiwang/internal/base/ids"
)

// An Event is something that happened to somebody's ways to sign in. Events
// are appended; the person and administrators see them.
type Event struct {
	ID     string
	Staff  StaffID
	At     time.Time
	By     string // a staff id or "system"
	Kind   EventKind
	Detail string // the way, the passkey's name, the sign-in service
}

// A EventKind names what happened.
type EventKind string

// The kinds.
const (
	SignedIn       EventKind = "signed_in"
	SessionEnded   EventKind = "session_ended"
	LinkMade       EventKind = "link_made" // with which a password can be set
	PasswordSet    EventKind = "password_set"
	PasskeyAdded   EventKind = "passkey_added"
	PasskeyRemoved EventKind = "passkey_removed"
	PasskeyBlocked EventKind = "passkey_blocked" // a copy of it seemed to be in use
	Linked         EventKind = "linked"          // with an account of a sign-in service
	Unlinked       EventKind = "unlinked"
)

// EventKinds lists the kinds.
var EventKinds = []EventKind{SignedIn, SessionEnded, LinkMade, PasswordSet, PasskeyAdded, PasskeyRemoved, PasskeyBlocked, Linked, Unlinked}

// maxEvents is how many of the newest events are shown.
const maxEvents = 50

func (s *Service) event(by Actor, id StaffID, kind EventKind, detail string) Event {
	now := s.now()
	return Event{ID: ids.New(now), Staff: id, At: now, By: by.ID(), Kind: kind, Detail: detail}
}

// Events lists what happened to somebody's ways to sign in, newest first.
func (s *Service) Events(ctx context.Context, by Actor, id StaffID) ([]Event, error) {
	if err := ownOrManaged(by, id); err != nil {
		return nil, err
	}
	return s.Store.Events(ctx, id, maxEvents)
}
