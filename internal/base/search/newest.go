package search

import (
	"context"
	"fmt"
	"math"

	"yiwang/internal/base/db"
)

// Newest gives the numbers of at most limit rows that have all the phrases,
// greatest first, only those below before unless that is 0.
func (x Index) Newest(ctx context.Context, d *db.DB, phrases [][]string, before int64, limit int) ([]int64, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	var args db.Args
	text := x.Rows(d.Engine, &args, phrases) + " AND " + x.number(d.Engine) + " < " + args.Add(before) +
		" ORDER BY " + x.number(d.Engine) + " DESC LIMIT " + args.Add(limit)
	return numbers(ctx, d, text, args)
}

// Rows gives a query for the numbers of the rows that have all the phrases;
// conditions may be added with AND.
func (x Index) Rows(e db.Engine, args *db.Args, phrases [][]string) string {
	return "SELECT " + x.number(e) + " FROM " + x.Name + " WHERE " + x.match(e, args, phrases)
}

func (x Index) number(e db.Engine) string {
	if e == db.SQLite {
		return "rowid"
	}
	return "seq"
}

func numbers(ctx context.Context, d *db.DB, text string, args db.Args) ([]int64, error) {
	rows, err := d.Reader().QueryContext(ctx, text, args.List...)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		list = append(list, n)
	}
	return list, rows.Err()
}
