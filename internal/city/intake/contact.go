package intake

import (
	"context"
	"fmt"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
)

// ReadContact gives the contact data of a request. An official says why, in
// 5 to 200 characters, and the read is on record before anything is shown;
// the resident sees it there.
func (s *Service) ReadContact(ctx context.Context, by access.Actor, id ID, reason string, via access.Resource) (Contact, error) {
	if err := may(by, access.RequestContact, id, via); err != nil {
		return "", err
	}
	if by.IsStaff() {
		if err := cleanReason(&reason); err != nil {
			return "", err
		}
	}
	sealed, err := s.Store.Sealed(ctx, id)
	if err != nil {
		return "", err
	}
	if sealed == nil {
		return "", errs.New(errs.NotFound, "contact.none")
	}
	plain, err := s.Keys.Open(sealed, contactOf(id))
	if err != nil {
		return "", fmt.Errorf("contact of request %s: %w", id, err)
	}
	if by.IsStaff() {
		if err := s.record(ctx, by, id, ids.New(s.Now()), reason); err != nil {
			return "", err
		}
	}
	return Contact(plain), nil
}

// Hear keeps that an official hears the recording of the call that a request
// came of, which tells of the resident as contact data does.
func (s *Service) Hear(ctx context.Context, by access.Actor, id ID, reason string, via access.Resource) error {
	if err := may(by, access.RequestContact, id, via); err != nil {
		return err
	}
	if err := cleanReason(&reason); err != nil {
		return err
	}
	return s.record(ctx, by, id, ids.New(s.Now()), reason)
}

func (s *Service) record(ctx context.Context, by access.Actor, id ID, read, reason string) error {
	return s.Store.RecordRead(ctx, ContactRead{ID: read, Request: id, At: kept(s.Now()), Staff: string(by.Staff), Unit: by.Unit, Reason: reason})
}

func cleanReason(reason *string) error {
	if err := cleanText(reason, "reason", MaxReason, false); err != nil {
		return err
	}
	if blank(*reason) || utf8.RuneCountInString(*reason) < MinReason {
		return errs.Field("reason", "reason.too_short", "Min", MinReason)
	}
	return nil
}

// Reads lists which officials read the contact data of a request, newest
// first, for its resident and for those who look after the records.
func (s *Service) Reads(ctx context.Context, by access.Actor, id ID, via access.Resource) ([]ContactRead, error) {
	action := access.RecordsRead
	if !by.IsStaff() {
		action = access.RequestContact // one's own
	}
	if err := may(by, action, id, via); err != nil {
		return nil, err
	}
	return s.Store.Reads(ctx, id)
}
