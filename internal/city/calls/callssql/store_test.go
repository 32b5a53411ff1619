package callssql_test

import (
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/city/calls"
	"yiwang/internal/city/calls/callssql"
	"yiwang/internal/city/calls/callstest"
	"yiwang/internal/city/schema/schematest"
)

func TestStore(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		callstest.Store(t, func(*testing.T) calls.Store { return callssql.Store{DB: d} })
	})
}
