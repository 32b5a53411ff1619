// Package knowledgesql keeps the articles of the knowledge base.
package knowledgesql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/knowledge"
)

// A Store implements knowledge.Store on both engines.
type Store struct{ DB *db.DB }

var _ knowledge.Store = Store{}

const columns = `id, seq, unit, state, shown, draft, public, question, writer, published, checked, used, helped, missed, revision, changed`

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func wrap(what string, err error) error {
	if err != nil && errs.Of(err) == nil {
		return fmt.Errorf("%s article: %w", what, err)
	}
	return err
}

func list(ctx context.Context, q querier, where string, args ...any) (out []knowledge.Article, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM articles `+where, args...)
	if err != nil {
		return nil, wrap("read", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var a knowledge.Article
		var draft, public db.JSON
		var published, changed int64
		err := rows.Scan(&a.ID, &a.Seq, &a.Unit, &a.State, &a.Shown, &draft, &public, &a.Question, &a.Writer, &published, &a.Checked,
			&a.Used, &a.Helped, &a.Missed, &a.Revision, &changed)
		if err == nil {
			err = errors.Join(draft.Decode(&a.Draft), public.Decode(&a.Public))
		}
		if err != nil {
			return nil, wrap("read", err)
		}
		a.Published, a.Changed = db.Time(published).Time(), db.Time(changed).Time()
		out = append(out, a)
	}
	return out, wrap("read", rows.Err())
}

// Add implements knowledge.Store.
func (s Store) Add(ctx context.Context, a knowledge.Article, e knowledge.Edition) (knowledge.Article, error) {
	add := func(tx *db.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(max(seq), 0) + 1 FROM articles`).Scan(&a.Seq); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO articles (`+columns+`, ends) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
			string(a.ID), a.Seq, string(a.Unit), string(a.State), a.Shown, db.Encode(a.Draft), db.Encode(a.Public), a.Question, a.Writer,
			int64(db.At(a.Published)), a.Checked, a.Used, a.Helped, a.Missed, a.Revision, int64(db.At(a.Changed)), ends(a))
		if err != nil {
			return err
		}
		return edition(ctx, tx, a.ID, e)
	}
	err := s.DB.Write(ctx, add)
	for range 20 {
		if !db.IsUnique(err) { // else another was added at the same moment
			break
		}
		err = s.DB.Write(ctx, add)
	}
	return a, wrap("add", err)
}

func ends(a knowledge.Article) string {
	if a.Shown {
		return a.Public.To
	}
	return ""
}

func edition(ctx context.Context, tx *db.Tx, id knowledge.ID, e knowledge.Edition) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO article_editions (article, n, at, by_id, did, note, content) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(id), e.N, int64(db.At(e.At)), e.By, e.Did, e.Note, db.Encode(e.Content))
	return err
}

// Update implements knowledge.Store.
func (s Store) Update(ctx context.Context, id knowledge.ID, revision int64, change func(a *knowledge.Article) (knowledge.Edition, error)) (a knowledge.Article, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		found, err := list(ctx, tx, `WHERE id = $1`+tx.ForUpdate(), string(id))
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return errs.New(errs.NotFound, "access.not_found")
		}
		a = found[0]
		e, err := change(&a)
		if err != nil {
			return err
		}
		if a.Revision != revision { // said after who may not even change it was told so
			return errs.New(errs.Conflict, "knowledge.changed")
		}
		a.Revision++
		e.N = a.Revision
		_, err = tx.ExecContext(ctx, `UPDATE articles SET unit = $1, state = $2, shown = $3, draft = $4, public = $5, ends = $6, writer = $7, published = $8,
			checked = $9, revision = $10, changed = $11 WHERE id = $12`,
			string(a.Unit), string(a.State), a.Shown, db.Encode(a.Draft), db.Encode(a.Public), ends(a), a.Writer, int64(db.At(a.Published)),
			a.Checked, a.Revision, int64(db.At(a.Changed)), string(id))
		if err != nil {
			return err
		}
		return edition(ctx, tx, id, e)
	})
	return a, wrap("change", err)
}

// Articles implements knowledge.Store.
func (s Store) Articles(ctx context.Context, ids ...knowledge.ID) ([]knowledge.Article, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var args db.Args
	return list(ctx, s.DB.Reader(), `WHERE id IN `+db.In(&args, ids), args.List...)
}

// List implements knowledge.Store.
func (s Store) List(ctx context.Context, f knowledge.Filter) ([]knowledge.Article, error) {
	var args db.Args
	where := []string{"1 = 1"}
	if f.Units != nil {
		where = append(where, `unit IN `+db.In(&args, f.Units))
	}
	if f.States != nil {
		where = append(where, `state IN `+db.In(&args, f.States))
	}
	if f.EndsBy != "" {
		where = append(where, `shown AND ends <> '' AND ends <= `+args.Add(f.EndsBy))
	}
	if f.Before > 0 {
		where = append(where, `seq < `+args.Add(f.Before))
	}
	return list(ctx, s.DB.Reader(), `WHERE `+strings.Join(where, " AND ")+` ORDER BY seq DESC LIMIT `+args.Add(f.Limit), args.List...)
}

// ChangedSince implements knowledge.Store.
func (s Store) ChangedSince(ctx context.Context, t time.Time) ([]knowledge.Article, error) {
	return list(ctx, s.DB.Reader(), `WHERE changed >= $1 ORDER BY changed`, int64(db.At(t)))
}

// Editions implements knowledge.Store.
func (s Store) Editions(ctx context.Context, id knowledge.ID, limit int) (out []knowledge.Edition, err error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT n, at, by_id, did, note, content FROM article_editions WHERE article = $1 ORDER BY n DESC LIMIT $2`, string(id), limit)
	if err != nil {
		return nil, wrap("read editions of", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var e knowledge.Edition
		var at int64
		var content db.JSON
		err := rows.Scan(&e.N, &at, &e.By, &e.Did, &e.Note, &content)
		if err == nil {
			err = content.Decode(&e.Content)
		}
		if err != nil {
			return nil, wrap("read editions of", err)
		}
		e.At = db.Time(at).Time()
		out = append(out, e)
	}
	return out, wrap("read editions of", rows.Err())
}

// Use implements knowledge.Store.
func (s Store) Use(ctx context.Context, u knowledge.Use) error {
	return wrap("count use of", s.DB.Write(ctx, func(tx *db.Tx) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO article_uses (id, article, at, by_id, case_id, question, helped) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (id) DO NOTHING`, u.ID, string(u.Article), int64(db.At(u.At)), u.By, u.Case, u.Question, u.Helped)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		used, helped, missed := 0, 0, 0
		switch {
		case u.Helped > 0:
			helped = 1
		case u.Helped < 0:
			missed = 1
		default:
			used = 1
		}
		_, err = tx.ExecContext(ctx, `UPDATE articles SET used = used + $1, helped = helped + $2, missed = missed + $3, changed = $4 WHERE id = $5`,
			used, helped, missed, int64(db.At(u.At)), string(u.Article))
		return err
	}))
}

// Forget implements knowledge.Store.
func (s Store) Forget(ctx context.Context, caseID string) error {
	return wrap("forget what was asked of", s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE article_uses SET question = '' WHERE case_id = $1 AND case_id <> ''`, caseID)
		return err
	}))
}

// Uses implements knowledge.Store.
func (s Store) Uses(ctx context.Context, id knowledge.ID, limit int) (out []knowledge.Use, err error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT id, article, at, by_id, case_id, question, helped FROM article_uses WHERE article = $1 ORDER BY at DESC, id DESC LIMIT $2`, string(id), limit)
	if err != nil {
		return nil, wrap("read uses of", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var u knowledge.Use
		var at int64
		if err := rows.Scan(&u.ID, &u.Article, &at, &u.By, &u.Case, &u.Question, &u.Helped); err != nil {
			return nil, wrap("read uses of", err)
		}
		u.At = db.Time(at).Time()
		out = append(out, u)
	}
	return out, wrap("read uses of", rows.Err())
}
