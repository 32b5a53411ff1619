package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// scenes plays what goes on in cases: disputes, errands of helpers, what is
// put off, and time that is asked for.
func (p *play) scenes(ctx context.Context) error {
	var list []*scene
	var acts []func(*scene)
	add := func(category org.CategoryID, days int, say string, act func(s *scene)) {
		at := p.office(p.luck(500+len(list)), p.back(days), 5, 90)
		for ; !at.Before(p.Until); days++ { // today has not begun yet
			at = p.office(p.luck(500+len(list)), p.back(days+1), 5, 90)
		}
		if _, known := p.words[category]; !known || !p.City.Catalogue.Leaf(category) {
			return // another city
		}
		if _, held := p.City.Duty(category, "", at); !held {
			return
		}
		list = append(list, p.begin(len(list), category, at, say))
		acts = append(acts, act)
	}
	p.addDisputes(ctx, add)
	p.addErrands(ctx, add)
	p.addDelays(ctx, add)
	p.addWishes(ctx, add)
	var requests []intake.Loaded
	var history []cases.Loaded
	for _, s := range list {
		requests = append(requests, s.begun.requests...)
		history = append(history, cases.Loaded{Case: s.begun.c, Events: s.begun.events})
	}
	if _, err := p.Intake.Load(ctx, access.System(), requests); err != nil {
		return fmt.Errorf("load requests: %w", err)
	}
	if err := p.Cases.Load(ctx, access.System(), history); err != nil {
		return fmt.Errorf("load cases: %w", err)
	}
	for i, s := range list {
		if acts[i](s); s.err != nil {
			return s.err
		}
	}
	return nil
}

type addScene = func(category org.CategoryID, days int, say string, act func(s *scene))

// sent takes the case to the holder of the duty, with somebody to help.
func (s *scene) sent(ctx context.Context, helper org.UnitID) {
	duty, _ := s.City.Duty(s.c.Category, s.c.Area, s.at)
	helpers := slices.Clone(duty.Helpers)
	if helper != "" && !slices.Contains(helpers, helper) {
		helpers = append(helpers, helper)
	}
	s.later(4, 40)
	s.by(ctx, s.persons.hotline(s.rng, access.Dispatcher), func(by access.Actor) (cases.Case, error) {
		return s.cases.Dispatch(ctx, by, s.c.ID, 0, cases.Dispatching{Unit: duty.Unit, Helpers: helpers})
	})
}

// taken is that the lead takes the case on and speaks with the resident.
func (s *scene) taken(ctx context.Context) {
	s.handler = s.persons.one(s.rng, s.c.Lead, access.Handler)
	s.later(10, 60)
	s.by(ctx, s.handler, func(by access.Actor) (cases.Case, error) { return s.cases.Accept(ctx, by, s.c.ID, 0) })
	s.later(10, 60)
	s.by(ctx, s.handler, func(by access.Actor) (cases.Case, error) {
		return s.cases.Contacted(ctx, by, s.c.ID, 0, "已致电来电人，约定到现场查看。")
	})
}

// answered is the answer of the lead, past all who check it, and the resident
// content.
func (s *scene) answered(ctx context.Context, text string) {
	s.later(120, 480)
	s.by(ctx, s.handler, func(by access.Actor) (cases.Case, error) {
		return s.cases.Draft(ctx, by, s.c.ID, 0, cases.Answer{Text: "您好！" + text, Outcome: cases.Solved}, true)
	})
	for !s.over && s.err == nil && s.c.State == cases.Checking {
		who := s.persons.hotline(s.rng, access.Dispatcher)
		switch s.c.Chain[s.c.Step] {
		case cases.StepCheck:
			who = s.persons.one(s.rng, s.c.Lead, access.SectionHead)
		case cases.StepSign:
			who = s.persons.one(s.rng, s.c.Lead, access.UnitLeader)
		}
		if who.ID == s.handler.ID {
			s.over = true // nobody passes their own
			return
		}
		s.later(10, 90)
		s.by(ctx, who, func(by access.Actor) (cases.Case, error) { return s.cases.Check(ctx, by, s.c.ID, 0, true, "") })
	}
	if s.c.State != cases.Answered {
		return
	}
	s.later(60, 400)
	s.take(func(by access.Actor) (cases.Case, error) {
		return s.cases.Verdict(ctx, by, s.part.ID, true, "")
	}, access.Resident(s.part.Request))
}

// When each of the plots began, in working days ago, and how far it is: each
// stage has its own.
const (
	toDecide = iota
	toConvene
	toRule
	ruled
)

func (p *play) addDisputes(ctx context.Context, add addScene) {
	days := []int{176, 131, 88, 57, 31, 14, 1, 2, 3, 4}
	for i, k := range plots {
		if _, ok := p.City.Unit(k.other); !ok {
			continue
		}
		stage := ruled
		switch {
		case k.minutes == "":
			stage = toConvene
		case k.ruling == "":
			stage = toRule
		}
		add(k.category, days[i], k.say[0], func(s *scene) { s.dispute(ctx, k, stage) })
	}
	add(plots[6].category, 1, plots[6].say[1], func(s *scene) { s.dispute(ctx, plots[6], toDecide) })
	// The next like one that was ruled on, which the ruling is shown beside.
	add(plots[0].category, 0, plots[0].say[1], func(*scene) {})
}

func (s *scene) dispute(ctx context.Context, k plot, stage int) {
	dispatcher := s.persons.hotline(s.rng, access.Dispatcher)
	s.sent(ctx, "")
	holder := s.persons.one(s.rng, s.c.Lead, access.Handler)
	s.later(20, 60)
	s.by(ctx, holder, func(by access.Actor) (cases.Case, error) {
		return s.cases.Return(ctx, by, s.c.ID, 0, cases.Return{Reason: k.returned, Proposed: k.other})
	})
	if stage == toDecide {
		return
	}
	s.later(10, 40)
	s.by(ctx, dispatcher, func(by access.Actor) (cases.Case, error) {
		return s.cases.RuleReturn(ctx, by, s.c.ID, 0, false, cases.Dispatching{}, k.refused)
	})
	s.later(15, 60)
	s.by(ctx, holder, func(by access.Actor) (cases.Case, error) {
		return s.cases.DisputeReturn(ctx, by, s.c.ID, 0, cases.Return{Reason: k.disputed, Proposed: k.other})
	})
	s.taken(ctx)
	if stage == toConvene {
		return
	}
	lead, helper := s.c.Lead, k.other
	if k.yields {
		lead, helper = k.other, s.c.Lead
	}
	s.later(40, 120)
	s.by(ctx, dispatcher, func(by access.Actor) (cases.Case, error) {
		return s.cases.Convene(ctx, by, s.c.ID, 0, cases.Convening{Lead: lead, Helpers: []org.UnitID{helper}, Minutes: k.minutes})
	})
	if stage == toRule {
		return
	}
	duty, _ := s.City.Catalogue.DutyOf(lead, s.c.Category)
	basis := ""
	if duty.ID == "" {
		basis = "部门职责规定和现场认定"
	}
	s.later(200, 700)
	s.by(ctx, s.persons.hotline(s.rng, access.Supervisor), func(by access.Actor) (cases.Case, error) {
		return s.cases.Rule(ctx, by, s.c.ID, 0, cases.Ruling{
			Lead: lead, Helpers: []org.UnitID{helper}, Duty: duty.ID, Basis: basis, Matter: k.matter, Text: k.ruling,
		})
	})
	if k.yields {
		s.taken(ctx)
	}
	s.answered(ctx, k.done)
}

func (p *play) addErrands(ctx context.Context, add addScene) {
	days := []int{21, 12, 9, 3, 6, 1}
	for i, k := range errands {
		if _, ok := p.City.Unit(k.helper); !ok {
			continue
		}
		add(k.category, days[i], k.say, func(s *scene) { s.errand(ctx, k) })
	}
}

func (s *scene) errand(ctx context.Context, k errand) {
	s.sent(ctx, k.helper)
	s.taken(ctx)
	s.later(5, 60)
	s.by(ctx, s.handler, func(by access.Actor) (cases.Case, error) {
		return s.cases.GiveTask(ctx, by, s.c.ID, 0, k.helper, k.task, calendar.Limit{N: 2, In: calendar.WorkingDays})
	})
	if k.answer == "" || s.over || s.err != nil {
		return
	}
	task := s.c.Tasks[0].ID
	s.later(60, 500)
	s.by(ctx, s.persons.one(s.rng, k.helper, access.Handler), func(by access.Actor) (cases.Case, error) {
		return s.cases.AnswerTask(ctx, by, s.c.ID, 0, task, k.answer)
	})
	if k.rating == 0 {
		s.later(10, 60)
		s.by(ctx, s.handler, func(by access.Actor) (cases.Case, error) {
			return s.cases.Determine(ctx, by, s.c.ID, 0, []org.UnitID{s.c.Lead, k.helper}, "双方到现场：与来电人反映一致，责任和整改时间已当场明确。")
		})
		return
	}
	s.later(10, 120)
	s.by(ctx, s.handler, func(by access.Actor) (cases.Case, error) {
		return s.cases.RateTask(ctx, by, s.c.ID, 0, task, k.rating, k.rated)
	})
	if k.rating > 3 {
		s.answered(ctx, k.answer)
	}
}

// What is put off: when that was, in working days ago, until when, in days from
// the present, and how far the asking is.
var puttingOff = []struct{ days, until, steps int }{{70, -9, 2}, {38, 12, 2}, {24, 47, 2}, {9, 96, 2}, {3, 110, 1}, {2, 75, 0}}

func (p *play) addDelays(ctx context.Context, add addScene) {
	for i, k := range delays {
		when := puttingOff[i]
		add(k.category, when.days, k.say, func(s *scene) { s.putOff(ctx, k, s.Until.AddDate(0, 0, when.until), when.steps) })
	}
}

func (s *scene) putOff(ctx context.Context, k delay, review time.Time, steps int) {
	s.sent(ctx, "")
	s.taken(ctx)
	s.later(60, 300)
	review = time.Date(review.Year(), review.Month(), review.Day(), 9, 0, 0, 0, review.Location())
	s.by(ctx, s.handler, func(by access.Actor) (cases.Case, error) {
		return s.cases.AskShelf(ctx, by, s.c.ID, 0, review, k.reason)
	})
	approve := func(by access.Actor) (cases.Case, error) { return s.cases.Shelve(ctx, by, s.c.ID, 0, true, "") }
	if steps > 0 {
		s.later(20, 120)
		s.by(ctx, s.persons.one(s.rng, s.c.Lead, access.UnitLeader), approve)
	}
	if steps > 1 {
		s.later(20, 120)
		s.by(ctx, s.persons.hotline(s.rng, access.Dispatcher), approve)
	}
	if review.Before(s.Until) && s.c.State == cases.Shelved {
		s.wait(review)
		s.take(func(access.Actor) (cases.Case, error) {
			if err := s.cases.Review(ctx, cases.Review{}); err != nil {
				return s.c, err
			}
			return s.cases.Case(ctx, access.System(), s.c.ID)
		}, access.System())
	}
}

func (p *play) addWishes(ctx context.Context, add addScene) {
	for i, k := range []struct {
		category org.CategoryID
		say      string
		wish     cases.Wish
		granted  bool
	}{
		{"illegal-building", "{place}楼顶又加盖了一间房，{days}就盖好了。", cases.Wish{N: 3, Reason: "需调取产权登记并送达告知书，法定陈述期未满。"}, true},
		{"repair-fund", "{place}屋顶漏水想用维修资金，手续办了{days}。", cases.Wish{N: 2, Pause: true, Reason: "业主表决公示期间无法继续，公示结束后继续办理。"}, false},
	} {
		add(k.category, 2+i, k.say, func(s *scene) {
			s.sent(ctx, "")
			s.taken(ctx)
			s.later(60, 200)
			s.by(ctx, s.handler, func(by access.Actor) (cases.Case, error) { return s.cases.AskTime(ctx, by, s.c.ID, 0, k.wish) })
			if k.granted {
				s.later(20, 90)
				s.by(ctx, s.persons.hotline(s.rng, access.Dispatcher), func(by access.Actor) (cases.Case, error) {
					return s.cases.DecideTime(ctx, by, s.c.ID, 0, true, "情况属实，同意延期。")
				})
			}
		})
	}
}
