package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/xuri/excelize/v2"

	"yiwang/internal/base/errs"
)

// WriteXLSX writes a table as a spreadsheet, each cell as the text it is.
func WriteXLSX(w io.Writer, header []string, rows [][]string) error {
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // it has no temporary files before it is written
	sheet, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return fmt.Errorf("begin a spreadsheet: %w", err)
	}
	for i, cells := range append([][]string{header}, rows...) {
		row := make([]any, len(cells))
		for j, c := range cells {
			row[j] = c
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := sheet.SetRow(at, row); err != nil {
			return fmt.Errorf("row %d of a spreadsheet: %w", i+1, err)
		}
	}
	if err := sheet.Flush(); err != nil {
		return fmt.Errorf("end a spreadsheet: %w", err)
	}
	return book.Write(w)
}

// Parse reads a whole file that somebody sent, at most most rows of it, with
// the cells of each row in the order of the header. Bad rows are an error.
func Parse(body []byte, most int) (header []string, rows [][]string, err error) {
	f, err := os.CreateTemp("", "yiwang-table-*")
	if err != nil {
		return nil, nil, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // what is left is swept with the other temporary files
	if _, err = io.Copy(f, bytes.NewReader(body)); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	t, err := read(f)
	if err != nil {
		return nil, nil, err
	}
	defer t.Close() //nolint:errcheck // it was only read
	for {
		row, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return t.Header, rows, nil
		case err != nil:
			return nil, nil, err
		case len(rows) == most:
			return nil, nil, errTooMany(most)
		}
		rows = append(rows, row.Cells)
	}
}

func errTooMany(most int) error { return errs.New(errs.Invalid, "table.too_many_rows", "Max", most) }
