package table

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

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

// shapes of dates that occur in files, with the parts in the order of the
// year, the month and the day.
var shapes = []string{
	"2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2", "2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2", "2006-1-2T15:04:05", "2006-1-2T15:04:05Z07:00",
	"2006-1-2 15:04:05Z07:00", "2006/1/2 15:04:05Z07:00", "2006-1-2T15:04", "20060102150405",
	"2006.1.2 15:04:05", "2006.1.2", "2006年1月2日 15:04:05", "2006年1月2日 15:04", "2006年1月2日", "20060102",
}

// ParseTime reads a date, with a time of day or without, in the time of zone.
// A bare number is Excel's serial number of a day. Years other than 1990 to
// 2100 are mistakes.
func ParseTime(s string, zone *time.Location) (time.Time, error) {
	s = strings.TrimSpace(s)
	bad := errs.New(errs.Invalid, "table.bad_time")
	for _, shape := range shapes {
		if t, err := time.ParseInLocation(shape, s, zone); err == nil {
			return t, inRange(t)
		}
	}
	serial, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(serial) || serial < 1 || serial > 100_000 {
		return time.Time{}, bad
	}
	day := math.Floor(serial)
	seconds := math.Round((serial - day) * 86_400)
	// Excel counts a 29 February 1900 that never was.
	t := time.Date(1899, 12, 30, 0, 0, 0, 0, zone).AddDate(0, 0, int(day)).Add(time.Duration(seconds) * time.Second)
	return t, inRange(t)
}

func inRange(t time.Time) error {
	if y := t.Year(); y < 1990 || y > 2100 {
		return errs.New(errs.Invalid, "table.time_out_of_range")
	}
	return nil
}
