package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"yiwang/internal/algo/pii"
	"yiwang/internal/base/table"
)

type piiCmd struct {
	Data string `required:"" type:"existingfile" placeholder:"FILE" help:"CSV or XLSX, gz as it is, UTF-8 or GB18030."`
	Map  string `placeholder:"FIELD=COLUMN,…" help:"Which column has what: id, text."`
	JSON bool   `name:"json" help:"Print one JSON line a row: what was found and where."`
	Mask bool   `help:"Print the texts as they may be published: as CSV, or with --json as masked beside the spans."`
}

// A piiLine is what was found in a row.
type piiLine struct {
	ID     string     `json:"id"`
	Spans  []pii.Span `json:"spans"`
	Masked *string    `json:"masked,omitempty"`
}

// Run looks for personal data in each row.
func (c piiCmd) Run(ctx context.Context) error {
	w := bufio.NewWriter(os.Stdout)
	tell, finish := c.teller(w)
	err := eachRow(ctx, reading{path: c.Data, blank: true, breaks: true}, c.Map, []string{"id", "text"}, []string{"text"}, func(m table.Mapping, row table.Row) error {
		// The cell as it is: places are counted from its first character.
		return tell(m.Get(row, "id"), row.Cells[m["text"]])
	})
	if err == nil {
		err = finish()
	}
	return errors.Join(err, w.Flush())
}

// teller gives how each row is told, and what is told at the end.
func (c piiCmd) teller(w io.Writer) (tell func(id, text string) error, finish func() error) {
	finish = func() error { return nil }
	switch {
	case c.JSON:
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		return func(id, text string) error {
			line := piiLine{ID: id, Spans: pii.Find(text)}
			if c.Mask {
				masked := pii.Mask(text, line.Spans)
				line.Masked = &masked
			}
			if line.Spans == nil {
				line.Spans = []pii.Span{}
			}
			return out.Encode(line)
		}, finish
	case c.Mask:
		out := csv.NewWriter(w)
		header := out.Write([]string{"id", "text"})
		return func(id, text string) error {
			return errors.Join(header, out.Write([]string{id, pii.Mask(text, pii.Find(text))}))
		}, func() error { out.Flush(); return out.Error() }
	}
	rows, with, counts := 0, 0, map[pii.Kind]int{}
	return func(_, text string) error {
			rows++
			spans := pii.Find(text)
			if len(spans) > 0 {
				with++
			}
			for _, s := range spans {
				counts[s.Kind]++
			}
			return nil
		}, func() error {
			_, err := fmt.Fprintf(w, "%d rows, %d with personal data\n", rows, with)
			for _, k := range pii.Kinds() {
				if counts[k] > 0 {
					_, e := fmt.Fprintf(w, "%-12s %d\n", k, counts[k])
					err = errors.Join(err, e)
				}
			}
			return err
		}
}
