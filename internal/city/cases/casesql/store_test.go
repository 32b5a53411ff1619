package casesql_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casesql"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/schema/schematest"
)

var engines = map[string]func(testing.TB) *db.DB{"sqlite": schematest.SQLite, "postgres": schematest.Postgres}

func store(t testing.TB, d *db.DB) casesql.Store {
	t.Helper()
	q, err := jobs.New(d, jobs.Options{Workers: 1, Poll: time.Second, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return casesql.Store{DB: d, Queue: q}
}

func TestStore(t *testing.T) {
	for engine, fresh := range engines {
		t.Run(engine, func(t *testing.T) {
			casestest.Store(t, func(t *testing.T) cases.Store { return store(t, fresh(t)) })
		})
	}
}

// Jobs are there if, and only if, what calls for them is.
func TestJobsFollow(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := store(t, d)
		c := casestest.Case("li")
		news := cases.Happened{Case: c.ID, Event: cases.Opened, EventID: "1"}
		if _, err := s.Open(ctx, []cases.Case{c}, nil, news); err != nil {
			t.Fatal(err)
		}
		due := func(what string, want int64) {
			t.Helper()
			if n, err := s.Queue.Count(ctx); err != nil || n.Due != want {
				t.Errorf("%s: %d jobs, %v", what, n.Due, err)
			}
		}
		due("opened", 1)
		for i, wrong := range []error{errors.New("no"), nil} {
			_, err := s.Update(ctx, c.ID, 0, func(*cases.Case) (cases.Change, []jobs.Args, error) {
				return cases.Change{}, []jobs.Args{news, news}, wrong
			})
			if !errors.Is(err, wrong) {
				t.Fatal(err)
			}
			due("changed", []int64{1, 3}[i])
		}
	})
}

// Whatever a program gets wrong, the database holds on to: one lead, and a
// history that only grows.
func TestDatabaseRefuses(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := store(t, d)
		c := casestest.Case("li")
		if _, err := s.Open(ctx, []cases.Case{c}, []cases.Event{casestest.Event(c.ID, cases.Opened, casestest.At)}); err != nil {
			t.Fatal(err)
		}
		led := `INSERT INTO case_units (case_id, unit, role, since, until, seq, risk) VALUES ('` + string(c.ID) + `', '`
		for _, refused := range []struct{ story, text string }{
			{"accepted without a lead", `UPDATE cases SET state = 'accepted'`},
			{"two leads", led + `roads', 'lead', 1, 0, 1, 1), ('` + string(c.ID) + `', 'parks', 'lead', 1, 0, 1, 1)`},
			{"a number twice", `INSERT INTO cases SELECT * FROM cases`},
			{"other words afterwards", `UPDATE case_events SET body = '{"text": "x"}'`},
			{"another time afterwards", `UPDATE case_events SET body = '{}', at = at + 1`},
			{"nothing happened", `DELETE FROM case_events`},
			{"a part of no case", `UPDATE parts SET case_id = 'none'`},
		} {
			if _, err := d.Writer().ExecContext(ctx, refused.text); err == nil {
				t.Errorf("%s: the database took it", refused.story)
			}
		}
	})
}

// What was there before recusals and the law's own time were marked is marked
// once the database is brought up to date.
func TestMarksAreFilledIn(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := store(t, d)
		mine, others := casestest.Case("li"), casestest.Case("wang")
		mine.State, mine.Lead, mine.DispatchedAt = cases.Accepted, "roads", casestest.At
		mine.Clocks.StatutoryDue = casestest.At.AddDate(0, 0, 15)
		mine.Recused = []cases.Recusal{{Staff: "zhao", Ground: cases.Kin}, {Staff: "qian", Ground: cases.Oneself}}
		others.Clocks.StatutoryDue = mine.Clocks.StatutoryDue
		if err := s.Load(ctx, []cases.Loaded{{Case: mine}, {Case: others}}); err != nil {
			t.Fatal(err)
		}
		todos := func() (list []string) {
			t.Helper()
			rows, err := d.Reader().QueryContext(ctx, `SELECT case_id, kind, unit, due FROM case_todos ORDER BY case_id, kind, unit`)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close() //nolint:errcheck // read to its end below
			for rows.Next() {
				var id, kind, unit string
				var due int64
				if err := rows.Scan(&id, &kind, &unit, &due); err != nil {
					t.Fatal(err)
				}
				list = append(list, fmt.Sprintf("%s %s %s %d", id, kind, unit, due))
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			return list
		}
		want := todos()
		fill := []string{`DELETE FROM case_todos`}
		for _, name := range []string{"0041_kept", "0042_statute"} {
			body, err := os.ReadFile("../../schema/migrations/" + name + "." + string(d.Engine) + ".sql")
			if err != nil {
				t.Fatal(err)
			}
			fill = append(fill, string(body))
		}
		for _, change := range fill {
			if _, err := d.Writer().ExecContext(ctx, change); err != nil {
				t.Fatal(err)
			}
		}
		if got := todos(); len(want) != 3 || !slices.Equal(got, want) {
			t.Errorf("filled in: %v, want %v", got, want)
		}
	})
}

// What units' lists select by is filled in for cases that were there before.
func TestUnitsAreFilledIn(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := store(t, d)
		if err := s.Load(ctx, casestest.Random(9, 50)); err != nil {
			t.Fatal(err)
		}
		units := func() (list []string) {
			t.Helper()
			rows, err := d.Reader().QueryContext(ctx, `SELECT case_id, unit, state, waits_for, handler, about FROM case_units ORDER BY case_id, unit, role, since`)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close() //nolint:errcheck // read to its end below
			for rows.Next() {
				var row [6]string
				if err := rows.Scan(&row[0], &row[1], &row[2], &row[3], &row[4], &row[5]); err != nil {
					t.Fatal(err)
				}
				list = append(list, strings.Join(row[:], " "))
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			return list
		}
		want := units()
		body, err := os.ReadFile("../../schema/migrations/0045_lists.sql")
		if err != nil {
			t.Fatal(err)
		}
		back := []string{`DROP INDEX case_units_risk`}
		for _, column := range []string{"state", "waits_for", "handler", "about"} {
			back = append(back, `ALTER TABLE case_units DROP COLUMN `+column)
		}
		for _, change := range append(back, `CREATE INDEX case_units_risk ON case_units (unit)`, string(body)) {
			if _, err := d.Writer().ExecContext(ctx, change); err != nil {
				t.Fatal(err)
			}
		}
		if got := units(); len(want) < 50 || !slices.Equal(got, want) {
			t.Errorf("filled in: %d rows unlike the %d that were written", len(got), len(want))
		}
	})
}
