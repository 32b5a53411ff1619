// Package intakesql keeps requests, their receipts, notes and contact data
// in the database. What may be kept and who may see it is the business of
// package intake.
package intakesql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"yiwang/internal/algo/similar"
	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/base/near"
	"yiwang/internal/base/search"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// A Store implements intake.Store on both engines. Close it, so that what
// waits to be committed is.
type Store struct {
	db    *db.DB
	queue *jobs.Queue

	gate       sync.RWMutex // held by who adds to waiting; shut by Close
	shut       bool
	waiting    chan *waiter
	committers sync.WaitGroup

	filing similar.Filing
}

var _ intake.Store = (*Store)(nil)

var (
	terms    = search.Index{Name: "request_terms"}
	sketches = near.Index{Name: "request"}
)

// Open returns the store that d keeps and begins to take submissions. Jobs go
// to q.
func Open(d *db.DB, q *jobs.Queue) *Store {
	s := &Store{db: d, queue: q, waiting: make(chan *waiter, 4*maxBatch)}
	// SQLite has one writer. On PostgreSQL one batch can be sent while the
	// disk still writes the other.
	n := 1
	if d.Engine == db.Postgres {
		n = 2
	}
	for range n {
		s.committers.Go(s.commitAll)
	}
	return s
}

// Close commits what waits and ends. A Submit that comes later is refused.
func (s *Store) Close() error {
	s.gate.Lock()
	if !s.shut {
		s.shut = true
		close(s.waiting)
	}
	s.gate.Unlock()
	s.committers.Wait()
	return nil
}

// notFound is the answer for a request that is not there.
func notFound() error { return errs.New(errs.NotFound, "access.not_found") }

// Request implements intake.Store.
func (s *Store) Request(ctx context.Context, id intake.ID) (intake.Request, error) {
	return s.one(ctx, "id", string(id))
}

// ByReceipt implements intake.Store.
func (s *Store) ByReceipt(ctx context.Context, r intake.Receipt) (intake.Request, error) {
	return s.one(ctx, "receipt", string(r))
}

func (s *Store) one(ctx context.Context, column, value string) (intake.Request, error) {
	list, err := query(ctx, s.db.Reader(), "WHERE "+column+" = $1", value)
	if err != nil {
		return intake.Request{}, err
	}
	if len(list) == 0 {
		return intake.Request{}, notFound()
	}
	return list[0], nil
}

// Requests implements intake.Store.
func (s *Store) Requests(ctx context.Context, list []intake.ID) ([]intake.Request, error) {
	return requests(ctx, s.db.Reader(), list)
}

func requests(ctx context.Context, q DBTX, list []intake.ID) ([]intake.Request, error) {
	found := make(map[intake.ID]intake.Request, len(list))
	for part := range parts(list) {
		var args db.Args
		where := "WHERE id IN " + db.In(&args, texts(part))
		some, err := query(ctx, q, where, args.List...)
		if err != nil {
			return nil, err
		}
		for _, r := range some {
			found[r.ID] = r
		}
	}
	out := make([]intake.Request, 0, len(list))
	for _, id := range list {
		if r, ok := found[id]; ok {
			out = append(out, r)
		}
	}
	return out, nil
}

// Sealed implements intake.Store.
func (s *Store) Sealed(ctx context.Context, id intake.ID) ([]byte, error) {
	sealed, err := New(s.db.Reader()).Sealed(ctx, string(id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound()
	}
	return sealed, err
}

// RecordRead implements intake.Store.
func (s *Store) RecordRead(ctx context.Context, r intake.ContactRead) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		return New(tx).RecordRead(ctx, RecordReadParams{
			ID: r.ID, Request: string(r.Request), At: int64(db.At(r.At)), Staff: r.Staff, Unit: string(r.Unit), Reason: r.Reason,
		})
	})
	if err != nil {
		return fmt.Errorf("record a read of request %s: %w", r.Request, err)
	}
	return nil
}

// Reads implements intake.Store.
func (s *Store) Reads(ctx context.Context, id intake.ID) ([]intake.ContactRead, error) {
	rows, err := New(s.db.Reader()).Reads(ctx, string(id))
	list := make([]intake.ContactRead, len(rows))
	for i, r := range rows {
		list[i] = intake.ContactRead{
			ID: r.ID, Request: intake.ID(r.Request), At: db.Time(r.At).Time(), Staff: r.Staff, Unit: org.UnitID(r.Unit), Reason: r.Reason,
		}
	}
	return list, err
}

// AddNote implements intake.Store.
func (s *Store) AddNote(ctx context.Context, n intake.Note, next ...jobs.Args) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := addNotes(ctx, tx, []intake.Note{n}); err != nil {
			return err
		}
		// The note waits for who is sealing the request, and is seen by who seals it after.
		if list, err := query(ctx, tx, "WHERE id = $1", string(n.Request)); err != nil || len(list) > 0 && list[0].Sealed != "" {
			return errors.Join(err, errs.New(errs.Conflict, "request.sealed"))
		}
		return s.queue.Add(ctx, tx, next...)
	})
	if err != nil && errs.Of(err) == nil {
		err = fmt.Errorf("add a note to request %s: %w", n.Request, err)
	}
	return err
}

// Notes implements intake.Store.
func (s *Store) Notes(ctx context.Context, id intake.ID) ([]intake.Note, error) {
	rows, err := New(s.db.Reader()).Notes(ctx, string(id))
	list := make([]intake.Note, len(rows))
	for i, r := range rows {
		list[i] = intake.Note{ID: r.ID, Request: intake.ID(r.Request), At: db.Time(r.At).Time(), By: r.ByID, Text: r.Text}
	}
	return list, err
}
