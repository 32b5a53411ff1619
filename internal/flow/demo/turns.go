package demo

import (
	"slices"
	"time"

	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/flow"
)

// Each turn of a story gives false when it has not come to its end yet.

// returned gives the case back to the hotline, which rules.
func (s *story) returned() bool {
	w, rng := s.w, s.rng
	if !s.until(w.within(s.now, w.City.Policy.ReturnWindow, 0.1+0.7*rng.Float64())) {
		return false
	}
	proposed := w.other(rng, s.c.Category, s.c.Lead)
	if proposed == s.c.Lead || proposed == s.c.About {
		return true
	}
	lead := s.c.Lead
	s.c.State, s.c.ReturnedBy = cases.Returned, append(s.c.ReturnedBy, lead)
	s.tell(cases.ReturnedBy, true, w.persons.one(rng, lead, access.Handler), "",
		cases.Detail{Text: pick(rng, []string{"现场核实，该处不在我单位管护范围内，属对方职责。", "该事项的审批和监管职责已划转，建议由对方主办。", "经查产权登记，不属于我单位，请改派。"}), To: proposed, From: lead})
	if !s.until(w.office(rng, s.now, 20, 200)) {
		return false
	}
	dispatcher := w.persons.hotline(rng, access.Dispatcher)
	if chance(rng, 45) {
		s.c.State = cases.Dispatched
		s.tell(cases.ReturnRefused, true, dispatcher, "", cases.Detail{Text: "按派单目录，该事项由你单位主办，涉及其他单位的请牵头协调。", To: lead})
		return true
	}
	s.tell(cases.ReturnUpheld, true, dispatcher, "", cases.Detail{Text: "退回理由成立，改派。", To: proposed, From: lead})
	duty, ok := w.City.Catalogue.DutyOf(proposed, s.c.Category)
	if !ok {
		duty, _ = w.City.Catalogue.DutyByID(s.c.Duty)
		duty.ID, duty.Chain, duty.Unit = "", nil, proposed
	}
	s.dispatch(duty, lead)
	return true
}

func (s *story) withdraw() {
	s.c.Parts[0].WithdrawnAt = s.now
	s.tell(cases.WithdrawnBy, true, resident, s.c.Parts[0].ID, cases.Detail{})
	s.c.Outcome = cases.Withdrawn
	s.close()
}

// question waits for the resident, and the unit's clock with it.
func (s *story) question(handler access.Staff) bool {
	w, rng, k := s.w, s.rng, &s.c.Clocks
	if !s.until(w.within(s.now, k.ResolveLimit, 0.05+0.2*rng.Float64())) {
		return false
	}
	list := questions2
	if s.lang == "en" {
		list = questionsEN
	}
	q := pick(rng, list)
	cal, limit := w.City.Calendar, w.City.Policy.PauseCap
	end := cal.Due(s.now, limit)
	k.PausedAt, k.PausedUntil, k.Unpaused = s.now, end, k.ResolveDue
	k.ResolveDue = cal.Shift(k.ResolveDue, s.now, end, k.ResolveLimit)
	s.tell(cases.Asked, true, handler, "", cases.Detail{Text: q.question, Until: &end})
	if !s.until(s.now.Add(time.Duration(2+rng.IntN(70)) * time.Hour)) {
		return false
	}
	if s.now.Before(end) {
		end = s.now
		k.ResolveDue = cal.Shift(k.Unpaused, k.PausedAt, end, k.ResolveLimit)
	}
	k.PausedUsed = cal.Working(k.PausedAt, end)
	k.PausedAt, k.PausedUntil, k.Unpaused = time.Time{}, time.Time{}, time.Time{}
	s.tell(cases.Replied, true, resident, s.c.Parts[0].ID, cases.Detail{Text: fill(q.reply, s.gaps())})
	return true
}

// add is something the resident says later.
func (s *story) add() {
	list := added
	if s.lang == "en" {
		list = addedEN
	}
	r := &s.requests[0]
	r.Notes = append(r.Notes, intake.Note{ID: ids.Seeded(s.now, s.rng.Uint64()), Request: r.ID, At: s.now, By: "resident", Text: pick(s.rng, list)})
}

// answer works on the case, drafts, and passes the chain.
func (s *story) answer(handler access.Staff) bool {
	w, rng := s.w, s.rng
	start := s.c.DispatchedAt
	if s.c.Reopened > 0 {
		start = s.now
	}
	share := (0.12 + 0.7*rng.Float64()) * s.slow
	if chance(rng, 5) {
		share = 1.02 + rng.Float64()
	}
	limit := s.c.Clocks.ResolveLimit
	if limit.In == calendar.Hours || limit.IsZero() {
		share = min(share, 1.3)
	}
	done := w.within(start, limit, share)
	if earliest := soon(rng, s.now, 15, 45); done.Before(earliest) {
		done = earliest
	}
	if !s.until(done) {
		return false
	}
	result := outcome(rng)
	if s.c.Reopened > 0 {
		result = cases.Solved
	}
	for {
		a := cases.Answer{ID: ids.Seeded(s.now, rng.Uint64()), Case: s.c.ID, At: s.now, By: string(handler.ID), Outcome: result, Text: s.result(result, s.c.Lead)}
		s.answers = append(s.answers, a)
		s.c.Handler = handler.ID
		s.tell(cases.Drafted, true, handler, "", cases.Detail{Outcome: result})
		passed, here := s.pass(handler)
		if !here {
			return false
		}
		if passed {
			return true
		}
		if !s.until(w.office(rng, s.now, 40, 300)) {
			return false
		}
	}
}

// pass takes the answer up the chain; not passed, it comes back.
func (s *story) pass(handler access.Staff) (passed, here bool) {
	w, rng := s.w, s.rng
	s.c.State = cases.Checking
	for s.c.Step = 0; s.c.Step < len(s.c.Chain); {
		step := s.c.Chain[s.c.Step]
		by, kind := w.persons.one(rng, s.c.Lead, access.SectionHead), cases.Checked
		wait := w.office(rng, s.now, 8, 150)
		switch step {
		case cases.StepSign:
			by, kind, wait = w.persons.one(rng, s.c.Lead, access.UnitLeader), cases.Signed, w.office(rng, s.now, 30, 320)
		case cases.StepHotline:
			by, wait = w.persons.hotline(rng, access.Dispatcher), w.office(rng, s.now, 15, 140)
		}
		if s.c.Clocks.ResolveLimit.In == calendar.Hours {
			wait = soon(rng, s.now, 5, 25)
		}
		if by.ID == handler.ID {
			by = w.persons.hotline(rng, access.Supervisor)
		}
		if !s.until(wait) {
			return false, false
		}
		if chance(rng, 3) {
			s.tell(cases.SentBack, false, by, "", cases.Detail{Text: pick(rng, []string{"请写明处理的具体时间和结果。", "答复没有回应第二个问题，请补充。", "语气请再平实一些，不要只写“已转相关部门”。"}), Step: step})
			s.c.State, s.c.Step = cases.Accepted, 0
			return false, true
		}
		s.c.Step++
		if s.c.Step < len(s.c.Chain) {
			s.tell(kind, false, by, "", cases.Detail{Step: step})
			continue
		}
		a := s.answers[len(s.answers)-1]
		s.answers = s.answers[:len(s.answers)-1]
		s.give(a, by, cases.AnsweredWith)
	}
	return true, true
}

// release gives an answer that needs no chain.
func (s *story) release(o cases.Outcome, text string, by access.Staff, kind cases.EventKind) {
	s.give(cases.Answer{ID: ids.Seeded(s.now, s.rng.Uint64()), Case: s.c.ID, At: s.now, By: string(by.ID), Outcome: o, Text: text}, by, kind)
}

func (s *story) give(a cases.Answer, by access.Staff, kind cases.EventKind) {
	w := s.w
	a.ReleasedAt = s.now
	s.answers = append(s.answers, a)
	s.c.State, s.c.AnsweredAt, s.c.Outcome = cases.Answered, s.now, a.Outcome
	until := w.City.Calendar.Due(s.now, calendar.Limit{N: max(w.City.Policy.ConfirmDays, 1), In: calendar.WorkingDays})
	s.c.ConfirmUntil = until
	d := cases.Detail{Text: a.Text, Outcome: a.Outcome, Until: &until, From: s.c.Lead}
	if kind == cases.Routed {
		d.Route, d.Until = s.c.Route, nil
	}
	s.tell(kind, true, by, "", d)
}

func (s *story) confirm(i int) {
	p := &s.c.Parts[i]
	p.Verdict, p.VerdictAt, p.Missing = cases.SaysSolved, s.now, ""
	s.tell(cases.Confirmed, true, resident, p.ID, cases.Detail{})
}

// verdicts is what each resident says of the answer, in the order they say
// it; many say nothing. It gives true when somebody contests it.
func (s *story) verdicts() bool {
	rng := s.rng
	contested := false
	type word struct {
		at   time.Time
		part int
	}
	var said []word
	for i, p := range s.c.Parts {
		at := s.now.Add(time.Duration(20+rng.IntN(24*60)) * time.Minute)
		if p.Verdict == cases.NoVerdict && chance(rng, 46) && at.Before(s.c.ConfirmUntil) {
			said = append(said, word{at, i})
		}
	}
	slices.SortFunc(said, func(a, b word) int { return a.at.Compare(b.at) })
	for _, each := range said {
		if !s.until(each.at) {
			break
		}
		i := each.part
		p := &s.c.Parts[i]
		happy := 78.0
		if s.c.Outcome != cases.Solved {
			happy = 45
		}
		if s.c.Reopened > 0 {
			happy = 85
		}
		solved := chance(rng, happy)
		if solved {
			s.confirm(i)
		} else {
			p.Verdict, p.VerdictAt, p.Missing = cases.SaysNot, s.now, fill(pick(rng, s.words.missing), s.gaps())
			s.tell(cases.ContestedBy, true, resident, p.ID, cases.Detail{Text: p.Missing})
			s.c.State = cases.Contested
			contested = true
		}
		if p.Rating == 0 && chance(rng, 80) {
			s.rate(p, solved)
		}
	}
	if contested {
		return true
	}
	for _, p := range s.c.Parts {
		if p.Verdict == cases.NoVerdict {
			return false
		}
	}
	s.close()
	return false
}

var thanks = []string{"处理得很快，点赞。", "师傅很负责。", "谢谢，问题解决了。", "态度很好，就是等得久了点。", "", "", "", ""}

func (s *story) rate(p *cases.Part, solved bool) {
	rng := s.rng
	p.RatedAt = s.now
	switch x := rng.IntN(100); {
	case !solved:
		p.Rating = 1 + x/60
	case x < 60:
		p.Rating = 5
	case x < 88:
		p.Rating = 4
	default:
		p.Rating = 3
	}
	if p.Rating >= 4 && s.lang == "zh" {
		p.RatingText = pick(rng, thanks)
	}
	s.tell(cases.Rated, true, resident, p.ID, cases.Detail{Rating: p.Rating, Text: p.RatingText})
}

// rule decides on a contested answer; true when the case is worked on again.
func (s *story) rule() bool {
	w, rng := s.w, s.rng
	if s.c.State != cases.Contested || !s.until(w.office(rng, s.now, 25, 240)) {
		return false
	}
	by := w.persons.hotline(rng, access.Dispatcher)
	if s.c.DispatchedAt.IsZero() || s.c.Reopened > 1 || chance(rng, 30) {
		s.tell(cases.KeptClosed, true, by, "", cases.Detail{Text: "经回访核实，承办单位已按规定处理，并当面说明了情况。"})
		s.close()
		return false
	}
	d := cases.Detail{Text: "回访发现问题没有完全解决，请继续处理。", To: s.c.Lead}
	for i := range s.c.Parts {
		if p := &s.c.Parts[i]; p.Verdict == cases.SaysNot {
			d.Missing = append(d.Missing, p.Missing)
			p.Verdict = cases.NoVerdict
		}
	}
	s.c.Reopened++
	s.c.State, s.c.Outcome, s.c.Step, s.c.AnsweredAt, s.c.ConfirmUntil = cases.Accepted, "", 0, time.Time{}, time.Time{}
	s.c.Clocks.ResolveDue = w.City.Calendar.Due(s.now, s.c.Clocks.ResolveLimit)
	due := s.c.Clocks.ResolveDue
	d.Until = &due
	s.tell(cases.Reopened, true, by, "", d)
	return true
}

func (s *story) close() { s.c.State, s.c.ClosedAt = cases.Closed, s.now }

// pipe is a main that bursts in the evening: forty people call within an hour
// and a half, about one hole in the ground.
func (s *story) pipe() {
	s.c.Urgency = max(s.c.Urgency, 1)
	for range pipeCalls {
		s.say(s.now, s.trouble())
		s.now = s.now.Add(time.Duration(20+s.rng.IntN(230)) * time.Second)
	}
	s.now = s.requests[0].At
	s.c.OpenedAt, s.c.Subject = s.now, flow.Subject(s.requests[0].Request)
	s.tell(cases.Opened, false, s.opener(), "", cases.Detail{Category: s.c.Category})
	s.work()
}
