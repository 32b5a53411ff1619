package flow

import (
	"context"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/triage"
)

// Dispatch sends a case to a unit and keeps what was made of the suggestion.
func (f *Requests) Dispatch(ctx context.Context, by access.Actor, id cases.ID, revision int64, to cases.Dispatching) (cases.Case, error) {
	return f.settle(ctx, by, id, "", func() (cases.Case, error) { return f.Cases.Dispatch(ctx, by, id, revision, to) })
}

// RuleReturn decides on a return, and keeps that for the classifier to learn
// from: also where the case stays where it was.
func (f *Requests) RuleReturn(ctx context.Context, by access.Actor, id cases.ID, revision int64, uphold bool, to cases.Dispatching, reason string) (cases.Case, error) {
	return f.settle(ctx, by, id, triage.Decided, func() (cases.Case, error) {
		return f.Cases.RuleReturn(ctx, by, id, revision, uphold, to, reason)
	})
}

// Rule ends a dispute, and keeps that likewise.
func (f *Requests) Rule(ctx context.Context, by access.Actor, id cases.ID, revision int64, r cases.Ruling) (cases.Case, error) {
	return f.settle(ctx, by, id, triage.Ruled, func() (cases.Case, error) { return f.Cases.Rule(ctx, by, id, revision, r) })
}

// settle does what says where a case belongs, and keeps the record of it for
// each of its parts: how the request was read then, and what was chosen.
func (f *Requests) settle(ctx context.Context, by access.Actor, id cases.ID, how triage.Settling, do func() (cases.Case, error)) (cases.Case, error) {
	before, err := f.Cases.Case(ctx, by, id)
	if err != nil {
		return before, err
	}
	after, err := do()
	if err != nil {
		return after, err
	}
	for _, p := range before.Parts {
		reading, err := f.Triage.Store.Reading(ctx, p.Request)
		if errs.Is(err, errs.NotFound) {
			if how == "" { // loaded without being read: nothing was suggested
				continue
			}
			err = nil
		}
		if err != nil {
			return after, err
		}
		if err := f.Triage.Chose(ctx, by, chosen(p, after, reading, how), access.Resource{Type: access.CaseType}); err != nil {
			return after, err
		}
	}
	return after, nil
}

// chosen is what was made of the reading of a part of a case that was sent; how
// is "" for a person who sent it.
func chosen(p cases.Part, c cases.Case, r triage.Reading, how triage.Settling) triage.Choice {
	return triage.Choice{Request: p.Request, Case: string(c.ID), By: how, Chosen: c.Lead, ChosenCategory: c.Category, Reading: r}
}
