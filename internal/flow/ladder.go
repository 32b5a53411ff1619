package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
)

// ClimbLadder is the job that tells of clocks that run out.
type ClimbLadder struct{}

// Kind names the job.
func (ClimbLadder) Kind() string { return "supervision.ladder" }

// climbEvery is how often clocks are looked at.
const climbEvery = 5 * time.Minute

// Reached is the highest rung whose time has come for a deadline, from 0; -1
// for none.
func Reached(cal *calendar.Calendar, l org.Ladder, due, now time.Time) int {
	at := -1
	for i, r := range l {
		switch {
		case due.IsZero():
			return -1
		case r.Before && cal.Due(now, r.Limit).Before(due):
			return at
		case !r.Before && r.Limit.IsZero() && now.Before(due):
			return at
		case !r.Before && !r.Limit.IsZero() && now.Before(cal.Due(due, r.Limit)):
			return at
		}
		at = i
	}
	return at
}

// An owing is something that is owed until a time, as a ladder tells of it.
type owing struct {
	event  string // which of the clocks of which case, order or plan
	what   string // as the texts name it
	number string
	link   string
	unit   org.UnitID     // that owes it, "" for the hotline
	person access.StaffID // of the unit, who has it in hand, or ""
	area   org.AreaID
	heads  bool           // the unit's heads answer for it, not its handlers
	gave   access.StaffID // who waits for it, and is told when it is late
	due    time.Time
}

// todos are the clocks beside that which counts, and what the texts call them.
var todos = map[cases.TodoKind]string{
	cases.ToHelp: "help", cases.ToContact: "contact", cases.ToConvene: "rule", cases.ToRule: "rule", cases.ToStatute: "statute", cases.ToReturn: "return",
}

// A climb is one look at all clocks.
type climb struct {
	*Supervision
	city    org.City
	now     time.Time
	soon    time.Time // what is due until then may be on a rung
	leaders []access.Staff
}

// Climb tells those of the highest rung that each clock has reached: of cases,
// of what is owed beside them, of exclusions, orders and the steps of programmes. Who
// was told of it before is not told again. What it looks at are the clocks that
// are over or soon will be, not what is stored.
func (f *Supervision) Climb(ctx context.Context, _ ClimbLadder) error {
	city, err := f.Org.City(ctx)
	if err != nil || len(city.Policy.Ladder) == 0 {
		return err
	}
	c := climb{Supervision: f, city: city, now: f.Now()}
	c.soon = c.now
	for _, r := range city.Policy.Ladder {
		if r.Before {
			c.soon = later(c.soon, city.Calendar.Due(c.now, r.Limit))
		}
	}
	if c.leaders, err = f.leading(ctx); err != nil {
		return err
	}
	if err := c.each(ctx, cases.Filter{LateAt: c.soon, Order: cases.ByRisk}, c.counts); err != nil {
		return err
	}
	for kind, what := range todos {
		err := c.each(ctx, cases.Filter{Todo: kind, TodoBefore: c.soon}, func(k cases.Case) []owing { return c.beside(k, kind, what) })
		if err != nil {
			return err
		}
	}
	if err := c.exclusions(ctx); err != nil {
		return err
	}
	return c.orders(ctx)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// leading are the people who lead the whole or a part of the city.
func (f *Supervision) leading(ctx context.Context) ([]access.Staff, error) {
	list, err := f.Staff.List(ctx, access.System())
	return slices.DeleteFunc(list, func(s access.Staff) bool {
		return !s.LeftAt.IsZero() || !slices.Contains(s.Roles, access.Leader)
	}), err
}

// each tells what is owed of the cases that a filter selects.
func (c climb) each(ctx context.Context, f cases.Filter, owed func(cases.Case) []owing) error {
	f.Limit = cases.MaxList
	for {
		list, err := c.Cases.List(ctx, access.System(), f)
		if err != nil || len(list) == 0 {
			return err
		}
		f.After = list[len(list)-1].Cursor()
		for _, k := range list {
			for _, o := range owed(k) {
				if err := c.tell(ctx, o); err != nil {
					return err
				}
			}
		}
	}
}

// counts is the clock of a case that counts now.
func (c climb) counts(k cases.Case) []owing {
	due, _ := k.Due()
	if k.Clocks.Paused(c.now) {
		return nil
	}
	o := c.of(k, due)
	o.event, o.unit, o.person = "ladder:"+string(k.ID), k.Lead, k.Handler
	if k.WaitsFor == cases.ForDispatcher || k.WaitsFor == cases.ForHotline {
		o.unit, o.person = "", ""
	}
	return []owing{o}
}

// beside is what is owed of a case beside the clock that counts.
func (c climb) beside(k cases.Case, kind cases.TodoKind, what string) (list []owing) {
	if kind == cases.ToContact && k.State == cases.Dispatched { // it is told that nobody has accepted it
		return nil
	}
	for _, d := range k.Todos() {
		if d.Kind == kind {
			o := c.of(k, d.Due)
			o.event, o.what, o.unit = fmt.Sprintf("ladder:%s:%s:%s", k.ID, what, d.Unit), "_"+what, d.Unit
			if d.Unit == k.Lead && d.Unit != "" {
				o.person = k.Handler
			}
			list = append(list, o)
		}
	}
	return list
}

func (climb) of(k cases.Case, due time.Time) owing {
	return owing{number: string(k.Number), link: "/work/cases/" + string(k.Number), area: k.Area, due: due}
}

// exclusions tells of those that were asked for and not ruled on.
func (c climb) exclusions(ctx context.Context) error {
	list, err := c.Cases.Store.Exclusions(ctx, cases.ExclusionFilter{State: cases.ExclusionOpen, Limit: mostOrders})
	if err != nil {
		return err
	}
	for _, e := range list {
		err := c.tell(ctx, owing{event: "ladder:exclusion:" + e.ID, what: "_exclusion", number: string(e.Number), link: "/work/exclusions", heads: true, due: e.Due(c.city)})
		if err != nil {
			return err
		}
	}
	return nil
}

// orders tells of orders without an answer, and of steps that are not done.
func (c climb) orders(ctx context.Context) error {
	list, err := c.Store.Orders(ctx, supervision.Filter{States: []supervision.State{supervision.Open}, Limit: mostOrders})
	if err != nil {
		return err
	}
	for _, o := range list {
		err := c.tell(ctx, owing{
			event: "ladder:order:" + string(o.ID), what: "_order", link: "/work/orders#" + string(o.ID), unit: o.Unit, heads: true, gave: o.By, due: o.Due,
		})
		if err != nil {
			return err
		}
	}
	programmes, err := c.Store.Programmes(ctx, latest)
	if err != nil {
		return err
	}
	for _, p := range programmes {
		for i, m := range p.Milestones {
			if p.Ended || !m.DoneAt.IsZero() {
				continue
			}
			err := c.tell(ctx, owing{
				event: fmt.Sprintf("ladder:programme:%s:%d", p.ID, i), what: "_step", link: "/work/programmes/" + string(p.ID), unit: p.Unit, heads: true, gave: p.By, due: m.Due,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// mostOrders of a kind are looked at; latest is how many programmes: one a
// month for eight years.
const mostOrders, latest = 10_000, 100

// tell tells those of the rung that something has reached, if it has.
func (c climb) tell(ctx context.Context, o owing) error {
	at := Reached(c.city.Calendar, c.city.Policy.Ladder, o.due, c.now)
	if at < 0 {
		return nil
	}
	return c.Notify.Send(ctx, fmt.Sprintf("%s:%d:%d", o.event, o.due.Unix(), at), c.rung(o, at)...)
}

// rung is whom a rung tells. What handlers are to a unit, dispatchers are to the
// hotline, and supervisors what heads are.
func (c climb) rung(o owing, at int) []notify.Notice {
	r := c.city.Policy.Ladder[at]
	key := "notice.ladder" + o.what + "_late"
	if r.Before {
		key = "notice.ladder" + o.what + "_soon"
	}
	base := notify.Notice{Key: key, Args: map[string]string{"Number": o.number, "Rung": strconv.Itoa(at + 1)}, Link: o.link}
	hotline := c.city.HotlineUnit().ID
	roles := map[org.UnitID][]access.Role{} // one notice to each unit
	var people []access.StaffID
	add := func(unit org.UnitID, role access.Role) {
		if !slices.Contains(roles[unit], role) {
			roles[unit] = append(roles[unit], role)
		}
	}
	for _, name := range r.Roles {
		role := access.Role(name)
		switch {
		case role == access.Leader:
			for _, s := range c.leaders {
				if s.Area == "" || slices.ContainsFunc(c.city.AreaPath(o.area), func(a org.Area) bool { return a.ID == s.Area }) {
					people = append(people, s.ID)
				}
			}
		case role == access.Dispatcher || role == access.Supervisor:
			add(hotline, role)
		case o.unit == "" && role == access.Handler && !o.heads:
			add(hotline, access.Dispatcher)
		case o.unit == "":
			add(hotline, access.Supervisor)
		case role == access.Handler && o.person != "":
			people = append(people, o.person)
		default:
			if o.heads && role == access.Handler {
				role = access.SectionHead
			}
			for _, up := range c.city.Up(o.unit) { // where the person is: the section or what it is a part of
				add(up, role)
			}
		}
	}
	if o.gave != "" && !r.Before {
		people = append(people, o.gave)
	}
	var list []notify.Notice
	for unit, roles := range roles {
		n := base
		n.Unit, n.Roles = unit, roles
		list = append(list, n)
	}
	for _, id := range people {
		n := base
		n.Staff = id
		list = append(list, n)
	}
	return list
}
