package supervision

import (
	"context"
	"slices"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// ProgrammeID names a programme.
type ProgrammeID string

// A Programme is a problem that keeps coming back, taken on as a whole: whose
// it is, what is done by when, and how many spoke of it before and after.
// Whoever has spoken of it since Since is told when its cause is gone.
type Programme struct {
	ID         ProgrammeID
	Month      string // YYYY-MM
	Unit       org.UnitID
	By         access.StaffID
	At         time.Time
	Title      org.Name
	Categories []org.CategoryID
	Areas      []org.AreaID // and those inside; empty for the whole city
	Since      time.Time    // whoever has spoken of it since
	Cause      string       // why it keeps coming back
	Milestones []Milestone
	Ended      bool
	EndedAt    time.Time
	Result     org.Name // what everybody is told when the cause is gone
}

// A Milestone is a step of the plan.
type Milestone struct {
	Text   string    `json:"text"`
	Due    time.Time `json:"due"`
	DoneAt time.Time `json:"done_at,omitzero"`
}

// MaxMilestones is how many steps a plan has at most.
const MaxMilestones = 20

// A ProgrammeDraft is a programme as somebody proposes it. Dates are days of
// the city, YYYY-MM-DD.
type ProgrammeDraft struct {
	Month      string
	Unit       org.UnitID
	Title      org.Name
	Categories []org.CategoryID
	Areas      []org.AreaID
	Since      string
	Cause      string
	Steps      []StepDraft
}

// A StepDraft is a step of a plan and the day it is done by.
type StepDraft struct{ Text, Day string }

// Propose begins a programme.
func (s *Service) Propose(ctx context.Context, by access.Actor, d ProgrammeDraft) (Programme, error) {
	if err := by.Can(access.OrderGive, access.Resource{Type: access.CityType}); err != nil {
		return Programme{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return Programme{}, err
	}
	now := s.now()
	p := Programme{ID: ProgrammeID(ids.New(now)), Month: d.Month, Unit: d.Unit, By: by.Staff, At: now, Title: d.Title, Areas: d.Areas}
	var list []error
	bad := func(field, key string, args ...any) { list = append(list, errs.Field(field, key, args...)) }
	if _, err := time.Parse("2006-01", d.Month); err != nil {
		bad("month", "programme.bad_month")
	}
	if unit, ok := city.Unit(d.Unit); !ok || unit.Type == org.Hotline {
		bad("unit", "order.no_unit")
	}
	p.Title.ZH, p.Title.EN = strings.TrimSpace(d.Title.ZH), strings.TrimSpace(d.Title.EN)
	if p.Title.ZH == "" || p.Title.EN == "" {
		bad("title", "programme.no_title")
	}
	for _, id := range d.Categories {
		if id == "" {
			continue
		}
		if _, ok := city.Catalogue.Category(id); !ok {
			bad("categories", "programme.no_category")
			continue
		}
		p.Categories = append(p.Categories, id)
	}
	if len(p.Categories) == 0 {
		bad("categories", "programme.no_category")
	}
	p.Areas = slices.DeleteFunc(p.Areas, func(a org.AreaID) bool { return a == "" })
	for _, id := range p.Areas {
		if _, ok := city.Area(id); !ok {
			bad("areas", "programme.no_area")
		}
	}
	loc := city.Calendar.Location()
	if p.Since, err = time.ParseInLocation(time.DateOnly, d.Since, loc); err != nil || p.Since.After(now) {
		bad("since", "programme.bad_since")
	}
	p.Since = p.Since.UTC()
	if p.Cause, err = words("cause", d.Cause); err != nil {
		list = append(list, err)
	}
	for _, m := range d.Steps {
		if strings.TrimSpace(m.Text) == "" && m.Day == "" {
			continue
		}
		due, err := time.ParseInLocation(time.DateOnly, m.Day, loc)
		if strings.TrimSpace(m.Text) == "" || err != nil {
			bad("step", "programme.bad_step")
			break
		}
		p.Milestones = append(p.Milestones, Milestone{Text: strings.TrimSpace(m.Text), Due: due.AddDate(0, 0, 1).UTC()})
	}
	if len(p.Milestones) == 0 || len(p.Milestones) > MaxMilestones {
		bad("step", "programme.no_steps", "Max", MaxMilestones)
	}
	if err := errs.Join(list...); err != nil {
		return Programme{}, err
	}
	return p, s.Store.AddProgramme(ctx, p)
}

// programme is whose it is, for who may do something with it.
func programme(p Programme) access.Resource {
	return access.Resource{Type: access.CityType, Lead: p.Unit}
}

// Reach marks a step of the plan as done, or takes that back.
func (s *Service) Reach(ctx context.Context, by access.Actor, id ProgrammeID, step int, done bool) (Programme, error) {
	now := s.now()
	return s.Store.ChangeProgramme(ctx, id, func(p *Programme) error {
		if err := by.Can(access.OrderAnswer, programme(*p)); err != nil {
			return err
		}
		if p.Ended || step < 0 || step >= len(p.Milestones) {
			return errs.New(errs.Conflict, "order.wrong_state")
		}
		p.Milestones[step].DoneAt = time.Time{}
		if done {
			p.Milestones[step].DoneAt = now
		}
		return nil
	})
}

// End ends a programme whose cause is gone; everybody who spoke of it is told
// the result, in both languages. That needs somebody who may order, not the
// unit that says of itself it is done.
func (s *Service) End(ctx context.Context, by access.Actor, id ProgrammeID, result org.Name) (Programme, error) {
	result.ZH, result.EN = strings.TrimSpace(result.ZH), strings.TrimSpace(result.EN)
	now := s.now()
	return s.Store.ChangeProgramme(ctx, id, func(p *Programme) error {
		if err := by.Can(access.OrderGive, access.Resource{Type: access.CityType}); err != nil {
			return err
		}
		switch {
		case p.Ended:
			return errs.New(errs.Conflict, "order.wrong_state")
		case slices.ContainsFunc(p.Milestones, func(m Milestone) bool { return m.DoneAt.IsZero() }):
			return errs.New(errs.Conflict, "programme.steps_left")
		case result.ZH == "" || result.EN == "":
			return errs.Field("result", "programme.no_result")
		case len([]rune(result.ZH)) > MaxText || len([]rune(result.EN)) > MaxText:
			return errs.Field("result", "order.too_long", "Max", MaxText)
		}
		p.Ended, p.EndedAt, p.Result = true, now, result
		return nil
	}, Happened{Programme: id, What: "ended", ID: ids.New(now)})
}

// Programme returns a programme. They are public.
func (s *Service) Programme(ctx context.Context, id ProgrammeID) (Programme, error) {
	return s.Store.Programme(ctx, id)
}

// Programmes lists the newest programmes. They are public.
func (s *Service) Programmes(ctx context.Context, limit int) ([]Programme, error) {
	return s.Store.Programmes(ctx, limit)
}
