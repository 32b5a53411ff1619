package casesql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Case implements cases.Store.
func (s Store) Case(ctx context.Context, id cases.ID) (cases.Case, error) {
	return s.one(ctx, s.DB.Reader(), `WHERE id = $1`, string(id))
}

// BySeq implements cases.Store.
func (s Store) BySeq(ctx context.Context, seq int64) (cases.Case, error) {
	return s.one(ctx, s.DB.Reader(), `WHERE seq = $1`, seq)
}

func (s Store) one(ctx context.Context, q querier, where string, arg any) (cases.Case, error) {
	list, err := query(ctx, q, where, arg)
	if err != nil {
		return cases.Case{}, err
	}
	if len(list) == 0 {
		return cases.Case{}, errs.New(errs.NotFound, "access.not_found")
	}
	c := list[0]
	a, err := New(asDBTX(q)).LatestAnswer(ctx, string(c.ID))
	if err == nil {
		c.Latest = answer(a)
	} else if !errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("answer of case %s: %w", c.ID, err)
	}
	return c, nil
}

func asDBTX(q querier) DBTX {
	if tx, ok := q.(*db.Tx); ok {
		return tx
	}
	return q.(*sql.DB)
}

// CaseOfPart implements cases.Store.
func (s Store) CaseOfPart(ctx context.Context, id cases.PartID) (cases.ID, error) {
	c, err := New(s.DB.Reader()).CaseOfPart(ctx, string(id))
	return cases.ID(c), none(err)
}

// OfRequests implements cases.Store.
func (s Store) OfRequests(ctx context.Context, requests []string) (map[string][]cases.Case, error) {
	of := make(map[string][]cases.Case, len(requests))
	for batch := range slices.Chunk(requests, 500) {
		var a db.Args
		list, err := query(ctx, s.DB.Reader(), `WHERE id IN (SELECT case_id FROM parts WHERE request IN `+db.In(&a, batch)+`) ORDER BY seq`, a.List...)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			seen := map[string]bool{}
			for _, p := range c.Parts {
				if slices.Contains(batch, p.Request) && !seen[p.Request] {
					seen[p.Request] = true
					of[p.Request] = append(of[p.Request], c)
				}
			}
		}
	}
	return of, nil
}

// Events implements cases.Store.
func (s Store) Events(ctx context.Context, id cases.ID) ([]cases.Event, error) {
	rows, err := New(s.DB.Reader()).Events(ctx, string(id))
	if err != nil {
		return nil, fmt.Errorf("events of case %s: %w", id, err)
	}
	list := make([]cases.Event, len(rows))
	for i, r := range rows {
		list[i] = cases.Event{
			ID: r.ID, Case: cases.ID(r.CaseID), Part: cases.PartID(r.Part), At: db.Time(r.At).Time(), Kind: cases.EventKind(r.Kind), By: r.ByID,
			Unit: org.UnitID(r.Unit), Public: r.Public,
		}
		if err := r.Body.Decode(&list[i].Detail); err != nil {
			return nil, fmt.Errorf("event %s: %w", r.ID, err)
		}
	}
	return list, nil
}

// Steps implements cases.Store.
func (s Store) Steps(ctx context.Context, ids []cases.ID) (list []cases.Step, err error) {
	for batch := range slices.Chunk(ids, 500) {
		if list, err = s.steps(ctx, batch, list); err != nil {
			return nil, fmt.Errorf("steps of cases: %w", err)
		}
	}
	return list, nil
}

func (s Store) steps(ctx context.Context, ids []cases.ID, list []cases.Step) ([]cases.Step, error) {
	var a db.Args
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT case_id, kind, at, unit FROM case_events WHERE case_id IN `+db.In(&a, ids)+` ORDER BY case_id, n`, a.List...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var p cases.Step
		var at int64
		if err := rows.Scan(&p.Case, &p.Kind, &at, &p.Unit); err != nil {
			return nil, err
		}
		p.At = db.Time(at).Time()
		list = append(list, p)
	}
	return list, rows.Err()
}

// Answers implements cases.Store.
func (s Store) Answers(ctx context.Context, id cases.ID) ([]cases.Answer, error) {
	rows, err := New(s.DB.Reader()).Answers(ctx, string(id))
	if err != nil {
		return nil, fmt.Errorf("answers of case %s: %w", id, err)
	}
	list := make([]cases.Answer, len(rows))
	for i, r := range rows {
		list[i] = answer(r)
	}
	return list, nil
}
