package workbench

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
	"yiwang/internal/front/web"
)

// topicCasesShown is how many of a topic's messages its page shows, and how
// many when asked for all.
const (
	topicCasesShown = 12
	topicCasesAll   = 200
)

type topicsView struct {
	page web.Page
	city org.City
	span insight.Span
	d    insight.Digest
}

// topics shows what many speak of.
func (b *Workbench) topics(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := topicsView{page: b.page(ctx, web.T(ctx, "topic.title"), "/work/topics"), span: insight.Span(r.URL.Query().Get("span"))}
	if !slices.Contains(insight.Spans, v.span) {
		v.span = insight.Fortnight
	}
	var err error
	if v.d, err = b.Insight.Digest(ctx, by, v.span); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, http.StatusOK, topicsPage(v))
}

// areas are the people of all topics together, by street.
func (v topicsView) areas(ctx context.Context) mapView {
	sum := map[org.AreaID]int{}
	for _, t := range v.d.Topics {
		for _, a := range t.Areas {
			sum[a.ID] += a.N
		}
	}
	return byStreets(v.city, web.T(ctx, "topic.map"), insight.Counts(sum))
}

func (v topicsView) older() bool { return !v.d.To.IsZero() && v.d.To.Before(v.d.At) }

type topicView struct {
	page  web.Page
	by    access.Actor
	city  org.City
	t     insight.Topic
	d     insight.Digest
	rows  []topicRow
	steps []insight.Step
	names map[access.StaffID]org.Name
	typed url.Values
	wrong map[string]string
}

// A topicRow is a case of a topic with what its first resident said.
type topicRow struct {
	row
	subject, text string
	merge         bool // it can be made one with others, by who looks
}

func (b *Workbench) topic(w http.ResponseWriter, r *http.Request) error {
	return b.renderTopic(w, r, http.StatusOK, nil, nil)
}

func (b *Workbench) renderTopic(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong map[string]string) error {
	ctx := r.Context()
	by := access.From(ctx)
	v := topicView{by: by, typed: typed, wrong: wrong}
	var err error
	if v.t, v.d, err = b.Insight.Topic(ctx, by, r.PathValue("number")); err != nil {
		return err
	}
	v.page = b.page(ctx, v.t.Title, "/work/topics")
	if v.city, err = b.Org.City(ctx); err != nil {
		return err
	}
	shown := topicCasesShown
	if r.URL.Query().Has("all") {
		shown = topicCasesAll
	}
	list, err := b.Insight.TopicCases(ctx, by, v.t, shown)
	if err != nil {
		return err
	}
	now := b.Now()
	for _, c := range list {
		line := topicRow{row: b.row(ctx, v.city, c, now)}
		via := c.Resource(v.city.Directory)
		line.merge = c.Mergeable() && by.Can(access.CaseMerge, via) == nil
		if len(c.Parts) > 0 {
			q, err := b.Intake.Request(ctx, by, intake.ID(c.Parts[0].Request), via)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
			line.subject, line.text = q.Subject, q.Text
		}
		v.rows = append(v.rows, line)
	}
	if v.steps, err = b.Insight.Steps(ctx, by, v.t); err != nil {
		return err
	}
	if v.names, err = b.Staff.Names(ctx); err != nil {
		return err
	}
	return web.Render(ctx, w, status, topicPage(v))
}

func (v topicView) may(a access.Action) bool {
	return v.by.Can(a, access.Resource{Type: access.CityType}) == nil
}

// groupable reports whether two of the cases shown can be made one.
func (v topicView) groupable() bool {
	n := 0
	for _, r := range v.rows {
		if r.merge {
			n++
		}
	}
	return n > 1
}

// chosen reports whether a case is ticked in the form for a group: all that
// can be, to begin with.
func (v topicView) chosen(n cases.Number) bool {
	return v.typed == nil || slices.Contains(v.typed["cases"], string(n))
}

func (v topicView) value(name, has string) string {
	if v.typed.Has(name) {
		return v.typed.Get(name)
	}
	return has
}

func (v topicView) action(name string) string { return "/work/topics/" + v.t.Key() + "/" + name }

// outcomes are how the cases stand, the most first.
func (v topicView) outcomes() []insight.Count[string] { return insight.Counts(v.t.Outcomes) }

// order is what an order about the topic says before somebody writes it.
func (v topicView) order(ctx context.Context) string {
	numbers := v.t.Cases[:min(len(v.t.Cases), 5)]
	return web.T(ctx, "topic.order_text", "Title", v.t.Title, "People", v.t.People, "Cases", len(v.t.Cases), "Numbers", strings.Join(numbers, ", "))
}

// ref is the page of what came of a step.
func ref(s insight.Step) string {
	switch s.What {
	case insight.Grouped:
		return "/work/cases/" + s.Ref
	case insight.Ordered:
		return "/work/orders?all#" + s.Ref
	}
	return "/work/programmes/" + s.Ref
}

// actOnTopic makes cases of a topic one, or orders a unit to see to it.
func (b *Workbench) actOnTopic(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by := access.From(ctx)
	form, err := web.Form(r, "cases")
	if err != nil {
		return err
	}
	t, _, err := b.Insight.Topic(ctx, by, r.PathValue("number"))
	if err != nil {
		return err
	}
	next := "/work/topics/" + t.Key()
	switch r.PathValue("action") {
	case "group":
		var c cases.Case
		if c, err = b.Insight.Group(ctx, by, t, form["cases"]); err == nil {
			next = "/work/cases/" + string(c.Number)
		}
	case "order":
		_, err = b.Insight.Order(ctx, by, t, supervision.Draft{Unit: org.UnitID(form.Get("order_unit")), Text: form.Get("order"), In: form.Get("order_in")})
	default:
		err = errs.New(errs.NotFound, "error.no_page")
	}
	if err == nil {
		return web.See(w, r, next)
	}
	if wrong := web.Messages(ctx, err); wrong != nil {
		return b.renderTopic(w, r, web.Status(err), form, wrong)
	}
	return err
}

// trend says how the last third of a span is beside what was usual before.
func trend(ctx context.Context, d insight.Digest, t insight.Topic) string {
	kind, times := d.Trend(t)
	return web.T(ctx, "topic."+string(kind), "Times", oneDigit(times))
}

func joinNumbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}
