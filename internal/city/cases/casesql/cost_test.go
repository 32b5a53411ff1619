package casesql_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casesql"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/schema/schematest"
)

// earlier is n cases that were done with a year before.
func earlier(n int) (list []cases.Loaded) {
	for _, l := range casestest.Random(51, 2*n) {
		c := &l.Case
		if c.Lead == "" || c.AnsweredAt.IsZero() || len(list) == n {
			continue
		}
		c.State, c.WaitsFor, c.Outcome = cases.Closed, cases.ForNobody, cases.Solved
		c.Beside, c.Clocks.PausedAt = cases.Beside{}, time.Time{}
		back := func(times ...*time.Time) {
			for _, at := range times {
				if !at.IsZero() {
					*at = at.AddDate(-1, 0, 0)
				}
			}
		}
		if c.ClosedAt.IsZero() {
			c.ClosedAt = c.AnsweredAt
		}
		back(&c.OpenedAt, &c.DispatchedAt, &c.AcceptedAt, &c.AnsweredAt, &c.ConfirmUntil, &c.ClosedAt, &c.Clocks.ResolveDue)
		c.Seq = cases.DayOf(c.OpenedAt, time.UTC)
		for i := range c.Parts {
			back(&c.Parts[i].At, &c.Parts[i].VerdictAt, &c.Parts[i].RatedAt)
		}
		list = append(list, l)
	}
	return list
}

// What a page asks for reads as many rows with years of cases that are done
// with as without. PostgreSQL counts the rows that it reads; that a table is
// small is no reason for it to read all of it here.
func TestReadsDoNotGrow(t *testing.T) {
	ctx := t.Context()
	d := schematest.Postgres(t)
	run := func(text string) {
		t.Helper()
		if _, err := d.Writer().ExecContext(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, setting := range []string{"enable_seqscan = off", "enable_bitmapscan = off", "work_mem = '64kB'"} { // as if it were large
		run(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET ` + strings.ReplaceAll(setting, "'", "''") + `', current_database()); END $$`)
	}
	d.Pool().Reset() // for the connections that were made before
	s := filled(t, d, 1500)
	rows := func(do func(ctx context.Context, s casesql.Store) error) (read [2]int64) {
		t.Helper()
		for range 7 { // the plan is made anew for the first few
			if err := do(ctx, s); err != nil {
				t.Fatal(err)
			}
		}
		for i := range read {
			if i > 0 {
				if err := do(ctx, s); err != nil {
					t.Fatal(err)
				}
			}
			run(`SELECT pg_stat_force_next_flush()`)
			err := d.Reader().QueryRowContext(ctx, `SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables)::bigint + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes)::bigint`).Scan(&read[i])
			if err != nil {
				t.Fatal(err)
			}
		}
		return read
	}
	before := map[string]int64{}
	done := earlier(13_500)
	for i, some := range [][]cases.Loaded{done[:3000], done[3000:]} { // with the first, most lists that end are full
		for batch := range slices.Chunk(some, 2000) {
			if err := s.Load(ctx, batch); err != nil {
				t.Fatal(err)
			}
		}
		run(`VACUUM ANALYZE`)
		for _, look := range looks() {
			r := rows(look.do)
			switch n := r[1] - r[0]; {
			case i == 0:
				before[look.name] = n
			case n > before[look.name]*2+100: // a better plan or a worse one may be that far away
				t.Errorf("%s reads %d rows, and %d with more than three times as many cases", look.name, before[look.name], n)
			default:
				t.Logf("%s reads %d rows", look.name, n)
			}
		}
	}
}
