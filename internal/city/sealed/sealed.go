// Package sealed keeps reports that were sealed for a body outside, such as
// discipline inspection: their words are encrypted for a key whose other half
// the body holds, and nobody here can read them. That a report was handed
// over, when, by whom and to whom, stays on record. Which case it was is the
// business of package cases, what was said of package intake.
package sealed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/access"
)

// ID names a report.
type ID string

// A Report is what is known here of a report.
type Report struct {
	ID          ID
	Case        string // cases.ID
	Number      string // of the case
	Route       string // of the catalogue: the body it is for
	Fingerprint string // of the key it was sealed for
	At          time.Time
	By          access.StaffID // who decided so
	Digest      string         // SHA-256 of what was sealed, in hexadecimal digits
	Size        int64          // of what was sealed, in bytes
	HandedAt    time.Time      // when its words were gone from here; zero before
	TakenAt     time.Time      // when the receiver fetched it first
	ReceivedAt  time.Time      // when they confirmed that they have it
	ReceivedBy  access.StaffID
	Receipt     string // the receiver's own number, or ""
}

// A Store keeps reports. Package sealedsql has one for both databases;
// sealedtest.Store is what any other would have to pass.
type Store interface {
	// Put keeps a report with what was sealed. It is in no list before it is
	// handed over: a job that began again may put several for one case.
	Put(ctx context.Context, r Report, body []byte) error
	// Hand hands a report over, and drops the others of its case. Doing it again
	// changes nothing; a report that is not there is a NotFound error.
	Hand(ctx context.Context, id ID, at time.Time) error
	// Report returns one that was handed over, or a NotFound error.
	Report(ctx context.Context, id ID) (Report, error)
	// Body returns what was sealed.
	Body(ctx context.Context, id ID) ([]byte, error)
	// List lists those handed over, newest first, those before one ("" for the
	// newest), at most limit.
	List(ctx context.Context, before ID, limit int) ([]Report, error)
	// Take keeps when a report was fetched, the first time.
	Take(ctx context.Context, id ID, at time.Time) error
	// Receive keeps that it was received; once.
	Receive(ctx context.Context, id ID, by access.StaffID, at time.Time, receipt string) error
}

// A Service is what the rest of the program does with sealed reports.
type Service struct {
	Store Store
	Now   func() time.Time
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// About is what a sealed report is bound to, so that it opens as nothing else.
const About = "report"

// Seal seals what is said for a key and keeps it; for the program itself.
func (s *Service) Seal(ctx context.Context, by access.Actor, r Report, key string, plain []byte) (Report, error) {
	if err := by.Can(access.CaseSeal, access.Resource{}); err != nil {
		return r, err
	}
	to, err := seal.ParseReceiver(key)
	if err != nil {
		return r, err
	}
	body, err := to.Seal(plain, About)
	if err != nil {
		return r, err
	}
	sum := sha256.Sum256(body)
	r.ID, r.Fingerprint, r.Digest, r.Size = ID(ids.New(s.now())), to.Fingerprint(), hex.EncodeToString(sum[:]), int64(len(body))
	return r, s.Store.Put(ctx, r, body)
}

// Hand hands a report over, once its words are gone from here, and returns it.
func (s *Service) Hand(ctx context.Context, by access.Actor, id ID) (Report, error) {
	if err := by.Can(access.CaseSeal, access.Resource{}); err != nil {
		return Report{}, err
	}
	if err := s.Store.Hand(ctx, id, s.now()); err != nil {
		return Report{}, err
	}
	return s.Store.Report(ctx, id)
}

// PageSize is how many reports one list has.
const PageSize = 50

// List lists what was handed over, newest first, those before one.
func (s *Service) List(ctx context.Context, by access.Actor, before ID) ([]Report, error) {
	if err := by.Can(access.SealedRead, access.Resource{}); err != nil {
		return nil, err
	}
	return s.Store.List(ctx, before, PageSize)
}

// Report returns what is known of a report.
func (s *Service) Report(ctx context.Context, by access.Actor, id ID) (Report, error) {
	if err := by.Can(access.SealedRead, access.Resource{}); err != nil {
		return Report{}, err
	}
	return s.Store.Report(ctx, id)
}

// Take gives what was sealed to the receiver, and keeps when they fetched it
// first.
func (s *Service) Take(ctx context.Context, by access.Actor, id ID) (Report, []byte, error) {
	if err := by.Can(access.SealedReceive, access.Resource{}); err != nil {
		return Report{}, nil, err
	}
	r, err := s.Store.Report(ctx, id)
	if err != nil {
		return r, nil, err
	}
	body, err := s.Store.Body(ctx, id)
	if err != nil {
		return r, nil, err
	}
	return r, body, s.Store.Take(ctx, id, s.now())
}

// Receive keeps that the receiver has a report, under a number of their own.
func (s *Service) Receive(ctx context.Context, by access.Actor, id ID, receipt string) error {
	if err := by.Can(access.SealedReceive, access.Resource{}); err != nil {
		return err
	}
	r, err := s.Store.Report(ctx, id)
	if err != nil {
		return err
	}
	if !r.ReceivedAt.IsZero() {
		return errs.New(errs.Conflict, "case.seal_received")
	}
	return s.Store.Receive(ctx, id, by.Staff, s.now(), receipt)
}
