package insightsql

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/insight"
)

// KeepReadings implements insight.Store.
func (s Store) KeepReadings(ctx context.Context, list []insight.Reading) error {
	if len(list) == 0 {
		return nil
	}
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		put, err := tx.PrepareContext(ctx, `INSERT INTO answer_readings (answer, number, unit, at, look, late, verdict, judged_by, judged_at, note, body)
			VALUES ($1, $2, $3, $4, $5, $6, '', '', 0, '', $7)
			ON CONFLICT (answer) DO UPDATE SET unit = excluded.unit, look = excluded.look, late = excluded.late, body = excluded.body`)
		if err != nil {
			return err
		}
		defer put.Close() //nolint:errcheck // it ends with the transaction at the latest
		for _, r := range list {
			if _, err := put.ExecContext(ctx, r.Answer, r.Case, string(r.Unit), int64(db.At(r.At)), r.Look, r.Late, db.Encode(r.Found)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep how answers read: %w", err)
	}
	return nil
}

// Known implements insight.Store.
func (s Store) Known(ctx context.Context, answers []string) (map[string]bool, error) {
	known := map[string]bool{}
	if len(answers) == 0 {
		return known, nil
	}
	var args db.Args
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT answer FROM answer_readings WHERE answer IN (`+places(&args, answers)+`)`, args.List...)
	if err != nil {
		return nil, fmt.Errorf("answers read before: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("answers read before: %w", err)
		}
		known[id] = true
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("answers read before: %w", err)
	}
	return known, nil
}

const readingColumns = `answer, number, unit, at, look, late, verdict, judged_by, judged_at, note, body`

type scanner interface{ Scan(dest ...any) error }

func scanReading(row scanner) (r insight.Reading, err error) {
	var at, judged db.Time
	var body db.JSON
	if err := row.Scan(&r.Answer, &r.Case, &r.Unit, &at, &r.Look, &r.Late, &r.Verdict, &r.JudgedBy, &judged, &r.Note, &body); err != nil {
		return r, err
	}
	r.At, r.JudgedAt = at.Time(), judged.Time()
	return r, body.Decode(&r.Found)
}

// Readings implements insight.Store.
func (s Store) Readings(ctx context.Context, f insight.ReadingFilter) ([]insight.Reading, error) {
	var args db.Args
	where := []string{"at >= " + args.Add(int64(db.At(f.Since)))}
	if f.Look {
		where = append(where, "look")
	}
	if f.Judged != nil && *f.Judged {
		where = append(where, "verdict <> ''")
	} else if f.Judged != nil {
		where = append(where, "verdict = ''")
	}
	if len(f.Unit) > 0 {
		units := make([]string, len(f.Unit))
		for i, u := range f.Unit {
			units[i] = string(u)
		}
		where = append(where, "unit IN ("+places(&args, units)+")")
	}
	if !f.Before.IsZero() {
		at := args.Add(int64(db.At(f.Before)))
		where = append(where, "(at < "+at+" OR at = "+at+" AND answer < "+args.Add(f.BeforeID)+")")
	}
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT `+readingColumns+` FROM answer_readings WHERE `+strings.Join(where, " AND ")+` ORDER BY at DESC, answer DESC LIMIT `+args.Add(f.Limit), args.List...)
	if err != nil {
		return nil, fmt.Errorf("how answers read: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []insight.Reading
	for rows.Next() {
		r, err := scanReading(rows)
		if err != nil {
			return nil, fmt.Errorf("how answers read: %w", err)
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("how answers read: %w", err)
	}
	return list, nil
}

// Judge implements insight.Store.
func (s Store) Judge(ctx context.Context, answer string, j insight.Judgement) (r insight.Reading, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE answer_readings SET verdict = $1, judged_by = $2, judged_at = $3, note = $4 WHERE answer = $5`,
			string(j.Verdict), string(j.JudgedBy), int64(db.At(j.JudgedAt)), j.Note, answer)
		if err != nil {
			return fmt.Errorf("judge a reading: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil {
			return fmt.Errorf("judge a reading: %w", err)
		} else if n == 0 {
			return errs.New(errs.NotFound, "access.not_found")
		}
		r, err = scanReading(tx.QueryRowContext(ctx, `SELECT `+readingColumns+` FROM answer_readings WHERE answer = $1`, answer))
		return err
	})
	return r, err
}

// Tally implements insight.Store.
func (s Store) Tally(ctx context.Context, since time.Time) ([]insight.Tally, error) {
	sum := func(cond string) string { return `sum(CASE WHEN ` + cond + ` THEN 1 ELSE 0 END)` }
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT unit, count(*), `+sum(`look`)+`, `+sum(`late`)+`, `+sum(`look AND verdict = 'right'`)+`, `+sum(`look AND verdict = 'wrong'`)+`
		FROM answer_readings WHERE at >= $1 GROUP BY unit ORDER BY unit`, int64(db.At(since)))
	if err != nil {
		return nil, fmt.Errorf("count how answers read: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []insight.Tally
	for rows.Next() {
		var t insight.Tally
		if err := rows.Scan(&t.Unit, &t.Answers, &t.Look, &t.Late, &t.Right, &t.Wrong); err != nil {
			return nil, fmt.Errorf("count how answers read: %w", err)
		}
		list = append(list, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("count how answers read: %w", err)
	}
	return list, nil
}
