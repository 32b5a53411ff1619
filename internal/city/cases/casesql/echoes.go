package casesql

import (
	"context"
	"fmt"

	"yiwang/internal/base/db"
	"yiwang/internal/city/cases"
)

// Echoes implements cases.Store.
func (s Store) Echoes(ctx context.Context, p cases.Period) ([]cases.Echo, error) {
	var a db.Args
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT lead, beside FROM cases WHERE id IN (SELECT case_id FROM case_events
		WHERE kind IN ('followed_up', 'not_reached', 'task_rated') AND `+span{micro(p.From), micro(p.To)}.has(&a, "at")+`) ORDER BY id`, a.List...)
	if err != nil {
		return nil, fmt.Errorf("echoes: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var list []cases.Echo
	for rows.Next() {
		var e cases.Echo
		var beside db.JSON
		var also cases.Beside
		if err := rows.Scan(&e.Lead, &beside); err != nil {
			return nil, fmt.Errorf("echoes: %w", err)
		}
		if err := beside.Decode(&also); err != nil {
			return nil, fmt.Errorf("echoes: %w", err)
		}
		e.Follow, e.Tasks = also.Follow, also.Tasks
		list = append(list, e)
	}
	return list, rows.Err()
}
