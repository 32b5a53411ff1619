package intakesql_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/intake/intaketest"
	"yiwang/internal/city/schema/schematest"
)

var engines = map[string]func(testing.TB) *db.DB{"sqlite": schematest.SQLite, "postgres": schematest.Postgres}

// BenchmarkSubmit is 64 people at once, each waiting for their receipt. Its
// peer is a bare transaction of one row on the same disk. Tests run
// PostgreSQL without fsync; name a server that has it in
// YIWANG_TEST_POSTGRES for figures that count.
func BenchmarkSubmit(b *testing.B) {
	for engine, fresh := range engines {
		b.Run(engine, func(b *testing.B) {
			d := fresh(b)
			s, _ := open(b, d)
			b.Run("store", func(b *testing.B) {
				perSecond(b, 64, func(ctx context.Context) error {
					sub := intaketest.Submission()
					sub.Request.At = time.Now()
					_, err := s.Submit(ctx, sub)
					return err
				})
			})
			if _, err := d.Writer().ExecContext(b.Context(), "CREATE TABLE peer (id BIGINT PRIMARY KEY, text TEXT)"); err != nil {
				b.Fatal(err)
			}
			var n atomic.Int64
			row := func(ctx context.Context) error {
				_, err := d.Writer().ExecContext(ctx, "INSERT INTO peer (id, text) VALUES ($1, $2)", n.Add(1), "x")
				return err
			}
			b.Run("bare-row", func(b *testing.B) { perSecond(b, 1, row) })
			b.Run("bare-row-64", func(b *testing.B) { perSecond(b, 64, row) })
		})
	}
}

func perSecond(b *testing.B, people int, do func(ctx context.Context) error) {
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	var slowest atomic.Int64
	for range people {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				began := time.Now()
				if err := do(context.Background()); err != nil {
					b.Error(err)
					return
				}
				if took := int64(time.Since(began)); took > slowest.Load() {
					slowest.Store(took)
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
	b.ReportMetric(float64(slowest.Load())/1e6, "slowest-ms")
}

// BenchmarkLoad reads an old system's messages in, findable at once.
func BenchmarkLoad(b *testing.B) {
	for engine, fresh := range engines {
		b.Run(engine, func(b *testing.B) {
			s, _ := open(b, fresh(b))
			const batch = 500
			rows := make([]intake.LoadedRow, batch)
			n := 0
			for b.Loop() {
				for i := range rows {
					l := intaketest.Loaded(strconv.Itoa(n))
					l.At = intaketest.At.Add(time.Duration(n) * time.Minute)
					rows[i] = intake.LoadedRow{Loaded: l}
					n++
				}
				if _, err := s.Load(b.Context(), rows); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "row/s")
		})
	}
}
