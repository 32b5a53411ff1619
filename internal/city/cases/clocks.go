package cases

import (
	"time"

	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// Clocks are the two limits of a unit, which start at dispatch. How far a
// limit reaches is computed by package calendar (deadline.go); whether one
// is over is asked, never stored.
type Clocks struct {
	AcceptLimit  calendar.Limit
	AcceptDue    time.Time
	ResolveLimit calendar.Limit
	// ResolveDue has any pause in it: while a question is open it stands as
	// if the pause ran to its cap, and an earlier reply takes the rest back.
	// So no job has to wake up to end a pause.
	ResolveDue time.Time
	// Unpaused is where ResolveDue stood before the open question.
	Unpaused time.Time
	// PausedAt is when the open question was put, else zero; PausedUntil is
	// when the pause ends at the latest.
	PausedAt, PausedUntil time.Time
	// PausedUsed is how much working time earlier pauses have used of the cap.
	PausedUsed time.Duration
}

// startClocks computes the deadlines of a case dispatched now.
func (t *turn) startClocks(d org.Duty) {
	t.Clocks = Clocks{AcceptLimit: d.Accept, ResolveLimit: d.Resolve}
	t.Clocks.AcceptDue = t.city.Calendar.Due(t.now, d.Accept)
	t.Clocks.ResolveDue = t.city.Calendar.Due(t.now, d.Resolve)
}

// pause stops the resolve clock while the resident's answer is awaited, for
// what is left of the cap.
func (t *turn) pause() {
	cal, limit := t.city.Calendar, t.city.Policy.PauseCap
	t.Clocks.PausedAt, t.Clocks.PausedUntil, t.Clocks.Unpaused = t.now, t.now, t.Clocks.ResolveDue
	if limit.IsZero() {
		return
	}
	left := cal.Working(t.now, cal.Due(t.now, limit)) - t.Clocks.PausedUsed
	if left <= 0 {
		return // the cap is used up: the question is put, the clock runs
	}
	t.Clocks.PausedUntil = cal.AddWorking(t.now, left)
	t.Clocks.ResolveDue = cal.Shift(t.Clocks.ResolveDue, t.now, t.Clocks.PausedUntil, t.Clocks.ResolveLimit)
}

// resume ends the pause and takes back what of it was not used: the deadline
// is moved on, from where it stood, by the time that really passed.
func (t *turn) resume() {
	k := &t.Clocks
	if k.PausedAt.IsZero() {
		return
	}
	cal := t.city.Calendar
	if end := k.PausedUntil; t.now.Before(end) {
		k.ResolveDue = cal.Shift(k.Unpaused, k.PausedAt, t.now, k.ResolveLimit)
		k.PausedUsed += cal.Working(k.PausedAt, t.now)
	} else {
		k.PausedUsed += cal.Working(k.PausedAt, end)
	}
	k.PausedAt, k.PausedUntil, k.Unpaused = time.Time{}, time.Time{}, time.Time{}
}

// Paused reports whether the resident's answer holds the clock now.
func (k Clocks) Paused(now time.Time) bool {
	return !k.PausedAt.IsZero() && now.Before(k.PausedUntil)
}

// open reports whether a unit still owes an answer.
func (c Case) open() bool {
	switch c.State {
	case Answered, Closed, Waiting:
		return false
	}
	return true
}

// Late reports whether the clock that counts now is over: to accept a case
// that was dispatched, else to answer it.
func (c Case) Late(now time.Time) bool {
	due, _ := c.Due()
	return c.open() && !due.IsZero() && now.After(due) && !c.Clocks.Paused(now)
}

// Due is the deadline that counts now, and its limit; zero when none does.
func (c Case) Due() (time.Time, calendar.Limit) {
	switch {
	case !c.open():
		return time.Time{}, calendar.Limit{}
	case c.State == Dispatched && !c.Clocks.AcceptDue.IsZero():
		return c.Clocks.AcceptDue, c.Clocks.AcceptLimit
	}
	return c.Clocks.ResolveDue, c.Clocks.ResolveLimit
}

// VerdictAsOf is what the resident makes of an answer at a time: silence past the
// last day is unconfirmed.
func (p Part) VerdictAsOf(c Case, now time.Time) Verdict {
	if p.Verdict == NoVerdict && c.State == Answered && now.After(c.ConfirmUntil) {
		return Unconfirmed
	}
	return p.Verdict
}

// OwnClock is how long the resident has waited: from the first word to the
// answer, or to now. It never stops for anybody.
func (p Part) OwnClock(c Case, now time.Time) time.Duration {
	if !c.AnsweredAt.IsZero() && (c.State == Answered || c.State == Closed) {
		now = c.AnsweredAt
	}
	return now.Sub(p.At)
}

func confirmUntil(city org.City, from time.Time) time.Time {
	return city.Calendar.Due(from, calendar.Limit{N: max(city.Policy.ConfirmDays, 1), In: calendar.WorkingDays})
}
