// Package draftssql keeps drafts and replays.
package draftssql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/drafts"
)

// A Store implements drafts.Store on both engines.
type Store struct {
	DB    *db.DB
	Queue *jobs.Queue
}

var _ drafts.Store = Store{}

// body is what of a draft is not a column.
type body struct {
	Name        string           `json:"name"`
	Editors     []access.StaffID `json:"editors,omitempty"`
	Changes     []drafts.Change  `json:"changes,omitempty"`
	Restore     map[string]int64 `json:"restore,omitempty"`
	PublishedBy access.StaffID   `json:"published_by,omitempty"`
	SignedAt    db.Time          `json:"signed_at,omitempty"`
	From        string           `json:"from,omitempty"`
	Alone       string           `json:"alone,omitempty"`
	Put         map[string]int64 `json:"put,omitempty"`
	Failed      bool             `json:"failed,omitempty"`
}

func bodyOf(d drafts.Draft) db.JSON {
	return db.Encode(body{d.Name, d.Editors, d.Changes, d.Restore, d.PublishedBy, db.At(d.SignedAt), d.From, d.Alone, d.Put, d.Failed})
}

func wrap(what string, err error) error {
	if err != nil && errs.Of(err) == nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return err
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func missing() error { return errs.New(errs.NotFound, "access.not_found") }

// Add implements drafts.Store.
func (s Store) Add(ctx context.Context, d drafts.Draft) error {
	return wrap("add draft", s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO drafts (id, by_id, at, state, published_at, revision, body) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			string(d.ID), string(d.By), int64(db.At(d.At)), string(d.State), int64(db.At(d.PublishedAt)), d.Revision, bodyOf(d))
		return err
	}))
}

func read(ctx context.Context, q querier, where string, args ...any) (list []drafts.Draft, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, by_id, at, state, published_at, revision, body FROM drafts `+where, args...)
	if err != nil {
		return nil, wrap("read drafts", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var d drafts.Draft
		var at, published db.Time
		var text db.JSON
		var b body
		err := rows.Scan(&d.ID, &d.By, &at, &d.State, &published, &d.Revision, &text)
		if err == nil {
			err = text.Decode(&b)
		}
		if err != nil {
			return nil, wrap("read drafts", err)
		}
		d.At, d.PublishedAt, d.SignedAt = at.Time(), published.Time(), b.SignedAt.Time()
		d.Name, d.Editors, d.Changes, d.Restore, d.PublishedBy = b.Name, b.Editors, b.Changes, b.Restore, b.PublishedBy
		d.From, d.Alone, d.Put, d.Failed = b.From, b.Alone, b.Put, b.Failed
		list = append(list, d)
	}
	return list, wrap("read drafts", rows.Err())
}

func one(ctx context.Context, q querier, id drafts.ID, lock string) (drafts.Draft, error) {
	list, err := read(ctx, q, `WHERE id = $1`+lock, string(id))
	if err == nil && len(list) == 0 {
		err = missing()
	}
	if err != nil {
		return drafts.Draft{}, err
	}
	return list[0], nil
}

// Draft implements drafts.Store.
func (s Store) Draft(ctx context.Context, id drafts.ID) (drafts.Draft, error) {
	return one(ctx, s.DB.Reader(), id, "")
}

// List implements drafts.Store.
func (s Store) List(ctx context.Context, limit int) ([]drafts.Draft, error) {
	list, err := read(ctx, s.DB.Reader(), `ORDER BY id DESC LIMIT $1`, limit)
	for i := range list {
		list[i].Changes = nil
	}
	return list, err
}

// Planned implements drafts.Store.
func (s Store) Planned(ctx context.Context) ([]drafts.Draft, error) {
	return read(ctx, s.DB.Reader(), `WHERE state = $1 ORDER BY id`, string(drafts.Planned))
}

// Change implements drafts.Store.
func (s Store) Change(ctx context.Context, id drafts.ID, revision int64, change func(d *drafts.Draft) error) (drafts.Draft, error) {
	return s.change(ctx, id, revision, func(_ *db.Tx, d *drafts.Draft) error { return change(d) })
}

// Publish implements drafts.Store.
func (s Store) Publish(ctx context.Context, id drafts.ID, revision int64, at time.Time, bodies []drafts.Body, change func(d *drafts.Draft) error) (drafts.Draft, error) {
	kept := versions.Store{DB: s.DB}
	d, err := s.change(ctx, id, revision, func(tx *db.Tx, d *drafts.Draft) error {
		if err := change(d); err != nil {
			return err
		}
		d.Put = map[string]int64{}
		for _, b := range bodies {
			number, err := kept.Latest(ctx, tx, b.Name)
			if err != nil {
				return err
			}
			if number != b.Seen {
				return errs.New(errs.Conflict, "version.changed")
			}
			v, err := kept.Put(ctx, tx, b.Name, b.Text, string(d.PublishedBy), at)
			if err != nil {
				return err
			}
			if v.Number != number {
				d.Put[b.Name] = v.Number
			}
		}
		return nil
	})
	if db.IsUnique(err) { // two at the same time
		return d, errs.New(errs.Conflict, "version.changed")
	}
	return d, err
}

func (s Store) change(ctx context.Context, id drafts.ID, revision int64, change func(tx *db.Tx, d *drafts.Draft) error) (d drafts.Draft, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if d, err = one(ctx, tx, id, tx.ForUpdate()); err != nil {
			return err
		}
		if revision != 0 && revision != d.Revision {
			return errs.New(errs.Conflict, "draft.changed")
		}
		if err := change(tx, &d); err != nil {
			return err
		}
		d.Revision++
		_, err = tx.ExecContext(ctx, `UPDATE drafts SET state = $1, published_at = $2, revision = $3, body = $4 WHERE id = $5`,
			string(d.State), int64(db.At(d.PublishedAt)), d.Revision, bodyOf(d), string(id))
		return err
	})
	return d, wrap("change draft", err)
}

// Begin implements drafts.Store.
func (s Store) Begin(ctx context.Context, r drafts.Replay, next jobs.Args) error {
	return wrap("begin replay", s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := one(ctx, tx, r.Draft, tx.ForUpdate()); err != nil { // so that two do not begin at once
			return err
		}
		var runs int
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM replays WHERE draft = $1 AND state = $2`, string(r.Draft), string(drafts.Running)).Scan(&runs)
		if err != nil {
			return err
		}
		if runs > 0 {
			return errs.New(errs.Conflict, "replay.runs")
		}
		// Of what was tried before only the newest is of use.
		for _, q := range []string{
			`DELETE FROM replay_pieces WHERE replay IN (SELECT id FROM replays WHERE draft = $1)`, `DELETE FROM replays WHERE draft = $1`,
		} {
			if _, err := tx.ExecContext(ctx, q, string(r.Draft)); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO replays (id, draft, at, state, body) VALUES ($1, $2, $3, $4, $5)`,
			r.ID, string(r.Draft), int64(db.At(r.At)), string(r.State), db.Encode(r))
		if err != nil {
			return err
		}
		return s.Queue.Add(ctx, tx, next)
	}))
}

func (s Store) replay(ctx context.Context, where, arg string) (r drafts.Replay, err error) {
	var state string
	var text db.JSON
	err = s.DB.Reader().QueryRowContext(ctx, `SELECT state, body FROM replays `+where, arg).Scan(&state, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return r, missing()
	}
	if err == nil {
		err = text.Decode(&r)
	}
	r.State = drafts.ReplayState(state)
	return r, wrap("read replay", err)
}

// Replay implements drafts.Store.
func (s Store) Replay(ctx context.Context, id string) (drafts.Replay, error) {
	return s.replay(ctx, `WHERE id = $1`, id)
}

// Latest implements drafts.Store.
func (s Store) Latest(ctx context.Context, draft drafts.ID) (drafts.Replay, error) {
	return s.replay(ctx, `WHERE draft = $1 ORDER BY id DESC LIMIT 1`, string(draft))
}

// Go implements drafts.Store.
func (s Store) Go(ctx context.Context, r drafts.Replay, first int, pieces [][]drafts.Moved) (on bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE replays SET state = $1, body = $2 WHERE id = $3 AND state = $4`,
			string(r.State), db.Encode(r), r.ID, string(drafts.Running))
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if on = n == 1; err != nil || !on {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM replay_pieces WHERE replay = $1 AND n >= $2`, r.ID, first); err != nil {
			return err
		}
		for i, p := range pieces {
			if _, err := tx.ExecContext(ctx, `INSERT INTO replay_pieces (replay, n, body) VALUES ($1, $2, $3)`, r.ID, first+i, db.Encode(p)); err != nil {
				return err
			}
		}
		return nil
	})
	return on, wrap("keep replay", err)
}

// Stop implements drafts.Store.
func (s Store) Stop(ctx context.Context, id string) error {
	return wrap("stop replay", s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE replays SET state = $1 WHERE id = $2 AND state = $3`, string(drafts.Stopped), id, string(drafts.Running))
		return err
	}))
}

// Pieces implements drafts.Store.
func (s Store) Pieces(ctx context.Context, id string, from, n int) (list [][]drafts.Moved, err error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT body FROM replay_pieces WHERE replay = $1 AND n >= $2 ORDER BY n LIMIT $3`, id, from, n)
	if err != nil {
		return nil, wrap("read replay", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var text db.JSON
		var p []drafts.Moved
		err := rows.Scan(&text)
		if err == nil {
			err = text.Decode(&p)
		}
		if err != nil {
			return nil, wrap("read replay", err)
		}
		list = append(list, p)
	}
	return list, wrap("read replay", rows.Err())
}
