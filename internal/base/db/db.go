// Package db opens the database, SQLite or PostgreSQL, and runs transactions
// on it. Both take the same SQL text with $1 placeholders; the little that
// differs is hidden here. Which tables there are is the business of package
// city/schema, what stands in them that of each room's own sql package.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// An Engine is one of the two databases.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// A DB is an open database. SQLite has one connection for writing, which
// waits its turn, and several for reading, which wait for nobody.
type DB struct {
	Engine Engine
	// Path is the file of a SQLite database, "" on PostgreSQL.
	Path string

	writer, reader *sql.DB
	pool           *pgxpool.Pool
}

// Open opens the database at url: "file:PATH", which is made if missing, or
// "postgres://…". It does not migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	switch {
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	case strings.HasPrefix(url, "file:"):
		return openSQLite(ctx, strings.TrimPrefix(url, "file:"))
	}
	return nil, errors.New(`a database is "file:PATH" or "postgres://USER@HOST/NAME"`)
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if strings.ContainsAny(path, "?#") {
		return nil, errors.New("the path of a database file has no ? or #")
	}
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	// The file holds people's words: nobody else on the machine reads it.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	// busy_timeout stands first, so that it holds for what follows.
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=cache_size(-8000)"
	writer, err := sql.Open("sqlite", dsn+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	reader.SetMaxOpenConns(4)
	reader.SetMaxIdleConns(4)
	d := &DB{Engine: SQLite, Path: path, writer: writer, reader: reader}
	if err := ready(ctx, writer); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), d.Close())
	}
	return d, nil
}

// ready waits until the file is open. Two programs that open a new file at once
// both change it to WAL, and for that SQLite does not wait by itself.
func ready(ctx context.Context, writer *sql.DB) error {
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		err := writer.PingContext(ctx)
		e, ok := errors.AsType[*sqlite.Error](err)
		if !ok || e.Code()&0xff != sqlite3.SQLITE_BUSY || time.Now().After(end) {
			return err
		}
	}
}

func openPostgres(ctx context.Context, url string) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if cfg.MaxConns < 16 {
		cfg.MaxConns = 16
	}
	// To compile a query takes the server longer than any of ours takes to run.
	cfg.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, `SET jit = off`)
		return err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	both := stdlib.OpenDBFromPool(pool)
	return &DB{Engine: Postgres, writer: both, reader: both, pool: pool}, nil
}

// Close closes the database. What is under way is waited for.
func (d *DB) Close() error {
	err := d.writer.Close()
	if d.reader != d.writer {
		err = errors.Join(err, d.reader.Close())
	}
	if d.pool != nil {
		d.pool.Close()
	}
	return err
}

// Reader is for queries outside a transaction. It waits for no writer.
func (d *DB) Reader() *sql.DB { return d.reader }

// Writer is the pool that writes; on SQLite it has one connection, so asking
// it for anything while a Write is open waits for ever.
func (d *DB) Writer() *sql.DB { return d.writer }

// Pool is the pool beneath both on PostgreSQL, nil on SQLite.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// A Tx is an open transaction. It is what generated queries run on.
type Tx struct {
	*sql.Tx
	Engine Engine
	conn   *pgx.Conn
}

// Pgx is the driver's own connection that the transaction runs on, for the
// job queue; nil on SQLite.
func (tx *Tx) Pgx() *pgx.Conn { return tx.conn }

// ForUpdate ends a query whose row is about to be changed: on PostgreSQL the
// row is locked, on SQLite the transaction already holds the only write lock.
func (tx *Tx) ForUpdate() string {
	if tx.Engine == Postgres {
		return " FOR UPDATE"
	}
	return ""
}

// Write runs f in one transaction: all of it is kept, durably, or none.
// On PostgreSQL f runs again if it was chosen to break a deadlock, so it does
// nothing outside its transaction. Inside f, only tx may be used.
func (d *DB) Write(ctx context.Context, f func(tx *Tx) error) error {
	const tries = 4
	for try := 1; ; try++ {
		err := d.write(ctx, f)
		if err == nil || try == tries || !isDeadlock(err) {
			return err
		}
	}
}

func (d *DB) write(ctx context.Context, f func(tx *Tx) error) (err error) {
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	tx := &Tx{Engine: d.Engine}
	if d.Engine == Postgres {
		if err := conn.Raw(func(c any) error { tx.conn = c.(*stdlib.Conn).Conn(); return nil }); err != nil {
			return err
		}
	}
	// A transaction that ends by itself when ctx does would be rolled back from
	// another goroutine, perhaps while the job queue uses the connection beneath.
	if tx.Tx, err = conn.BeginTx(context.WithoutCancel(ctx), nil); err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	if err := f(tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return tx.Commit()
}

// IsUnique reports whether err says that a unique key is taken.
func IsUnique(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505"
}

func isDeadlock(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40P01" || e.Code == "40001")
}

// CopyTo writes a consistent copy of a SQLite database to a new file, while
// it is being used.
func (d *DB) CopyTo(ctx context.Context, path string) error {
	if d.Engine != SQLite {
		return errors.New("only a SQLite database is a file that can be copied")
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s is there already", path)
	}
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `VACUUM INTO $1`, path)
	if err = errors.Join(err, conn.Close()); err != nil {
		return err
	}
	return os.Chmod(path, 0o600)
}
