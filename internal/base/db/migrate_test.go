package db_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
)

// One set of files, written for PostgreSQL, with a file for each engine.
var tables = fstest.MapFS{
	"0001_base.sql": {Data: []byte(`-- +goose Up
CREATE TABLE thing (
	id TEXT NOT NULL PRIMARY KEY,
	n BIGINT NOT NULL,
	yes BOOLEAN NOT NULL,
	body JSONB NOT NULL,
	raw BYTEA,
	size DOUBLE PRECISION
);
`)},
	"0002_engine.sqlite.sql":   {Data: []byte("-- +goose Up\nCREATE TABLE engine AS SELECT 'sqlite' AS name;\n")},
	"0002_engine.postgres.sql": {Data: []byte("-- +goose Up\nCREATE TABLE engine AS SELECT 'postgres' AS name;\n")},
	"0003_more.sql":            {Data: []byte("-- +goose Up\nALTER TABLE thing ADD COLUMN more TEXT NOT NULL DEFAULT '';\n")},
}

func older(t *testing.T, names ...string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range names {
		out[name] = tables[name]
	}
	return out
}

func TestMigrate(t *testing.T) {
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if err := d.Migrate(ctx, older(t, "0001_base.sql")); err != nil {
			t.Fatal(err)
		}
		if have, newest, err := d.Version(ctx, tables); have != 1 || newest != 3 || err != nil {
			t.Fatalf("version %d of %d, %v", have, newest, err)
		}
		insert := `INSERT INTO thing (id, n, yes, body, raw, size) VALUES ($1, $2, $3, $4, $5, $6)`
		if _, err := d.Writer().ExecContext(ctx, insert, "a", int64(1)<<60, true, db.Encode(map[string]int{"a": 1}), []byte{0}, 0.5); err != nil {
			t.Fatal(err)
		}
		if err := d.Migrate(ctx, tables); err != nil {
			t.Fatal(err)
		}
		var name, more, inside string
		var n int64
		var yes bool
		var raw []byte
		err := d.Reader().QueryRowContext(ctx, `SELECT name, more, n, yes, raw, body->>'a' FROM engine, thing`).Scan(&name, &more, &n, &yes, &raw, &inside)
		if err != nil || name != string(d.Engine) || more != "" || n != int64(1)<<60 || !yes || len(raw) != 1 || inside != "1" {
			t.Errorf("after the upgrade: %q %q %d %v %v %q, %v", name, more, n, yes, raw, inside, err)
		}
		// Neither takes a text for a number: SQLite's tables are strict.
		if _, err := d.Writer().ExecContext(ctx, insert, "b", "many", true, db.Encode(nil), nil, nil); err == nil {
			t.Error("a text was taken for a number")
		}
	})
}

// Several programs start at once on an empty database; one makes the tables.
func TestMigrateAtOnce(t *testing.T) {
	path := "file:" + filepath.Join(t.TempDir(), "yiwang.db")
	for engine, url := range map[db.Engine]string{db.SQLite: path, db.Postgres: dbtest.PostgresURL(t, nil)} {
		t.Run(string(engine), func(t *testing.T) {
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					d, err := db.Open(t.Context(), url)
					if err != nil {
						t.Error(err)
						return
					}
					if err := errors.Join(d.Migrate(t.Context(), tables), d.Close()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		})
	}
}

// A migration that fails leaves the version where it was.
func TestBrokenMigration(t *testing.T) {
	broken := fstest.MapFS{
		"0001_base.sql": tables["0001_base.sql"],
		"0002_bad.sql":  {Data: []byte("-- +goose Up\nCREATE TABLE half (id TEXT);\nCREATE TABLE thing (id TEXT);\n")},
	}
	dbtest.Each(t, nil, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(t.Context(), broken); err == nil {
			t.Fatal("a broken migration went through")
		}
		if have, _, err := d.Version(t.Context(), broken); have != 1 || err != nil {
			t.Errorf("version %d, %v", have, err)
		}
		if _, err := d.Reader().ExecContext(t.Context(), `SELECT * FROM half`); err == nil {
			t.Error("half of the migration was kept")
		}
	})
}
