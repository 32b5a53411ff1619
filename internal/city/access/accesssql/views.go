package accesssql

import (
	"context"
	"fmt"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
)

// KeepView implements access.ViewStore.
func (s Store) KeepView(ctx context.Context, v access.View) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO staff_views (staff, name, query, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (staff, name) DO UPDATE SET query = excluded.query`, string(v.Staff), v.Name, v.Query, int64(db.At(v.At)))
		return err
	})
}

// RemoveView implements access.ViewStore.
func (s Store) RemoveView(ctx context.Context, id access.StaffID, name string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM staff_views WHERE staff = $1 AND name = $2`, string(id), name)
		return err
	})
}

// Views implements access.ViewStore.
func (s Store) Views(ctx context.Context, id access.StaffID) ([]access.View, error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT staff, name, query, at FROM staff_views WHERE staff = $1 ORDER BY at, name`, string(id))
	if err != nil {
		return nil, fmt.Errorf("views: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var list []access.View
	for rows.Next() {
		var v access.View
		var at int64
		if err := rows.Scan(&v.Staff, &v.Name, &v.Query, &at); err != nil {
			return nil, fmt.Errorf("views: %w", err)
		}
		v.At = db.Time(at).Time()
		list = append(list, v)
	}
	return list, rows.Err()
}
