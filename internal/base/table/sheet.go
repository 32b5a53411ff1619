package table

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"yiwang/internal/base/errs"
)

// A sheet is the first sheet of an XLSX file being read. Numbers come as they
// are kept, so that a date is Excel's serial number.
type sheet struct {
	rows *excelize.Rows
	line int
}

func openSheet(f *os.File, t *Table) (rows, error) {
	book, err := excelize.OpenReader(io.NewSectionReader(f, 0, 1<<62), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxPacked, UnzipXMLSizeLimit: 16 << 20,
	})
	switch {
	case err != nil && strings.Contains(err.Error(), "unzip size exceeds"): // the only way it says so
		return nil, errs.New(errs.Invalid, "table.unpacks_too_large", "Max", maxPacked>>20)
	case err != nil:
		return nil, errs.New(errs.Invalid, "table.not_excel")
	}
	t.close = append(t.close, book)
	names := book.GetSheetList()
	if len(names) == 0 {
		return nil, errs.New(errs.Invalid, "table.empty")
	}
	r, err := book.Rows(names[0])
	if err != nil {
		return nil, errs.New(errs.Invalid, "table.not_excel")
	}
	t.close = append([]io.Closer{r}, t.close...)
	return &sheet{rows: r}, nil
}

func (s *sheet) next() (Row, error) {
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return Row{}, errs.New(errs.Invalid, "table.not_excel")
		}
		return Row{}, io.EOF
	}
	s.line++
	cells, err := s.rows.Columns()
	row := Row{Line: s.line, Cells: cells}
	if err != nil {
		return row, errs.New(errs.Invalid, "table.bad_signs")
	}
	size := 0
	for _, c := range cells {
		size += len(c)
		if !utf8.ValidString(c) || strings.ContainsRune(c, 0) {
			return row, errs.New(errs.Invalid, "table.bad_signs")
		}
	}
	if size > MaxRow || len(cells) > 16*MaxColumns {
		return row, errs.New(errs.Invalid, "table.row_too_long", "Max", MaxRow>>20)
	}
	return row, nil
}
