package table

import "golang.org/x/text/transform"

// Encoding is what the signs of a CSV file are written in: UTF-8 or GB18030,
// which is what is decoded on the way. Of a spreadsheet it is "".
func (t *Table) Encoding() string {
	x, ok := t.rows.(*text)
	if !ok {
		return ""
	}
	if _, decoded := x.limit.in.(*transform.Reader); decoded {
		return "GB18030"
	}
	return "UTF-8"
}
