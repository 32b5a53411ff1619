package cases

import (
	"math"
	"time"

	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// Clocks are the limits of a case. The unit's two start at dispatch. How far a
// limit reaches is computed by package calendar (deadline.go); whether one is
// over is asked, never stored.
type Clocks struct {
	// DispatchDue is until when the hotline sends a case that waits, decides on
	// one that is returned, or rules on an answer that is contested.
	DispatchDue time.Time

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
	// PausedUsed is how much of the cap earlier pauses have used, in the time
	// that the cap is counted in.
	PausedUsed time.Duration
	Further
}

// startClocks computes the deadlines of a case dispatched now: those of its
// duty, and of the city's profile where the duty has none or the case is more
// urgent than the duty is otherwise.
func (t *turn) startClocks(d org.Duty) {
	cal, p := t.city.Calendar, t.city.Policy.Limits(t.Kind, t.Urgency)
	strict := func(own, common calendar.Limit) calendar.Limit {
		switch {
		case own.IsZero():
			return common
		case common.IsZero() || t.Urgency <= d.Urgency || cal.Due(t.now, own).Before(cal.Due(t.now, common)):
			return own
		}
		return common
	}
	accept, resolve := strict(d.Accept, p.Accept), strict(d.Resolve, p.Resolve)
	contact, statutory := strict(d.Contact, p.Contact), strict(d.Statutory, p.Statutory)
	// What a city leaves for every matter is not the law of a duty that has longer.
	if d.Statutory.IsZero() && cal.Due(t.OpenedAt, statutory).Before(cal.Due(t.now, d.Resolve)) {
		statutory = calendar.Limit{}
	}
	t.Clocks = Clocks{
		AcceptLimit: accept, AcceptDue: cal.Due(t.now, accept),
		ResolveLimit: resolve, ResolveDue: cal.Due(t.now, resolve),
		Further: Further{
			ContactLimit: contact, ContactDue: cal.Due(t.now, contact),
			StatutoryLimit: statutory, StatutoryDue: cal.Due(t.OpenedAt, statutory),
		},
	}
}

// startHotline starts the hotline's own clock, to send a case, decide or rule.
func (t *turn) startHotline() { t.Clocks.DispatchDue = hotlineDue(t.city, t.now) }

func hotlineDue(city org.City, from time.Time) time.Time {
	return city.Calendar.Due(from, city.Policy.Dispatch)
}

// pause stops the resolve clock while the resident's answer is awaited, for
// what is left of the cap. With nothing left the question is put and the
// clock runs.
func (t *turn) pause() {
	k, cal := &t.Clocks, t.city.Calendar
	k.PausedAt, k.PausedUntil, k.Unpaused = t.now, t.now, k.ResolveDue
	limit := t.city.Policy.PauseCap
	if limit.IsZero() {
		return
	}
	end := cal.Due(t.now, limit)
	if k.PausedUsed > 0 {
		left := whole(cal, limit, t.now) - k.PausedUsed
		if left <= 0 {
			return
		}
		end = after(cal, limit, t.now, left)
	}
	k.PausedUntil = end
	k.ResolveDue = cal.Shift(k.ResolveDue, t.now, end, k.ResolveLimit)
}

// resume ends the pause and takes back what of it was not used: the deadline
// is moved on, from where it stood, by the time that really passed. Against
// the cap counts the longer of the two, so that a limit in days is not moved
// on day by day with questions at five in the afternoon.
func (t *turn) resume() {
	k, cal := &t.Clocks, t.city.Calendar
	if k.PausedAt.IsZero() {
		return
	}
	end := k.PausedUntil
	if t.now.Before(end) {
		end = t.now
		k.ResolveDue = cal.Shift(k.Unpaused, k.PausedAt, end, k.ResolveLimit)
	}
	if k.Stopped { // that was counted when it was approved
		k.PausedAt, k.PausedUntil, k.Unpaused, k.Stopped = time.Time{}, time.Time{}, time.Time{}, false
		return
	}
	limit := t.city.Policy.PauseCap
	used := length(cal, limit, k.PausedAt, end)
	if !k.Unpaused.IsZero() {
		used = max(used, length(cal, limit, k.Unpaused, k.ResolveDue))
	}
	k.PausedUsed += used
	k.PausedAt, k.PausedUntil, k.Unpaused = time.Time{}, time.Time{}, time.Time{}
}

// length is how long a span is in the time that a limit runs in, after is the
// end of a span of that length.
func length(cal *calendar.Calendar, l calendar.Limit, from, to time.Time) time.Duration {
	if l.In == calendar.Hours || l.In == calendar.Days {
		return max(0, to.Sub(from))
	}
	return cal.Working(from, to)
}

// whole is how long a limit is in its own time; the day that a limit in days
// starts on does not count.
func whole(cal *calendar.Calendar, l calendar.Limit, from time.Time) time.Duration {
	switch l.In {
	case calendar.Days:
		return time.Duration(l.N) * 24 * time.Hour
	case calendar.WorkingDays:
		y, m, d := from.In(cal.Location()).Date()
		return cal.Working(time.Date(y, m, d+1, 0, 0, 0, 0, cal.Location()), cal.Due(from, l))
	}
	return time.Duration(l.N) * time.Hour
}

func after(cal *calendar.Calendar, l calendar.Limit, from time.Time, d time.Duration) time.Time {
	if l.In == calendar.Hours || l.In == calendar.Days {
		return from.Add(d)
	}
	return cal.AddWorking(from, d)
}

// Paused reports whether the resident's answer, or a pause that was approved,
// holds the clock now.
func (k Clocks) Paused(now time.Time) bool {
	return !k.PausedAt.IsZero() && now.Before(k.PausedUntil)
}

// Due is the deadline that counts now, and its limit: to be sent or ruled on
// by the hotline, which is seen by the clock, to be accepted by a unit, or to
// be answered. It is zero when nothing is owed or there is no limit.
func (c Case) Due() (time.Time, calendar.Limit) {
	switch {
	case !c.open():
		return time.Time{}, calendar.Limit{}
	case !c.Held():
		return c.Clocks.DispatchDue, calendar.Limit{}
	case c.State == Dispatched && !c.Clocks.AcceptDue.IsZero():
		return c.Clocks.AcceptDue, c.Clocks.AcceptLimit
	}
	return c.Clocks.ResolveDue, c.Clocks.ResolveLimit
}

// Late reports whether the clock that counts now is over. A question put when
// it was already over does not make it good.
func (c Case) Late(now time.Time) bool {
	due, _ := c.Due()
	return !due.IsZero() && now.After(due)
}

// Risk orders what is owed: the more urgent first, then what is due first,
// what has no limit last. It is 0 when nothing is owed.
type Risk int64

const (
	riskDue = 52 // bits: microseconds until the year 2112
	noLimit = 1<<riskDue - 1
)

// Risk is where the case stands in a list by risk.
func (c Case) Risk() Risk {
	if !c.open() {
		return 0
	}
	due, _ := c.Due()
	at := int64(noLimit)
	if !due.IsZero() {
		at = min(max(due.UnixMicro(), 1), noLimit-1)
	}
	return Risk(int64(org.Emergency-c.Urgency)<<riskDue | at)
}

// LateRisks gives, for each urgency, the range from first to last of what was
// due before a time.
func LateRisks(at time.Time) (ranges [][2]Risk) {
	last := min(max(at.UnixMicro()-1, 0), noLimit-1)
	for u := range int64(org.Emergency) + 1 {
		ranges = append(ranges, [2]Risk{Risk(u<<riskDue | 1), Risk(u<<riskDue | last)})
	}
	return ranges
}

// OwnClock is how long the resident has waited: from the first word to the
// answer that stands or to when they took it back, or to now. It never stops
// for anybody.
func (p Part) OwnClock(c Case, now time.Time) time.Duration {
	switch {
	case !p.WithdrawnAt.IsZero():
		now = p.WithdrawnAt
	case !c.AnsweredAt.IsZero():
		now = c.AnsweredAt
	case !c.ClosedAt.IsZero():
		now = c.ClosedAt
	}
	return now.Sub(p.At)
}

func confirmUntil(city org.City, from time.Time) time.Time {
	days := min(max(city.Policy.ConfirmDays, 1), math.MaxInt16)
	return city.Calendar.Due(from, calendar.Limit{N: days, In: calendar.WorkingDays})
}
