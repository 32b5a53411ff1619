package flow

import (
	"cmp"
	"context"
	"slices"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// A Story is what a resident sees of a request: their words, the matters in
// it, who holds each and until when, and every step, newest first.
type Story struct {
	Request intake.Request
	Matters []Matter
	Steps   []Step
	Reads   []intake.ContactRead // who looked at the contact data
}

// A Matter is one part of a request with the case that deals with it.
type Matter struct {
	Part    cases.Part
	Case    cases.Case
	Answer  cases.Answer // the last one released, zero before
	Promise Promise
	People  int  // how many share the case
	Why     *Why // nil before it is with a unit
}

// A Promise says in the present who holds a matter, what happens next, and
// until when.
type Promise struct {
	Holder org.UnitID
	Next   string    // dispatch, accept, answer, check, reply, confirm, rule, nothing
	Until  time.Time // zero where there is no limit
}

// A Step is something that happened, or words that were added.
type Step struct {
	At    time.Time
	Part  cases.PartID // "" for all
	Event cases.Event  // zero for words that were added
	Note  intake.Note
}

// Story returns what the holder of a receipt sees.
func (f *Requests) Story(ctx context.Context, code string) (Story, access.Actor, error) {
	r, by, err := f.Intake.ByReceipt(ctx, code)
	if err != nil {
		return Story{}, by, err
	}
	s := Story{Request: r}
	if s.Matters, err = f.matters(ctx, by, r); err != nil {
		return s, by, err
	}
	seen := map[cases.ID]bool{}
	for _, m := range s.Matters {
		if seen[m.Case.ID] {
			continue
		}
		seen[m.Case.ID] = true
		events, err := f.Cases.Events(ctx, by, m.Case.ID)
		if err != nil {
			return s, by, err
		}
		for _, e := range events {
			// Where forty share a case, each sees the steps of all and of their own part.
			if e.Part == "" || e.Part == m.Part.ID {
				s.Steps = append(s.Steps, Step{At: e.At, Part: e.Part, Event: e})
			}
		}
	}
	notes, err := f.Intake.Notes(ctx, by, r.ID, access.Resource{})
	if err != nil {
		return s, by, err
	}
	for _, n := range notes {
		s.Steps = append(s.Steps, Step{At: n.At, Note: n})
	}
	slices.SortStableFunc(s.Steps, func(a, b Step) int { return cmp.Compare(b.At.UnixMicro(), a.At.UnixMicro()) })
	s.Reads, err = f.Intake.Reads(ctx, by, r.ID, access.Resource{})
	return s, by, err
}

func (f *Requests) matters(ctx context.Context, by access.Actor, r intake.Request) ([]Matter, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	list, err := f.Cases.OfRequest(ctx, by, string(r.ID))
	if err != nil {
		return nil, err
	}
	whole, err := f.Cases.OfRequest(ctx, access.System(), string(r.ID)) // with the parts of others, to be counted
	if err != nil {
		return nil, err
	}
	people := map[cases.ID]int{}
	for _, c := range whole {
		people[c.ID] = len(c.Parts)
	}
	var matters []Matter
	for _, c := range list {
		answers, err := f.Cases.Answers(ctx, by, c.ID)
		if err != nil {
			return nil, err
		}
		for _, p := range c.Parts {
			if p.Request != string(r.ID) {
				continue
			}
			m := Matter{Part: p, Case: c, Promise: promise(city, c), People: people[c.ID]}
			for _, a := range answers {
				if !a.ReleasedAt.IsZero() {
					m.Answer = a
				}
			}
			if m.Why, err = f.Why(ctx, by, city, c, string(r.ID)); err != nil {
				return nil, err
			}
			matters = append(matters, m)
		}
	}
	return matters, nil
}

// promise says what the resident can count on. Before dispatch the hotline
// holds it, by the city's own limit.
func promise(city org.City, c cases.Case) Promise {
	hotline := city.HotlineUnit().ID
	switch c.State {
	case cases.Waiting:
		return Promise{hotline, "dispatch", c.Clocks.DispatchDue}
	case cases.Dispatched:
		return Promise{c.Lead, "accept", c.Clocks.ResolveDue}
	case cases.Accepted:
		if c.Asking() {
			return Promise{c.Lead, "reply", c.Clocks.PausedUntil}
		}
		return Promise{c.Lead, "answer", c.Clocks.ResolveDue}
	case cases.Returned:
		return Promise{hotline, "rule", c.Clocks.ResolveDue}
	case cases.Checking:
		return Promise{c.Lead, "check", c.Clocks.ResolveDue}
	case cases.Shelved:
		return Promise{c.Lead, "put_off", c.Shelf.Review}
	case cases.Answered:
		return Promise{c.Lead, "confirm", c.ConfirmUntil}
	case cases.Contested:
		return Promise{hotline, "rule", time.Time{}}
	}
	return Promise{c.Lead, "nothing", time.Time{}}
}
