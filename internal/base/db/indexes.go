package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// WithoutIndexes runs f, which fills empty tables, while they have no indexes
// but those that hold something unique and those in keep: an index is made of
// a full table many times as quickly as row by row. However f ends, they are
// made again. Nobody else should be at work: without its index a query reads
// the whole table.
func (d *DB) WithoutIndexes(ctx context.Context, keep []string, f func() error) error {
	list, err := d.indexes(ctx)
	if err != nil {
		return fmt.Errorf("read indexes: %w", err)
	}
	list = slices.DeleteFunc(list, func(x index) bool { return slices.Contains(keep, x.name) })
	for i, x := range list {
		if _, err := d.writer.ExecContext(ctx, "DROP INDEX "+x.name); err != nil {
			return errors.Join(fmt.Errorf("drop index %s: %w", x.name, err), d.remake(context.WithoutCancel(ctx), list[:i]))
		}
	}
	return errors.Join(f(), d.remake(context.WithoutCancel(ctx), list))
}

type index struct{ name, text string }

// indexes lists those that hold nothing unique, in order of their name.
func (d *DB) indexes(ctx context.Context) (list []index, err error) {
	text := `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT LIKE 'CREATE UNIQUE %' ORDER BY name`
	if d.Engine == Postgres {
		text = `SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
			WHERE NOT i.indisunique AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname`
	}
	rows, err := d.writer.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	for rows.Next() {
		var x index
		if err := rows.Scan(&x.name, &x.text); err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, rows.Err()
}

// remake makes indexes, on PostgreSQL two at a time, and lets the engine look
// at how the tables are now.
func (d *DB) remake(ctx context.Context, list []index) error {
	next := make(chan index)
	var all sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for range map[Engine]int{SQLite: 1, Postgres: 2}[d.Engine] {
		all.Go(func() {
			for x := range next {
				if err := d.make(ctx, x.text); err != nil {
					mu.Lock()
					failed = errors.Join(failed, fmt.Errorf("make index %s: %w", x.name, err))
					mu.Unlock()
				}
			}
		})
	}
	for _, x := range list {
		next <- x
	}
	close(next)
	all.Wait()
	if failed == nil && d.Engine == Postgres {
		if _, err := d.writer.ExecContext(ctx, `VACUUM ANALYZE`); err != nil {
			failed = fmt.Errorf("look at the tables: %w", err)
		}
	}
	return failed
}

// make makes an index with more memory to sort in than there is otherwise.
func (d *DB) make(ctx context.Context, text string) (err error) {
	more, less := `PRAGMA cache_size = -64000`, `PRAGMA cache_size = -8000`
	if d.Engine == Postgres {
		more, less = `SET maintenance_work_mem = '256MB'`, `RESET maintenance_work_mem`
	}
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, more); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, text)
	_, back := conn.ExecContext(ctx, less)
	return errors.Join(err, back)
}
