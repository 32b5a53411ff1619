package sealedsql_test

import (
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/city/schema/schematest"
	"yiwang/internal/city/sealed/sealedsql"
	"yiwang/internal/city/sealed/sealedtest"
)

func TestStore(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) { sealedtest.Store(t, sealedsql.Store{DB: d}) })
}
