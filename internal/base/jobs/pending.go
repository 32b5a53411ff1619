package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"yiwang/internal/base/db"
)

// A Raw is a job as it is kept, for backups.
type Raw struct {
	Name string          `json:"kind"`
	Args json.RawMessage `json:"args"`
}

// Kind implements Args.
func (r Raw) Kind() string { return r.Name }

// MarshalJSON gives the arguments as they were.
func (r Raw) MarshalJSON() ([]byte, error) { return r.Args, nil }

// Pending calls each with every job that is not done, as tx sees them.
func Pending(ctx context.Context, tx *sql.Tx, engine db.Engine, each func(Raw) error) error {
	args := "cast(args as text)"
	if engine == db.SQLite {
		args = "json(args)"
	}
	rows, err := tx.QueryContext(ctx, `SELECT kind, `+args+` FROM river_job
		WHERE state IN ('available', 'running', 'pending', 'retryable', 'scheduled') ORDER BY id`)
	if err != nil {
		return fmt.Errorf("list jobs: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var r Raw
		var text string
		if err := rows.Scan(&r.Name, &text); err != nil {
			return fmt.Errorf("list jobs: %w", err)
		}
		r.Args = json.RawMessage(text)
		if err := each(r); err != nil {
			return err
		}
	}
	return rows.Err()
}
