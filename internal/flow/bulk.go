package flow

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/bulk"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/notify"
)

// A Bulks does one thing with many cases.
type Bulks struct {
	*bulk.Service
	Requests *Requests
	Staff    *access.Service
}

// A Planned is a case of a bulk before it is done; of one that its reader may
// not see it has the number alone.
type Planned struct {
	Case  cases.Case
	Wrong string // the key of why it will not be done, or ""
}

// Plan says what would be done with cases, and what would not and why, and
// keeps the former to be begun. Those that are wrong already stay so. Where
// nothing would be done there is no bulk.
func (f *Bulks) Plan(ctx context.Context, by access.Actor, action bulk.Action, note string, list []Planned) (bulk.Bulk, error) {
	if err := bulk.Check(action, note); err != nil {
		return bulk.Bulk{}, err
	}
	city, err := f.Requests.Org.City(ctx)
	if err != nil {
		return bulk.Bulk{}, err
	}
	var items []bulk.Item
	for i, p := range list {
		if p.Wrong != "" {
			continue
		}
		needs, fits := bulkNeeds(action, p.Case)
		switch err := by.Can(needs, p.Case.Resource(city.Directory)); {
		case !fits:
			list[i].Wrong = "bulk.other_state"
		case err != nil:
			list[i].Wrong = errs.Of(err).Key
		default:
			items = append(items, bulk.Item{Case: string(p.Case.ID), Number: string(p.Case.Number), Revision: p.Case.Revision})
		}
	}
	if len(items) == 0 {
		return bulk.Bulk{}, nil
	}
	return f.Propose(ctx, by, action, note, items)
}

// bulkNeeds is what one must be allowed for an action, and whether the case
// is in a state for it.
func bulkNeeds(action bulk.Action, c cases.Case) (access.Action, bool) {
	switch action {
	case bulk.Accept:
		return access.CaseAccept, c.State == cases.Dispatched
	case bulk.Suggested:
		return access.CaseDispatch, c.State == cases.Waiting
	case bulk.Pass:
		if step, may := c.NextStep(); step != "" {
			return may, true
		}
		return access.CaseCheck, false
	}
	return access.CaseNote, c.State != cases.Closed
}

// progressEvery is after how many cases it is kept how far a bulk is.
const progressEvery = 50

// Run does a bulk, as the person who began it is now. It may be cut off and
// begin again: what is done is not done twice, since each case is done only
// as it was seen.
func (f *Bulks) Run(ctx context.Context, job bulk.Run) error {
	b, ok, err := f.Begin(ctx, job.ID)
	if err != nil || !ok {
		return err
	}
	by, err := f.Staff.Actor(ctx, b.By)
	if errs.Is(err, errs.NotFound) { // they have left meanwhile
		return f.left(ctx, b)
	}
	if err != nil {
		return err
	}
	for from := 0; from < len(b.Items); from += progressEvery {
		items := b.Items[from:min(from+progressEvery, len(b.Items))]
		for i := range items {
			if items[i].Done || items[i].Wrong != "" {
				continue
			}
			err := f.do(ctx, by, b, cases.ID(items[i].Case), items[i].Revision)
			if errs.Is(err, errs.Conflict) && f.done(ctx, by, b, cases.ID(items[i].Case)) {
				err = nil // before it was cut off
			}
			if e := errs.Of(err); e != nil {
				items[i].Wrong = e.Key
			} else if err != nil {
				return errors.Join(err, f.Progress(ctx, b.ID, from, items, false))
			}
			items[i].Done = items[i].Wrong == ""
		}
		if err := f.Progress(ctx, b.ID, from, items, from+progressEvery >= len(b.Items)); err != nil {
			return err
		}
	}
	return nil
}

// left ends a bulk of somebody who has left, and tells the heads of their
// unit what of it nobody has done.
func (f *Bulks) left(ctx context.Context, b bulk.Bulk) error {
	who, _, err := f.Staff.One(ctx, access.System(), b.By)
	if err != nil {
		return err
	}
	var numbers []string
	for i, item := range b.Items {
		if !item.Done && item.Wrong == "" {
			b.Items[i].Wrong = "bulk.left"
			numbers = append(numbers, item.Number)
		}
	}
	err = f.Requests.Notify.Send(ctx, "bulk."+b.ID, notify.Notice{
		Unit: who.Unit, Roles: []access.Role{access.SectionHead, access.UnitLeader, access.Supervisor}, Key: "notice.bulk_left_" + string(b.Action), Link: "/work/queue?view=open",
		Args: map[string]string{"Name": who.Name.In("zh"), "Count": strconv.Itoa(len(numbers)), "Numbers": strings.Join(numbers[:min(len(numbers), 5)], ", ")},
	})
	if err != nil {
		return err
	}
	return f.Progress(ctx, b.ID, 0, b.Items, true)
}

// bulkEvents are what the actions do to a case.
var bulkEvents = map[bulk.Action][]cases.EventKind{
	bulk.Accept: {cases.AcceptedBy}, bulk.Suggested: {cases.DispatchedTo}, bulk.Pass: {cases.Checked, cases.Signed, cases.AnsweredWith}, bulk.Note: {cases.Noted},
}

// done reports whether the case has what this bulk does: it was cut off
// between doing it and keeping that it did.
func (f *Bulks) done(ctx context.Context, by access.Actor, b bulk.Bulk, id cases.ID) bool {
	list, err := f.Requests.Cases.Events(ctx, by, id)
	return err == nil && slices.ContainsFunc(list, func(e cases.Event) bool {
		return slices.Contains(bulkEvents[b.Action], e.Kind) && e.By == by.ID() && !e.At.Before(b.At.Truncate(time.Microsecond)) && (b.Note == "" || e.Detail.Text == b.Note)
	})
}

func (f *Bulks) do(ctx context.Context, by access.Actor, b bulk.Bulk, id cases.ID, revision int64) error {
	switch b.Action {
	case bulk.Accept:
		_, err := f.Requests.Cases.Accept(ctx, by, id, revision)
		return err
	case bulk.Pass:
		_, err := f.Requests.Cases.Check(ctx, by, id, revision, true, "")
		return err
	case bulk.Note:
		_, err := f.Requests.Cases.Note(ctx, by, id, revision, b.Note)
		return err
	case bulk.Suggested:
		return f.suggested(ctx, by, id, revision)
	}
	return errs.New(errs.Invalid, "bulk.choose")
}

// suggested dispatches a case to the unit that is proposed for it.
func (f *Bulks) suggested(ctx context.Context, by access.Actor, id cases.ID, revision int64) error {
	c, err := f.Requests.Cases.Case(ctx, by, id)
	if err != nil {
		return err
	}
	if len(c.Parts) == 0 {
		return errs.New(errs.Conflict, "bulk.no_suggestion")
	}
	reading, err := f.Requests.Triage.Store.Reading(ctx, c.Parts[0].Request)
	if errs.Is(err, errs.NotFound) || err == nil && len(reading.Units) == 0 {
		return errs.New(errs.Conflict, "bulk.no_suggestion")
	}
	if err != nil {
		return err
	}
	u := reading.Units[0]
	_, err = f.Requests.Dispatch(ctx, by, id, revision, cases.Dispatching{Unit: u.Unit, Category: u.Category, Helpers: u.Helpers})
	return err
}
