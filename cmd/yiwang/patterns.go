package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/algo/patterns"
	"yiwang/internal/base/table"
)

type patternsCmd struct {
	Transactions  string `required:"" type:"existingfile" placeholder:"FILE" help:"One transaction a line: numbers parted by blanks (FIMI), names parted by tabs or commas (basket), or a table (CSV, XLSX), whose items are its columns with their values. gz as it is, UTF-8 or GB18030."`
	MinSupport    int    `required:"" placeholder:"N" help:"In how many transactions a set must be."`
	Closed        bool   `xor:"kind" help:"Only sets to which no item can be added without losing a transaction."`
	Maximal       bool   `xor:"kind" help:"Only sets to which no item can be added without becoming too rare."`
	Rules         bool   `help:"Rules with one item on the right side, and tests of whether they are chance; with --closed or --maximal only those whose sides together are such a set."`
	MinConfidence string `placeholder:"SHARE" help:"How sure a rule must be, as 0.8 or 4/5; compared exactly."`
	Format        string `enum:"auto,fimi,basket,csv" default:"auto" help:"How the file is written: ${enum}."`
	Count         bool   `help:"Print only how many sets there are, also with --rules."`
	JSON          bool   `name:"json" help:"Print one JSON document."`
	MaxSets       uint64 `placeholder:"N" help:"Give up when there are more sets than this (100000000; for rules 2000000)."`
}

// Run finds sets or rules. Nothing is printed of what is refused.
func (c patternsCmd) Run(ctx context.Context) error {
	since := time.Now()
	if c.MinSupport < 1 {
		return fmt.Errorf("--min-support: %w", patterns.ErrSupport)
	}
	if c.Rules != (c.MinConfidence != "") {
		return errors.New("--rules and --min-confidence go together: --rules --min-confidence 0.8")
	}
	// Rare items are most of a large table's memory: they are left out.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(440 << 20))
	sieve := patterns.NewSieve(c.MinSupport)
	d, format, err := c.read(ctx, sieve)
	for sieve.Again(err) {
		if err := mayReadAgain(c.Transactions); err != nil {
			return err
		}
		d, format, err = c.read(ctx, sieve)
	}
	if err != nil {
		return err
	}
	if d.Transactions() == 0 {
		return fmt.Errorf("%s has no transactions", c.Transactions)
	}
	fmt.Fprintf(os.Stderr, "Read %d transactions of %d items (%s) in %.2f s.\n", d.Transactions(), d.Different(), format, time.Since(since).Seconds())
	out := patternsOut{bufio.NewWriterSize(os.Stdout, 64<<10), d, c, ranks(d)}
	if c.Rules && !c.Count {
		err = out.rules(ctx)
	} else {
		err = out.sets(ctx)
	}
	if errors.Is(err, patterns.ErrTooMany) {
		err = fmt.Errorf("%w: raise --min-support, look for --closed or --maximal sets, or allow more with --max-sets", err)
	}
	return errors.Join(err, out.w.Flush())
}

func (c patternsCmd) read(ctx context.Context, sieve *patterns.Sieve) (d *patterns.Data, format string, err error) {
	format = c.Format
	if format == "csv" {
		d, err = readRows(ctx, c.Transactions, sieve)
		return d, format, err
	}
	text, err := table.OpenPlain(c.Transactions)
	if errors.Is(err, table.ErrSheet) {
		if format != "auto" {
			return nil, format, fmt.Errorf("%s is a spreadsheet: read it with --format csv", c.Transactions)
		}
		d, err = readRows(ctx, c.Transactions, sieve)
		return d, "csv", err
	}
	if err != nil {
		return nil, format, err
	}
	defer text.Close() //nolint:errcheck // only read
	found, sep := patterns.Recognise(text.Sample)
	if format == "auto" {
		format = map[patterns.Format]string{patterns.FIMI: "fimi", patterns.Basket: "basket", patterns.Table: "csv"}[found]
	}
	if format == "csv" {
		d, err = readRows(ctx, c.Transactions, sieve)
		return d, format, err
	}
	if sieve.First() {
		sayEncoding(c.Transactions, text)
	}
	if format == "fimi" {
		d, err = sieve.ReadNumbers(text)
	} else {
		d, err = sieve.ReadBaskets(text, sep)
	}
	if err == nil && !sieve.Counting() {
		sayMixed(c.Transactions, text)
	}
	return d, format, err
}

// readRows reads a table: an item is a column with its value. A cell that is
// empty is no item, a row of them no transaction.
func readRows(ctx context.Context, path string, sieve *patterns.Sieve) (*patterns.Data, error) {
	var b *patterns.Builder
	var whole *table.Table
	err := reading{path: path, again: !sieve.First()}.each(ctx, func(t *table.Table) error {
		names := slices.Clone(t.Header)
		for i, name := range names {
			if name == "" {
				names[i] = strconv.Itoa(i + 1)
			} else if slices.Contains(names[:i], name) {
				return fmt.Errorf("two columns are called %q: give one of them another name", name)
			}
		}
		b, whole = sieve.Table(names...), t
		return nil
	}, func(row table.Row) error {
		for i, cell := range row.Cells {
			row.Cells[i] = strings.TrimSpace(cell)
		}
		return b.Add(row.Cells...)
	})
	if err != nil {
		return nil, err
	}
	if !sieve.First() && !sieve.Counting() { // what could not be said when it was left off
		sayMixed(path, whole)
	}
	return b.Data(), nil
}

// ranks gives each item its place in the order for people.
func ranks(d *patterns.Data) []int {
	list := make([]int, d.Items())
	for i := range list {
		list[i] = i
	}
	slices.SortFunc(list, d.Compare)
	rank := make([]int, len(list))
	for i, item := range list {
		rank[item] = i
	}
	return rank
}

// patternsOut prints what was found.
type patternsOut struct {
	w    *bufio.Writer
	d    *patterns.Data
	c    patternsCmd
	rank []int
}

// head is how every JSON document begins; the list follows.
type head struct {
	Transactions  int    `json:"transactions"`
	Items         int    `json:"items"`
	MinSupport    int    `json:"min_support"`
	Kind          string `json:"kind"`
	Of            string `json:"of,omitempty"` // of rules: the kind of set their sides are together
	MinConfidence string `json:"min_confidence,omitempty"`
	Sets          uint64 `json:"frequent_sets,omitempty"`
	Tried         uint64 `json:"tried,omitempty"`
	Count         uint64 `json:"count"`
}

func (o patternsOut) head(h head) head {
	h.Transactions, h.Items, h.MinSupport, h.MinConfidence = o.d.Transactions(), o.d.Different(), o.c.MinSupport, o.c.MinConfidence
	return h
}

// document prints one JSON document, whose list is as long as it takes: each
// has to call item for every part of it.
func (o patternsOut) document(h head, list string, each func(item func(v any) error) error) error {
	b, err := json.Marshal(o.head(h))
	if err != nil {
		return err
	}
	fmt.Fprintf(o.w, "%s,%q:[", b[:len(b)-1], list)
	enc := json.NewEncoder(o.w) // ends each part with a line break
	enc.SetEscapeHTML(false)
	mark := "\n"
	err = each(func(v any) error {
		if _, err := o.w.WriteString(mark); err != nil {
			return err
		}
		mark = ","
		return enc.Encode(v)
	})
	if err != nil {
		return err
	}
	_, err = o.w.WriteString("]}\n")
	return err
}

// setsSoFar says how many sets there are, of nobody knows how many.
func setsSoFar(stage string) func(sets uint64) {
	told := progress()
	return func(sets uint64) { told(stage, int(min(sets, math.MaxInt)), 0) }
}

func (c patternsCmd) kind() (patterns.Kind, string) {
	switch {
	case c.Closed:
		return patterns.Closed, "closed"
	case c.Maximal:
		return patterns.Maximal, "maximal"
	}
	return patterns.Frequent, "frequent"
}

func (o patternsOut) sets(ctx context.Context) error {
	kind, name := o.c.kind()
	opts := patterns.Options{Kind: kind, MinSupport: o.c.MinSupport, MaxSets: o.c.MaxSets, Progress: setsSoFar("counted")}
	h := head{Kind: name}
	// Counted first, so that nothing is printed of what is too much.
	n, err := patterns.Count(ctx, o.d, opts)
	if err != nil {
		return err
	}
	if o.c.Count {
		_, err := fmt.Fprintln(o.w, n)
		return err
	}
	opts.Progress = setsSoFar("told")
	if o.c.JSON {
		h.Count = n
		return o.document(h, "sets", func(item func(any) error) error {
			return patterns.Mine(ctx, o.d, opts, func(items []int, support int) error {
				return item(struct {
					Items   []string `json:"items"`
					Support int      `json:"support"`
				}{o.names(items), support})
			})
		})
	}
	between := "\t"
	if o.d.Numbers() {
		between = " "
	}
	return patterns.Mine(ctx, o.d, opts, func(items []int, support int) error {
		for _, name := range o.names(items) {
			if _, err := o.w.WriteString(name + between); err != nil {
				return err
			}
		}
		_, err := fmt.Fprintf(o.w, "(%d)\n", support)
		return err
	})
}

func (o patternsOut) names(items []int) []string {
	slices.SortFunc(items, func(a, b int) int { return cmp.Compare(o.rank[a], o.rank[b]) })
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = o.d.Name(item)
	}
	return names
}

// ruleLine is a rule in JSON. Conviction is null where the rule never fails.
type ruleLine struct {
	If          []string `json:"if"`
	Then        string   `json:"then"`
	Support     int      `json:"support"`
	IfSupport   int      `json:"if_support"`
	ThenSupport int      `json:"then_support"`
	Confidence  float64  `json:"confidence"`
	Lift        float64  `json:"lift"`
	Conviction  *float64 `json:"conviction"`
	P           float64  `json:"p"`
	Holm        float64  `json:"p_holm"`
	BH          float64  `json:"p_bh"`
	Example     int      `json:"example"`
}

func (o patternsOut) rules(ctx context.Context) error {
	least, err := patterns.ParseRatio(o.c.MinConfidence)
	if err != nil {
		return fmt.Errorf("--min-confidence: %w", err)
	}
	kind, of := o.c.kind()
	found, err := patterns.FindRules(ctx, o.d, patterns.RuleOptions{Kind: kind, MinSupport: o.c.MinSupport, MinConfidence: least, MaxSets: o.c.MaxSets, Progress: setsSoFar("found")})
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d frequent sets; %d rules tried, %d sure enough.\n", found.Sets, found.Tried, found.Len())
	if o.c.JSON {
		return o.document(head{Kind: "rules", Of: of, Sets: found.Sets, Tried: found.Tried, Count: uint64(found.Len())}, "rules", func(item func(any) error) error {
			for i := range found.Len() {
				r := found.Rule(i)
				line := ruleLine{
					o.names(r.If), o.d.Name(r.Then), r.Support, r.IfSupport, r.ThenSupport, r.Confidence, r.Lift,
					&r.Conviction, r.P, r.Holm, r.BH, r.Example + 1,
				}
				if math.IsInf(r.Conviction, 1) {
					line.Conviction = nil
				}
				if err := item(line); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for i := range found.Len() {
		r := found.Rule(i)
		_, err := fmt.Fprintf(o.w, "%s => %s\tsupport %d\tconfidence %.4f (%d/%d)\tlift %.3f\tconviction %.3f\tp %.3g\tHolm %.3g\tBH %.3g\ttransaction %d\n",
			strings.Join(o.names(r.If), " & "), o.d.Name(r.Then), r.Support, r.Confidence, r.Support, r.IfSupport, r.Lift, r.Conviction, r.P, r.Holm, r.BH, r.Example+1)
		if err != nil {
			return err
		}
	}
	return nil
}
