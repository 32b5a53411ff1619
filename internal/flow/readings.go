package flow

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"yiwang/internal/algo/answers"
	"yiwang/internal/algo/text"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/intake"
)

// ReadAnswers is the job that reads answers that residents were given. With
// Learn it makes anew what they are read with, and goes further back.
type ReadAnswers struct {
	Learn bool `json:"learn,omitempty"`
}

// Kind names the job.
func (ReadAnswers) Kind() string { return "insight.answers" }

// Heavy makes a node do one such job at a time.
func (ReadAnswers) Heavy() {}

const (
	readEvery         = 10 * time.Minute
	learnAnswersEvery = 24 * time.Hour
	// learnedAnswers is how many of the newest are learned from, and the most
	// that are read.
	learnedAnswers = 5_000
	answerPage     = 100
	answerSeed     = 1
)

// ReadAnswers reads the answers that were given since it last did: the newest
// first, page by page, until a page has none that is new.
func (f *Insight) ReadAnswers(ctx context.Context, job ReadAnswers) error {
	_, err := f.Store.ReaderAt(ctx)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if job.Learn || err != nil {
		if err := f.learnAnswers(ctx); err != nil {
			return err
		}
	}
	model, err := f.answerModel(ctx)
	if err != nil {
		return err
	}
	return f.answerPages(ctx, func(list []cases.Released, said map[string]intake.Request) (bool, error) {
		ids := make([]string, len(list))
		for i, r := range list {
			ids[i] = r.ID
		}
		known, err := f.Store.Known(ctx, ids)
		if err != nil {
			return false, err
		}
		var fresh []insight.Reading
		for _, r := range list {
			if q, ok := said[r.Request]; ok && !known[r.ID] {
				fresh = append(fresh, reading(model, r, q))
			}
		}
		return job.Learn || len(fresh) > 0, f.Store.KeepReadings(ctx, fresh)
	})
}

// answerPages calls do with the newest answers and the requests they are to,
// until it says that it is enough.
func (f *Insight) answerPages(ctx context.Context, do func([]cases.Released, map[string]intake.Request) (more bool, err error)) error {
	var last cases.Released
	for n := 0; n < learnedAnswers; n += answerPage {
		list, err := f.Cases.Released(ctx, access.System(), last, answerPage)
		if err != nil || len(list) == 0 {
			return err
		}
		last = list[len(list)-1]
		ids := make([]intake.ID, len(list))
		for i, r := range list {
			ids[i] = intake.ID(r.Request)
		}
		slices.Sort(ids)
		requests, err := f.Intake.Requests(ctx, access.System(), slices.Compact(ids), access.Resource{})
		if err != nil {
			return err
		}
		said := make(map[string]intake.Request, len(requests))
		for _, q := range requests {
			if q.Kind != intake.Report {
				said[string(q.ID)] = q
			}
		}
		more, err := do(list, said)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

func (f *Insight) learnAnswers(ctx context.Context) error {
	var pairs []answers.Pair
	err := f.answerPages(ctx, func(list []cases.Released, said map[string]intake.Request) (bool, error) {
		for _, r := range list {
			if q, ok := said[r.Request]; ok {
				pairs = append(pairs, pair(q, r.Answer))
			}
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	model, err := answers.Learn(pairs, answerSeed).MarshalBinary()
	if err != nil {
		return err
	}
	return f.Store.PutReader(ctx, insight.Reader{At: f.Now().UTC().Truncate(time.Microsecond), Answers: len(pairs), Model: model})
}

// pair is a request with its answer in the language it was written in.
func pair(q intake.Request, a cases.Answer) answers.Pair {
	question := strings.TrimSpace(q.Subject + "\n" + q.Text)
	return answers.Pair{Question: question, Answer: a.In(text.Lang(question))}
}

func reading(m *answers.Model, r cases.Released, q intake.Request) insight.Reading {
	x := m.Read(pair(q, r.Answer))
	found := insight.Found{
		Worth: x.Worth(), Compared: x.Compared, On: x.On, Copied: x.Copied, Own: x.Own, Asked: len(x.Asks), Taken: x.Taken(), Days: r.ReleasedAt.Sub(r.OpenedAt).Hours() / 24,
	}
	for _, k := range x.Marks {
		found.Marks = append(found.Marks, string(k))
	}
	for _, why := range x.Reasons {
		found.Reasons = append(found.Reasons, string(why))
	}
	return insight.Reading{
		Answer: r.ID, Case: string(r.Number), Unit: r.Lead, At: r.ReleasedAt, Look: x.Look(), Late: !r.Due.IsZero() && r.ReleasedAt.After(r.Due), Found: found,
	}
}

// reader is the model in force, as this node knows it.
type reader struct {
	sync.Mutex
	at    time.Time
	model *answers.Model
}

// answerModel is the model in force; before the first one was made, one that
// knows nothing of how answers here are written.
func (f *Insight) answerModel(ctx context.Context) (*answers.Model, error) {
	at, err := f.Store.ReaderAt(ctx)
	if errs.Is(err, errs.NotFound) {
		return &answers.Model{}, nil
	}
	if err != nil {
		return nil, err
	}
	f.reader.Lock()
	defer f.reader.Unlock()
	if f.reader.model != nil && f.reader.at.Equal(at) {
		return f.reader.model, nil
	}
	kept, err := f.Store.Reader(ctx)
	if err != nil {
		return nil, err
	}
	var m answers.Model
	if err := m.UnmarshalBinary(kept.Model); err != nil {
		return nil, err
	}
	f.reader.at, f.reader.model = kept.At, &m
	return &m, nil
}

// A DraftReading is how an answer reads that is still being written.
type DraftReading struct {
	answers.Reading
	Question, Answer string // as they were read
}

// ReadDraft reads what somebody has written of the answer to a case, beside
// what its first resident said.
func (f *Insight) ReadDraft(ctx context.Context, by access.Actor, c cases.Case, draft cases.Answer) (DraftReading, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return DraftReading{}, err
	}
	via := c.Resource(city.Directory)
	if err := by.Can(access.CaseDraft, via); err != nil {
		return DraftReading{}, err
	}
	if len(c.Parts) == 0 {
		return DraftReading{}, errs.New(errs.NotFound, "access.not_found")
	}
	q, err := f.Intake.Request(ctx, by, intake.ID(c.Parts[0].Request), via)
	if err != nil {
		return DraftReading{}, err
	}
	m, err := f.answerModel(ctx)
	if err != nil {
		return DraftReading{}, err
	}
	p := pair(q, draft)
	return DraftReading{m.Read(p), p.Question, p.Answer}, nil
}
