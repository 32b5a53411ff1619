package intakesql

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"yiwang/internal/algo/similar"
	"yiwang/internal/algo/text"
	"yiwang/internal/base/db"
	"yiwang/internal/base/jobs"
	"yiwang/internal/base/near"
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
	cut := make([]cutWords, len(found))
	seqs := make([]int64, len(found))
	for i, r := range found {
		cut[i], seqs[i] = s.cut(r), r.Seq
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return file(ctx, tx, cut, seqs) })
}

// cutWords is how a request is found: by its words, and by words nearly the
// same.
type cutWords struct {
	terms  string
	sketch similar.Sketch
	bands  []int64
}

func (s *Store) cut(r intake.Request) cutWords {
	words := r.Subject + "\n" + r.Text + "\n" + r.Address
	sketch := similar.NewSketch(words)
	return cutWords{text.IndexTerms(words), sketch, s.filing.Bands(sketch)}
}

// file puts words into both indexes, each under the number of its row.
func file(ctx context.Context, tx *db.Tx, cut []cutWords, seqs []int64) error {
	found, alike := make([]search.Row, len(cut)), make([]near.Row, len(cut))
	for i, c := range cut {
		found[i] = search.Row{Seq: seqs[i], Terms: c.terms}
		alike[i] = near.Row{Seq: seqs[i], Bands: c.bands, Sketch: c.sketch.Bytes()}
	}
	if err := terms.Put(ctx, tx, found...); err != nil {
		return err
	}
	return sketches.Put(ctx, tx, alike...)
}

// Load implements intake.Store.
func (s *Store) Load(ctx context.Context, list []intake.LoadedRow, next ...jobs.Args) ([]bool, error) {
	cut := make([]cutWords, len(list))
	for i, l := range list {
		cut[i] = s.cut(l.Request)
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
		words, seqs := make([]cutWords, 0, len(rows)), make([]int64, len(rows))
		for i := range list {
			if fresh[i] {
				seqs[len(words)] = rows[len(words)].Seq
				words = append(words, cut[i])
			}
		}
		if err := file(ctx, tx, words, seqs); err != nil {
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
		rows = append(rows, row{r, l.Sealed, l.Caller})
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
