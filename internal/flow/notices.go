package flow

import (
	"context"
	"slices"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
)

// happened tells those who have the next step what happened. The message has
// the number of the case and no words of the resident.
func (f *Requests) happened(ctx context.Context, job cases.Happened) error {
	c, err := f.Cases.Case(ctx, access.System(), job.Case)
	if err != nil {
		return err
	}
	city, err := f.Org.City(ctx)
	if err != nil {
		return err
	}
	to := func(unit org.UnitID, roles ...access.Role) notify.Notice {
		return notify.Notice{
			Unit: unit, Roles: roles, Key: "notice." + string(job.Event),
			Args: map[string]string{"Number": string(c.Number)}, Link: "/work/cases/" + string(c.Number),
		}
	}
	hotline := city.HotlineUnit().ID
	var list []notify.Notice
	switch job.Event {
	case cases.DispatchedTo, cases.ReturnRefused, cases.Reopened:
		if c.Lead == "" { // what was answered on the spot is to be sent somewhere
			list = append(list, to(hotline, access.Dispatcher))
			break
		}
		if from, err := f.takenFrom(ctx, c, job); err != nil {
			return err
		} else if from != "" { // they no longer see it
			n := to(from, access.Handler, access.SectionHead)
			n.Key, n.Link = "notice.sent_on", "/work/queue"
			list = append(list, n)
		}
		list = append(list, to(c.Lead, access.Handler, access.SectionHead))
		for _, h := range c.Helpers {
			n := to(h, access.Handler, access.SectionHead)
			n.Key = "notice.helping"
			list = append(list, n)
		}
	case cases.HelperAdded:
		for _, h := range c.Helpers {
			list = append(list, to(h, access.Handler, access.SectionHead))
		}
	case cases.TaskGiven:
		e, err := f.event(ctx, c.ID, job.EventID)
		if err != nil {
			return err
		}
		list = append(list, to(e.Detail.To, access.Handler, access.SectionHead))
	case cases.TaskDone, cases.TimeGranted, cases.TimeRefused, cases.ShelfRefused, cases.PutOff, cases.TakenUp:
		list = append(list, to(c.Lead, access.Handler, access.SectionHead))
	case cases.Determined:
		for _, d := range c.Joint {
			for _, u := range d.Unsigned() {
				list = append(list, to(u, access.Handler, access.SectionHead, access.UnitLeader))
			}
		}
	case cases.TimeAsked, cases.ShelfSigned:
		list = append(list, to(hotline, access.Dispatcher, access.Supervisor))
	case cases.ShelfAsked:
		list = append(list, to(c.Lead, access.UnitLeader))
	case cases.DisputedBy:
		list = append(list, to(hotline, access.Dispatcher, access.Supervisor))
	case cases.Convened:
		list = append(list, to(hotline, access.Supervisor), to(c.Lead, access.Handler, access.SectionHead))
		for _, h := range c.Helpers {
			list = append(list, to(h, access.Handler, access.SectionHead))
		}
	case cases.Ruled:
		list = append(list, to(c.Lead, access.Handler, access.SectionHead))
		for _, h := range c.Helpers {
			list = append(list, to(h, access.Handler, access.SectionHead))
		}
	case cases.ExclusionAsked:
		list = append(list, to(hotline, access.Supervisor))
	case cases.ExclusionGranted, cases.ExclusionRefused:
		list = append(list, to(c.Lead, access.SectionHead, access.UnitLeader))
	case cases.ReturnedBy, cases.ContestedBy:
		list = append(list, to(hotline, access.Dispatcher))
	case cases.Replied, cases.Confirmed, cases.WithdrawnBy:
		if c.Lead != "" {
			list = append(list, to(c.Lead, access.Handler))
		}
	case cases.SentBack:
		if c.Handler != "" {
			n := to("", access.Handler)
			n.Staff, n.Roles = c.Handler, nil
			list = append(list, n)
		}
	case cases.Drafted, cases.Checked, cases.Signed:
		switch c.WaitsFor {
		case cases.ForHead:
			list = append(list, to(c.Lead, access.SectionHead))
		case cases.ForLeader:
			list = append(list, to(c.Lead, access.UnitLeader))
		case cases.ForHotline:
			list = append(list, to(hotline, access.Dispatcher))
		}
	}
	return f.Notify.Send(ctx, job.EventID, list...)
}

// takenFrom is the unit that had a case until it was sent elsewhere, or "".
func (f *Requests) takenFrom(ctx context.Context, c cases.Case, job cases.Happened) (org.UnitID, error) {
	if job.Event != cases.DispatchedTo || c.Hops < 2 {
		return "", nil
	}
	e, err := f.event(ctx, c.ID, job.EventID)
	if err != nil || e.Detail.From == e.Detail.To {
		return "", err
	}
	return e.Detail.From, nil
}

// event is one of a case's, zero where it has none with this id.
func (f *Requests) event(ctx context.Context, id cases.ID, event string) (cases.Event, error) {
	list, err := f.Cases.Events(ctx, access.System(), id)
	at := slices.IndexFunc(list, func(e cases.Event) bool { return e.ID == event })
	if at < 0 {
		return cases.Event{}, err
	}
	return list[at], err
}
