// Package flow holds the journeys that lead through several rooms, one file
// each. A room knows nothing of its neighbours; here they meet.
package flow

import (
	"context"
	"fmt"
	"time"

	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// Requests is the journey of a resident's request:
//
//	portal, workbench or api   somebody says it           intake.Service.Submit
//	job request.submitted      its words are read         triage.Service.Read
//	                           a case waits for dispatch  cases.Service.Open
//	                           and it can be found        intake.Service.Index
//	workbench                  a dispatcher sends it      Dispatch, cases.Service.Dispatch
//	                           units handle, answer       cases.Service.Accept … Check
//	job case.happened          who is concerned is told   notify.Service.Send
//	portal                     the resident confirms      cases.Service.Verdict
type Requests struct {
	Intake *intake.Service
	Triage *triage.Service
	Cases  *cases.Service
	Notify *notify.Service
	Staff  *access.Service
	Org    *org.Service
	Now    func() time.Time
}

// Handle says what is done for the jobs of this journey.
func (f *Requests) Handle(q *jobs.Queue) {
	jobs.Handle(q, f.submitted)
	jobs.Handle(q, f.answered)
	jobs.Handle(q, f.happened)
}

// submitted reads requests that have just come in and opens their cases. It
// may run twice: what is open already is left as it is.
func (f *Requests) submitted(ctx context.Context, job intake.Submitted) error {
	if err := f.open(ctx, job.Requests); err != nil {
		return err
	}
	return f.sendSure(ctx, job.Requests)
}

func (f *Requests) open(ctx context.Context, ids []intake.ID) error {
	list, err := f.Intake.Requests(ctx, access.System(), ids, access.Resource{})
	if err != nil {
		return err
	}
	readings := make(map[string]triage.Reading, len(list))
	openings := make([]cases.Opening, 0, len(list))
	joining := map[cases.Number][]joiner{}
	for _, r := range list {
		reading, err := f.Triage.Read(ctx, Message(r))
		if err != nil {
			return err
		}
		readings[string(r.ID)] = reading
		o := opening(r, reading)
		if r.SameAs != "" {
			joining[cases.Number(r.SameAs)] = append(joining[cases.Number(r.SameAs)], joiner{o, r.Clerk != ""})
			continue
		}
		openings = append(openings, o)
	}
	if err := f.Triage.Keep(ctx, readings); err != nil {
		return err
	}
	for number, join := range joining {
		apart, err := f.join(ctx, number, join)
		if err != nil {
			return err
		}
		openings = append(openings, apart...)
	}
	if _, err := f.Cases.Open(ctx, access.System(), openings); err != nil {
		return err
	}
	return f.Intake.Index(ctx, access.System(), ids)
}

// Message is what there is to read of a request.
func Message(r intake.Request) triage.Message {
	m := triage.Message{
		Request: string(r.ID), Subject: r.Subject, Text: r.Text, Kind: r.Kind, Category: r.Category, Area: r.Area, Address: r.Address, At: r.At,
	}
	if r.Point != nil {
		m.Lat, m.Lon, m.HasPoint = r.Point.Lat, r.Point.Lon, true
	}
	return m
}

func opening(r intake.Request, reading triage.Reading) cases.Opening {
	return cases.Opening{
		Request: string(r.ID), At: r.At, Kind: reading.Kind.Value, Route: org.RouteWork, Category: reading.Category(), Area: reading.Area,
		Address: r.Address, Urgency: reading.Urgency, Channel: r.Channel, Subject: Subject(r), Restricted: reading.Kind.Value == intake.Report,
	}
}

// Subject is what a request is called in lists: its subject, or the beginning
// of its words.
func Subject(r intake.Request) string {
	if r.Subject != "" {
		return r.Subject
	}
	const most = 40
	words := []rune{}
	for _, c := range r.Text {
		if c == '\n' || c == '\r' || c == '\t' {
			c = ' '
		}
		if len(words) == most {
			return string(words) + "…"
		}
		words = append(words, c)
	}
	return string(words)
}

// Write takes down what somebody says on the phone or at the counter and
// reads it at once, so that the clerk sees where it goes.
func (f *Requests) Write(ctx context.Context, by access.Actor, d intake.Draft) (intake.Request, cases.Case, error) {
	r, err := f.Intake.Submit(ctx, by, d)
	if err != nil {
		return r, cases.Case{}, err
	}
	if err := f.open(ctx, []intake.ID{r.ID}); err != nil {
		return r, cases.Case{}, err
	}
	list, err := f.Cases.OfRequest(ctx, access.System(), string(r.ID))
	if err != nil {
		return r, cases.Case{}, err
	}
	if len(list) == 0 {
		return r, cases.Case{}, fmt.Errorf("request %s has no case after it was opened", r.ID)
	}
	return r, list[0], nil
}

// Compare reads the cases that people sent since a time as the classifier in
// force reads them now, and keeps what people made of it as if they had been
// shown that. The classifier must not have learned from them.
func (f *Requests) Compare(ctx context.Context, since time.Time) error {
	page := cases.Filter{From: since, Limit: cases.MaxList}
	for {
		list, err := f.Cases.List(ctx, access.System(), page)
		if err != nil || len(list) == 0 {
			return err
		}
		page.After = list[len(list)-1].Cursor()
		of := map[string]cases.Case{}
		var requests []intake.ID
		for _, c := range list {
			if c.Lead != "" && c.Route == org.RouteWork && c.MergedInto == "" && !c.DispatchedAt.IsZero() {
				of[c.Parts[0].Request] = c
				requests = append(requests, intake.ID(c.Parts[0].Request))
			}
		}
		said, err := f.Intake.Requests(ctx, access.System(), requests, access.Resource{})
		if err != nil {
			return err
		}
		var choices []triage.Choice
		for _, r := range said {
			reading, err := f.Triage.Read(ctx, Message(r))
			if err != nil {
				return err
			}
			c := of[string(r.ID)]
			choice := chosen(c.Parts[0], c, reading, "")
			choice.At = c.DispatchedAt
			choices = append(choices, choice)
		}
		if err := f.Triage.Load(ctx, access.System(), choices); err != nil {
			return err
		}
	}
}

// Reread reads requests once more and keeps the readings, for those that
// were loaded with their cases.
func (f *Requests) Reread(ctx context.Context, requests []string) error {
	ids := make([]intake.ID, len(requests))
	for i, r := range requests {
		ids[i] = intake.ID(r)
	}
	list, err := f.Intake.Requests(ctx, access.System(), ids, access.Resource{})
	if err != nil {
		return err
	}
	readings := make(map[string]triage.Reading, len(list))
	for _, r := range list {
		if readings[string(r.ID)], err = f.Triage.Read(ctx, Message(r)); err != nil {
			return err
		}
	}
	return f.Triage.Keep(ctx, readings)
}
