package cases

import (
	"context"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
)

// A Presence is somebody who has the page of a case open.
type Presence struct {
	Staff   access.StaffID
	At      time.Time
	Writing bool // they have begun to write
}

// PresenceLife is how long somebody counts as present after their page has
// said so last; pages say so more often.
const PresenceLife = 45 * time.Second

// Here keeps that an official has the page of a case open, and gives the
// others who have. Two who see each other do not write the same answer twice;
// what keeps them from overwriting each other is the case's revision.
func (s *Service) Here(ctx context.Context, by access.Actor, id ID, writing bool) ([]Presence, error) {
	if !by.IsStaff() {
		return nil, errs.New(errs.Denied, "access.denied")
	}
	if _, err := s.Case(ctx, by, id); err != nil {
		return nil, err
	}
	now := s.now()
	return s.Store.Here(ctx, id, Presence{Staff: by.Staff, At: now, Writing: writing}, now.Add(-PresenceLife))
}
