// Package casesql keeps cases in the database.
package casesql

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// A Store implements cases.Store on both engines.
type Store struct {
	DB    *db.DB
	Queue *jobs.Queue
}

var _ cases.Store = Store{}

// Open implements cases.Store.
func (s Store) Open(ctx context.Context, list []cases.Case, events []cases.Event, next ...jobs.Args) (opened []bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		opened = make([]bool, len(list))
		has, err := withParts(ctx, tx, list)
		if err != nil {
			return err
		}
		var fresh []cases.Case
		kept := map[cases.ID]bool{}
		for i, c := range list {
			if opened[i] = !slices.ContainsFunc(c.Parts, func(p cases.Part) bool { return has[p.Request] }); opened[i] {
				fresh = append(fresh, c)
				kept[c.ID] = true
				for _, p := range c.Parts {
					has[p.Request] = true
				}
			}
		}
		if err := keep(ctx, tx, fresh, slices.DeleteFunc(slices.Clone(events), func(e cases.Event) bool { return !kept[e.Case] }), nil); err != nil {
			return err
		}
		for i := range list { // their names go back to who asked
			for _, c := range fresh {
				if list[i].ID == c.ID {
					list[i].Seq, list[i].Number = c.Seq, c.Number
				}
			}
		}
		return s.Queue.Add(ctx, tx, next...)
	})
	return opened, err
}

// withParts says which requests of the list have a part already. Until tx
// ends nobody else gives them one.
func withParts(ctx context.Context, tx *db.Tx, list []cases.Case) (map[string]bool, error) {
	if err := alone(ctx, tx); err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for batch := range slices.Chunk(list, 500) {
		var requests []string
		for _, c := range batch {
			for _, p := range c.Parts {
				requests = append(requests, p.Request)
			}
		}
		if err := markParts(ctx, tx, requests, has); err != nil {
			return nil, err
		}
	}
	return has, nil
}

func markParts(ctx context.Context, tx *db.Tx, requests []string, has map[string]bool) error {
	var a db.Args
	rows, err := tx.QueryContext(ctx, `SELECT request FROM parts WHERE request IN `+db.In(&a, requests), a.List...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var r string
		if err := rows.Scan(&r); err != nil {
			return err
		}
		has[r] = true
	}
	return rows.Err()
}

// keep writes new cases with all that belongs to them.
func keep(ctx context.Context, tx *db.Tx, list []cases.Case, events []cases.Event, answers []cases.Answer) error {
	if err := number(ctx, tx, list); err != nil {
		return err
	}
	var rows, parts, units, said, versions, todos [][]any
	for _, c := range list {
		rows = append(rows, values(c))
		for _, p := range c.Parts {
			parts = append(parts, partRow(c, p))
		}
		since := micro(c.DispatchedAt)
		if since == 0 {
			since = micro(c.OpenedAt)
		}
		if c.Lead != "" {
			units = append(units, unitRow(c, c.Lead, lead, since))
		}
		for _, h := range c.Helpers {
			units = append(units, unitRow(c, h, helper, since))
		}
	}
	for _, c := range list {
		todos = append(todos, todoRows(c)...)
	}
	n := map[cases.ID]int64{}
	for _, e := range events {
		n[e.Case]++
		said = append(said, eventRow(n[e.Case], e))
	}
	for _, a := range answers {
		versions = append(versions, answerRow(a))
	}
	return errors.Join(
		mark(ctx, tx, nil, list, ruledAt(events)),
		tx.Insert(ctx, "cases", columns, rows), tx.Insert(ctx, "parts", partColumns, parts), tx.Insert(ctx, "case_units", unitColumns, units),
		tx.Insert(ctx, "case_events", eventColumns, said), tx.Insert(ctx, "answers", answerColumns, versions),
		tx.Insert(ctx, "case_todos", todoColumns, todos),
	)
}

// LoadsBy are the indexes that Load needs, however many cases there are.
var LoadsBy = []string{"parts_request"}

// Load implements cases.Store.
func (s Store) Load(ctx context.Context, list []cases.Loaded) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		all := make([]cases.Case, len(list))
		for i, l := range list {
			all[i] = l.Case
		}
		has, err := withParts(ctx, tx, all)
		if err != nil {
			return err
		}
		var fresh []cases.Case
		var events []cases.Event
		var answers []cases.Answer
		for _, l := range list {
			if slices.ContainsFunc(l.Case.Parts, func(p cases.Part) bool { return has[p.Request] }) {
				continue
			}
			fresh = append(fresh, l.Case)
			events = append(events, l.Events...)
			answers = append(answers, l.Answers...)
		}
		return keep(ctx, tx, fresh, events, answers)
	})
}

// Update implements cases.Store.
func (s Store) Update(ctx context.Context, id cases.ID, revision int64, change func(*cases.Case) (cases.Change, []jobs.Args, error)) (cases.Case, error) {
	list, err := s.UpdateAll(ctx, []cases.ID{id}, func(list []*cases.Case) (cases.Change, []jobs.Args, error) {
		if revision != 0 && revision != list[0].Revision {
			return cases.Change{}, nil, errs.New(errs.Conflict, "case.changed")
		}
		return change(list[0])
	})
	if err != nil {
		return cases.Case{}, err
	}
	return list[0], nil
}

// UpdateAll implements cases.Store. The rows are locked in the order of their
// ids, so that two who want the same never wait for each other.
func (s Store) UpdateAll(ctx context.Context, ids []cases.ID, change func([]*cases.Case) (cases.Change, []jobs.Args, error)) (after []cases.Case, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		now := make(map[cases.ID]*cases.Case, len(ids))
		before := make(map[cases.ID]cases.Case, len(ids))
		for _, id := range slices.Sorted(slices.Values(ids)) {
			c, err := s.one(ctx, tx, `WHERE id = $1`+tx.ForUpdate(), string(id))
			if err != nil {
				return err
			}
			old := c
			old.Parts, old.Helpers, old.Beside = slices.Clone(c.Parts), slices.Clone(c.Helpers), c.Clone()
			now[id], before[id] = &c, old
		}
		list := make([]*cases.Case, len(ids))
		for i, id := range ids {
			list[i] = now[id]
		}
		made, next, err := change(list)
		if err != nil {
			return err
		}
		after = make([]cases.Case, len(ids))
		for i, c := range list {
			c.Revision = before[c.ID].Revision + 1
			after[i] = *c
			if err := takeOut(ctx, tx, before[c.ID], *c); err != nil {
				return fmt.Errorf("update case %s: %w", c.ID, err)
			}
		}
		for i, c := range after {
			of := made
			if i > 0 {
				of.Opened = nil // kept once, with the first
			}
			if err := save(ctx, tx, before[c.ID], c, of); err != nil {
				return fmt.Errorf("update case %s: %w", c.ID, err)
			}
		}
		return s.Queue.Add(ctx, tx, next...)
	})
	return after, err
}

// takeOut deletes the rows of parts that have gone to another case, which
// writes them anew.
func takeOut(ctx context.Context, tx *db.Tx, before, c cases.Case) error {
	for _, p := range before.Parts {
		if !slices.ContainsFunc(c.Parts, func(o cases.Part) bool { return o.ID == p.ID }) {
			if err := New(tx).DeletePart(ctx, string(p.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}

func save(ctx context.Context, tx *db.Tx, before, c cases.Case, made cases.Change) error {
	ruled := ruledAt(made.Events)
	if before.Lead != c.Lead { // what was ruled is said of who leads now
		earlier, err := ruledBefore(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		ruled = append(ruled, earlier...)
	}
	if err := mark(ctx, tx, []cases.Case{before}, []cases.Case{c}, ruled); err != nil {
		return err
	}
	var a db.Args
	sets := make([]string, 0, len(columns))
	for i, v := range values(c) {
		if columns[i] != "id" {
			sets = append(sets, columns[i]+" = "+a.Add(v))
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE cases SET `+strings.Join(sets, ", ")+` WHERE id = `+a.Add(string(c.ID)), a.List...); err != nil {
		return err
	}
	q := New(tx)
	was := make(map[cases.PartID]cases.Part, len(before.Parts))
	for _, p := range before.Parts {
		was[p.ID] = p
	}
	var came [][]any
	for _, p := range c.Parts {
		old, here := was[p.ID]
		if !here {
			came = append(came, partRow(c, p))
		}
		if !here || p == old {
			continue
		}
		err := q.UpdatePart(ctx, UpdatePartParams{
			Matter: p.Matter, WithdrawnAt: micro(p.WithdrawnAt), Verdict: string(p.Verdict), VerdictAt: micro(p.VerdictAt), Missing: p.Missing,
			Rating: int64(p.Rating), RatingText: p.RatingText, RatedAt: micro(p.RatedAt), ID: string(p.ID),
		})
		if err != nil {
			return err
		}
	}
	if err := tx.Insert(ctx, "parts", partColumns, came); err != nil {
		return err
	}
	if err := saveUnits(ctx, q, before, c, made); err != nil {
		return err
	}
	if before.Lead != c.Lead || before.Area != c.Area || before.About != c.About {
		if err := q.SetPartsOf(ctx, SetPartsOfParams{Lead: string(c.Lead), Area: string(c.Area), About: string(c.About), CaseID: string(c.ID)}); err != nil {
			return err
		}
	}
	if before.Risk() != c.Risk() || before.State != c.State || before.WaitsFor != c.WaitsFor || before.Handler != c.Handler || before.About != c.About {
		err := q.SetUnitsOf(ctx, SetUnitsOfParams{
			Risk: int64(c.Risk()), State: string(c.State), WaitsFor: string(c.WaitsFor), Handler: string(c.Handler), About: string(c.About), CaseID: string(c.ID),
		})
		if err != nil {
			return err
		}
	}
	if err := saveTodos(ctx, tx, before, c); err != nil {
		return err
	}
	if slices.Contains(made.Forget, c.ID) {
		if err := errors.Join(q.ForgetEvents(ctx, string(c.ID)), q.ForgetAnswers(ctx, string(c.ID)), q.ForgetRulings(ctx, string(c.ID))); err != nil {
			return err
		}
	}
	if err := keepRulings(ctx, tx, c.ID, made.Rulings); err != nil {
		return err
	}
	for _, v := range made.Answers {
		if v.Case != c.ID {
			continue
		}
		err := q.KeepAnswer(ctx, KeepAnswerParams{
			ID: v.ID, CaseID: string(v.Case), At: micro(v.At), ByID: v.By, ForID: string(v.For), Outcome: string(v.Outcome), Text: v.Text, English: v.English, Released: micro(v.ReleasedAt),
		})
		if err != nil {
			return err
		}
	}
	if err := saveAccounts(ctx, tx, c, made); err != nil {
		return err
	}
	var opened []cases.Event
	var said [][]any
	n, err := q.LastEvent(ctx, string(c.ID))
	if err != nil {
		return err
	}
	for _, e := range made.Events {
		if e.Case == c.ID {
			n++
			said = append(said, eventRow(n, e))
		} else if slices.ContainsFunc(made.Opened, func(o cases.Case) bool { return o.ID == e.Case }) {
			opened = append(opened, e)
		}
	}
	if err := tx.Insert(ctx, "case_events", eventColumns, said); err != nil {
		return err
	}
	return keep(ctx, tx, made.Opened, opened, nil)
}

// saveUnits ends and begins what units have to do with the case.
func saveUnits(ctx context.Context, q *Queries, before, c cases.Case, made cases.Change) error {
	if before.Lead == c.Lead && slices.Equal(before.Helpers, c.Helpers) || len(made.Events) == 0 {
		return nil
	}
	at := micro(made.Events[len(made.Events)-1].At)
	end := func(u org.UnitID, role string) error {
		return q.EndUnit(ctx, EndUnitParams{Until: at, CaseID: string(c.ID), Unit: string(u), Role: role})
	}
	begin := func(u org.UnitID, role string) error {
		return q.AddUnit(ctx, AddUnitParams{
			CaseID: string(c.ID), Unit: string(u), Role: role, Since: at, Seq: c.Seq,
			Risk: int64(c.Risk()), State: string(c.State), WaitsFor: string(c.WaitsFor), Handler: string(c.Handler), About: string(c.About),
		})
	}
	if before.Lead != c.Lead {
		if before.Lead != "" {
			if err := end(before.Lead, lead); err != nil {
				return err
			}
		}
		if c.Lead != "" {
			if err := begin(c.Lead, lead); err != nil {
				return err
			}
		}
	}
	for _, h := range before.Helpers {
		if !slices.Contains(c.Helpers, h) {
			if err := end(h, helper); err != nil {
				return err
			}
		}
	}
	for _, h := range c.Helpers {
		if !slices.Contains(before.Helpers, h) {
			if err := begin(h, helper); err != nil {
				return err
			}
		}
	}
	return nil
}
