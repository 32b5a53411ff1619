package insightsql_test

import (
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/city/insight/insightsql"
	"yiwang/internal/city/insight/insighttest"
	"yiwang/internal/city/schema/schematest"
)

func TestStore(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) { insighttest.Store(t, insightsql.Store{DB: d}) })
}
