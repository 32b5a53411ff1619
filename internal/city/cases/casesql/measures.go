package casesql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/algo/rates"
	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// A like is what strata, areas and hops are counted by.
type like struct {
	category, channel, area string
	urgency                 org.Urgency
	hops, joined            int
}

func alike(c cases.Case) like {
	joined, _ := c.Heard()
	return like{string(c.Category), c.Channel, string(c.Area), c.Urgency, c.Hops, joined}
}

// A stratum names a row of strata.
type stratum struct {
	unit org.UnitID
	cases.Stratum
}

// A strata is what is counted of each.
type strata map[stratum]*cases.StratumCount

func (s strata) at(k stratum) *cases.StratumCount {
	if s[k] == nil {
		s[k] = &cases.StratumCount{Unit: k.unit, Stratum: k.Stratum}
	}
	return s[k]
}

// list gives what was counted, in order.
func (s strata) list() []cases.StratumCount {
	var list []cases.StratumCount
	for _, n := range s {
		list = append(list, *n)
	}
	slices.SortFunc(list, func(a, b cases.StratumCount) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Urgency, b.Urgency), cmp.Compare(a.Channel, b.Channel))
	})
	return list
}

// numbers are what is counted of a stratum, in the order of the columns of
// strata.
func numbers(n *cases.StratumCount) []*int {
	r := &n.Rates
	return []*int{&n.Received, &r.Response.Of, &r.Response.Count, &n.Brink, &r.Resolution.Of, &r.Resolution.Count, &r.Satisfaction.Of, &r.Satisfaction.Count}
}

// add adds what a query gives: who and what like, then some numbers.
func (s strata) add(q func(text string, args []any, row func(*sql.Rows) error) error, text string, args []any, to func(*cases.StratumCount) []*int) error {
	return q(text, args, func(r *sql.Rows) error {
		var k stratum
		var more cases.StratumCount
		dest := []any{&k.unit, &k.Category, &k.Urgency, &k.Channel}
		for _, n := range to(&more) {
			dest = append(dest, n)
		}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		sums := to(s.at(k))
		for i, n := range to(&more) {
			*sums[i] += *n
		}
		return nil
	})
}

// strata counts what happened in a span by unit and stratum.
func (c *counter) strata(in span, to strata) error {
	const by = `cases.lead, cases.category, cases.urgency, cases.channel`
	const limited = `dispatched_at > 0 AND resolve_due > 0`
	const kept = limited + ` AND answered_at <= resolve_due`
	brink := kept + ` AND answered_at > resolve_due - ` + strconv.FormatInt(cases.Brink.Microseconds(), 10)
	ofParts := `parts CROSS JOIN cases WHERE cases.id = parts.case_id AND `
	for _, q := range []struct {
		from, at, counts string
		numbers          func(n *cases.StratumCount) []*int
	}{
		{`cases WHERE `, `opened_at`, `count(*)`, func(n *cases.StratumCount) []*int { return numbers(n)[:1] }},
		{`cases WHERE `, `answered_at`, count(limited) + `, ` + count(kept) + `, ` + count(brink), func(n *cases.StratumCount) []*int { return numbers(n)[1:4] }},
		{ofParts, `verdict_at`, `count(*), ` + count(`verdict = 'solved'`), func(n *cases.StratumCount) []*int { return numbers(n)[4:6] }},
		{ofParts, `rated_at`, `count(*), ` + count(`rating >= 4`), func(n *cases.StratumCount) []*int { return numbers(n)[6:] }},
	} {
		var a db.Args
		text := `SELECT ` + by + `, ` + q.counts + ` FROM ` + q.from + in.has(&a, q.at) + ` GROUP BY ` + by
		if err := to.add(c.rows, text, a.List, q.numbers); err != nil {
			return err
		}
	}
	return nil
}

// areas counts by area what was opened and answered in a span.
func (c *counter) areas(in span, to sheet) error {
	for _, q := range []struct{ at, counts string }{{"opened_at", `count(*), 0, 0, 0`}, {"answered_at", `0, count(*), ` + heard}} {
		var a db.Args
		text := `SELECT area, ` + q.counts + ` FROM cases WHERE ` + in.has(&a, q.at) + ` AND route = '` + org.RouteWork + `' GROUP BY area`
		err := c.rows(text, a.List, func(r *sql.Rows) error {
			var area string
			var n [4]int
			if err := r.Scan(&area, &n[0], &n[1], &n[2], &n[3]); err != nil {
				return err
			}
			to.add([]string{area}, n[:]...)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// heard is cases.Case.Heard, summed.
var heard = func() string {
	most := strconv.FormatInt(cases.Hearing.Microseconds(), 10)
	open := `answered_at - opened_at`
	return `` + count(`EXISTS (SELECT 1 FROM parts WHERE parts.case_id = cases.id AND parts.at > cases.opened_at AND parts.at <= cases.opened_at + `+most+`)`) + `,
		coalesce(sum(CASE WHEN ` + open + ` > ` + most + ` THEN ` + most + ` WHEN ` + open + ` < 0 THEN 0 ELSE ` + open + ` END / 60000000), 0)`
}()

// hops counts the work answered in a span by how many units it went to.
func (c *counter) hops(in span) error {
	var a db.Args
	return c.rows(`SELECT hops, count(*) FROM cases WHERE `+in.has(&a, "answered_at")+` AND dispatched_at > 0 GROUP BY hops`, a.List, func(r *sql.Rows) error {
		var hops, n int
		if err := r.Scan(&hops, &n); err != nil {
			return err
		}
		c.at("hops", strconv.Itoa(hops), "").answered += n
		return nil
	})
}

// sheet is what was counted, to be kept.
func (s strata) sheet() sheet {
	kept := sheet{}
	for _, n := range s {
		counts := numbers(n)
		list := make([]int, len(counts))
		for i, v := range counts {
			list[i] = *v
		}
		kept.add([]string{string(n.Unit), string(n.Category), strconv.Itoa(int(n.Urgency)), n.Channel}, list...)
	}
	return kept
}

// addSheet adds what sheet kept.
func (s strata) addSheet(kept sheet) (err error) {
	kept.each(func(fields []string, counts []int) {
		if len(fields) != 4 || len(counts) != 8 {
			err = fmt.Errorf("a stratum of %q and %d", fields, counts)
			return
		}
		urgency, wrong := strconv.Atoi(fields[2])
		if wrong != nil {
			err = fmt.Errorf("a stratum of %q: %w", fields, wrong)
			return
		}
		k := stratum{org.UnitID(fields[0]), cases.Stratum{Category: org.CategoryID(fields[1]), Urgency: org.Urgency(urgency), Channel: fields[3]}}
		for i, to := range numbers(s.at(k)) {
			*to += counts[i]
		}
	})
	return err
}

// Measures implements cases.Store.
func (s Store) Measures(ctx context.Context, p cases.Period) (cases.Measures, error) {
	m := cases.Measures{Waited: map[org.UnitID]rates.Histogram{}, Hops: rates.Histogram{}, Areas: map[org.AreaID]cases.AreaCount{}}
	c := counter{ctx: ctx, q: s.DB.Reader(), scope: access.Scope{All: true}, now: micro(p.Now)}
	in := span{micro(p.From), micro(p.To)}
	days, _, err := s.spans(ctx, in, "")
	if err != nil {
		return m, fmt.Errorf("measures: %w", err)
	}
	found, areas := strata{}, sheet{}
	if err := s.measure(&c, in, days, found, areas); err != nil {
		return m, fmt.Errorf("measures: %w", err)
	}
	m.Strata = found.list()
	for k, n := range c.by {
		switch k.of {
		case "lead":
			if len(n.waits) > 0 {
				m.Waited[org.UnitID(k.name)] = n.waits
			}
		case "hops":
			hops, err := strconv.Atoi(k.name)
			if err != nil {
				return m, fmt.Errorf("measures: hops %q: %w", k.name, err)
			}
			m.Hops[hops] = n.answered
		}
	}
	areas.each(func(fields []string, n []int) {
		m.Areas[org.AreaID(fields[0])] = cases.AreaCount{Received: n[0], Answered: n[1], Joined: n[2], Minutes: n[3]}
	})
	m.Excluded, err = s.excluded(ctx, access.Scope{All: true}, p)
	return m, err
}

// measure reads what is counted of days, and counts the rest of a span.
func (s Store) measure(c *counter, in span, days []span, found strata, areas sheet) error {
	if err := c.rolled(days, nil, true); err != nil {
		return err
	}
	err := c.counts(days, `name, sum(answered)`, "hops", `name`, func(r *sql.Rows) error {
		var name string
		var n int
		if err := r.Scan(&name, &n); err != nil {
			return err
		}
		c.at("hops", name, "").answered += n
		return nil
	})
	if err != nil {
		return err
	}
	if err := c.sheets(days, ofAreas, areas); err != nil {
		return err
	}
	kept := sheet{}
	if err := c.sheets(days, ofStrata, kept); err != nil {
		return err
	}
	if err := found.addSheet(kept); err != nil {
		return err
	}
	for _, rest := range in.without(days) {
		for _, count := range []func(span) error{c.waited, c.hops, func(in span) error { return c.areas(in, areas) }, func(in span) error { return c.strata(in, found) }} {
			if err := count(rest); err != nil {
				return err
			}
		}
	}
	return c.late(in, found)
}

// late adds to the response rates what was to be answered in a span and is
// not, as overdue does.
func (c *counter) late(in span, found strata) error {
	in.until = min(in.until, c.now)
	var a db.Args
	text := `SELECT lead, category, urgency, channel, count(*) FROM cases WHERE risk > 0 AND state IN ('dispatched', 'accepted', 'returned', 'checking')
		AND dispatched_at > 0 AND ` + in.has(&a, "resolve_due") + ` GROUP BY lead, category, urgency, channel`
	return found.add(c.rows, text, a.List, func(n *cases.StratumCount) []*int { return []*int{&n.Rates.Response.Of} })
}

// runs joins spans that follow each other.
func runs(days []span) (list []span) {
	for _, d := range days {
		if n := len(list); n > 0 && list[n-1].until == d.since {
			list[n-1].until = d.until
		} else {
			list = append(list, d)
		}
	}
	return list
}

// excluded counts what published rulings left out of the rates of a period, of
// the cases in a scope.
// It reads the cases of those rulings, which are few.
func (s Store) excluded(ctx context.Context, scope access.Scope, p cases.Period) ([]cases.StratumCount, error) {
	var a db.Args
	in := span{micro(p.From), micro(p.To)}
	text := `WHERE cases.id IN (SELECT case_id FROM exclusions WHERE state = 'granted') AND ` + inScope(&a, scope, "cases", "id") + ` AND (` + in.has(&a, "answered_at") + ` OR ` + in.has(&a, "resolve_due") + `
		OR EXISTS (SELECT 1 FROM parts WHERE parts.case_id = cases.id AND (` + in.has(&a, "verdict_at") + ` OR ` + in.has(&a, "rated_at") + `)))`
	list, err := query(ctx, s.DB.Reader(), text, a.List...)
	if err != nil {
		return nil, fmt.Errorf("excluded cases: %w", err)
	}
	found := strata{}
	for batch := range slices.Chunk(list, 500) {
		ids := make([]string, len(batch))
		for i, c := range batch {
			ids[i] = string(c.ID)
		}
		rules, err := s.exclusions(ctx, `WHERE exclusions.state = 'granted' AND case_id IN `, ids)
		if err != nil {
			return nil, err
		}
		for _, e := range rules {
			i := slices.IndexFunc(batch, func(c cases.Case) bool { return c.ID == e.Case })
			n := found.at(stratum{batch[i].Lead, batch[i].Stratum()})
			n.Rates = n.Rates.Plus(batch[i].RatesIn(p).Only(e.Rates))
		}
	}
	var left []cases.StratumCount
	for _, n := range found.list() {
		if n.Rates != (cases.Rates{}) {
			left = append(left, n)
		}
	}
	return left, nil
}

// Overdue implements cases.Store.
func (s Store) Overdue(ctx context.Context, scope access.Scope, now time.Time) ([]cases.Stage, error) {
	c := counter{ctx: ctx, q: s.DB.Reader(), scope: scope}
	var list []cases.Stage
	err := c.each(ofCases, func(a *db.Args, in string) string {
		due := `CASE WHEN state IN ('waiting', 'contested') THEN dispatch_due WHEN state = 'dispatched' AND accept_due > 0 THEN accept_due ELSE resolve_due END`
		return `SELECT state, waits_for, count(*), ` + count(due+` > 0 AND `+due+` < `+a.Add(micro(now))) + ` FROM cases WHERE risk > 0 AND ` + in + ` GROUP BY state, waits_for`
	}, func(r *sql.Rows) error {
		var st cases.Stage
		if err := r.Scan(&st.State, &st.Waits, &st.Open, &st.Late); err != nil {
			return err
		}
		list = append(list, st)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("overdue: %w", err)
	}
	slices.SortFunc(list, func(a, b cases.Stage) int {
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(a.Waits, b.Waits))
	})
	return list, nil
}
