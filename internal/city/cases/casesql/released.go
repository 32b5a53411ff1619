package casesql

import (
	"context"
	"fmt"
	"math"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/cases"
)

// Released implements cases.Store.
func (s Store) Released(ctx context.Context, before time.Time, id string, limit int) ([]cases.Released, error) {
	end := int64(math.MaxInt64)
	if !before.IsZero() {
		end = micro(before)
	}
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT answers.case_id, answers.id, answers.at, by_id, for_id, answers.outcome, text, english, released,
		seq, category, area, lead, opened_at, resolve_due, (SELECT request FROM parts WHERE parts.case_id = cases.id ORDER BY parts.at, parts.id LIMIT 1)
		FROM answers JOIN cases ON cases.id = answers.case_id
		WHERE released > 0 AND (released < $1 OR released = $1 AND answers.id < $2) AND NOT restricted AND about = '' AND lead <> ''
		ORDER BY released DESC, answers.id DESC LIMIT $3`, end, id, limit)
	if err != nil {
		return nil, fmt.Errorf("released answers: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []cases.Released
	for rows.Next() {
		var r cases.Released
		var at, released, opened, due db.Time
		var seq int64
		var request *string
		if err := rows.Scan(&r.Case, &r.ID, &at, &r.By, &r.For, &r.Outcome, &r.Text, &r.English, &released,
			&seq, &r.Category, &r.Area, &r.Lead, &opened, &due, &request); err != nil {
			return nil, fmt.Errorf("released answers: %w", err)
		}
		r.At, r.ReleasedAt, r.OpenedAt, r.Due, r.Number = at.Time(), released.Time(), opened.Time(), due.Time(), cases.NumberOf(seq)
		if request != nil {
			r.Request = *request
		}
		list = append(list, r)
	}
	return list, wrapped(rows.Err())
}
