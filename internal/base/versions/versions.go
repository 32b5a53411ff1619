// Package versions keeps values that are replaced whole and never lost: the
// newest version of a name is the current one, older ones stay readable.
// A city's units, calendar and dispatch catalogue are kept so, which lets a
// case name the version it was dispatched by. What a value means is the
// business of who decodes it.
package versions

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
)

// A Version is one state of a named value.
type Version struct {
	Name   string
	Number int64 // 1, 2, 3 … for each name
	At     time.Time
	By     string // who put it there
	Digest string // SHA-256 of Body, hexadecimal
	Body   []byte
}

// A Store keeps versions.
type Store struct{ DB *db.DB }

// Put makes body the current version of name in tx. A body that already is
// current is left alone, so that loading the same again changes nothing.
func (s Store) Put(ctx context.Context, tx *db.Tx, name string, body []byte, by string, now time.Time) (Version, error) {
	sum := sha256.Sum256(body)
	v := Version{Name: name, Number: 1, At: now, By: by, Digest: hex.EncodeToString(sum[:]), Body: body}
	var digest string
	var number, at int64
	err := tx.QueryRowContext(ctx, `SELECT version, digest, at FROM versions WHERE name = $1 ORDER BY version DESC LIMIT 1`, name).
		Scan(&number, &digest, &at)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return Version{}, fmt.Errorf("version of %s: %w", name, err)
	case digest == v.Digest:
		v.Number, v.At = number, db.Time(at).Time()
		return v, nil
	default:
		v.Number = number + 1
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO versions (name, version, at, by_id, digest, body) VALUES ($1, $2, $3, $4, $5, $6)`,
		name, v.Number, int64(db.At(now)), by, v.Digest, body)
	if err != nil {
		return Version{}, fmt.Errorf("put version %d of %s: %w", v.Number, name, err)
	}
	return v, nil
}

// Latest gives the number of the newest version of name in tx, 0 for none, and
// lets nobody else put one before tx ends.
func (s Store) Latest(ctx context.Context, tx *db.Tx, name string) (number int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT version FROM versions WHERE name = $1 ORDER BY version DESC LIMIT 1`+tx.ForUpdate(), name).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("version of %s: %w", name, err)
	}
	return number, nil
}

// Current gives the newest version of name, or a NotFound error.
func (s Store) Current(ctx context.Context, name string) (Version, error) {
	return s.one(ctx, name, `SELECT version, at, by_id, digest, body FROM versions WHERE name = $1 ORDER BY version DESC LIMIT 1`, name)
}

// Number gives one version of name, or a NotFound error.
func (s Store) Number(ctx context.Context, name string, number int64) (Version, error) {
	return s.one(ctx, name, `SELECT version, at, by_id, digest, body FROM versions WHERE name = $1 AND version = $2`, name, number)
}

func (s Store) one(ctx context.Context, name, query string, args ...any) (Version, error) {
	v := Version{Name: name}
	var at int64
	err := s.DB.Reader().QueryRowContext(ctx, query, args...).Scan(&v.Number, &at, &v.By, &v.Digest, &v.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return Version{}, errs.New(errs.NotFound, "version.none")
	}
	if err != nil {
		return Version{}, fmt.Errorf("read version of %s: %w", name, err)
	}
	v.At = db.Time(at).Time()
	return v, nil
}

// A Value is the current version of a name, decoded and kept in memory. It
// looks for a newer one at most once a second, so that all nodes follow.
type Value[T any] struct {
	store  Store
	name   string
	decode func(Version) (T, error)

	mu      sync.Mutex
	checked time.Time
	number  int64
	value   T
}

// NewValue returns the value that name has in s.
func NewValue[T any](s Store, name string, decode func(Version) (T, error)) *Value[T] {
	return &Value[T]{store: s, name: name, decode: decode}
}

// Get gives the current value and the number of its version; a NotFound
// error when nothing was ever put there.
func (v *Value[T]) Get(ctx context.Context) (T, int64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.number > 0 && time.Since(v.checked) < time.Second {
		return v.value, v.number, nil
	}
	var newest sql.NullInt64
	err := v.store.DB.Reader().QueryRowContext(ctx, `SELECT max(version) FROM versions WHERE name = $1`, v.name).Scan(&newest)
	if err != nil {
		return v.value, 0, fmt.Errorf("look for %s: %w", v.name, err)
	}
	if v.number == 0 || newest.Int64 != v.number {
		now, err := v.store.Current(ctx, v.name)
		if err != nil {
			return v.value, 0, err
		}
		value, err := v.decode(now)
		if err != nil {
			return v.value, 0, fmt.Errorf("decode version %d of %s: %w", now.Number, v.name, err)
		}
		v.value, v.number = value, now.Number
	}
	v.checked = time.Now()
	return v.value, v.number, nil
}

// Forget makes the next Get look again, for who has just put a version.
func (v *Value[T]) Forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.checked = time.Time{}
}

// Change makes what change makes of the current version of name the next
// one, unless somebody else was quicker: seen is the number of the version
// that change is meant for, and any other than the current one is a Conflict
// "version.changed".
func (s Store) Change(ctx context.Context, name string, seen int64, by string, now time.Time, change func(body []byte) ([]byte, error)) (v Version, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		var number int64
		var body []byte
		err := tx.QueryRowContext(ctx, `SELECT version, body FROM versions WHERE name = $1 ORDER BY version DESC LIMIT 1`+tx.ForUpdate(), name).Scan(&number, &body)
		if errors.Is(err, sql.ErrNoRows) {
			return errs.New(errs.NotFound, "version.none")
		}
		if err != nil {
			return fmt.Errorf("version of %s: %w", name, err)
		}
		if number != seen {
			return errs.New(errs.Conflict, "version.changed")
		}
		if body, err = change(body); err != nil {
			return err
		}
		v, err = s.Put(ctx, tx, name, body, by, now)
		return err
	})
	if db.IsUnique(err) { // two at the same time, each after the same version
		return Version{}, errs.New(errs.Conflict, "version.changed")
	}
	return v, err
}

// Newest lists the versions of name, newest first, at most limit, with their
// bodies.
func (s Store) Newest(ctx context.Context, name string, limit int) ([]Version, error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT version, at, by_id, digest, body FROM versions WHERE name = $1 ORDER BY version DESC LIMIT $2`, name, limit)
	if err != nil {
		return nil, fmt.Errorf("versions of %s: %w", name, err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []Version
	for rows.Next() {
		v := Version{Name: name}
		var at int64
		if err := rows.Scan(&v.Number, &at, &v.By, &v.Digest, &v.Body); err != nil {
			return nil, fmt.Errorf("versions of %s: %w", name, err)
		}
		v.At = db.Time(at).Time()
		list = append(list, v)
	}
	return list, rows.Err()
}

// Drop forgets the versions of name that are older than number, in tx: for
// values whose past nobody needs, such as what was tried and never used.
func (s Store) Drop(ctx context.Context, tx *db.Tx, name string, number int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM versions WHERE name = $1 AND version < $2`, name, number)
	return err
}
