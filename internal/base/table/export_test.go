package table

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// ReadCSV reads all rows of a CSV file, and how many are wrong.
func ReadCSV(s string, keep bool) (rows [][]string, wrong int, by rune) {
	by = rune(comma([]byte(s)))
	t := &text{in: bufio.NewReaderSize(strings.NewReader(s), 16), comma: byte(by), breaks: keep}
	for {
		row, err := t.next()
		if errors.Is(err, io.EOF) {
			return rows, wrong, by
		}
		if err != nil {
			wrong++
			continue
		}
		rows = append(rows, row.Cells)
	}
}
