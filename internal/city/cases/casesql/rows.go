package casesql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// columns lists the columns of cases in the order of values and scan.
var columns = []string{
	"id", "seq", "state", "waits_for", "risk", "kind", "route", "category", "area", "address", "urgency", "channel", "subject", "restricted", "about",
	"lead", "helpers", "handler", "duty", "catalogue", "chain", "step", "opened_at", "dispatch_due", "dispatched_at", "accept_limit", "accept_due", "accepted_at",
	"resolve_limit", "resolve_due", "paused_at", "paused_until", "paused_used", "unpaused_due", "answered_at", "confirm_until", "outcome", "closed_at",
	"reopened", "hops", "returned_by", "granted", "merged_into", "people", "revision", "beside",
}

// kept is what of a case stands in one column: nobody selects or sorts by it.
type kept struct {
	cases.Beside
	Clocks cases.Further `json:"clocks,omitzero"`
}

func values(c cases.Case) []any {
	k := c.Clocks
	return []any{
		string(c.ID), c.Seq, string(c.State), string(c.WaitsFor), int64(c.Risk()), c.Kind, c.Route, string(c.Category), string(c.Area), c.Address,
		int64(c.Urgency), c.Channel, c.Subject, c.Restricted, string(c.About),
		string(c.Lead), join(c.Helpers), string(c.Handler), string(c.Duty), c.Catalogue, strings.Join(c.Chain, ","), int64(c.Step),
		micro(c.OpenedAt), micro(k.DispatchDue), micro(c.DispatchedAt),
		k.AcceptLimit.String(), micro(k.AcceptDue), micro(c.AcceptedAt),
		k.ResolveLimit.String(), micro(k.ResolveDue), micro(k.PausedAt), micro(k.PausedUntil), k.PausedUsed.Microseconds(), micro(k.Unpaused),
		micro(c.AnsweredAt), micro(c.ConfirmUntil), string(c.Outcome), micro(c.ClosedAt),
		int64(c.Reopened), int64(c.Hops), join(c.ReturnedBy), join(c.Granted), string(c.MergedInto), int64(len(c.Parts)), c.Revision, db.Encode(kept{c.Beside, k.Further}),
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
	var chain, acceptLimit, resolveLimit, helpers, returned, granted string
	var opened, dispatchDue, dispatched, acceptDue, accepted, resolveDue, paused, pausedUntil, unpaused, answered, confirm, closed db.Time
	var risk, used, people int64
	var beside db.JSON
	err := row.Scan(&c.ID, &c.Seq, &c.State, &c.WaitsFor, &risk, &c.Kind, &c.Route, &c.Category, &c.Area, &c.Address, &c.Urgency, &c.Channel, &c.Subject,
		&c.Restricted, &c.About, &c.Lead, &helpers, &c.Handler, &c.Duty, &c.Catalogue, &chain, &c.Step, &opened, &dispatchDue, &dispatched, &acceptLimit, &acceptDue, &accepted,
		&resolveLimit, &resolveDue, &paused, &pausedUntil, &used, &unpaused, &answered, &confirm, &c.Outcome, &closed, &c.Reopened, &c.Hops, &returned, &granted, &c.MergedInto, &people, &c.Revision, &beside)
	if err != nil {
		return c, err
	}
	var also kept
	if err := beside.Decode(&also); err != nil {
		return c, err
	}
	c.Beside = also.Beside
	c.Number = cases.NumberOf(c.Seq)
	c.Granted = split[org.UnitID](granted)
	c.Chain, c.Helpers, c.ReturnedBy = split[string](chain), split[org.UnitID](helpers), split[org.UnitID](returned)
	c.OpenedAt, c.DispatchedAt, c.AcceptedAt = opened.Time(), dispatched.Time(), accepted.Time()
	c.AnsweredAt, c.ConfirmUntil, c.ClosedAt = answered.Time(), confirm.Time(), closed.Time()
	c.Clocks = cases.Clocks{
		DispatchDue: dispatchDue.Time(), AcceptDue: acceptDue.Time(), ResolveDue: resolveDue.Time(), PausedAt: paused.Time(), PausedUntil: pausedUntil.Time(), Unpaused: unpaused.Time(),
		PausedUsed: time.Duration(used) * time.Microsecond, Further: also.Clocks,
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

// query reads cases with their parts.
func query(ctx context.Context, q querier, from string, args ...any) ([]cases.Case, error) {
	rows, err := q.QueryContext(ctx, `SELECT cases.`+strings.Join(columns, ", cases.")+` FROM cases `+from, args...)
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
	for batch := range slices.Chunk(list, 500) {
		if err := fillParts(ctx, q, batch); err != nil {
			return nil, fmt.Errorf("read parts: %w", err)
		}
	}
	return list, nil
}

func fillParts(ctx context.Context, q querier, list []cases.Case) error {
	at := make(map[cases.ID]*cases.Case, len(list))
	ids := make([]string, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
		ids[i] = string(list[i].ID)
	}
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

// The roles of a unit in a case.
const lead, helper = "lead", "helper"

func partRow(c cases.Case, p cases.Part) []any {
	return []any{
		string(p.ID), p.Request, string(p.Case), p.Matter, micro(p.At), micro(p.WithdrawnAt), string(p.Verdict), micro(p.VerdictAt), p.Missing,
		int64(p.Rating), p.RatingText, micro(p.RatedAt), string(c.Lead), string(c.Area), string(c.About),
	}
}

func eventRow(n int64, e cases.Event) []any {
	return []any{string(e.Case), n, e.ID, string(e.Part), micro(e.At), string(e.Kind), e.By, string(e.Unit), e.Public, db.Encode(e.Detail)}
}

func unitRow(c cases.Case, unit org.UnitID, role string, since int64) []any {
	return []any{string(c.ID), string(unit), role, since, int64(0), c.Seq, int64(c.Risk()), string(c.State), string(c.WaitsFor), string(c.Handler), string(c.About)}
}

func answerRow(a cases.Answer) []any {
	return []any{string(a.Case), a.ID, micro(a.At), a.By, string(a.For), string(a.Outcome), a.Text, a.English, micro(a.ReleasedAt)}
}

var (
	partColumns   = []string{"id", "request", "case_id", "matter", "at", "withdrawn_at", "verdict", "verdict_at", "missing", "rating", "rating_text", "rated_at", "lead", "area", "about"}
	eventColumns  = []string{"case_id", "n", "id", "part", "at", "kind", "by_id", "unit", "public", "body"}
	answerColumns = []string{"case_id", "id", "at", "by_id", "for_id", "outcome", "text", "english", "released"}
	unitColumns   = []string{"case_id", "unit", "role", "since", "until", "seq", "risk", "state", "waits_for", "handler", "about"}
)

// opening is the lock under which cases are opened on PostgreSQL; SQLite has
// one writer anyway.
const opening = 0x79770001

// alone makes tx the only one that opens cases until it ends, so that no
// request gets two and no number is given twice.
func alone(ctx context.Context, tx *db.Tx) error {
	if tx.Engine != db.Postgres {
		return nil
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, opening)
	return err
}

// number gives new cases the next running numbers of their days.
func number(ctx context.Context, tx *db.Tx, list []cases.Case) error {
	if len(list) == 0 {
		return nil
	}
	if err := alone(ctx, tx); err != nil {
		return err
	}
	next := map[int64]int64{}
	for i := range list {
		day := list[i].Seq
		if _, ok := next[day]; !ok {
			last, err := New(tx).LastOfDay(ctx, LastOfDayParams{Day: day, Most: day + cases.MaxOfDay})
			if err != nil {
				return err
			}
			next[day] = max(last, day)
		}
		next[day]++
		if next[day] > day+cases.MaxOfDay {
			return fmt.Errorf("there are %d cases of one day already", cases.MaxOfDay)
		}
		list[i].Seq = next[day]
		list[i].Number = cases.NumberOf(next[day])
	}
	return nil
}

func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errs.New(errs.NotFound, "access.not_found")
	}
	return err
}

func answer(a Answer) cases.Answer {
	return cases.Answer{
		ID: a.ID, Case: cases.ID(a.CaseID), At: db.Time(a.At).Time(), By: a.ByID, For: access.StaffID(a.ForID), Outcome: cases.Outcome(a.Outcome), Text: a.Text, English: a.English, ReleasedAt: db.Time(a.Released).Time(),
	}
}
