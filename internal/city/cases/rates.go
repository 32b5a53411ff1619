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

// Rates are the three rates (三率). Who did not answer is in no denominator.
type Rates struct {
	Response     Ratio // answered within the limit, of those answered or late
	Resolution   Ratio // the resident says solved, of those who said solved or not
	Satisfaction Ratio // rated 4 or 5, of those who rated
	// Silent are the answers whose time to confirm ran out without a word.
	Silent Ratio
}

// Figures are counts of one period and of what is open now.
type Figures struct {
	Received   int // cases opened in the period
	OnTheSpot  int // of those, answered on the spot
	Answered   int // answered in the period
	Open       int // open now
	LateAccept int // open now and late to be accepted
	Late       int // open now and late to be answered
	Rates      Rates
	// ByWaits counts the open cases by who has the next step.
	ByWaits map[WaitsFor]int
	// ByUnit is one line for each lead with cases in the period or open.
	ByUnit []UnitFigures
	// ByArea counts open and late cases by area, as the cases name it.
	ByArea map[org.AreaID]OpenLate
	// OwnClock is the median and 90th percentile of the resident's own clock,
	// in hours, of the answers of the period; 0 where there are none.
	MedianHours, P90Hours float64
}

// OpenLate is how many cases are open, and how many of those late.
type OpenLate struct{ Open, Late int }

// UnitFigures are the figures of one unit.
type UnitFigures struct {
	Unit  org.UnitID
	Open  int
	Late  int
	Rates Rates
}
