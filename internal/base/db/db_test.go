package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
)

func counters(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `CREATE TABLE counter (name text NOT NULL PRIMARY KEY, n bigint NOT NULL)`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO counter VALUES ('a', 0), ('b', 0)`)
		return err
	})
}

func count(t *testing.T, d *db.DB, name string) (n int) {
	t.Helper()
	err := d.Reader().QueryRowContext(t.Context(), `SELECT n FROM counter WHERE name = $1`, name).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// add reads a counter, takes its time, and writes it back one higher.
func add(ctx context.Context, tx *db.Tx, name string, pause time.Duration) error {
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT n FROM counter WHERE name = $1`+tx.ForUpdate(), name).Scan(&n); err != nil {
		return err
	}
	time.Sleep(pause)
	_, err := tx.ExecContext(ctx, `UPDATE counter SET n = $1 WHERE name = $2`, n+1, name)
	return err
}

func TestWriteIsKeptWholeOrNotAtAll(t *testing.T) {
	dbtest.Each(t, counters, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error { return add(ctx, tx, "a", 0) }); err != nil {
			t.Fatal(err)
		}
		changed := errors.New("changed our mind")
		err := d.Write(ctx, func(tx *db.Tx) error {
			if err := add(ctx, tx, "a", 0); err != nil {
				return err
			}
			return changed
		})
		if !errors.Is(err, changed) {
			t.Fatalf("got %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = d.Write(ctx, func(tx *db.Tx) error {
				if err := add(ctx, tx, "a", 0); err != nil {
					return err
				}
				panic("a programmer's mistake")
			})
		}()
		if n := count(t, d, "a"); n != 1 {
			t.Errorf("counted %d, want the one that was kept", n)
		}
	})
}

// Twenty officials change one row at once: each sees what the one before left.
func TestWritesOfOneRowGoOneAfterTheOther(t *testing.T) {
	dbtest.Each(t, counters, func(t *testing.T, d *db.DB) {
		const officials = 20
		var all sync.WaitGroup
		for range officials {
			all.Go(func() {
				err := d.Write(t.Context(), func(tx *db.Tx) error { return add(t.Context(), tx, "a", 5*time.Millisecond) })
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := count(t, d, "a"); n != officials {
			t.Errorf("counted %d, want %d", n, officials)
		}
	})
}

// Two that take the same two rows in opposite order: nobody hears of it.
func TestDeadlockIsTriedAgain(t *testing.T) {
	dbtest.Each(t, counters, func(t *testing.T, d *db.DB) {
		var all sync.WaitGroup
		for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
			all.Go(func() {
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					return errors.Join(add(t.Context(), tx, order[0], 50*time.Millisecond), add(t.Context(), tx, order[1], 0))
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if a, b := count(t, d, "a"), count(t, d, "b"); a != 2 || b != 2 {
			t.Errorf("counted %d and %d, want 2 and 2", a, b)
		}
	})
}

// A page is read while a writer is at work, and shows what was there before.
func TestReadersWaitForNoWriter(t *testing.T) {
	dbtest.Each(t, counters, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if err := add(t.Context(), tx, "a", 0); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			var n int
			err := d.Reader().QueryRowContext(ctx, `SELECT n FROM counter WHERE name = 'a'`).Scan(&n)
			if err == nil && n != 0 {
				err = fmt.Errorf("a reader saw %d before it was committed", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, "a"); n != 1 {
			t.Errorf("after the writer a reader sees %d", n)
		}
	})
}

// A Write inside a Write waits for itself on SQLite. It ends with the
// caller's patience, and the outer one is none the worse.
func TestWriteInsideWrite(t *testing.T) {
	d := dbtest.SQLite(t, counters)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		inner := d.Write(ctx, func(tx *db.Tx) error { return add(ctx, tx, "b", 0) })
		if !errors.Is(inner, context.DeadlineExceeded) {
			t.Errorf("the inner Write gave %v", inner)
		}
		return add(t.Context(), tx, "a", 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := count(t, d, "a"), count(t, d, "b"); a != 1 || b != 0 {
		t.Errorf("counted %d and %d, want 1 and 0", a, b)
	}
}

// Whoever gives up in the middle leaves nothing, and the next one writes.
func TestCancelledWrite(t *testing.T) {
	dbtest.Each(t, counters, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Write(ctx, func(tx *db.Tx) error {
			if err := add(ctx, tx, "a", 0); err != nil {
				return err
			}
			cancel()
			return nil
		})
		if err == nil {
			t.Error("a cancelled Write said that it was kept")
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return add(t.Context(), tx, "b", 0) }); err != nil {
			t.Fatal(err)
		}
		if a, b := count(t, d, "a"), count(t, d, "b"); a != 0 || b != 1 {
			t.Errorf("counted %d and %d, want 0 and 1", a, b)
		}
	})
}

func TestIsUnique(t *testing.T) {
	tables := func(ctx context.Context, d *db.DB) error {
		_, err := d.Writer().ExecContext(ctx, `CREATE TABLE person (id text NOT NULL PRIMARY KEY, email text UNIQUE, age bigint CHECK (age > 0))`)
		if err != nil {
			return err
		}
		_, err = d.Writer().ExecContext(ctx, `INSERT INTO person VALUES ('li', 'li@example.org', 30)`)
		return err
	}
	dbtest.Each(t, tables, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			story, text string
			unique      bool
		}{
			{"the same primary key", `INSERT INTO person VALUES ('li', 'x', 1)`, true},
			{"the same unique column", `INSERT INTO person VALUES ('wang', 'li@example.org', 1)`, true},
			{"another rule of the table", `INSERT INTO person VALUES ('wang', 'x', 0)`, false},
			{"a missing value", `INSERT INTO person VALUES (NULL, 'x', 1)`, false},
			{"no error", `INSERT INTO person VALUES ('zhao', 'y', 1)`, false},
		} {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), c.text)
				if err != nil {
					return fmt.Errorf("write: %w", err)
				}
				return nil
			})
			if db.IsUnique(err) != c.unique {
				t.Errorf("%s: IsUnique(%v) is %v", c.story, err, !c.unique)
			}
		}
		if db.IsUnique(sql.ErrNoRows) {
			t.Error("no rows is not a taken key")
		}
	})
}

func TestOpen(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	for _, bad := range []string{"", "yiwang.db", "mysql://x", "file:" + dir + "/x.db?mode=ro", "postgres://nobody@127.0.0.1:1/none"} {
		if d, err := db.Open(ctx, bad); err == nil {
			t.Errorf("%q was opened: %v", bad, d.Close())
		}
	}
	// Folders are made; the words in the file are for nobody else to read.
	path := filepath.Join(dir, "莲城 data", "100%", "yiwang.db")
	d, err := db.Open(ctx, "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := counters(ctx, d); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// A reader cannot write, whatever text it is given.
func TestReaderOnSQLite(t *testing.T) {
	d := dbtest.SQLite(t, counters)
	if _, err := d.Reader().ExecContext(t.Context(), `DELETE FROM counter`); err == nil {
		t.Error("a reader wrote")
	}
}
