package casesql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

var (
	todoColumns   = []string{"case_id", "kind", "unit", "due"}
	rulingColumns = []string{"id", "case_id", "at", "by_id", "category", "area", "lead", "helpers", "parties", "duty", "basis", "matter", "text", "words"}
)

func todoRows(c cases.Case) (rows [][]any) {
	for _, d := range c.Todos() {
		rows = append(rows, []any{string(c.ID), string(d.Kind), string(d.Unit), micro(d.Due)})
	}
	return rows
}

// saveTodos writes anew what is to be done on a case, if that has changed.
func saveTodos(ctx context.Context, tx *db.Tx, before, c cases.Case) error {
	was := before.Todos()
	if slices.Equal(was, c.Todos()) {
		return nil
	}
	if len(was) > 0 {
		if _, err := tx.ExecContext(ctx, `DELETE FROM case_todos WHERE case_id = $1`, string(c.ID)); err != nil {
			return fmt.Errorf("todos of case %s: %w", c.ID, err)
		}
	}
	return tx.Insert(ctx, "case_todos", todoColumns, todoRows(c))
}

func keepRulings(ctx context.Context, tx *db.Tx, of cases.ID, list []cases.Ruling) error {
	var rows [][]any
	for _, r := range list {
		if r.Case == of {
			rows = append(rows, []any{
				r.ID, string(r.Case), micro(r.At), string(r.By), string(r.Category), string(r.Area), string(r.Lead), join(r.Helpers), join(r.Parties),
				string(r.Duty), r.Basis, r.Matter, r.Text, r.Searched(),
			})
		}
	}
	return tx.Insert(ctx, "rulings", rulingColumns, rows)
}

// escape keeps a word's own signs from being wildcards.
var escape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Rulings implements cases.Store. There are few of them: words are looked for
// row by row.
func (s Store) Rulings(ctx context.Context, f cases.RulingFilter) ([]cases.Ruling, error) {
	var a db.Args
	where := "1 = 1"
	and := func(cond string) { where += " AND " + cond }
	for _, w := range f.Words {
		and(`words LIKE ` + a.Add("%"+escape.Replace(w)+"%") + ` ESCAPE '\'`)
	}
	if len(f.Categories) > 0 {
		and("category IN " + db.In(&a, text(f.Categories)))
	}
	if f.Unit != "" {
		and(`(lead = ` + a.Add(string(f.Unit)) + ` OR ',' || parties || ',' LIKE ` + a.Add("%,"+escape.Replace(string(f.Unit))+",%") + ` ESCAPE '\')`)
	}
	if f.Case != "" {
		and("case_id = " + a.Add(string(f.Case)))
	}
	if f.Recused != "" {
		and("NOT EXISTS (SELECT 1 FROM case_todos AS kept WHERE kept.case_id = rulings.case_id AND kept.kind = " + a.Add(string(cases.Kept)) + " AND kept.unit = " + a.Add(string(f.Recused)) + ")")
	}
	if !f.Before.IsZero() {
		and("at < " + a.Add(micro(f.Before)))
	}
	return s.rulings(ctx, where+` ORDER BY at DESC, id DESC LIMIT `+a.Add(int64(f.Limit)), a.List...)
}

// Ruling implements cases.Store.
func (s Store) Ruling(ctx context.Context, id string) (cases.Ruling, error) {
	list, err := s.rulings(ctx, `id = $1`, id)
	if err == nil && len(list) == 0 {
		err = errs.New(errs.NotFound, "access.not_found")
	}
	if err != nil {
		return cases.Ruling{}, err
	}
	return list[0], nil
}

func (s Store) rulings(ctx context.Context, where string, args ...any) ([]cases.Ruling, error) {
	last := len(rulingColumns) - 1 // what it is found by is not read
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT `+strings.Join(rulingColumns[:last], ", ")+` FROM rulings WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read rulings: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var list []cases.Ruling
	for rows.Next() {
		var r cases.Ruling
		var at db.Time
		var by access.StaffID
		var helpers, parties string
		if err := rows.Scan(&r.ID, &r.Case, &at, &by, &r.Category, &r.Area, &r.Lead, &helpers, &parties, &r.Duty, &r.Basis, &r.Matter, &r.Text); err != nil {
			return nil, fmt.Errorf("read ruling: %w", err)
		}
		r.At, r.By, r.Helpers, r.Parties = at.Time(), by, split[org.UnitID](helpers), split[org.UnitID](parties)
		list = append(list, r)
	}
	return list, rows.Err()
}
