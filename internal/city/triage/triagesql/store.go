// Package triagesql keeps readings and choices in the database.
package triagesql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// A Store implements triage.Store on both engines.
type Store struct{ DB *db.DB }

var _ triage.Store = Store{}

// Keep implements triage.Store.
func (s Store) Keep(ctx context.Context, request string, at time.Time, r triage.Reading) error {
	return s.KeepAll(ctx, at, map[string]triage.Reading{request: r})
}

// KeepAll implements triage.Store.
func (s Store) KeepAll(ctx context.Context, at time.Time, readings map[string]triage.Reading) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		for request, r := range readings {
			err := q.Keep(ctx, KeepParams{Request: request, At: int64(db.At(at)), Catalogue: r.Catalogue, Model: r.Model, Body: db.Encode(r)})
			if err != nil {
				return fmt.Errorf("keep reading of %s: %w", request, err)
			}
		}
		return nil
	})
}

// Forget implements triage.Store.
func (s Store) Forget(ctx context.Context, requests []string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q := New(tx)
		for _, r := range requests {
			if err := errors.Join(q.ForgetReading(ctx, r), q.ForgetChoices(ctx, r), q.ForgetAutomatics(ctx, r)); err != nil {
				return fmt.Errorf("forget the reading of %s: %w", r, err)
			}
		}
		return nil
	})
}

// Reading implements triage.Store.
func (s Store) Reading(ctx context.Context, request string) (triage.Reading, error) {
	var r triage.Reading
	body, err := New(s.DB.Reader()).Reading(ctx, request)
	if errors.Is(err, sql.ErrNoRows) {
		return r, errs.New(errs.NotFound, "access.not_found")
	}
	if err != nil {
		return r, fmt.Errorf("reading of %s: %w", request, err)
	}
	return r, body.Decode(&r)
}

// Chose implements triage.Store.
func (s Store) Chose(ctx context.Context, list ...triage.Choice) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, c := range list {
			err := New(tx).Chose(ctx, ChoseParams{
				ID: c.ID, At: int64(db.At(c.At)), Request: c.Request, CaseID: c.Case, Staff: string(c.Staff), Suggested: string(c.Suggested),
				Chosen: string(c.Chosen), SuggestedCategory: string(c.SuggestedCategory), ChosenCategory: string(c.ChosenCategory),
				Prob: c.Prob, Accepted: c.Accepted,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Chosen implements triage.Store.
func (s Store) Chosen(ctx context.Context, since time.Time) (all, accepted int, err error) {
	row, err := New(s.DB.Reader()).Chosen(ctx, int64(db.At(since)))
	return int(row.Count), int(row.Accepted), err
}

// Corrections implements triage.Store.
func (s Store) Corrections(ctx context.Context, limit int) (map[string]org.CategoryID, error) {
	rows, err := New(s.DB.Reader()).Corrections(ctx, int32(limit))
	if err != nil {
		return nil, fmt.Errorf("list corrections: %w", err)
	}
	list := make(map[string]org.CategoryID, len(rows))
	for _, r := range rows {
		if _, later := list[r.Request]; !later {
			list[r.Request] = org.CategoryID(r.ChosenCategory)
		}
	}
	return list, nil
}
