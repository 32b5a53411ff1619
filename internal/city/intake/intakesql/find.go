package intakesql

import (
	"context"
	"fmt"

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
	var args db.Args
	text := "SELECT count(*) FROM (" + terms.Rows(s.db.Engine, &args, phrases) + " LIMIT " + args.Add(most) + ") AS found"
	var n int
	if err := s.db.Reader().QueryRowContext(ctx, text, args.List...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count requests: %w", err)
	}
	return n, nil
}
