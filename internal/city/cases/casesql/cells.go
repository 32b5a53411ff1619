package casesql

import (
	"context"
	"fmt"
	"time"

	"yiwang/internal/city/cases"
)

// Cells implements cases.Store.
func (s Store) Cells(ctx context.Context, since time.Time) ([]cases.Cell, error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT area, category, count(*) FROM cases
		WHERE opened_at >= $1 AND merged_into = '' AND about = '' AND NOT restricted GROUP BY area, category ORDER BY area, category`, micro(since))
	if err != nil {
		return nil, fmt.Errorf("cells: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var list []cases.Cell
	for rows.Next() {
		var c cases.Cell
		if err := rows.Scan(&c.Area, &c.Category, &c.Count); err != nil {
			return nil, fmt.Errorf("cells: %w", err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}
