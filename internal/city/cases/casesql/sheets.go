package casesql

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/base/db"
)

// A sheet is what is counted of a day under many names. A name is some fields
// with a tab after each; ids have no tabs.
type sheet map[string][]int

// What sheets are of.
const (
	ofStrata    = "strata"    // unit, category, urgency, channel: numbers
	ofAreas     = "areas"     // area: AreaCount
	ofCells     = "cells"     // area, category: how many were opened
	ofOverruled = "overruled" // staff, unit: decisions, and those against the unit
	ofAgain     = "again"     // unit: answers, and those after which the same came again
)

// add adds to the numbers of a name.
func (s sheet) add(fields []string, numbers ...int) {
	name := strings.Join(fields, "\t") + "\t"
	sum := s[name]
	if sum == nil {
		sum = make([]int, len(numbers))
		s[name] = sum
	}
	for i, n := range numbers {
		sum[i] += n
	}
}

// each calls f with each name's fields and numbers.
func (s sheet) each(f func(fields []string, numbers []int)) {
	for name, numbers := range s {
		f(strings.Split(strings.TrimSuffix(name, "\t"), "\t"), numbers)
	}
}

// text is the sheet as it is kept.
func (s sheet) text() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s)) {
		b.WriteString(name)
		for i, n := range s[name] {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// addText adds what text wrote.
func (s sheet) addText(text string) error {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		tab := strings.LastIndexByte(line, '\t') + 1
		name, rest := line[:tab], line[tab:]
		sum, known := s[name]
		if !known {
			sum = make([]int, strings.Count(rest, " ")+1)
			s[strings.Clone(name)] = sum
		}
		for i := range sum {
			word, more, _ := strings.Cut(rest, " ")
			n, err := strconv.Atoi(word)
			if err != nil {
				return fmt.Errorf("line %q of a sheet: %w", line, err)
			}
			sum[i] += n
			rest = more
		}
	}
	return nil
}

// sheets adds to s those of some days.
func (c *counter) sheets(days []span, of string, s sheet) error {
	for _, run := range runs(days) {
		var a db.Args
		text := `SELECT body FROM sheets WHERE of = ` + a.Add(of) + ` AND since >= ` + a.Add(run.since) + ` AND since < ` + a.Add(run.until)
		err := c.rows(text, a.List, func(r *sql.Rows) error {
			var body string
			if err := r.Scan(&body); err != nil {
				return err
			}
			return s.addText(body)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// keepSheets keeps those of a day.
func keepSheets(ctx context.Context, tx *db.Tx, day span, sheets map[string]sheet) error {
	rows := make([][]any, 0, len(sheets))
	for _, of := range slices.Sorted(maps.Keys(sheets)) {
		rows = append(rows, []any{day.since, of, sheets[of].text()})
	}
	return tx.Insert(ctx, "sheets", []string{"since", "of", "body"}, rows)
}

// rollUpSheets counts and keeps the sheets of a day, that of what came again
// only when it is known.
func (c *counter) rollUpSheets(ctx context.Context, tx *db.Tx, day span, again bool) error {
	found, areas, cells, overruled := strata{}, sheet{}, sheet{}, sheet{}
	if err := c.strata(day, found); err != nil {
		return err
	}
	if err := c.areas(day, areas); err != nil {
		return err
	}
	if err := c.cells(day, cells); err != nil {
		return err
	}
	if err := c.overruled(day, overruled); err != nil {
		return err
	}
	list := map[string]sheet{ofStrata: found.sheet(), ofAreas: areas, ofCells: cells, ofOverruled: overruled}
	if again {
		list[ofAgain] = sheet{}
		if err := c.again(day, list[ofAgain]); err != nil {
			return err
		}
	}
	return keepSheets(ctx, tx, day, list)
}
