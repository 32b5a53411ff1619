package casesql

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// columns lists the columns of cases in the order of values and scan.
var columns = []string{
	"id", "seq", "number", "state", "waits_for", "kind", "route", "category", "area", "address", "urgency", "subject", "restricted", "about",
	"lead", "handler", "duty", "catalogue", "chain", "step", "opened_at", "dispatched_at", "accept_limit", "accept_due", "accepted_at",
	"resolve_limit", "resolve_due", "paused_at", "paused_until", "paused_used", "unpaused_due", "answered_at", "confirm_until", "outcome", "closed_at",
	"reopened", "returned_by", "revision",
}

func values(c cases.Case) []any {
	k := c.Clocks
	return []any{
		string(c.ID), c.Seq, string(c.Number), string(c.State), string(c.WaitsFor), c.Kind, c.Route, string(c.Category), string(c.Area), c.Address,
		int64(c.Urgency), c.Subject, c.Restricted, string(c.About),
		string(c.Lead), string(c.Handler), string(c.Duty), c.Catalogue, strings.Join(c.Chain, ","), int64(c.Step), micro(c.OpenedAt), micro(c.DispatchedAt),
		k.AcceptLimit.String(), micro(k.AcceptDue), micro(c.AcceptedAt),
		k.ResolveLimit.String(), micro(k.ResolveDue), micro(k.PausedAt), micro(k.PausedUntil), k.PausedUsed.Microseconds(), micro(k.Unpaused),
		micro(c.AnsweredAt), micro(c.ConfirmUntil), string(c.Outcome), micro(c.ClosedAt),
		int64(c.Reopened), join(c.ReturnedBy), c.Revision,
	}
}

func micro(t time.Time) int64 { return int64(db.At(t)) }

func join(units []org.UnitID) string {
	words := make([]string, len(units))
	for i, u := range units {
		words[i] = string(u)
	}
	return strings.Join(words, ",")
}

func split[T ~string](text string) []T {
	var list []T
	for word := range strings.SplitSeq(text, ",") {
		if word != "" {
			list = append(list, T(word))
		}
	}
	return list
}

type scanner interface{ Scan(dest ...any) error }

func scan(row scanner) (cases.Case, error) {
	var c cases.Case
	var chain, acceptLimit, resolveLimit, returned string
	var opened, dispatched, acceptDue, accepted, resolveDue, paused, pausedUntil, unpaused, answered, confirm, closed db.Time
	var used int64
	err := row.Scan(&c.ID, &c.Seq, &c.Number, &c.State, &c.WaitsFor, &c.Kind, &c.Route, &c.Category, &c.Area, &c.Address, &c.Urgency, &c.Subject,
		&c.Restricted, &c.About, &c.Lead, &c.Handler, &c.Duty, &c.Catalogue, &chain, &c.Step, &opened, &dispatched, &acceptLimit, &acceptDue, &accepted,
		&resolveLimit, &resolveDue, &paused, &pausedUntil, &used, &unpaused, &answered, &confirm, &c.Outcome, &closed, &c.Reopened, &returned, &c.Revision)
	if err != nil {
		return c, err
	}
	c.Chain, c.ReturnedBy = split[string](chain), split[org.UnitID](returned)
	c.OpenedAt, c.DispatchedAt, c.AcceptedAt = opened.Time(), dispatched.Time(), accepted.Time()
	c.AnsweredAt, c.ConfirmUntil, c.ClosedAt = answered.Time(), confirm.Time(), closed.Time()
	c.Clocks = cases.Clocks{
		AcceptDue: acceptDue.Time(), ResolveDue: resolveDue.Time(), PausedAt: paused.Time(), PausedUntil: pausedUntil.Time(), Unpaused: unpaused.Time(),
		PausedUsed: time.Duration(used) * time.Microsecond,
	}
	if c.Clocks.AcceptLimit, err = calendar.ParseLimit(acceptLimit); err != nil {
		return c, err
	}
	c.Clocks.ResolveLimit, err = calendar.ParseLimit(resolveLimit)
	return c, err
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// query reads cases with their parts and helpers.
func query(ctx context.Context, q querier, where string, args ...any) ([]cases.Case, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM cases `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var list []cases.Case
	for rows.Next() {
		c, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read case: %w", err)
		}
		list = append(list, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	return list, fill(ctx, q, list)
}

// fill adds parts and helpers.
func fill(ctx context.Context, q querier, list []cases.Case) error {
	for batch := range slices.Chunk(list, 500) {
		at := make(map[cases.ID]*cases.Case, len(batch))
		ids := make([]string, len(batch))
		for i := range batch {
			at[batch[i].ID] = &batch[i]
			ids[i] = string(batch[i].ID)
		}
		if err := fillParts(ctx, q, at, ids); err != nil {
			return fmt.Errorf("read parts: %w", err)
		}
		if err := fillHelpers(ctx, q, at, ids); err != nil {
			return fmt.Errorf("read helpers: %w", err)
		}
	}
	return nil
}

func fillParts(ctx context.Context, q querier, at map[cases.ID]*cases.Case, ids []string) error {
	var a db.Args
	rows, err := q.QueryContext(ctx, `SELECT id, request, case_id, matter, at, withdrawn_at, verdict, verdict_at, missing, rating, rating_text, rated_at
		FROM parts WHERE case_id IN `+db.In(&a, ids)+` ORDER BY at, id`, a.List...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var p cases.Part
		var said, withdrawn, judged, rated db.Time
		if err := rows.Scan(&p.ID, &p.Request, &p.Case, &p.Matter, &said, &withdrawn, &p.Verdict, &judged, &p.Missing, &p.Rating, &p.RatingText, &rated); err != nil {
			return err
		}
		p.At, p.WithdrawnAt, p.VerdictAt, p.RatedAt = said.Time(), withdrawn.Time(), judged.Time(), rated.Time()
		at[p.Case].Parts = append(at[p.Case].Parts, p)
	}
	return rows.Err()
}

func fillHelpers(ctx context.Context, q querier, at map[cases.ID]*cases.Case, ids []string) error {
	var a db.Args
	rows, err := q.QueryContext(ctx, `SELECT case_id, unit FROM case_units WHERE role = '`+helper+`' AND until = 0 AND case_id IN `+db.In(&a, ids)+` ORDER BY since, unit`, a.List...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var id cases.ID
		var unit org.UnitID
		if err := rows.Scan(&id, &unit); err != nil {
			return err
		}
		at[id].Helpers = append(at[id].Helpers, unit)
	}
	return rows.Err()
}

// The roles of a unit in a case.
const lead, helper = "lead", "helper"

// insert writes rows with as few statements as placeholders allow.
func insert(ctx context.Context, tx *db.Tx, table string, columns []string, rows [][]any) error {
	const most = 4000 // placeholders in one statement; both engines take more
	for batch := range slices.Chunk(rows, max(1, most/len(columns))) {
		var a db.Args
		var b strings.Builder
		b.WriteString(`INSERT INTO ` + table + ` (` + strings.Join(columns, ", ") + `) VALUES `)
		for i, row := range batch {
			if i > 0 {
				b.WriteString(", ")
			}
			for j, v := range row {
				b.WriteString(map[bool]string{true: "(", false: ", "}[j == 0] + a.Add(v))
			}
			b.WriteString(")")
		}
		if _, err := tx.ExecContext(ctx, b.String(), a.List...); err != nil {
			return fmt.Errorf("insert into %s: %w", table, err)
		}
	}
	return nil
}

func partRow(p cases.Part) []any {
	return []any{
		string(p.ID), p.Request, string(p.Case), p.Matter, micro(p.At), micro(p.WithdrawnAt), string(p.Verdict), micro(p.VerdictAt), p.Missing,
		int64(p.Rating), p.RatingText, micro(p.RatedAt),
	}
}

func eventRow(e cases.Event) []any {
	return []any{string(e.ID), string(e.Case), string(e.Part), micro(e.At), string(e.Kind), e.By, string(e.Unit), e.Public, db.Encode(e.Detail)}
}

var (
	partColumns   = []string{"id", "request", "case_id", "matter", "at", "withdrawn_at", "verdict", "verdict_at", "missing", "rating", "rating_text", "rated_at"}
	eventColumns  = []string{"id", "case_id", "part", "at", "kind", "by_id", "unit", "public", "body"}
	answerColumns = []string{"id", "case_id", "at", "by_id", "outcome", "text", "released"}
	unitColumns   = []string{"case_id", "unit", "role", "since", "until"}
)

// name gives cases their Seq and Number, which are made of their time and id,
// and made again where another case has them.
func name(ctx context.Context, tx *db.Tx, list []cases.Case) error {
	open := make([]int, len(list))
	for i := range list {
		open[i] = i
	}
	for try := uint64(0); len(open) > 0; try++ {
		seqs, numbers := map[int64]bool{}, map[cases.Number]bool{}
		var again []int
		for _, i := range open {
			c := &list[i]
			h := fnv.New64a()
			fmt.Fprint(h, c.ID, try)
			sum := h.Sum64()
			c.Seq = c.OpenedAt.UnixMicro()<<10 | int64(sum&1023)
			c.Number = number(c.OpenedAt, sum>>10)
		}
		for batch := range slices.Chunk(open, 500) {
			if err := taken(ctx, tx, list, batch, seqs, numbers); err != nil {
				return err
			}
		}
		for _, i := range open {
			c := list[i]
			if seqs[c.Seq] || numbers[c.Number] {
				again = append(again, i)
				continue
			}
			seqs[c.Seq], numbers[c.Number] = true, true
		}
		open = again
	}
	return nil
}

func taken(ctx context.Context, tx *db.Tx, list []cases.Case, batch []int, seqs map[int64]bool, numbers map[cases.Number]bool) error {
	s, n := make([]int64, len(batch)), make([]string, len(batch))
	for i, at := range batch {
		s[i], n[i] = list[at].Seq, string(list[at].Number)
	}
	var a db.Args
	rows, err := tx.QueryContext(ctx, `SELECT seq, number FROM cases WHERE seq IN `+db.In(&a, s)+` OR number IN `+db.In(&a, n), a.List...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var seq int64
		var number cases.Number
		if err := rows.Scan(&seq, &number); err != nil {
			return err
		}
		seqs[seq], numbers[number] = true, true
	}
	return rows.Err()
}

// number is the day and five signs that are not mistaken for each other:
// 261124-7K3QM.
func number(at time.Time, bits uint64) cases.Number {
	const signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var b [5]byte
	for i := range b {
		b[i] = signs[bits&31]
		bits >>= 5
	}
	return cases.Number(at.Format("060102") + "-" + string(b[:]))
}

func none(err error) error {
	if err == sql.ErrNoRows { //nolint:errorlint // database/sql gives that value itself
		return errs.New(errs.NotFound, "access.not_found")
	}
	return err
}

func answer(a Answer) cases.Answer {
	return cases.Answer{
		ID: a.ID, Case: cases.ID(a.CaseID), At: db.Time(a.At).Time(), By: a.ByID, Outcome: cases.Outcome(a.Outcome), Text: a.Text, ReleasedAt: db.Time(a.Released).Time(),
	}
}
