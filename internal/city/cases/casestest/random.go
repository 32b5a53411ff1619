package casestest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// Random gives n cases with their histories, of ninety days before At, the
// same for the same seed. They are what a store may hold, not what came about
// by the rules: a store keeps what it is given.
func Random(seed uint64, n int) []cases.Loaded {
	r := random{rand.New(rand.NewPCG(seed, 1))}
	list := make([]cases.Loaded, n)
	for i := range list {
		list[i] = r.loaded(i)
	}
	return list
}

// Change makes of c a case in any other state, as random as Random's; its
// parts keep their requests.
func Change(r *rand.Rand, c *cases.Case) {
	n := random{r}.loaded(0).Case
	n.ID, n.Seq, n.Number, n.OpenedAt, n.Revision = c.ID, c.Seq, c.Number, c.OpenedAt, c.Revision
	parts := append([]cases.Part(nil), c.Parts...)
	for i := range parts {
		p := n.Parts[i%len(n.Parts)]
		p.ID, p.Request, p.Case, p.At, p.Matter = parts[i].ID, parts[i].Request, parts[i].Case, parts[i].At, parts[i].Matter
		parts[i] = p
	}
	n.Parts = parts
	*c = n
}

type random struct{ *rand.Rand }

func pick[T any](r random, list []T) T { return list[r.IntN(len(list))] }

// often gives the zero value but for one in n.
func often[T any](r random, n int, v T) (none T) {
	if r.IntN(n) > 0 {
		return none
	}
	return v
}

// after is a time up to so many hours after another.
func (r random) after(at time.Time, hours int) time.Time {
	return at.Add(time.Duration(r.Int64N(int64(hours)*int64(time.Hour)/1000)) * time.Microsecond)
}

func (r random) id(at time.Time) string { return ids.Seeded(at, r.Uint64()) }

var (
	kinds   = []string{"help", "help", "enquiry", "complaint", "report"}
	leaves  = []org.CategoryID{"light.out", "tree", "pipe", "rubbish", "conduct", ""}
	places  = []org.AreaID{"js", "js-01", "js-02", "js-02-7", "xh", "xh-01", ""}
	leads   = []org.UnitID{"roads", "roads", "lights", "parks", "water", "js-office", "js-grid"}
	waiting = []cases.WaitsFor{cases.ForDispatcher, cases.ForUnit, cases.ForHead, cases.ForLeader, cases.ForHotline, cases.ForResident, cases.ForNobody}
	limits  = []calendar.Limit{{}, {N: 4, In: calendar.WorkingHours}, {N: 5, In: calendar.WorkingDays}, {N: 24, In: calendar.Hours}, {N: 3, In: calendar.Days}}
)

func (r random) loaded(i int) cases.Loaded {
	opened := r.after(At.AddDate(0, 0, -90), 89*24)
	id := cases.ID(r.id(opened))
	c := cases.Case{
		ID: id, Seq: cases.DayOf(opened, time.UTC), State: pick(r, cases.States), WaitsFor: pick(r, waiting), Kind: pick(r, kinds), Route: org.RouteWork,
		Category: pick(r, leaves), Area: pick(r, places), Address: often(r, 2, "建设路28号"), Urgency: org.Urgency(r.IntN(3)), Channel: pick(r, []string{"phone", "phone", "web"}), Hops: r.IntN(4), Subject: fmt.Sprintf("第 %d 件", i),
		OpenedAt: opened, Revision: 1, Catalogue: int64(r.IntN(9)), Reopened: r.IntN(3), Step: r.IntN(2),
		Clocks: cases.Clocks{DispatchDue: r.after(opened, 48)},
	}
	c.Restricted = c.Kind == "report"
	if r.IntN(10) == 0 {
		c.About = pick(r, append(leads, "hotline"))
	}
	if c.State != cases.Waiting {
		r.work(&c)
	}
	for range 1 + often(r, 3, r.IntN(4)) {
		c.Parts = append(c.Parts, r.part(c, i, len(c.Parts)))
	}
	l := cases.Loaded{Case: c}
	at := opened
	for range r.IntN(5) {
		e := Event(id, pick(r, []cases.EventKind{cases.Opened, cases.DispatchedTo, cases.Noted, cases.Asked, cases.ReturnUpheld, cases.ReturnRefused, cases.KeptClosed, cases.Reopened}), at)
		e.ID, e.Public, e.Detail.From = r.id(at), r.IntN(2) == 0, often(r, 2, pick(r, leads))
		l.Events = append(l.Events, e)
		at = r.after(at, often(r, 2, 30)+1)
	}
	for v := range often(r, 3, 2) {
		at := opened.Add(time.Duration(v) * time.Hour)
		l.Answers = append(l.Answers, cases.Answer{ID: r.id(at), Case: id, At: at, By: "zhao", Outcome: pick(r, cases.Outcomes), Text: "已修复", ReleasedAt: often(r, 2, at)})
	}
	return l
}

// work is what there is of a case that was dispatched, or answered at once.
func (r random) work(c *cases.Case) {
	c.Lead, c.Handler, c.Duty = pick(r, leads), often(r, 2, pick(r, []access.StaffID{"zhao", "qian", "sun"})), often(r, 2, org.DutyID("d-light"))
	if c.State == cases.Closed && r.IntN(5) == 0 {
		c.Lead = ""
	}
	if r.IntN(10) == 0 {
		c.Route, c.Lead = pick(r, []string{org.RouteAnswered, org.RouteAnswered, "fire"}), "hotline"
	} else {
		c.DispatchedAt = r.after(c.OpenedAt, 24)
		c.AcceptedAt = often(r, 2, r.after(c.DispatchedAt, 24))
		c.Chain = pick(r, [][]string{{cases.StepHotline}, {cases.StepCheck, cases.StepHotline}, {cases.StepCheck, cases.StepSign, cases.StepHotline}})
		c.Clocks.AcceptLimit, c.Clocks.ResolveLimit = pick(r, limits), pick(r, limits)
		c.Clocks.AcceptDue, c.Clocks.ResolveDue = often(r, 2, r.after(c.DispatchedAt, 200)), often(r, 2, r.after(c.DispatchedAt, 900))
	}
	for _, h := range leads {
		if h != c.Lead && h != "roads" && r.IntN(6) == 0 {
			c.Helpers = append(c.Helpers, h)
		}
	}
	if r.IntN(8) == 0 {
		at := r.after(c.OpenedAt, 50)
		c.Clocks.PausedAt, c.Clocks.PausedUntil, c.Clocks.Unpaused = at, r.after(at, 50), c.Clocks.ResolveDue
	}
	c.Clocks.Further = cases.Further{
		ContactLimit: pick(r, limits), ContactDue: often(r, 3, r.after(c.OpenedAt, 99)), ContactedAt: often(r, 2, r.after(c.OpenedAt, 99)),
		StatutoryLimit: pick(r, limits), StatutoryDue: often(r, 3, r.after(c.OpenedAt, 999)), Stopped: !c.Clocks.PausedAt.IsZero() && r.IntN(2) == 0, Extended: r.IntN(3),
	}
	c.Clocks.PausedUsed = time.Duration(often(r, 4, r.IntN(100))) * time.Minute
	c.Granted = often(r, 5, []org.UnitID{"water"})
	c.ReturnedBy = often(r, 5, []org.UnitID{"parks", "water"})
	c.Beside = r.beside(*c)
	switch c.State {
	case cases.Answered, cases.Contested, cases.Closed:
		c.AnsweredAt = r.after(c.OpenedAt, 600)
		c.ConfirmUntil = r.after(c.AnsweredAt, 300)
		c.Outcome = pick(r, cases.Outcomes)
	}
	if c.State == cases.Closed {
		c.ClosedAt = r.after(c.AnsweredAt, 300)
	}
}

// beside is what may go on beside the state.
func (r random) beside(c cases.Case) (b cases.Beside) {
	b.Settled = often(r, 6, c.Lead)
	b.Disputed = often(r, 6, []org.UnitID{"roads"})
	if r.IntN(6) == 0 {
		b.Dispute = cases.Dispute{At: r.after(c.OpenedAt, 99), By: c.Lead, Reason: "不是我们的", Parties: []org.UnitID{"roads", "parks"}, Due: often(r, 2, r.after(c.OpenedAt, 200))}
		b.Dispute.ConvenedAt = often(r, 2, r.after(b.Dispute.At, 50))
	}
	for range often(r, 3, r.IntN(3)) {
		at := r.after(c.OpenedAt, 99)
		k := cases.Task{ID: r.id(at), Unit: pick(r, leads), Text: "修枝", By: "zhao", At: at, Due: r.after(at, 99)}
		if r.IntN(2) == 0 {
			k.DoneAt, k.DoneBy, k.Answer, k.Rating = r.after(at, 120), "zheng", "已修", r.IntN(6)
		}
		b.Tasks = append(b.Tasks, k)
	}
	if r.IntN(6) == 0 {
		at := r.after(c.OpenedAt, 99)
		d := cases.Determination{ID: r.id(at), At: at, By: "zhao", Minutes: "现场查看", Units: []org.UnitID{"roads", "parks"}}
		d.Signed = often(r, 2, []cases.Signature{{Unit: "parks", By: "zheng", At: at}})
		b.Joint = append(b.Joint, d)
	}
	if r.IntN(6) == 0 {
		b.Wish = cases.Wish{Pause: r.IntN(2) == 0, N: 2, Reason: "等料", By: "zhao", At: r.after(c.OpenedAt, 99)}
	}
	b.NoMoreCalls = r.IntN(2) == 0
	b.Follow = often(r, 4, []cases.Try{{Part: "p", At: At, By: "chen", Reached: true, Contacted: cases.Yes, Solved: cases.No, Treated: 2}})
	b.Conditions = often(r, 5, []cases.Condition{{ID: "k", Text: "还有两盏", At: At}})
	b.Recused = often(r, 5, []cases.Recusal{{Staff: "zhao", Ground: cases.Kin, By: "zhao", At: At}})
	if c.State == cases.Shelved || r.IntN(6) == 0 {
		b.Shelf = cases.Shelf{Reason: "等拆迁", Review: r.after(At, 99), By: "zhao", At: r.after(c.OpenedAt, 99), SignedAt: often(r, 2, At)}
		if c.State == cases.Shelved {
			b.Shelf.ApprovedAt, b.Shelf.ApprovedBy = At, "zhou"
		}
	}
	return b
}

func (r random) part(c cases.Case, i, n int) cases.Part {
	at := c.OpenedAt.Add(time.Duration(n) * time.Minute)
	p := cases.Part{ID: cases.PartID(r.id(at)), Request: fmt.Sprintf("request %d-%d", i, n), Case: c.ID, Matter: often(r, 3, "路灯"), At: at}
	p.WithdrawnAt = often(r, 15, r.after(at, 24))
	if !c.AnsweredAt.IsZero() {
		p.Verdict = pick(r, []cases.Verdict{cases.NoVerdict, cases.NoVerdict, cases.SaysSolved, cases.SaysSolved, cases.SaysNot})
		p.Rating = often(r, 2, 1+r.IntN(5))
	}
	if p.Verdict != cases.NoVerdict || r.IntN(9) == 0 { // said of an earlier answer
		p.VerdictAt = r.after(c.OpenedAt, 700)
	}
	if p.Verdict == cases.SaysNot {
		p.Missing = "还有两盏"
	}
	if p.Rating > 0 {
		p.RatingText, p.RatedAt = often(r, 2, "很快"), r.after(c.OpenedAt, 900)
	}
	return p
}
