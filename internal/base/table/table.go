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
	close  []io.Closer
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
	t, err := read(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	t.close = append(t.close, f)
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

// Next gives the next row that is not empty, with as many cells as the header
// has, or io.EOF. With an *errs.Error about the row, its Line is there.
func (t *Table) Next() (Row, error) {
	for {
		row, err := t.rows.next()
		if err != nil {
			return row, err
		}
		if !slices.ContainsFunc(row.Cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
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

// What files begin with.
var (
	gzipMark = []byte{0x1f, 0x8b}
	zipMark  = []byte("PK\x03\x04")
	oleMark  = []byte{0xd0, 0xcf, 0x11, 0xe0}
)

func read(f *os.File) (*Table, error) {
	t := &Table{}
	in := bufio.NewReaderSize(f, 64<<10)
	head, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if bytes.HasPrefix(head, zipMark) {
		t.rows, err = openSheet(f, t)
	} else {
		p := &Plain{}
		err = p.begin(in)
		t.close = append(t.close, p.close...)
		t.rows = readText(p)
	}
	if err != nil {
		return nil, err
	}
	return t, t.readHeader()
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
