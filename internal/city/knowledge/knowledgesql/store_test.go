package knowledgesql_test

import (
	"testing"

	"yiwang/internal/base/db"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/knowledge/knowledgesql"
	"yiwang/internal/city/knowledge/knowledgetest"
	"yiwang/internal/city/schema/schematest"
)

func TestStore(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		knowledgetest.Store(t, func(*testing.T) knowledge.Store { return knowledgesql.Store{DB: d} })
	})
}
