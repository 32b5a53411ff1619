package casesql

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"yiwang/internal/algo/rates"
	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// never is a time that no deadline is after.
const never = math.MaxInt64

// Figures implements cases.Store. What happened on days that were counted is
// read from counts; other days, and what is open, are counted here.
func (s Store) Figures(ctx context.Context, scope access.Scope, p cases.Period) (cases.Figures, error) {
	f := cases.Figures{ByWaits: map[cases.WaitsFor]int{}, ByState: map[cases.State]int{}, ByArea: map[org.AreaID]cases.OpenLate{}}
	c := counter{ctx: ctx, q: s.DB.Reader(), scope: scope, now: micro(p.Now), f: &f, units: map[org.UnitID]*cases.UnitFigures{}}
	in := span{micro(p.From), micro(p.To)}
	if err := s.happened(&c, in); err != nil {
		return f, fmt.Errorf("figures: %w", err)
	}
	c.sum()
	if err := c.open(); err != nil {
		return f, fmt.Errorf("figures: %w", err)
	}
	if err := c.overdue(in); err != nil {
		return f, fmt.Errorf("figures: %w", err)
	}
	if err := c.shelved(); err != nil {
		return f, fmt.Errorf("figures: %w", err)
	}
	if err := c.unconfirmed(); err != nil {
		return f, fmt.Errorf("figures: %w", err)
	}
	left, err := s.excluded(ctx, scope, p)
	if err != nil {
		return f, err
	}
	for _, n := range left {
		f.Excluded = f.Excluded.Plus(n.Rates)
		if n.Unit != "" {
			u := c.unit(n.Unit)
			u.Excluded = u.Excluded.Plus(n.Rates)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.units)) {
		f.ByUnit = append(f.ByUnit, *c.units[id])
	}
	return f, nil
}

// happened counts what happened in a span, from counts as far as they go.
// They are of all cases: who sees some has theirs counted.
func (s Store) happened(c *counter, in span) error {
	var days, settled []span
	if c.scope.All {
		list, at, err := s.spans(c.ctx, in, "")
		if err != nil {
			return err
		}
		days = list
		for i, d := range list {
			if at[i] <= c.now {
				settled = append(settled, d)
			}
		}
	}
	if err := c.rolled(days, countColumns[:len(countColumns)-2], true); err != nil {
		return err
	}
	if err := c.rolled(settled, countColumns[len(countColumns)-2:], false); err != nil {
		return err
	}
	for _, rest := range in.without(days) {
		if err := c.happened(rest); err != nil {
			return err
		}
	}
	for _, rest := range in.without(settled) {
		if err := c.silence(rest); err != nil {
			return err
		}
	}
	return nil
}

// A counter counts for one call, each thing with a query of its own.
type counter struct {
	ctx   context.Context //nolint:containedctx // it lives for one call
	q     querier
	scope access.Scope
	now   int64
	about bool // keep apart by the unit complained of

	by    map[tallied]*tally
	f     *cases.Figures
	units map[org.UnitID]*cases.UnitFigures
}

// tallied says what a tally is of.
type tallied struct{ of, name, about string }

func (c *counter) at(of, name, about string) *tally {
	if !c.about {
		about = ""
	}
	k := tallied{of, name, about}
	if c.by[k] == nil {
		if c.by == nil {
			c.by = map[tallied]*tally{}
		}
		c.by[k] = &tally{}
	}
	return c.by[k]
}

// The tables that say whose cases are, with the column of the case's id.
var (
	ofCases = [2]string{"cases", "id"}
	ofParts = [2]string{"parts", "case_id"}
)

// rows runs a query and calls row for each of what it gives.
func (c *counter) rows(text string, args []any, row func(*sql.Rows) error) error {
	rows, err := c.q.QueryContext(c.ctx, text, args...)
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

// each runs a query on what of a table is in scope; query may add arguments to a.
func (c *counter) each(table [2]string, query func(a *db.Args, in string) string, row func(*sql.Rows) error) error {
	var a db.Args
	text := query(&a, inScope(&a, c.scope, table[0], table[1]))
	return c.rows(text, a.List, row)
}

// has says that a column of times is in a span; 0 is no time. A further lower
// bound would be one too many: SQLite may walk an index from there.
func (in span) has(a *db.Args, column string) string {
	return column + " >= " + a.Add(max(in.since, 1)) + " AND " + column + " < " + a.Add(in.until)
}

// count says that a condition holds, as a number to be summed.
func count(cond string) string { return `coalesce(sum(CASE WHEN ` + cond + ` THEN 1 ELSE 0 END), 0)` }

// happened counts by lead what happened in a span.
func (c *counter) happened(in span) error {
	limited := `dispatched_at > 0 AND resolve_due > 0`
	for _, q := range []struct {
		table  [2]string
		at     string
		counts string
		to     func(n *tally) []*int
	}{
		{ofCases, "opened_at", count(`route = 'answered'`) + `, 0`, func(n *tally) []*int { return []*int{&n.received, &n.onSpot, new(int)} }},
		{ofCases, "answered_at", count(limited) + `, ` + count(limited+` AND answered_at <= resolve_due`), func(n *tally) []*int { return []*int{&n.answered, &n.limited, &n.kept} }},
		{ofParts, "verdict_at", count(`verdict = 'solved'`) + `, 0`, func(n *tally) []*int { return []*int{&n.judged, &n.solved, new(int)} }},
		{ofParts, "rated_at", count(`rating >= 4`) + `, 0`, func(n *tally) []*int { return []*int{&n.rated, &n.satisfied, new(int)} }},
	} {
		err := c.each(q.table, func(a *db.Args, scoped string) string {
			return `SELECT lead, about, count(*), ` + q.counts + ` FROM ` + q.table[0] + ` WHERE ` + in.has(a, q.at) + ` AND ` + scoped + ` GROUP BY lead, about`
		}, func(r *sql.Rows) error {
			var lead, about string
			var n [3]int
			if err := r.Scan(&lead, &about, &n[0], &n[1], &n[2]); err != nil {
				return err
			}
			for i, to := range q.to(c.at("lead", lead, about)) {
				*to += n[i]
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return c.waited(in)
}

// told reads, with the parts that were not withdrawn, the cases answered in a
// span. SQLite takes a CROSS JOIN in the order it is written in, and does not
// guess that the parts should come first.
func told(a *db.Args, in span, scoped string) string {
	return ` FROM cases CROSS JOIN parts WHERE parts.case_id = cases.id AND withdrawn_at = 0 AND ` + in.has(a, "answered_at") + ` AND ` + scoped
}

// waited counts how long residents had waited for the answers to work of a
// span.
func (c *counter) waited(in span) error {
	const hour = `3600000000`
	return c.each(ofCases, func(a *db.Args, scoped string) string {
		return `SELECT cases.lead, cases.about, (answered_at - at + ` + hour + ` - 1) / ` + hour + ` AS hours, count(*)` + told(a, in, scoped) + ` AND dispatched_at > 0
			GROUP BY cases.lead, cases.about, hours`
	}, func(r *sql.Rows) error {
		var lead, about string
		var hours, n int
		if err := r.Scan(&lead, &about, &hours, &n); err != nil {
			return err
		}
		c.at("lead", lead, about).wait(hours, n)
		return nil
	})
}

// silence counts, of the answers of a span, who could have said something of
// them by now, and did not.
func (c *counter) silence(in span) error {
	return c.each(ofCases, func(a *db.Args, scoped string) string {
		spoke := `route IN ('` + org.RouteWork + `', '` + org.RouteAnswered + `') AND (verdict_at > 0 OR confirm_until < ` + a.Add(c.now) + `)`
		return `SELECT cases.lead, cases.about, ` + count(spoke) + `, ` + count(spoke+` AND verdict_at = 0`) + told(a, in, scoped) + ` GROUP BY cases.lead, cases.about`
	}, func(r *sql.Rows) error {
		var lead, about string
		var spoke, silent int
		if err := r.Scan(&lead, &about, &spoke, &silent); err != nil {
			return err
		}
		n := c.at("lead", lead, about)
		n.spoke += spoke
		n.silent += silent
		return nil
	})
}

// categories counts what was opened in a span by category. What was joined to
// another case is not a matter of its own.
func (c *counter) categories(in span) error {
	return c.each(ofCases, func(a *db.Args, scoped string) string {
		return `SELECT category, about, count(*) FROM cases WHERE ` + in.has(a, "opened_at") + ` AND merged_into = '' AND ` + scoped + ` GROUP BY category, about`
	}, func(r *sql.Rows) error {
		var category, about string
		var n int
		if err := r.Scan(&category, &about, &n); err != nil {
			return err
		}
		c.at("category", category, about).received += n
		return nil
	})
}

// rolled adds some numbers of leads, with or without their waits, from what
// is in counts for days.
func (c *counter) rolled(days []span, columns []string, waits bool) error {
	sums := make([]string, len(countColumns))
	for i, name := range countColumns {
		sums[i] = "0"
		if slices.Contains(columns, name) {
			sums[i] = "sum(" + name + ")"
		}
	}
	histogram := `''`
	if waits {
		histogram = `coalesce(string_agg(waits, ','), '')`
	}
	return c.counts(days, `name, `+strings.Join(sums, ", ")+`, `+histogram, "lead", `name`, func(r *sql.Rows) error {
		var name, list string
		var more tally
		dest := []any{&name}
		for _, n := range more.columns() {
			dest = append(dest, n)
		}
		if err := r.Scan(append(dest, &list)...); err != nil {
			return err
		}
		n := c.at("lead", name, "")
		to := n.columns()
		for i, count := range more.columns() {
			*to[i] += *count
		}
		return n.addWaits(list)
	})
}

// counts reads what was counted for days, of what is in scope; days that
// follow each other are read as one.
func (c *counter) counts(days []span, columns, of, by string, row func(*sql.Rows) error) error {
	for len(days) > 0 {
		n := 1
		for n < len(days) && days[n].since == days[n-1].until {
			n++
		}
		var a db.Args
		where := ` FROM counts WHERE of = ` + a.Add(of) + ` AND since >= ` + a.Add(days[0].since) + ` AND since < ` + a.Add(days[n-1].until)
		if len(c.scope.NotAbout) > 0 {
			where += ` AND about NOT IN ` + db.In(&a, text(c.scope.NotAbout))
		}
		if err := c.rows(`SELECT `+columns+where+` GROUP BY `+by, a.List, row); err != nil {
			return err
		}
		days = days[n:]
	}
	return nil
}

// sum makes the figures of the period of what was tallied.
func (c *counter) sum() {
	waits := rates.Histogram{}
	for k, n := range c.by {
		c.f.Received += n.received
		c.f.OnTheSpot += n.onSpot
		c.f.Answered += n.answered
		for hours, count := range n.waits {
			waits[hours] += count
			c.f.Timed += count
		}
		lead := org.UnitID(k.name)
		c.add(lead, n.limited, n.kept, response)
		c.add(lead, n.judged, n.solved, func(r *cases.Rates) *cases.Ratio { return &r.Resolution })
		c.add(lead, n.rated, n.satisfied, func(r *cases.Rates) *cases.Ratio { return &r.Satisfaction })
		c.add(lead, n.spoke, n.silent, func(r *cases.Rates) *cases.Ratio { return &r.Silent })
	}
	if c.f.Timed > 0 {
		q := waits.Quantiles(50, 90)
		c.f.MedianHours, c.f.P90Hours = float64(q[0]), float64(q[1])
	}
}

func (c *counter) unit(id org.UnitID) *cases.UnitFigures {
	if c.units[id] == nil {
		c.units[id] = &cases.UnitFigures{Unit: id}
	}
	return c.units[id]
}

// add adds to a rate of all and of the lead.
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

func response(r *cases.Rates) *cases.Ratio { return &r.Response }

// open counts what is owed; what of it is late follows cases.Case.Due.
func (c *counter) open() error {
	return c.each(ofCases, func(a *db.Args, in string) string {
		now := a.Add(c.now)
		late := func(cond, due string) string { return count(cond + ` AND ` + due + ` > 0 AND ` + due + ` < ` + now) }
		return `SELECT waits_for, state, lead, area, count(*), ` + count(`state NOT IN ('waiting', 'contested')`) + `,
			` + late(`state IN ('waiting', 'contested')`, `dispatch_due`) + `,
			` + late(`state = 'dispatched'`, `accept_due`) + `,
			` + late(`(state IN ('accepted', 'returned', 'checking') OR state = 'dispatched' AND accept_due = 0)`, `resolve_due`) + `
			FROM cases WHERE risk > 0 AND ` + in + ` GROUP BY waits_for, state, lead, area`
	}, func(r *sql.Rows) error {
		var waits cases.WaitsFor
		var state cases.State
		var lead org.UnitID
		var area org.AreaID
		var n, held, dispatch, accept, late int
		if err := r.Scan(&waits, &state, &lead, &area, &n, &held, &dispatch, &accept, &late); err != nil {
			return err
		}
		c.f.Open += n
		c.f.Out += held
		c.f.ByState[state] += n
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

// shelved counts what is put off.
func (c *counter) shelved() error {
	return c.each(ofCases, func(_ *db.Args, in string) string {
		return `SELECT lead, count(*) FROM cases WHERE state = 'shelved' AND ` + in + ` GROUP BY lead`
	}, func(r *sql.Rows) error {
		var lead org.UnitID
		var n int
		if err := r.Scan(&lead, &n); err != nil {
			return err
		}
		c.f.Shelved += n
		c.f.ByState[cases.Shelved] += n
		c.unit(lead).Shelved += n
		return nil
	})
}

// unconfirmed counts the answers that residents may still confirm or contest.
func (c *counter) unconfirmed() error {
	return c.each(ofCases, func(a *db.Args, in string) string {
		return `SELECT count(*) FROM cases WHERE state = 'answered' AND confirm_until >= ` + a.Add(c.now) + ` AND ` + in
	}, func(r *sql.Rows) error {
		var n int
		if err := r.Scan(&n); err != nil || n == 0 {
			return err
		}
		c.f.ByState[cases.Answered] = n
		return nil
	})
}

// overdue adds to the response rate what was to be answered in a span and is
// not.
func (c *counter) overdue(in span) error {
	in.until = min(in.until, c.now)
	return c.each(ofCases, func(a *db.Args, scoped string) string {
		return `SELECT lead, count(*) FROM cases WHERE risk > 0 AND state IN ('dispatched', 'accepted', 'returned', 'checking')
			AND ` + in.has(a, "resolve_due") + ` AND ` + scoped + ` GROUP BY lead`
	}, func(r *sql.Rows) error {
		var lead org.UnitID
		var n int
		if err := r.Scan(&lead, &n); err != nil {
			return err
		}
		c.add(lead, n, 0, response)
		return nil
	})
}
