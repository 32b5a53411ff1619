package flow

import (
	"context"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// sendSure sends the requests that the catalogue calls low-risk and the
// reading is sure of, without a person. It may run twice.
func (f *Requests) sendSure(ctx context.Context, ids []intake.ID) error {
	city, err := f.Org.City(ctx)
	if err != nil {
		return err
	}
	list, err := f.Intake.Requests(ctx, access.System(), ids, access.Resource{})
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.ByPerson || r.SameAs != "" {
			continue
		}
		if err := f.sendOne(ctx, city, r); err != nil {
			return err
		}
	}
	return nil
}

func (f *Requests) sendOne(ctx context.Context, city org.City, r intake.Request) error {
	reading, err := f.Triage.Store.Reading(ctx, string(r.ID))
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	to, sure, threshold, ok := triage.Sure(city, reading)
	if !ok {
		return nil
	}
	system := access.System()
	found, err := f.Cases.OfRequest(ctx, system, string(r.ID))
	if err != nil || len(found) != 1 || found[0].State != cases.Waiting || found[0].Reopened > 0 || len(found[0].Parts) != 1 {
		return err
	}
	c := found[0]
	// Kept before it is done: one that is marked and waits still is seen by a
	// dispatcher, one that went without a mark by nobody.
	first, err := f.Triage.Sent(ctx, triage.Automatic{
		Case: string(c.ID), Request: string(r.ID), Unit: to.Unit, Category: to.Category, Prob: float64(sure) / 100, Threshold: threshold,
	})
	if err != nil {
		return err
	}
	if !first {
		if a, err := f.Triage.Store.Automatic(ctx, string(c.ID)); err != nil || a.Asked || !a.CheckedAt.IsZero() {
			return err // it was taken back
		}
	}
	_, err = f.settle(ctx, system, c.ID, triage.ByItself, func() (cases.Case, error) {
		return f.Cases.Dispatch(ctx, system, c.ID, c.Revision, cases.Dispatching{Unit: to.Unit, Helpers: to.Helpers, Category: to.Category, Sure: sure})
	})
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.Invalid) { // a dispatcher was quicker, or the city changed meanwhile
		return f.Triage.Store.NotSent(ctx, string(c.ID))
	}
	return err
}

// SendSure sends a request that was just written down, if it is one that goes
// out without a person.
func (f *Requests) SendSure(ctx context.Context, id intake.ID) error {
	return f.sendSure(ctx, []intake.ID{id})
}

// AskPerson is a resident who wants a person to look at where a program sent
// their case. One that nobody has accepted goes back to the dispatchers;
// another goes on meanwhile, and is on their list.
func (f *Requests) AskPerson(ctx context.Context, by access.Actor, id cases.ID) error {
	c, err := f.Cases.Case(ctx, by, id)
	if err != nil {
		return err
	}
	city, err := f.Org.City(ctx)
	if err != nil {
		return err
	}
	a, err := f.Triage.Automatic(ctx, by, string(id), c.Resource(city.Directory))
	if err != nil {
		return err
	}
	if a.Unit != c.Lead { // a person has sent it elsewhere since
		return errs.New(errs.Conflict, "case.wrong_state")
	}
	if err := f.Triage.Store.Ask(ctx, string(id)); err != nil {
		return err
	}
	if c.State != cases.Dispatched {
		return nil
	}
	if _, err = f.Cases.TakeBack(ctx, by, id, c.Revision, ""); errs.Is(err, errs.Conflict) { // accepted just now
		return nil
	}
	return err
}

// TakeBack is a dispatcher who takes back what went out by itself, which is
// also what they found of it.
func (f *Requests) TakeBack(ctx context.Context, by access.Actor, id cases.ID, revision int64, reason string) (cases.Case, error) {
	before, err := f.Cases.Case(ctx, by, id)
	if err != nil {
		return before, err
	}
	switch a, err := f.Triage.Store.Automatic(ctx, string(id)); {
	case err != nil && !errs.Is(err, errs.NotFound):
		return before, err
	case err != nil, a.Unit != before.Lead:
		return before, errs.New(errs.Conflict, "case.wrong_state")
	}
	c, err := f.Cases.TakeBack(ctx, by, id, revision, reason)
	if err != nil {
		return c, err
	}
	return c, f.Triage.Check(ctx, by, string(id), false)
}
