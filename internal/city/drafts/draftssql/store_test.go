package draftssql_test

import (
	"log/slog"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/drafts/draftssql"
	"yiwang/internal/city/drafts/draftstest"
	"yiwang/internal/city/schema/schematest"
)

func TestStore(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		q, err := jobs.New(d, jobs.Options{Workers: 1, Poll: time.Second, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		draftstest.Store(t, draftssql.Store{DB: d, Queue: q})
	})
}
