package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
	"yiwang/internal/flow"
)

// A Stage is where scenes are played: the district, and the rooms that take
// the steps.
type Stage struct {
	District
	People *access.Service
	Orders *supervision.Service
}

// leastForScenes is how many requests a district has at least for scenes to be
// played in it.
const leastForScenes = 500

// Play plays what units argue about, ask each other, put off and are ordered
// to do, by the steps that people take in the program, at times that are past;
// so nothing is there that could not have come about. How many scenes there
// are does not depend on how large the district is.
//
// It comes after Fill with the same options, and is over before anybody works
// there.
func Play(ctx context.Context, s Stage, o Options) error {
	if o.Requests < leastForScenes {
		return nil
	}
	p, err := newPlay(s, o)
	if err != nil {
		return err
	}
	for _, act := range []func(context.Context) error{p.scenes, p.supervise, p.programmes, p.ring, p.exclude} {
		if err := act(ctx); err != nil {
			return fmt.Errorf("play: %w", err)
		}
	}
	return nil
}

func newPlay(s Stage, o Options) (*play, error) {
	w, err := newWorld(s.District, o)
	if err != nil {
		return nil, fmt.Errorf("demonstration: %w", err)
	}
	p := &play{world: w, stage: s, actors: map[access.StaffID]access.Actor{}}
	now := func() time.Time { return p.clock }
	p.cases = &cases.Service{Store: quiet{s.Cases.Store}, Org: s.Cases.Org, Now: now}
	p.orders = &supervision.Service{Store: quietOrders{s.Orders.Store}, Org: s.Orders.Org, Now: now}
	return p, nil
}

// A play has a clock that the rooms go by.
type play struct {
	*world
	stage  Stage
	clock  time.Time
	cases  *cases.Service
	orders *supervision.Service
	actors map[access.StaffID]access.Actor
}

// actor is somebody as they act; false where nobody is there.
func (p *play) actor(ctx context.Context, s access.Staff) (access.Actor, bool, error) {
	if s.ID == "" {
		return access.Actor{}, false, nil
	}
	if a, ok := p.actors[s.ID]; ok {
		return a, true, nil
	}
	a, err := p.stage.People.Actor(ctx, s.ID)
	if err != nil {
		return a, false, err
	}
	p.actors[s.ID] = a
	return a, true, nil
}

// back is the morning of a working day, so many before the present.
func (p *play) back(days int) time.Time {
	u := p.Until
	day := time.Date(u.Year(), u.Month(), u.Day(), 0, 0, 0, 0, u.Location())
	for n := 0; n < days; {
		day = day.AddDate(0, 0, -1)
		if p.City.Calendar.WorkingDay(day) {
			n++
		}
	}
	return day
}

// luck is that of one scene, apart from that of all requests.
func (p *play) luck(n int) *rand.Rand { return p.rng(-1000 - n) }

// A scene is one case in which people take the steps of the program.
type scene struct {
	*play
	rng     *rand.Rand
	begun   *story
	c       cases.Case
	part    cases.Part
	handler access.Staff
	at      time.Time // of the last step
	over    bool      // the rest has not happened yet, or nobody is there to do it
	err     error
}

// begin makes the request and the case that waits, for words of a category.
func (p *play) begin(n int, category org.CategoryID, at time.Time, say string) *scene {
	s := &story{w: p.world, rng: p.luck(n), m: moment{at: at}, now: at.Truncate(time.Millisecond), lang: "zh", channel: intake.Phone, words: p.words[category]}
	s.place = p.place(s.rng, s.lang)
	s.clerk = p.persons.hotline(s.rng, access.Clerk)
	s.open(category)
	if s.c.Kind == intake.Report || s.c.Restricted { // which nothing is published of
		s.c.Kind, s.c.Restricted = intake.Complaint, false
	}
	s.say(s.now, pick(s.rng, noted)+fill(say, s.gaps()))
	s.c.Subject = flow.Subject(s.requests[0].Request)
	s.tell(cases.Opened, false, s.clerk, "", cases.Detail{Category: category})
	return &scene{play: p, rng: s.rng, begun: s, c: s.c, part: s.c.Parts[0], at: s.now}
}

// later takes the scene's clock on by some minutes of working time.
func (s *scene) later(least, most int) { s.wait(s.office(s.rng, s.at, least, most)) }

// wait takes it on to a time.
func (s *scene) wait(at time.Time) {
	if at.Before(s.at) {
		at = s.at
	}
	s.at = at.Truncate(time.Millisecond)
	s.over = s.over || s.at.After(s.Until)
}

// by takes a step, as somebody.
func (s *scene) by(ctx context.Context, who access.Staff, step func(by access.Actor) (cases.Case, error)) {
	if s.over || s.err != nil {
		return
	}
	by, there, err := s.actor(ctx, who)
	if err != nil || !there {
		s.over, s.err = true, err
		return
	}
	s.take(step, by)
}

func (s *scene) take(step func(by access.Actor) (cases.Case, error), by access.Actor) {
	if s.over || s.err != nil {
		return
	}
	s.clock = s.at
	c, err := step(by)
	if err != nil {
		s.err = fmt.Errorf("%s at %s: %w", s.c.Category, s.at.Format(time.DateTime), err)
		return
	}
	s.c = c
}

// quiet keeps what happened and tells nobody: it is long read.
type quiet struct{ cases.Store }

func (q quiet) Update(ctx context.Context, id cases.ID, revision int64, change func(*cases.Case) (cases.Change, []jobs.Args, error)) (cases.Case, error) {
	return q.Store.Update(ctx, id, revision, func(c *cases.Case) (cases.Change, []jobs.Args, error) {
		out, _, err := change(c)
		return out, nil, err
	})
}

// quietOrders is quiet for orders. That a programme is over, everybody is told.
type quietOrders struct{ supervision.Store }

func (q quietOrders) AddOrder(ctx context.Context, o supervision.Order, _ ...jobs.Args) error {
	return q.Store.AddOrder(ctx, o)
}

func (q quietOrders) ChangeOrder(ctx context.Context, id supervision.OrderID, change func(*supervision.Order) error, _ ...jobs.Args) (supervision.Order, error) {
	return q.Store.ChangeOrder(ctx, id, change)
}

// unless leaves out that something could not be done, as when somebody was
// quicker: another case takes its place.
func unless(kind errs.Kind, err error) error {
	if errs.Is(err, kind) {
		return nil
	}
	return err
}
