package casesql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Cells implements cases.Store.
func (s Store) Cells(ctx context.Context, since time.Time) ([]cases.Cell, error) {
	c := counter{ctx: ctx, q: s.DB.Reader()}
	all := span{micro(since), never}
	days, _, err := s.spans(ctx, all, "")
	if err != nil {
		return nil, fmt.Errorf("cells: %w", err)
	}
	found := sheet{}
	if err := c.sheets(days, ofCells, found); err != nil {
		return nil, fmt.Errorf("cells: %w", err)
	}
	for _, rest := range all.without(days) {
		if err := c.cells(rest, found); err != nil {
			return nil, fmt.Errorf("cells: %w", err)
		}
	}
	var list []cases.Cell
	found.each(func(fields []string, n []int) {
		list = append(list, cases.Cell{Area: org.AreaID(fields[0]), Category: org.CategoryID(fields[1]), Count: n[0]})
	})
	slices.SortFunc(list, func(a, b cases.Cell) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Category, b.Category))
	})
	return list, nil
}

// cells counts what was opened in a span by area and category, of what may be
// counted in public.
func (c *counter) cells(in span, to sheet) error {
	var a db.Args
	return c.rows(`SELECT area, category, count(*) FROM cases
		WHERE `+in.has(&a, "opened_at")+` AND merged_into = '' AND about = '' AND NOT restricted GROUP BY area, category`, a.List, func(r *sql.Rows) error {
		var area, category string
		var n int
		if err := r.Scan(&area, &category, &n); err != nil {
			return err
		}
		to.add([]string{area, category}, n)
		return nil
	})
}

// Evenly implements cases.Store. The end of an id is drawn when it is made.
func (s Store) Evenly(ctx context.Context, from, to time.Time, n int) (list []cases.Case, of int, err error) {
	var a db.Args
	some := ` FROM cases WHERE opened_at >= ` + a.Add(micro(from)) + ` AND opened_at < ` + a.Add(micro(to)) + ` AND merged_into = '' AND about = '' AND NOT restricted`
	if err := s.DB.Reader().QueryRowContext(ctx, `SELECT count(*)`+some, a.List...).Scan(&of); err != nil {
		return nil, 0, fmt.Errorf("count cases to draw from: %w", err)
	}
	drawn := `SELECT id` + some + ` ORDER BY substr(id, 25), id LIMIT ` + a.Add(n)
	list, err = query(ctx, s.DB.Reader(), `JOIN (`+drawn+`) AS drawn ON drawn.id = cases.id ORDER BY cases.opened_at DESC, cases.id DESC`, a.List...)
	return list, of, err
}
