// Package importing takes requests over from a file of another system. Every
// row is checked before the first is kept; rows that are there already are
// passed over, so that an import that was interrupted is simply run again.
package importing

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/base/table"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
)

// Texts are the messages of this package in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// Fields are what a file can say of a request.
var Fields = []string{"id", "user", "subject", "text", "time", "place", "lat", "lon", "category", "kind", "channel", "likes", "answer", "answered"}

// An Importer reads files into a city, or into a database that has none yet:
// then what is read in waits until one is loaded.
type Importer struct {
	Intake *intake.Service
	Org    *org.Service
	Now    func() time.Time
}

// Options say how a file is read.
type Options struct {
	Map     string // field=column,… as table.ParseMapping reads it
	Source  string // where the file comes from; its name if empty
	SkipBad bool   // leave out rows that are wrong, instead of the whole file
	// Progress is told now and then how far the work is; checked and kept
	// count rows.
	Progress func(checked, kept int)
}

// A Result counts what became of the rows.
type Result struct {
	Imported, Already, Refused int
	// Refusals are the first rows that were refused.
	Refusals []Refusal
}

// A Refusal is a row that was refused, and why.
type Refusal struct {
	Line int
	Err  error
}

// ErrRefused says that rows of the file are wrong, and so nothing was kept.
var ErrRefused = errors.New("rows are wrong: nothing was imported")

const (
	batch       = 500
	maxRefusals = 1000
)

// A file is one that is being read in.
type file struct {
	Importer
	Options
	path   string
	city   *org.City
	zone   *time.Location
	result Result
	done   int // rows checked in this pass
}

// Import reads a file in. With ErrRefused, or any other error that is told
// before the first row is kept, nothing has changed.
func (m Importer) Import(ctx context.Context, path string, o Options) (Result, error) {
	f := &file{Importer: m, Options: o, path: path, zone: time.FixedZone("CST", 8*60*60)}
	if f.Source == "" {
		f.Source = filepath.Base(path)
	}
	city, err := m.Org.City(ctx)
	switch {
	case err == nil:
		f.city, f.zone = &city, city.Calendar.Location()
	case !errs.Is(err, errs.NotFound):
		return Result{}, err
	}
	if err := f.pass(ctx, func([]row) error { return nil }); err != nil {
		return f.result, err
	}
	if f.result.Refused > 0 && !o.SkipBad {
		return f.result, ErrRefused
	}
	refused, refusals := f.result.Refused, f.result.Refusals
	f.result = Result{}
	err = f.pass(ctx, func(rows []row) error { return f.keep(ctx, rows) })
	f.result.Refused, f.result.Refusals = refused, refusals
	return f.result, err
}

// A row is a request with the answer it had.
type row struct {
	line    int
	request intake.Loaded
	answer  flow.GivenAnswer
}

// pass reads the file once and gives its good rows to keep, some at a time.
func (f *file) pass(ctx context.Context, keep func([]row) error) error {
	t, err := table.Open(f.path)
	if err != nil {
		return err
	}
	defer t.Close() //nolint:errcheck // only read
	m, err := table.ParseMapping(f.Map, t.Header, Fields)
	if err != nil {
		return err
	}
	if _, ok := m["text"]; !ok {
		return errs.Field("map", "import.no_text", "Columns", strings.Join(t.Header, ", "))
	}
	f.done = 0
	var rows []row
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		cells, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if errs.Of(err) == nil || cells.Line == 0 {
				return err
			}
			f.refuse(cells.Line, err)
			continue
		}
		r, err := f.row(m, cells)
		if err != nil {
			f.refuse(cells.Line, err)
			continue
		}
		if rows = append(rows, r); len(rows) == batch {
			if err := f.checked(ctx, rows, keep); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
	err = f.checked(ctx, rows, keep)
	slices.SortStableFunc(f.result.Refusals, func(a, b Refusal) int { return a.Line - b.Line })
	return err
}

func (f *file) refuse(line int, err error) {
	f.result.Refused++
	f.done++
	if len(f.result.Refusals) < maxRefusals {
		f.result.Refusals = append(f.result.Refusals, Refusal{line, err})
	}
}

// checked leaves out what the room would not take, and keeps the rest.
func (f *file) checked(ctx context.Context, rows []row, keep func([]row) error) error {
	list := make([]intake.Loaded, len(rows))
	for i, r := range rows {
		list[i] = r.request
	}
	wrong, err := f.Intake.Check(ctx, list)
	if err != nil {
		return err
	}
	good := make([]row, 0, len(rows))
	for i, r := range rows {
		if wrong[i] != nil {
			f.refuse(r.line, wrong[i])
			continue
		}
		f.done++
		good = append(good, r)
	}
	if len(good) > 0 {
		if err := keep(good); err != nil {
			return err
		}
	}
	if f.Progress != nil {
		f.Progress(f.done, f.result.Imported+f.result.Already)
	}
	return nil
}

// keep loads the rows, with the jobs that read them, in one transaction. A
// job that finds nothing new to do does nothing.
func (f *file) keep(ctx context.Context, rows []row) error {
	list := make([]intake.Loaded, len(rows))
	var open intake.Submitted
	var answered flow.Answered
	for i, r := range rows {
		list[i] = r.request
		if r.answer.Text == "" {
			open.Requests = append(open.Requests, r.request.ID)
		} else {
			answered.Answers = append(answered.Answers, r.answer)
		}
	}
	var next []jobs.Args
	if len(open.Requests) > 0 {
		next = append(next, open)
	}
	if len(answered.Answers) > 0 {
		next = append(next, answered)
	}
	fresh, err := f.Intake.Load(ctx, access.System(), list, next...)
	if err != nil {
		return fmt.Errorf("rows %d to %d: %w", rows[0].line, rows[len(rows)-1].line, err)
	}
	for _, is := range fresh {
		if is {
			f.result.Imported++
		} else {
			f.result.Already++
		}
	}
	return nil
}

// row makes a request of a row.
func (f *file) row(m table.Mapping, cells table.Row) (row, error) {
	var wrong []error
	at := f.Now().UTC().Truncate(time.Second)
	if s := m.Get(cells, "time"); s != "" {
		t, err := table.ParseTime(s, f.zone)
		if at = t; err != nil {
			wrong = append(wrong, inField("time", err))
		}
	} else if _, ok := m["time"]; ok {
		wrong = append(wrong, errs.Field("time", "import.no_time"))
	}
	key := m.Get(cells, "id")
	if key == "" { // the row itself is what it is known by
		sum := sha256.Sum256([]byte(strings.Join(cells.Cells, "\x1f")))
		key = "row:" + hex.EncodeToString(sum[:12])
	}
	l := intake.Loaded{Request: intake.Request{
		At: at, Channel: m.Get(cells, "channel"), Subject: cut(m.Get(cells, "subject"), intake.MaxSubject), Text: m.Get(cells, "text"),
		Address: m.Get(cells, "place"), Source: f.Source, SourceID: key, Author: m.Get(cells, "user"),
	}}
	if l.Text == "" {
		l.Text = m.Get(cells, "subject")
	}
	sum := sha256.Sum256([]byte(f.Source + "\x1f" + key))
	l.ID = intake.ID(ids.Seeded(at, binary.BigEndian.Uint64(sum[:8])))
	l.Kind = kind(m.Get(cells, "kind"))
	var err error
	if l.Category, err = f.category(m.Get(cells, "category")); err != nil {
		wrong = append(wrong, err)
	}
	if l.Likes, err = whole(m.Get(cells, "likes")); err != nil {
		wrong = append(wrong, errs.Field("likes", "import.no_number"))
	}
	if l.Point, err = point(m.Get(cells, "lat"), m.Get(cells, "lon")); err != nil {
		wrong = append(wrong, err)
	}
	r := row{line: cells.Line, request: l}
	if r.answer, err = f.answer(m, cells, l); err != nil {
		wrong = append(wrong, err)
	}
	return r, errs.Join(wrong...)
}

// answer is what the resident was told, and when; without a time of its own,
// when they asked.
func (f *file) answer(m table.Mapping, cells table.Row, l intake.Loaded) (a flow.GivenAnswer, err error) {
	a = flow.GivenAnswer{Request: l.ID, Text: m.Get(cells, "answer"), At: l.At}
	if a.Text == "" {
		return a, nil
	}
	if utf8.RuneCountInString(a.Text) > cases.MaxAnswer {
		return a, errs.Field("answer", "import.answer_too_long", "Max", cases.MaxAnswer)
	}
	if s := m.Get(cells, "answered"); s != "" {
		if a.At, err = table.ParseTime(s, f.zone); err != nil {
			return a, inField("answered", err)
		}
		if a.At.Before(l.At) {
			return a, errs.Field("answered", "import.answered_before")
		}
		if a.At.After(f.Now()) {
			return a, errs.Field("answered", "import.answered_later")
		}
	}
	return a, nil
}

// inField says which column an error is about.
func inField(field string, err error) error {
	if e := errs.Of(err); e != nil {
		in := *e
		in.Field = field
		return &in
	}
	return err
}

// cut shortens a title that is too long: its words stand in the text as well.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

var kinds = map[string]string{"咨询": intake.Enquiry, "求助": intake.Help, "投诉": intake.Complaint, "举报": intake.Report, "建议": intake.Suggestion}

// kind is a kind by its name or its Chinese name; intake refuses what it does
// not know.
func kind(s string) string {
	if k, ok := kinds[s]; ok {
		return k
	}
	return strings.ToLower(s)
}

// category finds a category by its id or its name. Before a city is loaded
// it is kept as it stands.
func (f *file) category(s string) (org.CategoryID, error) {
	if s == "" || f.city == nil {
		return org.CategoryID(s), nil
	}
	if f.city.Catalogue.Leaf(org.CategoryID(s)) {
		return org.CategoryID(s), nil
	}
	for _, c := range f.city.Catalogue.Leaves() {
		if c.Name.ZH == s || strings.EqualFold(c.Name.EN, s) {
			return c.ID, nil
		}
	}
	return "", errs.Field("category", "import.no_category")
}

func whole(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	return strconv.ParseInt(s, 10, 64)
}

func point(lat, lon string) (*intake.Point, error) {
	if lat == "" && lon == "" {
		return nil, nil
	}
	number := func(s string) *float64 {
		v, err := strconv.ParseFloat(s, 64)
		if s == "" || err != nil {
			return nil
		}
		return &v
	}
	a, b := number(lat), number(lon)
	if lat != "" && a == nil {
		return nil, errs.Field("lat", "import.no_number")
	}
	if lon != "" && b == nil {
		return nil, errs.Field("lon", "import.no_number")
	}
	return intake.NewPoint(a, b), nil
}
