package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/algo/classify"
	"yiwang/internal/base/table"
)

type classifyCmd struct {
	Train   classifyTrainCmd   `cmd:"" help:"Learn categories from labelled messages and write a model."`
	Eval    classifyEvalCmd    `cmd:"" help:"Measure a model on labelled messages."`
	Predict classifyPredictCmd `cmd:"" help:"Sort messages with a model: one JSON line a row."`
}

// labelledData is a table of messages.
type labelledData struct {
	Data string `required:"" type:"existingfile" placeholder:"FILE" help:"CSV or XLSX, gz as it is, UTF-8 or GB18030."`
	Map  string `placeholder:"FIELD=COLUMN,…" help:"Which column has what: id, subject, text, label."`
}

// each reads the messages row by row; needed are the fields that must have a
// column.
func (d labelledData) each(ctx context.Context, needed []string, do func(id string, r classify.Row) error) error {
	return eachRow(ctx, reading{path: d.Data, blank: true}, d.Map, []string{"id", "subject", "text", "label"}, needed, func(m table.Mapping, row table.Row) error {
		return do(m.Get(row, "id"), classify.Row{Subject: m.Get(row, "subject"), Text: m.Get(row, "text"), Label: m.Get(row, "label")})
	})
}

type classifyTrainCmd struct {
	labelledData
	Model string `required:"" type:"path" placeholder:"FILE" help:"Where to write the model; a file that is there is replaced."`
	Seed  uint64 `default:"1" help:"The same seed and data make the same model, byte for byte."`
}

// Run learns from as much of the data as fits, and writes the model whole.
func (c classifyTrainCmd) Run(ctx context.Context) error {
	since := time.Now()
	// Collecting earlier than usual keeps a large file within 500 MB.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(400 << 20))
	s := classify.NewSample(classify.SampleBytes, c.Seed)
	unlabelled, empty := 0, 0
	err := c.each(ctx, []string{"text", "label"}, func(_ string, r classify.Row) error {
		if r.Label == "" {
			unlabelled++
		} else if r.Subject == "" && r.Text == "" {
			empty++
		}
		s.Add(r)
		return nil
	})
	if err != nil {
		return err
	}
	if empty > 0 && empty == s.Seen() {
		return errors.New("no row with a label has a text, so there is nothing to learn from: which column has it? Say so with --map text=COLUMN")
	}
	m, err := classify.Train(ctx, s.Rows(), classify.Options{Seed: c.Seed, Progress: progress()})
	if err != nil {
		return err
	}
	part := c.Model + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = m.WriteTo(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, c.Model); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "Learned %d labels from %d of %d rows in %.1f s: model %s; %d rows had no text, and %d more no label.\n",
		len(m.Labels()), m.Rows(), s.Seen(), time.Since(since).Seconds(), m.Version(), empty, unlabelled)
	return nil
}

func readModel(path string) (*classify.Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	m, err := classify.Read(bufio.NewReader(f))
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return m, errors.Join(err, f.Close())
}

type classifyEvalCmd struct {
	labelledData
	Model string `required:"" type:"existingfile" placeholder:"FILE" help:"The model."`
	JSON  bool   `name:"json" help:"Print the report as JSON."`
}

// Run compares what the model says of each row with its label.
func (c classifyEvalCmd) Run(ctx context.Context) error {
	m, err := readModel(c.Model)
	if err != nil {
		return err
	}
	// Collecting earlier than usual keeps a large file within 500 MB.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(400 << 20))
	var outs []classify.Outcome
	labels := map[string]string{} // each once, without the rows they were read from
	err = c.each(ctx, []string{"text", "label"}, func(_ string, r classify.Row) error {
		if r.Label == "" {
			return nil
		}
		is, known := labels[r.Label]
		if !known {
			is = strings.Clone(r.Label)
			labels[is] = is
		}
		said, prob := m.Label(r.Subject, r.Text)
		outs = append(outs, classify.Outcome{Is: is, Said: said, Prob: prob})
		return nil
	})
	if err != nil {
		return err
	}
	r, err := classify.Score(outs)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	fmt.Printf("%d rows: accuracy %.4f, macro F1 %.4f, weighted F1 %.4f, calibration error %.4f, %.1f %% can be kept at 98 %% right\n",
		r.N, r.Accuracy, r.MacroF1, r.WeightedF1, r.ECE, 100*r.CoverageAt98)
	return nil
}

type classifyPredictCmd struct {
	labelledData
	Model string `required:"" type:"existingfile" placeholder:"FILE" help:"The model."`
	Costs string `type:"existingfile" placeholder:"FILE" help:"What mistakes cost: a table with the columns label, said and cost; an empty said is to leave it to a person. Adds what is said then."`
	JSON  bool   `name:"json" help:"Print JSON lines, as without it."`
}

// Run prints what the model makes of each row.
func (c classifyPredictCmd) Run(ctx context.Context) error {
	m, err := readModel(c.Model)
	if err != nil {
		return err
	}
	type line struct {
		ID string `json:"id,omitempty"`
		classify.Prediction
	}
	type decided struct {
		line
		Said *string `json:"said"` // null: a person decides
		Cost float64 `json:"cost"`
	}
	var costs classify.Costs
	if c.Costs != "" {
		if costs, err = readCosts(ctx, c.Costs, m); err != nil {
			return fmt.Errorf("%s: %w", c.Costs, err)
		}
	}
	w := bufio.NewWriter(os.Stdout)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	err = c.each(ctx, []string{"text"}, func(id string, r classify.Row) error {
		if c.Costs == "" {
			return out.Encode(line{id, m.Predict(r.Subject, r.Text)})
		}
		d := m.Decide(costs, r.Subject, r.Text)
		l := decided{line{id, d.Prediction}, nil, d.Cost}
		if d.Said != "" {
			l.Said = &d.Said
		}
		return out.Encode(l)
	})
	return errors.Join(err, w.Flush())
}

// readCosts reads what mistakes cost. What it does not name costs 1, and what
// is right nothing; that it costs something to ask has to be said.
func readCosts(ctx context.Context, path string, m *classify.Model) (c classify.Costs, err error) {
	asked := false
	seen := map[[2]string]bool{}
	fields := []string{"label", "said", "cost"}
	err = eachRow(ctx, reading{path: path}, "", fields, fields, func(cols table.Mapping, row table.Row) error {
		is, said := cols.Get(row, "label"), cols.Get(row, "said")
		cost, err := strconv.ParseFloat(cols.Get(row, "cost"), 64)
		switch {
		case err != nil:
			return fmt.Errorf("%q is no cost", cols.Get(row, "cost"))
		case seen[[2]string{is, said}]:
			return errors.New("this cost is there twice")
		case said == "" && is != "":
			return errors.New("to ask costs the same whatever it is: leave the label empty")
		case said != "" && is == "":
			return errors.New("the label is missing")
		}
		seen[[2]string{is, said}] = true
		asked = asked || said == ""
		return c.Set(is, said, cost)
	})
	if err == nil && !asked {
		err = errors.New("what does it cost to ask a person? Say so in a row with label and said empty")
	}
	if err == nil {
		err = c.Check(m.Labels())
	}
	return c, err
}
