package filessql_test

import (
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/city/files"
	"yiwang/internal/city/files/filessql"
	"yiwang/internal/city/files/filestest"
	"yiwang/internal/city/schema/schematest"
)

func TestStore(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		filestest.Store(t, func(*testing.T) files.Store { return filessql.Store{DB: d} })
	})
}
