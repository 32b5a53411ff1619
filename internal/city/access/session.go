package access

import (
	"context"
	"slices"
	"strings"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
)

// How long somebody stays signed in: at most, and without doing anything.
const (
	SessionLife = 12 * time.Hour
	SessionIdle = 2 * time.Hour
)

// sessionStep is how exactly a session's last use is known: a page that is
// looked at is not a row that is written.
const sessionStep = time.Minute

// A SessionID names a session. It is no secret: a browser shows a cookie of
// its own, whose session names this one.
type SessionID string

// A Way is how somebody signed in.
type Way string

// The ways.
const (
	ByPassword Way = "password" // and the authenticator's code
	ByPasskey  Way = "passkey"
	ByProvider Way = "provider"
	ByDemo     Way = "demo" // the demonstration's buttons
)

// A Session is one browser in which somebody is signed in.
type Session struct {
	ID      SessionID
	Staff   StaffID
	Way     Way
	Browser string // in words, "" if it does not say
	BeganAt time.Time
	UsedAt  time.Time // to the minute
	EndedAt time.Time // zero while it lasts
}

// Lasts reports whether the session can be used.
func (s Session) Lasts(now time.Time) bool {
	return s.EndedAt.IsZero() && now.Before(s.BeganAt.Add(SessionLife)) && now.Before(s.UsedAt.Add(SessionIdle+sessionStep))
}

// Fresh reports whether somebody signed in just now, as is asked of who adds
// a way to sign in: who finds an unlocked screen cannot make it theirs.
func (s Session) Fresh(now time.Time) bool { return now.Before(s.BeganAt.Add(freshFor)) }

const freshFor = 20 * time.Minute

// A SessionStore keeps where people are signed in.
type SessionStore interface {
	// Begin keeps a session and that it began, and forgets those that were
	// last used a month before.
	Begin(ctx context.Context, s Session) error
	// Session returns one, ended or not, or a NotFound error.
	Session(ctx context.Context, id SessionID) (Session, error)
	// SessionsOf returns those of the ids that there are, in any order.
	SessionsOf(ctx context.Context, ids []SessionID) ([]Session, error)
	// Sessions lists those that last, the last used first.
	Sessions(ctx context.Context, id StaffID, now time.Time) ([]Session, error)
	// Use keeps when a session was used.
	Use(ctx context.Context, id SessionID, at time.Time) error
	// End ends one session of somebody, or every one but one, and keeps who
	// did it; it returns how many.
	End(ctx context.Context, id StaffID, which SessionID, e Event) (int, error)
	EndOthers(ctx context.Context, id StaffID, but SessionID, e Event) (int, error)
}

// Enter begins a session for somebody who has shown who they are.
func (s *Service) Enter(ctx context.Context, id StaffID, way Way, userAgent string) (SessionID, error) {
	now := s.now()
	n := Session{ID: SessionID(ids.New(now)), Staff: id, Way: way, Browser: browser(userAgent), BeganAt: now, UsedAt: now}
	return n.ID, s.Store.Begin(ctx, n)
}

// Within returns the session somebody shows, if it is theirs and lasts; else
// a NotFound error. It keeps that it was used.
func (s *Service) Within(ctx context.Context, id StaffID, session SessionID) (Session, error) {
	one, err := s.Store.Session(ctx, session)
	if err != nil {
		return Session{}, err
	}
	now := s.now()
	if one.Staff != id || !one.Lasts(now) {
		return Session{}, errs.New(errs.NotFound, "session.ended")
	}
	if now.Sub(one.UsedAt) >= sessionStep {
		one.UsedAt = now
		return one, s.Store.Use(ctx, session, now)
	}
	return one, nil
}

// Ended returns those of the sessions that do not last any more, for what stays
// open in them.
func (s *Service) Ended(ctx context.Context, ids []SessionID) (ended []SessionID, err error) {
	list, err := s.Store.SessionsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	now := s.now()
	for _, id := range ids {
		if !slices.ContainsFunc(list, func(k Session) bool { return k.ID == id && k.Lasts(now) }) {
			ended = append(ended, id)
		}
	}
	return ended, nil
}

// Sessions lists where somebody is signed in. They see it themselves, and
// administrators do.
func (s *Service) Sessions(ctx context.Context, by Actor, id StaffID) ([]Session, error) {
	if err := ownOrManaged(by, id); err != nil {
		return nil, err
	}
	return s.Store.Sessions(ctx, id, s.now())
}

// EndSession ends one session; one that has ended already is no error.
func (s *Service) EndSession(ctx context.Context, by Actor, id StaffID, which SessionID) error {
	if err := ownOrManaged(by, id); err != nil {
		return err
	}
	_, err := s.Store.End(ctx, id, which, s.event(by, id, SessionEnded, ""))
	return err
}

// EndOtherSessions ends all sessions but one, or all if but is "".
func (s *Service) EndOtherSessions(ctx context.Context, by Actor, id StaffID, but SessionID) error {
	if err := ownOrManaged(by, id); err != nil {
		return err
	}
	_, err := s.Store.EndOthers(ctx, id, but, s.event(by, id, SessionEnded, ""))
	return err
}

// ownOrManaged lets in who asks about themselves, and administrators.
func ownOrManaged(by Actor, id StaffID) error {
	if by.Staff != "" && by.Staff == id {
		return nil
	}
	return by.Can(StaffManage, Resource{Type: CityType})
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// browsers and systems by the words in which they name themselves, the more
// particular first: each claims to be most of those after it.
var (
	browsers = [][2]string{
		{"MicroMessenger/", "WeChat"},
		{"DingTalk/", "DingTalk"},
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"HuaweiBrowser/", "Huawei Browser"},
		{"QQBrowser/", "QQ Browser"},
		{"UCBrowser/", "UC Browser"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"HarmonyOS", "HarmonyOS"},
		{"OpenHarmony", "HarmonyOS"},
		{"Android", "Android"},
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Windows", "Windows"},
		{"Mac OS X", "macOS"},
		{"Linux", "Linux"},
	}
)

// browser says in words what a User-Agent header names: a person recognises
// their own devices by it, nothing is decided by it.
func browser(userAgent string) string {
	find := func(list [][2]string) string {
		for _, w := range list {
			if strings.Contains(userAgent, w[0]) {
				return w[1]
			}
		}
		return ""
	}
	what, on := find(browsers), find(systems)
	if what != "" && on != "" {
		what += " · "
	}
	return what + on
}
