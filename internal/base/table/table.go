// Package table reads tables out of files that people send: CSV and XLSX,
// packed with gzip or not, in UTF-8 or GB18030. What a file is follows from
// its bytes, not from its name. Rows come one after the other, so that a file
// may be larger than memory. What the columns mean is the business of who
// reads them.
package table

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"yiwang/internal/base/errs"
)

// Texts are the messages of this package in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// Limits of what is read.
const (
	MaxColumns = 200
	MaxRow     = 1 << 20 // bytes of one row, in the file
	maxPacked  = 1 << 30 // bytes of an XLSX file when it is unpacked
)

// A Row is one row of a table.
type Row struct {
	Line  int // of the file, counted from 1: where the row begins
	Cells []string
}

// A Table is a file that is being read. The first row that is not empty is
// its header.
type Table struct {
	Header []string
	rows   rows
	lines  *lines // of a text
	close  []io.Closer
	blank  bool
	gap    []Row // blank rows of a sheet that another must follow
}

// rows gives one row after the other. An *errs.Error is about one row, and
// the next can be read; any other error ends the file.
type rows interface{ next() (Row, error) }

// Open opens a file. What cannot be read as a table is an Invalid error that
// says what it is instead.
func Open(path string) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return read(f)
}

// read begins to read a file, which is closed with the table.
func read(f *os.File) (*Table, error) {
	t := &Table{}
	err := t.begin(f)
	t.close = append(t.close, f)
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Close ends the reading.
func (t *Table) Close() error {
	var list []error
	for _, c := range t.close {
		list = append(list, c.Close())
	}
	return errors.Join(list...)
}

// KeepBlank makes Next give rows whose cells are all empty as well, for who
// has to answer every row. A line without anything on it is no row, and what
// is blank below the last row of a sheet is none either.
func (t *Table) KeepBlank() { t.blank = true }

// KeepBreaks makes Next give the line breaks within cells of a CSV file as they
// stand there, \r\n or \n, for who tells places in them; else all are \n.
func (t *Table) KeepBreaks() {
	if csv, ok := t.rows.(*text); ok {
		csv.breaks = true
	}
}

// Next gives the next row that is not empty, with as many cells as the header
// has, or io.EOF. With an *errs.Error about the row, its Line is there.
func (t *Table) Next() (Row, error) {
	for {
		row, err := t.read()
		if err != nil {
			return row, err
		}
		if !t.blank && row.empty() {
			continue
		}
		for len(row.Cells) > len(t.Header) && strings.TrimSpace(row.Cells[len(row.Cells)-1]) == "" {
			row.Cells = row.Cells[:len(row.Cells)-1]
		}
		if len(row.Cells) > len(t.Header) {
			return row, errs.New(errs.Invalid, "table.too_many_cells", "Cells", len(row.Cells), "Columns", len(t.Header))
		}
		for len(row.Cells) < len(t.Header) {
			row.Cells = append(row.Cells, "")
		}
		return row, nil
	}
}

// read gives the next row. Blank rows of a sheet are held back until one
// follows that is not.
func (t *Table) read() (Row, error) {
	if t.lines != nil || !t.blank {
		return t.rows.next()
	}
	for len(t.gap) == 0 || t.gap[len(t.gap)-1].empty() {
		row, err := t.rows.next()
		if err != nil {
			return row, err // also at the end: what is held back is no row
		}
		t.gap = append(t.gap, row)
	}
	row := t.gap[0]
	t.gap = t.gap[1:]
	return row, nil
}

func (r Row) empty() bool {
	return !slices.ContainsFunc(r.Cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// What files begin with.
var (
	gzipMark = []byte{0x1f, 0x8b}
	zipMark  = []byte("PK\x03\x04")
	oleMark  = []byte{0xd0, 0xcf, 0x11, 0xe0}
)

func (t *Table) begin(f *os.File) error {
	in := bufio.NewReaderSize(f, 64<<10)
	head, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the file: %w", err)
	}
	if bytes.HasPrefix(head, zipMark) {
		t.rows, err = openSheet(f, t)
	} else {
		p := &Plain{}
		err = p.begin(in)
		t.close = append(t.close, p.close...)
		t.rows, t.lines = readText(p), p.lines
	}
	if err != nil {
		return err
	}
	return t.readHeader()
}

func (t *Table) readHeader() error {
	for {
		row, err := t.rows.next()
		if errors.Is(err, io.EOF) {
			return errs.New(errs.Invalid, "table.empty")
		}
		if err != nil {
			return err
		}
		for len(row.Cells) > 0 && strings.TrimSpace(row.Cells[len(row.Cells)-1]) == "" {
			row.Cells = row.Cells[:len(row.Cells)-1]
		}
		if len(row.Cells) == 0 {
			continue
		}
		if len(row.Cells) > MaxColumns {
			return errs.New(errs.Invalid, "table.too_many_columns", "Max", MaxColumns)
		}
		for _, name := range row.Cells {
			t.Header = append(t.Header, strings.TrimSpace(name))
		}
		return nil
	}
}

func notText() error { return errs.New(errs.Invalid, "table.not_text") }

// isOther reports whether what found something known that is no text.
func isOther(err error) bool { return errs.Of(err).Key != "table.not_text" }

// what says what bytes are that are no table.
func what(head []byte) error {
	key := "table.not_text"
	switch {
	case bytes.HasPrefix(head, oleMark):
		key = "table.old_excel"
	case bytes.HasPrefix(head, []byte("%PDF")):
		key = "table.pdf"
	case bytes.HasPrefix(head, zipMark), bytes.HasPrefix(head, gzipMark):
		key = "table.packed_twice"
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		key = "table.utf16"
	}
	return errs.New(errs.Invalid, key)
}
