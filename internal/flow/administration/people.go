package administration

import (
	"context"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// inHand selects the open cases that somebody has in hand.
func inHand(id access.StaffID) cases.Filter {
	return cases.Filter{
		Handler: id, Limit: cases.MaxList,
		States: []cases.State{cases.Dispatched, cases.Accepted, cases.Returned, cases.Checking, cases.Contested},
	}
}

// InHand counts the open cases that somebody has in hand, up to cases.MaxList.
func (s *Service) InHand(ctx context.Context, by access.Actor, id access.StaffID) (int, error) {
	if err := by.Can(access.StaffManage, access.Resource{Type: access.CityType}); err != nil {
		return 0, err
	}
	list, err := s.Cases.List(ctx, access.System(), inHand(id))
	return len(list), err
}

// Leave ends somebody's work here. What they have in hand goes to a colleague
// of the unit, or to "", whoever of the unit takes the next step. Asked again
// it goes on where it was interrupted.
func (s *Service) Leave(ctx context.Context, by access.Actor, id, to access.StaffID) error {
	if to != "" {
		if err := s.mayTakeOver(ctx, by, id, to); err != nil {
			return err
		}
	}
	if err := s.Staff.Leave(ctx, by, id); err != nil {
		return err
	}
	filter := inHand(id)
	for {
		list, err := s.Cases.List(ctx, access.System(), filter)
		if err != nil || len(list) == 0 {
			return err
		}
		moved := 0
		for _, c := range list {
			_, err := s.Cases.HandOver(ctx, access.System(), c.ID, 0, to)
			if err != nil && !errs.Is(err, errs.Conflict) { // somebody closed it meanwhile
				return err
			}
			if err == nil {
				moved++
			}
		}
		if moved == 0 {
			return nil
		}
	}
}

func (s *Service) mayTakeOver(ctx context.Context, by access.Actor, id, to access.StaffID) error {
	from, _, err := s.Staff.One(ctx, by, id)
	if err != nil {
		return err
	}
	who, _, err := s.Staff.One(ctx, by, to)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	city, cityErr := s.Org.City(ctx)
	if cityErr != nil {
		return cityErr
	}
	if err != nil || !who.LeftAt.IsZero() || to == id || !slices.Contains(city.Down(from.Unit), who.Unit) {
		return errs.Field("to", "people.bad_to")
	}
	return nil
}
