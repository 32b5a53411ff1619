// Package diagnose reads last year's orders of a hotline and says what went
// wrong in them: what was sent to the wrong unit although the words said
// where it belongs, passed to and fro, said again, closed on paper, filed
// under nothing, late, or answered beside the point; and what could have
// gone out without a person.
//
// It judges only what it was given: without callers there are no repeats,
// without answers no boilerplate. Everything is counted with its denominator
// and a Wilson interval. It learns from the orders themselves, each judged by
// a classifier (package classify) that has not seen it; whether anybody is to
// blame it cannot know. How the findings are told to people is package report.
package diagnose

import (
	"math"
	"time"
)

// A Field is something that the rows may have. What they do not have is not
// judged.
type Field uint16

// The fields besides the order's id.
const (
	Time Field = 1 << iota
	Text
	Unit
	Caller
	Category
	Closed
	Answer
	Verdict
	Event
	Due
)

// A Row is one row of an export: an order, or one of its events. Rows with the
// same ID are one order, whatever their order; all but the ID may be empty.
type Row struct {
	ID                                                   string
	Time, Closed, Due                                    time.Time
	Text, Unit, Caller, Category, Answer, Verdict, Event string
}

// Options of a diagnosis.
type Options struct {
	// Again is how long after its end the same matter counts as the same.
	Again time.Duration
	// Late is how long an order may take where the export has no due time.
	Late time.Duration
	// Zone is that of the hours of the day; UTC if nil.
	Zone *time.Location
	Seed uint64
	// Unread is what of the export could not be read, to be reported.
	Unread []Unread
	// Progress is told what is being done, and how far it is; it may be nil.
	Progress func(stage string, done, all int)
}

// A Share is K of N, with the interval that holds the true share with 95 %.
type Share struct {
	K, N          int
	Value, Lo, Hi float64
}

// ShareOf gives K of N with its Wilson score interval (Wilson, Probable
// inference, the law of succession, and statistical inference, JASA 22, 1927):
//
//	(p + z²/2n ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n),  z = 1.96
//
// Of nothing, the interval is 0 to 1.
func ShareOf(k, n int) Share {
	if n == 0 {
		return Share{Hi: 1}
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	mid, half, unit := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m)), 1+z*z/m
	return Share{k, n, p, max(0, (mid-half)/unit), min(1, (mid+half)/unit)}
}

// A Bar is a row of a chart and of the table beside it.
type Bar struct {
	Label string // as in the export; or
	Key   string // a text's key, with Label put into it
	Share Share
	// Days is a median in days, where the chart has one, else less than 0.
	Days float64
}

// A Chart shows shares or, where its bars have no N, counts.
type Chart struct {
	Key  string
	Bars []Bar
}

// A Finding is what one question to the orders gave.
type Finding struct {
	Key string
	// Missing are the fields without which it could not be judged.
	Missing []string
	Share   Share
	// Facts are the other numbers of its sentences.
	Facts    map[string]float64
	Charts   []Chart
	Examples []Example
	// Columns are those of its CSV file, none if it has none.
	Columns []string
	// Rows calls write for each row of the file.
	Rows func(write func(cells ...string) error) error
}

// An Example is an order to look at. Its text and answer are masked and cut.
type Example struct {
	Order, Text, Answer, Note string
}

// Unread are times of a file that could not be read; they are not judged.
type Unread struct {
	File    string
	Field   string // time, closed or due
	Times   int
	Of      int
	Example string
}

// A Diagnosis is all findings about some orders.
type Diagnosis struct {
	Orders, Rows int
	From, To     time.Time
	Has          Field
	// Backwards are orders that ended before they began; their times are not
	// judged. Moved are orders whose events did not stand in their order.
	Backwards, Moved int
	Unread           []Unread
	Desk             string // the unit that hands orders out, if the chain shows one
	Findings         []*Finding
}

// Find gives the finding of a key, nil if there is none.
func (d *Diagnosis) Find(key string) *Finding {
	for _, f := range d.Findings {
		if f.Key == key {
			return f
		}
	}
	return nil
}
