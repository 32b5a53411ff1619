package schema_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/city/schema"
)

// Migrating twice is migrating once.
func TestMigrateTwice(t *testing.T) {
	ctx := t.Context()
	d, err := db.Open(ctx, "file:"+filepath.Join(t.TempDir(), "yiwang.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // a test's file
	for range 2 {
		if err := schema.Migrate(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	have, newest, err := schema.Version(ctx, d)
	if err != nil || have != newest || have == 0 {
		t.Fatalf("have version %d of %d, %v", have, newest, err)
	}
}

// A backup has every table but those that are made of others or end with the
// program they belong to: whoever adds one says which it is.
func TestEveryTableIsKept(t *testing.T) {
	ctx := t.Context()
	d, err := db.Open(ctx, "file:"+filepath.Join(t.TempDir(), "yiwang.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() //nolint:errcheck // a test's file
	if err := schema.Migrate(ctx, d); err != nil {
		t.Fatal(err)
	}
	rows, err := d.Reader().QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	left := regexp.MustCompile(`^(sqlite_|river_|goose_|request_terms|counted$|counts$|stale$|sessions$|staff_sessions$|attempts$|request_bands$|request_sketches$|sheets$|replays$|replay_pieces$)`)
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if !left.MatchString(name) && !slices.Contains(schema.Tables, name) {
			t.Errorf("%s is in no backup", name)
		}
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}
