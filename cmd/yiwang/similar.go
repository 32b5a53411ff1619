package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/algo/similar"
	"yiwang/internal/base/table"
)

type similarCmd struct {
	Groups similarGroupsCmd `cmd:"" default:"withargs" help:"Find messages that say nearly the same."`
	Score  similarScoreCmd  `cmd:"" help:"Say of pairs of sentences how likely they ask the same, and measure it where they are labelled."`
}

type similarGroupsCmd struct {
	Data string `required:"" type:"existingfile" placeholder:"FILE" help:"CSV or XLSX, gz as it is, UTF-8 or GB18030."`
	Map  string `placeholder:"FIELD=COLUMN,…" help:"Which column has what: id, text, time, place."`
	JSON bool   `name:"json" help:"Print the groups as JSON."`
}

// Run prints the groups, the largest first.
func (c similarGroupsCmd) Run(ctx context.Context) error {
	var ids []string
	lines := map[string]int{}
	g := similar.NewGrouping()
	err := eachRow(ctx, reading{path: c.Data}, c.Map, []string{"id", "text", "time", "place"}, []string{"id", "text"}, func(m table.Mapping, r table.Row) error {
		id := m.Get(r, "id")
		if id == "" {
			return errors.New("the id is missing")
		}
		if line, twice := lines[id]; twice {
			return fmt.Errorf("the id %q is that of line %d already; each message needs its own", id, line)
		}
		lines[id] = r.Line
		ids = append(ids, id)
		row := similar.Row{Text: m.Get(r, "text"), Place: m.Get(r, "place")}
		if s := m.Get(r, "time"); s != "" {
			at, err := table.ParseTime(s, time.UTC) // only what lies between two counts
			if err != nil {
				return err
			}
			row.At = at
		}
		return g.Add(row)
	})
	if err != nil {
		return err
	}
	found, err := g.Groups(ctx)
	if err != nil {
		return err
	}
	type group struct {
		IDs   []string `json:"ids"`
		Score float64  `json:"score"`
	}
	groups, rows := make([]group, len(found)), 0
	for i, f := range found {
		groups[i].Score = math.Round(f.Score*1e4) / 1e4
		for _, r := range f.Rows {
			groups[i].IDs = append(groups[i].IDs, ids[r])
		}
		rows += len(f.Rows)
	}
	fmt.Fprintf(os.Stderr, "%d of %d messages are in %d groups; %d have no words.\n", rows, len(ids), len(groups), g.Wordless())
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetEscapeHTML(false)
		return out.Encode(groups)
	}
	w := bufio.NewWriter(os.Stdout)
	for _, x := range groups {
		fmt.Fprintf(w, "%.4f\t%s\n", x.Score, strings.Join(x.IDs, " "))
	}
	return w.Flush()
}

type similarScoreCmd struct {
	Pairs string `required:"" type:"existingfile" placeholder:"FILE" help:"Pairs of sentences: CSV or XLSX, gz as it is, UTF-8 or GB18030."`
	Map   string `placeholder:"FIELD=COLUMN,…" help:"Which column has what: a, b, label (1 or 0)."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// Run learns from all pairs, without a look at the labels, and scores each.
func (c similarScoreCmd) Run(ctx context.Context) error {
	each := func(again bool, do func(p similar.Pair, label string, labelled bool) error) error {
		return eachRow(ctx, reading{path: c.Pairs, again: again, blank: true}, c.Map, []string{"a", "b", "label"}, []string{"a", "b"}, func(m table.Mapping, r table.Row) error {
			_, labelled := m["label"]
			return do(similar.Pair{A: m.Get(r, "a"), B: m.Get(r, "b")}, m.Get(r, "label"), labelled)
		})
	}
	var same []bool
	labels := false
	sample := similar.NewSample(similar.SampleBytes)
	err := each(false, func(p similar.Pair, label string, labelled bool) error {
		labels = labelled
		sample.Add(p)
		if !labelled {
			return nil
		}
		is, err := isSame(label)
		same = append(same, is)
		return err
	})
	if err != nil {
		return err
	}
	s := similar.Learn(sample.Pairs())
	w := bufio.NewWriter(os.Stdout)
	var scores []float64
	row := 0
	err = each(true, func(p similar.Pair, _ string, _ bool) error {
		row++
		score := s.Score(p.A, p.B)
		switch {
		case labels:
			scores = append(scores, score)
		case c.JSON:
			fmt.Fprintf(w, "{\"row\":%d,\"score\":%s}\n", row, strconv.FormatFloat(score, 'f', 4, 64))
		default:
			fmt.Fprintf(w, "%d\t%.4f\n", row, score)
		}
		return nil
	})
	if err = errors.Join(err, w.Flush()); err != nil || !labels {
		return err
	}
	r, err := similar.Evaluate(scores, same)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	fmt.Printf("%d pairs: AUROC %.4f, best F1 %.4f\n", r.N, r.AUROC, r.BestF1)
	return nil
}

// isSame reads a label.
func isSame(label string) (bool, error) {
	switch strings.ToLower(label) {
	case "1", "1.0", "true", "yes", "same", "是", "同", "相同":
		return true, nil
	case "0", "0.0", "false", "no", "different", "否", "不同":
		return false, nil
	}
	return false, fmt.Errorf("the label is %q; it is 1 where both ask the same, and 0 where not", label)
}
