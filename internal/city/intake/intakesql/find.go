package intakesql

import (
	"context"

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

// Count implements intake.Store.
func (s *Store) Count(ctx context.Context, phrases [][]string, most int) (int, error) {
	seqs, err := terms.Newest(ctx, s.db, phrases, 0, most)
	return len(seqs), err
}
