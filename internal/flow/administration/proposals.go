package administration

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// ProposalsName is where proposed changes of duties are kept in base/versions.
const ProposalsName = "org.duty_drafts"

// A Proposal is a change of a duty that a ruling asks for. It changes nothing
// until an administrator makes the change.
type Proposal struct {
	Ruling  string         `json:"ruling"` // names it: a ruling asks once
	Duty    org.DutyID     `json:"duty"`
	Unit    org.UnitID     `json:"unit"`
	Helpers []org.UnitID   `json:"helpers"`
	Matter  string         `json:"matter"`
	By      access.StaffID `json:"by"`
	At      time.Time      `json:"at"`
}

// Propose makes a proposal of a ruling, for the duty that holds where the matter
// was. A supervisor may, and an administrator.
func (s *Service) Propose(ctx context.Context, by access.Actor, r cases.Ruling) (Proposal, error) {
	if s.may(by) != nil {
		if err := by.Can(access.CaseDecide, access.Resource{Type: access.CityType}); err != nil {
			return Proposal{}, err
		}
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return Proposal{}, err
	}
	duty, ok := city.Duty(r.Category, r.Area, s.Now())
	if !ok {
		return Proposal{}, errs.New(errs.Conflict, "duty.none_there")
	}
	helpers := slices.Clone(r.Helpers)
	if duty.Unit == r.Lead && slices.Equal(slices.Sorted(slices.Values(helpers)), slices.Sorted(slices.Values(duty.Helpers))) {
		return Proposal{}, errs.New(errs.Conflict, "duty.same")
	}
	d := Proposal{r.ID, duty.ID, r.Lead, helpers, r.Matter, by.Staff, s.Now().UTC().Truncate(time.Microsecond)}
	return d, s.changeProposals(ctx, by, func(list []Proposal) ([]Proposal, error) {
		if slices.ContainsFunc(list, func(o Proposal) bool { return o.Ruling == d.Ruling }) {
			return nil, errs.New(errs.Conflict, "duty.drafted")
		}
		return append(list, d), nil
	})
}

// Proposals lists the proposals, oldest first.
func (s *Service) Proposals(ctx context.Context, by access.Actor) ([]Proposal, error) {
	if err := s.may(by); err != nil {
		return nil, err
	}
	list, _, err := s.proposals(ctx)
	return list, err
}

// DropProposal takes a proposal off the list: it was made, or is not wanted.
func (s *Service) DropProposal(ctx context.Context, by access.Actor, ruling string) error {
	if err := s.may(by); err != nil {
		return err
	}
	return s.changeProposals(ctx, by, func(list []Proposal) ([]Proposal, error) {
		return slices.DeleteFunc(list, func(d Proposal) bool { return d.Ruling == ruling }), nil
	})
}

func (s *Service) proposals(ctx context.Context) ([]Proposal, int64, error) {
	v, err := s.Versions.Current(ctx, ProposalsName)
	if errs.Is(err, errs.NotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	var list []Proposal
	return list, v.Number, json.Unmarshal(v.Body, &list)
}

// changeProposals changes the list; who was quicker is let through first.
func (s *Service) changeProposals(ctx context.Context, by access.Actor, change func([]Proposal) ([]Proposal, error)) error {
	const tries = 5
	for try := 1; ; try++ {
		list, seen, err := s.proposals(ctx)
		if err != nil {
			return err
		}
		if list, err = change(list); err != nil {
			return err
		}
		body, err := json.Marshal(list)
		if err != nil {
			return err
		}
		err = s.Versions.DB.Write(ctx, func(tx *db.Tx) error {
			latest, err := s.Versions.Latest(ctx, tx, ProposalsName)
			if err == nil && latest != seen {
				err = errs.New(errs.Conflict, "version.changed")
			}
			if err != nil {
				return err
			}
			_, err = s.Versions.Put(ctx, tx, ProposalsName, body, by.ID(), s.Now())
			return err
		})
		if !errs.Is(err, errs.Conflict) || try == tries {
			return err
		}
	}
}
