// Package supervisionsql keeps orders and programmes.
package supervisionsql

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
)

// A Store implements supervision.Store on both engines.
type Store struct {
	DB    *db.DB
	Queue *jobs.Queue
}

var _ supervision.Store = Store{}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func missing() error { return errs.New(errs.NotFound, "access.not_found") }

func wrap(what string, err error) error {
	if err != nil && errs.Of(err) == nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return err
}

// micro is a time as it is kept; 0 is none.
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

const orderColumns = `id, case_id, unit, by_id, at, due, due_in, text, state, answer, answered_by, answered_at, ruling, ruled_by, ruled_at, sent_back`

// AddOrder implements supervision.Store.
func (s Store) AddOrder(ctx context.Context, o supervision.Order, next ...jobs.Args) error {
	return wrap("add order", s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO orders (`+orderColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
			string(o.ID), o.Case, string(o.Unit), string(o.By), micro(o.At), micro(o.Due), o.Limit.String(), o.Text, string(o.State), o.Answer,
			string(o.AnsweredBy), micro(o.AnsweredAt), o.Ruling, string(o.RuledBy), micro(o.RuledAt), o.SentBack)
		if err != nil {
			return err
		}
		return s.Queue.Add(ctx, tx, next...)
	}))
}

func orders(ctx context.Context, q querier, where string, args ...any) (list []supervision.Order, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+orderColumns+` FROM orders `+where, args...)
	if err != nil {
		return nil, wrap("read orders", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var o supervision.Order
		var at, due, answered, ruled int64
		var limit string
		err := rows.Scan(&o.ID, &o.Case, &o.Unit, &o.By, &at, &due, &limit, &o.Text, &o.State, &o.Answer, &o.AnsweredBy, &answered, &o.Ruling, &o.RuledBy, &ruled, &o.SentBack)
		if err == nil {
			o.Limit, err = calendar.ParseLimit(limit)
		}
		if err != nil {
			return nil, wrap("read orders", err)
		}
		o.At, o.Due, o.AnsweredAt, o.RuledAt = when(at), when(due), when(answered), when(ruled)
		list = append(list, o)
	}
	return list, wrap("read orders", rows.Err())
}

func order(ctx context.Context, q querier, id supervision.OrderID, lock string) (supervision.Order, error) {
	list, err := orders(ctx, q, `WHERE id = $1`+lock, string(id))
	if err == nil && len(list) == 0 {
		err = missing()
	}
	if err != nil {
		return supervision.Order{}, err
	}
	return list[0], nil
}

// Order implements supervision.Store.
func (s Store) Order(ctx context.Context, id supervision.OrderID) (supervision.Order, error) {
	return order(ctx, s.DB.Reader(), id, "")
}

// ChangeOrder implements supervision.Store.
func (s Store) ChangeOrder(ctx context.Context, id supervision.OrderID, change func(*supervision.Order) error, next ...jobs.Args) (o supervision.Order, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if o, err = order(ctx, tx, id, tx.ForUpdate()); err != nil {
			return err
		}
		if err := change(&o); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE orders SET due = $1, state = $2, answer = $3, answered_by = $4, answered_at = $5, ruling = $6, ruled_by = $7, ruled_at = $8, sent_back = $9 WHERE id = $10`,
			micro(o.Due), string(o.State), o.Answer, string(o.AnsweredBy), micro(o.AnsweredAt), o.Ruling, string(o.RuledBy), micro(o.RuledAt), o.SentBack, string(id))
		if err != nil {
			return err
		}
		return s.Queue.Add(ctx, tx, next...)
	})
	if err != nil {
		return supervision.Order{}, wrap("change order", err)
	}
	return o, nil
}

// Orders implements supervision.Store.
func (s Store) Orders(ctx context.Context, f supervision.Filter) ([]supervision.Order, error) {
	var a db.Args
	var and []string
	if f.Case != "" {
		and = append(and, `case_id = `+a.Add(f.Case))
	}
	if len(f.Units) > 0 {
		and = append(and, `unit IN `+db.In(&a, f.Units))
	}
	if len(f.States) > 0 {
		and = append(and, `state IN `+db.In(&a, f.States))
	}
	where := ""
	if len(and) > 0 {
		where = `WHERE ` + strings.Join(and, " AND ")
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 200
	}
	return orders(ctx, s.DB.Reader(), where+` ORDER BY CASE state WHEN 'open' THEN 0 WHEN 'answered' THEN 1 ELSE 2 END, CASE WHEN state = 'closed' THEN -ruled_at ELSE due END, id LIMIT `+a.Add(limit), a.List...)
}

// body is what of a programme is kept as one value.
type body struct {
	Title      org.Name                `json:"title"`
	Categories []org.CategoryID        `json:"categories"`
	Areas      []org.AreaID            `json:"areas,omitempty"`
	Since      time.Time               `json:"since"`
	Cause      string                  `json:"cause"`
	Milestones []supervision.Milestone `json:"milestones"`
	Result     org.Name                `json:"result"`
}

func bodyOf(p supervision.Programme) db.JSON {
	return db.Encode(body{p.Title, p.Categories, p.Areas, p.Since, p.Cause, p.Milestones, p.Result})
}

func state(p supervision.Programme) string {
	if p.Ended {
		return "ended"
	}
	return "running"
}

// AddProgramme implements supervision.Store.
func (s Store) AddProgramme(ctx context.Context, p supervision.Programme) error {
	return wrap("add programme", s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO programmes (id, month, unit, by_id, at, state, ended_at, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			string(p.ID), p.Month, string(p.Unit), string(p.By), micro(p.At), state(p), micro(p.EndedAt), bodyOf(p))
		return err
	}))
}

func programmes(ctx context.Context, q querier, where string, args ...any) (list []supervision.Programme, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, month, unit, by_id, at, state, ended_at, body FROM programmes `+where, args...)
	if err != nil {
		return nil, wrap("read programmes", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var p supervision.Programme
		var at, ended int64
		var state string
		var raw db.JSON
		var b body
		err := rows.Scan(&p.ID, &p.Month, &p.Unit, &p.By, &at, &state, &ended, &raw)
		if err == nil {
			err = raw.Decode(&b)
		}
		if err != nil {
			return nil, wrap("read programmes", err)
		}
		p.At, p.Ended, p.EndedAt = when(at), state == "ended", when(ended)
		p.Title, p.Categories, p.Areas, p.Since, p.Cause, p.Milestones, p.Result = b.Title, b.Categories, b.Areas, b.Since, b.Cause, b.Milestones, b.Result
		list = append(list, p)
	}
	return list, wrap("read programmes", rows.Err())
}

func programme(ctx context.Context, q querier, id supervision.ProgrammeID, lock string) (supervision.Programme, error) {
	list, err := programmes(ctx, q, `WHERE id = $1`+lock, string(id))
	if err == nil && len(list) == 0 {
		err = missing()
	}
	if err != nil {
		return supervision.Programme{}, err
	}
	return list[0], nil
}

// Programme implements supervision.Store.
func (s Store) Programme(ctx context.Context, id supervision.ProgrammeID) (supervision.Programme, error) {
	return programme(ctx, s.DB.Reader(), id, "")
}

// ChangeProgramme implements supervision.Store.
func (s Store) ChangeProgramme(ctx context.Context, id supervision.ProgrammeID, change func(*supervision.Programme) error, next ...jobs.Args) (p supervision.Programme, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if p, err = programme(ctx, tx, id, tx.ForUpdate()); err != nil {
			return err
		}
		if err := change(&p); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE programmes SET state = $1, ended_at = $2, body = $3 WHERE id = $4`, state(p), micro(p.EndedAt), bodyOf(p), string(id))
		if err != nil {
			return err
		}
		return s.Queue.Add(ctx, tx, next...)
	})
	if err != nil {
		return supervision.Programme{}, wrap("change programme", err)
	}
	return p, nil
}

// Programmes implements supervision.Store.
func (s Store) Programmes(ctx context.Context, limit int) ([]supervision.Programme, error) {
	return programmes(ctx, s.DB.Reader(), `ORDER BY month DESC, id DESC LIMIT $1`, limit)
}
