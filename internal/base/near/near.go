// Package near finds rows that share bands: hashes under which algo/similar
// files what says nearly the same. The bands stand in the database, so every
// node finds what any node has filed, and keeps nothing in memory. One text
// runs on both engines. What is kept of a row beside its bands is bytes here;
// what they mean, and whether two rows are really alike, is the business of
// who asks. Finding by words is package search.
package near

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"yiwang/internal/base/db"
)

// An Index is two tables made by a migration: NAME_bands (band BIGINT, seq
// BIGINT, PRIMARY KEY (band, seq)), on SQLite WITHOUT ROWID, and NAME_sketches
// (seq BIGINT PRIMARY KEY, sketch BYTEA).
type Index struct{ Name string }

// A Row is what Put keeps: the number of a row, which grows with time, where
// it is filed, and its sketch.
type Row struct {
	Seq    int64
	Bands  []int64
	Sketch []byte
}

// A Found is a row that shares bands with what was asked.
type Found struct {
	Seq    int64
	Sketch []byte
	Shared int // bands
}

// Limits of one look.
const (
	perBand   = 64
	mostBands = 64
)

// Put files rows, and replaces the sketch of those that are there. Where a row
// was filed before, it stays filed: what is found there by mistake is told by
// its sketch. The quickest are batches of thousands: their bands are written
// in the order of the index.
func (x Index) Put(ctx context.Context, tx *db.Tx, rows ...Row) error {
	last := make(map[int64]int, len(rows))
	var bands [][2]int64
	for i, r := range rows {
		last[r.Seq] = i
		for _, b := range r.Bands {
			bands = append(bands, [2]int64{b, r.Seq})
		}
	}
	slices.SortFunc(bands, func(a, b [2]int64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	bands = slices.Compact(bands)
	pairs := make([][]any, len(bands))
	for i, b := range bands {
		pairs[i] = []any{b[0], b[1]}
	}
	if err := tx.InsertOr(ctx, x.Name+"_bands", []string{"band", "seq"}, pairs, "ON CONFLICT DO NOTHING"); err != nil {
		return fmt.Errorf("file rows: %w", err)
	}
	kept := make([][]any, 0, len(last))
	for i, r := range rows {
		if last[r.Seq] == i { // one statement changes a row once
			kept = append(kept, []any{r.Seq, r.Sketch})
		}
	}
	if err := tx.InsertOr(ctx, x.Name+"_sketches", []string{"seq", "sketch"}, kept, "ON CONFLICT (seq) DO UPDATE SET sketch = excluded.sketch"); err != nil {
		return fmt.Errorf("keep sketches: %w", err)
	}
	return nil
}

// Remove takes rows out, with the bands they were filed under.
func (x Index) Remove(ctx context.Context, tx *db.Tx, rows ...Row) error {
	for _, r := range rows {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+x.Name+`_sketches WHERE seq = $1`, r.Seq); err != nil {
			return fmt.Errorf("remove a sketch: %w", err)
		}
		for _, b := range r.Bands {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+x.Name+`_bands WHERE band = $1 AND seq = $2`, b, r.Seq); err != nil {
				return fmt.Errorf("remove a band: %w", err)
			}
		}
	}
	return nil
}

// Find gives at most limit rows with a number above after that share bands:
// those first that share what few others have, then the greatest. Of each band
// the 64 greatest rows are looked at, and a band counts for one divided by how
// many they are; so the cost does not grow with what is filed. At most 64
// bands are asked for.
func (x Index) Find(ctx context.Context, d *db.DB, bands []int64, after int64, limit int) ([]Found, error) {
	list, err := x.shared(ctx, d, bands[:min(len(bands), mostBands)], after)
	if err != nil {
		return nil, fmt.Errorf("find rows near: %w", err)
	}
	list = list[:min(len(list), limit)]
	if err := x.sketches(ctx, d, list); err != nil {
		return nil, fmt.Errorf("find rows near: %w", err)
	}
	// One that was filed before its sketch could be read.
	return slices.DeleteFunc(list, func(f Found) bool { return f.Sketch == nil }), nil
}

// shared finds all rows that share bands, in order.
func (x Index) shared(ctx context.Context, d *db.DB, bands []int64, after int64) ([]Found, error) {
	if len(bands) == 0 {
		return nil, nil
	}
	var args db.Args
	above := args.Add(after)
	parts := make([]string, len(bands))
	for i, b := range bands {
		parts[i] = fmt.Sprintf("SELECT * FROM (SELECT band, seq FROM %s_bands WHERE band = %s AND seq > %s ORDER BY seq DESC LIMIT %d) AS b%d",
			x.Name, args.Add(b), above, perBand, i)
	}
	rows, err := d.Reader().QueryContext(ctx, strings.Join(parts, " UNION ALL "), args.List...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	in := map[int64][]int64{}
	full := map[int64]int{}
	for rows.Next() {
		var band, seq int64
		if err := rows.Scan(&band, &seq); err != nil {
			return nil, err
		}
		in[seq] = append(in[seq], band)
		full[band]++
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	list, worth := make([]Found, 0, len(in)), make(map[int64]float64, len(in))
	for seq, bands := range in {
		list = append(list, Found{Seq: seq, Shared: len(bands)})
		slices.Sort(bands) // so that the sum is the same each time
		for _, b := range bands {
			worth[seq] += 1 / float64(full[b])
		}
	}
	slices.SortFunc(list, func(a, b Found) int {
		return cmp.Or(cmp.Compare(worth[b.Seq], worth[a.Seq]), cmp.Compare(b.Seq, a.Seq))
	})
	return list, nil
}

// sketches reads the sketches of list into it.
func (x Index) sketches(ctx context.Context, d *db.DB, list []Found) error {
	if len(list) == 0 {
		return nil
	}
	at := make(map[int64]int, len(list))
	seqs := make([]int64, len(list))
	for i, f := range list {
		at[f.Seq], seqs[i] = i, f.Seq
	}
	var args db.Args
	rows, err := d.Reader().QueryContext(ctx, "SELECT seq, sketch FROM "+x.Name+"_sketches WHERE seq IN "+db.In(&args, seqs), args.List...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var seq int64
		sketch := []byte{} // not nil, even if it is empty
		if err := rows.Scan(&seq, &sketch); err != nil {
			return err
		}
		list[at[seq]].Sketch = append([]byte{}, sketch...)
	}
	return rows.Err()
}
