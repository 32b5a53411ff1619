package accountsql_test

import (
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/city/account/accountsql"
	"yiwang/internal/city/account/accounttest"
	"yiwang/internal/city/schema/schematest"
)

func TestStore(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) { accounttest.Store(t, accountsql.Store{DB: d}) })
}
