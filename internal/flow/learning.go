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
// of cases that were sent or answered, with every correction in them.
type Learning struct {
	Cases    *cases.Service
	Intake   *intake.Service
	Org      *org.Service
	Versions versions.Store
	Now      func() time.Time

	model *versions.Value[*classify.Model]
}

// Learn is the job that trains.
type Learn struct{}

// Kind names the job.
func (Learn) Kind() string { return "triage.learn" }

const (
	// learnRows is how many of the newest cases are learned from; older ones
	// tell little about today's catalogue.
	learnRows = 20_000
	// learnLeast is how many there must be.
	learnLeast = 200
	// learnHour is when the day's cases are learned, in the city's time.
	learnHour = 3
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
// what is in force, puts it in force on all nodes. It gives how many messages
// it learned from: 0 when there are too few.
func (l *Learning) Train(ctx context.Context) (int, error) {
	t, err := l.train(ctx, time.Time{}, false, access.System().ID())
	return t.Rows, err
}

// TrainUntil learns from the newest of the cases opened before a time and puts
// that in force, for a look at how it would have read what came then.
func (l *Learning) TrainUntil(ctx context.Context, until time.Time) (int, error) {
	t, err := l.train(ctx, until, true, access.System().ID())
	return t.Rows, err
}

// A lesson is a message with the category that people gave it.
type lesson struct {
	classify.Row
	at      time.Time
	area    org.AreaID // the street
	channel string
}

// lessons are messages with the category that people gave them, newest first.
func (l *Learning) lessons(ctx context.Context, until time.Time) ([]lesson, error) {
	system := access.System()
	f := cases.Filter{Limit: cases.MaxList, To: until}
	var list []lesson
	city, err := l.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	for len(list) < learnRows {
		page, err := l.Cases.List(ctx, system, f)
		if err != nil {
			return nil, fmt.Errorf("cases to learn from: %w", err)
		}
		if len(page) == 0 {
			break
		}
		f.After = page[len(page)-1].Cursor()
		of := map[intake.ID]cases.Case{}
		var ids []intake.ID
		for _, c := range page {
			if c.State != cases.Waiting && c.Category != "" && len(c.Parts) > 0 && (c.Route == org.RouteWork || c.Route == org.RouteAnswered) {
				id := intake.ID(c.Parts[0].Request)
				ids = append(ids, id)
				of[id] = c
			}
		}
		requests, err := l.Intake.Requests(ctx, system, ids, access.Resource{})
		if err != nil {
			return nil, fmt.Errorf("messages to learn from: %w", err)
		}
		for _, r := range requests {
			c := of[r.ID]
			list = append(list, lesson{
				// What was merged is learned as what it is now.
				Row: classify.Row{Subject: r.Subject, Text: r.Text, Label: string(city.Catalogue.Now(c.Category))},
				at:  c.OpenedAt, area: street(city, c.Area), channel: r.Channel,
			})
		}
	}
	slices.SortStableFunc(list, func(a, b lesson) int { return b.at.Compare(a.at) })
	return list, nil
}

func street(city org.City, id org.AreaID) org.AreaID {
	for _, a := range city.AreaPath(id) {
		if a.Level == org.LevelStreet {
			return a.ID
		}
	}
	return ""
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
