package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yiwang/internal/base/db"
)

// nodes is the first half of the number of each node's lock on PostgreSQL;
// the second is made of the node's name.
const nodes = 0x7969776e

// takeUp makes the jobs due again that a killed program left running. On
// PostgreSQL it first says, for as long as hold lasts, that this node lives.
func (q *Queue) takeUp(ctx context.Context) (hold *pgxpool.Conn, err error) {
	if q.db.Engine == db.SQLite {
		// A SQLite file has one program, so whoever had them is gone.
		_, err := q.db.Writer().ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`)
		return nil, err
	}
	hold, err = q.db.Pool().Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if err := takeUpFromDead(ctx, hold, q.node); err != nil {
		letGo(hold)
		return nil, fmt.Errorf("take up jobs of killed nodes: %w", err)
	}
	return hold, nil
}

func takeUpFromDead(ctx context.Context, hold *pgxpool.Conn, node string) error {
	if _, err := hold.Exec(ctx, `SELECT pg_advisory_lock($1, hashtext($2))`, nodes, node); err != nil {
		return err
	}
	rows, err := hold.Query(ctx, `SELECT DISTINCT attempted_by[cardinality(attempted_by)] FROM river_job WHERE state = 'running'`)
	if err != nil {
		return err
	}
	running, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, other := range running {
		var dead bool
		if err := hold.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, hashtext($2))`, nodes, other).Scan(&dead); err != nil {
			return err
		}
		if !dead {
			continue
		}
		_, err := hold.Exec(ctx, `UPDATE river_job SET state = 'available'
			WHERE state = 'running' AND attempted_by[cardinality(attempted_by)] = $1`, other)
		_, unlock := hold.Exec(ctx, `SELECT pg_advisory_unlock($1, hashtext($2))`, nodes, other)
		if err := errors.Join(err, unlock); err != nil {
			return err
		}
	}
	return nil
}

// letGo ends the connection that said that this node lives, and its lock.
func letGo(hold *pgxpool.Conn) {
	if hold != nil {
		hold.Hijack().Close(context.Background()) //nolint:errcheck // gone is what it is to be
	}
}
