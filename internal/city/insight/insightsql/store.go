// Package insightsql keeps what was found of the city's messages.
package insightsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/insight"
)

// A Store implements insight.Store on both engines.
type Store struct{ DB *db.DB }

var _ insight.Store = Store{}

// What digests are called.
const (
	topics       = "topics."
	associations = "associations"
	reader       = "reader"
)

func (s Store) put(ctx context.Context, name string, at time.Time, v any) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO digests (name, at, body) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET at = excluded.at, body = excluded.body`,
			name, int64(db.At(at)), db.Encode(v))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep digest %s: %w", name, err)
	}
	return nil
}

func (s Store) get(ctx context.Context, name string, v any) error {
	var body db.JSON
	err := s.DB.Reader().QueryRowContext(ctx, `SELECT body FROM digests WHERE name = $1`, name).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return errs.New(errs.NotFound, "access.not_found")
	}
	if err == nil {
		err = body.Decode(v)
	}
	if err != nil {
		return fmt.Errorf("read digest %s: %w", name, err)
	}
	return nil
}

// PutDigest implements insight.Store.
func (s Store) PutDigest(ctx context.Context, d insight.Digest) error {
	return s.put(ctx, topics+string(d.Span), d.At, d)
}

// Digest implements insight.Store.
func (s Store) Digest(ctx context.Context, span insight.Span) (d insight.Digest, err error) {
	return d, s.get(ctx, topics+string(span), &d)
}

// PutAssociations implements insight.Store.
func (s Store) PutAssociations(ctx context.Context, a insight.Associations) error {
	return s.put(ctx, associations, a.At, a)
}

// Associations implements insight.Store.
func (s Store) Associations(ctx context.Context) (a insight.Associations, err error) {
	return a, s.get(ctx, associations, &a)
}

// PutReader implements insight.Store.
func (s Store) PutReader(ctx context.Context, r insight.Reader) error {
	return s.put(ctx, reader, r.At, r)
}

// Reader implements insight.Store.
func (s Store) Reader(ctx context.Context) (r insight.Reader, err error) {
	return r, s.get(ctx, reader, &r)
}

// ReaderAt implements insight.Store.
func (s Store) ReaderAt(ctx context.Context) (time.Time, error) {
	var at db.Time
	err := s.DB.Reader().QueryRowContext(ctx, `SELECT at FROM digests WHERE name = $1`, reader).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, errs.New(errs.NotFound, "access.not_found")
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("when answers were learned from: %w", err)
	}
	return at.Time(), nil
}

// AddStep implements insight.Store.
func (s Store) AddStep(ctx context.Context, x insight.Step) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO topic_steps (id, number, at, by_id, what, ref) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
			x.ID, x.Case, int64(db.At(x.At)), string(x.By), string(x.What), x.Ref)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep what was done about a topic: %w", err)
	}
	return nil
}

// Steps implements insight.Store.
func (s Store) Steps(ctx context.Context, numbers []string) ([]insight.Step, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	var args db.Args
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT id, number, at, by_id, what, ref FROM topic_steps WHERE number IN (`+places(&args, numbers)+`) ORDER BY at DESC, id DESC`, args.List...)
	if err != nil {
		return nil, fmt.Errorf("steps: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []insight.Step
	for rows.Next() {
		var x insight.Step
		var at db.Time
		if err := rows.Scan(&x.ID, &x.Case, &at, &x.By, &x.What, &x.Ref); err != nil {
			return nil, fmt.Errorf("steps: %w", err)
		}
		x.At = at.Time()
		list = append(list, x)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("steps: %w", err)
	}
	return list, nil
}

func places(args *db.Args, list []string) string {
	marks := make([]string, len(list))
	for i, x := range list {
		marks[i] = args.Add(x)
	}
	return strings.Join(marks, ", ")
}
