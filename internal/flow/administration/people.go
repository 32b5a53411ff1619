package administration

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
)

// inHand selects the cases that somebody has in hand: also those that may come
// back to them, being put off or answered.
func inHand(id access.StaffID) cases.Filter {
	return cases.Filter{
		Handler: id, Limit: cases.MaxList,
		States: []cases.State{cases.Dispatched, cases.Accepted, cases.Returned, cases.Checking, cases.Shelved, cases.Answered, cases.Contested},
	}
}

// InHand counts the cases that somebody has in hand, up to cases.MaxList.
func (s *Service) InHand(ctx context.Context, by access.Actor, id access.StaffID) (int, error) {
	if err := by.Can(access.StaffManage, access.Resource{Type: access.CityType}); err != nil {
		return 0, err
	}
	list, err := s.Cases.List(ctx, access.System(), inHand(id))
	return len(slices.DeleteFunc(list, func(c cases.Case) bool { return !returns(c) })), err
}

// returns reports whether a case is somebody's to go on with: what was answered
// on the spot goes to the dispatcher if it comes back.
func returns(c cases.Case) bool { return c.Route == org.RouteWork }

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
	return s.handOver(ctx, id, to)
}

// Change gives somebody another name, unit, other roles or another area. What
// they have in hand and may not go on with goes to whoever of its unit takes
// the next step. Asked again it goes on where it was interrupted.
func (s *Service) Change(ctx context.Context, by access.Actor, id access.StaffID, n access.NewStaff) error {
	if err := s.Staff.Change(ctx, by, id, n); err != nil {
		return err
	}
	return s.handOver(ctx, id, "")
}

// handOver gives what somebody has in hand and may not go on with to a
// colleague, or to "", and tells the units whose cases they are.
func (s *Service) handOver(ctx context.Context, id, to access.StaffID) (err error) {
	actor, err := s.Staff.Actor(ctx, id)
	left := errs.Is(err, errs.NotFound)
	if err != nil && !left {
		return err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return err
	}
	moved := map[org.UnitID]int{}
	defer func() { err = errors.Join(err, s.tellHandedOver(ctx, id, to, moved)) }()
	filter := inHand(id)
	for {
		list, err := s.Cases.List(ctx, access.System(), filter)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, c := range list {
			if !returns(c) || !left && actor.Can(access.CaseDraft, c.Resource(city.Directory)) == nil {
				continue
			}
			_, err := s.Cases.HandOver(ctx, access.System(), c.ID, 0, to)
			if err != nil && !errs.Is(err, errs.Conflict) { // somebody closed it meanwhile
				return err
			}
			if err == nil {
				moved[c.Lead]++
			}
		}
		filter.After = list[len(list)-1].Cursor()
	}
}

// tellHandedOver tells the colleague, or else the units, how many cases of
// somebody are theirs to go on with.
func (s *Service) tellHandedOver(ctx context.Context, id, to access.StaffID, moved map[org.UnitID]int) error {
	if len(moved) == 0 {
		return nil
	}
	who, _, err := s.Staff.One(ctx, access.System(), id)
	if err != nil {
		return err
	}
	var list []notify.Notice
	for unit, n := range moved {
		notice := notify.Notice{
			Unit: unit, Roles: []access.Role{access.Handler, access.SectionHead}, Key: "notice.handed_over", Link: "/work/queue?view=unit",
			Args: map[string]string{"Name": who.Name.In("zh"), "Count": strconv.Itoa(n)},
		}
		list = append(list, notice)
		if to != "" {
			notice.Unit, notice.Roles, notice.Staff, notice.Key, notice.Link = "", nil, to, "notice.handed_to_you", "/work/queue?view=mine"
			list = append(list, notice)
		}
	}
	return s.Notify.Send(ctx, "", list...)
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
