package flow

import (
	"cmp"
	"context"
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

// Insight finds what many speak of.
type Insight struct {
	*insight.Service
	Cases  *cases.Service
	Intake *intake.Service
	Org    *org.Service
	Now    func() time.Time
}

// FindTopics is the job that looks.
type FindTopics struct{}

// Kind names the job.
func (FindTopics) Kind() string { return "insight.topics" }

const (
	topicDays  = 14
	topicCases = 3_000 // the newest are looked at: the cost does not grow with what is stored
	topicLeast = 3     // people
	topicMost  = 40
	topicEvery = 30 * time.Minute
)

// Handle takes the job and lets it come twice an hour.
func (f *Insight) Handle(q *jobs.Queue) {
	jobs.Handle(q, f.Find)
	q.Repeat(FindTopics{}, func(t time.Time) time.Time { return t.Truncate(topicEvery).Add(topicEvery) })
}

// Find looks at the newest cases and keeps the topics. Reports of wrongdoing
// and complaints about units are not looked at; what is kept of people's words
// is masked.
func (f *Insight) Find(ctx context.Context, _ FindTopics) error {
	city, err := f.Org.City(ctx)
	if err != nil {
		return err
	}
	now := f.Now().UTC().Truncate(time.Microsecond)
	list, messages, err := f.spoken(ctx, now)
	if err != nil {
		return err
	}
	// What people have filed under different categories is not one matter,
	// however alike the ways of speaking are.
	by := map[org.CategoryID][]int{}
	for i, c := range list {
		id := city.Catalogue.Now(c.Category)
		by[id] = append(by[id], i)
	}
	d := insight.Digest{At: now, Days: topicDays, Cases: len(list)}
	for _, members := range by {
		some := make([]topics.Message, len(members))
		of := make([]cases.Case, len(members))
		for i, at := range members {
			some[i], of[i] = messages[at], list[at]
		}
		found, err := topics.Find(ctx, some)
		if err != nil {
			return err
		}
		for _, t := range found {
			if t.Heat.Messages > 1 && t.Heat.People+t.Heat.Likes >= topicLeast {
				d.Topics = append(d.Topics, digested(city, t, of, now))
			}
		}
	}
	slices.SortFunc(d.Topics, func(a, b insight.Topic) int {
		return cmp.Or(cmp.Compare(b.Heat, a.Heat), cmp.Compare(a.Cases[0], b.Cases[0]))
	})
	d.Topics = d.Topics[:min(len(d.Topics), topicMost)]
	return f.Store.Put(ctx, d)
}

// spoken are the newest cases that may be looked at, each with what its first
// resident said; who joined a case agrees.
func (f *Insight) spoken(ctx context.Context, now time.Time) (list []cases.Case, messages []topics.Message, err error) {
	page := cases.Filter{From: now.AddDate(0, 0, -topicDays), Limit: cases.MaxList}
	for len(list) < topicCases {
		found, err := f.Cases.List(ctx, access.System(), page)
		if err != nil {
			return nil, nil, err
		}
		if len(found) == 0 {
			break
		}
		page.After = found[len(found)-1].Cursor()
		of := map[string]cases.Case{}
		var ids []intake.ID
		for _, c := range found {
			if len(c.Parts) > 0 && !c.Restricted && c.About == "" && c.Kind != intake.Report {
				of[c.Parts[0].Request] = c
				ids = append(ids, intake.ID(c.Parts[0].Request))
			}
		}
		said, err := f.Intake.Requests(ctx, access.System(), ids, access.Resource{})
		if err != nil {
			return nil, nil, err
		}
		for _, r := range said {
			c := of[string(r.ID)]
			list = append(list, c)
			messages = append(messages, topics.Message{ID: string(c.ID), Subject: r.Subject, Text: r.Text, Time: c.OpenedAt, Likes: len(c.Parts) - 1})
		}
	}
	return list, messages, nil
}

func digested(city org.City, t topics.Topic, list []cases.Case, now time.Time) insight.Topic {
	out := insight.Topic{
		Title: masked(t.Title), Place: t.Place, Who: t.Who, From: t.From, To: t.To, Heat: t.Heat.Value, People: t.Heat.People + t.Heat.Likes, Peak: t.Heat.Peak,
		Keywords: t.Keywords, ByDay: make([]int, topicDays),
	}
	for _, l := range t.Summary {
		out.Summary = append(out.Summary, masked(l.Text))
	}
	areas, leads := map[org.AreaID]int{}, map[org.UnitID]int{}
	out.Category = city.Catalogue.Now(list[t.Members[0]].Category)
	for _, i := range slices.Backward(t.Members) { // the newest first
		c := list[i]
		out.Cases = append(out.Cases, string(c.Number))
		areas[street(city, c.Area)]++
		if c.Lead != "" {
			leads[c.Lead]++
		}
		switch c.StateAsOf(now) {
		case cases.Answered, cases.Closed:
		default:
			out.OpenCases++
		}
		if day := int(now.Sub(c.OpenedAt) / (24 * time.Hour)); day >= 0 && day < topicDays {
			out.ByDay[topicDays-1-day] += len(c.Parts)
		}
	}
	out.Area, out.Lead = most(areas), most(leads)
	return out
}

// most is the key with the highest count, the first by name of equal ones.
func most[K ~string](count map[K]int) (best K) {
	n := 0
	for k, c := range count {
		if c > n || c == n && cmp.Less(k, best) {
			best, n = k, c
		}
	}
	return best
}

func masked(s string) string { return pii.Mask(s, pii.Find(s)) }
