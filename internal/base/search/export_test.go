package search

import (
	"context"

	"yiwang/internal/base/db"
)

// Windowed is Newest on PostgreSQL with a first window of so many rows.
func (x Index) Windowed(ctx context.Context, d *db.DB, phrases [][]string, before int64, limit, window int) ([]int64, error) {
	return x.windowed(ctx, d, phrases, before, limit, window)
}
