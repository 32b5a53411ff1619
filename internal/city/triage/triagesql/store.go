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
	"yiwang/internal/city/access"
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
				ID: c.ID, At: int64(db.At(c.At)), Request: c.Request, CaseID: c.Case, Staff: string(c.Staff), Kind: string(c.By), Model: c.Reading.Model,
				Suggested: string(c.Suggested), Chosen: string(c.Chosen), SuggestedCategory: string(c.SuggestedCategory), ChosenCategory: string(c.ChosenCategory),
				Prob: c.Prob, Accepted: c.Accepted, Reading: db.Encode(c.Reading),
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

// Weeks implements triage.Store.
func (s Store) Weeks(ctx context.Context, since time.Time) (map[int]triage.Week, error) {
	rows, err := New(s.DB.Reader()).Weeks(ctx, int64(db.At(since)))
	if err != nil {
		return nil, fmt.Errorf("weeks of choices: %w", err)
	}
	weeks := make(map[int]triage.Week, len(rows))
	for _, r := range rows {
		weeks[int(r.Week)] = triage.Week{All: int(r.Count), Accepted: int(r.Accepted)}
	}
	return weeks, nil
}

// Record implements triage.Store.
func (s Store) Record(ctx context.Context, id, request string) (triage.Choice, error) {
	r, err := New(s.DB.Reader()).Last(ctx, LastParams{CaseID: id, Request: request})
	if errors.Is(err, sql.ErrNoRows) {
		return triage.Choice{}, errs.New(errs.NotFound, "access.not_found")
	}
	if err != nil {
		return triage.Choice{}, fmt.Errorf("record of case %s: %w", id, err)
	}
	c := triage.Choice{
		ID: r.ID, At: db.Time(r.At).Time(), Request: r.Request, Case: r.CaseID, Staff: access.StaffID(r.Staff), By: triage.Settling(r.Kind),
		Suggested: org.UnitID(r.Suggested), Chosen: org.UnitID(r.Chosen), SuggestedCategory: org.CategoryID(r.SuggestedCategory),
		ChosenCategory: org.CategoryID(r.ChosenCategory), Prob: r.Prob, Accepted: r.Accepted,
	}
	return c, r.Reading.Decode(&c.Reading)
}

// Settled implements triage.Store.
func (s Store) Settled(ctx context.Context, day string, limit int) (map[string]triage.Settled, error) {
	q := New(s.DB.Reader())
	rows, err := q.Settlings(ctx, int32(limit))
	if err != nil {
		return nil, fmt.Errorf("how cases were settled: %w", err)
	}
	unfit, err := q.Unfit(ctx, day)
	if err != nil {
		return nil, fmt.Errorf("automatic cases that were found wrong: %w", err)
	}
	list := make(map[string]triage.Settled, len(rows))
	for _, r := range rows { // newest first
		next := triage.Settled{By: triage.Settling(r.Kind), Category: org.CategoryID(r.ChosenCategory)}
		if last, later := list[r.Request]; !later || last.Category == next.Category && last.By.Weight() < next.By.Weight() {
			list[r.Request] = next
		}
	}
	for _, u := range unfit {
		if x, ok := list[u.Request]; !ok || x.By == triage.ByItself {
			list[u.Request] = triage.Settled{By: triage.ByItself, Category: org.CategoryID(u.Category), Unfit: true}
		}
	}
	return list, nil
}
