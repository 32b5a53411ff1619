package access

import (
	"context"
	"time"

	"yiwang/internal/base/ids"
)

// A Brought is somebody as a table has them that is brought.
type Brought struct {
	Before Staff // as they were seen; no ID for somebody new
	After  NewStaff
	Left   bool
}

// A Bringing is what a store makes of it; of somebody new with what they sign
// in with.
type Bringing struct {
	Before, After Staff
	Secrets       Secrets
	Link          Link
}

// An Invitation is somebody new and the secret of the link with which they set
// their password.
type Invitation struct {
	Staff  Staff
	Secret string
}

// Bring adds and changes many at once, all or none, and gives the links of who
// is new. Who has left is signed out everywhere.
func (s *Service) Bring(ctx context.Context, by Actor, list []Brought) ([]Invitation, error) {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return nil, err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	var invited []Invitation
	out := make([]Bringing, len(list))
	for i, b := range list {
		if err := s.check(ctx, b.After); err != nil {
			return nil, err
		}
		st := b.Before
		st.Name, st.Unit, st.Roles, st.Area = b.After.Name, b.After.Unit, b.After.Roles, b.After.Area
		switch {
		case !b.Left:
			st.LeftAt = time.Time{}
		case st.LeftAt.IsZero():
			st.LeftAt = now
		}
		out[i] = Bringing{Before: b.Before, After: st}
		if b.Before.ID != "" {
			continue
		}
		n := &out[i]
		n.After.ID, n.After.Login, n.After.MadeAt = StaffID(ids.New(now)), b.After.Login, now
		var err error
		if n.Secrets.TOTP, err = s.newTOTP(n.After); err != nil {
			return nil, err
		}
		var secret string
		secret, n.Link = newLink(n.After.ID, now)
		invited = append(invited, Invitation{n.After, secret})
	}
	defer s.names.Forget()
	return invited, s.Store.Bring(ctx, out, by.ID(), now)
}

// Administrators lists the logins of who can sign in and administer the city.
func (s *Service) Administrators(ctx context.Context, by Actor) ([]string, error) {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return nil, err
	}
	return s.Store.Administrators(ctx)
}
