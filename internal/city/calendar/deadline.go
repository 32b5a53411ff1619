package calendar

import (
	"sort"
	"time"
)

// Due is the deadline of a limit that starts at a time.
//
// A limit in days begins on the day after (Civil Code of the PRC §201: the
// day it starts on does not count) and ends when offices close on its last
// day (§203); working days are those offices are open on. A limit in calendar
// days ends at midnight, and where its last day is a day off, at the end of
// the next working day (§203). Hours run at once: round the clock, or while
// offices are open. Without a limit the deadline is the zero time.
//
// It costs two look-ups in a table, however long the limit is.
func (c *Calendar) Due(start time.Time, l Limit) time.Time {
	switch l.In {
	case Hours:
		return start.Add(time.Duration(l.N) * time.Hour)
	case WorkingHours:
		return c.AddWorking(start, time.Duration(l.N)*time.Hour)
	case Days:
		last := c.day(start) + l.N
		if !c.works(last) {
			last = c.nth(c.passed(last) + 1)
		}
		return c.midnight(last + 1)
	case WorkingDays:
		return c.close(c.nth(c.passed(c.day(start)+1) + l.N))
	}
	return time.Time{}
}

// Shift is a deadline moved on by a pause, in the time that its limit runs
// in. A pause that ends before it begins changes nothing.
func (c *Calendar) Shift(due, from, to time.Time, l Limit) time.Time {
	if !from.Before(to) || due.IsZero() {
		return due
	}
	switch l.In {
	case Hours:
		return due.Add(to.Sub(from))
	case WorkingHours:
		return c.AddWorking(due, c.Working(from, to))
	case Days:
		return due.In(c.loc).AddDate(0, 0, c.day(to)-c.day(from)).UTC()
	case WorkingDays:
		if n := c.passed(c.day(to)+1) - c.passed(c.day(from)+1); n > 0 {
			return c.close(c.nth(c.passed(c.day(due)+1) + n))
		}
	}
	return due
}

// AddWorking is the time when offices have been open for d since start.
func (c *Calendar) AddWorking(start time.Time, d time.Duration) time.Time {
	total := c.opened(start) + d
	days, rest := int(total/c.daily), total%c.daily
	if rest == 0 && d > 0 { // the end of a day, not the beginning of the next
		days, rest = days-1, c.daily
	}
	n := c.nth(days + 1)
	for _, h := range c.hours {
		if rest <= h.to-h.from {
			return c.midnight(n).In(c.loc).Add(h.from + rest).UTC()
		}
		rest -= h.to - h.from
	}
	return c.close(n)
}

// Working is how long offices are open between two times; 0 if to is not
// after from.
func (c *Calendar) Working(from, to time.Time) time.Duration {
	if !from.Before(to) {
		return 0
	}
	return c.opened(to) - c.opened(from)
}

// opened is how long offices have been open since the table begins.
func (c *Calendar) opened(t time.Time) time.Duration {
	n := c.day(t)
	total := time.Duration(c.passed(n)) * c.daily
	if !c.works(n) {
		return total
	}
	since := t.Sub(c.midnight(n))
	for _, h := range c.hours {
		total += max(0, min(since, h.to)-h.from)
	}
	return total
}

// A Left is how much of a limit is left, in the largest unit that fits it.
type Left struct {
	Late bool // N is by how much it is over
	N    int
	In   LeftUnit
}

// A LeftUnit is what a Left is counted in.
type LeftUnit string

// What is left is said in these.
const (
	LeftWorkingDays LeftUnit = "wd"
	LeftDays        LeftUnit = "d"
	LeftHours       LeftUnit = "h"
	LeftMinutes     LeftUnit = "m"
)

// Left says how much of a limit with this deadline is left at now: in working
// days for a limit in those, else by the clock. Within a day it is hours,
// within an hour minutes.
func (c *Calendar) Left(now, due time.Time, l Limit) Left {
	out := Left{Late: now.After(due)}
	from, to := now, due
	if out.Late {
		from, to = due, now
	}
	if l.In == WorkingDays {
		if n := c.passed(c.day(to)+1) - c.passed(c.day(from)+1); n > 0 {
			out.N, out.In = n, LeftWorkingDays
			return out
		}
	}
	switch d := to.Sub(from); {
	case d >= 48*time.Hour:
		out.N, out.In = int(d/(24*time.Hour)), LeftDays
	case d >= time.Hour:
		out.N, out.In = int(d/time.Hour), LeftHours
	default:
		out.N, out.In = int(d/time.Minute), LeftMinutes
	}
	return out
}

// day is the number of the day that t falls on in the city, within the table.
func (c *Calendar) day(t time.Time) int {
	return min(max(dayNumber(t.In(c.loc).Date()), firstDay), firstDay+len(c.before)-2)
}

// passed counts the working days before day n.
func (c *Calendar) passed(n int) int {
	return int(c.before[min(max(n-firstDay, 0), len(c.before)-1)])
}

// nth is the day that is the nth working day of the table, the last day if
// there are not so many.
func (c *Calendar) nth(n int) int {
	i := sort.Search(len(c.before)-1, func(i int) bool { return int(c.before[i+1]) >= n })
	return firstDay + min(i, len(c.before)-2)
}

// midnight is when day n begins in the city.
func (c *Calendar) midnight(n int) time.Time {
	y, m, d := time.Unix(int64(n)*86400, 0).UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, c.loc).UTC()
}

// close is when offices close on day n.
func (c *Calendar) close(n int) time.Time {
	return c.midnight(n).Add(c.hours[len(c.hours)-1].to)
}
