// Package insightsql keeps digests.
package insightsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/insight"
)

// A Store implements insight.Store on both engines.
type Store struct{ DB *db.DB }

var _ insight.Store = Store{}

const topics = "topics"

// Put implements insight.Store.
func (s Store) Put(ctx context.Context, d insight.Digest) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO digests (name, at, body) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET at = excluded.at, body = excluded.body`,
			topics, int64(db.At(d.At)), db.Encode(d))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep digest: %w", err)
	}
	return nil
}

// Digest implements insight.Store.
func (s Store) Digest(ctx context.Context) (d insight.Digest, err error) {
	var body db.JSON
	err = s.DB.Reader().QueryRowContext(ctx, `SELECT body FROM digests WHERE name = $1`, topics).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return d, errs.New(errs.NotFound, "access.not_found")
	}
	if err == nil {
		err = body.Decode(&d)
	}
	if err != nil {
		return d, fmt.Errorf("read digest: %w", err)
	}
	return d, nil
}
