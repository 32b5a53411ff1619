package setup

import (
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"yiwang/internal/algo/text"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// A table is a CSV file. Its rows have as many cells as the header.
type table struct {
	ok   bool // it could be read; else nothing is known of what it holds
	rows []row
}

type row struct {
	r    *reader
	file string
	line int
	cell map[string]string
}

// maxCell is how many characters a cell can have.
const maxCell = 4000

// table reads a CSV file that has all of the required columns and none but
// them and the optional ones.
func (r *reader) table(name string, required, optional string) table {
	raw, ok := r.read(name)
	if !ok {
		return table{}
	}
	c := csv.NewReader(strings.NewReader(string(raw)))
	c.FieldsPerRecord = -1
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		r.bad(name, 0, "", "empty_file")
		return table{}
	}
	if err != nil {
		r.badCSV(name, err)
		return table{}
	}
	if !r.header(name, header, strings.Fields(required), strings.Fields(optional)) {
		return table{}
	}
	t := table{ok: true}
	for {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil { // what follows a broken quote cannot be trusted
			r.badCSV(name, err)
			t.ok = false
			return t
		}
		line, _ := c.FieldPos(0)
		if blank(cells) {
			continue // spreadsheets leave rows of commas behind
		}
		if len(cells) != len(header) {
			r.bad(name, line, "", "cell_count", "Want", len(header), "Have", len(cells))
			t.ok = false
			continue
		}
		row := row{r: r, file: name, line: line, cell: make(map[string]string, len(cells))}
		for i, v := range cells {
			column := strings.TrimSpace(header[i])
			if utf8.RuneCountInString(v) > maxCell {
				row.bad(column, "cell_too_long", "Max", maxCell)
			} else if strings.ContainsFunc(v, control) {
				row.bad(column, "control_character")
			}
			row.cell[column] = strings.TrimSpace(v)
		}
		t.rows = append(t.rows, row)
	}
	if len(t.rows) == 0 {
		r.bad(name, 0, "", "no_rows")
		t.ok = false
	}
	return t
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(s string) bool { return strings.TrimSpace(s) != "" })
}

func control(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' && c != '\r' }

func (r *reader) badCSV(name string, err error) {
	line := 0
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		line = p.StartLine
	}
	r.bad(name, line, "", "bad_quotes")
}

func (r *reader) header(name string, header, required, optional []string) bool {
	ok, seen := true, map[string]bool{}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		r.bad(name, 1, "", "separator")
		return false
	}
	for _, column := range header {
		column = strings.TrimSpace(column)
		switch {
		case seen[column]:
			r.bad(name, 1, column, "column_twice")
			ok = false
		case !slices.Contains(required, column) && !slices.Contains(optional, column):
			r.bad(name, 1, column, "unknown_column", "Columns", strings.Join(append(slices.Clone(required), optional...), ", "))
			ok = false
		}
		seen[column] = true
	}
	for _, column := range required {
		if !seen[column] {
			r.bad(name, 1, column, "missing_column")
			ok = false
		}
	}
	return ok
}

func (w row) bad(column, key string, args ...any) { w.r.bad(w.file, w.line, column, key, args...) }

// need gives a cell that must not be empty.
func (w row) need(column string) string {
	v := w.cell[column]
	if v == "" {
		w.bad(column, "empty")
	}
	return v
}

var validID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// id gives the id of the row, which none of seen has; "" if it is of no use.
func (w row) id(seen map[string]int) string {
	return w.unique("id", "bad_id", validID.MatchString, seen)
}

// unique gives a cell that none of seen has, in a form that is good, or "".
func (w row) unique(column, bad string, good func(string) bool, seen map[string]int) string {
	v := w.need(column)
	if v == "" {
		return ""
	}
	if !good(v) {
		w.bad(column, bad, "Value", v)
		return ""
	}
	if first, twice := seen[v]; twice {
		w.bad(column, "id_twice", "Value", v, "Row", first)
		return ""
	}
	seen[v] = w.line
	return v
}

// name gives prefix_zh and prefix_en. English may be left out: the Chinese
// name then stands for it.
func (w row) name(prefix string) org.Name {
	return org.Name{ZH: w.need(prefix + "_zh"), EN: w.cell[prefix+"_en"]}
}

func (w row) choice(column string, values ...string) string {
	v := w.need(column)
	if v != "" && !slices.Contains(values, v) {
		w.bad(column, "choice", "Value", v, "Values", strings.Join(values, ", "))
	}
	return v
}

// flag gives yes or no; an empty cell is no.
func (w row) flag(column string) bool {
	v := w.cell[column]
	if v != "" && v != "yes" && v != "no" {
		w.bad(column, "choice", "Value", v, "Values", "yes, no")
	}
	return v == "yes"
}

// urgency gives how soon; an empty cell is ordinary.
func (w row) urgency(column string) org.Urgency {
	i := slices.Index(urgencies, w.cell[column])
	if i < 0 && w.cell[column] != "" {
		w.bad(column, "choice", "Value", w.cell[column], "Values", strings.Join(urgencies, ", "))
	}
	return org.Urgency(max(i, 0))
}

func (w row) number(column string) int {
	v := w.cell[column]
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > 1_000_000_000 {
		w.bad(column, "number", "Value", v)
		return 0
	}
	return n
}

// limit gives a limit that is not left out.
func (w row) limit(column string) calendar.Limit {
	v := w.need(column)
	l, err := calendar.ParseLimit(v)
	if err != nil {
		w.bad(column, "limit", "Value", v)
	}
	return l
}

// optionalLimit is limit for a cell that may be empty.
func (w row) optionalLimit(column string) calendar.Limit {
	if w.cell[column] == "" {
		return calendar.Limit{}
	}
	return w.limit(column)
}

// date gives a day as YYYY-MM-DD, or "".
func (w row) date(column string) string {
	v := w.cell[column]
	if v == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		w.bad(column, "date", "Value", v)
		return ""
	}
	return v
}

// list gives what stands between commas, each once.
func (w row) list(column string) []string {
	return w.split(column, ",", func(s string) string { return s })
}

// words gives what stands between bars, in the form that texts are read in.
func (w row) words(column string) []string { return w.split(column, "|", text.Normalize) }

func (w row) split(column, separator string, form func(string) string) []string {
	if w.cell[column] == "" {
		return nil
	}
	var out []string
	for part := range strings.SplitSeq(w.cell[column], separator) {
		switch part = form(strings.TrimSpace(part)); {
		case part == "":
			w.bad(column, "empty_part", "Separator", separator)
		case slices.Contains(out, part):
			w.bad(column, "part_twice", "Value", part)
		default:
			out = append(out, part)
		}
	}
	return out
}
