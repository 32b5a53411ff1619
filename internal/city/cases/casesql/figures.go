package casesql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Figures implements cases.Store.
func (s Store) Figures(ctx context.Context, scope access.Scope, p cases.Period) (cases.Figures, error) {
	f := cases.Figures{ByWaits: map[cases.WaitsFor]int{}, ByArea: map[org.AreaID]cases.OpenLate{}}
	units := map[org.UnitID]*cases.UnitFigures{}
	c := counter{ctx: ctx, q: s.DB.Reader(), scope: scope, p: p}
	c.received(&f)
	c.open(&f, units)
	c.answered(&f, units)
	c.judged(&f, units)
	c.silent(&f)
	c.ownClock(&f)
	if c.err != nil {
		return f, fmt.Errorf("figures: %w", c.err)
	}
	for _, u := range units {
		f.ByUnit = append(f.ByUnit, *u)
	}
	slices.SortFunc(f.ByUnit, func(a, b cases.UnitFigures) int {
		return cmp.Or(cmp.Compare(b.Late, a.Late), cmp.Compare(b.Open, a.Open), cmp.Compare(a.Unit, b.Unit))
	})
	return f, nil
}

// A counter asks one thing after the other and remembers the first error.
type counter struct {
	ctx   context.Context //nolint:containedctx // it lives for one call
	q     *sql.DB
	scope access.Scope
	p     cases.Period
	err   error
}

// each runs a query on the cases in scope; cond may use the placeholders it
// adds to a.
func (c *counter) each(query func(a *db.Args, in string) string, row func(*sql.Rows) error) {
	if c.err != nil {
		return
	}
	var a db.Args
	in := inScope(&a, c.scope)
	rows, err := c.q.QueryContext(c.ctx, query(&a, in), a.List...)
	if err != nil {
		c.err = err
		return
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		if c.err = row(rows); c.err != nil {
			return
		}
	}
	c.err = rows.Err()
}

func (c *counter) received(f *cases.Figures) {
	c.each(func(a *db.Args, in string) string {
		return `SELECT count(*), coalesce(sum(CASE WHEN route = 'answered' THEN 1 ELSE 0 END), 0) FROM cases
			WHERE opened_at >= ` + a.Add(micro(c.p.From)) + ` AND opened_at < ` + a.Add(micro(c.p.To)) + ` AND ` + in
	}, func(r *sql.Rows) error { return r.Scan(&f.Received, &f.OnTheSpot) })
}

func unitOf(units map[org.UnitID]*cases.UnitFigures, id org.UnitID) *cases.UnitFigures {
	if units[id] == nil {
		units[id] = &cases.UnitFigures{Unit: id}
	}
	return units[id]
}

func (c *counter) open(f *cases.Figures, units map[org.UnitID]*cases.UnitFigures) {
	c.each(func(a *db.Args, in string) string {
		now := a.Add(micro(c.p.Now))
		return `SELECT waits_for, lead, area, state, count(*),
			coalesce(sum(CASE WHEN resolve_due > 0 AND resolve_due < ` + now + ` AND paused_until <= ` + now + ` THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN state = 'dispatched' AND accept_due > 0 AND accept_due < ` + now + ` THEN 1 ELSE 0 END), 0)
			FROM cases WHERE state IN ('waiting', 'dispatched', 'accepted', 'returned', 'checking', 'contested') AND ` + in + `
			GROUP BY waits_for, lead, area, state`
	}, func(r *sql.Rows) error {
		var waits cases.WaitsFor
		var lead org.UnitID
		var area org.AreaID
		var state cases.State
		var n, late, lateAccept int
		if err := r.Scan(&waits, &lead, &area, &state, &n, &late, &lateAccept); err != nil {
			return err
		}
		if state == cases.Waiting {
			late = 0
		}
		f.Open += n
		f.Late += late
		f.LateAccept += lateAccept
		f.ByWaits[waits] += n
		at := f.ByArea[area]
		f.ByArea[area] = cases.OpenLate{Open: at.Open + n, Late: at.Late + late}
		if lead != "" {
			u := unitOf(units, lead)
			u.Open += n
			u.Late += late
		}
		return nil
	})
}

// answered counts the response rate: of the cases a unit answered in the
// period, or should have, those answered in time.
func (c *counter) answered(f *cases.Figures, units map[org.UnitID]*cases.UnitFigures) {
	count := func(r *sql.Rows) error {
		var lead org.UnitID
		var n, inTime, spot int
		if err := r.Scan(&lead, &n, &inTime, &spot); err != nil {
			return err
		}
		f.Answered += n
		u := unitOf(units, lead)
		add(&f.Rates.Response, n-spot, inTime)
		add(&u.Rates.Response, n-spot, inTime)
		return nil
	}
	c.each(func(a *db.Args, in string) string {
		return `SELECT lead, count(*), coalesce(sum(CASE WHEN dispatched_at > 0 AND answered_at <= resolve_due THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN dispatched_at = 0 THEN 1 ELSE 0 END), 0)
			FROM cases WHERE answered_at >= ` + a.Add(micro(c.p.From)) + ` AND answered_at < ` + a.Add(micro(c.p.To)) + ` AND ` + in + ` GROUP BY lead`
	}, count)
	c.each(func(a *db.Args, in string) string {
		return `SELECT lead, count(*) FROM cases WHERE answered_at = 0 AND resolve_due >= ` + a.Add(micro(c.p.From)) + ` AND resolve_due < ` + a.Add(min(micro(c.p.To), micro(c.p.Now))) +
			` AND ` + owed + ` AND ` + in + ` GROUP BY lead`
	}, func(r *sql.Rows) error {
		var lead org.UnitID
		var n int
		if err := r.Scan(&lead, &n); err != nil {
			return err
		}
		add(&f.Rates.Response, n, 0)
		add(&unitOf(units, lead).Rates.Response, n, 0)
		return nil
	})
}

func add(r *cases.Ratio, of, count int) {
	r.Of += of
	r.Count += count
}

// judged counts what residents said and how they rated.
func (c *counter) judged(f *cases.Figures, units map[org.UnitID]*cases.UnitFigures) {
	c.each(func(a *db.Args, in string) string {
		return `SELECT lead, count(*), coalesce(sum(CASE WHEN verdict = 'solved' THEN 1 ELSE 0 END), 0) FROM parts JOIN cases ON cases.id = parts.case_id
			WHERE verdict_at > 0 AND verdict_at >= ` + a.Add(micro(c.p.From)) + ` AND verdict_at < ` + a.Add(micro(c.p.To)) + ` AND ` + in + ` GROUP BY lead`
	}, func(r *sql.Rows) error {
		var lead org.UnitID
		var of, n int
		if err := r.Scan(&lead, &of, &n); err != nil {
			return err
		}
		add(&f.Rates.Resolution, of, n)
		add(&unitOf(units, lead).Rates.Resolution, of, n)
		return nil
	})
	c.each(func(a *db.Args, in string) string {
		return `SELECT lead, count(*), coalesce(sum(CASE WHEN rating >= 4 THEN 1 ELSE 0 END), 0) FROM parts JOIN cases ON cases.id = parts.case_id
			WHERE rated_at > 0 AND rated_at >= ` + a.Add(micro(c.p.From)) + ` AND rated_at < ` + a.Add(micro(c.p.To)) + ` AND ` + in + ` GROUP BY lead`
	}, func(r *sql.Rows) error {
		var lead org.UnitID
		var of, n int
		if err := r.Scan(&lead, &of, &n); err != nil {
			return err
		}
		add(&f.Rates.Satisfaction, of, n)
		add(&unitOf(units, lead).Rates.Satisfaction, of, n)
		return nil
	})
}

// silent counts answers whose time to confirm ended in the period without a word.
func (c *counter) silent(f *cases.Figures) {
	c.each(func(a *db.Args, in string) string {
		return `SELECT count(*), coalesce(sum(CASE WHEN verdict_at = 0 THEN 1 ELSE 0 END), 0) FROM parts JOIN cases ON cases.id = parts.case_id
			WHERE state IN ('answered', 'closed') AND withdrawn_at = 0 AND answered_at > 0 AND confirm_until > 0 AND answered_at >= ` + a.Add(micro(c.p.From.AddDate(0, 0, -30))) +
			` AND confirm_until >= ` + a.Add(micro(c.p.From)) + ` AND confirm_until < ` + a.Add(min(micro(c.p.To), micro(c.p.Now))) + ` AND ` + in
	}, func(r *sql.Rows) error { return r.Scan(&f.Rates.Silent.Of, &f.Rates.Silent.Count) })
}

// ownClock finds the median and the 90th percentile of the resident's wait.
func (c *counter) ownClock(f *cases.Figures) {
	for _, q := range []struct {
		share float64
		into  *float64
	}{{0.5, &f.MedianHours}, {0.9, &f.P90Hours}} {
		if f.Answered == 0 {
			return
		}
		c.each(func(a *db.Args, in string) string {
			return `SELECT answered_at - opened_at FROM cases WHERE answered_at >= ` + a.Add(micro(c.p.From)) + ` AND answered_at < ` + a.Add(micro(c.p.To)) + ` AND ` + in +
				` ORDER BY answered_at - opened_at LIMIT 1 OFFSET ` + a.Add(int64(q.share*float64(f.Answered-1)))
		}, func(r *sql.Rows) error {
			var us int64
			if err := r.Scan(&us); err != nil {
				return err
			}
			*q.into = float64(us) / 3_600_000_000
			return nil
		})
	}
}
