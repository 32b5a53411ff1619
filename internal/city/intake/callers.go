package intake

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"yiwang/internal/algo/pii"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/access"
)

// Contact data is encrypted, so that nobody can look for a number in it. That
// whoever rings finds their matters again, each request keeps a digest of the
// first telephone number in its contact data: made with the city's key, since
// numbers are few enough to try them all, and cut, since it need not be unique.
const callerBytes = 12

// caller is that digest, "" where there is no number.
func (s *Service) caller(c Contact) string {
	n := pii.FirstNumber(string(c))
	if n == "" {
		return ""
	}
	return cutDigest(s.Keys.MAC("contact number", []byte(n)))
}

func cutDigest(mac []byte) string { return hex.EncodeToString(mac[:callerBytes]) }

// OfCaller lists the requests that whoever rings from a number left it with,
// newest first. It is for the screen of that call alone: who shows one of them
// says so with Shown.
func (s *Service) OfCaller(ctx context.Context, by access.Actor, number string, limit int) ([]ID, error) {
	if err := by.Can(access.RequestWrite, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	n := pii.FirstNumber(number)
	if n == "" {
		return nil, nil
	}
	var digests []string
	for _, mac := range s.Keys.MACs("contact number", []byte(n)) {
		digests = append(digests, cutDigest(mac))
	}
	return s.Store.OfCaller(ctx, digests, limit)
}

// Shown keeps that somebody was shown, at a call, that a request has the
// caller's number: it is on record as a look at its contact data, once for
// each call.
func (s *Service) Shown(ctx context.Context, by access.Actor, id ID, call, reason string, via access.Resource) error {
	if err := may(by, access.RequestContact, id, via); err != nil {
		return err
	}
	once := fmt.Sprintf("%s:%s:%s", call, id, by.Staff)
	reads, err := s.Store.Reads(ctx, id)
	if err != nil || slices.ContainsFunc(reads, func(r ContactRead) bool { return r.ID == once }) {
		return err // the screen asks every few seconds
	}
	return s.record(ctx, by, id, once, reason)
}

// MarkCallers looks for the telephone numbers of requests that were kept
// before there were digests: those of an older program's database.
type MarkCallers struct{}

// Kind implements jobs.Args.
func (MarkCallers) Kind() string { return "request.mark_callers" }

// markStep is how many requests are done in one transaction: others wait for it.
const markStep = 200

// MarkCallers does the job of that name, a few at a time, until none is left.
func (s *Service) MarkCallers(ctx context.Context, _ MarkCallers) error {
	for {
		list, err := s.Store.Uncalled(ctx, markStep)
		if err != nil || len(list) == 0 {
			return err
		}
		digests := make(map[ID]string, len(list))
		for id, sealed := range list {
			plain, err := s.Keys.Open(sealed, contactOf(id))
			if err != nil && !errors.Is(err, seal.ErrBroken) { // what is broken nobody can read
				return fmt.Errorf("contact of request %s: %w", id, err)
			}
			digests[id] = s.caller(Contact(plain))
		}
		if err := s.Store.SetCallers(ctx, digests); err != nil {
			return err
		}
	}
}
