package intakesql_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/intake/intakesql"
	"yiwang/internal/city/intake/intaketest"
	"yiwang/internal/city/schema/schematest"
)

func open(t testing.TB, d *db.DB) (*intakesql.Store, *jobs.Queue) {
	return openFor(t, d, func(intake.Submitted) {})
}

func openFor(t testing.TB, d *db.DB, work func(intake.Submitted)) (*intakesql.Store, *jobs.Queue) {
	t.Helper()
	q, err := jobs.New(d, jobs.Options{Workers: 4, Poll: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	jobs.Handle(q, func(_ context.Context, a intake.Submitted) error { work(a); return nil })
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

// Every request that was acknowledged is worked on once, those that were
// refused or sent before are not, and those that waited together share a job.
func TestJobsFollow(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var mu sync.Mutex
		worked, jobs := map[intake.ID]int{}, 0
		s, q := openFor(t, d, func(a intake.Submitted) {
			mu.Lock()
			defer mu.Unlock()
			jobs++
			for _, id := range a.Requests {
				worked[id]++
			}
		})
		if err := q.Start(ctx); err != nil {
			t.Fatal(err)
		}
		defer q.Stop(ctx) //nolint:errcheck // the test is over
		earlier, err := s.Submit(ctx, intaketest.Submission())
		if err != nil {
			t.Fatal(err)
		}
		var acknowledged sync.Map
		acknowledged.Store(earlier.ID, true)
		var all sync.WaitGroup
		for i := range 300 {
			all.Go(func() {
				sub := intaketest.Submission()
				switch i % 5 {
				case 1:
					sub.Request.Receipt = earlier.Receipt
				case 2:
					sub.Request.Text = ""
				case 3:
					sub.Key = "the same"
				}
				if r, err := s.Submit(ctx, sub); err == nil {
					acknowledged.Store(r.ID, true)
				}
			})
		}
		all.Wait()
		if err := q.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		n := 0
		acknowledged.Range(func(id, _ any) bool {
			if n++; worked[id.(intake.ID)] != 1 {
				t.Errorf("%s was worked on %d times", id, worked[id.(intake.ID)])
			}
			return true
		})
		if len(worked) != n || n != 1+120+1 {
			t.Errorf("%d acknowledged, %d worked on", n, len(worked))
		}
		t.Logf("%d requests in %d jobs", n, jobs)
	})
}

// What was acknowledged before and while the store closes is there; what
// comes later is told to come again.
func TestCloseCommitsWhatWaits(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := open(t, d)
		var acknowledged, refused atomic.Int64
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				for {
					_, err := s.Submit(t.Context(), intaketest.Submission())
					if errs.Is(err, errs.Unavailable) {
						refused.Add(1)
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					acknowledged.Add(1)
				}
			})
		}
		time.Sleep(30 * time.Millisecond)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		var there int64
		if err := d.Reader().QueryRowContext(t.Context(), "SELECT count(*) FROM requests").Scan(&there); err != nil {
			t.Fatal(err)
		}
		all.Wait()
		if acknowledged.Load() != there || there == 0 || refused.Load() != 16 {
			t.Errorf("%d acknowledged, %d there, %d of 16 told to come again", acknowledged.Load(), there, refused.Load())
		}
	})
}
