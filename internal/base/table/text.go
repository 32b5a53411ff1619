package table

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"yiwang/internal/base/errs"
)

// sampled is how much of a file is looked at to find out how it is written.
const sampled = 256 << 10

// A text is a CSV file being read.
type text struct {
	csv   *csv.Reader
	limit *perRow
}

func readText(p *Plain) rows {
	limit := &perRow{in: p.in}
	c := csv.NewReader(limit)
	c.FieldsPerRecord = -1
	c.Comma = comma(p.Sample)
	return &text{c, limit}
}

// comma is what parts the cells: whatever the first line has most of.
func comma(sample []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(sample, "\r\n"), []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

func (t *text) next() (Row, error) {
	t.limit.left = MaxRow
	cells, err := t.csv.Read()
	line, _ := 1, 0
	if len(cells) > 0 {
		line, _ = t.csv.FieldPos(0)
	}
	if err != nil {
		if p, ok := errors.AsType[*csv.ParseError](err); ok {
			if errors.Is(p.Err, errRow) {
				return Row{Line: p.StartLine}, errs.New(errs.Invalid, "table.row_too_long", "Max", MaxRow>>20, "Line", p.StartLine)
			}
			return Row{Line: p.StartLine}, errs.New(errs.Invalid, "table.quotes")
		}
		if errors.Is(err, io.EOF) {
			return Row{}, io.EOF
		}
		if errors.Is(err, errRow) {
			return Row{}, fmt.Errorf("after line %d: %w", line, errs.New(errs.Invalid, "table.row_too_long", "Max", MaxRow>>20))
		}
		return Row{}, broken(err)
	}
	row := Row{Line: line, Cells: slices.Clone(cells)}
	for _, c := range row.Cells {
		if !utf8.ValidString(c) || strings.ContainsRune(c, utf8.RuneError) || strings.ContainsRune(c, 0) {
			return row, errs.New(errs.Invalid, "table.bad_signs")
		}
	}
	return row, nil
}

func broken(err error) error {
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errs.New(errs.Invalid, "table.damaged")
	}
	return fmt.Errorf("read the file: %w", err)
}

var errRow = errors.New("a row is too long")

// A perRow stops reading when one row goes on and on, as when a quotation
// mark is never closed.
type perRow struct {
	in   io.Reader
	left int
}

// Read implements io.Reader. What the CSV reader has read ahead of a row
// counts for it too, which is little.
func (p *perRow) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, errRow
	}
	n, err := p.in.Read(b)
	p.left -= n
	return n, err
}
