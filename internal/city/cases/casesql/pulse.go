package casesql

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Pulse implements cases.Store. Its cost grows with what came in since
// span.Usual and with what is open, not with what is stored.
func (s Store) Pulse(ctx context.Context, scope access.Scope, span cases.PulseSpan) (cases.Pulse, error) {
	p := cases.Pulse{Received: make([]int, span.Steps), Topics: map[org.CategoryID]cases.Topic{}}
	if err := s.opened(ctx, scope, span, &p); err != nil {
		return p, fmt.Errorf("pulse: %w", err)
	}
	var a db.Args
	list, err := query(ctx, s.DB.Reader(), `WHERE cases.risk > 0 AND (SELECT count(*) FROM parts WHERE parts.case_id = cases.id) > 1
		AND `+inScope(&a, scope, "cases", "id")+`
		ORDER BY (SELECT count(*) FROM parts WHERE parts.case_id = cases.id) DESC, cases.seq DESC LIMIT `+a.Add(cases.MaxGroups), a.List...)
	p.Groups = list
	return p, err
}

// opened counts by step and category in one pass over what was opened.
func (s Store) opened(ctx context.Context, scope access.Scope, span cases.PulseSpan, p *cases.Pulse) error {
	var a db.Args
	from, step := a.Add(micro(span.From)), strconv.FormatInt(max(span.Step.Microseconds(), 1), 10)
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT category, bucket, count(*) FROM (
			SELECT category, CASE WHEN opened_at < `+from+` THEN -1 ELSE (opened_at - `+from+`) / `+step+` END AS bucket
			FROM cases WHERE opened_at >= `+a.Add(micro(span.Usual))+` AND merged_into = '' AND `+inScope(&a, scope, "cases", "id")+`) AS opened
		GROUP BY category, bucket`, a.List...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		if err := add(rows, p); err != nil {
			return err
		}
	}
	return rows.Err()
}

func add(rows *sql.Rows, p *cases.Pulse) error {
	var category org.CategoryID
	var bucket int64
	var n int
	if err := rows.Scan(&category, &bucket, &n); err != nil {
		return err
	}
	t := p.Topics[category]
	if bucket < 0 {
		t.Before += n
	} else {
		t.Recent += n
		if bucket < int64(len(p.Received)) {
			p.Received[bucket] += n
		}
	}
	p.Topics[category] = t
	return nil
}
