// Package schematest gives tests a fresh database of each engine with the
// tables of all rooms in it. What a good row looks like is the business of
// each room's own test package.
package schematest

import (
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
	"yiwang/internal/city/schema"
)

// Each runs f as subtests "sqlite" and "postgres", each on a fresh database.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, schema.Migrate, f)
}

// SQLite opens a fresh database in a folder of its own.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return dbtest.SQLite(t, schema.Migrate)
}

// Postgres opens a fresh database on the test server.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return dbtest.Postgres(t, schema.Migrate)
}
