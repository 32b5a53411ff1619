package casesql

import (
	"context"
	"fmt"

	"yiwang/internal/base/db"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// coursed are the cases that have a course.
const coursed = `cases.lead <> '' AND cases.dispatched_at > 0 AND cases.merged_into = '' AND cases.about = '' AND NOT cases.restricted`

// Courses implements cases.Store.
func (s Store) Courses(ctx context.Context, after, until int64, limit int) ([]cases.Course, error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT seq, (SELECT request FROM parts WHERE parts.case_id = cases.id ORDER BY parts.at, parts.id LIMIT 1),
		category, area, lead, dispatched_at, answered_at, resolve_limit, resolve_due
		FROM cases WHERE seq > $1 AND seq <= $2 AND `+coursed+` ORDER BY seq LIMIT $3`, after, until, limit)
	if err != nil {
		return nil, fmt.Errorf("courses: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var list []cases.Course
	at := map[int64]int{}
	var leads []org.UnitID
	for rows.Next() {
		var c cases.Course
		var lead org.UnitID
		var resolve string
		var request *string
		var sent, answered, due db.Time
		if err := rows.Scan(&c.Seq, &request, &c.Category, &c.Area, &lead, &sent, &answered, &resolve, &due); err != nil {
			return nil, fmt.Errorf("courses: %w", err)
		}
		if request != nil {
			c.Request = *request
		}
		c.DispatchedAt, c.AnsweredAt, c.ResolveDue = sent.Time(), answered.Time(), due.Time()
		if c.ResolveLimit, err = calendar.ParseLimit(resolve); err != nil {
			return nil, fmt.Errorf("courses: %w", err)
		}
		at[c.Seq] = len(list)
		list, leads = append(list, c), append(leads, lead)
	}
	if err := rows.Err(); err != nil || len(list) == 0 {
		return nil, wrapped(err)
	}
	if err := s.paths(ctx, list, at); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Path = cases.PathTo(list[i].Path, leads[i])
	}
	return list, nil
}

func wrapped(err error) error {
	if err != nil {
		return fmt.Errorf("courses: %w", err)
	}
	return nil
}

// paths reads where the cases were sent, of all of them at once.
func (s Store) paths(ctx context.Context, list []cases.Course, at map[int64]int) error {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT cases.seq, e.body FROM cases JOIN case_events AS e ON e.case_id = cases.id
		WHERE cases.seq >= $1 AND cases.seq <= $2 AND `+coursed+` AND e.kind = $3 ORDER BY cases.seq, e.n`,
		list[0].Seq, list[len(list)-1].Seq, string(cases.DispatchedTo))
	if err != nil {
		return fmt.Errorf("courses: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var seq int64
		var body db.JSON
		var detail struct {
			To org.UnitID `json:"to"`
		}
		if err := rows.Scan(&seq, &body); err != nil {
			return fmt.Errorf("courses: %w", err)
		}
		if err := body.Decode(&detail); err != nil {
			return fmt.Errorf("courses: %w", err)
		}
		if i, ok := at[seq]; ok && detail.To != "" {
			list[i].Path = append(list[i].Path, detail.To)
		}
	}
	return wrapped(rows.Err())
}
