package schematest_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
	"yiwang/internal/city/schema"
	"yiwang/internal/city/schema/schematest"
)

// The rooms' queries are written once, so both engines have the same tables
// with the same columns, all but what each searches with.
func TestEnginesHaveTheSameColumns(t *testing.T) {
	lite := columns(t, schematest.SQLite(t), `
		SELECT m.name, c.name, CASE c.type WHEN 'REAL' THEN 'number' WHEN 'INTEGER' THEN 'number' WHEN 'BLOB' THEN 'bytes' ELSE 'text' END,
			c."notnull" = 0 AND c.pk = 0
		FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`)
	postgres := columns(t, schematest.Postgres(t), `
		SELECT table_name, column_name, CASE data_type WHEN 'bigint' THEN 'number' WHEN 'double precision' THEN 'number'
			WHEN 'boolean' THEN 'number' WHEN 'bytea' THEN 'bytes' ELSE 'text' END, is_nullable = 'YES'
		FROM information_schema.columns WHERE table_schema = 'public'`)
	if len(lite) < 50 {
		t.Fatalf("only %d columns were found", len(lite))
	}
	for _, c := range lite {
		if !slices.Contains(postgres, c) {
			t.Errorf("only SQLite has %s", c)
		}
	}
	for _, c := range postgres {
		if !slices.Contains(lite, c) {
			t.Errorf("only PostgreSQL has %s", c)
		}
	}
}

func columns(t *testing.T, d *db.DB, text string) (out []string) {
	t.Helper()
	rows, err := d.Reader().QueryContext(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var table, column, kind string
		var null bool
		if err := rows.Scan(&table, &column, &kind, &null); err != nil {
			t.Fatal(err)
		}
		// The queue and the migrations keep tables of their own kind, and the
		// search index differs on purpose.
		if strings.HasPrefix(table, "river_") || strings.HasPrefix(table, "goose_") || strings.HasPrefix(table, "request_terms") {
			continue
		}
		out = append(out, fmt.Sprintf("%s.%s %s null=%v", table, column, kind, null))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Several nodes start at once on an empty database.
func TestMigrateAtOnce(t *testing.T) {
	path := "file:" + filepath.Join(t.TempDir(), "yiwang.db")
	for engine, url := range map[db.Engine]string{db.SQLite: path, db.Postgres: dbtest.PostgresURL(t, nil)} {
		t.Run(string(engine), func(t *testing.T) {
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if err := migrate(t.Context(), url); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		})
	}
}

func migrate(ctx context.Context, url string) error {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	return errors.Join(schema.Migrate(ctx, d), d.Close())
}
