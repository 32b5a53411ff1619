// Package callssql keeps calls.
package callssql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
)

// A Store implements calls.Store on both engines.
type Store struct{ DB *db.DB }

var _ calls.Store = Store{}

const columns = `id, began, ended, state, caller, caller_id, line, agent, recording, request, settled, next_try`

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func wrap(what string, err error) error {
	if err != nil && errs.Of(err) == nil {
		return fmt.Errorf("%s call: %w", what, err)
	}
	return err
}

func list(ctx context.Context, q querier, where string, args ...any) (out []calls.Call, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+`, (SELECT count(*) FROM call_tries WHERE call_tries.call = calls.id) FROM calls `+where, args...)
	if err != nil {
		return nil, wrap("read", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var c calls.Call
		var began, ended, settled, next int64
		err := rows.Scan(&c.ID, &began, &ended, &c.State, &c.Sealed, &c.CallerID, &c.Line, &c.Agent, &c.Recording, &c.Request, &settled, &next, &c.Tries)
		if err != nil {
			return nil, wrap("read", err)
		}
		c.Began, c.Ended, c.Settled, c.NextTry = db.Time(began).Time(), db.Time(ended).Time(), db.Time(settled).Time(), db.Time(next).Time()
		out = append(out, c)
	}
	return out, wrap("read", rows.Err())
}

// Tell implements calls.Store.
func (s Store) Tell(ctx context.Context, id string, change func(c *calls.Call)) (c calls.Call, err error) {
	tell := func(tx *db.Tx) error {
		found, err := list(ctx, tx, `WHERE id = $1`+tx.ForUpdate(), id)
		if err != nil {
			return err
		}
		c = calls.Call{ID: id}
		if len(found) > 0 {
			c = found[0]
		}
		change(&c)
		return put(ctx, tx, c, len(found) > 0)
	}
	if err = s.DB.Write(ctx, tell); db.IsUnique(err) { // both events came at once
		err = s.DB.Write(ctx, tell)
	}
	return c, wrap("tell of", err)
}

func put(ctx context.Context, tx *db.Tx, c calls.Call, there bool) error {
	if c.Sealed == nil {
		c.Sealed = []byte{}
	}
	text := `INSERT INTO calls (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	if there {
		text = `UPDATE calls SET began = $2, ended = $3, state = $4, caller = $5, caller_id = $6, line = $7, agent = $8, recording = $9,
			request = $10, settled = $11, next_try = $12 WHERE id = $1`
	}
	_, err := tx.ExecContext(ctx, text, c.ID, int64(db.At(c.Began)), int64(db.At(c.Ended)), string(c.State), c.Sealed, c.CallerID, c.Line,
		string(c.Agent), c.Recording, c.Request, int64(db.At(c.Settled)), int64(db.At(c.NextTry)))
	return err
}

// Call implements calls.Store.
func (s Store) Call(ctx context.Context, id string) (calls.Call, error) {
	found, err := list(ctx, s.DB.Reader(), `WHERE id = $1`, id)
	if err == nil && len(found) == 0 {
		err = errs.New(errs.NotFound, "access.not_found")
	}
	if err != nil {
		return calls.Call{}, err
	}
	return found[0], nil
}

// Of implements calls.Store.
func (s Store) Of(ctx context.Context, agent access.StaffID, since time.Time) ([]calls.Call, error) {
	return list(ctx, s.DB.Reader(), `WHERE agent = $1 AND began >= $2 AND ended = 0 ORDER BY began DESC LIMIT 10`, string(agent), int64(db.At(since)))
}

// Missed implements calls.Store.
func (s Store) Missed(ctx context.Context, limit int) ([]calls.Call, error) {
	return list(ctx, s.DB.Reader(), `WHERE state = 'missed' AND settled = 0 ORDER BY next_try, id LIMIT $1`, limit)
}

// Requests implements calls.Store.
func (s Store) Requests(ctx context.Context, callerID string, limit int) (out []string, err error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT request FROM calls WHERE caller_id = $1 AND caller_id <> '' AND request <> '' ORDER BY began DESC LIMIT $2`, callerID, limit)
	if err != nil {
		return nil, wrap("read", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var r string
		if err := rows.Scan(&r); err != nil {
			return nil, wrap("read", err)
		}
		out = append(out, r)
	}
	return out, wrap("read", rows.Err())
}

// Recorded implements calls.Store.
func (s Store) Recorded(ctx context.Context, requests []string) ([]calls.Call, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	var a db.Args
	return list(ctx, s.DB.Reader(), `WHERE request <> '' AND recording <> '' AND request IN `+db.In(&a, requests)+` ORDER BY began, id`, a.List...)
}

// Forget implements calls.Store.
func (s Store) Forget(ctx context.Context, requests []string) error {
	if len(requests) == 0 {
		return nil
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		var a db.Args
		_, err := tx.ExecContext(ctx, `UPDATE calls SET request = '' WHERE request IN `+db.In(&a, requests), a.List...)
		return wrap("forget the requests of a", err)
	})
}

// Try implements calls.Store.
func (s Store) Try(ctx context.Context, id string, change func(c *calls.Call) (calls.Try, error)) (c calls.Call, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		found, err := list(ctx, tx, `WHERE id = $1`+tx.ForUpdate(), id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return errs.New(errs.NotFound, "access.not_found")
		}
		c = found[0]
		t, err := change(&c)
		if err != nil {
			return err
		}
		if err := put(ctx, tx, c, true); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO call_tries (call, n, at, by_id, reached) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (call, n) DO UPDATE SET reached = excluded.reached`, id, t.N, int64(db.At(t.At)), t.By, t.Reached)
		return err
	})
	return c, wrap("try", err)
}
