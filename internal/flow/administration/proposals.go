package administration

import (
	"context"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
)

// Propose makes of a ruling a draft of the duty that holds where the matter
// was: a supervisor may, and an administrator. It changes nothing until it is
// published. name says what it is; a ruling asks once.
func (s *Service) Propose(ctx context.Context, by access.Actor, r cases.Ruling, name string) (drafts.Draft, error) {
	if err := s.mayPublish(by); err != nil {
		return drafts.Draft{}, err
	}
	now, err := s.city(ctx)
	if err != nil {
		return drafts.Draft{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return drafts.Draft{}, err
	}
	duty, ok := city.Duty(r.Category, r.Area, s.Now())
	if !ok {
		return drafts.Draft{}, errs.New(errs.Conflict, "duty.none_there")
	}
	if duty.Unit == r.Lead && slices.Equal(slices.Sorted(slices.Values(r.Helpers)), slices.Sorted(slices.Values(duty.Helpers))) {
		return drafts.Draft{}, errs.New(errs.Conflict, "duty.same")
	}
	list, err := s.Drafts.List(ctx, MaxDrafts)
	if err != nil {
		return drafts.Draft{}, err
	}
	if slices.ContainsFunc(list, func(d drafts.Draft) bool { return d.Name == name && d.State == drafts.Open }) {
		return drafts.Draft{}, errs.New(errs.Conflict, "duty.drafted")
	}
	table, _ := setup.TableByName("duties")
	before := rowBy(table.Rows(now.Folder), string(duty.ID))
	after := slices.Clone(before)
	after[table.Column("unit")], after[table.Column("helpers")] = string(r.Lead), joined(r.Helpers)
	d, err := s.add(ctx, by, name, nil)
	if err != nil {
		return d, err
	}
	return s.Drafts.Change(ctx, d.ID, d.Revision, func(d *drafts.Draft) error {
		return d.Set(by.Staff, []drafts.Change{{Table: table.Name, Key: string(duty.ID), Before: before, After: after}})
	})
}

// joined is units as a cell of a table has them.
func joined(list []org.UnitID) (s string) {
	for i, u := range list {
		if i > 0 {
			s += ","
		}
		s += string(u)
	}
	return s
}
