package flow

import (
	"context"
	"hash/fnv"
	"time"

	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// Answered is the job for requests that another system has answered already:
// each becomes a case with that answer, led by the unit whose the matter is
// here.
type Answered struct {
	Answers []GivenAnswer `json:"answers"`
}

// A GivenAnswer is what a resident was told elsewhere.
type GivenAnswer struct {
	Request intake.ID `json:"request"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

// Kind names the job.
func (Answered) Kind() string { return "request.answered" }

// answered reads the requests and keeps their cases. It may run twice: a
// request that has a case already is left as it is.
func (f *Requests) answered(ctx context.Context, job Answered) error {
	city, err := f.Org.City(ctx)
	if err != nil {
		return err
	}
	given := make(map[intake.ID]GivenAnswer, len(job.Answers))
	list := make([]intake.ID, len(job.Answers))
	for i, a := range job.Answers {
		given[a.Request], list[i] = a, a.Request
	}
	requests, err := f.Intake.Requests(ctx, access.System(), list, access.Resource{})
	if err != nil {
		return err
	}
	readings := make(map[string]triage.Reading, len(requests))
	loaded := make([]cases.Loaded, len(requests))
	for i, r := range requests {
		reading, err := f.Triage.Read(ctx, Message(r))
		if err != nil {
			return err
		}
		readings[string(r.ID)] = reading
		loaded[i] = settled(city, r, reading, given[r.ID])
	}
	if err := f.Triage.Keep(ctx, readings); err != nil {
		return err
	}
	return f.Cases.Load(ctx, access.System(), loaded)
}

// settled is the case of a request that was answered elsewhere. Nobody has
// said whether that solved it, so it counts in no rate.
func settled(city org.City, r intake.Request, reading triage.Reading, a GivenAnswer) cases.Loaded {
	h := fnv.New64a()
	_, _ = h.Write([]byte(r.ID)) // it never fails
	seed := h.Sum64()
	o := opening(r, reading)
	lead := city.HotlineUnit().ID
	if len(reading.Units) > 0 {
		lead = reading.Units[0].Unit
	}
	by := access.System().ID()
	c := cases.Case{
		ID: cases.ID(ids.Seeded(r.At, seed)), State: cases.Answered, Kind: o.Kind, Route: org.RouteWork, Category: o.Category, Area: o.Area, Address: o.Address,
		Urgency: o.Urgency, Channel: o.Channel, Subject: o.Subject, Restricted: o.Restricted, Lead: lead, Catalogue: city.Catalogue.Version,
		OpenedAt: r.At, DispatchedAt: r.At, AnsweredAt: a.At, Outcome: cases.Solved,
		Parts: []cases.Part{{ID: cases.PartID(ids.Seeded(r.At, seed+1)), Request: string(r.ID), At: r.At}},
	}
	event := func(n uint64, at time.Time, kind cases.EventKind, public bool, d cases.Detail) cases.Event {
		return cases.Event{ID: ids.Seeded(at, seed+n), At: at, Kind: kind, By: by, Public: public, Detail: d}
	}
	return cases.Loaded{
		Case: c,
		Events: []cases.Event{
			event(2, r.At, cases.Opened, false, cases.Detail{Category: o.Category}),
			event(3, a.At, cases.AnsweredWith, true, cases.Detail{Text: a.Text, Outcome: cases.Solved, From: lead}),
		},
		Answers: []cases.Answer{{ID: ids.Seeded(a.At, seed+4), At: a.At, By: by, Outcome: cases.Solved, Text: a.Text, ReleasedAt: a.At}},
	}
}
