package schema_test

import (
	"path/filepath"
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
