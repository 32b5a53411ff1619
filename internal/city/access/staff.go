package access

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/recent"
	"yiwang/internal/base/seal"
	"yiwang/internal/city/org"
)

// A Staff is somebody who works here.
type Staff struct {
	ID    StaffID
	Login string
	Name  org.Name
	Unit  org.UnitID
	Roles []Role
	Area  org.AreaID // the part of the city a leader sees, "" for all
	// Ready says that a password is set.
	Ready  bool
	MadeAt time.Time
	LeftAt time.Time // zero while they work here
}

// LogValue gives no name.
func (s Staff) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", string(s.ID)), slog.String("unit", string(s.Unit)))
}

// Secrets are what a person signs in with.
type Secrets struct {
	Password string // an argon2id hash, "" until set
	TOTP     []byte // sealed
	// Step is the last time step whose code was taken; no code is taken twice.
	Step int64
}

// A Store keeps staff, their secrets and what was tried. Package accesssql
// has one for both databases.
type Store interface {
	// Add keeps somebody new with a setup link. A login that is taken is a
	// Conflict "staff.login_taken".
	Add(ctx context.Context, s Staff, secrets Secrets, link Link) error
	// AddLink keeps a further link, ends those before it, and keeps that it was
	// made.
	AddLink(ctx context.Context, link Link, e Event) error
	// Load keeps people who can sign in only by the demonstration's buttons.
	Load(ctx context.Context, list []Staff) error
	// Staff, ByLogin and ByLink return somebody with their secrets, or
	// a NotFound error.
	Staff(ctx context.Context, id StaffID) (Staff, Secrets, error)
	ByLogin(ctx context.Context, login string) (Staff, Secrets, error)
	ByLink(ctx context.Context, digest string, now time.Time) (Staff, Secrets, error)
	// List lists everybody, by login.
	List(ctx context.Context) ([]Staff, error)
	// UseLink sets the password and uses up the link, once; it ends every
	// session and keeps that it was done.
	UseLink(ctx context.Context, digest, password string, step int64, e Event) error
	// UseStep takes a time step; false if it, or a later one, was taken before.
	UseStep(ctx context.Context, id StaffID, step int64) (bool, error)
	// Change calls change with somebody as they are and how many others can
	// sign in and administer the city, and keeps what it makes of them, with
	// who did it.
	// Who leaves is signed out everywhere and stands in for nobody.
	Change(ctx context.Context, id StaffID, by string, now time.Time, change func(st *Staff, administrators int) error) error
	// Bring adds and changes many, all or none, with who did it. Where somebody
	// is not as they were seen, it is a Conflict "version.changed"; where nobody
	// who can sign in would administer the city any more, a Conflict
	// "staff.last_administrator".
	Bring(ctx context.Context, list []Bringing, by string, now time.Time) error
	// Administrators lists the logins of who can sign in and administer the city.
	Administrators(ctx context.Context) ([]string, error)
	// History lists how somebody was before and after each change, newest
	// first; At is when that began.
	History(ctx context.Context, id StaffID) ([]Record, error)
	// SetPassword keeps a new password, ends every session but one, and keeps
	// that it was done.
	SetPassword(ctx context.Context, id StaffID, password string, but SessionID, e Event) error
	// Events lists what happened to somebody's ways to sign in, newest first.
	Events(ctx context.Context, id StaffID, limit int) ([]Event, error)
	// Try counts one more of key in the window that began at since and
	// returns the count; Tried returns it without counting.
	Try(ctx context.Context, key string, since time.Time) (int, error)
	Tried(ctx context.Context, key string, since time.Time) (int, error)

	SessionStore
	PasskeyStore
	IdentityStore
	DelegationStore
	ViewStore
}

// A Record is how somebody was from a time on, and who made them so.
type Record struct {
	Staff Staff
	At    time.Time
	By    string
}

// A Link is a one-time link that sets a password; only its digest is kept.
type Link struct {
	Digest string
	Staff  StaffID
	Until  time.Time
}

// LinkLife is how long a setup link can be used.
const LinkLife = 72 * time.Hour

// Cities gives the directory in force.
type Cities interface {
	City(ctx context.Context) (org.City, error)
}

// A Service keeps the people who work here.
type Service struct {
	Store Store
	Keys  *seal.Keys
	Org   Cities
	Now   func() time.Time
	// Passkeys checks passkeys; nil where there is no address they could be for.
	Passkeys *Passkeys

	hashing seal.Passwords
	names   recent.Memory[map[StaffID]org.Name]
}

// NewService returns a service; at most two passwords are hashed at a time,
// each of which takes 19 MiB.
func NewService(store Store, keys *seal.Keys, cities Cities, now func() time.Time) *Service {
	return &Service{Store: store, Keys: keys, Org: cities, Now: now, hashing: seal.NewPasswords(2)}
}

// A NewStaff is somebody to be added.
type NewStaff struct {
	Login string
	Name  org.Name
	Unit  org.UnitID
	Roles []Role
	Area  org.AreaID
}

// Add keeps somebody new and returns the secret of the one-time link with
// which they set their password.
func (s *Service) Add(ctx context.Context, by Actor, n NewStaff) (Staff, string, error) {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return Staff{}, "", err
	}
	if err := s.check(ctx, n); err != nil {
		return Staff{}, "", err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	st := Staff{
		ID: StaffID(ids.New(now)), Login: n.Login, Name: n.Name, Unit: n.Unit, Roles: n.Roles, Area: n.Area, MadeAt: now,
	}
	sealed, err := s.newTOTP(st)
	if err != nil {
		return Staff{}, "", err
	}
	secret, link := newLink(st.ID, now)
	defer s.names.Forget()
	return st, secret, s.Store.Add(ctx, st, Secrets{TOTP: sealed}, link)
}

func (s *Service) check(ctx context.Context, n NewStaff) error {
	city, err := s.Org.City(ctx)
	if err != nil {
		return err
	}
	var wrong []error
	if !GoodLogin(n.Login) {
		wrong = append(wrong, errs.Field("login", "staff.bad_login"))
	}
	if n.Name.ZH == "" && n.Name.EN == "" {
		wrong = append(wrong, errs.Field("name", "staff.no_name"))
	}
	if _, ok := city.Unit(n.Unit); !ok {
		wrong = append(wrong, errs.Field("unit", "staff.no_unit"))
	}
	if n.Area != "" {
		if _, ok := city.Area(n.Area); !ok {
			wrong = append(wrong, errs.Field("area", "staff.no_area"))
		}
	}
	if len(n.Roles) == 0 {
		wrong = append(wrong, errs.Field("role", "staff.no_role"))
	}
	for _, r := range n.Roles {
		if !known(r) {
			wrong = append(wrong, errs.Field("role", "staff.bad_role"))
		}
	}
	return errs.Join(wrong...)
}

// GoodLogin reports whether somebody can sign in with it.
func GoodLogin(l string) bool {
	return l != "" && l == strings.TrimSpace(l) && len(l) <= 64 && !strings.ContainsFunc(l, func(r rune) bool { return r <= ' ' })
}

func known(r Role) bool { return slices.Contains(Roles, r) }

// Change gives somebody another name, unit, other roles or another area. The
// login stays. The last administrator stays one.
func (s *Service) Change(ctx context.Context, by Actor, id StaffID, n NewStaff) error {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return err
	}
	before, _, err := s.Store.Staff(ctx, id)
	if err != nil {
		return err
	}
	n.Login = before.Login
	if err := s.check(ctx, n); err != nil {
		return err
	}
	defer s.names.Forget()
	return s.Store.Change(ctx, id, by.ID(), s.Now(), func(st *Staff, administrators int) error {
		if st.is(Administrator) && !slices.Contains(n.Roles, Administrator) && administrators == 0 {
			return errs.Field("role", "staff.last_administrator")
		}
		st.Name, st.Unit, st.Roles, st.Area = n.Name, n.Unit, n.Roles, n.Area
		return nil
	})
}

// Leave ends somebody's work here: they cannot sign in any more, and what
// they did keeps their name. Return takes them back.
func (s *Service) Leave(ctx context.Context, by Actor, id StaffID) error {
	return s.leave(ctx, by, id, true)
}

// Return takes back somebody who has left.
func (s *Service) Return(ctx context.Context, by Actor, id StaffID) error {
	return s.leave(ctx, by, id, false)
}

func (s *Service) leave(ctx context.Context, by Actor, id StaffID, left bool) error {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	return s.Store.Change(ctx, id, by.ID(), now, func(st *Staff, administrators int) error {
		switch {
		case left && st.is(Administrator) && administrators == 0:
			return errs.New(errs.Conflict, "staff.last_administrator")
		case left && st.LeftAt.IsZero():
			st.LeftAt = now
		case !left:
			st.LeftAt = time.Time{}
		}
		return nil
	})
}

// is reports whether somebody who works here has a role.
func (s Staff) is(r Role) bool { return s.LeftAt.IsZero() && slices.Contains(s.Roles, r) }

// One gives somebody who works or worked here, and how they were before.
func (s *Service) One(ctx context.Context, by Actor, id StaffID) (Staff, []Record, error) {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return Staff{}, nil, err
	}
	st, _, err := s.Store.Staff(ctx, id)
	if err != nil {
		return Staff{}, nil, err
	}
	list, err := s.Store.History(ctx, id)
	return st, list, err
}

// Self gives somebody as they are now.
func (s *Service) Self(ctx context.Context, by Actor) (Staff, error) {
	return s.standing(ctx, by.Staff)
}

// Former lists the units, other than that they are in, that somebody was in
// after a time.
func (s *Service) Former(ctx context.Context, by Actor, after time.Time) ([]org.UnitID, error) {
	list, err := s.Store.History(ctx, by.Staff)
	var units []org.UnitID
	for i := 1; i < len(list) && list[i-1].At.After(after); i++ { // each was so until the next
		if u := list[i].Staff.Unit; u != by.Unit && !slices.Contains(units, u) {
			units = append(units, u)
		}
	}
	return units, err
}

// Relink returns the secret of a new link, for who lost the first or the
// password; links before it no longer work.
func (s *Service) Relink(ctx context.Context, by Actor, id StaffID) (string, error) {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return "", err
	}
	secret, link := newLink(id, s.Now())
	return secret, s.Store.AddLink(ctx, link, s.event(by, id, LinkMade, ""))
}

// List lists everybody who works or worked here.
func (s *Service) List(ctx context.Context, by Actor) ([]Staff, error) {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return nil, err
	}
	return s.Store.List(ctx)
}

// Load keeps people without passwords, for a demonstration.
func (s *Service) Load(ctx context.Context, by Actor, list []Staff) error {
	if err := by.Can(StaffManage, Resource{Type: CityType}); err != nil {
		return err
	}
	for _, st := range list {
		if err := s.check(ctx, NewStaff{Login: st.Login, Name: st.Name, Unit: st.Unit, Roles: st.Roles, Area: st.Area}); err != nil {
			return err
		}
	}
	defer s.names.Forget()
	return s.Store.Load(ctx, list)
}

// Names gives the names of staff by id, for pages that show who did what: as
// they are now, or were a moment ago where another program changed them.
// Nobody changes what it gives.
func (s *Service) Names(ctx context.Context) (map[StaffID]org.Name, error) {
	asked := recent.Asked{At: []time.Time{s.now()}, Fresh: time.Second, Keep: 10 * time.Second}
	return s.names.Get(ctx, asked, func(ctx context.Context) (map[StaffID]org.Name, error) {
		list, err := s.Store.List(ctx)
		names := make(map[StaffID]org.Name, len(list))
		for _, st := range list {
			names[st.ID] = st.Name
		}
		return names, err
	})
}

// Actor returns somebody as they act now; who has left is not found.
func (s *Service) Actor(ctx context.Context, id StaffID) (Actor, error) {
	st, _, err := s.Store.Staff(ctx, id)
	if err != nil {
		return Actor{}, err
	}
	if !st.LeftAt.IsZero() {
		return Actor{}, errs.New(errs.NotFound, "access.not_found")
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return Actor{}, err
	}
	unit, _ := city.Unit(st.Unit)
	a := Actor{
		Staff: st.ID, Name: st.Name, Roles: st.Roles, Unit: st.Unit,
		Up: city.Up(st.Unit), Down: city.Down(st.Unit), Partner: unit.Type == org.Partner,
	}
	if st.Area != "" {
		a.Areas = []org.AreaID{st.Area}
	}
	err = s.standIn(ctx, city, st, &a)
	return a, err
}
