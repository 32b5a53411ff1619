package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// alone is the number of the lock on PostgreSQL: "yiwang" in ASCII.
const alone = 0x796977616e67

// Alone runs f while no other program, and nobody else in this one, is in
// Alone on the same database. It is for changing tables: nodes that start
// together wait for the first of them.
func (d *DB) Alone(ctx context.Context, f func() error) error {
	unlock, err := d.lock(ctx)
	if err != nil {
		return fmt.Errorf("wait for other programs: %w", err)
	}
	return errors.Join(f(), unlock())
}

func (d *DB) lock(ctx context.Context) (unlock func() error, err error) {
	var try func() (bool, error)
	if d.Engine == SQLite {
		// The folder, not the file: SQLite loses its own locks on a file that
		// somebody else in the program closes.
		dir, err := os.Open(filepath.Dir(d.Path))
		if err != nil {
			return nil, err
		}
		unlock = dir.Close
		try = func() (bool, error) {
			err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
			if errors.Is(err, syscall.EWOULDBLOCK) {
				return false, nil
			}
			return err == nil, err
		}
	} else {
		conn, err := d.pool.Acquire(ctx)
		if err != nil {
			return nil, err
		}
		unlock = func() error {
			defer conn.Release()
			_, err := conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, int64(alone))
			return err
		}
		try = func() (got bool, err error) {
			err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(alone)).Scan(&got)
			return got, err
		}
	}
	for {
		got, err := try()
		if got {
			return unlock, nil
		}
		if err == nil {
			select {
			case <-ctx.Done():
				err = ctx.Err()
			case <-time.After(20 * time.Millisecond):
				continue
			}
		}
		return nil, errors.Join(err, unlock())
	}
}
