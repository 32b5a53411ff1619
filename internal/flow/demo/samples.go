package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// sampled is of how many months a sample is drawn.
const sampled = 3

// Sample draws the samples of the last months, each when its month was over,
// and has people look at the cases: at all of the earlier ones, and at so many
// of the newest as there was time for. What happened on days that are over is
// counted before.
func Sample(ctx context.Context, s Stage, o Options) error {
	p, err := newPlay(s, o)
	if err != nil {
		return err
	}
	u := p.Until
	for back := sampled - 1; back >= 0; back-- {
		p.clock = time.Date(u.Year(), u.Month()-time.Month(back), 1, 0, 5, 0, 0, u.Location())
		if err := p.cases.DrawAudit(ctx, cases.DrawAudit{}); err != nil {
			return err
		}
		if o.Requests < leastForScenes {
			continue
		}
		a, err := p.cases.Audit(ctx, access.System(), p.clock.AddDate(0, -1, 0).Format("2006-01"))
		if err != nil {
			return unless(errs.NotFound, err) // nothing was solved in that month
		}
		rng := p.luck(970 + back)
		for _, item := range a.Items {
			if back == 0 && item.Rank > len(a.Items)*3/5 {
				break
			}
			if err := p.lookAgain(ctx, rng, item, a.At); err != nil {
				return err
			}
		}
	}
	return nil
}

// lookAgain is somebody of the hotline who rings, or goes there.
func (p *play) lookAgain(ctx context.Context, rng *rand.Rand, item cases.Finding, drawn time.Time) error {
	at, err := p.last(ctx, item.Case)
	if err != nil {
		return err
	}
	if at.Before(drawn) {
		at = drawn
	}
	who := access.Clerk
	item.Means = "phone"
	if chance(rng, 15) {
		who, item.Means = access.Supervisor, pick(rng, []string{"photo", "visit"})
	}
	p.clock = p.office(rng, at, 60, 3000)
	by, there, err := p.actor(ctx, p.persons.hotline(rng, who))
	if err != nil || !there || !p.clock.Before(p.Until) {
		return err
	}
	switch {
	case chance(rng, 86):
		item.Finding = cases.FoundSolved
	case chance(rng, 60):
		item.Finding, item.Note = cases.FoundNot, pick(rng, []string{"来电人说当天好了，第二天又出现。", "照片中仍有一处未处理。", "只做了告知，没有处理。"})
	default:
		item.Finding, item.Note = cases.FoundUnknown, "三次未接通。"
	}
	_, err = p.cases.Find(ctx, by, item)
	return unless(errs.Denied, err) // the hotline's own
}
