package main

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/base/table"
)

// messageData is a table of what people said.
type messageData struct {
	Data string `required:"" type:"existingfile" placeholder:"FILE" help:"CSV or XLSX, gz as it is, UTF-8 or GB18030."`
	Map  string `placeholder:"FIELD=COLUMN,…" help:"Which column has what: id, subject, text, time, likes, user, group. Without it usual headings are recognised."`
}

// headings that columns of messages usually have.
var headings = map[string][]string{
	"id":      {"留言编号", "诉求编号", "工单编号", "工单号", "来信编号", "受理编号", "编号", "序号", "id", "number", "no", "case id", "request id", "complaint id"},
	"subject": {"留言主题", "诉求标题", "工单标题", "来信标题", "主题", "标题", "subject", "title"},
	"text":    {"留言详情", "诉求内容", "工单内容", "来信内容", "留言内容", "详情", "内容", "正文", "描述", "text", "content", "description", "message", "narrative"},
	"time":    {"留言时间", "受理时间", "来电时间", "登记时间", "创建时间", "来信时间", "时间", "日期", "time", "date", "created", "received"},
	"likes":   {"点赞数", "点赞", "赞同数", "支持数", "likes", "votes"},
	"user":    {"留言用户", "诉求人", "来电人", "用户", "user", "author"},
	"group":   {"组", "分组", "话题", "group", "topic"},
}

// A said is a row of a table of messages.
type said struct {
	line                           int
	id, subject, text, user, group string
	time                           time.Time
	likes                          int
}

// each reads the messages row by row; needed are the fields that must have a
// column, read those that are looked at.
func (d messageData) each(ctx context.Context, r reading, needed, read []string, do func(said) error) error {
	r.path, r.breaks = d.Data, true
	var m table.Mapping
	var times timeColumn
	err := r.each(ctx, func(t *table.Table) (err error) {
		if m, err = d.mapping(t.Header, needed, read); err == nil && d.Map == "" && !r.again {
			tell(m, t.Header, read)
		}
		return err
	}, func(row table.Row) error {
		s, err := readSaid(m, row, &times)
		if err != nil {
			return err
		}
		return do(s)
	})
	if err != nil || r.again {
		return err
	}
	return times.end(d.Data, "time")
}

// mapping is what --map says, and what headings say where it says nothing.
func (d messageData) mapping(header, needed, read []string) (table.Mapping, error) {
	m, err := table.ParseMapping(d.Map, header, slices.Sorted(maps.Keys(headings)))
	if err != nil {
		return nil, err
	}
	known := map[string][]string{}
	for _, field := range read {
		if d.Map == "" || slices.Contains(needed, field) {
			known[field] = headings[field]
		}
	}
	m.Guess(header, known)
	for _, field := range needed {
		if _, ok := m[field]; !ok {
			return nil, fmt.Errorf("which column has the %s? Say so with --map %s=COLUMN; the header has: %s", field, field, strings.Join(header, ", "))
		}
	}
	return m, nil
}

// tell says which columns were recognised.
func tell(m table.Mapping, header, read []string) {
	var parts []string
	for _, field := range read {
		if i, ok := m[field]; ok {
			parts = append(parts, field+"="+header[i])
		}
	}
	fmt.Fprintf(os.Stderr, "Columns: %s\n", strings.Join(parts, ", "))
}

func readSaid(m table.Mapping, row table.Row, times *timeColumn) (said, error) {
	s := said{
		line: row.Line, id: m.Get(row, "id"), subject: cell(m, row, "subject"), text: cell(m, row, "text"),
		user: m.Get(row, "user"), group: m.Get(row, "group"),
	}
	if at := m.Get(row, "time"); at != "" {
		s.time = times.read(at, row.Line, time.UTC) // as written: all times of a file are of one place
	}
	if likes := m.Get(row, "likes"); likes != "" {
		n, err := strconv.ParseFloat(strings.ReplaceAll(likes, ",", ""), 64)
		if err != nil || n != float64(int(n)) {
			return s, fmt.Errorf("%q is no number of likes", likes)
		}
		s.likes = int(n)
	}
	return s, nil
}

// cell is a field as it stands in the file, with the blanks around it: what is
// found in it is told by its place.
func cell(m table.Mapping, row table.Row, field string) string {
	if i, ok := m[field]; ok {
		return row.Cells[i]
	}
	return ""
}

// once refuses a second row with an id that another has. It holds hashes: of a
// million ids, that two have the same is one in ten million.
type once struct {
	seed  maphash.Seed
	lines map[uint64]int32
}

func newOnce() once { return once{maphash.MakeSeed(), map[uint64]int32{}} }

func (o once) see(s said) error {
	if s.id == "" {
		return errors.New("the id is missing")
	}
	key := maphash.String(o.seed, s.id)
	if line, twice := o.lines[key]; twice {
		return fmt.Errorf("the id %s is on line %d already: every message needs one of its own", s.id, line)
	}
	o.lines[key] = int32(min(s.line, math.MaxInt32))
	return nil
}
