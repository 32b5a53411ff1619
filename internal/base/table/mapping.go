package table

import (
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/base/errs"
)

// A Mapping says in which column, counted from 0, each field stands.
type Mapping map[string]int

// ParseMapping reads field=column,…: a column is named as in the header, or
// by its number from 1. Fields that are not mentioned are taken from a column
// of their own name, if there is one.
func ParseMapping(spec string, header, fields []string) (Mapping, error) {
	m := Mapping{}
	for pair := range strings.SplitSeq(spec, ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		field, column, ok := strings.Cut(pair, "=")
		field, column = strings.TrimSpace(field), strings.TrimSpace(column)
		if !ok || !slices.Contains(fields, field) {
			return nil, errs.Field("map", "table.map_field", "Field", field, "Fields", strings.Join(fields, ", "))
		}
		if _, twice := m[field]; twice {
			return nil, errs.Field("map", "table.map_twice", "Field", field)
		}
		i := slices.Index(header, column)
		if n, err := strconv.Atoi(column); i < 0 && err == nil && n >= 1 && n <= len(header) {
			i = n - 1
		}
		if i < 0 {
			return nil, errs.Field("map", "table.map_column", "Column", column, "Columns", strings.Join(header, ", "))
		}
		m[field] = i
	}
	for _, field := range fields {
		if i := slices.Index(header, field); i >= 0 {
			if _, said := m[field]; !said {
				m[field] = i
			}
		}
	}
	return m, nil
}

// Get gives a field of a row, without the blanks around it; "" if there is
// no column for it.
func (m Mapping) Get(r Row, field string) string {
	i, ok := m[field]
	if !ok || i >= len(r.Cells) {
		return ""
	}
	return strings.TrimSpace(r.Cells[i])
}
