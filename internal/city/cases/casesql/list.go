package casesql

import (
	"context"
	"fmt"
	"strings"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// due is the deadline that counts now: to be dispatched in the order of
// arrival, to accept, to answer. Cases without a limit come last.
const due = `(CASE WHEN state = 'waiting' THEN opened_at
	WHEN state = 'dispatched' AND accept_due > 0 THEN accept_due
	WHEN resolve_due > 0 THEN resolve_due ELSE 9000000000000000000 END)`

// owed are the states in which a unit owes an answer.
const owed = `state IN ('dispatched', 'accepted', 'returned', 'checking', 'contested')`

// inScope says which cases a scope has; what access.Scope says, as a condition.
func inScope(a *db.Args, s access.Scope) string {
	if s.None {
		return "1 = 0"
	}
	cond := "1 = 1"
	if !s.All {
		var any []string
		if len(s.Units) > 0 {
			any = append(any, "lead IN "+db.In(a, text(s.Units)),
				"cases.id IN (SELECT case_id FROM case_units WHERE role = '"+helper+"' AND until = 0 AND unit IN "+db.In(a, text(s.Units))+")")
		}
		if len(s.Areas) > 0 {
			any = append(any, "area IN "+db.In(a, text(s.Areas)))
		}
		if len(any) == 0 {
			return "1 = 0"
		}
		cond = "(" + strings.Join(any, " OR ") + ")"
	}
	if len(s.NotAbout) > 0 {
		cond += " AND about NOT IN " + db.In(a, text(s.NotAbout))
	}
	return cond
}

func text[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func where(a *db.Args, s access.Scope, f cases.Filter) string {
	conds := []string{inScope(a, s)}
	in := func(column string, list []string) {
		if len(list) > 0 {
			conds = append(conds, column+" IN "+db.In(a, list))
		}
	}
	in("state", text(f.States))
	in("waits_for", text(f.WaitsFor))
	in("area", text(f.Areas))
	in("category", text(f.Categories))
	in("kind", f.Kinds)
	if len(f.Units) > 0 {
		if f.Helping {
			conds = append(conds, "cases.id IN (SELECT case_id FROM case_units WHERE role = '"+helper+"' AND until = 0 AND unit IN "+db.In(a, text(f.Units))+")")
		} else {
			in("lead", text(f.Units))
		}
	}
	if f.Handler != "" {
		conds = append(conds, "handler = "+a.Add(string(f.Handler)))
	}
	if f.Urgency != nil {
		conds = append(conds, "urgency = "+a.Add(int64(*f.Urgency)))
	}
	if !f.LateAt.IsZero() {
		now := a.Add(micro(f.LateAt))
		conds = append(conds, owed, due+" < "+now, "paused_until <= "+now)
	}
	if !f.From.IsZero() {
		conds = append(conds, "opened_at >= "+a.Add(micro(f.From)))
	}
	if !f.To.IsZero() {
		conds = append(conds, "opened_at < "+a.Add(micro(f.To)))
	}
	return "WHERE " + strings.Join(conds, " AND ")
}

// List implements cases.Store.
func (s Store) List(ctx context.Context, scope access.Scope, f cases.Filter) ([]cases.Case, error) {
	var a db.Args
	cond := where(&a, scope, f)
	order := " ORDER BY seq DESC"
	switch f.Order {
	case cases.ByRisk:
		order = " ORDER BY urgency DESC, " + due + ", seq"
		if f.After.Seq != 0 {
			u, d, q := a.Add(int64(f.After.Urgency)), a.Add(micro(f.After.Due)), a.Add(f.After.Seq)
			cond += " AND (urgency < " + u + " OR urgency = " + u + " AND (" + due + " > " + d + " OR " + due + " = " + d + " AND seq > " + q + "))"
		}
	default:
		if f.After.Seq != 0 {
			cond += " AND seq < " + a.Add(f.After.Seq)
		}
	}
	return query(ctx, s.DB.Reader(), cond+order+" LIMIT "+a.Add(f.Limit), a.List...)
}

// Count implements cases.Store.
func (s Store) Count(ctx context.Context, scope access.Scope, f cases.Filter, most int) (n int, err error) {
	var a db.Args
	cond := where(&a, scope, f)
	err = s.DB.Reader().QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM cases `+cond+` LIMIT `+a.Add(most)+`) AS some`, a.List...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	return n, nil
}
