package flow

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"yiwang/internal/algo/pii"
	"yiwang/internal/algo/topics"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// Insight finds what the city's messages say together.
type Insight struct {
	*insight.Service
	Cases       *cases.Service
	Intake      *intake.Service
	Org         *org.Service
	Supervision *Supervision
	Now         func() time.Time

	reader reader
}

// FindTopics is the job that looks for what many speak of in a span.
type FindTopics struct {
	Span insight.Span `json:"span"`
}

// Kind names the job.
func (FindTopics) Kind() string { return "insight.topics" }

// Heavy makes a node do one such job at a time.
func (FindTopics) Heavy() {}

const (
	// topicCases is how many are looked at, all or an even sample of the span, so
	// that the cost does not grow with what is stored: all pairs of 4,500 take
	// some seconds and 300 MB.
	topicCases = 4_500
	topicLeast = 3 // people
	topicMost  = 40
	topicEvery = 30 * time.Minute
	// longEvery is how often the longer spans are looked at, which change less.
	longEvery = 2 * time.Hour
)

// Handle takes the jobs and lets them come.
func (f *Insight) Handle(q *jobs.Queue) {
	jobs.Handle(q, f.Find)
	jobs.Handle(q, f.Associate)
	jobs.Handle(q, f.ReadAnswers)
	every := func(d time.Duration) func(time.Time) time.Time {
		return func(t time.Time) time.Time { return t.Truncate(d).Add(d) }
	}
	for _, span := range insight.Spans {
		often := topicEvery
		if span.Days() > insight.Fortnight.Days() {
			often = longEvery
		}
		q.Repeat(FindTopics{span}, every(often))
	}
	q.Repeat(FindAssociations{}, every(associateEvery))
	q.Repeat(ReadAnswers{}, every(readEvery))
	q.Repeat(ReadAnswers{Learn: true}, every(learnAnswersEvery))
}

// Find looks at the cases of a span, or an even sample of them, and keeps the
// topics. Where all are older, the span ends with the newest. Reports of wrongdoing and complaints
// about units are not looked at; what is kept of people's words is masked.
func (f *Insight) Find(ctx context.Context, job FindTopics) error {
	city, err := f.Org.City(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(insight.Spans, job.Span) {
		job.Span = insight.Fortnight // a job queued by an older program
	}
	now := f.Now().UTC().Truncate(time.Microsecond)
	d := insight.Digest{Span: job.Span, At: now, To: now}
	newest, err := f.Cases.List(ctx, access.System(), cases.Filter{Limit: 1})
	if err != nil {
		return err
	}
	length := time.Duration(job.Span.Days()) * 24 * time.Hour
	if len(newest) > 0 && newest[0].OpenedAt.Before(now.Add(-length)) {
		d.To = newest[0].OpenedAt.Add(time.Microsecond)
	}
	list, messages, of, err := f.spoken(ctx, d.To.Add(-length), d.To)
	if err != nil {
		return err
	}
	d.Cases = len(list)
	if of > topicCases {
		d.Of = of
	}
	found, err := matters(ctx, city, list, messages)
	if err != nil {
		return err
	}
	for _, t := range found {
		if t.Heat.People+t.Heat.Likes >= topicLeast {
			d.Topics = append(d.Topics, digested(city, t, list, d, now))
		}
	}
	slices.SortFunc(d.Topics, func(a, b insight.Topic) int {
		return cmp.Or(cmp.Compare(b.Heat, a.Heat), cmp.Compare(a.Cases[0], b.Cases[0]))
	})
	d.Topics = d.Topics[:min(len(d.Topics), topicMost)]
	return f.Store.PutDigest(ctx, d)
}

// matters finds the topics of messages, each of the case at its place. What
// people have put into different categories is not one matter, however alike the
// ways of speaking are: such a topic is looked at again category by category,
// what nobody has looked at yet with the category that most have.
func matters(ctx context.Context, city org.City, list []cases.Case, messages []topics.Message) ([]topics.Topic, error) {
	whole, err := topics.Find(ctx, messages)
	if err != nil {
		return nil, err
	}
	var out []topics.Topic
	var common *topics.Language
	for _, t := range whole {
		by, count := map[org.CategoryID][]int{}, map[org.CategoryID]int{}
		for _, i := range t.Members {
			id := org.CategoryID("")
			if list[i].State != cases.Waiting {
				id = city.Catalogue.Now(list[i].Category)
			}
			by[id] = append(by[id], i)
			if id != "" {
				count[id]++
			}
		}
		if len(count) < 2 {
			out = append(out, t)
			continue
		}
		first := most(count)
		by[first] = append(by[first], by[""]...)
		delete(by, "")
		if common == nil {
			l, err := topics.Learn(ctx, messages)
			if err != nil {
				return nil, err
			}
			common = &l
		}
		for _, id := range slices.Sorted(maps.Keys(by)) {
			part, err := common.Find(ctx, pick(messages, by[id]))
			if err != nil {
				return nil, err
			}
			for _, p := range part {
				out = append(out, renumbered(p, by[id]))
			}
		}
	}
	return out, nil
}

func pick[T any](list []T, at []int) []T {
	out := make([]T, len(at))
	for i, k := range at {
		out[i] = list[k]
	}
	return out
}

// renumbered is a topic of some messages, as one of all.
func renumbered(t topics.Topic, at []int) topics.Topic {
	t.Members = pick(at, t.Members)
	t.Summary = slices.Clone(t.Summary)
	for i := range t.Summary {
		t.Summary[i].Message = at[t.Summary[i].Message]
	}
	return t
}

// spoken are the cases of a time that may be looked at, or an even sample of
// them, each with what its first resident said, and of how many; who joined a
// case agrees.
func (f *Insight) spoken(ctx context.Context, from, to time.Time) (list []cases.Case, messages []topics.Message, all int, err error) {
	drawn, all, err := f.Cases.Evenly(ctx, access.System(), from, to, topicCases)
	if err != nil {
		return nil, nil, 0, err
	}
	for found := range slices.Chunk(drawn, cases.MaxList) {
		of := map[string]cases.Case{}
		var ids []intake.ID
		for _, c := range found {
			if len(c.Parts) > 0 && speaks(c) {
				of[c.Parts[0].Request] = c
				ids = append(ids, intake.ID(c.Parts[0].Request))
			}
		}
		said, err := f.Intake.Requests(ctx, access.System(), ids, access.Resource{})
		if err != nil {
			return nil, nil, 0, err
		}
		for _, r := range said {
			c := of[string(r.ID)]
			list = append(list, c)
			messages = append(messages, topics.Message{ID: string(c.ID), Subject: r.Subject, Text: r.Text, Time: c.OpenedAt, Likes: len(c.Parts) - 1 + int(r.Likes)})
		}
	}
	return list, messages, all, nil
}

// speaks reports whether a case may be looked at together with others: no
// report of wrongdoing, and no complaint about a unit.
func speaks(c cases.Case) bool { return !c.Restricted && c.About == "" && c.Kind != intake.Report }

func digested(city org.City, t topics.Topic, list []cases.Case, d insight.Digest, now time.Time) insight.Topic {
	out := insight.Topic{
		Title: masked(t.Title), Place: t.Place, Who: t.Who, From: t.From, To: t.To, Heat: t.Heat.Value, People: t.Heat.People + t.Heat.Likes, Peak: t.Heat.Peak,
		Keywords: t.Keywords, Bars: make([]int, insight.Bars), Outcomes: map[string]int{},
	}
	for _, l := range t.Summary {
		out.Summary = append(out.Summary, insight.Line{Text: masked(l.Text), Case: string(list[l.Message].Number)})
	}
	first := list[t.Members[0]]
	if len(out.Summary) == 0 { // one message says it alone
		out.Summary = []insight.Line{{Text: masked(first.Subject), Case: string(first.Number)}}
	} else {
		first = list[t.Summary[0].Message]
	}
	if out.Title == "" { // who gives no subject has one on the case, made of the words
		out.Title = masked(first.Subject)
	}
	areas, leads := map[org.AreaID]int{}, map[org.UnitID]int{}
	kinds := map[org.CategoryID]int{}
	length := time.Duration(d.Span.Days()) * 24 * time.Hour
	from := d.To.Add(-length)
	for _, i := range slices.Backward(t.Members) { // the newest first
		c := list[i]
		out.Cases = append(out.Cases, string(c.Number))
		kinds[city.Catalogue.Now(c.Category)]++
		areas[city.Street(c.Area)] += len(c.Parts)
		if c.Lead != "" {
			leads[c.Lead]++
		}
		state := c.StateAsOf(now)
		switch state {
		case cases.Answered, cases.Closed:
			out.Outcomes["outcome."+string(c.Outcome)]++
		default:
			out.OpenCases++
			out.Outcomes["status."+string(state)]++
		}
		bar := int(c.OpenedAt.Sub(from) * insight.Bars / length)
		out.Bars[min(max(bar, 0), insight.Bars-1)] += len(c.Parts)
	}
	out.Category, out.Areas, out.Leads = most(kinds), insight.Counts(areas), insight.Counts(leads)
	return out
}

// most is the key with the highest count, the first by name of equal ones.
func most[K ~string](count map[K]int) (best K) {
	if list := insight.Counts(count); len(list) > 0 {
		return list[0].ID
	}
	return best
}

func masked(s string) string { return pii.Mask(s, pii.Find(s)) }
