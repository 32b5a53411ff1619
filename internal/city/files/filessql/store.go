// Package filessql keeps files in the database, their contents too, so that
// every node has them and a backup is whole.
package filessql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/files"
)

// A Store implements files.Store on both engines.
type Store struct{ DB *db.DB }

var _ files.Store = Store{}

const columns = `id, token, owner_kind, owner, at, by_id, name, size, received, ready, width, height`

func gone() error { return errs.New(errs.NotFound, "file.gone") }

// Begin implements files.Store.
func (s Store) Begin(ctx context.Context, f files.File) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO files (`+columns+`) VALUES ($1, $2, '', '', $3, $4, $5, $6, 0, FALSE, 0, 0)`,
			string(f.ID), f.Token, int64(db.At(f.At)), f.By, f.Name, f.Size)
		return wrap("begin", err)
	})
}

func wrap(what string, err error) error {
	if err != nil && errs.Of(err) == nil {
		return fmt.Errorf("%s file: %w", what, err)
	}
	return err
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func list(ctx context.Context, q querier, where string, args ...any) (out []files.File, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM files `+where, args...)
	if err != nil {
		return nil, wrap("read", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var f files.File
		var at int64
		if err := rows.Scan(&f.ID, &f.Token, &f.Owner.Kind, &f.Owner.ID, &at, &f.By, &f.Name, &f.Size, &f.Received, &f.Ready, &f.Width, &f.Height); err != nil {
			return nil, wrap("read", err)
		}
		f.At = db.Time(at).Time()
		out = append(out, f)
	}
	return out, rows.Err()
}

func one(ctx context.Context, q querier, where string, args ...any) (files.File, error) {
	l, err := list(ctx, q, where, args...)
	if err == nil && len(l) == 0 {
		err = gone()
	}
	if err != nil {
		return files.File{}, err
	}
	return l[0], nil
}

// ByToken implements files.Store.
func (s Store) ByToken(ctx context.Context, token string) (files.File, error) {
	return one(ctx, s.DB.Reader(), `WHERE token = $1 AND owner = ''`, token)
}

// File implements files.Store.
func (s Store) File(ctx context.Context, id files.ID) (files.File, error) {
	return one(ctx, s.DB.Reader(), `WHERE id = $1`, string(id))
}

// Add implements files.Store.
func (s Store) Add(ctx context.Context, id files.ID, at int64, sealed []byte, size int64) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		f, err := one(ctx, tx, `WHERE id = $1 AND owner = ''`+tx.ForUpdate(), string(id))
		if err != nil {
			return err
		}
		if f.Received != at || f.Ready {
			return errs.New(errs.Conflict, "file.offset")
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO file_pieces (file, part, n, body) VALUES ($1, 'raw', $2, $3)`, string(id), at, sealed); err != nil {
			return wrap("add to", err)
		}
		_, err = tx.ExecContext(ctx, `UPDATE files SET received = $1 WHERE id = $2`, at+size, string(id))
		return wrap("add to", err)
	})
}

// Pieces implements files.Store.
func (s Store) Pieces(ctx context.Context, id files.ID) (begins []int64, sealed [][]byte, err error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT n, body FROM file_pieces WHERE file = $1 AND part = 'raw' ORDER BY n`, string(id))
	if err != nil {
		return nil, nil, wrap("read", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var n int64
		var body []byte
		if err := rows.Scan(&n, &body); err != nil {
			return nil, nil, wrap("read", err)
		}
		begins, sealed = append(begins, n), append(sealed, body)
	}
	return begins, sealed, rows.Err()
}

// Finish implements files.Store.
func (s Store) Finish(ctx context.Context, f files.File, full, thumb []byte) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err1 := tx.ExecContext(ctx, `DELETE FROM file_pieces WHERE file = $1`, string(f.ID))
		_, err2 := tx.ExecContext(ctx, `INSERT INTO file_pieces (file, part, n, body) VALUES ($1, 'full', 0, $2), ($1, 'thumb', 0, $3)`, string(f.ID), full, thumb)
		_, err3 := tx.ExecContext(ctx, `UPDATE files SET ready = TRUE, received = size, width = $1, height = $2 WHERE id = $3`, f.Width, f.Height, string(f.ID))
		return wrap("finish", errors.Join(err1, err2, err3))
	})
}

// Body implements files.Store.
func (s Store) Body(ctx context.Context, id files.ID, part string) ([]byte, error) {
	var body []byte
	err := s.DB.Reader().QueryRowContext(ctx, `SELECT body FROM file_pieces WHERE file = $1 AND part = $2 AND n = 0`, string(id), part).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, gone()
	}
	return body, wrap("read", err)
}

// Attach implements files.Store.
func (s Store) Attach(ctx context.Context, to files.Owner, ids []files.ID, most int) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			_, err := tx.ExecContext(ctx, `UPDATE files SET owner_kind = $1, owner = $2 WHERE id = $3 AND owner = '' AND ready`, to.Kind, to.ID, string(id))
			if err != nil {
				return wrap("attach", err)
			}
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM files WHERE owner_kind = $1 AND owner = $2`, to.Kind, to.ID).Scan(&n); err != nil {
			return wrap("attach", err)
		}
		if n > most {
			return errs.New(errs.Conflict, "file.too_many", "Max", most)
		}
		return nil
	})
}

// Of implements files.Store.
func (s Store) Of(ctx context.Context, kind string, owners []string) ([]files.File, error) {
	if len(owners) == 0 {
		return nil, nil
	}
	a := db.Args{List: []any{kind}}
	return list(ctx, s.DB.Reader(), `WHERE owner_kind = $1 AND owner <> '' AND owner IN `+db.In(&a, owners)+` ORDER BY at, id`, a.List...)
}

// Drop implements files.Store.
func (s Store) Drop(ctx context.Context, id files.ID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return drop(ctx, tx, string(id)) })
}

func drop(ctx context.Context, tx *db.Tx, id string) error {
	_, err1 := tx.ExecContext(ctx, `DELETE FROM file_pieces WHERE file = $1`, id)
	_, err2 := tx.ExecContext(ctx, `DELETE FROM files WHERE id = $1`, id)
	return wrap("drop", errors.Join(err1, err2))
}

// Sweep implements files.Store. It drops some at a time, so that nobody who
// writes waits for long.
func (s Store) Sweep(ctx context.Context, before time.Time) (n int, err error) {
	const some = 50
	for {
		old, err := list(ctx, s.DB.Reader(), `WHERE owner = '' AND at < $1 ORDER BY at LIMIT $2`, int64(db.At(before)), some)
		if err != nil || len(old) == 0 {
			return n, err
		}
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			for _, f := range old {
				if err := drop(ctx, tx, string(f.ID)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		n += len(old)
	}
}
