package table

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"yiwang/internal/base/errs"
)

// sampled is how much of a file is looked at to find out how it is written.
const sampled = 256 << 10

// A text is a CSV file being read, as RFC 4180 describes it and encoding/csv
// reads it, but for one thing: that drops the \r of a line break within
// quotation marks, and so counts fewer signs of a cell than there are.
type text struct {
	in     *bufio.Reader
	comma  byte
	breaks bool // cells keep \r\n; else it is \n
	line   int  // the last one read
	signs  []byte
	ends   []int  // of the cells in signs
	long   []byte // a line longer than the reader's buffer
}

func readText(p *Plain) *text {
	return &text{in: bufio.NewReaderSize(p.in, 64<<10), comma: comma(p.Sample)}
}

// comma is what parts the cells: whatever the first line has most of.
func comma(sample []byte) byte {
	line, _, _ := bytes.Cut(bytes.TrimLeft(sample, "\r\n"), []byte("\n"))
	best, most := byte(','), 0
	for _, c := range []byte(",;\t") {
		if n := bytes.Count(line, []byte{c}); n > most {
			best, most = c, n
		}
	}
	return best
}

func (t *text) next() (Row, error) {
	line, err := t.readLine()
	for err == nil && isBreak(line) {
		line, err = t.readLine()
	}
	row := Row{Line: t.line}
	if err == nil {
		err = t.record(line)
	}
	switch {
	case errors.Is(err, errQuotes):
		return row, errs.New(errs.Invalid, "table.quotes")
	case errors.Is(err, io.EOF):
		return Row{}, io.EOF
	case errors.Is(err, errRow):
		return Row{}, fmt.Errorf("line %d: %w", row.Line, errs.New(errs.Invalid, "table.row_too_long", "Max", MaxRow>>20))
	case err != nil:
		return Row{}, broken(err)
	}
	all, from := string(t.signs), 0
	row.Cells = make([]string, len(t.ends))
	for i, end := range t.ends {
		c := all[from:end]
		row.Cells[i], from = c, end
		if !utf8.ValidString(c) || strings.Contains(c, "\ufffd") || strings.IndexByte(c, 0) >= 0 {
			err = errs.New(errs.Invalid, "table.bad_signs")
		}
	}
	return row, err
}

// readLine gives the next line with its break, of which there is one at the
// end of the file too. It is valid until the next call.
func (t *text) readLine() ([]byte, error) {
	line, err := t.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		t.long = append(t.long[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(t.long) > MaxRow {
				return nil, errRow
			}
			line, err = t.in.ReadSlice('\n')
			t.long = append(t.long, line...)
		}
		line = t.long
	}
	if errors.Is(err, io.EOF) && len(line) > 0 {
		line, err = append(bytes.TrimSuffix(line, []byte("\r")), '\n'), nil
	}
	if err != nil {
		return nil, err
	}
	t.line++
	return line, nil
}

func isBreak(line []byte) bool { return string(line) == "\n" || string(line) == "\r\n" }

var (
	errRow    = errors.New("a row is too long")
	errQuotes = errors.New("the quotation marks of a row do not match")
)

// record takes the row that begins with a line apart, into signs and ends.
// A row may go on and on, as when a quotation mark is never closed.
func (t *text) record(line []byte) error {
	t.signs, t.ends = t.signs[:0], t.ends[:0]
	end := func() { t.ends = append(t.ends, len(t.signs)) }
	for {
		if line[0] != '"' {
			k := bytes.IndexByte(line, t.comma)
			cell := line[:max(k, 0)]
			if k < 0 {
				cell = bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))
			}
			if bytes.IndexByte(cell, '"') >= 0 {
				return errQuotes
			}
			t.signs = append(t.signs, cell...)
			end()
			if k < 0 {
				return nil
			}
			line = line[k+1:]
			continue
		}
		line = line[1:]
		for closed := false; !closed; {
			k := bytes.IndexByte(line, '"')
			if k < 0 {
				if cut := len(line) - 2; !t.breaks && cut >= 0 && line[cut] == '\r' {
					t.signs = append(append(t.signs, line[:cut]...), '\n')
				} else {
					t.signs = append(t.signs, line...)
				}
				if len(t.signs) > MaxRow {
					return errRow
				}
				var err error
				if line, err = t.readLine(); errors.Is(err, io.EOF) {
					return errQuotes
				} else if err != nil {
					return err
				}
				continue
			}
			t.signs = append(t.signs, line[:k]...)
			line = line[k+1:]
			if line[0] == '"' {
				t.signs = append(t.signs, '"')
				line = line[1:]
				continue
			}
			closed = true
		}
		end()
		switch {
		case line[0] == t.comma:
			line = line[1:]
		case isBreak(line):
			return nil
		default:
			return errQuotes
		}
	}
}

func broken(err error) error {
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errs.New(errs.Invalid, "table.damaged")
	}
	return fmt.Errorf("read the file: %w", err)
}
