package casesql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// List implements cases.Store.
func (s Store) List(ctx context.Context, scope access.Scope, f cases.Filter) ([]cases.Case, error) {
	var a db.Args
	page, ok := candidates(&a, scope, f, f.Limit, true)
	if !ok {
		return nil, nil
	}
	order, inner := "cases.seq DESC", "seq DESC"
	if f.Order == cases.ByRisk {
		order, inner = "cases.risk, cases.seq", "risk, seq"
	}
	return query(ctx, s.DB.Reader(), `JOIN (SELECT id, seq, risk FROM (`+page+`) AS found ORDER BY `+inner+` LIMIT `+a.Add(f.Limit)+`) AS page ON page.id = cases.id ORDER BY `+order, a.List...)
}

// Count implements cases.Store.
func (s Store) Count(ctx context.Context, scope access.Scope, f cases.Filter, most int) (n int, err error) {
	var a db.Args
	all, ok := candidates(&a, scope, f, most, false)
	if !ok {
		return 0, nil
	}
	err = s.DB.Reader().QueryRowContext(ctx, `SELECT count(*) FROM (SELECT id FROM (`+all+`) AS found LIMIT `+a.Add(most)+`) AS counted`, a.List...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count cases: %w", err)
	}
	return n, nil
}

// IsKept implements cases.Store.
func (s Store) IsKept(ctx context.Context, who access.StaffID) (kept bool, err error) {
	err = s.DB.Reader().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM case_todos WHERE kind = $1 AND unit = $2)`, string(cases.Kept), string(who)).Scan(&kept)
	if err != nil {
		return false, fmt.Errorf("who is recused: %w", err)
	}
	return kept, nil
}

// mostAreas is of how many areas a list asks each by itself.
const mostAreas = 64

// candidates gives a query for the first cases that scope and f select, in
// f's order, each once. For units it asks unit by unit, so that each answer
// comes off an index that is sorted already and stops at most; false when
// nothing can be selected. To be counted they need not be sorted.
func candidates(a *db.Args, scope access.Scope, f cases.Filter, most int, sorted bool) (string, bool) {
	if scope.None {
		return "", false
	}
	limit := a.Add(most)
	areas := f.Areas // as units, each by itself, unless a category says more
	if f.Todo != "" || len(f.Units) > 0 || !scope.All || !sorted || len(areas) > mostAreas || len(f.Categories) == 1 {
		areas = nil
	}
	if len(areas) > 0 {
		f.Areas = nil
	}
	at := owed
	if sorted {
		at = place
	}
	var branches []string
	made := map[table]string{} // when it is asked for: an argument that nothing uses is an error
	where := func(t table) string {
		if _, ok := made[t]; !ok {
			made[t] = restrict(a, scope, f, sorted, t)
		}
		return made[t]
	}
	of := func(unit org.UnitID, role, extra string) {
		cond, join := where(unitTable)+extra, ""
		if strings.Contains(cond, "cases.") {
			join = " JOIN cases ON cases.id = u.case_id"
		}
		branches = append(branches, `SELECT u.case_id AS id, u.seq, u.risk FROM case_units AS u`+join+`
			WHERE u.unit = `+a.Add(string(unit))+` AND u.role = '`+role+`' AND u.until = 0`+cond+at(a, "u", f)+` LIMIT `+limit)
	}
	plain := func(extra string) {
		branches = append(branches, `SELECT cases.id, cases.seq, cases.risk FROM cases WHERE 1 = 1`+where(caseTable)+extra+at(a, "cases", f)+` LIMIT `+limit)
	}
	switch {
	case f.Todo != "": // there are few of them: the planner begins there and sorts
		todo := " AND cases.id IN (SELECT d.case_id FROM case_todos AS d WHERE d.kind = " + a.Add(string(f.Todo))
		if len(f.Units) > 0 {
			todo += " AND d.unit IN " + db.In(a, text(f.Units))
		}
		if !f.TodoBefore.IsZero() {
			todo += " AND d.due > 0 AND d.due <= " + a.Add(micro(f.TodoBefore))
		}
		plain(todo + ") AND " + inScope(a, scope, "cases", "id"))
	case len(f.Units) > 0:
		role := lead
		if f.Helping {
			role = helper
		}
		for _, u := range f.Units {
			if scope.All || slices.Contains(scope.Units, u) {
				of(u, role, "")
			} else {
				of(u, role, " AND "+inScope(a, scope, "cases", "id"))
			}
		}
	case len(areas) > 0:
		for _, area := range areas {
			plain(" AND cases.area = " + a.Add(string(area)))
		}
	case scope.All:
		plain("")
	default:
		for _, u := range scope.Units {
			of(u, lead, "")
			of(u, helper, "")
		}
		if len(scope.Areas) > 0 {
			plain(" AND cases.area IN " + db.In(a, text(scope.Areas)))
		}
	}
	if len(branches) == 0 {
		return "", false
	}
	for i, b := range branches {
		branches[i] = "SELECT id, seq, risk FROM (" + b + ") AS branch"
	}
	return strings.Join(branches, " UNION "), true
}

// A table is where a list is read: each has its order and what it is mostly
// selected by.
type table struct{ name, id string }

var (
	caseTable = table{"cases", "id"}
	unitTable = table{"u", "case_id"} // of case_units; what else is asked of a case is joined
)

// restrict is what f selects and scope leaves out, but for units and the
// place in the list.
func restrict(a *db.Args, scope access.Scope, f cases.Filter, sorted bool, t table) string {
	where := conditions(a, f, sorted, t)
	if len(scope.NotAbout) > 0 {
		where += " AND " + t.name + ".about NOT IN " + db.In(a, text(scope.NotAbout))
	}
	if scope.Recused != "" {
		where += " AND NOT EXISTS (SELECT 1 FROM case_todos AS kept WHERE kept.case_id = " + t.name + "." + t.id + " AND kept.kind = " + a.Add(string(cases.Kept)) + " AND kept.unit = " + a.Add(string(scope.Recused)) + ")"
	}
	return where
}

// inScope says which cases a scope has; what access.Scope says, as a condition
// on a table that has the lead, the area and the unit complained about, and
// the case's id in a column.
func inScope(a *db.Args, s access.Scope, table, id string) string {
	if s.None {
		return "1 = 0"
	}
	cond := "1 = 1"
	if !s.All {
		either := []string{"1 = 0"}
		if len(s.Units) > 0 {
			units := db.In(a, text(s.Units))
			// A list of all that they help with would grow with the years.
			either = append(either, table+".lead IN "+units,
				"EXISTS (SELECT 1 FROM case_units AS held WHERE held.case_id = "+table+"."+id+" AND held.unit IN "+units+" AND held.role = '"+helper+"' AND held.until = 0)")
		}
		if len(s.Areas) > 0 {
			either = append(either, table+".area IN "+db.In(a, text(s.Areas)))
		}
		cond = "(" + strings.Join(either, " OR ") + ")"
	}
	if len(s.NotAbout) > 0 {
		cond += " AND " + table + ".about NOT IN " + db.In(a, text(s.NotAbout))
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

// conditions is what f selects, but for units and the place in the list.
func conditions(a *db.Args, f cases.Filter, sorted bool, t table) string {
	var b strings.Builder
	and := func(cond string) { b.WriteString(" AND " + cond) }
	in := func(column string, list []string) {
		if len(list) > 0 {
			and(column + " IN " + db.In(a, list))
		}
	}
	if len(f.States) > 0 {
		and(states(a, f, sorted, t))
	}
	in(t.name+".waits_for", text(f.WaitsFor))
	in("cases.area", text(f.Areas))
	in("cases.category", text(f.Categories))
	in("cases.kind", f.Kinds)
	if f.ToCall {
		and("NOT EXISTS (SELECT 1 FROM case_todos AS d WHERE d.case_id = " + t.name + "." + t.id + " AND d.kind = " + a.Add(string(cases.Called)) + ")")
	}
	if f.Handler != "" {
		and(t.name + ".handler = " + a.Add(string(f.Handler)))
	}
	if f.Urgency != nil {
		and("cases.urgency = " + a.Add(int64(*f.Urgency)))
	}
	if !f.LateAt.IsZero() {
		var ranges []string
		for _, r := range cases.LateRisks(f.LateAt) {
			ranges = append(ranges, t.name+".risk BETWEEN "+a.Add(int64(r[0]))+" AND "+a.Add(int64(r[1])))
		}
		and(t.name + ".risk > 0 AND (" + strings.Join(ranges, " OR ") + ")")
	}
	if !f.From.IsZero() {
		and("cases.opened_at >= " + a.Add(micro(f.From)))
	}
	if !f.To.IsZero() {
		and("cases.opened_at < " + a.Add(micro(f.To)))
	}
	return b.String()
}

// states selects by state as of f.At: an answer nobody objected to in time is
// closed. A sorted list is quicker off the index it is sorted by than off that
// of the times: the plus keeps both engines from taking the latter.
func states(a *db.Args, f cases.Filter, sorted bool, t table) string {
	until := "cases.confirm_until"
	if sorted {
		until = "+" + until
	}
	var plain, either []string
	for _, s := range f.States {
		switch {
		case s == cases.Answered && !f.At.IsZero():
			either = append(either, t.name+".state = 'answered' AND "+until+" >= "+a.Add(micro(f.At)))
		case s == cases.Closed && !f.At.IsZero():
			plain = append(plain, string(s))
			either = append(either, t.name+".state = 'answered' AND "+until+" < "+a.Add(micro(f.At)))
		default:
			plain = append(plain, string(s))
		}
	}
	if len(plain) > 0 {
		either = append(either, t.name+".state IN "+db.In(a, plain))
	}
	if len(either) == 1 {
		return either[0]
	}
	return "(" + strings.Join(either, " OR ") + ")"
}

// owed is what the order alone asks of a case: a list by risk has only those
// of which something is owed.
func owed(_ *db.Args, table string, f cases.Filter) string {
	if f.Order == cases.ByRisk {
		return ` AND ` + table + `.risk > 0`
	}
	return ""
}

// place is the order of a list and where the page begins, by the columns of
// one table.
func place(a *db.Args, table string, f cases.Filter) string {
	if f.Order != cases.ByRisk {
		if f.After.Seq == 0 {
			return ` ORDER BY ` + table + `.seq DESC`
		}
		return ` AND ` + table + `.seq < ` + a.Add(f.After.Seq) + ` ORDER BY ` + table + `.seq DESC`
	}
	cond := owed(a, table, f)
	if f.After.Seq != 0 {
		cond += ` AND (` + table + `.risk, ` + table + `.seq) > (` + a.Add(int64(f.After.Risk)) + `, ` + a.Add(f.After.Seq) + `)`
	}
	return cond + ` ORDER BY ` + table + `.risk, ` + table + `.seq`
}
