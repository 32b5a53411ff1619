package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math"
	"os"
	"runtime/debug"
	"slices"
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

// Run prints the groups, the largest first. The file is read twice: ids are
// only kept of what is in a group.
func (c similarGroupsCmd) Run(ctx context.Context) error {
	if err := mayReadAgain(c.Data); err != nil {
		return err
	}
	// A gigabyte of messages keeps some 400 MB; collecting earlier than usual
	// keeps the rest below that again.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(440 << 20))
	spool, err := os.CreateTemp("", "yiwang-similar-*")
	if err != nil {
		return err
	}
	defer spool.Close() //nolint:errcheck // nothing of it is kept
	if err := os.Remove(spool.Name()); err != nil {
		return err
	}
	g := similar.NewGrouping(spool)
	seed, hashes, times := maphash.MakeSeed(), []uint64{}, timeColumn{}
	err = c.each(ctx, false, func(m table.Mapping, r table.Row) error {
		id := m.Get(r, "id")
		if id == "" {
			return errors.New("the id is missing")
		}
		hashes = append(hashes, maphash.String(seed, id))
		return g.Add(similar.Row{
			Text: m.Get(r, "text"), Place: m.Get(r, "place"),
			At: times.read(m.Get(r, "time"), r.Line, time.UTC), // only what lies between two counts
		})
	})
	if err == nil {
		err = times.end(c.Data, "time")
	}
	if err != nil {
		return err
	}
	rows := len(hashes)
	if err := c.unique(ctx, seed, hashes); err != nil {
		return err
	}
	hashes = nil
	fmt.Fprintf(os.Stderr, "%d messages read; they are compared.\n", rows)
	told := progress()
	g.Progress = func(done, all int) { told("compared", done, all) }
	found, err := g.Groups(ctx)
	if err != nil {
		return err
	}
	ids, err := c.ids(ctx, rows, found)
	if err != nil {
		return err
	}
	in := 0
	for _, f := range found {
		in += len(f.Rows)
	}
	fmt.Fprintf(os.Stderr, "%d of %d messages are in %d groups; %d have no words.\n", in, rows, len(found), g.Wordless())
	w := bufio.NewWriter(os.Stdout)
	if err := c.print(w, found, ids); err != nil {
		return err
	}
	return w.Flush()
}

func (c similarGroupsCmd) each(ctx context.Context, again bool, do func(m table.Mapping, r table.Row) error) error {
	return eachRow(ctx, reading{path: c.Data, again: again}, c.Map, []string{"id", "text", "time", "place"}, []string{"id", "text"}, do)
}

// unique refuses a file in which two rows have the same id. Where hashes are
// the same, the file is read again to see whether the ids are.
func (c similarGroupsCmd) unique(ctx context.Context, seed maphash.Seed, hashes []uint64) error {
	slices.Sort(hashes)
	twice := map[uint64]bool{}
	for i := 1; i < len(hashes); i++ {
		if hashes[i] == hashes[i-1] {
			twice[hashes[i]] = true
		}
	}
	if len(twice) == 0 {
		return nil
	}
	lines := map[string]int{}
	return c.each(ctx, true, func(m table.Mapping, r table.Row) error {
		id := m.Get(r, "id")
		if !twice[maphash.String(seed, id)] {
			return nil
		}
		if line, ok := lines[id]; ok {
			return fmt.Errorf("the id %q is that of line %d already; each message needs its own", id, line)
		}
		lines[id] = r.Line
		return nil
	})
}

// ids reads the ids of rows that are in a group; of others they are empty.
func (c similarGroupsCmd) ids(ctx context.Context, rows int, found []similar.Group) (map[int]string, error) {
	ids := map[int]string{}
	if len(found) == 0 {
		return ids, nil
	}
	grouped := make([]bool, rows)
	for _, f := range found {
		for _, r := range f.Rows {
			grouped[r] = true
		}
	}
	row := 0
	err := c.each(ctx, true, func(m table.Mapping, r table.Row) error {
		if row < rows && grouped[row] {
			ids[row] = strings.Clone(m.Get(r, "id"))
		}
		row++
		return nil
	})
	return ids, err
}

func (c similarGroupsCmd) print(w io.Writer, found []similar.Group, ids map[int]string) error {
	mark := "["
	var line bytes.Buffer
	out := json.NewEncoder(&line)
	out.SetEscapeHTML(false)
	for _, f := range found {
		list := make([]string, len(f.Rows))
		for i, r := range f.Rows {
			list[i] = ids[r]
		}
		score := math.Round(f.Score*1e4) / 1e4
		if !c.JSON {
			if _, err := fmt.Fprintf(w, "%.4f\t%s\n", score, strings.Join(list, " ")); err != nil {
				return err
			}
			continue
		}
		line.Reset()
		err := out.Encode(struct {
			IDs   []string `json:"ids"`
			Score float64  `json:"score"`
		}{list, score})
		if err == nil {
			_, err = fmt.Fprintf(w, "%s%s", mark, bytes.TrimSuffix(line.Bytes(), []byte("\n")))
		}
		if err != nil {
			return err
		}
		mark = ",\n"
	}
	if !c.JSON {
		return nil
	}
	if len(found) == 0 {
		_, err := fmt.Fprintln(w, "[]")
		return err
	}
	_, err := fmt.Fprintln(w, "]")
	return err
}

type similarScoreCmd struct {
	Pairs string `required:"" type:"existingfile" placeholder:"FILE" help:"Pairs of sentences: CSV or XLSX, gz as it is, UTF-8 or GB18030."`
	Map   string `placeholder:"FIELD=COLUMN,…" help:"Which column has what: a, b, label (1 or 0)."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// Run learns from all pairs, without a look at the labels, and scores each.
func (c similarScoreCmd) Run(ctx context.Context) error {
	if err := mayReadAgain(c.Pairs); err != nil {
		return err
	}
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
