package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/algo/pii"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
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

	held held
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
	r := access.Resource{Type: access.CaseType, Lead: c.Lead, Helpers: c.Helpers, Restricted: c.Restricted, About: c.About, Granted: c.Granted, Recused: c.recused(), Sealed: !c.Sealed.At.IsZero()}
	for _, p := range c.Parts {
		r.Requests = append(r.Requests, p.Request)
	}
	for _, a := range d.AreaPath(c.Area) {
		r.Areas = append(r.Areas, a.ID)
	}
	return r
}

// errNone is the one answer for what is not there and what is not to be seen.
func errNone() error { return errs.New(errs.NotFound, "access.not_found") }

// Case returns a case that the actor may see.
func (s *Service) Case(ctx context.Context, by access.Actor, id ID) (Case, error) {
	c, err := s.Store.Case(ctx, id)
	if err != nil {
		return Case{}, err
	}
	return s.seen(ctx, by, c)
}

// ByNumber returns the case that officials call so, as they type it.
func (s *Service) ByNumber(ctx context.Context, by access.Actor, n Number) (Case, error) {
	seq, ok := ParseNumber(string(n))
	if !ok {
		return Case{}, errNone()
	}
	c, err := s.Store.BySeq(ctx, seq)
	if err != nil {
		return Case{}, err
	}
	return s.seen(ctx, by, c)
}

// IsUnseen reports whether a case is not for who asked: it is not there for them,
// or they are recused from it. Lists leave it out.
func IsUnseen(err error) bool { return errs.Is(err, errs.NotFound) || IsRecused(err) }

// IsRecused reports whether they are recused from it.
func IsRecused(err error) bool {
	e := errs.Of(err)
	return e != nil && e.Key == "case.recused_from"
}

func (s *Service) seen(ctx context.Context, by access.Actor, c Case) (Case, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Case{}, err
	}
	resource := c.Resource(city.Directory)
	if by.IsStaff() && slices.Contains(resource.Recused, by.Staff) { // they know that it is there
		return Case{}, errs.New(errs.Denied, "case.recused_from", "Number", string(c.Number))
	}
	if err := by.Can(access.CaseRead, resource); err != nil {
		return Case{}, err
	}
	return forActor(by, c, resource), nil
}

// isResident reports whether somebody asks who holds a receipt and no office.
func isResident(by access.Actor) bool { return !by.IsStaff() && len(by.Requests) > 0 }

// forActor leaves out what concerns others: where forty share a case, each
// sees their own part; who works on it is the office's affair; and a draft is
// nobody's answer yet.
func forActor(by access.Actor, c Case, r access.Resource) Case {
	if !seesAnswer(by, c, r, c.Latest) {
		c.Latest = Answer{}
	}
	if isResident(by) {
		c.Parts = slices.DeleteFunc(slices.Clone(c.Parts), func(p Part) bool { return !slices.Contains(by.Requests, p.Request) })
		c.Handler, c.Latest.By, c.Latest.For = "", "", ""
		c.Beside = Beside{
			Shelf:  Shelf{Review: c.Shelf.Review, At: c.Shelf.ApprovedAt, ApprovedAt: c.Shelf.ApprovedAt},
			Sealed: Sealing{At: c.Sealed.At, Route: c.Sealed.Route, ReceivedAt: c.Sealed.ReceivedAt},
		}
	}
	if hides(by, r) {
		c = nameless(c)
	}
	return c
}

// hides reports whether personal data in words is masked: for a partner that
// may not reach the resident of this case.
func hides(by access.Actor, r access.Resource) bool {
	return by.Partner && by.Can(access.RequestContact, r) != nil
}

// nameless masks personal data in all words of a case but its answers, which
// the unit writes. The place itself is needed for the work.
func nameless(c Case) Case {
	c.Subject, c.Address = pii.Nameless(c.Subject), pii.Nameless(c.Address)
	c.Parts, c.Conditions, c.Tasks = slices.Clone(c.Parts), slices.Clone(c.Conditions), slices.Clone(c.Tasks)
	for i := range c.Parts {
		p := &c.Parts[i]
		p.Matter, p.Missing, p.RatingText = pii.Nameless(p.Matter), pii.Nameless(p.Missing), pii.Nameless(p.RatingText)
	}
	for i := range c.Conditions {
		k := &c.Conditions[i]
		k.Text, k.How = pii.Nameless(k.Text), pii.Nameless(k.How)
	}
	for i := range c.Tasks {
		k := &c.Tasks[i]
		k.Text, k.Answer = pii.Nameless(k.Text), pii.Nameless(k.Answer)
	}
	return c
}

// seesAnswer reports whether a version of the answer is for this actor: the
// released ones for all who see the case, the one under check for officials,
// any other for the unit that drafts.
func seesAnswer(by access.Actor, c Case, r access.Resource, a Answer) bool {
	switch {
	case a.ID == "":
		return false
	case !a.ReleasedAt.IsZero():
		return true
	case isResident(by):
		return false
	case c.State == Checking && a.ID == c.Latest.ID:
		return true
	}
	return by.Can(access.CaseDraft, r) == nil
}

// OfRequest lists the cases with parts of a request that the actor may see,
// oldest first.
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
			if r := c.Resource(city.Directory); by.Can(access.CaseRead, r) == nil {
				kept = append(kept, forActor(by, c, r))
			}
		}
		of[request] = kept
	}
	return of, nil
}

// Events lists what happened to a case, oldest first; a resident sees the
// public ones of their own part and of the whole, without the names of staff.
func (s *Service) Events(ctx context.Context, by access.Actor, id ID) ([]Event, error) {
	c, err := s.Case(ctx, by, id)
	if err != nil {
		return nil, err
	}
	list, err := s.Store.Events(ctx, id)
	if err != nil {
		return nil, err
	}
	if !isResident(by) {
		return s.namelessEvents(ctx, by, c, list)
	}
	var kept []Event
	for _, p := range c.Parts {
		earlier, since, err := s.before(ctx, p.ID, list)
		if err != nil {
			return nil, err
		}
		for _, e := range append(earlier, slices.DeleteFunc(slices.Clone(list), func(e Event) bool { return e.At.Before(since) })...) {
			mine := e.Part == "" || e.Part == p.ID
			if !e.Public || !mine || slices.ContainsFunc(kept, func(k Event) bool { return k.ID == e.ID }) {
				continue
			}
			if e.By != by.ID() {
				e.By = ""
			}
			e.Detail.Missing, e.Detail.Case, e.Detail.For = nil, "", "" // others' words, and the office's affair
			kept = append(kept, e)
		}
	}
	return kept, nil
}

func (s *Service) namelessEvents(ctx context.Context, by access.Actor, c Case, list []Event) ([]Event, error) {
	city, err := s.Org.City(ctx)
	if err != nil || !hides(by, c.Resource(city.Directory)) {
		return list, err
	}
	for i := range list {
		d := &list[i].Detail
		d.Text, d.Missing = pii.Nameless(d.Text), slices.Clone(d.Missing)
		for j, m := range d.Missing {
			d.Missing[j] = pii.Nameless(m)
		}
	}
	return list, nil
}

// Answers lists the versions of a case's answer that the actor may see,
// oldest first; a resident sees those released.
func (s *Service) Answers(ctx context.Context, by access.Actor, id ID) ([]Answer, error) {
	c, err := s.Store.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	r := c.Resource(city.Directory)
	if err := by.Can(access.CaseRead, r); err != nil {
		return nil, err
	}
	list, err := s.Store.Answers(ctx, id)
	if err != nil {
		return nil, err
	}
	kept := list[:0]
	for _, a := range list {
		if !seesAnswer(by, c, r, a) {
			continue
		}
		if isResident(by) {
			a.By = ""
		}
		kept = append(kept, a)
	}
	return kept, nil
}

// MaxList is the most cases of one list.
const MaxList = 100

// List lists the cases that f selects and the actor may see, with their
// parts and without their answers.
func (s *Service) List(ctx context.Context, by access.Actor, f Filter) ([]Case, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	if f.Limit <= 0 || f.Limit > MaxList {
		f.Limit = MaxList
	}
	f.At = s.now()
	scope, err := s.listed(ctx, by, city)
	if err != nil {
		return nil, err
	}
	list, err := s.Store.List(ctx, scope, f)
	if err != nil {
		return nil, err
	}
	// The scope is the same rule once more; where the two differ, the stricter holds.
	list = slices.DeleteFunc(list, func(c Case) bool { return by.Can(access.CaseRead, c.Resource(city.Directory)) != nil })
	for i, c := range list {
		if hides(by, c.Resource(city.Directory)) {
			list[i] = nameless(c)
		}
	}
	return list, nil
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
	f.At = s.now()
	scope, err := s.listed(ctx, by, city)
	if err != nil {
		return 0, false, err
	}
	n, err = s.count(ctx, scope, f)
	return min(n, MaxCount), n > MaxCount, err
}

// listed is the scope of lists and of the counts beside them, which leave out
// what somebody is recused from. Figures are of all.
func (s *Service) listed(ctx context.Context, by access.Actor, city org.City) (access.Scope, error) {
	scope := scope(by, city)
	if !by.IsStaff() {
		return scope, nil
	}
	kept, err := s.isKept(ctx, by.Staff)
	if kept {
		scope.Recused = by.Staff
	}
	return scope, err
}

// scope has the areas inside those of the actor, as a query needs them.
func scope(by access.Actor, city org.City) access.Scope {
	scope := by.Scope()
	var all []org.AreaID
	for _, a := range scope.Areas {
		all = append(all, city.Within(a)...)
	}
	scope.Areas = all
	return scope
}

// Figures counts a period for who may see a board, of the cases they may see.
func (s *Service) Figures(ctx context.Context, by access.Actor, p Period) (Figures, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return Figures{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return Figures{}, err
	}
	return s.figures(ctx, scope(by, city), p)
}

// A RollUp is the job that counts once what happened on days that are over.
type RollUp struct{}

// Kind names the job.
func (RollUp) Kind() string { return "cases.roll_up" }

// RollUp counts once what happened on days that are over, of which figures
// are made; what changes of such a day afterwards is counted anew.
func (s *Service) RollUp(ctx context.Context, _ RollUp) error {
	city, err := s.Org.City(ctx)
	if err != nil {
		return err
	}
	first, err := s.Store.First(ctx)
	if err != nil || first.IsZero() {
		return err
	}
	y, m, d := first.In(city.Calendar.Location()).Date()
	var days []time.Time
	for now := s.now(); ; d++ {
		day := time.Date(y, m, d, 0, 0, 0, 0, city.Calendar.Location())
		if day.After(now) {
			return s.Store.RollUp(ctx, days)
		}
		days = append(days, day)
	}
}
