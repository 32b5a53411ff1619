package cases

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// Limits of what can be written.
const (
	MaxNote   = 4_000
	MaxAnswer = 10_000
)

// Cities gives the city in force.
type Cities interface {
	City(ctx context.Context) (org.City, error)
}

// A Service is what the rest of the program does with cases. Every method
// asks first whether the actor may.
type Service struct {
	Store Store
	Org   Cities
	Now   func() time.Time
}

// Happened is the job for an event that somebody has to be told of.
type Happened struct {
	Case    ID        `json:"case"`
	Event   EventKind `json:"event"`
	EventID string    `json:"event_id"`
}

// Kind names the job.
func (Happened) Kind() string { return "case.happened" }

// now is the time as the database keeps it.
func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// Resource is what access needs to know of a case.
func (c Case) Resource(d *org.Directory) access.Resource {
	r := access.Resource{Type: access.CaseType, Lead: c.Lead, Helpers: c.Helpers, Restricted: c.Restricted, About: c.About}
	for _, p := range c.Parts {
		r.Requests = append(r.Requests, p.Request)
	}
	for _, a := range d.AreaPath(c.Area) {
		r.Areas = append(r.Areas, a.ID)
	}
	return r
}

// Case returns a case that the actor may see.
func (s *Service) Case(ctx context.Context, by access.Actor, id ID) (Case, error) {
	c, err := s.Store.Case(ctx, id)
	if err != nil {
		return Case{}, err
	}
	return s.seen(ctx, by, c)
}

// ByNumber returns the case that officials call so.
func (s *Service) ByNumber(ctx context.Context, by access.Actor, n Number) (Case, error) {
	c, err := s.Store.ByNumber(ctx, Number(strings.ToUpper(string(n))))
	if err != nil {
		return Case{}, err
	}
	return s.seen(ctx, by, c)
}

func (s *Service) seen(ctx context.Context, by access.Actor, c Case) (Case, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Case{}, err
	}
	if err := by.Can(access.CaseRead, c.Resource(city.Directory)); err != nil {
		return Case{}, err
	}
	return forActor(by, c), nil
}

// forActor leaves out what concerns others: where forty share a case, each
// sees their own part, and a draft is nobody's answer yet.
func forActor(by access.Actor, c Case) Case {
	if by.IsStaff() || len(by.Requests) == 0 {
		return c
	}
	c.Parts = slices.DeleteFunc(slices.Clone(c.Parts), func(p Part) bool { return !slices.Contains(by.Requests, p.Request) })
	if c.Latest.ReleasedAt.IsZero() {
		c.Latest = Answer{}
	}
	return c
}

// OfRequest lists the cases with parts of a request that the actor may see.
func (s *Service) OfRequest(ctx context.Context, by access.Actor, request string) ([]Case, error) {
	of, err := s.OfRequests(ctx, by, []string{request})
	return of[request], err
}

// OfRequests is OfRequest for many.
func (s *Service) OfRequests(ctx context.Context, by access.Actor, requests []string) (map[string][]Case, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	of, err := s.Store.OfRequests(ctx, requests)
	if err != nil {
		return nil, err
	}
	for request, list := range of {
		kept := list[:0]
		for _, c := range list {
			if by.Can(access.CaseRead, c.Resource(city.Directory)) == nil {
				kept = append(kept, forActor(by, c))
			}
		}
		of[request] = kept
	}
	return of, nil
}

// Events lists what happened to a case; a resident sees the public ones of
// their own part and of the whole.
func (s *Service) Events(ctx context.Context, by access.Actor, id ID) ([]Event, error) {
	c, err := s.Case(ctx, by, id)
	if err != nil {
		return nil, err
	}
	list, err := s.Store.Events(ctx, id)
	if err != nil || by.IsStaff() || len(by.Requests) == 0 {
		return list, err
	}
	return slices.DeleteFunc(list, func(e Event) bool {
		mine := slices.ContainsFunc(c.Parts, func(p Part) bool { return p.ID == e.Part })
		return !e.Public || e.Part != "" && !mine
	}), nil
}

// Answers lists the versions of a case's answer; a resident sees those released.
func (s *Service) Answers(ctx context.Context, by access.Actor, id ID) ([]Answer, error) {
	if _, err := s.Case(ctx, by, id); err != nil {
		return nil, err
	}
	list, err := s.Store.Answers(ctx, id)
	if err != nil || by.IsStaff() || len(by.Requests) == 0 {
		return list, err
	}
	return slices.DeleteFunc(list, func(a Answer) bool { return a.ReleasedAt.IsZero() }), nil
}

// MaxList is the most cases of one list.
const MaxList = 100

// List lists the cases that f selects and the actor may see.
func (s *Service) List(ctx context.Context, by access.Actor, f Filter) ([]Case, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	if f.Limit <= 0 || f.Limit > MaxList {
		f.Limit = MaxList
	}
	list, err := s.Store.List(ctx, s.scope(by, city), f)
	if err != nil {
		return nil, err
	}
	// The scope is the same rule once more; where the two differ, the stricter holds.
	return slices.DeleteFunc(list, func(c Case) bool { return by.Can(access.CaseRead, c.Resource(city.Directory)) != nil }), nil
}

// MaxCount is how far Count counts.
const MaxCount = 1000

// Count counts the cases that List would list; more says that there are
// more than n.
func (s *Service) Count(ctx context.Context, by access.Actor, f Filter) (n int, more bool, err error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return 0, false, err
	}
	n, err = s.Store.Count(ctx, s.scope(by, city), f, MaxCount+1)
	return min(n, MaxCount), n > MaxCount, err
}

// scope has the areas inside those of the actor, as a query needs them.
func (s *Service) scope(by access.Actor, city org.City) access.Scope {
	scope := by.Scope()
	var all []org.AreaID
	for _, a := range scope.Areas {
		all = append(all, city.Within(a)...)
	}
	scope.Areas = all
	return scope
}

// Figures counts a period for who may see a board.
func (s *Service) Figures(ctx context.Context, by access.Actor, p Period) (Figures, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return Figures{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return Figures{}, err
	}
	return s.Store.Figures(ctx, s.scope(by, city), p)
}

// Load keeps many cases with their history, for imports and demonstrations.
func (s *Service) Load(ctx context.Context, by access.Actor, list []Loaded) error {
	if err := by.Can(access.RequestImport, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	for i := range list {
		if err := list[i].complete(); err != nil {
			return err
		}
	}
	return s.Store.Load(ctx, list)
}

// An action is one change of a case: who may, and what it makes of the case.
type action struct {
	by       access.Actor
	may      access.Action
	revision int64
	change   func(t *turn) error
}

// A turn is a change under way: the case as it is, and what comes of it.
type turn struct {
	*Case
	city org.City
	now  time.Time
	by   access.Actor
	out  Change
	jobs []jobs.Args
}

// do makes a change in one transaction.
func (s *Service) do(ctx context.Context, id ID, a action) (Case, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Case{}, err
	}
	c, err := s.Store.Update(ctx, id, a.revision, func(c *Case) (Change, []jobs.Args, error) {
		if err := a.by.Can(a.may, c.Resource(city.Directory)); err != nil {
			return Change{}, nil, err
		}
		t := &turn{Case: c, city: city, now: s.now(), by: a.by}
		if err := a.change(t); err != nil {
			return Change{}, nil, err
		}
		return t.out, t.jobs, nil
	})
	return forActor(a.by, c), err
}

// move takes the case to a state, if there is a step from where it is.
func (t *turn) move(to State, waits WaitsFor) error {
	if !slices.Contains(moves[t.State], to) {
		return errs.New(errs.Conflict, "case.wrong_state")
	}
	t.State, t.WaitsFor = to, waits
	return nil
}

// tell appends an event and queues the news of it.
func (t *turn) tell(kind EventKind, public bool, d Detail) { t.tellPart("", kind, public, d) }

func (t *turn) tellPart(part PartID, kind EventKind, public bool, d Detail) {
	e := Event{
		ID: ids.New(t.now), Case: t.ID, Part: part, At: t.now, Kind: kind, By: t.by.ID(), Unit: t.by.Unit, Public: public, Detail: d,
	}
	t.out.Events = append(t.out.Events, e)
	t.jobs = append(t.jobs, Happened{t.ID, kind, e.ID})
}

// needed checks words that somebody has to write.
func needed(field, text string, most int) (string, error) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", errs.Field(field, "case."+field+"_missing")
	case n > most:
		return "", errs.Field(field, "case.too_long", "Max", most)
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", errs.Field(field, "case.not_text")
	}
	return text, nil
}

// Note keeps words for those who work on the case; the resident does not see them.
func (s *Service) Note(ctx context.Context, by access.Actor, id ID, revision int64, text string) (Case, error) {
	text, err := needed("note", text, MaxNote)
	if err != nil {
		return Case{}, err
	}
	return s.do(ctx, id, action{by, access.CaseNote, revision, func(t *turn) error {
		t.tell(Noted, false, Detail{Text: text})
		return nil
	}})
}
