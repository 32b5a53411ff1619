package triagesql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// Sent implements triage.Store.
func (s Store) Sent(ctx context.Context, a triage.Automatic, draw int64) (kept bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := New(tx).Sent(ctx, SentParams{
			CaseID: a.Case, Request: a.Request, At: int64(db.At(a.At)), Day: a.Day, Draw: draw, Unit: string(a.Unit), Category: string(a.Category),
			Prob: a.Prob, Threshold: int64(a.Threshold),
		})
		kept = n > 0
		return err
	})
	return kept, err
}

// NotSent implements triage.Store.
func (s Store) NotSent(ctx context.Context, id string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return New(tx).NotSent(ctx, id) })
}

// Automatic implements triage.Store.
func (s Store) Automatic(ctx context.Context, id string) (triage.Automatic, error) {
	a, err := New(s.DB.Reader()).Automatic(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return triage.Automatic{}, errs.New(errs.NotFound, "access.not_found")
	}
	if err != nil {
		return triage.Automatic{}, fmt.Errorf("automatic case %s: %w", id, err)
	}
	return fromRow(a), nil
}

// Sample implements triage.Store.
func (s Store) Sample(ctx context.Context, day string, n int) ([]triage.Automatic, error) {
	return automatics(New(s.DB.Reader()).Sample(ctx, SampleParams{Day: day, Limit: int32(n)}))
}

// Asked implements triage.Store.
func (s Store) Asked(ctx context.Context, since string, n int) ([]triage.Automatic, error) {
	return automatics(New(s.DB.Reader()).Asked(ctx, AskedParams{Day: since, Limit: int32(n)}))
}

// AutomaticDays implements triage.Store.
func (s Store) AutomaticDays(ctx context.Context, since string) ([]triage.Day, error) {
	rows, err := New(s.DB.Reader()).AutomaticDays(ctx, since)
	if err != nil {
		return nil, fmt.Errorf("days of automatic cases: %w", err)
	}
	list := make([]triage.Day, len(rows))
	for i, r := range rows {
		list[i] = triage.Day{Day: r.Day, Sent: int(r.Sent)}
	}
	return list, nil
}

// AutomaticSum implements triage.Store.
func (s Store) AutomaticSum(ctx context.Context, since string) (triage.Sum, error) {
	r, err := New(s.DB.Reader()).AutomaticSum(ctx, since)
	if err != nil {
		return triage.Sum{}, fmt.Errorf("sum of automatic cases: %w", err)
	}
	return triage.Sum{Sent: int(r.Sent), Checked: int(r.Checked), Fit: int(r.Fit), Asked: int(r.Asked)}, nil
}

// Check implements triage.Store.
func (s Store) Check(ctx context.Context, id string, by access.StaffID, at time.Time, fit bool) error {
	return s.mark(ctx, func(q *Queries) (int64, error) {
		return q.Check(ctx, CheckParams{CheckedAt: int64(db.At(at)), CheckedBy: string(by), Fit: fit, CaseID: id})
	})
}

// Ask implements triage.Store.
func (s Store) Ask(ctx context.Context, id string) error {
	return s.mark(ctx, func(q *Queries) (int64, error) { return q.Ask(ctx, id) })
}

func (s Store) mark(ctx context.Context, do func(*Queries) (int64, error)) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := do(New(tx))
		if err == nil && n == 0 {
			return errs.New(errs.NotFound, "access.not_found")
		}
		return err
	})
}

// Costs implements triage.Store.
func (s Store) Costs(ctx context.Context, since time.Time) (map[org.CategoryID]map[int]triage.Cost, error) {
	rows, err := New(s.DB.Reader()).Costs(ctx, int64(db.At(since)))
	if err != nil {
		return nil, fmt.Errorf("costs of automatic dispatch: %w", err)
	}
	by := map[org.CategoryID]map[int]triage.Cost{}
	for _, r := range rows {
		id := org.CategoryID(r.Category)
		if by[id] == nil {
			by[id] = map[int]triage.Cost{}
		}
		by[id][int(r.Level)] = triage.Cost{Cases: int(r.Count), Otherwise: int(r.Count - r.Accepted)}
	}
	return by, nil
}

func automatics(rows []Automatic, err error) ([]triage.Automatic, error) {
	if err != nil {
		return nil, fmt.Errorf("automatic cases: %w", err)
	}
	list := make([]triage.Automatic, len(rows))
	for i, r := range rows {
		list[i] = fromRow(r)
	}
	return list, nil
}

func fromRow(r Automatic) triage.Automatic {
	return triage.Automatic{
		Case: r.CaseID, Request: r.Request, At: db.Time(r.At).Time(), Day: r.Day, Unit: org.UnitID(r.Unit), Category: org.CategoryID(r.Category),
		Prob: r.Prob, Threshold: int(r.Threshold), Asked: r.Asked, CheckedAt: db.Time(r.CheckedAt).Time(), CheckedBy: access.StaffID(r.CheckedBy), Fit: r.Fit,
	}
}
