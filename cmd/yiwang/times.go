package main

import (
	"fmt"
	"os"
	"time"

	"yiwang/internal/algo/pii"
	"yiwang/internal/base/table"
)

// A timeColumn reads the times of a column. Those that cannot be read count as
// unknown, as long as they are not most.
type timeColumn struct {
	cells, unread int
	example       string // the first that could not be read
	line          int    // and where it stands
	why           error
}

func (c *timeColumn) read(s string, line int, zone *time.Location) time.Time {
	if table.NoTime(s) {
		return time.Time{}
	}
	c.cells++
	t, err := table.ParseTime(s, zone)
	if err == nil {
		return t
	}
	if c.unread++; c.unread == 1 {
		c.example, c.line, c.why = shown(s), line, err
	}
	return time.Time{}
}

// shown is a cell as it may be repeated: it may be of another column.
func shown(s string) string {
	const most = 40
	signs := []rune(pii.Mask(s, pii.Find(s)))
	if len(signs) > most {
		return string(signs[:most]) + "…"
	}
	return string(signs)
}

// end says at the end of a file what could not be read, and refuses a column
// in which that is more than half.
func (c *timeColumn) end(path, field string) error {
	if c.unread == 0 {
		return nil
	}
	if 2*c.unread > c.cells {
		return fmt.Errorf("%s, line %d: %q: %s\n%d of %d cells of the column mapped to %s are no times: is it that column?", path, c.line, c.example, plain(c.why), c.unread, c.cells, field)
	}
	fmt.Fprintf(os.Stderr, "%s: %d of %d times mapped to %s cannot be read and count as unknown, such as %q on line %d.\n", path, c.unread, c.cells, field, c.example, c.line)
	return nil
}
