package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/flow"
)

// A story is one case from the first word to where it stands at the end.
type story struct {
	w       *world
	rng     *rand.Rand
	m       moment
	words   words
	place   place
	lang    string
	channel string
	clerk   access.Staff
	now     time.Time
	slow    float64 // some units take longer than others

	c        cases.Case
	events   []cases.Event
	answers  []cases.Answer
	requests []intake.Loaded
}

// live makes the requests and the case of one moment.
func (w *world) live(m moment) ([]intake.Loaded, []cases.Loaded) {
	s := &story{w: w, rng: w.rng(m.n), m: m, now: m.at, lang: "zh", channel: intake.Phone}
	category := org.CategoryID("water-burst")
	if _, ok := w.words[category]; !ok || !m.pipe {
		category = w.about(s.rng, m)
	}
	s.words = w.words[category]
	s.channelAndTongue()
	s.place = w.place(s.rng, s.lang)
	s.clerk = w.persons.hotline(s.rng, access.Clerk)
	s.open(category)
	switch {
	case m.pipe:
		s.pipe()
	case m.enquiry:
		s.enquire()
	default:
		s.say(s.now, s.trouble())
		s.c.Subject = flow.Subject(s.requests[0].Request)
		s.tell(cases.Opened, false, s.opener(), "", cases.Detail{Category: category})
		if !s.elsewhere() {
			s.work()
		}
	}
	return s.requests, []cases.Loaded{{Case: s.c, Events: s.events, Answers: s.answers}}
}

func (s *story) channelAndTongue() {
	if !s.m.pipe && chance(s.rng, 2.5) && len(s.words.say.en) > 0 && len(s.words.done.en) > 0 && len(s.words.ask.en) > 0 {
		s.lang = "en"
	}
	x := s.rng.IntN(100)
	switch {
	case s.m.enquiry && x < 93, !s.m.enquiry && x < 78, s.m.pipe:
	case s.m.enquiry && x < 97, !s.m.enquiry && x < 81:
		if h := s.m.at.Hour(); h >= 9 && h < 17 && s.w.City.Calendar.WorkingDay(s.m.at) {
			s.channel = intake.Counter
		}
	default:
		s.channel = intake.Web
	}
}

// open is the case as it is when somebody has just spoken.
func (s *story) open(category org.CategoryID) {
	kind, _ := s.w.City.Catalogue.Category(category)
	s.c = cases.Case{
		ID: cases.ID(ids.Seeded(s.now, s.rng.Uint64())), State: cases.Waiting, Kind: kind.Kind, Route: org.RouteWork, Category: category,
		Area: s.place.area, Address: s.place.address, Urgency: kind.Urgency, Channel: s.channel, OpenedAt: s.now, Revision: 1,
	}
	if s.m.enquiry {
		s.c.Kind = intake.Enquiry
	} else if kind.Kind == intake.Complaint && chance(s.rng, 3) {
		s.c.Kind, s.c.Restricted = intake.Report, true
	}
}

// say adds a request, with its part in the case.
func (s *story) say(at time.Time, text string) {
	r := s.request(at, text)
	s.requests = append(s.requests, r)
	s.c.Parts = append(s.c.Parts, cases.Part{ID: cases.PartID(ids.Seeded(at, s.rng.Uint64())), Request: string(r.ID), Case: s.c.ID, At: at})
}

// opener is who made a case of it: the clerk, or the program.
func (s *story) opener() access.Staff {
	if s.requests[0].Clerk != "" {
		return s.clerk
	}
	return access.Staff{ID: "system"}
}

// until takes the clock on, or says that this has not happened yet.
func (s *story) until(t time.Time) bool {
	if t.After(s.w.Until) {
		return false
	}
	if t.After(s.now) {
		s.now = t.Truncate(time.Millisecond)
	}
	return true
}

func (s *story) tell(kind cases.EventKind, public bool, by access.Staff, part cases.PartID, d cases.Detail) {
	who := string(by.ID)
	if who == "" {
		who = "resident"
	}
	s.events = append(s.events, cases.Event{
		ID: ids.Seeded(s.now, s.rng.Uint64()), Case: s.c.ID, Part: part, At: s.now, Kind: kind, By: who, Unit: by.Unit, Public: public, Detail: d,
	})
}

var resident access.Staff

// enquire is a question with an answer at once.
func (s *story) enquire() {
	list := s.words.ask.in(s.lang)
	q := pick(s.rng, list)
	ask := fill(q.ask, s.gaps())
	text := ask
	if s.lang == "zh" && s.channel != intake.Web {
		text = pick(s.rng, asked) + text
	}
	s.say(s.now, text)
	s.c.Subject = flow.Subject(s.requests[0].Request)
	s.tell(cases.Opened, false, s.opener(), "", cases.Detail{Category: s.c.Category})
	answered := soon(s.rng, s.now, 1, 7)
	if s.channel == intake.Web {
		answered = s.w.office(s.rng, s.now, 10, 150)
	}
	if !s.until(answered) {
		return
	}
	s.c.Route, s.c.Lead, s.c.Handler = org.RouteAnswered, s.clerk.Unit, s.clerk.ID
	s.c.Catalogue = s.w.City.Catalogue.Version
	s.release(cases.Solved, s.explain(ask, fill(q.reply, s.gaps())), s.clerk, cases.AnsweredWith)
	if s.channel != intake.Web && chance(s.rng, 88) {
		s.confirm(0)
		s.close()
		return
	}
	if s.verdicts() {
		s.rule()
	}
}

// elsewhere is a matter that is shown its way: an emergency, or a lawful
// procedure.
func (s *story) elsewhere() bool {
	routes := s.w.City.Catalogue.Routes
	if s.channel == intake.Web || len(routes) == 0 || !chance(s.rng, 1.2) {
		return false
	}
	if !s.until(soon(s.rng, s.now, 1, 4)) {
		return false
	}
	r := pick(s.rng, routes)
	if r.Type == org.RouteSecret {
		return false
	}
	s.requests[0].Text = pick(s.rng, noted) + wayOf(r)
	s.c.Subject = flow.Subject(s.requests[0].Request)
	s.c.Route, s.c.Lead, s.c.Handler = r.ID, s.clerk.Unit, s.clerk.ID
	s.release(cases.NotOurs, r.Tell.ZH+"\n"+r.Tell.EN, s.clerk, cases.Routed)
	s.close()
	return true
}

func wayOf(r org.Route) string {
	if len(r.Any) > 0 && r.Type == org.RouteEmergency {
		return "有人" + r.Any[0] + "，问该找谁。"
	}
	return "关于" + r.Name.ZH + "，问应当向哪里提出，需要什么材料。"
}

// work is a matter for a unit.
func (s *story) work() {
	w, rng := s.w, s.rng
	at := w.office(rng, s.now, 4, 70)
	if s.c.Urgency > org.Ordinary {
		at = soon(rng, s.now, 2, 14)
	}
	duty, ok := w.City.Duty(s.c.Category, s.c.Area, s.now)
	if !ok || !s.until(at) {
		return
	}
	if s.c.Category == "gov-conduct" && chance(rng, 60) {
		s.c.About = w.other(rng, s.c.Category, duty.Unit)
	}
	s.dispatch(duty, "")
	if chance(rng, 3.5) && !s.returned() {
		return
	}
	share := 0.05 + 0.8*rng.Float64()
	if chance(rng, 3) {
		share = 1.05 + rng.Float64()/2
	}
	if !s.until(w.within(s.c.DispatchedAt, s.c.Clocks.AcceptLimit, share)) {
		return
	}
	handler := w.persons.one(rng, s.c.Lead, access.Handler)
	s.c.State, s.c.AcceptedAt, s.c.Handler = cases.Accepted, s.now, handler.ID
	s.tell(cases.AcceptedBy, true, handler, "", cases.Detail{})
	if chance(rng, 1.5) && s.until(w.within(s.now, s.c.Clocks.ResolveLimit, 0.3*rng.Float64())) {
		s.withdraw()
		return
	}
	if chance(rng, 6) && !s.question(handler) {
		return
	}
	if chance(rng, 2.5) && s.until(w.office(rng, s.now, 30, 400)) {
		s.add()
	}
	for range 3 {
		if !s.answer(handler) || !s.verdicts() {
			return
		}
		if !s.rule() {
			return
		}
	}
}

// dispatch starts the clocks.
func (s *story) dispatch(duty org.Duty, from org.UnitID) {
	unit, _ := s.w.City.Unit(duty.Unit)
	s.c.State, s.c.Lead, s.c.DispatchedAt, s.c.AcceptedAt = cases.Dispatched, duty.Unit, s.now, time.Time{}
	s.c.Duty, s.c.Catalogue, s.c.Handler = duty.ID, s.w.City.Catalogue.Version, ""
	s.c.Chain = cases.Chain(s.w.City.Directory, unit, duty)
	s.c.Urgency = max(s.c.Urgency, duty.Urgency)
	s.c.Helpers = nil
	if len(duty.Helpers) > 0 && chance(s.rng, 40) {
		s.c.Helpers = slices.DeleteFunc(slices.Clone(duty.Helpers), func(u org.UnitID) bool { return u == duty.Unit || u == s.c.About })
	}
	cal := s.w.City.Calendar
	s.c.Clocks = cases.Clocks{
		AcceptLimit: duty.Accept, AcceptDue: cal.Due(s.now, duty.Accept),
		ResolveLimit: duty.Resolve, ResolveDue: cal.Due(s.now, duty.Resolve),
	}
	s.slow = 0.75 + float64(len(duty.Unit)*7%13)/26
	due := s.c.Clocks.ResolveDue
	s.tell(cases.DispatchedTo, true, s.w.persons.hotline(s.rng, access.Dispatcher), "",
		cases.Detail{To: duty.Unit, From: from, Helpers: s.c.Helpers, Duty: duty.ID, Category: s.c.Category, Until: &due})
}
