package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
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
	m, err := classify.Train(ctx, s.Rows(), classify.Options{Seed: c.Seed})
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
	var outs []classify.Outcome
	err = c.each(ctx, []string{"text", "label"}, func(_ string, r classify.Row) error {
		if r.Label == "" {
			return nil
		}
		said, prob := m.Label(r.Subject, r.Text)
		outs = append(outs, classify.Outcome{Is: r.Label, Said: said, Prob: prob})
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
	w := bufio.NewWriter(os.Stdout)
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	err = c.each(ctx, []string{"text"}, func(id string, r classify.Row) error {
		return out.Encode(line{id, m.Predict(r.Subject, r.Text)})
	})
	return errors.Join(err, w.Flush())
}
