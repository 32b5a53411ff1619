package intakesql

import (
	"context"
	"fmt"

	"yiwang/internal/base/db"
	"yiwang/internal/city/intake"
)

// OfCaller implements intake.Store.
func (s *Store) OfCaller(ctx context.Context, digests []string, limit int) ([]intake.ID, error) {
	var args db.Args
	rows, err := s.db.Reader().QueryContext(ctx, `SELECT id FROM requests WHERE caller <> '' AND caller IN `+db.In(&args, digests)+
		` ORDER BY seq DESC LIMIT `+args.Add(limit), args.List...)
	if err != nil {
		return nil, fmt.Errorf("requests of a caller: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []intake.ID
	for rows.Next() {
		var id intake.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, rows.Err()
}

// Uncalled implements intake.Store.
func (s *Store) Uncalled(ctx context.Context, limit int) (map[intake.ID][]byte, error) {
	rows, err := s.db.Reader().QueryContext(ctx, `SELECT id, contact FROM requests WHERE contact IS NOT NULL AND caller IS NULL ORDER BY seq DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("requests without a caller: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	list := map[intake.ID][]byte{}
	for rows.Next() {
		var id intake.ID
		var sealed []byte
		if err := rows.Scan(&id, &sealed); err != nil {
			return nil, err
		}
		list[id] = sealed
	}
	return list, rows.Err()
}

// SetCallers implements intake.Store.
func (s *Store) SetCallers(ctx context.Context, digests map[intake.ID]string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for id, digest := range digests {
			if _, err := tx.ExecContext(ctx, `UPDATE requests SET caller = $1 WHERE id = $2 AND contact IS NOT NULL`, digest, string(id)); err != nil {
				return fmt.Errorf("keep the caller of request %s: %w", id, err)
			}
		}
		return nil
	})
}
