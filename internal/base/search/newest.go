package search

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"yiwang/internal/base/db"
)

// On PostgreSQL the newest rows are looked for in windows, each this many
// times as wide as the one before. The first is a number of rows.
const (
	window = 1000
	wider  = 8
)

// Newest gives the numbers of at most limit rows that have all the phrases,
// greatest first, only those below before unless that is 0. It is as quick
// for a word that every other row has as for one that no row has.
func (x Index) Newest(ctx context.Context, d *db.DB, phrases [][]string, before int64, limit int) ([]int64, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	var found []int64
	var err error
	switch {
	case len(phrases) == 0:
	case d.Engine == db.SQLite:
		found, err = x.streamed(ctx, d, phrases, before, limit)
	default:
		found, err = x.windowed(ctx, d, phrases, before, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

// streamed asks FTS5, which walks its lists from the end and stops.
func (x Index) streamed(ctx context.Context, d *db.DB, phrases [][]string, before int64, limit int) ([]int64, error) {
	var args db.Args
	return numbers(ctx, d, "SELECT rowid FROM "+x.Name+" WHERE "+x.match(d.Engine, &args, phrases)+
		" AND rowid < "+args.Add(before)+" ORDER BY rowid DESC LIMIT "+args.Add(limit), args.List)
}

// windowed asks PostgreSQL for the newest rows first, then for older and
// older ones. Left to itself it would walk down all rows for a rare word, or
// sort half the table for a common one: it cannot know how often words stand
// side by side.
func (x Index) windowed(ctx context.Context, d *db.DB, phrases [][]string, before int64, limit int) ([]int64, error) {
	var args db.Args
	newest := "SELECT seq, terms FROM " + x.Name + " WHERE seq < " + args.Add(before) + " ORDER BY seq DESC LIMIT " + args.Add(window)
	found, err := numbers(ctx, d, "SELECT seq FROM ("+newest+") AS newest WHERE "+x.match(d.Engine, &args, phrases)+
		" ORDER BY seq DESC LIMIT "+args.Add(limit), args.List)
	if err != nil || len(found) == limit {
		return found, err
	}
	first, upper, oldest, err := x.edges(ctx, d, newest, args.List[:2])
	if err != nil {
		return nil, err
	}
	for span := max(first-upper, 1); upper > oldest && len(found) < limit; {
		lower := oldest
		if span < (upper-oldest)/wider {
			span *= wider
			lower = upper - span
		}
		var args db.Args
		// OFFSET 0 keeps the plan of the inner query free of the limit.
		older, err := numbers(ctx, d, "SELECT seq FROM (SELECT seq FROM "+x.Name+" WHERE "+x.match(d.Engine, &args, phrases)+
			" AND seq < "+args.Add(upper)+" AND seq >= "+args.Add(lower)+" OFFSET 0) AS older ORDER BY seq DESC LIMIT "+
			args.Add(limit-len(found)), args.List)
		if err != nil {
			return nil, err
		}
		found, upper = append(found, older...), lower
	}
	return found, nil
}

// edges gives the greatest and the smallest number of the rows of a query,
// and the smallest of all; zeros where there is none.
func (x Index) edges(ctx context.Context, d *db.DB, rows string, args []any) (first, last, oldest int64, err error) {
	args = append([]any{pgx.QueryExecModeExec}, args...)
	err = d.Reader().QueryRowContext(ctx, "SELECT coalesce(max(seq), 0), coalesce(min(seq), 0), coalesce((SELECT min(seq) FROM "+x.Name+"), 0)"+
		" FROM ("+rows+") AS edges", args...).Scan(&first, &last, &oldest)
	return first, last, oldest, err
}

func numbers(ctx context.Context, d *db.DB, text string, args []any) ([]int64, error) {
	if d.Engine == db.Postgres {
		// Planned anew each time: the best plan depends on the words.
		args = append([]any{pgx.QueryExecModeExec}, args...)
	}
	rows, err := d.Reader().QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, rows.Err()
}
