package cases

import (
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/org"
)

// A State is how far the work on a case is. It says nothing about whether
// the matter is solved: that is the outcome, and the resident's verdict.
type State string

// The states.
const (
	Waiting    State = "waiting"    // to be dispatched
	Dispatched State = "dispatched" // to be accepted by its lead
	Accepted   State = "accepted"   // being worked on
	Returned   State = "returned"   // the lead says it is not theirs; the hotline rules. The lead stays the lead until then.
	Checking   State = "checking"   // a drafted answer passes the chain: check, sign, hotline
	Shelved    State = "shelved"    // cannot be solved now; it comes back on its day
	Answered   State = "answered"   // the resident has the answer and may confirm or contest
	Contested  State = "contested"  // the resident says it is not solved; the hotline rules
	Closed     State = "closed"     // nothing more is done
)

// moves are the steps a case can take. docs/states.md is made from it.
var moves = map[State][]State{
	Waiting:    {Dispatched, Answered, Closed},
	Dispatched: {Accepted, Returned, Dispatched, Waiting, Closed}, // Waiting: a dispatch without a person is taken back
	Accepted:   {Checking, Returned, Dispatched, Shelved, Closed},
	Returned:   {Dispatched, Accepted, Closed},
	Checking:   {Checking, Accepted, Answered, Dispatched, Closed}, // Dispatched: by a ruling
	Shelved:    {Accepted, Closed},
	Answered:   {Contested, Closed},
	Contested:  {Accepted, Waiting, Answered, Closed},
	Closed:     {},
}

// States lists the states in the order a case goes through them.
var States = []State{Waiting, Dispatched, Accepted, Returned, Checking, Shelved, Answered, Contested, Closed}

// far lists the states from the least far to the end, as somebody counts who
// waits for the matter.
var far = []State{Waiting, Returned, Dispatched, Contested, Accepted, Checking, Shelved, Answered, Closed}

// Far is how far a matter in this state has come, from 0.
func (s State) Far() int { return slices.Index(far, s) }

// move takes the case to a state, if there is a step from where it is.
func (t *turn) move(to State, waits WaitsFor) error {
	if !slices.Contains(moves[t.State], to) {
		return errs.New(errs.Conflict, "case.wrong_state")
	}
	t.State, t.WaitsFor = to, waits
	return nil
}

// open reports whether the government owes a step now: everything but an
// answer that stands, what is put off, and the end.
func (c Case) open() bool { return c.State != Answered && c.State != Shelved && c.State != Closed }

// Held reports whether a unit has the case to work on.
func (c Case) Held() bool {
	switch c.State {
	case Dispatched, Accepted, Returned, Checking:
		return true
	}
	return false
}

// routed reports whether the case was shown another way, such as to an
// emergency number: nothing was done that anybody could judge.
func (c Case) routed() bool { return c.Route != org.RouteWork && c.Route != org.RouteAnswered }

// StateAsOf is the state for lists and people at a time: an answer whose time
// to confirm is over is closed, though nobody said so.
func (c Case) StateAsOf(now time.Time) State {
	if c.State == Answered && now.After(c.ConfirmUntil) {
		return Closed
	}
	return c.State
}

// VerdictAsOf is what the resident makes of an answer at a time. Silence past
// the last day is unconfirmed, unless they had said before that it is not
// solved: then that is still their last word.
func (p Part) VerdictAsOf(c Case, now time.Time) Verdict {
	switch {
	case p.Verdict != NoVerdict || c.StateAsOf(now) != Closed || !p.WithdrawnAt.IsZero() || c.AnsweredAt.IsZero() || c.routed():
		return p.Verdict
	case p.Missing != "":
		return SaysNot
	}
	return Unconfirmed
}
