package administration

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
	"yiwang/internal/flow"
)

// A Trial compares two cities on cases that were: the one in force and a
// draft. It is a pure function of what it is given, for many at once.
type Trial struct {
	Now, Draft org.City
	Day        time.Time // the duties of both are those of this day
	At         time.Time // now: what is not answered yet is late if its deadline is before
	// Alike says that both read a message in the same way, so that it need be
	// read once.
	Alike bool
}

// NewTrial compares two cities with the duties of a day, at a moment.
func NewTrial(now, draft org.City, day, at time.Time) Trial {
	alike := reflect.DeepEqual(now.Catalogue.Rules, draft.Catalogue.Rules) &&
		reflect.DeepEqual(now.Catalogue.Categories, draft.Catalogue.Categories) && reflect.DeepEqual(now.Areas, draft.Areas)
	return Trial{now, draft, day, at, alike}
}

// Compare says where a message would have gone first with each of the two, what
// that would have saved the case, and whether it would have been late.
//
// From its first unit u a case is taken to go on as it really did: with no
// hop if u is the unit that has it or answered it, over the units that it was
// sent to after u if u was one of them, and else with one, from u to that unit.
// Its deadline is that of the duty of u, from the last dispatch on, with the
// pauses that it had; it was late if it was answered after that.
func (t Trial) Compare(c cases.Course, h triage.Heard) (m drafts.Moved, wasLate bool) {
	m = drafts.Moved{
		Seq: c.Seq, Category: c.Category, Area: c.Area, Ended: c.Path[len(c.Path)-1], WasHops: len(c.Path) - 1, Answered: c.AnsweredAt,
	}
	end := c.AnsweredAt
	if end.IsZero() {
		end = t.At
	}
	late := func(due time.Time) bool { return !due.IsZero() && end.After(due) }
	now := h.Likely(t.Now)
	draft := now
	if !t.Alike {
		draft = h.Likely(t.Draft)
	}
	m.Now, m.NowDue = t.first(t.Now, c, now)
	m.Draft, m.DraftDue = t.first(t.Draft, c, draft)
	m.Hops = drafts.Pair{Now: hops(c.Path, m.Now), Draft: hops(c.Path, m.Draft)}
	m.Late = drafts.LatePair{Now: late(m.NowDue), Draft: late(m.DraftDue)}
	return m, late(c.ResolveDue)
}

func (t Trial) first(city org.City, c cases.Course, l triage.Likely) (org.UnitID, time.Time) {
	s, ok := l.First(city, t.Day)
	if !ok {
		return "", time.Time{}
	}
	duty, _ := city.Catalogue.DutyByID(s.Duty)
	return s.Unit, paused(city.Calendar, c, duty.Resolve)
}

// paused is the deadline of a limit from the dispatch of a case on, moved on as
// far as the case's own was.
func paused(cal *calendar.Calendar, c cases.Course, l calendar.Limit) time.Time {
	due := cal.Due(c.DispatchedAt, l)
	if c.ResolveLimit.IsZero() {
		return due
	}
	return cal.Shift(due, cal.Due(c.DispatchedAt, c.ResolveLimit), c.ResolveDue, l)
}

// hops is how many a case would have made that was sent to a unit first. Nobody
// is as good as the first it really had.
func hops(path []org.UnitID, first org.UnitID) int {
	if first == "" {
		return len(path) - 1
	}
	for i, u := range slices.Backward(path) {
		if u == first {
			return len(path) - 1 - i
		}
	}
	return 1
}

// A Span is what a draft is tried on.
type Span struct {
	First, Last string // YYYY-MM-DD, both included
	Day         string // the day of which the duties are; "" is today
}

// MaxSpan is how many days a draft is tried on at most.
const MaxSpan = 366

// A Replaying is the job that tries a draft.
type Replaying struct {
	ID string `json:"id"`
}

// Kind names the job.
func (Replaying) Kind() string { return "drafts.replay" }

// Try begins to try a draft on the cases that were opened in a period. The
// draft must fit the city.
func (s *Service) Try(ctx context.Context, by access.Actor, id drafts.ID, p Span) (drafts.Replay, error) {
	d, err := s.Draft(ctx, by, id)
	if err != nil {
		return drafts.Replay{}, err
	}
	l, err := s.Look(ctx, by, d)
	if err != nil {
		return drafts.Replay{}, err
	}
	today := s.Now().In(l.Now.Calendar.Location()).Format(time.DateOnly)
	if p.Day == "" {
		p.Day = today
	}
	day := func(field, text string) (time.Time, error) {
		t, err := time.Parse(time.DateOnly, text)
		if err != nil || t.Format(time.DateOnly) != text {
			return t, errs.Field(field, "duty.no_day")
		}
		return t, nil
	}
	first, err1 := day("first", p.First)
	last, err2 := day("last", p.Last)
	_, err3 := day("day", p.Day)
	if err := errs.Join(err1, err2, err3); err != nil {
		return drafts.Replay{}, err
	}
	switch {
	case p.Last > today:
		return drafts.Replay{}, errs.Field("last", "replay.future", "Today", today)
	case last.Before(first):
		return drafts.Replay{}, errs.Field("last", "replay.turned")
	case last.Sub(first) >= MaxSpan*24*time.Hour:
		return drafts.Replay{}, errs.Field("first", "replay.long", "Max", MaxSpan)
	case len(l.Problems) > 0:
		return drafts.Replay{}, errs.New(errs.Conflict, "replay.problems")
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	r := drafts.Replay{
		ID: ids.New(now), Draft: id, Revision: d.Revision, By: by.Staff, At: now, State: drafts.Running, First: p.First, Last: p.Last, Day: p.Day,
	}
	return r, s.Drafts.Begin(ctx, r, Replaying{r.ID})
}

// Latest is the newest replay of a draft; a NotFound error if it was not tried.
func (s *Service) Latest(ctx context.Context, by access.Actor, id drafts.ID) (drafts.Replay, error) {
	if err := s.mayPublish(by); err != nil {
		return drafts.Replay{}, err
	}
	return s.Drafts.Latest(ctx, id)
}

// StopReplay ends the replay of a draft that runs.
func (s *Service) StopReplay(ctx context.Context, by access.Actor, id drafts.ID) error {
	r, err := s.Latest(ctx, by, id)
	if err != nil {
		return err
	}
	return s.Drafts.Stop(ctx, r.ID)
}

// MovedCases lists the cases that a replay found a difference for, of pieces
// from one on.
func (s *Service) MovedCases(ctx context.Context, by access.Actor, r drafts.Replay, piece, n int) ([]drafts.Moved, error) {
	if err := s.mayPublish(by); err != nil {
		return nil, err
	}
	list, err := s.Drafts.Pieces(ctx, r.ID, piece, n)
	return slices.Concat(list...), err
}

// replayPage is how many cases are read and compared at a time.
const replayPage = 4000

// Replay tries a draft, as its job. Cut off, it begins again.
func (s *Service) Replay(ctx context.Context, job Replaying) error {
	r, err := s.Drafts.Replay(ctx, job.ID)
	if errs.Is(err, errs.NotFound) || err == nil && r.State != drafts.Running { // another was begun, or it was stopped
		return nil
	}
	if err != nil {
		return err
	}
	d, err := s.Drafts.Draft(ctx, r.Draft)
	if err != nil {
		return err
	}
	l, err := s.Look(ctx, access.System(), d)
	if err != nil {
		return err
	}
	r.Revision, r.Result, r.Pieces, r.Upto = d.Revision, drafts.Result{}, 0, ""
	if len(l.Problems) > 0 {
		r.State = drafts.Failed
		_, err := s.Drafts.Go(ctx, r, 0, nil)
		return err
	}
	classifier, err := s.Classifier(ctx)
	if err != nil {
		return err
	}
	now, err := s.Org.City(ctx)
	if err != nil {
		return err
	}
	zone := now.Calendar.Location()
	day, err := time.ParseInLocation(time.DateOnly, r.Day, zone)
	if err != nil {
		return err
	}
	draft := org.City{Directory: l.City.Directory, Catalogue: l.City.Catalogue, Calendar: l.City.Calendar}
	return s.replay(ctx, r, NewTrial(now, draft, day.Add(12*time.Hour), s.Now()), classifier)
}

func (s *Service) replay(ctx context.Context, r drafts.Replay, trial Trial, classifier triage.Classifier) error {
	zone := trial.Now.Calendar.Location()
	first, err1 := time.ParseInLocation(time.DateOnly, r.First, zone)
	last, err2 := time.ParseInLocation(time.DateOnly, r.Last, zone)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	after, until := cases.DayOf(first, zone), cases.DayOf(last, zone)+cases.MaxOfDay
	var rest []drafts.Moved
	for {
		page, err := s.page(ctx, after, until)
		if err != nil {
			return err
		}
		compared := compare(trial, classifier, page)
		for _, c := range compared {
			r.Result.Add(c.Moved, c.wasLate)
			if c.Changes() {
				rest = append(rest, c.Moved)
			}
		}
		full := len(rest) / drafts.PieceSize * drafts.PieceSize
		if len(page.courses) < replayPage {
			r.State, full = drafts.Done, len(rest)
			r.Upto = r.Last
		} else {
			after = page.courses[len(page.courses)-1].Seq
			r.Upto = dayOf(after)
		}
		pieces := slices.Collect(slices.Chunk(rest[:full], drafts.PieceSize))
		from := r.Pieces
		r.Pieces += len(pieces)
		if on, err := s.Drafts.Go(ctx, r, from, pieces); err != nil || !on || r.State == drafts.Done {
			return err
		}
		rest = slices.Clone(rest[full:])
	}
}

// dayOf is the day, YYYY-MM-DD, that a Seq says something was opened on.
func dayOf(seq int64) string {
	n := string(cases.NumberOf(seq))
	return n[:4] + "-" + n[4:6] + "-" + n[6:8]
}

// A coursePage is cases with what was said.
type coursePage struct {
	courses []cases.Course
	said    map[intake.ID]intake.Request
}

func (s *Service) page(ctx context.Context, after, until int64) (p coursePage, err error) {
	system := access.System()
	if p.courses, err = s.Cases.Courses(ctx, system, after, until, replayPage); err != nil {
		return p, err
	}
	list := make([]intake.ID, len(p.courses))
	for i, c := range p.courses {
		list[i] = intake.ID(c.Request)
	}
	requests, err := s.Intake.Requests(ctx, system, list, access.Resource{})
	p.said = make(map[intake.ID]intake.Request, len(requests))
	for _, r := range requests {
		p.said[r.ID] = r
	}
	return p, err
}

type compared struct {
	drafts.Moved
	wasLate bool
}

// compare compares the cases of a page on all processors, in their order.
func compare(t Trial, classifier triage.Classifier, p coursePage) []compared {
	out := make([]compared, len(p.courses))
	var all sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		all.Go(func() {
			for i := w; i < len(out); i += workers {
				c := p.courses[i]
				h := triage.Hear(classifier, flow.Message(p.said[intake.ID(c.Request)]))
				out[i].Moved, out[i].wasLate = t.Compare(c, h)
			}
		})
	}
	all.Wait()
	return out
}
