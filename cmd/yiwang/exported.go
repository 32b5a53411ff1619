package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"yiwang/internal/algo/diagnose"
	"yiwang/internal/base/table"
)

// usualOrders are headings of a hotline's exports, the surer ones first.
var usualOrders = map[string][]string{
	"order":    append([]string{"工单编号", "工单号", "诉求编号", "受理编号", "受理单号", "留言编号", "来信编号"}, usualEvents["case"]...),
	"event":    slices.DeleteFunc(slices.Clone(usualEvents["activity"]), func(s string) bool { return strings.HasSuffix(s, "状态") || s == "status" || s == "state" }),
	"subject":  {"诉求标题", "工单标题", "诉求主题", "来信标题", "留言主题", "事件标题", "标题", "主题", "subject", "title", "summary"},
	"text":     {"诉求内容", "工单内容", "诉求描述", "问题描述", "反映内容", "来电内容", "来信内容", "留言详情", "留言内容", "诉求详情", "事项内容", "详情", "内容", "正文", "描述", "text", "content", "description", "message", "narrative"},
	"time":     append([]string{"受理时间", "来电时间", "登记时间", "诉求时间", "提交时间", "反映时间", "留言时间", "来信时间", "created", "created date", "opened", "received"}, usualEvents["time"]...),
	"unit":     slices.DeleteFunc(append([]string{"承办单位", "主办单位", "处办单位", "责任单位", "办理单位"}, usualEvents["resource"]...), func(s string) bool { return strings.Contains(s, "人") || strings.Contains(s, "员") || s == "user" }),
	"caller":   {"来电号码", "联系电话", "来电电话", "主叫号码", "电话号码", "手机号码", "手机号", "电话", "手机", "诉求人电话", "留言用户", "来电人", "诉求人", "反映人", "用户", "caller", "phone", "user", "customer", "author"},
	"category": {"诉求类别", "诉求类型", "事项类别", "问题类别", "问题分类", "诉求分类", "事项分类", "工单分类", "工单类别", "内容分类", "一级标签", "一级分类", "二级分类", "三级分类", "分类", "类别", "类型", "category", "type", "topic", "product"},
	"closed":   {"办结时间", "结案时间", "办结日期", "答复时间", "回复时间", "归档时间", "完成时间", "关闭时间", "closed", "closed date", "closed at", "resolved", "completed"},
	"answer":   {"答复内容", "答复意见", "回复内容", "办理结果", "处理结果", "办理情况", "处理情况", "办理意见", "处理意见", "反馈内容", "答复", "回复", "answer", "reply", "response", "resolution"},
	"verdict":  {"满意度", "满意度评价", "满意情况", "回访结果", "回访满意度", "是否满意", "是否解决", "评价结果", "群众评价", "评价", "评分", "verdict", "satisfaction", "satisfied", "rating"},
	"due":      {"应办结时间", "办结期限", "截止时间", "限办时间", "限时", "到期时间", "due", "due date", "deadline"},
}

var orderFields = map[string]diagnose.Field{
	"time": diagnose.Time, "subject": diagnose.Text, "text": diagnose.Text, "unit": diagnose.Unit, "caller": diagnose.Caller, "category": diagnose.Category, "closed": diagnose.Closed,
	"answer": diagnose.Answer, "verdict": diagnose.Verdict, "event": diagnose.Event, "due": diagnose.Due,
}

// An exported reads the orders of a hotline's export.
type exported struct {
	spec string
	zone *time.Location
	// Unread are the times that could not be read so far.
	unread []diagnose.Unread
}

// mapping is what --map says; without it, what the headings say. Then offered
// is what it was read as; with it, what could be mapped besides.
func (x *exported) mapping(header []string) (m table.Mapping, offered string, err error) {
	fields := append([]string{"order"}, slices.Sorted(maps.Keys(orderFields))...)
	if m, err = table.ParseMapping(x.spec, header, fields); err != nil {
		return nil, "", err
	}
	known := maps.Clone(usualOrders)
	if maps.Clone(m).Guess(header, map[string][]string{"event": known["event"]}) != nil {
		known["time"] = append(slices.Clone(usualEvents["time"]), known["time"]...) // of the event, not of the order
	}
	guess := maps.Clone(m)
	guessed := guess.Guess(header, known)
	for i, f := range guessed {
		guessed[i] = f + "=" + header[guess[f]]
	}
	if x.spec == "" {
		m = guess
	}
	if _, ok := m["order"]; !ok || len(m) == 1 {
		return nil, "", fmt.Errorf("which column has what cannot be told: order is needed, and at least one more. The headings are: %s\n"+
			"Say it so: --map order=COLUMN,time=COLUMN,text=COLUMN,unit=COLUMN (also subject, caller, category, closed, answer, verdict, event, due), for instance --map order=工单编号,time=受理时间,text=诉求内容,unit=承办单位",
			strings.Join(header, ", "))
	}
	return m, strings.Join(guessed, ","), nil
}

// open opens a file and says how it is read.
func (x *exported) open(path string, say bool) (*table.Table, table.Mapping, error) {
	t, err := table.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %s", path, plain(err))
	}
	m, offered, err := x.mapping(t.Header)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %s", path, plain(err)), t.Close())
	}
	if say {
		sayEncoding(path, t)
	}
	switch {
	case !say || offered == "":
	case x.spec == "":
		fmt.Fprintf(os.Stderr, "%s is read as --map %s\nIf that is wrong, say so with --map.\n", path, offered)
	default:
		fmt.Fprintf(os.Stderr, "%s: what is not mapped is not judged; perhaps add %s\n", path, offered)
	}
	return t, m, nil
}

// has gives the fields that at least one of the files has, and says how they
// are read.
func (x *exported) has(paths []string) (all diagnose.Field, err error) {
	for _, path := range paths {
		if err := mayReadAgain(path); err != nil {
			return 0, err
		}
		t, m, err := x.open(path, true)
		if err != nil {
			return 0, err
		}
		for f := range m {
			all |= orderFields[f]
		}
		if err := t.Close(); err != nil {
			return 0, err
		}
	}
	return all, nil
}

// each gives every row of a file, until one is wrong: then it only looks for
// others, names the first twenty, and refuses the file.
func (x *exported) each(ctx context.Context, path string, do func(diagnose.Row) error) error {
	t, m, err := x.open(path, false)
	if err != nil {
		return err
	}
	defer t.Close() //nolint:errcheck // only read
	wrong := 0
	times := map[string]*timeColumn{"time": {}, "closed": {}, "due": {}}
	for rows := 0; ; rows++ {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if rows&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var r diagnose.Row
		if err == nil {
			r, err = x.row(m, row, times)
		} else if row.Line == 0 {
			return fmt.Errorf("%s: %s", path, plain(err)) // of the whole file
		}
		if err == nil {
			if wrong > 0 {
				continue
			}
			if err := do(r); err != nil {
				return err
			}
			continue
		}
		if wrong++; wrong <= shownLines {
			fmt.Fprintf(os.Stderr, "%s, line %d: %s\n", path, row.Line, plain(err))
		}
	}
	sayMixed(path, t)
	if wrong > 0 {
		return fmt.Errorf("%s: %d rows are wrong, so nothing was done: mend them, or take them out", path, wrong)
	}
	for _, field := range slices.Sorted(maps.Keys(times)) {
		c := times[field]
		if err := c.end(path, field); err != nil {
			return err
		}
		if c.unread > 0 {
			x.unread = append(x.unread, diagnose.Unread{File: filepath.Base(path), Field: field, Times: c.unread, Of: c.cells, Example: c.example})
		}
	}
	return nil
}

// withSubject puts the subject before the text, unless that holds it.
func withSubject(subject, text string) string {
	if subject == "" || strings.Contains(text, subject) {
		return text
	}
	if text == "" {
		return subject
	}
	return subject + "\n" + text
}

var errNoOrder = errors.New("the row has no order id")

func (x *exported) row(m table.Mapping, row table.Row, times map[string]*timeColumn) (r diagnose.Row, err error) {
	get := func(field string) string { return m.Get(row, field) }
	r = diagnose.Row{
		ID: get("order"), Text: withSubject(get("subject"), get("text")), Unit: get("unit"), Caller: get("caller"), Category: get("category"),
		Answer: get("answer"), Verdict: get("verdict"), Event: get("event"),
	}
	if r.ID == "" {
		return r, errNoOrder
	}
	for field, t := range map[string]*time.Time{"time": &r.Time, "closed": &r.Closed, "due": &r.Due} {
		*t = times[field].read(get(field), row.Line, x.zone)
	}
	return r, nil
}
