package access

import (
	"context"
	"time"

	"yiwang/internal/base/errs"
)

// An Identity is an account of a sign-in service that is linked with
// somebody. The service's subject never changes and is never given to
// another; a login might be.
type Identity struct {
	Issuer  string
	Subject string
	Staff   StaffID
	MadeAt  time.Time
	UsedAt  time.Time
}

// An IdentityStore keeps which accounts of sign-in services are whose.
type IdentityStore interface {
	// ByIdentity returns whose account it is, or a NotFound error.
	ByIdentity(ctx context.Context, issuer, subject string) (Staff, error)
	// Link keeps an account as somebody's. If they have another of the same
	// service, or the account is somebody's, it is a Conflict "signin.linked".
	Link(ctx context.Context, i Identity, e Event) error
	// UseIdentity keeps when an account was used.
	UseIdentity(ctx context.Context, issuer, subject string, at time.Time) error
	// Identities lists somebody's accounts.
	Identities(ctx context.Context, id StaffID) ([]Identity, error)
	// Unlink takes somebody's account of a service off.
	Unlink(ctx context.Context, issuer string, e Event) error
}

// SignInAs returns the person whose account of a sign-in service it is. The
// first time, that is the person with the login that the service names; from
// then on the account itself counts. Nobody is made: who does not work here,
// or no longer does, is refused.
func (s *Service) SignInAs(ctx context.Context, issuer, subject, login string) (Staff, error) {
	unknown := errs.New(errs.Denied, "signin.unknown", "Login", login)
	if issuer == "" || subject == "" {
		return Staff{}, unknown
	}
	st, err := s.Store.ByIdentity(ctx, issuer, subject)
	switch {
	case err == nil && !st.LeftAt.IsZero():
		return Staff{}, unknown
	case err == nil:
		return st, s.Store.UseIdentity(ctx, issuer, subject, s.now())
	case !errs.Is(err, errs.NotFound):
		return Staff{}, err
	case login == "":
		return Staff{}, unknown
	}
	st, _, err = s.Store.ByLogin(ctx, login)
	if errs.Is(err, errs.NotFound) || err == nil && !st.LeftAt.IsZero() {
		return Staff{}, unknown
	}
	if err != nil {
		return Staff{}, err
	}
	now := s.now()
	e := s.event(Actor{Staff: st.ID}, st.ID, Linked, issuer)
	return st, s.Store.Link(ctx, Identity{Issuer: issuer, Subject: subject, Staff: st.ID, MadeAt: now, UsedAt: now}, e)
}

// Identities lists the accounts of sign-in services that are somebody's.
func (s *Service) Identities(ctx context.Context, by Actor, id StaffID) ([]Identity, error) {
	if err := ownOrManaged(by, id); err != nil {
		return nil, err
	}
	return s.Store.Identities(ctx, id)
}

// Unlink takes an account off somebody, for whom the service made another:
// the next that names their login is linked.
func (s *Service) Unlink(ctx context.Context, by Actor, id StaffID, issuer string) error {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return err
	}
	return s.Store.Unlink(ctx, issuer, s.event(by, id, Unlinked, issuer))
}
