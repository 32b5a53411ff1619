// Package sealedsql keeps sealed reports in the database.
package sealedsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/sealed"
)

// A Store implements sealed.Store on both engines.
type Store struct{ DB *db.DB }

var _ sealed.Store = Store{}

const columns = `id, case_id, number, route, fingerprint, at, by_id, digest, size, handed_at, taken_at, received_at, received_by, receipt`

func missing() error { return errs.New(errs.NotFound, "access.not_found") }

func wrap(what string, err error) error {
	if err != nil && errs.Of(err) == nil {
		return fmt.Errorf("%s a sealed report: %w", what, err)
	}
	return err
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return int64(db.At(t))
}

func when(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return db.Time(n).Time()
}

// Put implements sealed.Store.
func (s Store) Put(ctx context.Context, r sealed.Report, body []byte) error {
	return wrap("keep", s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sealed_reports (`+columns+`, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, '', '', $10)`,
			string(r.ID), r.Case, r.Number, r.Route, r.Fingerprint, micro(r.At), string(r.By), r.Digest, r.Size, body)
		return err
	}))
}

// Hand implements sealed.Store.
func (s Store) Hand(ctx context.Context, id sealed.ID, at time.Time) error {
	return wrap("hand over", s.DB.Write(ctx, func(tx *db.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE sealed_reports SET handed_at = CASE WHEN handed_at = 0 THEN $1 ELSE handed_at END WHERE id = $2`, micro(at), string(id))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, missing())
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM sealed_reports WHERE id <> $1 AND case_id = (SELECT case_id FROM sealed_reports WHERE id = $1)`, string(id))
		return err
	}))
}

func (s Store) query(ctx context.Context, where string, args ...any) (list []sealed.Report, err error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT `+columns+` FROM sealed_reports WHERE handed_at > 0 `+where, args...)
	if err != nil {
		return nil, wrap("read", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var r sealed.Report
		var at, handed, taken, received int64
		if err := rows.Scan(&r.ID, &r.Case, &r.Number, &r.Route, &r.Fingerprint, &at, &r.By, &r.Digest, &r.Size, &handed, &taken, &received, &r.ReceivedBy, &r.Receipt); err != nil {
			return nil, wrap("read", err)
		}
		r.At, r.HandedAt, r.TakenAt, r.ReceivedAt = when(at), when(handed), when(taken), when(received)
		list = append(list, r)
	}
	return list, wrap("read", rows.Err())
}

// Report implements sealed.Store.
func (s Store) Report(ctx context.Context, id sealed.ID) (sealed.Report, error) {
	list, err := s.query(ctx, "AND id = $1", string(id))
	if err != nil || len(list) == 0 {
		return sealed.Report{}, errors.Join(err, missingIf(len(list) == 0 && err == nil))
	}
	return list[0], nil
}

func missingIf(is bool) error {
	if is {
		return missing()
	}
	return nil
}

// Body implements sealed.Store.
func (s Store) Body(ctx context.Context, id sealed.ID) (body []byte, err error) {
	err = s.DB.Reader().QueryRowContext(ctx, `SELECT body FROM sealed_reports WHERE id = $1 AND handed_at > 0`, string(id)).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		err = missing()
	}
	return body, wrap("read", err)
}

// List implements sealed.Store. Ids grow with time.
func (s Store) List(ctx context.Context, before sealed.ID, limit int) ([]sealed.Report, error) {
	if before == "" {
		return s.query(ctx, "ORDER BY at DESC, id DESC LIMIT $1", limit)
	}
	return s.query(ctx, "AND (at, id) < (SELECT o.at, o.id FROM sealed_reports AS o WHERE o.id = $1) ORDER BY at DESC, id DESC LIMIT $2", string(before), limit)
}

// Take implements sealed.Store.
func (s Store) Take(ctx context.Context, id sealed.ID, at time.Time) error {
	return wrap("take", s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE sealed_reports SET taken_at = $1 WHERE id = $2 AND taken_at = 0`, micro(at), string(id))
		return err
	}))
}

// Receive implements sealed.Store.
func (s Store) Receive(ctx context.Context, id sealed.ID, by access.StaffID, at time.Time, receipt string) error {
	return wrap("receive", s.DB.Write(ctx, func(tx *db.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE sealed_reports SET received_at = $1, received_by = $2, receipt = $3 WHERE id = $4 AND handed_at > 0 AND received_at = 0`,
			micro(at), string(by), receipt, string(id))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errs.New(errs.Conflict, "case.seal_received"))
		}
		return nil
	}))
}
