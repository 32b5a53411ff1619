package casesql

import (
	"context"
	"database/sql"
	"fmt"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Pulse implements cases.Store. Its cost grows with what came in on days that
// are not counted yet and with what is open, not with what is stored.
func (s Store) Pulse(ctx context.Context, scope access.Scope, in cases.PulseSpan) (cases.Pulse, error) {
	p := cases.Pulse{Received: make([]int, in.Steps), Topics: map[org.CategoryID]cases.Topic{}}
	if err := s.opened(ctx, scope, in, &p); err != nil {
		return p, fmt.Errorf("pulse: %w", err)
	}
	var a db.Args
	list, err := query(ctx, s.DB.Reader(), `WHERE cases.risk > 0 AND cases.people > 1 AND `+inScope(&a, scope, "cases", "id")+`
		ORDER BY cases.people DESC, cases.seq DESC LIMIT `+a.Add(cases.MaxGroups), a.List...)
	p.Groups = list
	return p, err
}

// opened counts by step and category what was opened, from counts as far as
// their days lie in one step.
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
		list, _, err := s.spans(ctx, all)
		if err != nil {
			return err
		}
		for _, d := range list {
			if bucket(d.since) == bucket(d.until-1) {
				days = append(days, d)
			}
		}
	}
	row := func(r *sql.Rows) error {
		var category org.CategoryID
		var step int64
		var n int
		if err := r.Scan(&category, &step, &n); err != nil {
			return err
		}
		add(p, category, step, n)
		return nil
	}
	err := c.counts(days, `name, since, sum(received)`, "category", `name, since`, func(r *sql.Rows) error {
		var category org.CategoryID
		var since int64
		var n int
		if err := r.Scan(&category, &since, &n); err != nil {
			return err
		}
		add(p, category, bucket(since), n)
		return nil
	})
	if err != nil {
		return err
	}
	for _, rest := range all.without(days) {
		err := c.each(ofCases, func(a *db.Args, scoped string) string {
			first := a.Add(from)
			return `SELECT category, step, count(*) FROM (
				SELECT category, CASE WHEN opened_at < ` + first + ` THEN -1 ELSE (opened_at - ` + first + `) / ` + a.Add(step) + ` END AS step
				FROM cases WHERE ` + rest.has(a, "opened_at") + ` AND merged_into = '' AND ` + scoped + `) AS opened GROUP BY category, step`
		}, row)
		if err != nil {
			return err
		}
	}
	return nil
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
