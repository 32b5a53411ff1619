// Package process finds out from events how work really runs: which step
// follows which, how often and after how long; the ways cases take; where
// they go back and forth; and how far that is from how it was meant to run.
// It draws what it finds as a flow chart and writes the events in the
// formats of other tools.
//
// The model is the directly-follows graph (van der Aalst, Process Mining,
// 2nd edition, Springer 2016, chapters 5 to 8; Leemans, Poppe and Wynn,
// Directly follows-based process mining, ICPM 2019): an edge a → b counts
// how often b was the next event after a within one case. It says nothing of
// what runs in parallel; van der Aalst (A practitioner's guide to process
// mining: limitations of the directly-follows graph, 2019) tells how such
// graphs mislead, which is why [Graph.Simplify] hides what is rare and never
// invents edges around it.
//
// Times are elapsed, not working time: what a night or a holiday is, is the
// business of city/calendar. Where the events come from, and which steps were
// meant, is the caller's.
package process

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
	"time"
)

// An Event is one thing that happened to one case. Resource, who did it (a
// unit or a person), may be empty.
type Event struct {
	Case, Activity string
	Time           time.Time
	Resource       string
}

// The errors of Log.Add, which then adds nothing. The first three are about
// the one event; the others about the whole.
var (
	ErrNoCase     = errors.New("there is no case id")
	ErrNoActivity = errors.New("there is no activity")
	ErrNoTime     = errors.New("there is no time")
	ErrActivities = errors.New("there are more than 1,000 different activities: is it the right column?")
	ErrTooLarge   = errors.New("there are more events than fit in memory (about 15 million): split them by month or by service, whose processes differ anyway")
)

// Limits of a log.
const (
	maxActivities = 1_000
	maxBytes      = 400 << 20 // what a log holds; finding out takes up to a quarter as much again
)

// A Log holds events in the order they were added, which may be any: 12 to 24
// bytes each, and for each case about 20 and its id. The zero value is empty.
// It is not safe for use by several goroutines.
type Log struct {
	// Progress, if it is not nil, is told now and then how many cases have been
	// read by Discover.
	Progress func(done, all int)

	chunks     []*chunk
	bytes      int // of the chunks
	n          int
	ids        table    // of cases
	last       []uint32 // by case: its event that was added last
	activities names
	resources  names
	back       int // events earlier than the one of their case that was added before
	ahead      int // events later than it
	usual      []float64
	usualOf    int // events that usual was made of
}

const none = ^uint32(0)

// Add adds an event. Blanks around its names do not count; bytes that are no
// UTF-8 become U+FFFD.
func (l *Log) Add(e Event) error {
	for _, s := range []*string{&e.Case, &e.Activity, &e.Resource} {
		*s = strings.ToValidUTF8(strings.TrimSpace(*s), "\ufffd")
	}
	switch {
	case e.Case == "":
		return ErrNoCase
	case e.Activity == "":
		return ErrNoActivity
	case e.Time.IsZero():
		return ErrNoTime
	case l.size() > maxBytes:
		return ErrTooLarge
	}
	if _, known := l.activities.of[e.Activity]; !known && len(l.activities.list) == maxActivities {
		return ErrActivities
	}
	c, isNew := l.ids.index(e.Case)
	if isNew {
		l.last = append(l.last, none)
	}
	if l.n%chunkEvents == 0 {
		l.chunks = append(l.chunks, new(chunk))
		l.bytes += chunkBytes
	}
	s := step{at: e.Time.UnixMicro(), act: uint16(l.activities.index(e.Activity) - 1)}
	if e.Resource != "" {
		s.by = l.resources.index(e.Resource)
	}
	l.bytes += l.chunks[l.n/chunkEvents].put(l.n%chunkEvents, s, l.last[c])
	if p := l.last[c]; p != none {
		switch before := l.chunks[p/chunkEvents].at(p % chunkEvents); {
		case s.at < before:
			l.back++
		case s.at > before:
			l.ahead++
		}
	}
	l.last[c] = uint32(l.n)
	l.n++
	return nil
}

// Events is how many there are.
func (l *Log) Events() int { return l.n }

// Cases is how many there are.
func (l *Log) Cases() int { return len(l.last) }

func (l *Log) size() int {
	return l.bytes + l.ids.size() + 4*cap(l.last) + l.resources.bytes + l.activities.bytes
}

// A step is an event as its case sees it.
type step struct {
	at  int64
	row uint32
	by  uint32
	act uint16
}

// steps gives the events of a case by their time, in buf if there is room.
// Events of one time stand as they were added; in a log that runs backwards,
// the other way round; and in one whose order says nothing, as activities
// usually do.
func (l *Log) steps(c int, buf []step) (list []step, moved int) {
	list = buf[:0]
	for i := l.last[c]; i != none; {
		k, j := l.chunks[i/chunkEvents], i%chunkEvents
		list = append(list, step{k.at(j), i, k.who(j), k.act[j]})
		i = k.prev[j]
	}
	if !l.backwards() {
		slices.Reverse(list)
	}
	ties := 0
	for i := 1; i < len(list); i++ {
		switch {
		case list[i].at < list[i-1].at:
			moved++
		case list[i].at == list[i-1].at:
			ties++
		}
	}
	if moved > 0 || ties > 0 && l.usual != nil {
		slices.SortStableFunc(list, l.compare)
	}
	return list, moved
}

func (l *Log) compare(a, b step) int {
	if c := cmp.Compare(a.at, b.at); c != 0 || l.usual == nil {
		return c
	}
	return cmp.Or(cmp.Compare(l.usual[a.act], l.usual[b.act]), cmp.Compare(l.activity(a.act), l.activity(b.act)), cmp.Compare(l.resource(a.by), l.resource(b.by)))
}

// backwards reports whether the newest events were added first.
func (l *Log) backwards() bool { return l.back > l.ahead }

// mixed reports whether the order in which events were added says nothing:
// of ten pairs, more than one runs against the others.
func (l *Log) mixed() bool { return 10*min(l.back, l.ahead) > l.back+l.ahead }

// settle finds out where in a case each activity usually stands, from 0 to 1,
// if the order of the log does not tell. Events of one time share a place.
func (l *Log) settle() {
	if l.usualOf == l.n {
		return
	}
	l.usual, l.usualOf = nil, l.n
	if !l.mixed() {
		return
	}
	sum, count := make([]float64, len(l.activities.list)), make([]float64, len(l.activities.list))
	var buf []step
	for c := range l.last {
		buf, _ = l.steps(c, buf)
		for i := 0; i < len(buf); {
			j := i
			for j < len(buf) && buf[j].at == buf[i].at {
				j++
			}
			place := float64(i+j) / float64(2*len(buf))
			for _, e := range buf[i:j] {
				sum[e.act] += place
				count[e.act]++
			}
			i = j
		}
	}
	for i := range sum {
		// Rounded, so that the order of adding up decides nothing.
		sum[i] = math.Round(1e9 * sum[i] / count[i])
	}
	l.usual = sum
}

// each calls do for every case in the order in which they were first seen.
// The steps are only good until do returns.
func (l *Log) each(do func(c int, s []step)) {
	l.settle()
	var buf []step
	for c := range l.last {
		buf, _ = l.steps(c, buf)
		do(c, buf)
	}
}

func (l *Log) activity(a uint16) string { return l.activities.list[a] }

// resource names who did a step; "" is nobody.
func (l *Log) resource(by uint32) string {
	if by == 0 {
		return ""
	}
	return l.resources.list[by-1]
}
