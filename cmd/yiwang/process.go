package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"yiwang/internal/algo/process"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/table"
)

type processCmd struct {
	Events string   `required:"" type:"existingfile" placeholder:"FILE" help:"One event a row: CSV or XLSX, gz as it is, UTF-8 or GB18030. Rows may stand in any order."`
	Map    string   `placeholder:"FIELD=COLUMN,…" help:"Which column has what: case, activity, time, resource. Usual headings are guessed, and said."`
	Plan   string   `type:"existingfile" placeholder:"FILE" help:"How it was meant to run: a table with the columns from and to. An empty from allows a start, an empty to an end."`
	JSON   bool     `name:"json" help:"Print what was found as JSON."`
	SVG    string   `name:"svg" type:"path" placeholder:"FILE" help:"Draw the process."`
	Detail *float64 `placeholder:"0..1" help:"The share of activities and lines drawn, the most frequent first; as much as can be read if left out."`
	Lang   string   `enum:"zh,en" default:"zh" help:"Language of the drawing: ${enum}."`
	XES    string   `name:"xes" type:"path" placeholder:"FILE" help:"Write the events as XES (IEEE 1849)."`
	OCEL   string   `name:"ocel" type:"path" placeholder:"FILE" help:"Write the events as OCEL 2.0 in JSON."`
	Zone   string   `default:"Asia/Shanghai" placeholder:"NAME" help:"The time zone of times that do not say theirs."`
}

// usualEvents are headings of events, the surer ones first.
var usualEvents = map[string][]string{
	"case": {
		"工单号", "工单编号", "工单ID", "办件编号", "办件号", "案件编号", "案件号", "案件ID", "诉求编号", "诉求号", "受理编号", "受理号", "申办流水号", "业务流水号",
		"流水号", "业务编号", "业务号", "流程实例", "流程实例ID", "实例ID", "单号", "工单", "案件", "编号",
		"case:concept:name", "case id", "case_id", "case", "case no", "case number", "order id", "order_id", "order", "ticket id", "ticket", "trace",
	},
	"activity": {
		"环节", "环节名称", "步骤", "步骤名称", "活动", "活动名称", "节点", "节点名称", "流程节点", "操作", "操作名称", "操作类型", "操作环节", "动作", "处理环节", "处理步骤",
		"办理环节", "办理环节名称", "办理步骤", "流程环节", "流转环节", "事件", "事件名称", "事件类型", "状态", "办理状态", "工单状态",
		"concept:name", "activity", "activity name", "activity_name", "event", "event name", "step", "task", "action", "status", "state",
	},
	"time": {
		"时间", "操作时间", "处理时间", "办理时间", "环节时间", "节点时间", "流转时间", "发生时间", "事件时间", "记录时间", "时间戳", "完成时间", "结束时间", "到达时间", "开始时间",
		"更新时间", "创建时间", "操作日期", "日期",
		"time:timestamp", "timestamp", "event time", "event_time", "time", "datetime", "date", "complete timestamp", "end time", "start time",
	},
	"resource": {
		"单位", "单位名称", "处理单位", "承办单位", "办理单位", "操作单位", "主办单位", "责任单位", "当前单位", "当前处理单位", "部门", "部门名称", "处理部门", "承办部门", "办理部门",
		"操作部门", "责任部门", "处理人", "办理人", "经办人", "承办人", "操作人", "操作员", "处理人员",
		"org:resource", "resource", "org:group", "unit", "department", "group", "user", "agent",
	},
}

const (
	shownLines   = 20     // of wrong rows
	printedEdges = 20_000 // a document of all of a million is larger than the events
)

// Run reads the events, looks for the process, and writes what is asked for.
func (c processCmd) Run(ctx context.Context) error {
	if c.Detail != nil && (!(*c.Detail >= 0) || *c.Detail > 1) {
		return errors.New("--detail is a share from 0 to 1, such as 0.5")
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return fmt.Errorf("time zone %q is not known; one is Asia/Shanghai", c.Zone)
	}
	// The log is large blocks without pointers: collecting more often costs
	// little, and the twofold memory of the usual pace is not needed.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(460 << 20))
	var plan *process.Model
	if c.Plan != "" {
		if plan, err = readPlan(c.Plan); err != nil {
			return fmt.Errorf("%s: %w", c.Plan, err)
		}
	}
	since := time.Now()
	l, err := c.read(ctx, zone)
	if err != nil {
		return err
	}
	told := progress()
	l.Progress = func(done, all int) { told("cases followed", done, all) }
	out := struct {
		*process.Report
		EdgesTotal  int                  `json:"edges_total"`
		Bottlenecks []process.Edge       `json:"bottlenecks"`
		Conformance *process.Conformance `json:"conformance,omitempty"`
	}{Report: process.Discover(l), Bottlenecks: []process.Edge{}}
	r := out.Report
	r.From, r.To = r.From.In(zone), r.To.In(zone)
	if plan != nil {
		plan.Mark(&r.Graph)
		out.Conformance = process.Conform(l, *plan, nil)
	}
	for _, e := range r.Edges {
		if e.Bottleneck {
			out.Bottlenecks = append(out.Bottlenecks, e)
		}
	}
	slices.SortFunc(out.Bottlenecks, func(a, b process.Edge) int { return int(1e9 * (b.WaitShare - a.WaitShare)) })
	fmt.Fprintf(os.Stderr, "%d events of %d cases in %.1f s.\n", r.Events, r.Cases, time.Since(since).Seconds())
	if m := r.Moved; m.Events > 0 {
		fmt.Fprintf(os.Stderr, "In %d cases, %d events stood after later ones of their case; they were put in the order of their times. One such case is %s.\n", m.Cases, m.Events, m.Example)
	}
	if err := c.write(l, r, zone); err != nil {
		return err
	}
	if c.JSON {
		out.EdgesTotal = len(r.Edges)
		r.Edges = r.Edges[:min(len(r.Edges), printedEdges)]
		w := json.NewEncoder(os.Stdout)
		w.SetEscapeHTML(false)
		return w.Encode(out)
	}
	return printProcess(os.Stdout, r, out.Bottlenecks, out.Conformance)
}

// read reads all events, or refuses the file with its wrong rows named.
func (c processCmd) read(ctx context.Context, zone *time.Location) (*process.Log, error) {
	t, err := table.Open(c.Events)
	if err != nil {
		return nil, err
	}
	defer t.Close() //nolint:errcheck // only read
	sayEncoding(c.Events, t)
	fields := []string{"case", "activity", "time", "resource"}
	m, err := table.ParseMapping(c.Map, t.Header, fields)
	if err != nil {
		return nil, err
	}
	if guessed := m.Guess(t.Header, usualEvents); len(guessed) > 0 {
		for i, field := range guessed {
			guessed[i] = field + "=" + t.Header[m[field]]
		}
		fmt.Fprintf(os.Stderr, "Read as: %s. If that is wrong, say so with --map.\n", strings.Join(guessed, ", "))
	}
	for _, field := range fields[:3] {
		if _, ok := m[field]; !ok {
			return nil, fmt.Errorf("which column has the %s? Say so with --map %s=COLUMN; the header has %q", field, field, t.Header)
		}
	}
	l, wrong, shown := &process.Log{}, 0, time.Now()
	for rows := 0; ; rows++ {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = addEvent(l, m, row, zone)
		}
		switch {
		case err != nil && row.Line == 0: // of the whole file
			return nil, err
		case errors.Is(err, process.ErrTooLarge), errors.Is(err, process.ErrActivities):
			return nil, fmt.Errorf("line %d: %s", row.Line, plain(err))
		}
		if err != nil {
			if wrong++; wrong <= shownLines {
				fmt.Fprintf(os.Stderr, "line %d: %s\n", row.Line, plain(err))
			}
		}
		if rows%65536 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if now := time.Now(); now.Sub(shown) > 2*time.Second {
				shown = now
				fmt.Fprintf(os.Stderr, "%d rows read\n", rows)
			}
		}
	}
	sayMixed(c.Events, t)
	if wrong > 0 {
		if wrong > shownLines {
			fmt.Fprintf(os.Stderr, "… and %d more rows\n", wrong-shownLines)
		}
		return nil, fmt.Errorf("%d rows are wrong, so nothing was done: mend them, or take them out", wrong)
	}
	if l.Events() == 0 {
		return nil, errors.New("the file has a header and no events")
	}
	return l, nil
}

func addEvent(l *process.Log, m table.Mapping, row table.Row, zone *time.Location) error {
	e := process.Event{Case: m.Get(row, "case"), Activity: m.Get(row, "activity"), Resource: m.Get(row, "resource")}
	// Nothing can be left out where what follows what is counted.
	if s := m.Get(row, "time"); !table.NoTime(s) {
		var err error
		if e.Time, err = table.ParseTime(s, zone); err != nil {
			return fmt.Errorf("%q: %s", shown(s), plain(err))
		}
	}
	return l.Add(e)
}

// readPlan reads which step may follow which.
func readPlan(path string) (*process.Model, error) {
	t, err := table.Open(path)
	if err != nil {
		return nil, err
	}
	defer t.Close() //nolint:errcheck // only read
	m, err := table.ParseMapping("", t.Header, []string{"from", "to"})
	if err != nil {
		return nil, err
	}
	if len(m) < 2 {
		return nil, fmt.Errorf("a plan has the columns from and to; this one has %q", t.Header)
	}
	p := &process.Model{Follows: map[string][]string{}}
	for {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %s", row.Line, plain(err))
		}
		switch from, to := m.Get(row, "from"), m.Get(row, "to"); {
		case from == "" && to == "":
		case from == "":
			p.Starts = append(p.Starts, to)
		case to == "":
			p.Ends = append(p.Ends, from)
		default:
			p.Follows[from] = append(p.Follows[from], to)
		}
	}
	if len(p.Follows) == 0 {
		return nil, errs.New(errs.Invalid, "table.empty")
	}
	return p, nil
}

// write writes the files that are asked for, each whole or not at all.
func (c processCmd) write(l *process.Log, r *process.Report, zone *time.Location) error {
	if c.SVG != "" {
		detail := r.Readable()
		if c.Detail != nil {
			detail = *c.Detail
		}
		labels, title := process.Chinese, "流程图："
		if c.Lang == "en" {
			labels, title = process.English, "Process: "
		}
		title += r.From.In(zone).Format(time.DateOnly) + " – " + r.To.In(zone).Format(time.DateOnly)
		svg := process.SVG(r.Simplify(detail), process.Drawing{Labels: labels, Title: title, ID: "process"})
		if err := whole(c.SVG, func(w io.Writer) error { _, err := w.Write(svg); return err }); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		path  string
		write func(io.Writer, *process.Log, *time.Location) error
	}{{c.XES, process.WriteXES}, {c.OCEL, process.WriteOCEL}} {
		if f.path == "" {
			continue
		}
		if err := whole(f.path, func(w io.Writer) error { return f.write(w, l, zone) }); err != nil {
			return err
		}
	}
	return nil
}

// whole writes a file beside its place and puts it there when it is complete.
func whole(path string, write func(io.Writer) error) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err = errors.Join(write(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, path)
}

// printProcess tells a person the most important of a report.
func printProcess(out io.Writer, r *process.Report, slow []process.Edge, c *process.Conformance) error {
	const listed = 10
	w := bufio.NewWriter(out)
	p := func(format string, args ...any) { fmt.Fprintf(w, format, args...) }
	en := process.English
	p("%d events, %d cases, %d activities, %d ways between them; from first to last event: half within %s, 90 %% within %s\n",
		r.Events, r.Cases, len(r.Activities), len(r.Edges), en.Wait(r.Duration.Median), en.Wait(r.Duration.P90))
	p("\nWhat follows what\n")
	for _, e := range r.Edges[:min(len(r.Edges), 2*listed)] {
		p("%9d  %s → %s: half within %s, 90 %% within %s", e.Count, e.From, e.To, en.Wait(e.Median), en.Wait(e.P90))
		for _, m := range []struct {
			is   bool
			word string
		}{{e.Bottleneck, "bottleneck"}, {e.Return, "back"}, {e.Deviates, "not planned"}} {
			if m.is {
				p("  %s", m.word)
			}
		}
		p("\n")
	}
	if len(slow) > 0 {
		p("\nWhere the time goes\n")
		for _, e := range slow {
			p("%7.1f %%  %s → %s: median %s\n", 100*e.WaitShare, e.From, e.To, en.Wait(e.Median))
		}
	}
	p("\n%d variants\n", r.VariantsTotal)
	for _, v := range r.Variants[:min(len(r.Variants), listed)] {
		p("%7.1f %%  %s (median %s, such as %s)\n", 100*v.Share, strings.Join(v.Activities, " → "), en.Wait(v.Median), v.Example)
	}
	if len(r.Loops) > 0 {
		p("\nThere and back again\n")
		for _, l := range r.Loops[:min(len(r.Loops), listed)] {
			through := ""
			if l.Through != "" {
				through = " through " + l.Through
			}
			p("%9d  %s → %s → %s%s, in %d cases, such as %s\n", l.Count, l.A, l.B, l.A, through, l.Cases, l.Example)
		}
	}
	if len(r.Rework) > 0 {
		p("\nDone again\n")
		for _, a := range r.Rework[:min(len(r.Rework), listed)] {
			p("%9d  %s, in %d cases (%.1f %% of those that have it), up to %d times, as in %s\n", a.Repeats, a.Activity, a.Cases, 100*a.Share, a.Most, a.Example)
		}
	}
	if c != nil {
		p("\nAgainst the plan: %.1f %% of the steps, %d of %d cases keep to it; %d are not at an end\n", 100*c.Fitness, c.Fitting, c.Cases, c.Unfinished)
		for _, d := range c.Deviations[:min(len(c.Deviations), listed)] {
			from := d.From
			if from == "" {
				from = "begins with"
			}
			p("%9d  %s → %s, in %d cases, such as %s\n", d.Count, from, d.To, d.Cases, strings.Join(d.Examples, ", "))
		}
	}
	return w.Flush()
}
