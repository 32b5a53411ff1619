package search

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"yiwang/internal/base/db"
)

// On PostgreSQL the newest rows are looked for in windows. The first is a
// number of rows, the next at most so many times as wide as all before. To
// fetch a row that the index names costs about as much as to walk over hop
// rows in order.
const (
	window = 8000
	wider  = 8
	hop    = 10
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
		found, err = x.windowed(ctx, d, phrases, before, limit, window)
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
// fetch and sort half the table for a common one: it cannot know how often
// words stand side by side. How many were found so far tells.
func (x Index) windowed(ctx context.Context, d *db.DB, phrases [][]string, before int64, limit, window int) ([]int64, error) {
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
	firstSpan := max(first-upper, 1)
	for looked := firstSpan; upper > oldest && len(found) < limit; {
		span := spanOf(looked, len(found), limit)
		lower := oldest
		if span < upper-oldest {
			lower = upper - span
		}
		rows := float64(window) * float64(upper-lower) / float64(firstSpan)
		named := float64(len(found)) * float64(upper-oldest) / float64(looked)
		older, err := x.between(ctx, d, phrases, lower, upper, limit-len(found), rows < hop*named)
		if err != nil {
			return nil, err
		}
		found, upper, looked = append(found, older...), lower, looked+upper-lower
	}
	return found, nil
}

// between finds the newest rows from lower to before upper: in a walk over
// them, until there are enough, or else by the index. OFFSET 0 keeps the plan
// of the inner query free of what is outside.
func (x Index) between(ctx context.Context, d *db.DB, phrases [][]string, lower, upper int64, limit int, walk bool) ([]int64, error) {
	var args db.Args
	span := "seq < " + args.Add(upper) + " AND seq >= " + args.Add(lower)
	match := x.match(d.Engine, &args, phrases)
	if walk {
		return numbers(ctx, d, "SELECT seq FROM (SELECT seq, terms FROM "+x.Name+" WHERE "+span+" ORDER BY seq DESC OFFSET 0) AS older WHERE "+
			match+" ORDER BY seq DESC LIMIT "+args.Add(limit), args.List)
	}
	return numbers(ctx, d, "SELECT seq FROM (SELECT seq FROM "+x.Name+" WHERE "+match+" AND "+span+" OFFSET 0) AS older ORDER BY seq DESC LIMIT "+
		args.Add(limit), args.List)
}

// spanOf is how far back to look next where found of limit were found within
// looked: as far as the rest should reach and a half more, since the index is
// asked for all of a window; else so far that there are few windows, since
// each reads the lists of its words from their beginning.
func spanOf(looked int64, found, limit int) int64 {
	widest := min(looked, math.MaxInt64/wider) * wider
	if found == 0 {
		return widest
	}
	rest := float64(looked) / float64(found) * float64(limit-found) * 1.5
	return int64(min(max(rest, float64(looked)/2), float64(widest)))
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
