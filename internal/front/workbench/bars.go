package workbench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/front/web"
)

// A bar is one clock of a case on its page.
type bar struct {
	name   string
	due    time.Time // zero for the resident's own, which has no end
	done   time.Time // when what it is for was done, else zero
	tone   web.Tone
	text   string
	used   float64 // how much of the bar is filled, 0 to 1
	pauses []stretch
	limit  float64 // where on the bar the deadline lies, 0 to 1; 1 is its end
}

// A stretch is a part of a bar, 0 to 1.
type stretch struct{ from, width float64 }

// bars are the clocks of the case, those that have begun.
func (v caseView) bars(ctx context.Context) []bar {
	c, k := v.c, v.c.Clocks
	cal, policy := v.city.Calendar, v.city.Policy
	var list []bar
	add := func(name string, from, due, done time.Time, limit calendar.Limit, pauses [][2]time.Time) {
		if !from.IsZero() && !due.IsZero() {
			list = append(list, v.bar(ctx, name, from, due, done, limit, pauses))
		}
	}
	sent := c.DispatchedAt
	if sent.IsZero() {
		sent = c.AnsweredAt // on the spot
	}
	add("dispatch", c.OpenedAt, cal.Due(c.OpenedAt, policy.Dispatch), sent, policy.Dispatch, nil)
	if c.State == cases.Returned {
		add("return", v.returnedAt(), k.DispatchDue, time.Time{}, policy.Dispatch, nil)
	}
	add("accept", c.DispatchedAt, k.AcceptDue, c.AcceptedAt, k.AcceptLimit, nil)
	add("contact", c.DispatchedAt, k.ContactDue, k.ContactedAt, k.ContactLimit, nil)
	if c.State != cases.Shelved {
		add("resolve", c.DispatchedAt, k.ResolveDue, c.AnsweredAt, k.ResolveLimit, v.pauses())
	}
	add("statutory", c.OpenedAt, k.StatutoryDue, c.AnsweredAt, k.StatutoryLimit, nil)
	return list
}

func (v caseView) bar(ctx context.Context, name string, from, due, done time.Time, limit calendar.Limit, pauses [][2]time.Time) bar {
	end := v.now
	if !done.IsZero() {
		end = done
	} else if !v.c.ClosedAt.IsZero() {
		end = v.c.ClosedAt
	}
	last := due
	if end.After(due) {
		last = end
	}
	at := func(t time.Time) float64 {
		return min(max(t.Sub(from).Seconds()/max(last.Sub(from).Seconds(), 1), 0), 1)
	}
	b := bar{name: name, due: due, done: done, used: at(end), limit: at(due), tone: web.Plain}
	for _, p := range pauses {
		if p[1].After(from) && p[0].Before(last) {
			b.pauses = append(b.pauses, stretch{at(p[0]), at(p[1]) - at(p[0])})
		}
	}
	left := v.city.Calendar.Left(end, due, limit)
	switch {
	case !done.IsZero() && !left.Late:
		b.tone, b.text = web.Done, web.T(ctx, "clocks.in_time")
		return b
	case left.Late:
		b.tone = web.Late
		b.text = web.T(ctx, "clock.late_"+string(left.In), "Count", left.N)
		return b
	case b.used > 0.75*b.limit:
		b.tone = web.Soon
	}
	b.text = web.T(ctx, "clock.left_"+string(left.In), "Count", left.N)
	if name == "resolve" && v.c.Clocks.Paused(v.now) {
		b.tone, b.text = web.Waiting, web.T(ctx, "clocks.stands", "Until", web.Deadline(ctx, v.c.Clocks.PausedUntil))
	}
	return b
}

// returnedAt is when the case was last given back.
func (v caseView) returnedAt() time.Time {
	for _, e := range v.events { // the newest stands first
		if e.Kind == cases.ReturnedBy {
			return e.At
		}
	}
	return time.Time{}
}

// pauses are the times in which the clock of the answer stood, read from what
// happened since the case was last sent.
func (v caseView) pauses() [][2]time.Time {
	var list [][2]time.Time
	end := func(at time.Time) {
		if n := len(list); n > 0 && list[n-1][1].After(at) {
			list[n-1][1] = at
		}
	}
	for _, e := range slices.Backward(v.events) { // the newest stands first
		switch {
		case e.Kind == cases.Asked && e.Detail.Until != nil:
			end(e.At)
			list = append(list, [2]time.Time{e.At, *e.Detail.Until})
		case e.Kind == cases.TimeGranted && e.Detail.Paused != nil:
			list = append(list, [2]time.Time{e.At, *e.Detail.Paused})
		case e.Kind == cases.DispatchedTo:
			list = nil
		case e.Kind == cases.Replied, e.Kind == cases.NoReply, e.Kind == cases.WentOn, e.Kind == cases.Drafted, e.Kind == cases.PutOff, e.Kind == cases.AnsweredWith, e.Kind == cases.WithdrawnBy:
			end(e.At)
		}
	}
	return list
}

func coordinate(f float64) string { return fmt.Sprintf("%.1f", 100*f) }
