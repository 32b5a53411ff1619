package intakesql

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/algo/similar"
	"yiwang/internal/base/db"
	"yiwang/internal/city/intake"
)

// Find implements intake.Store.
func (s *Store) Find(ctx context.Context, phrases [][]string, before int64, limit int) ([]intake.Request, error) {
	seqs, err := terms.Newest(ctx, s.db, phrases, before, limit)
	if err != nil {
		return nil, err
	}
	var args db.Args
	return query(ctx, s.db.Reader(), "WHERE seq IN "+db.In(&args, seqs)+" ORDER BY seq DESC", args.List...)
}

// Near implements intake.Store. Of those that share what few others have, the
// sketches say which are alike.
func (s *Store) Near(ctx context.Context, words string, since time.Time, limit int) ([]intake.Request, error) {
	const looked, least = 64, 0.1 // least keeps out what shares one phrase
	asked := similar.NewSketch(words)
	found, err := sketches.Find(ctx, s.db, s.filing.Probes(asked), intake.SeqAt(since)-1, looked)
	if err != nil {
		return nil, err
	}
	like := make(map[int64]float64, len(found))
	var seqs []int64
	for _, f := range found {
		kept, err := similar.ReadSketch(f.Sketch)
		if err != nil {
			return nil, fmt.Errorf("request %d: %w", f.Seq, err)
		}
		if l := asked.Likeness(kept); l >= least {
			like[f.Seq] = l
			seqs = append(seqs, f.Seq)
		}
	}
	newest := func(a, b int64) int { return cmp.Or(cmp.Compare(like[b], like[a]), cmp.Compare(b, a)) }
	slices.SortFunc(seqs, newest)
	var args db.Args
	list, err := query(ctx, s.db.Reader(), "WHERE seq IN "+db.In(&args, seqs[:min(len(seqs), limit)]), args.List...)
	slices.SortFunc(list, func(a, b intake.Request) int { return newest(a.Seq, b.Seq) })
	return list, err
}

// Count implements intake.Store.
func (s *Store) Count(ctx context.Context, phrases [][]string, most int) (int, error) {
	seqs, err := terms.Newest(ctx, s.db, phrases, 0, most)
	return len(seqs), err
}
