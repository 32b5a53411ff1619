// Package bulksql keeps bulks.
package bulksql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/bulk"
)

// A Store implements bulk.Store on both engines.
type Store struct {
	DB    *db.DB
	Queue *jobs.Queue
}

var _ bulk.Store = Store{}

// Add implements bulk.Store.
func (s Store) Add(ctx context.Context, b bulk.Bulk, before time.Time) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM bulks WHERE by_id = $1 AND at < $2 AND state = $3`, string(b.By), int64(db.At(before)), string(bulk.Planned))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO bulks (id, by_id, at, due, action, note, state, items) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			b.ID, string(b.By), int64(db.At(b.At)), int64(db.At(b.Due)), string(b.Action), b.Note, string(b.State), db.Encode(b.Items))
		return err
	})
	if err != nil {
		return fmt.Errorf("add bulk: %w", err)
	}
	return nil
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func one(ctx context.Context, q querier, id, lock string) (bulk.Bulk, error) {
	b := bulk.Bulk{ID: id}
	var at, due int64
	var items db.JSON
	err := q.QueryRowContext(ctx, `SELECT by_id, at, due, action, note, state, items FROM bulks WHERE id = $1`+lock, id).
		Scan(&b.By, &at, &due, &b.Action, &b.Note, &b.State, &items)
	if errors.Is(err, sql.ErrNoRows) {
		return b, errs.New(errs.NotFound, "access.not_found")
	}
	if err == nil {
		err = items.Decode(&b.Items)
	}
	if err != nil {
		return b, fmt.Errorf("read bulk: %w", err)
	}
	b.At, b.Due = db.Time(at).Time(), db.Time(due).Time()
	return b, nil
}

// Bulk implements bulk.Store.
func (s Store) Bulk(ctx context.Context, id string) (bulk.Bulk, error) {
	return one(ctx, s.DB.Reader(), id, "")
}

// Change implements bulk.Store.
func (s Store) Change(ctx context.Context, id string, change func(b *bulk.Bulk) error, next ...jobs.Args) (b bulk.Bulk, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if b, err = one(ctx, tx, id, tx.ForUpdate()); err != nil {
			return err
		}
		if err := change(&b); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE bulks SET due = $1, state = $2, items = $3 WHERE id = $4`, int64(db.At(b.Due)), string(b.State), db.Encode(b.Items), id)
		if err != nil {
			return err
		}
		return s.Queue.Add(ctx, tx, next...)
	})
	return b, err
}
