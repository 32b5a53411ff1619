package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"yiwang/internal/base/db"
)

// nodes is the first half of the number of each node's lock on PostgreSQL;
// the second is made of the node's name.
const nodes = 0x7969776e

// On PostgreSQL, how soon after its start a node looks again for jobs of
// killed ones, since the server takes a moment to notice that one is gone,
// and how often from then on.
const (
	lookSoon = time.Second
	lookOn   = 15 * time.Second
)

// takeUp makes the jobs due again that a killed program left running. On
// PostgreSQL it goes on to do so, and says that this node lives, until stop.
func (q *Queue) takeUp(ctx context.Context) (stop func(), err error) {
	if q.db.Engine == db.SQLite {
		// A SQLite file has one program, so whoever had them is gone.
		_, err := q.db.Writer().ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`)
		return func() {}, err
	}
	hold, err := q.live(ctx)
	if err != nil {
		return nil, fmt.Errorf("take up jobs of killed nodes: %w", err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		q.watch(ctx, hold)
	}()
	return func() { cancel(); <-done }, nil
}

// watch looks for jobs of killed nodes until ctx ends, on the connection that
// says that this node lives; when that is lost it takes another.
func (q *Queue) watch(ctx context.Context, hold *pgxpool.Conn) {
	defer func() { letGo(hold) }()
	for wait := lookSoon; ; wait = lookOn {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		var err error
		if hold == nil {
			hold, err = q.live(ctx)
		} else if err = q.orphans(ctx, hold); err != nil {
			letGo(hold)
			hold = nil
		}
		if err != nil && ctx.Err() == nil {
			q.log.ErrorContext(ctx, "jobs of killed nodes could not be taken up", "error", err)
		}
	}
}

// live says that this node lives for as long as the connection that it
// returns, and looks for jobs of killed ones.
func (q *Queue) live(ctx context.Context) (*pgxpool.Conn, error) {
	hold, err := q.db.Pool().Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if _, err = hold.Exec(ctx, `SELECT pg_advisory_lock_shared($1, hashtext($2))`, nodes, q.node); err == nil {
		err = q.orphans(ctx, hold)
	}
	if err != nil {
		letGo(hold)
		return nil, err
	}
	return hold, nil
}

// orphans makes the running jobs of nodes due again that do not live.
func (q *Queue) orphans(ctx context.Context, hold *pgxpool.Conn) error {
	rows, err := hold.Query(ctx, `SELECT DISTINCT attempted_by[cardinality(attempted_by)]
		FROM river_job WHERE state = 'running' AND attempted_by[cardinality(attempted_by)] <> $1`, q.node)
	if err != nil {
		return err
	}
	running, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, node := range running {
		var dead bool
		if err := hold.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, hashtext($2))`, nodes, node).Scan(&dead); err != nil {
			return err
		}
		if !dead {
			continue
		}
		_, err := hold.Exec(ctx, `UPDATE river_job SET state = 'available'
			WHERE state = 'running' AND attempted_by[cardinality(attempted_by)] = $1`, node)
		_, unlock := hold.Exec(ctx, `SELECT pg_advisory_unlock($1, hashtext($2))`, nodes, node)
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
