package casesql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	// Two at a time, which take about as long.
	var wait sync.WaitGroup
	var failed [2]error
	for i, counts := range [2][]func() error{{c.waited, c.overdue}, {c.received, c.open, c.answered, c.judged, c.rated}} {
		wait.Go(func() {
			for _, count := range counts {
				failed[i] = errors.Join(failed[i], count())
			}
		})
	}
	wait.Wait()
	if err := errors.Join(failed[:]...); err != nil {
		return f, fmt.Errorf("figures: %w", err)
	}
	for _, u := range c.units {
		f.ByUnit = append(f.ByUnit, *u)
	}
	slices.SortFunc(f.ByUnit, func(a, b cases.UnitFigures) int { return cmp.Compare(a.Unit, b.Unit) })
	return f, nil
}

// A counter counts for one call, each thing with a query of its own.
type counter struct {
	mu    sync.Mutex      // held while a row is counted
	ctx   context.Context //nolint:containedctx // it lives for one call
	q     *sql.DB
	scope access.Scope
	p     cases.Period
	f     *cases.Figures
	units map[org.UnitID]*cases.UnitFigures
}

// The tables that say whose cases are, with the column of the case's id.
var (
	ofCases = [2]string{"cases", "id"}
	ofParts = [2]string{"parts", "case_id"}
)

// each runs a query on what of a table is in scope; query may add arguments to a.
func (c *counter) each(table [2]string, query func(a *db.Args, in string) string, row func(*sql.Rows) error) error {
	var a db.Args
	rows, err := c.q.QueryContext(c.ctx, query(&a, inScope(&a, c.scope, table[0], table[1])), a.List...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		if err := c.one(rows, row); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (c *counter) one(rows *sql.Rows, row func(*sql.Rows) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return row(rows)
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
func (c *counter) ratio(table [2]string, query func(a *db.Args, in string) string, of func(*cases.Rates) *cases.Ratio) error {
	return c.each(table, query, func(r *sql.Rows) error {
		var lead org.UnitID
		var n, count int
		if err := r.Scan(&lead, &n, &count); err != nil {
			return err
		}
		c.add(lead, n, count, of)
		return nil
	})
}

func (c *counter) add(lead org.UnitID, n, count int, of func(*cases.Rates) *cases.Ratio) {
	if n == 0 {
		return
	}
	rates := []*cases.Rates{&c.f.Rates}
	if lead != "" {
		rates = append(rates, &c.unit(lead).Rates)
	}
	for _, each := range rates {
		of(each).Of += n
		of(each).Count += count
	}
}

// sum counts the rows for which a condition holds.
func sum(cond string) string { return `coalesce(sum(CASE WHEN ` + cond + ` THEN 1 ELSE 0 END), 0)` }

func (c *counter) received() error {
	return c.each(ofCases, func(a *db.Args, in string) string {
		return `SELECT count(*), ` + sum(`route = 'answered'`) + ` FROM cases WHERE ` + c.inPeriod(a, "opened_at", c.p.To) + ` AND ` + in
	}, func(r *sql.Rows) error { return r.Scan(&c.f.Received, &c.f.OnTheSpot) })
}

// open counts what is owed; what of it is late follows cases.Case.Due.
func (c *counter) open() error {
	return c.each(ofCases, func(a *db.Args, in string) string {
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

// answered counts the answers of the period, and which of them kept their limit.
func (c *counter) answered() error {
	return c.each(ofCases, func(a *db.Args, in string) string {
		limited := `dispatched_at > 0 AND resolve_due > 0`
		return `SELECT lead, count(*), ` + sum(limited) + `, ` + sum(limited+` AND answered_at <= resolve_due`) + `
			FROM cases WHERE ` + c.inPeriod(a, "answered_at", c.p.To) + ` AND ` + in + ` GROUP BY lead`
	}, func(r *sql.Rows) error {
		var lead org.UnitID
		var n, limited, kept int
		if err := r.Scan(&lead, &n, &limited, &kept); err != nil {
			return err
		}
		c.f.Answered += n
		c.add(lead, limited, kept, response)
		return nil
	})
}

// overdue adds to the response rate what was to be answered in the period and
// is not.
func (c *counter) overdue() error {
	return c.ratio(ofCases, func(a *db.Args, in string) string {
		return `SELECT lead, count(*), 0 FROM cases WHERE risk > 0 AND state IN ('dispatched', 'accepted', 'returned', 'checking')
			AND ` + c.inPeriod(a, "resolve_due", c.p.Now) + ` AND ` + in + ` GROUP BY lead`
	}, response)
}

func response(r *cases.Rates) *cases.Ratio { return &r.Response }

func (c *counter) judged() error {
	return c.ratio(ofParts, func(a *db.Args, in string) string {
		return `SELECT lead, count(*), ` + sum(`verdict = 'solved'`) + ` FROM parts WHERE ` + c.inPeriod(a, "verdict_at", c.p.To) + ` AND ` + in + ` GROUP BY lead`
	}, func(r *cases.Rates) *cases.Ratio { return &r.Resolution })
}

func (c *counter) rated() error {
	return c.ratio(ofParts, func(a *db.Args, in string) string {
		return `SELECT lead, count(*), ` + sum(`rating >= 4`) + ` FROM parts WHERE ` + c.inPeriod(a, "rated_at", c.p.To) + ` AND ` + in + ` GROUP BY lead`
	}, func(r *cases.Rates) *cases.Ratio { return &r.Satisfaction })
}

// waited counts, of the answers of the period, who said nothing of them, and
// how long residents had waited for those to work. The times come as one text:
// one row for each is more to read than to count.
func (c *counter) waited() error {
	var times []time.Duration
	err := c.each(ofCases, func(a *db.Args, in string) string {
		spoke := `route IN ('` + org.RouteWork + `', '` + org.RouteAnswered + `') AND (verdict_at > 0 OR confirm_until < ` + a.Add(micro(c.p.Now)) + `)`
		// SQLite takes a CROSS JOIN in the order it is written in, and does not
		// guess that the parts should come first.
		return `SELECT cases.lead, ` + sum(spoke) + `, ` + sum(spoke+` AND verdict_at = 0`) + `,
			coalesce(string_agg(CASE WHEN dispatched_at > 0 THEN CAST(answered_at - at AS TEXT) END, ','), '')
			FROM cases CROSS JOIN parts WHERE parts.case_id = cases.id AND withdrawn_at = 0 AND ` + c.inPeriod(a, "answered_at", c.p.To) + ` AND ` + in + `
			GROUP BY cases.lead`
	}, func(r *sql.Rows) error {
		var lead org.UnitID
		var n, silent int
		var list string
		if err := r.Scan(&lead, &n, &silent, &list); err != nil {
			return err
		}
		c.add(lead, n, silent, func(r *cases.Rates) *cases.Ratio { return &r.Silent })
		for word := range strings.SplitSeq(list, ",") {
			if us, err := strconv.ParseInt(word, 10, 64); err == nil { // else there is none
				times = append(times, time.Duration(us)*time.Microsecond)
			}
		}
		return nil
	})
	if n := len(times); n > 0 {
		slices.Sort(times)
		c.f.Timed = n
		c.f.MedianHours, c.f.P90Hours = times[cases.Rank(n, 50)-1].Hours(), times[cases.Rank(n, 90)-1].Hours()
	}
	return err
}
