package casesql

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// A span is from a time until before another, in microseconds.
type span struct{ since, until int64 }

// quarter is what the times of stale are rounded down to: every day of every
// time zone begins on one, and the many changes of an import share a few.
const quarter = int64(15 * time.Minute / time.Microsecond)

// step is shorter than the shortest day.
const step = int64(12 * time.Hour / time.Microsecond)

// A fact is one thing about a case that a day's counts are made of, with the
// time whose day that is.
type fact struct {
	at                       int64
	what                     byte
	lead, about, route, name string
	more                     [4]int64
	like                     like
}

// facts lists what a case contributes to counts.
func facts(c cases.Case, to map[fact]int, n int) {
	of := alike(c)
	add := func(f fact) {
		f.lead, f.about, f.like = string(c.Lead), string(c.About), of
		if f.at > 0 {
			to[f] += n
		}
	}
	add(fact{at: micro(c.OpenedAt), what: 'o', route: c.Route, name: string(c.Category) + "/" + string(c.MergedInto) + "/" + strconv.FormatBool(c.Restricted)})
	if c.Address != "" && c.MergedInto == "" {
		to[fact{at: micro(c.OpenedAt), what: 'l', name: string(c.Category) + "/" + c.Address}] += n
	}
	answered := micro(c.AnsweredAt)
	add(fact{at: answered, what: 'a', route: c.Route, name: string(c.Outcome) + "/" + c.Address, more: [4]int64{micro(c.DispatchedAt), micro(c.Clocks.ResolveDue), micro(c.ConfirmUntil)}})
	for _, p := range c.Parts {
		if p.WithdrawnAt.IsZero() {
			add(fact{at: answered, what: 'p', more: [4]int64{micro(p.At), min(micro(p.VerdictAt), 1)}})
		}
		add(fact{at: micro(p.VerdictAt), what: 'v', name: string(p.Verdict)})
		add(fact{at: micro(p.RatedAt), what: 'r', more: [4]int64{int64(p.Rating)}})
	}
}

// heardOut is how long after a day it is known what came again after its
// answers: cases.Again, and an hour for those who are still writing it down.
const heardOut = int64((cases.Again + time.Hour) / time.Microsecond)

// mark keeps which times have to be counted anew once cases are not what they
// were before, and what was ruled at some times is ruled otherwise. It only
// adds rows, so that nobody waits for it, and RollUp takes away those that it
// has seen.
func mark(ctx context.Context, tx *db.Tx, before, after []cases.Case, ruled []int64) error {
	changed := map[fact]int{}
	for _, c := range before {
		facts(c, changed, -1)
	}
	for _, c := range after {
		facts(c, changed, 1)
	}
	times := map[int64]bool{}
	var rows [][]any
	stale := func(at int64) {
		if at -= at % quarter; !times[at] {
			times[at] = true
			rows = append(rows, []any{ids.New(time.Now()), at})
		}
	}
	now := micro(time.Now())
	for f, n := range changed {
		switch {
		case n == 0:
		case f.what == 'l': // it may have come again after an answer of the week before
			for at := f.at - cases.Again.Microseconds(); at < f.at && at+heardOut <= now; at += step {
				stale(at)
			}
			if f.at+heardOut <= now {
				stale(f.at)
			}
		default:
			stale(f.at)
		}
	}
	for _, at := range ruled {
		stale(at)
	}
	return tx.Insert(ctx, "stale", []string{"id", "at"}, rows)
}

// First implements cases.Store.
func (s Store) First(ctx context.Context) (time.Time, error) {
	var at db.Time
	err := s.DB.Reader().QueryRowContext(ctx, `SELECT coalesce(min(opened_at), 0) FROM cases`).Scan(&at)
	if err != nil {
		return time.Time{}, fmt.Errorf("first case: %w", err)
	}
	return at.Time(), nil
}

// RollUp implements cases.Store.
func (s Store) RollUp(ctx context.Context, days []time.Time) error {
	if len(days) < 2 {
		return nil
	}
	all := span{micro(days[0]), micro(days[len(days)-1])}
	counted := [2]map[span]bool{{}, {}} // without and with what came again
	for i, cond := range []string{"", onlyAgain} {
		done, _, err := s.spans(ctx, all, cond)
		if err != nil {
			return fmt.Errorf("roll up: %w", err)
		}
		for _, d := range done {
			counted[i][d] = true
		}
	}
	for i := len(days) - 1; i > 0; i-- { // what most look at first
		day := span{micro(days[i-1]), micro(days[i])}
		again := day.until+heardOut <= all.until
		if counted[0][day] && (counted[1][day] || !again) {
			continue
		}
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return rollUp(ctx, tx, day, again) }); err != nil {
			return fmt.Errorf("roll up the day from %s: %w", days[i-1], err)
		}
	}
	return nil
}

// rollUp counts one day. What changes it meanwhile and is not seen here leaves
// a row in stale that is not seen either, and stays.
func rollUp(ctx context.Context, tx *db.Tx, day span, again bool) error {
	seen, err := column(ctx, tx, `SELECT id FROM stale WHERE at >= $1 AND at < $2`, day.since, day.until)
	if err != nil {
		return err
	}
	for _, text := range []string{
		`DELETE FROM counts WHERE since IN (SELECT since FROM counted WHERE since < $2 AND until > $1)`,
		`DELETE FROM sheets WHERE since IN (SELECT since FROM counted WHERE since < $2 AND until > $1)`,
		`DELETE FROM counted WHERE since < $2 AND until > $1`,
	} {
		if _, err := tx.ExecContext(ctx, text, day.since, day.until); err != nil {
			return err
		}
	}
	c := counter{ctx: ctx, q: tx, scope: access.Scope{All: true}, now: never, about: true}
	if err := c.happened(day); err != nil {
		return err
	}
	if err := c.silence(day); err != nil {
		return err
	}
	if err := c.categories(day); err != nil {
		return err
	}
	if err := c.hops(day); err != nil {
		return err
	}
	if err := c.rollUpSheets(ctx, tx, day, again); err != nil {
		return err
	}
	var settled int64
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(confirm_until), 0) FROM cases WHERE answered_at >= $1 AND answered_at < $2`, day.since, day.until).Scan(&settled); err != nil {
		return err
	}
	counted := []any{day.since, day.until, settled + 1, int64(0)}
	if again {
		counted[3] = int64(1)
	}
	if err := tx.Insert(ctx, "counted", []string{"since", "until", "settled", "again"}, [][]any{counted}); err != nil {
		return err
	}
	rows := make([][]any, 0, len(c.by))
	for k, n := range c.by {
		row := []any{day.since, k.of, k.name, k.about}
		for _, count := range n.columns() {
			row = append(row, int64(*count))
		}
		rows = append(rows, append(row, n.waitsText()))
	}
	if err := tx.Insert(ctx, "counts", append([]string{"since", "of", "name", "about"}, append(slices.Clone(countColumns), "waits")...), rows); err != nil {
		return err
	}
	for batch := range slices.Chunk(seen, 500) {
		var a db.Args
		if _, err := tx.ExecContext(ctx, `DELETE FROM stale WHERE id IN `+db.In(&a, batch), a.List...); err != nil {
			return err
		}
	}
	return nil
}

func column(ctx context.Context, q querier, text string, args ...any) ([]string, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var list []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// onlyAgain narrows spans to those counted with what came again.
const onlyAgain = ` AND again = 1`

// spans gives the counted spans that lie in one and hold, in order, and
// when each is settled.
func (s Store) spans(ctx context.Context, in span, more string) (list []span, settled []int64, err error) {
	rows, err := s.DB.Reader().QueryContext(ctx, `SELECT since, until, settled FROM counted WHERE since >= $1 AND until <= $2
		AND NOT EXISTS (SELECT 1 FROM stale WHERE stale.at >= counted.since AND stale.at < counted.until)`+more+` ORDER BY since`, in.since, in.until)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var d span
		var at int64
		if err := rows.Scan(&d.since, &d.until, &at); err != nil {
			return nil, nil, err
		}
		list, settled = append(list, d), append(settled, at)
	}
	return list, settled, rows.Err()
}

// without gives what is left of a span without some that lie in it, in order.
func (in span) without(list []span) (rest []span) {
	at := in.since
	for _, d := range list {
		if d.since > at {
			rest = append(rest, span{at, d.since})
		}
		at = d.until
	}
	if at < in.until {
		rest = append(rest, span{at, in.until})
	}
	return rest
}

// countColumns are the numbers of counts, as tally.columns gives them.
var countColumns = []string{"received", "on_spot", "answered", "limited", "kept", "judged", "solved", "rated", "satisfied", "spoke", "silent"}

// A tally is what is counted of the cases of one lead, or of one category.
type tally struct {
	received, onSpot, answered, limited, kept, judged, solved, rated, satisfied, spoke, silent int
	waits                                                                                      map[int]int // hours, begun ones as whole, to how many
}

func (n *tally) columns() []*int {
	return []*int{&n.received, &n.onSpot, &n.answered, &n.limited, &n.kept, &n.judged, &n.solved, &n.rated, &n.satisfied, &n.spoke, &n.silent}
}

func (n *tally) waitsText() string {
	words := make([]string, 0, len(n.waits))
	for hours, count := range n.waits {
		words = append(words, strconv.Itoa(hours)+":"+strconv.Itoa(count))
	}
	slices.Sort(words)
	return strings.Join(words, ",")
}

// addWaits adds what waitsText wrote.
func (n *tally) addWaits(text string) error {
	for word := range strings.SplitSeq(text, ",") {
		if word == "" {
			continue
		}
		hours, count, _ := strings.Cut(word, ":")
		h, err := strconv.Atoi(hours)
		if err != nil {
			return fmt.Errorf("waits %q: %w", text, err)
		}
		c, err := strconv.Atoi(count)
		if err != nil {
			return fmt.Errorf("waits %q: %w", text, err)
		}
		n.wait(h, c)
	}
	return nil
}

func (n *tally) wait(hours, count int) {
	if n.waits == nil {
		n.waits = map[int]int{}
	}
	n.waits[hours] += count
}
