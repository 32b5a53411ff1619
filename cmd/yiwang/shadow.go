package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"yiwang/internal/algo/classify"
	"yiwang/internal/algo/diagnose"
	"yiwang/internal/algo/pii"
)

type shadowCmd struct {
	From      string  `required:"" type:"existingdir" placeholder:"FOLDER" help:"Where exports of orders are put; those not read before are read in the order of their names."`
	State     string  `required:"" type:"path" placeholder:"FILE" help:"What is remembered: files read, proposals, and masked texts to learn from. Made if it is not there."`
	Map       string  `placeholder:"FIELD=COLUMN,…" help:"Which column has what, as for diagnose: order, time, text, unit, category, event. Usual headings are guessed, and said."`
	Sure      float64 `default:"0.9" placeholder:"P" help:"The probability from which on a proposal counts as sure."`
	Proposals string  `type:"path" placeholder:"FILE" help:"Write all proposals as CSV, beside what people did."`
	JSON      bool    `name:"json" help:"Print the weeks as JSON."`
	Zone      string  `default:"Asia/Shanghai" placeholder:"NAME" help:"The time zone of the times."`
}

// A shadow is what is kept between runs. Proposals are made before what people
// did is learned, and never again: a second run changes nothing.
type shadow struct {
	Version int                    `json:"version"`
	Files   map[string]string      `json:"files"` // by the hash of what they hold
	Orders  map[string]shadowOrder `json:"orders"`
	Texts   []shadowText           `json:"texts"` // the oldest first
}

type shadowOrder struct {
	Week string              `json:"week"`
	Said map[string]proposal `json:"said,omitempty"` // by target
	Is   map[string]string   `json:"is,omitempty"`   // what people did, by target
}

type proposal struct {
	Label string  `json:"label"`
	Prob  float64 `json:"prob"`
}

// A shadowText is masked; its labels are those of its order.
type shadowText struct{ Order, Text string }

const (
	shadowVersion = 1
	shadowBytes   = 20 << 20 // of texts that are kept, the newest
	shadowLeast   = 50       // texts with a label before anything is proposed
)

var shadowTargets = []string{"unit", "category"}

// A shadowWeek compares proposals with what people did, of the orders of a
// week for which both are known.
type shadowWeek struct {
	Week   string    `json:"week"`
	Target string    `json:"target"`
	Orders int       `json:"orders"` // that came in, with a proposal or not
	Agreed shareJSON `json:"agreed"`
	Sure   shareJSON `json:"sure"` // of those that were proposed surely
}

type shareJSON struct {
	N     int     `json:"n"`
	Of    int     `json:"of"`
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func asJSON(s diagnose.Share) shareJSON { return shareJSON{s.K, s.N, s.Value, s.Lo, s.Hi} }

// Run reads what is new, proposes, compares, learns, and reports.
func (c shadowCmd) Run(ctx context.Context) error {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return fmt.Errorf("time zone %q is not known; one is Asia/Shanghai", c.Zone)
	}
	if !(c.Sure > 0 && c.Sure <= 1) {
		return errors.New("--sure is a probability, such as 0.9")
	}
	s, err := readShadow(c.State)
	if err != nil {
		return err
	}
	paths, hashes, err := s.fresh(c.From)
	if err != nil {
		return err
	}
	x := &exported{spec: c.Map, zone: zone}
	for i, path := range paths {
		if err := s.take(ctx, x, path); err != nil {
			return err
		}
		s.Files[hashes[i]] = filepath.Base(path)
	}
	if len(paths) > 0 {
		if err := whole(c.State, s.write); err != nil {
			return err
		}
	}
	fmt.Fprintf(os.Stderr, "%d new files, %d read before, %d orders\n", len(paths), len(s.Files)-len(paths), len(s.Orders))
	if c.Proposals != "" {
		if err := whole(c.Proposals, s.proposals); err != nil {
			return err
		}
	}
	weeks := s.weeks(c.Sure)
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(weeks)
	}
	for _, w := range weeks {
		fmt.Printf("%-9s %-9s %6d orders, agreed %d of %d", w.Week, w.Target, w.Orders, w.Agreed.N, w.Agreed.Of)
		if w.Agreed.Of > 0 {
			fmt.Printf(" (%.1f %%, %.1f–%.1f)", 100*w.Agreed.Share, 100*w.Agreed.Low, 100*w.Agreed.High)
		}
		if w.Sure.Of > 0 {
			fmt.Printf("; sure of %d, %.1f %% of them agreed (%.1f–%.1f)", w.Sure.Of, 100*w.Sure.Share, 100*w.Sure.Low, 100*w.Sure.High)
		}
		fmt.Println()
	}
	return nil
}

func readShadow(path string) (*shadow, error) {
	s := &shadow{Version: shadowVersion, Files: map[string]string{}, Orders: map[string]shadowOrder{}}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err == nil {
		err = json.NewDecoder(z).Decode(s)
	}
	if err != nil || s.Version != shadowVersion || s.Files == nil || s.Orders == nil {
		return nil, fmt.Errorf("%s is no state that yiwang shadow has written, or it is damaged: name another file, and what was exported will be read again", path)
	}
	return s, nil
}

func (s *shadow) write(w io.Writer) error {
	z := gzip.NewWriter(w)
	return errors.Join(json.NewEncoder(z).Encode(s), z.Close())
}

// fresh gives the files of a folder that were not read before.
func (s *shadow) fresh(dir string) (paths, hashes []string, err error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	tables := 0
	for _, f := range list {
		name := strings.ToLower(f.Name())
		if !f.Type().IsRegular() || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") ||
			!slices.Contains([]string{".csv", ".xlsx", ".txt", ".tsv"}, filepath.Ext(strings.TrimSuffix(name, ".gz"))) {
			continue
		}
		tables++
		path := filepath.Join(dir, f.Name())
		hash, err := hashOf(path)
		if err != nil {
			return nil, nil, err
		}
		if _, ok := s.Files[hash]; !ok && !seen[hash] {
			seen[hash] = true
			paths, hashes = append(paths, path), append(hashes, hash)
		}
	}
	if tables == 0 {
		return nil, nil, fmt.Errorf("%s holds no exports yet: put CSV or XLSX files there (.csv, .csv.gz, .xlsx)", dir)
	}
	return paths, hashes, nil
}

func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, bufio.NewReaderSize(f, 1<<20))
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// take reads an export: first it proposes for the orders that are new, then it
// compares and learns.
func (s *shadow) take(ctx context.Context, x *exported, path string) error {
	has, err := x.has([]string{path})
	if err != nil {
		return err
	}
	if has&diagnose.Text == 0 || has&(diagnose.Unit|diagnose.Category) == 0 {
		return fmt.Errorf("%s: shadow needs the text, and the unit or the category: say so with --map text=COLUMN,unit=COLUMN", path)
	}
	spool, err := os.CreateTemp("", "yiwang-shadow-*")
	if err != nil {
		return err
	}
	defer spool.Close() //nolint:errcheck // nothing of it is kept
	if err := os.Remove(spool.Name()); err != nil {
		return err
	}
	orders := diagnose.NewOrders(has, spool)
	told, rows := progress(), 0
	err = x.each(ctx, path, func(r diagnose.Row) error {
		if rows++; rows%4096 == 0 {
			told("rows read", rows, 0)
		}
		return orders.Add(r)
	})
	if err != nil {
		return err
	}
	models := map[string]*classify.Model{}
	for _, target := range shadowTargets {
		m, err := s.learn(ctx, target)
		if err != nil {
			return err
		}
		if m != nil {
			models[target] = m
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %d orders, %d models\n", path, orders.Len(), len(models))
	done := 0
	err = orders.Each(func(o diagnose.Seen) error {
		if done++; done%1024 == 0 {
			told("orders proposed for", done, orders.Len())
		}
		k, known := s.Orders[o.ID]
		if !known {
			text := pii.Mask(o.Text, pii.Find(o.Text))
			k = shadowOrder{Week: week(o.Time, x.zone), Said: map[string]proposal{}, Is: map[string]string{}}
			for target, m := range models {
				if text != "" {
					label, prob := m.Label("", text)
					k.Said[target] = proposal{label, prob}
				}
			}
			if text != "" {
				s.Texts = append(s.Texts, shadowText{o.ID, text})
			}
		}
		if k.Is == nil {
			k.Is = map[string]string{}
		}
		// What a later export says of an order is what counts.
		if o.Last != "" {
			k.Is["unit"] = o.Last
		}
		if o.Category != "" {
			k.Is["category"] = o.Category
		}
		s.Orders[o.ID] = k
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	size := 0
	for i, t := range slices.Backward(s.Texts) {
		if size += len(t.Text); size > shadowBytes {
			s.Texts = slices.Clone(s.Texts[i+1:])
			break
		}
	}
	return nil
}

// learn makes a model of what people did so far; none where that is too little.
func (s *shadow) learn(ctx context.Context, target string) (*classify.Model, error) {
	sample := classify.NewSample(shadowBytes, 1)
	for _, t := range s.Texts {
		sample.Add(classify.Row{Text: t.Text, Label: s.Orders[t.Order].Is[target]})
	}
	if sample.Seen() < shadowLeast {
		return nil, nil
	}
	m, err := classify.Train(ctx, sample.Rows(), classify.Options{Seed: 1, Progress: progress()})
	if errors.Is(err, classify.ErrOneLabel) {
		return nil, nil
	}
	return m, err
}

func week(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "unknown"
	}
	y, w := t.In(zone).ISOWeek()
	return fmt.Sprintf("%04d-W%02d", y, w)
}

// weeks compares proposals with what people did, by the week an order came in.
func (s *shadow) weeks(sure float64) []shadowWeek {
	type key struct{ week, target string }
	type counts struct{ orders, both, agreed, sure, sureAgreed int }
	all := map[key]*counts{}
	for _, o := range s.Orders {
		for _, target := range shadowTargets {
			is := o.Is[target]
			said, proposed := o.Said[target]
			if is == "" && !proposed {
				continue
			}
			k := key{o.Week, target}
			if all[k] == nil {
				all[k] = &counts{}
			}
			c := all[k]
			c.orders++
			if is == "" || !proposed {
				continue
			}
			c.both++
			if said.Label == is {
				c.agreed++
			}
			if said.Prob >= sure {
				c.sure++
				if said.Label == is {
					c.sureAgreed++
				}
			}
		}
	}
	out := []shadowWeek{}
	for k, c := range all {
		out = append(out, shadowWeek{k.week, k.target, c.orders, asJSON(diagnose.ShareOf(c.agreed, c.both)), asJSON(diagnose.ShareOf(c.sureAgreed, c.sure))})
	}
	slices.SortFunc(out, func(a, b shadowWeek) int {
		return cmp.Or(cmp.Compare(a.Week, b.Week), slices.Index(shadowTargets, a.Target)-slices.Index(shadowTargets, b.Target))
	})
	return out
}

func (s *shadow) proposals(w io.Writer) error {
	out := csv.NewWriter(w)
	err := out.Write([]string{"order", "week", "target", "proposed", "probability", "people"})
	for _, id := range slices.Sorted(maps.Keys(s.Orders)) {
		o := s.Orders[id]
		for _, target := range shadowTargets {
			if p, ok := o.Said[target]; ok && err == nil {
				err = out.Write([]string{id, o.Week, target, p.Label, fmt.Sprintf("%.3f", p.Prob), o.Is[target]})
			}
		}
	}
	out.Flush()
	return errors.Join(err, out.Error())
}
