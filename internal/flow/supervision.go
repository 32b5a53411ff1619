package flow

import (
	"context"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
)

// Supervision tells people of clocks that run out, and of orders and
// programmes.
type Supervision struct {
	*supervision.Service
	Cases  *cases.Service
	Org    *org.Service
	Notify *notify.Service
	Staff  *access.Service
	Now    func() time.Time
}

// Handle says what is done for the jobs of this journey.
func (f *Supervision) Handle(q *jobs.Queue) {
	jobs.Handle(q, f.happened)
	jobs.Handle(q, f.Climb)
	q.Repeat(ClimbLadder{}, func(t time.Time) time.Time { return t.Truncate(climbEvery).Add(climbEvery) })
}

// happened tells the unit of an order, who gave it of the answer, and all who
// spoke of a problem that its cause is gone.
func (f *Supervision) happened(ctx context.Context, job supervision.Happened) error {
	if job.Programme != "" {
		return f.ended(ctx, job.Programme)
	}
	o, err := f.Store.Order(ctx, job.Order)
	if err != nil {
		return err
	}
	city, err := f.Org.City(ctx)
	if err != nil {
		return err
	}
	n := notify.Notice{Key: "notice.order_" + job.What, Args: map[string]string{}, Link: "/work/orders#" + string(o.ID)}
	var list []notify.Notice
	if job.What == "answered" {
		n.Staff = o.By
		list = append(list, n)
	} else {
		for _, up := range city.Up(o.Unit) {
			n.Unit, n.Roles = up, []access.Role{access.SectionHead, access.UnitLeader}
			list = append(list, n)
		}
	}
	return f.Notify.Send(ctx, job.ID, list...)
}

func (f *Supervision) ended(ctx context.Context, id supervision.ProgrammeID) error {
	p, err := f.Store.Programme(ctx, id)
	if err != nil {
		return err
	}
	page, err := f.spoke(ctx, p, p.Since, p.EndedAt)
	if err != nil {
		return err
	}
	page.Limit = cases.MaxList
	for {
		list, err := f.Cases.List(ctx, access.System(), page)
		if err != nil || len(list) == 0 {
			return err
		}
		page.After = list[len(list)-1].Cursor()
		for _, c := range list {
			if c.MergedInto != "" || c.Restricted || c.About != "" {
				continue // told with the group, or nobody may know what they spoke of
			}
			if err := f.Cases.TellCauseGone(ctx, access.System(), c.ID, string(p.ID), p.Result.ZH, p.Result.EN); err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
		}
	}
}

// spoke selects the cases of those who spoke of a programme's problem.
func (f *Supervision) spoke(ctx context.Context, p supervision.Programme, from, to time.Time) (cases.Filter, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return cases.Filter{}, err
	}
	filter := cases.Filter{From: from, To: to}
	for _, id := range p.Categories {
		filter.Categories = append(filter.Categories, city.Catalogue.Under(id)...)
	}
	for _, id := range p.Areas {
		filter.Areas = append(filter.Areas, city.Within(id)...)
	}
	return filter, nil
}

// A MonthCount is how many cases a problem made in a month of the city. The
// last one may not be over.
type MonthCount struct {
	Month string // YYYY-MM
	N     int
}

// maxMonth is where the count of one month ends.
const maxMonth = 10_000

// Months counts, month by month, the cases of a programme's problem: half a
// year before it began, and since.
func (f *Supervision) Months(ctx context.Context, p supervision.Programme) ([]MonthCount, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	const before, most = 6, 24
	loc, now := city.Calendar.Location(), f.Now()
	y, m, _ := p.At.In(loc).Date()
	var list []MonthCount
	for at := time.Date(y, m-before, 1, 0, 0, 0, 0, loc); at.Before(now) && len(list) < most; at = at.AddDate(0, 1, 0) {
		filter, err := f.spoke(ctx, p, at, at.AddDate(0, 1, 0))
		if err != nil {
			return nil, err
		}
		n, err := f.Cases.CountUpTo(ctx, access.System(), filter, maxMonth)
		if err != nil {
			return nil, err
		}
		list = append(list, MonthCount{at.Format("2006-01"), n})
	}
	return list, nil
}
