package drafts

import (
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// PieceSize is how many cases a piece of a replay has, all but the last.
const PieceSize = 100

// A ReplayState is how far a replay is.
type ReplayState string

// The states of a replay.
const (
	Running ReplayState = "running"
	Done    ReplayState = "done"
	Stopped ReplayState = "stopped"
	Failed  ReplayState = "failed" // the draft does not fit the city any more
)

// A Replay is a draft tried on the cases opened in a period.
type Replay struct {
	ID       string
	Draft    ID
	Revision int64 // of the draft that was tried
	By       access.StaffID
	At       time.Time
	State    ReplayState
	First    string // YYYY-MM-DD, the first day of the period
	Last     string // the last
	Day      string // the day on which the duties of both are looked at
	Upto     string // the day that the replay has come to
	Pieces   int
	Result   Result
}

// A Result is what a replay counted. Each pair is what the catalogue in force
// would do, and the draft.
type Result struct {
	Cases   int  // that were sent to a unit
	Changed int  // that another unit would have been first with, or hops or lates differ
	Moved   int  // that another unit would have been first with
	Unread  int  // of which neither could name a unit
	Fit     Pair // first went to the unit that has it now or answered
	Hops    Pair // from unit to unit, in all
	Late    Pair // answered, or not yet, after the deadline
	WasHops int  // as it really was
	WasLate int
	Units   map[org.UnitID]Unit
}

// A Pair is what is now and with the draft.
type Pair struct{ Now, Draft int }

// A Unit is what a replay gives and takes one unit.
type Unit struct {
	First  Pair // cases that come to it first
	Gains  int
	Loses  int
	Late   Pair
	Ending int // cases it has or answered
}

// A Moved is a case for which a draft makes a difference. Of the two units
// "" is nobody.
type Moved struct {
	Seq        int64
	Category   org.CategoryID
	Area       org.AreaID
	Now, Draft org.UnitID
	Ended      org.UnitID
	Hops       Pair
	WasHops    int
	NowDue     time.Time
	DraftDue   time.Time
	Answered   time.Time
	Late       LatePair
}

// A LatePair says whether it was late by the limits of now and of the draft.
type LatePair struct{ Now, Draft bool }

// Changes reports whether a draft makes a difference for the case.
func (m Moved) Changes() bool {
	return m.Now != m.Draft || m.Hops.Now != m.Hops.Draft || m.Late.Now != m.Late.Draft
}

// Add counts a case; wasLate says whether it really was late.
func (r *Result) Add(m Moved, wasLate bool) {
	r.Cases++
	if m.Changes() {
		r.Changed++
	}
	if m.Now == "" && m.Draft == "" {
		r.Unread++
	}
	r.Hops.Now += m.Hops.Now
	r.Hops.Draft += m.Hops.Draft
	r.WasHops += m.WasHops
	r.Late.add(m.Late.Now, m.Late.Draft)
	r.Fit.add(m.Now == m.Ended, m.Draft == m.Ended)
	if wasLate {
		r.WasLate++
	}
	if m.Now != m.Draft {
		r.Moved++
		r.unit(m.Draft, func(u *Unit) { u.Gains++ })
		r.unit(m.Now, func(u *Unit) { u.Loses++ })
	}
	r.unit(m.Now, func(u *Unit) {
		u.First.Now++
		u.Late.add(m.Late.Now, false)
	})
	r.unit(m.Draft, func(u *Unit) {
		u.First.Draft++
		u.Late.add(false, m.Late.Draft)
	})
	r.unit(m.Ended, func(u *Unit) { u.Ending++ })
}

func (p *Pair) add(now, draft bool) {
	if now {
		p.Now++
	}
	if draft {
		p.Draft++
	}
}

func (r *Result) unit(id org.UnitID, change func(*Unit)) {
	if id == "" {
		return
	}
	if r.Units == nil {
		r.Units = map[org.UnitID]Unit{}
	}
	u := r.Units[id]
	change(&u)
	r.Units[id] = u
}
