package flow

import (
	"context"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/notify"
)

// StandIn lets somebody stand in for who is away on the days from since to
// until, and tells both.
func (f *Requests) StandIn(ctx context.Context, by access.Actor, from, to access.StaffID, since, until time.Time) error {
	d, err := f.Staff.Delegate(ctx, by, from, to, since, until)
	if err != nil {
		return err
	}
	return f.tellBoth(ctx, by, d, "stands_in")
}

// EndStandIn ends that before its time, and tells both.
func (f *Requests) EndStandIn(ctx context.Context, by access.Actor, id string) error {
	d, err := f.Staff.EndDelegation(ctx, by, id)
	if err != nil {
		return err
	}
	return f.tellBoth(ctx, by, d, "stands_in_no_more")
}

// tellBoth tells the two of a delegation, but not who did it.
func (f *Requests) tellBoth(ctx context.Context, by access.Actor, d access.Delegation, what string) error {
	var list []notify.Notice
	for _, id := range []access.StaffID{d.From, d.To} {
		if id != by.Staff {
			list = append(list, notify.Notice{Staff: id, Key: "notice." + what, Link: "/work/me"})
		}
	}
	return f.Notify.Send(ctx, d.ID+"."+what, list...)
}
