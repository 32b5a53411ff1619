package flow

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"yiwang/internal/algo/classify"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// modelName is where the trained classifier is kept in base/versions.
const modelName = "triage.classifier"

// Learning trains the classifier on what people have decided: the categories
// of cases that were sent or answered, each weighted by how it was settled.
type Learning struct {
	Cases    *cases.Service
	Intake   *intake.Service
	Triage   *triage.Service
	Org      *org.Service
	Versions versions.Store
	Now      func() time.Time

	model *versions.Value[*classify.Model]
}

// Learn is the job that trains.
type Learn struct{}

// Kind names the job.
func (Learn) Kind() string { return "triage.learn" }

// Heavy makes a node do one such job at a time.
func (Learn) Heavy() {}

const (
	// learnRows is how many of the newest cases are learned from; older ones
	// tell little about today's catalogue.
	learnRows = 20_000
	// learnLeast is how many there must be.
	learnLeast = 200
	// learnHour is when the day's cases are learned, in the city's time.
	learnHour = 3
	// settledYears is how far back it is looked up how cases were settled.
	settledYears = 2
	// maxModel is the size of a trained classifier in memory, in bytes.
	maxModel = 256 << 20
)

// Handle takes the job and lets it come every night.
func (l *Learning) Handle(q *jobs.Queue) {
	l.model = versions.NewValue(l.Versions, modelName, func(v versions.Version) (*classify.Model, error) {
		return classify.Read(io.LimitReader(flate.NewReader(bytes.NewReader(v.Body)), maxModel))
	})
	jobs.Handle(q, func(ctx context.Context, _ Learn) error {
		_, err := l.Train(ctx)
		return err
	})
	q.Repeat(Learn{}, l.night)
}

func (l *Learning) night(now time.Time) time.Time {
	zone := time.UTC
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if city, err := l.Org.City(ctx); err == nil {
		zone = city.Calendar.Location()
	}
	now = now.In(zone)
	next := time.Date(now.Year(), now.Month(), now.Day(), learnHour, 0, 0, 0, zone)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// Train learns from the newest cases and, if what it learned is better than
// what is in force, puts it in force on all nodes. The zero Trial says that
// there are too few to learn from.
func (l *Learning) Train(ctx context.Context) (Trial, error) {
	return l.train(ctx, time.Time{}, false, access.System().ID())
}

// TrainUntil learns from the newest of the cases opened before a time and puts
// that in force, for a look at how it would have read what came then.
func (l *Learning) TrainUntil(ctx context.Context, until time.Time) (Trial, error) {
	return l.train(ctx, until, true, access.System().ID())
}

// A lesson is a message with the category that people gave it.
type lesson struct {
	classify.Row
	at      time.Time
	area    org.AreaID // the street
	channel string
	by      triage.Settling
}

// lessons are messages with the category that people gave them, newest first,
// at most n of them. What is in question is left out: cases that a unit has
// returned or disputes, and what went out by itself and was found wrong.
func (l *Learning) lessons(ctx context.Context, until time.Time, n int) ([]lesson, error) {
	system := access.System()
	f := cases.Filter{Limit: cases.MaxList, To: until}
	var list []lesson
	city, err := l.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	settled, err := l.Triage.Settled(ctx, system, l.Now().AddDate(-settledYears, 0, 0), 2*n)
	if err != nil {
		return nil, err
	}
	for len(list) < n {
		page, err := l.Cases.List(ctx, system, f)
		if err != nil {
			return nil, fmt.Errorf("cases to learn from: %w", err)
		}
		if len(page) == 0 {
			break
		}
		f.After = page[len(page)-1].Cursor()
		of := map[intake.ID]lesson{}
		var ids []intake.ID
		for _, c := range page {
			if got, ok := learned(city, c, settled); ok {
				id := intake.ID(c.Parts[0].Request)
				ids = append(ids, id)
				of[id] = got
			}
		}
		requests, err := l.Intake.Requests(ctx, system, ids, access.Resource{})
		if err != nil {
			return nil, fmt.Errorf("messages to learn from: %w", err)
		}
		for _, r := range requests {
			got := of[r.ID]
			got.Subject, got.Text, got.channel = r.Subject, r.Text, r.Channel
			list = append(list, got)
		}
	}
	slices.SortStableFunc(list, func(a, b lesson) int { return b.at.Compare(a.at) })
	return list[:min(n, len(list))], nil
}

// learned is what a case teaches, without its words; false if nothing.
func learned(city org.City, c cases.Case, settled map[string]triage.Settled) (lesson, bool) {
	if c.State == cases.Waiting || c.State == cases.Returned || c.Dispute.Open() || len(c.Parts) == 0 || c.Route != org.RouteWork && c.Route != org.RouteAnswered {
		return lesson{}, false
	}
	// What was merged is learned as what it is now. Of one that was split into
	// others, nobody has said which of them it is.
	category := city.Catalogue.Now(c.Category)
	if !city.Catalogue.Leaf(category) {
		return lesson{}, false
	}
	by := triage.Taken
	switch s, ok := settled[c.Parts[0].Request]; {
	case ok && city.Catalogue.Now(s.Category) == category:
		if s.Unfit {
			return lesson{}, false
		}
		by = s.By
	case c.Settled != "": // loaded, or longer ago than is looked at
		by = triage.Ruled
	case len(c.ReturnedBy) > 0:
		by = triage.Decided
	}
	return lesson{
		Row: classify.Row{Label: string(category), Weight: by.Weight()},
		at:  c.OpenedAt, area: city.Street(c.Area), by: by,
	}, true
}

// Known counts the cases there are to learn from so far, and how many there
// must be. It counts no further than that.
func (l *Learning) Known(ctx context.Context, by access.Actor) (known, least int, err error) {
	if err := triage.MayLook(by); err != nil {
		return 0, 0, err
	}
	list, err := l.lessons(ctx, time.Time{}, learnLeast)
	return len(list), learnLeast, err
}

// Classifier gives the trained classifier in force; nil before there is one.
func (l *Learning) Classifier(ctx context.Context) (triage.Classifier, error) {
	m, _, err := l.model.Get(ctx)
	switch {
	case errs.Is(err, errs.NotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("classifier: %w", err)
	}
	return classifier{m}, nil
}

// A classifier is the trained model as package triage asks it.
type classifier struct{ *classify.Model }

// Classify implements triage.Classifier.
func (c classifier) Classify(subject, body string) (list []triage.Scored, words []string) {
	p := c.Predict(subject, body)
	if !p.Known {
		return nil, nil
	}
	for _, t := range p.Top {
		list = append(list, triage.Scored{Category: org.CategoryID(t.Label), Prob: t.Prob})
	}
	return list, p.Words
}
