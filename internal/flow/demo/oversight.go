package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
)

// last is when something happened to a case for the last time.
func (p *play) last(ctx context.Context, id cases.ID) (at time.Time, err error) {
	list, err := p.cases.Store.Events(ctx, id)
	for _, e := range list {
		if e.At.After(at) {
			at = e.At
		}
	}
	return at, err
}

// head is who answers orders for a unit: its section head, or one above it.
func (p *play) head(rng *rand.Rand, unit org.UnitID) access.Staff {
	for _, u := range p.City.Up(unit) {
		if list := p.persons.in[u][access.SectionHead]; len(list) > 0 {
			return pick(rng, list)
		}
	}
	return access.Staff{}
}

func (p *play) hotlines(id org.UnitID) bool {
	unit, _ := p.City.Unit(id)
	return unit.Type == org.Hotline
}

// A directive is an order, when it was given, in working days ago, and what
// became of it.
type directive struct {
	days   int
	limit  string
	text   string
	answer string // "" while the unit owes one, in time or not
	back   string // why the first answer was sent back
	again  string
	ruling string
	closed bool
	unit   org.UnitID // for one about a unit's work as a whole
}

var directives = []directive{
	{days: 1, limit: "2wd", text: "群众已等待多日，请报告到现场的时间和下一步安排。"},
	{days: 5, limit: "2wd", text: "该件已超期，请说明原因并于两个工作日内办结。"},
	{days: 4, limit: "2wd", text: "请核实现场是否有安全隐患，先行处置。", answer: "已设置围挡和警示灯，材料到场后两天内完工。"},
	{days: 11, limit: "3wd", text: "同类诉求本月反复出现，请拿出根治办法。", answer: "已加强巡查。", back: "没有说明由谁、何时、做什么，请重新报告。", again: "责任到两个班组，逐点编号，每周三报进度；本月底前完成全部十二处。", ruling: "可行，按周跟进。", closed: true},
	{days: 16, limit: "2wd", text: "群众反映答复与现场不符，请复查。", answer: "复查属实，已补做并当面致歉。", ruling: "同意办结，相关责任人批评教育。", closed: true},
	{days: 8, limit: "3wd", unit: "hs-property", text: "本月物业类诉求退单率明显偏高，请分析原因。", answer: "主要因小区红线不清，已与排水、市政共同划定并登记。", ruling: "同意。", closed: true},
}

// supervise gives orders about cases that are late, and about a unit.
func (p *play) supervise(ctx context.Context) error {
	rng := p.luck(900)
	p.clock = p.Until
	late, err := p.cases.List(ctx, access.System(), cases.Filter{LateAt: p.Until, States: []cases.State{cases.Dispatched, cases.Accepted}, Order: cases.ByRisk, Limit: cases.MaxList})
	if err != nil {
		return err
	}
	slices.Reverse(late) // those that are late longest are others' business already
	by, there, err := p.actor(ctx, p.persons.hotline(rng, access.Supervisor))
	if err != nil || !there {
		return err
	}
	for _, d := range directives {
		at := p.office(rng, p.back(d.days), 5, 100)
		about, unit := cases.Case{}, d.unit
		if unit == "" {
			i := slices.IndexFunc(late, func(c cases.Case) bool {
				return c.DispatchedAt.Before(at) && !p.hotlines(c.Lead) && c.About == "" && !c.Restricted && p.head(rng, c.Lead).ID != ""
			})
			if i >= 0 {
				about, unit = late[i], late[i].Lead
				late = slices.Delete(late, i, i+1)
			} else {
				unit = pick(rng, p.City.Catalogue.Duties).Unit
			}
		}
		if _, ok := p.City.Unit(unit); !ok || p.hotlines(unit) || at.After(p.Until) {
			continue
		}
		if err := p.order(ctx, d, by, about, unit, at); err != nil {
			return err
		}
	}
	return nil
}

func (p *play) order(ctx context.Context, d directive, by access.Actor, about cases.Case, unit org.UnitID, at time.Time) error {
	rng := p.luck(910 + d.days)
	via := access.Resource{Type: access.CityType}
	if about.ID != "" {
		via = about.Resource(p.City.Directory)
	}
	p.clock = at
	o, err := p.orders.Give(ctx, by, supervision.Draft{Case: string(about.ID), Unit: unit, Text: d.text, In: d.limit}, via)
	if err != nil {
		return err
	}
	head, there, err := p.actor(ctx, p.head(rng, unit))
	if err != nil || !there {
		return err
	}
	// later is whether the next step has happened yet.
	later := func(least, most int) bool {
		p.clock = p.office(rng, p.clock, least, most)
		return !p.clock.After(p.Until)
	}
	reply := func(text string) error {
		if text == "" || !later(60, 300) {
			return nil
		}
		_, err := p.orders.Reply(ctx, head, o.ID, text, via)
		return err
	}
	rule := func(accept bool, text string) error {
		if !later(60, 400) {
			return nil
		}
		_, err := p.orders.Rule(ctx, by, o.ID, accept, text, via)
		return err
	}
	if err := reply(d.answer); err != nil {
		return err
	}
	if d.back != "" {
		if err := rule(false, d.back); err != nil {
			return err
		}
		if err := reply(d.again); err != nil {
			return err
		}
	}
	if !d.closed {
		return nil
	}
	return rule(true, d.ruling)
}

// programmes begins a topic in each of the last months, the oldest of which is
// over.
func (p *play) programmes(ctx context.Context) error {
	by, there, err := p.actor(ctx, p.persons.hotline(p.luck(920), access.Supervisor))
	if err != nil || !there {
		return err
	}
	n := 0
	for _, k := range topics {
		const months = 3
		u := p.Until
		begun := time.Date(u.Year(), u.Month()-time.Month(months-1-n), 1, 0, 0, 0, 0, u.Location())
		duty, held := p.City.Duty(k.category, "", begun)
		if n == months || !held || p.hotlines(duty.Unit) {
			continue
		}
		if p.clock = p.office(p.luck(930+n), begun, 60, 200); p.clock.After(u) {
			break
		}
		d := supervision.ProgrammeDraft{
			Month: begun.Format("2006-01"), Unit: duty.Unit, Title: org.Name{ZH: k.zh, EN: k.en}, Categories: []org.CategoryID{k.category},
			Since: begun.AddDate(0, -3, 0).Format(time.DateOnly), Cause: k.cause,
		}
		var due []time.Time
		for i, text := range k.steps {
			day := begun.AddDate(0, 0, 14+20*i)
			due = append(due, day)
			d.Steps = append(d.Steps, supervision.StepDraft{Text: text, Day: day.Format(time.DateOnly)})
		}
		one, err := p.orders.Propose(ctx, by, d)
		if err != nil {
			return err
		}
		if err := p.carryOut(ctx, by, one, due, n, k); err != nil {
			return err
		}
		n++
	}
	return nil
}

// carryOut reaches the steps of a programme: of the oldest all, of others what
// was due some days ago.
func (p *play) carryOut(ctx context.Context, by access.Actor, one supervision.Programme, due []time.Time, n int, k effort) error {
	rng := p.luck(940 + n)
	head, there, err := p.actor(ctx, p.head(rng, one.Unit))
	if err != nil || !there {
		return err
	}
	reached := 0
	for i := range due {
		at := p.office(rng, due[i].AddDate(0, 0, n*4-2), 30, 300)
		if !at.Before(p.Until) {
			break
		}
		p.clock = at
		if _, err := p.orders.Reach(ctx, head, one.ID, i, true); err != nil {
			return err
		}
		reached++
	}
	if n > 0 || reached < len(due) || k.solved == "" {
		return nil
	}
	p.clock = p.Until.Add(-time.Minute)
	_, err = p.orders.End(ctx, by, one.ID, org.Name{ZH: k.solved, EN: k.done})
	return err
}

// rung is how many answers of each of the last days somebody rings about, for
// so many days.
const (
	rung     = 4
	rungDays = 12
)

// ring asks residents what they make of answers they said nothing of.
func (p *play) ring(ctx context.Context) error {
	rng := p.luck(950)
	n := 0
	for days := rungDays; days > 0; days-- {
		p.clock = p.back(days)
		list, err := p.cases.List(ctx, access.System(), cases.Filter{States: []cases.State{cases.Answered}, ToCall: true, To: p.clock, Limit: 10 * rung})
		if err != nil {
			return err
		}
		today := 0
		for _, c := range list {
			if today == rung {
				break
			}
			called, err := p.call(ctx, rng, c, n)
			if err != nil {
				return err
			}
			if called {
				n, today = n+1, today+1
			}
		}
	}
	return nil
}

// call rings about one answer, until somebody is reached or it is given up.
func (p *play) call(ctx context.Context, rng *rand.Rand, c cases.Case, n int) (called bool, err error) {
	tries := p.City.Policy.CallTries
	if len(c.Parts) != 1 || len(c.Follow) > 0 || !c.Callable(c.Parts[0], tries) {
		return false, nil
	}
	by, there, err := p.actor(ctx, p.persons.hotline(rng, access.Clerk))
	if err != nil || !there || by.Can(access.CaseFollow, c.Resource(p.City.Directory)) != nil {
		return false, err
	}
	at, err := p.last(ctx, c.ID)
	if err != nil {
		return false, err
	}
	p.clock = p.office(rng, at, 200, 900)
	for try := range tries {
		if !p.clock.Before(p.Until) || p.clock.After(c.ConfirmUntil) {
			break
		}
		f := said(c.Parts[0].ID, n+try)
		if _, err := p.cases.FollowUp(ctx, by, c.ID, 0, f); unless(errs.Conflict, err) != nil {
			return called, err
		}
		called = true
		if f.Solved == cases.No {
			return called, p.judge(ctx, rng, c.ID)
		}
		if f.Reached || try > 0 && chance(rng, 50) {
			break
		}
		p.clock = p.office(rng, p.clock, 70, 260) // at another hour of the day
	}
	return called, nil
}

// judge rules on an answer that somebody was not content with on the telephone.
func (p *play) judge(ctx context.Context, rng *rand.Rand, id cases.ID) error {
	p.clock = p.office(rng, p.clock, 60, 400)
	by, there, err := p.actor(ctx, p.persons.hotline(rng, access.Dispatcher))
	if err != nil || !there || !p.clock.Before(p.Until) {
		return err
	}
	_, err = p.cases.RuleContested(ctx, by, id, 0, false, "现场照片显示诉求所指的部分已处理；靠墙一侧另立一件办理。")
	return unless(errs.Conflict, err)
}

// said is what comes of a call: most are reached, most of them content.
func said(part cases.PartID, n int) cases.FollowUp {
	f := cases.FollowUp{Part: part}
	switch n % 8 {
	case 0, 2, 4:
		return f
	case 1, 5, 6:
		f.Solved, f.Treated = cases.Yes, 5
	case 3:
		f.Solved, f.Treated = cases.Unsure, 4
	default:
		f.Solved, f.Missing, f.Treated, f.Words = cases.No, "只处理了一半，靠墙那边还是老样子。", 2, "电话里说得很好，人没有来。"
	}
	f.Reached, f.Contacted = true, cases.Yes
	if n%8 == 7 {
		f.Contacted = cases.No
	}
	return f
}

// A plea is why a unit asks that a case be left out of a rate, and the ruling,
// "" while there is none.
type plea struct {
	rate, ground, reason, ruling string
	granted                      bool
}

var pleas = []plea{
	{"response", "no_access", "三次上门均无人应答，电话关机，有现场照片。", "上门记录和照片完整，同意剔除。", true},
	{"satisfaction", "unreasonable", "诉求人要求补偿金额超出合同约定，解释后仍给差评。", "诉求是否合理应在答复中说明，不是剔除的理由，不同意。", false},
	{"resolution", "beyond", "诉求要求修改省级收费标准，区内单位无权决定。", "属省级事权，同意剔除。", true},
	{"response", "force_majeure", "连续暴雨红色预警期间禁止高空作业。", "预警期间与超期时段重合，同意剔除。", true},
	{"satisfaction", "mistake", "市民说的是五分，录入时点成了一分。", "录音核对无误，同意剔除。", true},
	{"resolution", "mistake", "解决结果录入时选错。", "", false},
}

// exclude asks that cases be left out of rates, and rules on all but one.
func (p *play) exclude(ctx context.Context) error {
	rng := p.luck(960)
	var units []org.UnitID
	for _, d := range p.City.Catalogue.Duties {
		if !slices.Contains(units, d.Unit) {
			units = append(units, d.Unit)
		}
	}
	p.clock = p.Until
	list, err := p.cases.Store.Against(ctx, units, cases.Period{From: p.Until.AddDate(0, -2, 0), To: p.Until.AddDate(0, 0, -10), Now: p.Until}, cases.MaxList)
	if err != nil {
		return err
	}
	supervisor, there, err := p.actor(ctx, p.persons.hotline(rng, access.Supervisor))
	if err != nil || !there {
		return err
	}
	left := slices.Clone(pleas)
	for _, c := range list {
		if len(left) == 0 {
			break
		}
		last, err := p.last(ctx, c.ID)
		if err != nil {
			return err
		}
		p.clock = p.office(rng, last, 500, 1500)
		silent := c.State == cases.Answered && p.clock.After(c.ConfirmUntil)
		if c.State != cases.Closed && !silent || !p.clock.Before(p.Until) || c.Restricted || c.About != "" {
			continue
		}
		head, there, err := p.actor(ctx, p.head(rng, c.Lead))
		if err != nil {
			return err
		}
		counts := c.RatesIn(cases.Period{To: p.Until.AddDate(1, 0, 0), Now: p.clock})
		i := slices.IndexFunc(left, func(k plea) bool { r := counts.RateOf(k.rate); return r.Of > r.Count })
		if !there || i < 0 || p.hotlines(c.Lead) || head.Can(access.CaseAppeal, c.Resource(p.City.Directory)) != nil {
			continue
		}
		k := left[i]
		left = slices.Delete(left, i, i+1)
		if _, err := p.cases.AskExclusion(ctx, head, c.ID, 0, []string{k.rate}, k.ground, k.reason); err != nil {
			return err
		}
		p.clock = p.office(rng, p.clock, 100, 900)
		if k.ruling == "" || !p.clock.Before(p.Until) {
			continue
		}
		asked, err := p.cases.Store.Exclusions(ctx, cases.ExclusionFilter{Case: c.ID, State: cases.ExclusionOpen, Limit: 1})
		if err != nil || len(asked) == 0 {
			return err
		}
		if _, err := p.cases.RuleExclusion(ctx, supervisor, asked[0].ID, k.granted, k.ruling); err != nil {
			return err
		}
	}
	return nil
}
