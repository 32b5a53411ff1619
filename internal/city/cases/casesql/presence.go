package casesql

import (
	"context"
	"fmt"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/cases"
)

// Here implements cases.Store.
func (s Store) Here(ctx context.Context, id cases.ID, p cases.Presence, since time.Time) ([]cases.Presence, error) {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM presences WHERE at < $1`, micro(since)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO presences (case_id, staff, at, writing) VALUES ($1, $2, $3, $4)
			ON CONFLICT (case_id, staff) DO UPDATE SET at = excluded.at, writing = excluded.writing`, string(id), string(p.Staff), micro(p.At), p.Writing)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("presence: %w", err)
	}
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT staff, at, writing FROM presences WHERE case_id = $1 AND staff <> $2 AND at >= $3 ORDER BY staff`,
		string(id), string(p.Staff), micro(since))
	if err != nil {
		return nil, fmt.Errorf("presence: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []cases.Presence
	for rows.Next() {
		var o cases.Presence
		var at db.Time
		if err := rows.Scan(&o.Staff, &at, &o.Writing); err != nil {
			return nil, fmt.Errorf("presence: %w", err)
		}
		o.At = at.Time()
		list = append(list, o)
	}
	return list, rows.Err()
}
