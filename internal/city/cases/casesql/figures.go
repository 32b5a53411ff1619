package casesql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Figures implements cases.Store.
func (s Store) Figures(ctx context.Context, scope access.Scope, p cases.Period) (cases.Figures, error) {
	f := cases.Figures{ByWaits: map[cases.WaitsFor]int{}, ByArea: map[org.AreaID]cases.OpenLate{}}
	c := counter{ctx: ctx, q: s.DB.Reader(), scope: scope, p: p, f: &f, units: map[org.UnitID]*cases.UnitFigures{}}
	for _, count := range []func() error{c.received, c.open, c.answered, c.overdue, c.judged, c.rated, c.silent, c.ownClock} {
		if err := count(); err != nil {
			return f, fmt.Errorf("figures: %w", err)
		}
	}
	for _, u := range c.units {
		f.ByUnit = append(f.ByUnit, *u)
	}
	slices.SortFunc(f.ByUnit, func(a, b cases.UnitFigures) int { return cmp.Compare(a.Unit, b.Unit) })
	return f, nil
}

// A counter counts one thing after the other.
type counter struct {
	ctx   context.Context //nolint:containedctx // it lives for one call
	q     *sql.DB
	scope access.Scope
	p     cases.Period
	f     *cases.Figures
	units map[org.UnitID]*cases.UnitFigures
}

// each runs a query on the cases in scope; query may add arguments to a.
func (c *counter) each(query func(a *db.Args, in string) string, row func(*sql.Rows) error) error {
	var a db.Args
	rows, err := c.q.QueryContext(c.ctx, query(&a, inScope(&a, c.scope)), a.List...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// inPeriod says that a column of times is in the period, up to an end that is
// no later than the period's.
func (c *counter) inPeriod(a *db.Args, column string, end time.Time) string {
	if end.After(c.p.To) {
		end = c.p.To
	}
	return column + " > 0 AND " + column + " >= " + a.Add(micro(c.p.From)) + " AND " + column + " < " + a.Add(micro(end))
}

func (c *counter) unit(id org.UnitID) *cases.UnitFigures {
	if c.units[id] == nil {
		c.units[id] = &cases.UnitFigures{Unit: id}
	}
	return c.units[id]
}

// ratio adds rows of lead, denominator and count to a rate of all and of the
// lead.
func (c *counter) ratio(query func(a *db.Args, in string) string, of func(*cases.Rates) *cases.Ratio) error {
	return c.each(query, func(r *sql.Rows) error {
		var lead org.UnitID
		var n, count int
		if err := r.Scan(&lead, &n, &count); err != nil {
			return err
		}
		rates := []*cases.Rates{&c.f.Rates}
		if lead != "" {
			rates = append(rates, &c.unit(lead).Rates)
		}
		for _, each := range rates {
			of(each).Of += n
			of(each).Count += count
		}
		return nil
	})
}

// sum counts the rows for which a condition holds.
func sum(cond string) string { return `coalesce(sum(CASE WHEN ` + cond + ` THEN 1 ELSE 0 END), 0)` }

func (c *counter) received() error {
	return c.each(func(a *db.Args, in string) string {
		return `SELECT count(*), ` + sum(`route = 'answered'`) + ` FROM cases WHERE ` + c.inPeriod(a, "opened_at", c.p.To) + ` AND ` + in
	}, func(r *sql.Rows) error { return r.Scan(&c.f.Received, &c.f.OnTheSpot) })
}

// open counts what is owed; what of it is late follows cases.Case.Due.
func (c *counter) open() error {
	return c.each(func(a *db.Args, in string) string {
		now := a.Add(micro(c.p.Now))
		late := func(cond, due string) string { return sum(cond + ` AND ` + due + ` > 0 AND ` + due + ` < ` + now) }
		return `SELECT waits_for, lead, area, count(*), ` + sum(`state NOT IN ('waiting', 'contested')`) + `,
			` + late(`state IN ('waiting', 'contested')`, `dispatch_due`) + `,
			` + late(`state = 'dispatched'`, `accept_due`) + `,
			` + late(`(state IN ('accepted', 'returned', 'checking') OR state = 'dispatched' AND accept_due = 0)`, `resolve_due`) + `
			FROM cases WHERE risk > 0 AND ` + in + ` GROUP BY waits_for, lead, area`
	}, func(r *sql.Rows) error {
		var waits cases.WaitsFor
		var lead org.UnitID
		var area org.AreaID
		var n, held, dispatch, accept, late int
		if err := r.Scan(&waits, &lead, &area, &n, &held, &dispatch, &accept, &late); err != nil {
			return err
		}
		c.f.Open += n
		c.f.LateDispatch += dispatch
		c.f.LateAccept += accept
		c.f.Late += late
		c.f.ByWaits[waits] += n
		at := c.f.ByArea[area]
		c.f.ByArea[area] = cases.OpenLate{Open: at.Open + n, Late: at.Late + dispatch + accept + late}
		if lead != "" && held > 0 {
			u := c.unit(lead)
			u.Open += held
			u.Late += accept + late
		}
		return nil
	})
}

func (c *counter) answered() error {
	err := c.each(func(a *db.Args, in string) string {
		return `SELECT count(*) FROM cases WHERE ` + c.inPeriod(a, "answered_at", c.p.To) + ` AND ` + in
	}, func(r *sql.Rows) error { return r.Scan(&c.f.Answered) })
	if err != nil {
		return err
	}
	return c.ratio(func(a *db.Args, in string) string {
		return `SELECT lead, count(*), ` + sum(`answered_at <= resolve_due`) + ` FROM cases
			WHERE dispatched_at > 0 AND resolve_due > 0 AND ` + c.inPeriod(a, "answered_at", c.p.To) + ` AND ` + in + ` GROUP BY lead`
	}, response)
}

// overdue adds to the response rate what was to be answered in the period and
// is not.
func (c *counter) overdue() error {
	return c.ratio(func(a *db.Args, in string) string {
		return `SELECT lead, count(*), 0 FROM cases WHERE risk > 0 AND state IN ('dispatched', 'accepted', 'returned', 'checking')
			AND ` + c.inPeriod(a, "resolve_due", c.p.Now) + ` AND ` + in + ` GROUP BY lead`
	}, response)
}

func response(r *cases.Rates) *cases.Ratio { return &r.Response }

const partsOfCases = `parts JOIN cases ON cases.id = parts.case_id`

func (c *counter) judged() error {
	return c.ratio(func(a *db.Args, in string) string {
		return `SELECT lead, count(*), ` + sum(`verdict = 'solved'`) + ` FROM ` + partsOfCases + ` WHERE ` + c.inPeriod(a, "verdict_at", c.p.To) + ` AND ` + in + ` GROUP BY lead`
	}, func(r *cases.Rates) *cases.Ratio { return &r.Resolution })
}

func (c *counter) rated() error {
	return c.ratio(func(a *db.Args, in string) string {
		return `SELECT lead, count(*), ` + sum(`rating >= 4`) + ` FROM ` + partsOfCases + ` WHERE ` + c.inPeriod(a, "rated_at", c.p.To) + ` AND ` + in + ` GROUP BY lead`
	}, func(r *cases.Rates) *cases.Ratio { return &r.Satisfaction })
}

func (c *counter) silent() error {
	return c.ratio(func(a *db.Args, in string) string {
		now := a.Add(micro(c.p.Now))
		return `SELECT lead, count(*), ` + sum(`verdict_at = 0`) + ` FROM ` + partsOfCases + `
			WHERE withdrawn_at = 0 AND route IN ('` + org.RouteWork + `', '` + org.RouteAnswered + `') AND (verdict_at > 0 OR confirm_until < ` + now + `)
			AND ` + c.inPeriod(a, "answered_at", c.p.To) + ` AND ` + in + ` GROUP BY lead`
	}, func(r *cases.Rates) *cases.Ratio { return &r.Silent })
}

// ownClock finds the median and the 90th percentile of how long residents
// waited for answers to work.
func (c *counter) ownClock() error {
	from := func(a *db.Args, in string) string {
		return ` FROM ` + partsOfCases + ` WHERE dispatched_at > 0 AND withdrawn_at = 0 AND ` + c.inPeriod(a, "answered_at", c.p.To) + ` AND ` + in
	}
	var n int
	err := c.each(func(a *db.Args, in string) string { return `SELECT count(*)` + from(a, in) }, func(r *sql.Rows) error { return r.Scan(&n) })
	if err != nil || n == 0 {
		return err
	}
	for p, into := range map[int]*float64{50: &c.f.MedianHours, 90: &c.f.P90Hours} {
		err := c.each(func(a *db.Args, in string) string {
			return `SELECT answered_at - at` + from(a, in) + ` ORDER BY 1 LIMIT 1 OFFSET ` + a.Add(cases.Rank(n, p)-1)
		}, func(r *sql.Rows) error {
			var us int64
			err := r.Scan(&us)
			*into = (time.Duration(us) * time.Microsecond).Hours()
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
