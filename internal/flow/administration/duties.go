// Package administration is how a city is run without a programmer: its
// duties are changed from a day on, each change a new version of the dispatch
// catalogue with who made it, and the history of before and after is read
// from those versions.
package administration

import (
	"context"
	"embed"
	"errors"
	"reflect"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/law"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// Texts are the messages of this package in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// A Service changes the city.
type Service struct {
	Org      *org.Service
	Law      *law.Service
	Staff    *access.Service
	Cases    *cases.Service
	Versions versions.Store
	Wording  *versions.Value[map[string]map[string]string]
	Now      func() time.Time
	// Knowledge knows which articles of law are cited.
	Knowledge *knowledge.Service

	// Drafts are changes that are worked on; Intake and Classifier read what
	// they are tried on.
	Drafts     drafts.Store
	Intake     *intake.Service
	Classifier func(ctx context.Context) (triage.Classifier, error)
	// Notify tells of a draft whose day came and that is not in force.
	Notify *notify.Service
}

// A DutyChange is what a duty is to be from a day on.
type DutyChange struct {
	Unit            org.UnitID
	Helpers         []org.UnitID
	Accept, Resolve string // limits as calendar.ParseLimit reads them
	From            string // YYYY-MM-DD, today or later; "" is today
}

// A Record is one change of the catalogue's duties.
type Record struct {
	Version       int64
	At            time.Time
	By            string
	Before, After *org.Duty // nil where there was or is none
}

func (s *Service) may(by access.Actor) error {
	return by.Can(access.CityManage, access.Resource{Type: access.CityType})
}

// ChangeDuty makes a duty another's, or gives it other limits, from a day on.
// Until the day before it stays as it was; cases that were sent keep the
// duty they were sent by. seen is the version of the catalogue that who asks
// has looked at.
func (s *Service) ChangeDuty(ctx context.Context, by access.Actor, id org.DutyID, seen int64, d DutyChange) (org.Duty, error) {
	if err := s.may(by); err != nil {
		return org.Duty{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return org.Duty{}, err
	}
	if city.Catalogue.Version > seen { // else what is wrong would be said of a duty that is another now
		return org.Duty{}, errs.New(errs.Conflict, "version.changed")
	}
	if err := alone(city.Policy, "duties"); err != nil {
		return org.Duty{}, err
	}
	next, err := s.check(city, id, &d)
	if err != nil {
		return org.Duty{}, err
	}
	_, err = s.Versions.Change(ctx, org.CatalogueName, seen, by.ID(), s.Now(), func(body []byte) ([]byte, error) {
		c, err := org.DecodeCatalogue(versions.Version{Body: body})
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(c.Duties, func(o org.Duty) bool { return o.ID == id })
		if i < 0 {
			return nil, errs.New(errs.NotFound, "access.not_found")
		}
		if reflect.DeepEqual(differs(c.Duties[i]), differs(next)) {
			return nil, errs.New(errs.Conflict, "duty.same")
		}
		if c.Duties[i].From == d.From { // it begins that day: nothing was done by it before
			c.Duties[i] = next
			c.Duties[i].ID = id
			next = c.Duties[i]
		} else {
			next.ID = successor(c, id, d.From)
			c.Duties[i].To = dayBefore(d.From)
			c.Duties = append(c.Duties, next)
		}
		return org.EncodeCatalogue(c)
	})
	if err != nil {
		return org.Duty{}, err
	}
	s.Org.Forget()
	return next, nil
}

// differs is what of a duty is compared to tell whether it changed.
func differs(d org.Duty) org.Duty {
	d.ID, d.From, d.To = "", "", ""
	if len(d.Helpers) == 0 {
		d.Helpers = nil
	}
	return d
}

// check says everything that is wrong with a change.
func (s *Service) check(city org.City, id org.DutyID, d *DutyChange) (org.Duty, error) {
	old, ok := city.Catalogue.DutyByID(id)
	if !ok {
		return org.Duty{}, errs.New(errs.NotFound, "access.not_found")
	}
	next := old
	next.Unit, next.Helpers = d.Unit, nil
	today := city.Day(s.Now())
	if d.From == "" {
		d.From = today
	}
	var wrong []error
	unit, ok := city.Unit(d.Unit)
	category, _ := city.Catalogue.Category(old.Category)
	switch {
	case !ok || unit.Type == org.Hotline:
		wrong = append(wrong, errs.Field("unit", "duty.no_unit"))
	case city.IsStreet(d.Unit) && !category.StreetOK:
		wrong = append(wrong, errs.Field("unit", "duty.street"))
	}
	for _, h := range d.Helpers {
		switch _, ok := city.Unit(h); {
		case !ok || h == d.Unit && !slices.Contains(old.Helpers, h):
			wrong = append(wrong, errs.Field("helpers", "duty.no_helper"))
		case h != d.Unit && !slices.Contains(next.Helpers, h): // a helper who becomes the lead helps no more
			next.Helpers = append(next.Helpers, h)
		}
	}
	var err error
	if next.Accept, err = calendar.ParseLimit(d.Accept); err != nil || next.Accept.IsZero() {
		wrong = append(wrong, errs.Field("accept", "duty.limit"))
	}
	if next.Resolve, err = calendar.ParseLimit(d.Resolve); err != nil || next.Resolve.IsZero() {
		wrong = append(wrong, errs.Field("resolve", "duty.limit"))
	}
	switch day, err := time.Parse(time.DateOnly, d.From); {
	case err != nil || day.Format(time.DateOnly) != d.From:
		wrong = append(wrong, errs.Field("from", "duty.no_day"))
	case d.From < today:
		wrong = append(wrong, errs.Field("from", "duty.past", "Today", today))
	case old.To != "" && d.From > old.To || d.From < old.From:
		wrong = append(wrong, errs.Field("from", "duty.not_in_force", "From", old.From, "To", old.To))
	}
	next.From = d.From
	return next, errs.Join(wrong...)
}

// successor is the id of a duty that follows another from a day on.
func successor(c *org.Catalogue, id org.DutyID, from string) org.DutyID {
	base := id + org.DutyID("."+from)
	for next := base; ; next += "b" {
		if _, taken := c.DutyByID(next); !taken {
			return next
		}
	}
}

func dayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day // it was checked
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}

// History lists the changes of duties, newest first, at most limit of them,
// from the last hundred versions.
func (s *Service) History(ctx context.Context, by access.Actor, limit int) ([]Record, error) {
	if err := s.may(by); err != nil {
		return nil, err
	}
	list, err := s.Versions.Newest(ctx, org.CatalogueName, 100)
	if err != nil {
		return nil, err
	}
	var records []Record
	for i := 0; i+1 < len(list) && len(records) < limit; i++ {
		after, err1 := org.DecodeCatalogue(list[i])
		before, err2 := org.DecodeCatalogue(list[i+1])
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		for _, r := range changes(before, after) {
			r.Version, r.At, r.By = list[i].Number, list[i].At, list[i].By
			records = append(records, r)
		}
	}
	return records[:min(len(records), limit)], nil
}

// changes compares the duties of two catalogues.
func changes(before, after *org.Catalogue) (list []Record) {
	for _, d := range after.Duties {
		old, had := before.DutyByID(d.ID)
		switch {
		case !had:
			list = append(list, Record{After: &d})
		case !reflect.DeepEqual(old, d):
			list = append(list, Record{Before: &old, After: &d})
		}
	}
	for _, d := range before.Duties {
		if _, has := after.DutyByID(d.ID); !has {
			list = append(list, Record{Before: &d})
		}
	}
	return list
}
