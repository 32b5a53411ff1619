// Package notify keeps messages for the people who work here: what came to
// their unit, what was sent back, what waits for their signature. Residents
// read theirs on the page of their receipt. What a message is about is the
// business of package flow, which writes it.
package notify

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Notice is a message to a person or to a unit.
type Notice struct {
	ID     string
	Staff  access.StaffID // to one person, or
	Unit   org.UnitID     // to everybody in a unit with one of Roles
	Roles  []access.Role
	At     time.Time
	Key    string            // which message, in the texts of both languages
	Args   map[string]string // what fills its gaps; never words of a resident
	Link   string
	ReadAt time.Time
}

// A Store keeps notices.
type Store interface {
	// Send keeps notices; one whose ID is there already is left as it is, so
	// that a job may run twice.
	Send(ctx context.Context, list []Notice) error
	// List lists the newest notices to a person, and to one of the units that are
	// for all in it or for one of the roles, at most limit.
	List(ctx context.Context, staff access.StaffID, units []org.UnitID, roles []access.Role, limit int) ([]Notice, error)
	// Read marks a notice as read.
	Read(ctx context.Context, id string, staff access.StaffID, units []org.UnitID, at time.Time) error
}

// A Service sends notices and shows them.
type Service struct {
	Store Store
	Now   func() time.Time
}

// Send sends a notice for an event; the same event and receiver is one notice.
func (s *Service) Send(ctx context.Context, event string, list ...Notice) error {
	for i := range list {
		n := &list[i]
		if n.At.IsZero() {
			n.At = s.Now().UTC().Truncate(time.Microsecond)
		}
		n.ID = event + ":" + string(n.Staff) + string(n.Unit)
		if event == "" {
			n.ID = ids.New(n.At)
		}
	}
	return s.Store.Send(ctx, list)
}

// Mine lists the newest notices to the actor, those for the unit included
// where the actor has a role they are meant for, and those to people whom the
// actor stands in for.
func (s *Service) Mine(ctx context.Context, by access.Actor, limit int) ([]Notice, error) {
	if !by.IsStaff() {
		return nil, nil
	}
	mine, err := s.Store.List(ctx, by.Staff, by.Up, by.Roles, limit)
	if err != nil {
		return nil, err
	}
	for _, away := range by.For {
		theirs, err := s.Store.List(ctx, away, nil, nil, limit)
		if err != nil {
			return nil, err
		}
		mine = append(mine, theirs...)
	}
	slices.SortStableFunc(mine, func(a, b Notice) int { return b.At.Compare(a.At) })
	return mine[:min(len(mine), limit)], nil
}

// Read marks one of the actor's notices as read.
func (s *Service) Read(ctx context.Context, by access.Actor, id string) error {
	return s.Store.Read(ctx, id, by.Staff, by.Up, s.Now())
}
