package intakesql

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"yiwang/internal/algo/text"
	"yiwang/internal/base/db"
	"yiwang/internal/base/jobs"
	"yiwang/internal/base/search"
	"yiwang/internal/city/intake"
)

// Index implements intake.Store.
func (s *Store) Index(ctx context.Context, list []intake.ID) error {
	// Words never change, so they are read and cut before the writer's turn.
	found, err := s.Requests(ctx, list)
	if err != nil {
		return err
	}
	cut := make([]search.Row, len(found))
	for i, r := range found {
		cut[i] = search.Row{Seq: r.Seq, Terms: termsOf(r)}
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return terms.Put(ctx, tx, cut...) })
}

func termsOf(r intake.Request) string {
	return text.IndexTerms(r.Subject + "\n" + r.Text + "\n" + r.Address)
}

// Load implements intake.Store.
func (s *Store) Load(ctx context.Context, list []intake.LoadedRow, next ...jobs.Args) ([]bool, error) {
	cut := make([]string, len(list))
	for i, l := range list {
		cut[i] = termsOf(l.Request)
	}
	var fresh []bool
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if fresh, err = unknown(ctx, tx, list); err != nil {
			return err
		}
		rows, notes, err := s.numbered(ctx, tx, list, fresh)
		if err != nil {
			return err
		}
		kept, err := insert(ctx, tx, rows)
		if err != nil {
			return err
		}
		if len(kept) < len(rows) {
			return intake.ErrTaken
		}
		if err := addNotes(ctx, tx, notes); err != nil {
			return err
		}
		index := make([]search.Row, 0, len(rows))
		for i := range list {
			if fresh[i] {
				index = append(index, search.Row{Seq: rows[len(index)].Seq, Terms: cut[i]})
			}
		}
		if err := terms.Put(ctx, tx, index...); err != nil {
			return err
		}
		return s.queue.Add(ctx, tx, next...)
	})
	if err != nil {
		return nil, fmt.Errorf("load requests: %w", err)
	}
	return fresh, nil
}

// origin is what an imported request is known by.
type origin struct{ source, id string }

// unknown says which of list are not there yet.
func unknown(ctx context.Context, tx *db.Tx, list []intake.LoadedRow) ([]bool, error) {
	known := map[intake.ID]bool{}
	seen := map[origin]bool{}
	for part := range parts(list) {
		var args db.Args
		var list []intake.ID
		bySource := map[string][]string{}
		for _, l := range part {
			list = append(list, l.ID)
			if l.Source != "" {
				bySource[l.Source] = append(bySource[l.Source], l.SourceID)
			}
		}
		either := []string{"id IN " + db.In(&args, texts(list))}
		for source, ids := range bySource {
			either = append(either, "source <> '' AND source = "+args.Add(source)+" AND source_id IN "+db.In(&args, ids))
		}
		there, err := query(ctx, tx, "WHERE "+strings.Join(either, " OR "), args.List...)
		if err != nil {
			return nil, err
		}
		for _, r := range there {
			known[r.ID] = true
			seen[origin{r.Source, r.SourceID}] = r.Source != ""
		}
	}
	fresh := make([]bool, len(list))
	for i, l := range list {
		from := origin{l.Source, l.SourceID}
		fresh[i] = !known[l.ID] && !seen[from]
		known[l.ID], seen[from] = true, l.Source != ""
	}
	return fresh, nil
}

// numbered gives the rows of what is fresh, each with a number that nobody
// has, and their notes.
func (s *Store) numbered(ctx context.Context, tx *db.Tx, list []intake.LoadedRow, fresh []bool) ([]row, []intake.Note, error) {
	var rows []row
	var notes []intake.Note
	for i, l := range list {
		if !fresh[i] {
			continue
		}
		r := l.Request
		r.HasContact = l.Sealed != nil
		rows = append(rows, row{r, l.Sealed})
		notes = append(notes, l.Notes...)
	}
	taken := map[int64]bool{}
	open := make([]*row, len(rows)) // those without a number yet
	for i := range rows {
		open[i] = &rows[i]
	}
	for try := uint64(0); len(open) > 0; try++ {
		for _, r := range open {
			r.Seq = seq(r.At, r.ID, try)
		}
		if err := takenSeqs(ctx, tx, open, taken); err != nil {
			return nil, nil, err
		}
		var again []*row
		for _, r := range open {
			if taken[r.Seq] {
				again = append(again, r)
			}
			taken[r.Seq] = true
		}
		open = again
	}
	return rows, notes, nil
}

// takenSeqs adds to taken those numbers of rows that the database has.
func takenSeqs(ctx context.Context, tx *db.Tx, rows []*row, taken map[int64]bool) error {
	for part := range parts(rows) {
		var args db.Args
		numbers := make([]int64, len(part))
		for i, r := range part {
			numbers[i] = r.Seq
		}
		found, err := tx.QueryContext(ctx, "SELECT seq FROM requests WHERE seq IN "+db.In(&args, numbers), args.List...)
		if err != nil {
			return err
		}
		for found.Next() {
			var n int64
			if err := found.Scan(&n); err != nil {
				return errors.Join(err, found.Close()) //nolint:sqlclosecheck // there is one for each part
			}
			taken[n] = true
		}
		if err := found.Err(); err != nil {
			return err
		}
	}
	return nil
}
