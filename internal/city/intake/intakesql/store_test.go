package intakesql_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/intake/intakesql"
	"yiwang/internal/city/intake/intaketest"
	"yiwang/internal/city/schema/schematest"
)

func open(t testing.TB, d *db.DB) (*intakesql.Store, *jobs.Queue) {
	t.Helper()
	q, err := jobs.New(d, jobs.Options{Workers: 4, Poll: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	jobs.Handle(q, func(ctx context.Context, a intake.Submitted) error { return nil })
	s := intakesql.Open(d, q)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, q
}

func TestStore(t *testing.T) {
	for engine, fresh := range map[string]func(testing.TB) *db.DB{"sqlite": schematest.SQLite, "postgres": schematest.Postgres} {
		t.Run(engine, func(t *testing.T) {
			intaketest.Store(t, func(t *testing.T) intake.Store {
				s, _ := open(t, fresh(t))
				return s
			})
		})
	}
}

// What was read of contact data stays on record, whoever writes to the
// database.
func TestReadsStay(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s, _ := open(t, d)
		r, err := s.Submit(ctx, intaketest.Submission())
		if err != nil {
			t.Fatal(err)
		}
		read := intake.ContactRead{ID: "1", Request: r.ID, At: intaketest.At, Staff: "li", Unit: "water", Reason: "约时间"}
		if err := s.RecordRead(ctx, read); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"UPDATE contact_reads SET reason = 'x'", "DELETE FROM contact_reads"} {
			_, err := d.Writer().ExecContext(ctx, text)
			if err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
}
