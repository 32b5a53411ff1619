package casesql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Signs implements cases.Store. What was decided and what came again on days
// that were counted is read from sheets.
func (s Store) Signs(ctx context.Context, p cases.Period) (cases.Signs, error) {
	out := cases.Signs{Overruled: map[cases.Decider]cases.Ratio{}, Again: map[org.UnitID]cases.Ratio{}, Excluded: map[org.UnitID]cases.Ratio{}}
	c := counter{ctx: ctx, q: s.DB.Reader()}
	in := span{micro(p.From), micro(p.To)}
	if err := s.signs(&c, in, micro(p.Now), &out); err != nil {
		return out, fmt.Errorf("signs: %w", err)
	}
	return out, nil
}

func (s Store) signs(c *counter, in span, now int64, out *cases.Signs) error {
	days, _, err := s.spans(c.ctx, in, "")
	if err != nil {
		return err
	}
	ruled := sheet{}
	if err := c.sheets(days, ofOverruled, ruled); err != nil {
		return err
	}
	for _, rest := range in.without(days) {
		if err := c.overruled(rest, ruled); err != nil {
			return err
		}
	}
	answers := in // that are old enough to say whether it came again
	answers.until = min(answers.until, now-cases.Again.Microseconds())
	if days, _, err = s.spans(c.ctx, answers, onlyAgain); err != nil {
		return err
	}
	again := sheet{}
	if err := c.sheets(days, ofAgain, again); err != nil {
		return err
	}
	for _, rest := range answers.without(days) {
		if err := c.again(rest, again); err != nil {
			return err
		}
	}
	ruled.each(func(fields []string, n []int) {
		out.Overruled[cases.Decider{Staff: access.StaffID(fields[0]), Unit: org.UnitID(fields[1])}] = cases.Ratio{Of: n[0], Count: n[1]}
	})
	again.each(func(fields []string, n []int) { out.Again[org.UnitID(fields[0])] = cases.Ratio{Of: n[0], Count: n[1]} })
	return c.ruledOut(in, out)
}

// rulings are the events by which somebody decides about a unit's work.
var rulings = []cases.EventKind{cases.ReturnUpheld, cases.ReturnRefused, cases.Reopened, cases.KeptClosed, cases.SentBack}

// ruledAt gives the times of rulings among events.
func ruledAt(events []cases.Event) (list []int64) {
	for _, e := range events {
		if slices.Contains(rulings, e.Kind) {
			list = append(list, micro(e.At))
		}
	}
	return list
}

// ruledBefore gives the times of the rulings of a case.
func ruledBefore(ctx context.Context, tx *db.Tx, id cases.ID) ([]int64, error) {
	var a db.Args
	words, err := column(ctx, tx, `SELECT at FROM case_events WHERE case_id = `+a.Add(string(id))+` AND kind IN `+db.In(&a, text(rulings)), a.List...)
	if err != nil {
		return nil, fmt.Errorf("rulings of case %s: %w", id, err)
	}
	list := make([]int64, len(words))
	for i, w := range words {
		if list[i], err = strconv.ParseInt(w, 10, 64); err != nil {
			return nil, fmt.Errorf("rulings of case %s: %w", id, err)
		}
	}
	return list, nil
}

// ruledKinds is the condition of the index of rulings.
const ruledKinds = `case_events.kind IN ('return_upheld', 'return_refused', 'reopened', 'kept_closed', 'sent_back')`

// overruled counts what was decided about units.
func (c *counter) overruled(in span, out sheet) error {
	var a db.Args
	return c.rows(`SELECT case_events.kind, case_events.by_id, case_events.body, cases.lead FROM case_events CROSS JOIN cases WHERE cases.id = case_events.case_id
		AND `+ruledKinds+` AND `+in.has(&a, "case_events.at"), a.List, func(r *sql.Rows) error {
		var kind cases.EventKind
		var staff string
		var unit org.UnitID
		var body db.JSON
		if err := r.Scan(&kind, &staff, &body, &unit); err != nil {
			return err
		}
		if kind == cases.ReturnUpheld { // the case has gone on to another
			var detail cases.Detail
			if err := body.Decode(&detail); err != nil {
				return err
			}
			unit = detail.From
		}
		if unit == "" {
			return nil
		}
		against := 0
		if kind == cases.ReturnRefused || kind == cases.Reopened || kind == cases.SentBack {
			against = 1
		}
		out.add([]string{staff, string(unit)}, 1, against)
		return nil
	})
}

// again counts the answers after which the same matter came from the same
// place. The span ends before what could come again is known.
func (c *counter) again(in span, out sheet) error {
	var a db.Args
	soon := strconv.FormatInt(cases.Again.Microseconds(), 10)
	return c.rows(`SELECT lead, count(*), `+count(`EXISTS (SELECT 1 FROM cases later WHERE later.address = cases.address AND later.category = cases.category
			AND later.opened_at > cases.answered_at AND later.opened_at <= cases.answered_at + `+soon+` AND later.address <> '' AND later.merged_into = '')`)+`
		FROM cases WHERE `+in.has(&a, "answered_at")+` AND dispatched_at > 0 AND outcome = 'solved' AND address <> '' AND lead <> '' GROUP BY lead`, a.List, func(r *sql.Rows) error {
		var unit string
		var n, came int
		if err := r.Scan(&unit, &n, &came); err != nil {
			return err
		}
		out.add([]string{unit}, n, came)
		return nil
	})
}

// ruledOut counts the exclusions that were ruled on.
func (c *counter) ruledOut(in span, out *cases.Signs) error {
	var a db.Args
	return c.rows(`SELECT unit, count(*), `+count(`state = 'granted'`)+` FROM exclusions WHERE state <> 'asked' AND `+in.has(&a, "asked_at")+` GROUP BY unit`, a.List, func(r *sql.Rows) error {
		var unit org.UnitID
		var n cases.Ratio
		if err := r.Scan(&unit, &n.Of, &n.Count); err != nil {
			return err
		}
		out.Excluded[unit] = n
		return nil
	})
}
