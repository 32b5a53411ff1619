package cases

import "yiwang/internal/city/org"

// A Ratio is a count with the count it is of. A rate without its denominator
// is not shown; one of nothing is unknown, not 0.
type Ratio struct{ Of, Count int }

// Known reports whether there is anything to count.
func (r Ratio) Known() bool { return r.Of > 0 }

// Share is Count of Of, 0 to 1; 0 where nothing is known.
func (r Ratio) Share() float64 {
	if r.Of == 0 {
		return 0
	}
	return float64(r.Count) / float64(r.Of)
}

// Rates are the three rates (三率) of a period. Who did not answer is in no
// denominator.
type Rates struct {
	// Response is what was answered within its limit, of what was answered in
	// the period or is not, though its limit ended in it. What had no limit,
	// such as an answer on the spot, is not in it.
	Response Ratio
	// Resolution is whose last word, said in the period, is that it is solved,
	// of all whose last word was said in it. Who contested an answer and is
	// silent on the next has not taken the word back.
	Resolution Ratio
	// Satisfaction is who gave 4 or 5, of those who rated in the period.
	Satisfaction Ratio
	// Silent is who said nothing until the time to confirm was over, of those
	// with an answer of the period who said something or whose time is over.
	Silent Ratio
}

// Figures are counts of one period and of what is open at its Now.
type Figures struct {
	Received  int // cases opened in the period
	OnTheSpot int // of those, answered on the spot
	Answered  int // cases whose answer was given in the period and stands
	Open      int // cases of which the government owes something now
	// What is late now, by the clock that is over; together they are what
	// Filter.LateAt lists.
	LateDispatch int // to be sent, or ruled on, by the hotline
	LateAccept   int // to be accepted by a unit
	Late         int // to be answered by a unit
	Rates        Rates
	// Excluded is the part of Rates that published rulings left out: each rate
	// of it counts the cases that were left out of that rate.
	Excluded Rates
	// Shelved is how many cases are put off now. Nothing is owed of them: they
	// are neither open nor late, and in no rate's response.
	Shelved int
	// Out is how many of the open cases are with units now, also while a return
	// is ruled on.
	Out int
	// ByState counts the cases of Stages by their state now.
	ByState map[State]int
	// ByWaits counts the open cases by who has the next step.
	ByWaits map[WaitsFor]int
	// ByUnit has a line for each lead with cases open, put off or in the rates,
	// in the order of their ids.
	ByUnit []UnitFigures
	// ByArea counts open and late cases by area, as the cases name it.
	ByArea map[org.AreaID]OpenLate
	// MedianHours and P90Hours are of the resident's own clock, to the answers
	// to work of the period, in whole hours, a begun one as a whole; 0 where
	// there are none. Answers on the spot are not among them.
	MedianHours, P90Hours float64
	// Timed is how many residents they are of.
	Timed int
}

// OpenLate is how many cases are open, and how many of those late.
type OpenLate struct{ Open, Late int }

// Waiters are all that an open case can wait for, in the order of its way.
var Waiters = []WaitsFor{ForDispatcher, ForUnit, ForHead, ForLeader, ForHotline, ForResident}

// Stages are the states of which it is told how many cases are in each, in the
// order of their way: all but what has ended. An answer counts until the time
// to confirm it is over.
var Stages = []State{Waiting, Dispatched, Accepted, Returned, Checking, Answered, Contested, Shelved}

// ByStreet adds small areas up to their street; those in none stand under "".
func ByStreet(d *org.Directory, by map[org.AreaID]OpenLate) map[org.AreaID]OpenLate {
	sums := map[org.AreaID]OpenLate{}
	for id, n := range by {
		street := d.Street(id)
		sums[street] = OpenLate{Open: sums[street].Open + n.Open, Late: sums[street].Late + n.Late}
	}
	return sums
}

// UnitFigures are the figures of one unit.
type UnitFigures struct {
	Unit  org.UnitID
	Open  int // with the unit now, also while a return is ruled on
	Late  int // of those, to be accepted or answered
	Rates Rates
	// Excluded and Shelved are as in Figures.
	Excluded Rates
	Shelved  int
}
