package casesql_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casesql"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

// year is what a district has after some months: most of it done, half of that
// closed by silence, a fifteenth of it open.
func year(n int) []cases.Loaded {
	list := casestest.Random(50, n)
	r := rand.New(rand.NewPCG(50, 50))
	for i := range list {
		c := &list[i].Case
		c.WaitsFor = map[cases.State]cases.WaitsFor{
			cases.Waiting: cases.ForDispatcher, cases.Dispatched: cases.ForUnit, cases.Accepted: cases.ForUnit, cases.Returned: cases.ForDispatcher,
			cases.Checking: cases.ForHotline, cases.Answered: cases.ForResident, cases.Contested: cases.ForDispatcher, cases.Closed: cases.ForNobody,
		}[c.State]
		if r.IntN(10) > 0 {
			c.Helpers = nil
		}
		if c.State != cases.Closed && r.IntN(12) > 0 {
			c.State, c.WaitsFor, c.Outcome = cases.Closed, cases.ForNobody, cases.Solved
			if r.IntN(2) > 0 { // nobody said a word of it
				c.State, c.WaitsFor = cases.Answered, cases.ForResident
				if c.Lead == "" {
					c.Lead = "roads"
				}
			}
			if c.AnsweredAt.IsZero() {
				c.AnsweredAt = c.OpenedAt.Add(30 * time.Hour)
			}
			c.ConfirmUntil, c.ClosedAt = c.AnsweredAt.Add(100*time.Hour), c.AnsweredAt.Add(20*time.Hour)
		}
	}
	return list
}

func filled(b testing.TB, d *db.DB, n int) casesql.Store {
	b.Helper()
	s := store(b, d)
	for batch := range slices.Chunk(year(n), 2000) {
		if err := s.Load(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	if d.Engine == db.Postgres { // as it does by itself in its first minute
		if _, err := d.Writer().ExecContext(b.Context(), "VACUUM ANALYZE"); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// A look is something that a page shows.
type look struct {
	name string
	do   func(ctx context.Context, s casesql.Store) error
}

func looks() []look {
	hotline := access.Scope{All: true, NotAbout: []org.UnitID{"hotline"}}
	roads := access.Scope{Units: []org.UnitID{"roads", "lights"}, NotAbout: []org.UnitID{"roads"}}
	street := access.Scope{Areas: []org.AreaID{"js", "js-01", "js-02", "js-02-7"}}
	list := func(name string, scope access.Scope, f cases.Filter) look {
		f.At, f.Limit = casestest.At, 50
		return look{name, func(ctx context.Context, s casesql.Store) error {
			_, err := s.List(ctx, scope, f)
			return err
		}}
	}
	count := func(name string, scope access.Scope, f cases.Filter) look {
		f.At = casestest.At
		return look{name, func(ctx context.Context, s casesql.Store) error {
			_, err := s.Count(ctx, scope, f, cases.MaxCount+1)
			return err
		}}
	}
	figures := func(name string, scope access.Scope, days int) look {
		return look{name, func(ctx context.Context, s casesql.Store) error {
			_, err := s.Figures(ctx, scope, cases.Period{From: casestest.At.AddDate(0, 0, -days), To: casestest.At, Now: casestest.At})
			return err
		}}
	}
	recused := hotline
	recused.Recused = "qian"
	sending := cases.Filter{States: []cases.State{cases.Waiting}, Order: cases.ByRisk}
	mine := cases.Filter{Units: []org.UnitID{"roads", "lights"}, States: []cases.State{cases.Dispatched, cases.Accepted}, Order: cases.ByRisk}
	return []look{
		list("list/to-dispatch", hotline, sending),
		list("list/to-release", hotline, cases.Filter{WaitsFor: []cases.WaitsFor{cases.ForHotline}, Order: cases.ByRisk}),
		list("list/all-by-risk", hotline, cases.Filter{Order: cases.ByRisk}),
		list("list/late", hotline, cases.Filter{Order: cases.ByRisk, LateAt: casestest.At}),
		list("list/newest", hotline, cases.Filter{}),
		list("list/answered", hotline, cases.Filter{States: []cases.State{cases.Answered}}),
		list("list/closed-tree", hotline, cases.Filter{States: []cases.State{cases.Closed}, Categories: []org.CategoryID{"tree"}}),
		list("list/contested-by-risk", hotline, cases.Filter{States: []cases.State{cases.Contested, cases.Returned}, Order: cases.ByRisk}),
		list("list/unit-by-risk", roads, mine),
		list("list/unit-newest", roads, cases.Filter{Units: []org.UnitID{"roads", "lights"}}),
		list("list/unit-helps", roads, cases.Filter{Units: []org.UnitID{"roads", "lights"}, Helping: true, Order: cases.ByRisk}),
		list("list/scope-newest", roads, cases.Filter{}),
		list("list/scope-by-risk", roads, cases.Filter{Order: cases.ByRisk}),
		list("list/street-newest", street, cases.Filter{}),
		list("list/street-by-risk", street, cases.Filter{Order: cases.ByRisk}),
		list("list/street-late", street, cases.Filter{Order: cases.ByRisk, LateAt: casestest.At}),
		list("list/handler", roads, cases.Filter{Units: []org.UnitID{"roads"}, Handler: "zhao", Order: cases.ByRisk}),
		count("count/to-dispatch", hotline, sending),
		count("count/late", hotline, cases.Filter{LateAt: casestest.At}),
		count("count/all", hotline, cases.Filter{}),
		count("count/answered", hotline, cases.Filter{States: []cases.State{cases.Answered}}),
		count("count/unit", roads, mine),
		count("count/scope", roads, cases.Filter{}),
		// Somebody recused from a case, and whether anybody is from any.
		{"count/kept", func(ctx context.Context, s casesql.Store) error {
			_, err := s.IsKept(ctx, "qian")
			return err
		}},
		count("count/all-recused", recused, cases.Filter{}),
		count("count/late-recused", recused, cases.Filter{LateAt: casestest.At}),
		list("list/all-by-risk-recused", recused, cases.Filter{Order: cases.ByRisk}),
		figures("figures/hotline-30", hotline, 30),
		figures("figures/hotline-90", hotline, 90),
		figures("figures/roads-30", roads, 30),
		figures("figures/street-30", street, 30),
	}
}

// BenchmarkQueue is what pages ask for, of 50,000 cases.
func BenchmarkQueue(b *testing.B) {
	for engine, fresh := range engines {
		b.Run(engine, func(b *testing.B) {
			s := filled(b, fresh(b), 50_000)
			for _, look := range looks() {
				b.Run(look.name, func(b *testing.B) {
					for b.Loop() {
						if err := look.do(b.Context(), s); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}
