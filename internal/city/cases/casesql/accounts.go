package casesql

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"yiwang/internal/algo/draw"
	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

var exclusionColumns = []string{
	"id", "case_id", "unit", "category", "rates", "ground", "reason", "asked_by", "asked_at", "state", "ruling", "ruled_by", "ruled_at",
}

// saveAccounts keeps what a change says of exclusions and samples.
func saveAccounts(ctx context.Context, tx *db.Tx, c cases.Case, made cases.Change) error {
	for _, e := range made.Exclusions {
		if e.Case != c.ID {
			continue
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM exclusions WHERE id = $1`, e.ID).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			if err := addExclusion(ctx, tx, e); err != nil {
				return err
			}
			continue
		}
		// Two who rule at once: the case's row is locked, and the second finds it ruled.
		res, err := tx.ExecContext(ctx, `UPDATE exclusions SET state = $1, ruling = $2, ruled_by = $3, ruled_at = $4 WHERE id = $5 AND state = 'asked'`,
			e.State, e.Ruling, string(e.RuledBy), micro(e.RuledAt), e.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errs.Join(err, errs.New(errs.Conflict, "case.exclusion_ruled"))
		}
	}
	for _, f := range made.Findings {
		if f.Case != c.ID {
			continue
		}
		_, err := tx.ExecContext(ctx, `UPDATE audit_items SET finding = $1, means = $2, note = $3, by_id = $4, at = $5 WHERE month = $6 AND rank = $7`,
			f.Finding, f.Means, f.Note, string(f.By), micro(f.At), f.Month, int64(f.Rank))
		if err != nil {
			return err
		}
	}
	return nil
}

func addExclusion(ctx context.Context, tx *db.Tx, e cases.Exclusion) error {
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM exclusions WHERE case_id = $1 AND state <> 'refused'`, string(e.Case)).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return errs.New(errs.Conflict, "case.exclusion_asked")
	}
	return tx.Insert(ctx, "exclusions", exclusionColumns, [][]any{{
		e.ID, string(e.Case), string(e.Unit), string(e.Category), strings.Join(e.Rates, ","), e.Ground, e.Reason, string(e.AskedBy), micro(e.AskedAt),
		e.State, e.Ruling, string(e.RuledBy), micro(e.RuledAt),
	}})
}

// exclusions reads those of cases that a condition selects.
func (s Store) exclusions(ctx context.Context, where string, ids []string) ([]cases.Exclusion, error) {
	var a db.Args
	return s.readExclusions(ctx, where+db.In(&a, ids), a.List)
}

// Exclusions implements cases.Store.
func (s Store) Exclusions(ctx context.Context, f cases.ExclusionFilter) ([]cases.Exclusion, error) {
	var a db.Args
	where, order := []string{"1 = 1"}, "asked_at DESC, exclusions.id DESC"
	if f.ID != "" {
		where = append(where, `exclusions.id = `+a.Add(f.ID))
	}
	if f.State != "" {
		where = append(where, `exclusions.state = `+a.Add(f.State))
	}
	if f.Case != "" {
		where = append(where, `case_id = `+a.Add(string(f.Case)))
	}
	if len(f.Units) > 0 {
		where = append(where, `unit IN `+db.In(&a, text(f.Units)))
	}
	if !f.From.IsZero() {
		where = append(where, `asked_at >= `+a.Add(micro(f.From)))
	}
	if !f.To.IsZero() {
		where = append(where, `asked_at < `+a.Add(micro(f.To)))
	}
	if f.Ruled {
		where, order = append(where, `ruled_at > 0`), "ruled_at DESC, exclusions.id DESC"
	}
	return s.readExclusions(ctx, `WHERE `+strings.Join(where, ` AND `)+` ORDER BY `+order+` LIMIT `+a.Add(int64(f.Limit)), a.List)
}

func (s Store) readExclusions(ctx context.Context, where string, args []any) ([]cases.Exclusion, error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT exclusions.`+strings.Join(exclusionColumns, ", exclusions.")+`, cases.seq
		FROM exclusions JOIN cases ON cases.id = exclusions.case_id `+strings.TrimSpace(where), args...)
	if err != nil {
		return nil, fmt.Errorf("exclusions: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var list []cases.Exclusion
	for rows.Next() {
		var e cases.Exclusion
		var of string
		var asked, ruled db.Time
		var seq int64
		if err := rows.Scan(&e.ID, &e.Case, &e.Unit, &e.Category, &of, &e.Ground, &e.Reason, &e.AskedBy, &asked, &e.State, &e.Ruling, &e.RuledBy, &ruled, &seq); err != nil {
			return nil, fmt.Errorf("exclusions: %w", err)
		}
		e.Rates, e.AskedAt, e.RuledAt, e.Number = split[string](of), asked.Time(), ruled.Time(), cases.NumberOf(seq)
		list = append(list, e)
	}
	return list, rows.Err()
}

// Against implements cases.Store. Each of its four parts reads an index of
// what happened in the period.
func (s Store) Against(ctx context.Context, units []org.UnitID, p cases.Period, limit int) ([]cases.Case, error) {
	var a db.Args
	in := span{micro(p.From), micro(p.To)}
	due := span{in.since, min(in.until, micro(p.Now))}
	of := func() string { return ` AND lead IN ` + db.In(&a, text(units)) }
	list, err := query(ctx, s.DB.Reader(), `WHERE cases.id IN (
		SELECT id FROM cases WHERE `+in.has(&a, "answered_at")+` AND dispatched_at > 0 AND resolve_due > 0 AND answered_at > resolve_due`+of()+`
		UNION SELECT id FROM cases WHERE risk > 0 AND state IN ('dispatched', 'accepted', 'returned', 'checking') AND dispatched_at > 0 AND `+due.has(&a, "resolve_due")+of()+`
		UNION SELECT case_id FROM parts WHERE `+in.has(&a, "verdict_at")+` AND verdict <> 'solved'`+of()+`
		UNION SELECT case_id FROM parts WHERE `+in.has(&a, "rated_at")+` AND rating < 4`+of()+`
		) ORDER BY cases.seq DESC LIMIT `+a.Add(int64(limit)), a.List...)
	if err != nil {
		return nil, fmt.Errorf("cases against units: %w", err)
	}
	return list, nil
}

// Solved implements cases.Store.
func (s Store) Solved(ctx context.Context, p cases.Period) ([]cases.Answerer, error) {
	var a db.Args
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT id, lead FROM cases WHERE `+span{micro(p.From), micro(p.To)}.has(&a, "answered_at")+`
		AND dispatched_at > 0 AND route = '`+org.RouteWork+`' AND outcome = 'solved' ORDER BY id`, a.List...)
	if err != nil {
		return nil, fmt.Errorf("solved cases: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var list []cases.Answerer
	for rows.Next() {
		var c cases.Answerer
		if err := rows.Scan(&c.Case, &c.Unit); err != nil {
			return nil, fmt.Errorf("solved cases: %w", err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// KeepAudit implements cases.Store.
func (s Store) KeepAudit(ctx context.Context, au cases.Audit) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM audits WHERE month = $1`, au.Month).Scan(&n); err != nil || n > 0 {
			return err
		}
		marks := slices.Clone(au.Marks)
		slices.SortFunc(marks, func(a, b draw.Mark) int { return bytes.Compare(a[:], b[:]) })
		var body []byte
		for _, m := range marks {
			body = append(body, m[:]...)
		}
		err := tx.Insert(ctx, "audits", []string{"month", "at", "figures", "public", "seed", "size", "marks", "list"},
			[][]any{{au.Month, micro(au.At), au.Figures, au.Public, au.Seed, int64(au.Size), int64(au.Of), body}})
		if err != nil {
			return err
		}
		var rows [][]any
		for _, f := range au.Items {
			rows = append(rows, []any{f.Month, int64(f.Rank), f.Mark.String(), string(f.Case), string(f.Unit), f.Finding, f.Means, f.Note, string(f.By), micro(f.At)})
		}
		return tx.Insert(ctx, "audit_items", []string{"month", "rank", "mark", "case_id", "unit", "finding", "means", "note", "by_id", "at"}, rows)
	})
}

// Audits implements cases.Store.
func (s Store) Audits(ctx context.Context, limit int) ([]cases.Audit, error) {
	return s.audits(ctx, `''`, `ORDER BY month DESC LIMIT $1`, int64(limit))
}

// Audit implements cases.Store.
func (s Store) Audit(ctx context.Context, month string) (cases.Audit, error) {
	list, err := s.audits(ctx, `list`, `WHERE month = $1`, month)
	if err != nil {
		return cases.Audit{}, err
	}
	if len(list) == 0 {
		return cases.Audit{}, errs.New(errs.NotFound, "access.not_found")
	}
	return list[0], nil
}

func (s Store) audits(ctx context.Context, marks, where string, arg any) ([]cases.Audit, error) {
	var list []cases.Audit
	c := counter{ctx: ctx, q: s.DB.Reader()}
	err := c.rows(`SELECT month, at, figures, public, seed, size, marks, `+marks+` FROM audits `+where, []any{arg}, func(r *sql.Rows) error {
		var a cases.Audit
		var at db.Time
		var body []byte
		if err := r.Scan(&a.Month, &at, &a.Figures, &a.Public, &a.Seed, &a.Size, &a.Of, &body); err != nil {
			return err
		}
		a.At = at.Time()
		for m := range slices.Chunk(body, len(draw.Mark{})) {
			a.Marks = append(a.Marks, draw.Mark(m))
		}
		list = append(list, a)
		return nil
	})
	for i := range list {
		if err == nil {
			list[i].Items, err = s.items(ctx, list[i].Month)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	return list, nil
}

func (s Store) items(ctx context.Context, month string) ([]cases.Finding, error) {
	var list []cases.Finding
	c := counter{ctx: ctx, q: s.DB.Reader()}
	err := c.rows(`SELECT rank, mark, case_id, cases.seq, unit, finding, means, note, by_id, at FROM audit_items JOIN cases ON cases.id = case_id
		WHERE month = $1 ORDER BY rank`, []any{month}, func(r *sql.Rows) error {
		f := cases.Finding{Month: month}
		var mark string
		var at db.Time
		var seq int64
		if err := r.Scan(&f.Rank, &mark, &f.Case, &seq, &f.Unit, &f.Finding, &f.Means, &f.Note, &f.By, &at); err != nil {
			return err
		}
		marks, err := draw.Read(strings.NewReader(mark))
		if err != nil || len(marks) != 1 {
			return fmt.Errorf("mark of %s %d: %w", month, f.Rank, err)
		}
		f.Mark, f.Number, f.At = marks[0], cases.NumberOf(seq), at.Time()
		list = append(list, f)
		return nil
	})
	return list, err
}
