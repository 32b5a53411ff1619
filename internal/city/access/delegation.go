package access

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/org"
)

// A Delegation says that somebody stands in for a colleague who is away. In
// its time they see and do what the colleague has in hand, in the colleague's
// name. It gives them nothing that their own roles do not, but for the area
// that a leader sees, and it ends by itself.
type Delegation struct {
	ID       string
	From, To StaffID
	Since    time.Time
	Until    time.Time // not any more
	MadeAt   time.Time
	MadeBy   string
	EndedAt  time.Time // when it was ended before Until, else zero
	EndedBy  string
}

// InForce reports whether the delegation holds now.
func (d Delegation) InForce(now time.Time) bool {
	return d.EndedAt.IsZero() && !now.Before(d.Since) && now.Before(d.Until)
}

// Open reports whether the delegation holds now or will.
func (d Delegation) Open(now time.Time) bool { return d.EndedAt.IsZero() && now.Before(d.Until) }

// MaxAway is the longest a delegation can be, in days: who is away for longer
// hands their work over.
const MaxAway = 92

// A DelegationStore keeps who stands in for whom.
type DelegationStore interface {
	// Delegate keeps d if check agrees to those of either person that have
	// not ended by d.Since. Two at once that name one person wait for each other.
	Delegate(ctx context.Context, d Delegation, check func(others []Delegation) error) error
	// Delegation returns one or a NotFound error.
	Delegation(ctx context.Context, id string) (Delegation, error)
	// EndDelegation ends one before its time; one that is over stays as it is.
	EndDelegation(ctx context.Context, id, by string, at time.Time) error
	// Delegations lists the newest of somebody, given or taken.
	Delegations(ctx context.Context, id StaffID, limit int) ([]Delegation, error)
	// StandsIn lists those in force in which somebody stands in for others.
	StandsIn(ctx context.Context, id StaffID, now time.Time) ([]Delegation, error)
}

// Delegate lets to stand in for from on the days from since to until, both
// included. The person decides, or an administrator.
func (s *Service) Delegate(ctx context.Context, by Actor, from, to StaffID, since, until time.Time) (Delegation, error) {
	if err := ownOrManaged(by, from); err != nil {
		return Delegation{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return Delegation{}, err
	}
	now := s.now()
	d := Delegation{ID: ids.New(now), From: from, To: to, MadeAt: now, MadeBy: by.ID()}
	where := city.Calendar.Location()
	today := startOfDay(now.In(where))
	var wrong []error
	switch {
	case since.IsZero():
		wrong = append(wrong, errs.Field("since", "delegation.no_since"))
	case startOfDay(since).Before(today):
		wrong = append(wrong, errs.Field("since", "delegation.past"))
	}
	switch {
	case until.IsZero():
		wrong = append(wrong, errs.Field("until", "delegation.no_until"))
	case until.Before(since):
		wrong = append(wrong, errs.Field("until", "delegation.order"))
	case !since.IsZero() && until.After(since.AddDate(0, 0, MaxAway-1)):
		wrong = append(wrong, errs.Field("until", "delegation.long", "Days", MaxAway))
	}
	giver, err := s.standing(ctx, from)
	if err != nil {
		return Delegation{}, err
	}
	taker, err := s.standing(ctx, to)
	switch {
	case err != nil && !errs.Is(err, errs.NotFound):
		return Delegation{}, err
	case from == to:
		wrong = append(wrong, errs.Field("stand_in", "delegation.self"))
	case err != nil || !fits(city, giver, taker):
		wrong = append(wrong, errs.Field("stand_in", "delegation.bad_to"))
	}
	if err := errs.Join(wrong...); err != nil {
		return Delegation{}, err
	}
	d.Since, d.Until = startOfDay(since), startOfDay(until).AddDate(0, 0, 1)
	return d, s.Store.Delegate(ctx, d, func(others []Delegation) error { return crosses(d, others) })
}

// standing is somebody who works here, or a NotFound error.
func (s *Service) standing(ctx context.Context, id StaffID) (Staff, error) {
	st, _, err := s.Store.Staff(ctx, id)
	if err == nil && !st.LeftAt.IsZero() {
		err = errs.New(errs.NotFound, "staff.not_found")
	}
	return st, err
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// fits reports whether to may stand in for from: somebody of the same unit
// with all of their roles, or a section head of their unit or one above it,
// for a handler.
func fits(city org.City, from, to Staff) bool {
	if from.ID == to.ID || !from.LeftAt.IsZero() || !to.LeftAt.IsZero() || len(from.Roles) == 0 {
		return false
	}
	if from.Unit == to.Unit && !slices.ContainsFunc(from.Roles, func(r Role) bool { return !slices.Contains(to.Roles, r) }) {
		return true
	}
	handles := !slices.ContainsFunc(from.Roles, func(r Role) bool { return r != Handler })
	return handles && slices.Contains(to.Roles, SectionHead) && slices.Contains(city.Up(from.Unit), to.Unit)
}

// crosses refuses a delegation that would leave work with somebody who is
// away: at no time does somebody who is away stand in for another, so that
// there are neither chains nor loops, and nobody has two who stand in.
func crosses(d Delegation, others []Delegation) error {
	for _, o := range others {
		if !o.EndedAt.IsZero() || !o.Since.Before(d.Until) || !d.Since.Before(o.Until) {
			continue
		}
		switch {
		case o.From == d.From:
			return errs.Field("since", "delegation.twice")
		case o.To == d.From:
			return errs.Field("since", "delegation.stands_in")
		case o.From == d.To:
			return errs.Field("stand_in", "delegation.away")
		}
	}
	return nil
}

// EndDelegation ends one before its time. Either of the two may, and an
// administrator.
func (s *Service) EndDelegation(ctx context.Context, by Actor, id string) (Delegation, error) {
	d, err := s.Store.Delegation(ctx, id)
	if err != nil {
		return Delegation{}, err
	}
	if by.Staff == "" || by.Staff != d.From && by.Staff != d.To {
		if by.Can(StaffManage, Resource{Type: CityType}) != nil {
			return Delegation{}, errs.New(errs.NotFound, "access.not_found")
		}
	}
	return d, s.Store.EndDelegation(ctx, id, by.ID(), s.now())
}

// Delegations lists the newest of somebody, given or taken.
func (s *Service) Delegations(ctx context.Context, by Actor, id StaffID) ([]Delegation, error) {
	if err := ownOrManaged(by, id); err != nil {
		return nil, err
	}
	return s.Store.Delegations(ctx, id, 20)
}

// CanStandIn lists who could stand in for somebody.
func (s *Service) CanStandIn(ctx context.Context, by Actor, id StaffID) ([]Staff, error) {
	if err := ownOrManaged(by, id); err != nil {
		return nil, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Store.List(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(st Staff) bool { return st.ID == id })
	if i < 0 {
		return nil, errs.New(errs.NotFound, "staff.not_found")
	}
	from := list[i]
	return slices.DeleteFunc(list, func(st Staff) bool { return !fits(city, from, st) }), nil
}

// standIn adds to an actor those for whom they stand in now. Somebody whose
// unit or roles have changed since stands in no more.
func (s *Service) standIn(ctx context.Context, city org.City, st Staff, a *Actor) error {
	list, err := s.Store.StandsIn(ctx, st.ID, s.now())
	if err != nil {
		return err
	}
	for _, d := range list {
		from, err := s.standing(ctx, d.From)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if !fits(city, from, st) {
			continue
		}
		a.For = append(a.For, from.ID)
		if slices.Contains(from.Roles, Leader) && a.Areas != nil {
			if from.Area == "" {
				a.Areas = nil
			} else {
				a.Areas = append(a.Areas, from.Area)
			}
		}
	}
	return nil
}
