package table

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"

	"yiwang/internal/base/errs"
)

// A Plain is a text that is not a table, or not yet known to be one: it is
// unpacked and in UTF-8 as a Table's would be.
type Plain struct {
	// Sample is how the text begins, up to 256 KB of it. It is valid until
	// the first Read.
	Sample []byte
	in     io.Reader
	lines  *lines
	close  []io.Closer
}

// ErrSheet is what OpenPlain answers for an XLSX file, which only Open reads.
var ErrSheet = errors.New("a spreadsheet is no plain text")

// OpenPlain opens a text, packed with gzip or not, in UTF-8 or GB18030.
func OpenPlain(path string) (*Plain, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	p := &Plain{close: []io.Closer{f}}
	if err := p.begin(f); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Plain) begin(f io.Reader) error {
	in := bufio.NewReaderSize(f, 64<<10)
	p.in = in
	head, err := in.Peek(4)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return broken(err)
	case bytes.HasPrefix(head, zipMark):
		return ErrSheet
	case bytes.HasPrefix(head, gzipMark):
		z, err := gzip.NewReader(in)
		if err != nil {
			return errs.New(errs.Invalid, "table.damaged")
		}
		p.in = z
		p.close = append([]io.Closer{z}, p.close...)
	}
	p.lines, p.Sample, err = decode(p.in)
	p.in = p.lines
	return err
}

// Read gives the text. What is damaged further on is an Invalid error.
func (p *Plain) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = broken(err)
	}
	return n, err
}

// Close ends the reading.
func (p *Plain) Close() error {
	var list []error
	for _, c := range p.close {
		list = append(list, c.Close())
	}
	return errors.Join(list...)
}
