package casesql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Pulse implements cases.Store. Its cost grows with what came in on days that
// are not counted yet and with what is open, not with what is stored.
func (s Store) Pulse(ctx context.Context, scope access.Scope, in cases.PulseSpan) (cases.Pulse, error) {
	p := cases.Pulse{Received: make([]int, in.Steps), Answered: make([]int, in.Steps), Topics: map[org.CategoryID]cases.Topic{}}
	if err := s.opened(ctx, scope, in, &p); err != nil {
		return p, fmt.Errorf("pulse: %w", err)
	}
	var a db.Args
	list, err := query(ctx, s.DB.Reader(), `WHERE cases.risk > 0 AND cases.people > 1 AND `+inScope(&a, scope, "cases", "id")+`
		ORDER BY cases.people DESC, cases.seq DESC LIMIT `+a.Add(cases.MaxGroups), a.List...)
	p.Groups = list
	return p, err
}

// opened counts by step and category what was opened, and by step what was
// answered, from counts as far as their days lie in one step.
func (s Store) opened(ctx context.Context, scope access.Scope, in cases.PulseSpan, p *cases.Pulse) error {
	from, step := micro(in.From), max(in.Step.Microseconds(), 1)
	bucket := func(at int64) int64 {
		if at < from {
			return -1
		}
		return (at - from) / step
	}
	c := counter{ctx: ctx, q: s.DB.Reader(), scope: scope}
	all := span{micro(in.Usual), never}
	var days []span
	if scope.All {
		list, _, err := s.spans(ctx, all, "")
		if err != nil {
			return err
		}
		for _, d := range list {
			if bucket(d.since) == bucket(d.until-1) {
				days = append(days, d)
			}
		}
	}
	// add takes a count of a step, or of the day that begins at a time.
	each := func(of, sum, name, column, cond string, add func(name string, step int64, n int)) error {
		read := func(bucket func(int64) int64) func(r *sql.Rows) error {
			return func(r *sql.Rows) error {
				var name string
				var at int64
				var n int
				if err := r.Scan(&name, &at, &n); err != nil {
					return err
				}
				add(name, bucket(at), n)
				return nil
			}
		}
		// What was before is one step.
		day := `CASE WHEN since < ` + strconv.FormatInt(from, 10) + ` THEN 0 ELSE since END`
		if err := c.counts(days, `name, `+day+`, sum(`+sum+`)`, of, `name, `+day, read(bucket)); err != nil {
			return err
		}
		for _, rest := range all.without(days) {
			err := c.each(ofCases, func(a *db.Args, scoped string) string {
				first := a.Add(from)
				return `SELECT name, step, count(*) FROM (
					SELECT ` + name + ` AS name, CASE WHEN ` + column + ` < ` + first + ` THEN -1 ELSE (` + column + ` - ` + first + `) / ` + a.Add(step) + ` END AS step
					FROM cases WHERE ` + rest.has(a, column) + ` AND ` + cond + ` AND ` + scoped + `) AS each_one GROUP BY name, step`
			}, read(func(step int64) int64 { return step }))
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := each("category", "received", "category", "opened_at", "merged_into = ''", func(name string, step int64, n int) { add(p, org.CategoryID(name), step, n) }); err != nil {
		return err
	}
	all.since, days = from, slices.DeleteFunc(days, func(d span) bool { return d.since < from })
	return each("lead", "answered", "lead", "answered_at", "1 = 1", func(_ string, step int64, n int) {
		if step < int64(len(p.Answered)) {
			p.Answered[step] += n
		}
	})
}

func add(p *cases.Pulse, category org.CategoryID, step int64, n int) {
	t := p.Topics[category]
	if step < 0 {
		t.Before += n
	} else {
		t.Recent += n
		if step < int64(len(p.Received)) {
			p.Received[step] += n
		}
	}
	p.Topics[category] = t
}
