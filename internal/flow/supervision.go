package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
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

// ClimbLadder is the job that tells of clocks that run out.
type ClimbLadder struct{}

// Kind names the job.
func (ClimbLadder) Kind() string { return "supervision.ladder" }

// climbEvery is how often clocks are looked at.
const climbEvery = 5 * time.Minute

// Handle says what is done for the jobs of this journey.
func (f *Supervision) Handle(q *jobs.Queue) {
	jobs.Handle(q, f.happened)
	jobs.Handle(q, f.Climb)
	q.Repeat(ClimbLadder{}, func(t time.Time) time.Time { return t.Truncate(climbEvery).Add(climbEvery) })
}

// Reached is the highest rung whose time has come for a deadline, from 0; -1
// for none.
func Reached(cal *calendar.Calendar, l org.Ladder, due, now time.Time) int {
	at := -1
	for i, r := range l {
		switch {
		case due.IsZero():
			return -1
		case r.Before && cal.Due(now, r.Limit).Before(due):
			return at
		case !r.Before && r.Limit.IsZero() && now.Before(due):
			return at
		case !r.Before && !r.Limit.IsZero() && now.Before(cal.Due(due, r.Limit)):
			return at
		}
		at = i
	}
	return at
}

// deadline is the clock of a case that counts now.
func deadline(city org.City, c cases.Case) time.Time {
	if c.State == cases.Waiting {
		return city.Calendar.Due(c.OpenedAt, city.Policy.Dispatch)
	}
	due, _ := c.Due()
	return due
}

// Climb tells those of the highest rung that each case has reached. Who was
// told of it before is not told again. What it looks at are the cases whose
// clock is over or soon will be, not what is stored.
func (f *Supervision) Climb(ctx context.Context, _ ClimbLadder) error {
	city, err := f.Org.City(ctx)
	if err != nil || len(city.Policy.Ladder) == 0 {
		return err
	}
	now := f.Now()
	soon := now
	for _, r := range city.Policy.Ladder {
		if r.Before {
			soon = later(soon, city.Calendar.Due(now, r.Limit))
		}
	}
	leaders, err := f.leaders(ctx)
	if err != nil {
		return err
	}
	page := cases.Filter{LateAt: soon, Order: cases.ByRisk, Limit: cases.MaxList}
	for {
		list, err := f.Cases.List(ctx, access.System(), page)
		if err != nil || len(list) == 0 {
			return err
		}
		page.After = list[len(list)-1].Cursor()
		for _, c := range list {
			due := deadline(city, c)
			at := Reached(city.Calendar, city.Policy.Ladder, due, now)
			if at < 0 || c.Clocks.Paused(now) {
				continue
			}
			event := fmt.Sprintf("ladder:%s:%d:%d", c.ID, due.Unix(), at)
			if err := f.Notify.Send(ctx, event, f.rung(city, c, at, leaders)...); err != nil {
				return err
			}
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// leaders are the people who lead the whole or a part of the city.
func (f *Supervision) leaders(ctx context.Context) ([]access.Staff, error) {
	list, err := f.Staff.List(ctx, access.System())
	return slices.DeleteFunc(list, func(s access.Staff) bool {
		return !s.LeftAt.IsZero() || !slices.Contains(s.Roles, access.Leader)
	}), err
}

// rung is whom a rung tells of a case.
func (f *Supervision) rung(city org.City, c cases.Case, at int, leaders []access.Staff) []notify.Notice {
	r := city.Policy.Ladder[at]
	key := "notice.ladder_late"
	if r.Before {
		key = "notice.ladder_soon"
	}
	base := notify.Notice{
		Key: key, Args: map[string]string{"Number": string(c.Number), "Rung": strconv.Itoa(at + 1)}, Link: "/work/cases/" + string(c.Number),
	}
	var list []notify.Notice
	unit := func(id org.UnitID, role access.Role) {
		n := base
		n.Unit, n.Roles = id, []access.Role{role}
		list = append(list, n)
	}
	for _, name := range r.Roles {
		switch role := access.Role(name); role {
		case access.Handler, access.SectionHead, access.UnitLeader:
			switch {
			case c.Lead == "":
			case role == access.Handler && c.Handler != "":
				n := base
				n.Staff = c.Handler
				list = append(list, n)
			default:
				for _, up := range city.Up(c.Lead) { // where the person is: the section or what it is a part of
					unit(up, role)
				}
			}
		case access.Leader:
			for _, s := range leaders {
				if s.Area == "" || slices.ContainsFunc(city.AreaPath(c.Area), func(a org.Area) bool { return a.ID == s.Area }) {
					n := base
					n.Staff = s.ID
					list = append(list, n)
				}
			}
		default:
			unit(city.HotlineUnit().ID, role)
		}
	}
	return list
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
