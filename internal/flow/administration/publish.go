package administration

import (
	"context"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/notify"
)

// A Signing publishes a draft.
type Signing struct {
	Revision int64
	From     string // YYYY-MM-DD, today or later; "" is today
	// Reason is why one person does alone what two should: for going back to an
	// earlier version, and where the city does not ask for two.
	Reason string
}

// maxAhead is how far ahead a draft can be published.
const maxAhead = 366 * 24 * time.Hour

// Publish puts a draft in force, at once or on a day that comes, or gives what
// is wrong with it. It needs somebody who wrote no part of it.
func (s *Service) Publish(ctx context.Context, by access.Actor, id drafts.ID, sign Signing) (Look, error) {
	if err := s.mayPublish(by); err != nil {
		return Look{}, err
	}
	d, err := s.Drafts.Draft(ctx, id)
	if err != nil {
		return Look{}, err
	}
	if d.Revision != sign.Revision { // else what is wrong would be said of another draft
		return Look{}, errs.New(errs.Conflict, "draft.changed")
	}
	l, err := s.Look(ctx, by, d)
	if err != nil || len(l.Problems) > 0 {
		return l, err
	}
	if len(l.Tables) == 0 {
		return l, errs.New(errs.Conflict, "draft.empty")
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	zone := l.Now.Calendar.Location()
	today := now.In(zone).Format(time.DateOnly)
	if sign.From == "" {
		sign.From = today
	}
	switch day, err := time.ParseInLocation(time.DateOnly, sign.From, zone); {
	case err != nil || day.Format(time.DateOnly) != sign.From:
		return l, errs.Field("from", "duty.no_day")
	case sign.From < today:
		return l, errs.Field("from", "duty.past", "Today", today)
	case day.Sub(now) > maxAhead:
		return l, errs.Field("from", "draft.far")
	}
	mayAlone := len(d.Restore) > 0 || !l.Now.Directory.Policy.TwoPersons
	change := func(d *drafts.Draft) error { return d.Sign(by.Staff, now, sign.From, sign.Reason, mayAlone) }
	if sign.From > today {
		_, err = s.Drafts.Change(ctx, id, sign.Revision, change)
		return l, err
	}
	return l, s.enforce(ctx, d, l, change)
}

// enforce puts what a draft makes of the city in force.
func (s *Service) enforce(ctx context.Context, d drafts.Draft, l Look, sign func(*drafts.Draft) error) error {
	now := s.Now().UTC().Truncate(time.Microsecond)
	_, err := s.Drafts.Publish(ctx, d.ID, d.Revision, now, l.bodies, func(d *drafts.Draft) error {
		if err := sign(d); err != nil {
			return err
		}
		d.State, d.PublishedAt = drafts.Published, now
		return nil
	})
	if err == nil {
		s.Org.Forget()
		s.Law.Forget()
		s.Wording.Forget()
	}
	return err
}

// tellFailed tells those who wrote and published a draft that its day came and
// it is not in force. A draft that is planned and fails again is told again.
func (s *Service) tellFailed(ctx context.Context, d drafts.Draft) error {
	var list []notify.Notice
	for _, who := range append(slices.Clone(d.Editors), d.By, d.PublishedBy) {
		if who != "" && !slices.ContainsFunc(list, func(n notify.Notice) bool { return n.Staff == who }) {
			list = append(list, notify.Notice{Staff: who, Key: "notice.draft_failed", Args: map[string]string{"Name": d.Name, "Day": d.From}, Link: "/work/admin/drafts/" + string(d.ID)})
		}
	}
	return s.Notify.Send(ctx, "draft failed "+string(d.ID)+" "+strconv.FormatInt(d.Revision, 10), list...)
}

// A Due is the job that puts drafts in force whose day has come.
type Due struct{}

// Kind names the job.
func (Due) Kind() string { return "drafts.due" }

// Due puts drafts in force whose day has come. One that does not fit the city
// any more is open again, and says so.
func (s *Service) Due(ctx context.Context, _ Due) error {
	list, err := s.Drafts.Planned(ctx)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, d := range list {
		city, err := s.Org.City(ctx)
		if err != nil {
			return err
		}
		if d.From > city.Day(s.Now()) {
			continue
		}
		l, err := s.Look(ctx, access.System(), d)
		switch {
		case err != nil:
		case len(l.Problems) > 0 || len(l.Tables) == 0:
			if _, err = s.Drafts.Change(ctx, d.ID, d.Revision, func(d *drafts.Draft) error { return d.Reopen(true) }); err == nil {
				err = s.tellFailed(ctx, d)
			}
		default:
			err = s.enforce(ctx, d, l, func(d *drafts.Draft) error {
				if d.State != drafts.Planned {
					return errs.New(errs.Conflict, "draft.not_planned")
				}
				return nil
			})
		}
		if err != nil && !errs.Is(err, errs.Conflict) { // another node, or a person, was quicker: next time
			return err
		}
	}
	return nil
}
