package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"yiwang/internal/base/table"
)

// reading is how a table is read by commands that answer row by row.
type reading struct {
	path  string
	again bool // it was read before: what there is to say of it has been said
	blank bool // rows with nothing in them are rows too
	// Line breaks within cells stay as they are: places in them are told.
	breaks bool
}

// each calls begin with the opened table, and do for each row. The first row
// that is wrong ends it. How the file is written, and how far it has been read,
// is said on stderr.
func (r reading) each(ctx context.Context, begin func(t *table.Table) error, do func(row table.Row) error) error {
	t, err := table.Open(r.path)
	if err != nil {
		return err
	}
	defer t.Close() //nolint:errcheck // only read
	if r.blank {
		t.KeepBlank()
	}
	if r.breaks {
		t.KeepBreaks()
	}
	if !r.again {
		sayEncoding(r.path, t)
	}
	if err := begin(t); err != nil {
		return err
	}
	shown := time.Now()
	for rows := 1; ; rows++ {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = do(row)
		}
		if err != nil {
			return fmt.Errorf("line %d: %s", row.Line, plain(err))
		}
		if rows%1024 != 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if now := time.Now(); now.Sub(shown) > 5*time.Second {
			shown = now
			fmt.Fprintf(os.Stderr, "%d rows read\n", rows)
		}
	}
	if !r.again {
		sayMixed(r.path, t)
	}
	return nil
}

// mayReadAgain refuses what gives its bytes only once, such as a pipe.
func mayReadAgain(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s can be read only once, and has to be read twice: write it to a file first", path)
	}
	return err
}

// eachRow reads a table row by row with the columns that spec gives to fields;
// needed are the fields that must have one.
func eachRow(ctx context.Context, r reading, spec string, fields, needed []string, do func(m table.Mapping, r table.Row) error) error {
	var m table.Mapping
	return r.each(ctx, func(t *table.Table) (err error) {
		if m, err = table.ParseMapping(spec, t.Header, fields); err != nil {
			return err
		}
		for _, field := range needed {
			if _, ok := m[field]; !ok {
				return fmt.Errorf("which column has the %s? Say so with --map %s=COLUMN; the header has: %s", field, field, strings.Join(t.Header, ", "))
			}
		}
		return nil
	}, func(row table.Row) error { return do(m, row) })
}

// decoded is a file that may be written in several ways.
type decoded interface {
	Encoding() string
	Mixed() int
}

// sayEncoding says how a file is written if that is not UTF-8.
func sayEncoding(path string, f decoded) {
	if e := f.Encoding(); e != "" && e != "UTF-8" {
		fmt.Fprintf(os.Stderr, "%s is in %s.\n", path, e)
	}
}

// sayMixed says at the end of a file whether it was written in two ways.
func sayMixed(path string, f decoded) {
	if n := f.Mixed(); n > 0 {
		other := "GB18030"
		if f.Encoding() == other {
			other = "UTF-8"
		}
		fmt.Fprintf(os.Stderr, "%s is in two encodings: %d lines were in %s, and were read so.\n", path, n, other)
	}
}
