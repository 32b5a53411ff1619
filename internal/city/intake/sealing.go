package intake

import (
	"context"
	"fmt"

	"yiwang/internal/city/access"
)

// All is everything that is kept of a request, for sealing it.
type All struct {
	Request
	Contact string
	Notes   []Note
}

// Everything gives all there is of requests, and how many notes they have, for
// the program itself: it is sealed for a body outside and read by nobody here.
func (s *Service) Everything(ctx context.Context, by access.Actor, ids []ID) (list []All, notes int, err error) {
	if err := by.Can(access.CaseSeal, access.Resource{}); err != nil {
		return nil, 0, err
	}
	found, err := s.Store.Requests(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range found {
		a := All{Request: r}
		if a.Notes, err = s.Store.Notes(ctx, r.ID); err != nil {
			return nil, 0, err
		}
		notes += len(a.Notes)
		sealed, err := s.Store.Sealed(ctx, r.ID)
		if err != nil {
			return nil, 0, err
		}
		if sealed != nil {
			plain, err := s.Keys.Open(sealed, contactOf(r.ID))
			if err != nil {
				return nil, 0, fmt.Errorf("contact of request %s: %w", r.ID, err)
			}
			a.Contact = string(plain)
		}
		list = append(list, a)
	}
	return list, notes, nil
}

// Seal forgets what was said in requests, once it is in a report. It returns
// the report it is in, which is an earlier one if they were sealed before.
func (s *Service) Seal(ctx context.Context, by access.Actor, ids []ID, report string, notes int) (in string, err error) {
	if err := by.Can(access.CaseSeal, access.Resource{}); err != nil {
		return "", err
	}
	return s.Store.Seal(ctx, ids, report, notes)
}
