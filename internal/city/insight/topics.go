package insight

import (
	"math"
	"slices"
	"time"

	"yiwang/internal/algo/rates"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Span is how far back topics are looked for.
type Span string

// The spans.
const (
	Day       Span = "1"
	Week      Span = "7"
	Fortnight Span = "14"
	Quarter   Span = "90"
	Year      Span = "365"
)

// Spans lists them, the shortest first.
var Spans = []Span{Day, Week, Fortnight, Quarter, Year}

// Days is the length of a span. An unknown one is a fortnight.
func (s Span) Days() int {
	switch s {
	case Day:
		return 1
	case Week:
		return 7
	case Quarter:
		return 90
	case Year:
		return 365
	}
	return 14
}

// Bars is in how many parts of the same length a topic's course is counted.
const Bars = 14

// A Digest is the topics of a span, as they were found at At.
type Digest struct {
	Span   Span      `json:"span"`
	At     time.Time `json:"at"`
	To     time.Time `json:"to"`           // where the span ends: At, or the newest case where all are older
	Cases  int       `json:"cases"`        // looked at
	Of     int       `json:"of,omitempty"` // where they are an even sample: of so many
	Topics []Topic   `json:"topics"`
}

// A Topic is a matter that several cases are about, hottest first.
type Topic struct {
	Title     string              `json:"title"`
	Place     string              `json:"place,omitempty"`
	Who       string              `json:"who,omitempty"` // the body that most name
	From      time.Time           `json:"from"`
	To        time.Time           `json:"to"`
	Heat      float64             `json:"heat"`
	People    int                 `json:"people"`
	Peak      float64             `json:"peak"` // share of the messages in the fullest 30 days
	Summary   []Line              `json:"summary"`
	Keywords  []string            `json:"keywords"`
	Cases     []string            `json:"cases"` // cases.Number, the newest first
	Category  org.CategoryID      `json:"category"`
	Areas     []Count[org.AreaID] `json:"areas"`    // people by street, the most first
	Leads     []Count[org.UnitID] `json:"leads"`    // cases by unit that has them, likewise
	Outcomes  map[string]int      `json:"outcomes"` // cases by state or, where answered, by outcome
	Bars      []int               `json:"bars"`     // people in each part of the span, oldest first
	OpenCases int                 `json:"open"`     // when it was found
}

// A Line is a sentence of a summary, masked, and the case it stands in.
type Line struct {
	Text string `json:"text"`
	Case string `json:"case"`
}

// A Count is how many of something there are.
type Count[K ~string] struct {
	ID K   `json:"id"`
	N  int `json:"n"`
}

// Counts gives counts as a list, the most first, of equal ones by name.
func Counts[K ~string](by map[K]int) []Count[K] {
	list := make([]Count[K], 0, len(by))
	for k, n := range by {
		list = append(list, Count[K]{k, n})
	}
	slices.SortFunc(list, func(a, b Count[K]) int {
		if a.N != b.N {
			return b.N - a.N
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list
}

// Key is what the topic's page is called: its oldest case, which it keeps
// while others come.
func (t Topic) Key() string { return t.Cases[len(t.Cases)-1] }

// Has reports whether a case is one of the topic's.
func (t Topic) Has(number string) bool { return slices.Contains(t.Cases, number) }

// Area is the street that most are in, or "".
func (t Topic) Area() org.AreaID { return first(t.Areas) }

// Lead is the unit that has most of the cases, or "".
func (t Topic) Lead() org.UnitID { return first(t.Leads) }

func first[K ~string](list []Count[K]) (none K) {
	for _, c := range list {
		if c.ID != "" {
			return c.ID
		}
	}
	return none
}

// A Trend is how the last third of a span is beside what was usual in it before.
type Trend string

// The trends.
const (
	New     Trend = "new" // nobody spoke of it before
	Rising  Trend = "rising"
	Falling Trend = "falling"
	Steady  Trend = "steady"
	Unclear Trend = "unclear" // too few of a sample to tell whether it is new
)

const (
	rising, falling = 1.5, 0.67 // times what was usual
	newByChance     = 0.001     // that a sample has nobody of before, if as many spoke then
)

// Trend says how a topic of the digest goes, and for Rising and Falling by how
// many times, as far as chance does not explain it.
func (d Digest) Trend(t Topic) (Trend, float64) {
	n := len(t.Bars)
	if n < 3 {
		return Steady, 1
	}
	cut := n - n/3
	before, last := 0, 0
	for i, x := range t.Bars {
		if i < cut {
			before += x
		} else {
			last += x
		}
	}
	share := float64(n-cut) / float64(n)
	if before == 0 {
		if d.Of > 0 && math.Pow(share, float64(last)) > newByChance {
			return Unclear, 0
		}
		return New, 0
	}
	times := float64(last) / float64(n-cut) / (float64(before) / float64(cut))
	switch chance := rates.Wilson(last, before+last).Has(share); {
	case times >= rising && !chance:
		return Rising, times
	case times <= falling && !chance:
		return Falling, times
	}
	return Steady, times
}

// Did is what somebody did about a topic.
type Did string

// What is done about a topic.
const (
	Grouped   Did = "grouped"   // its cases were made one
	Ordered   Did = "ordered"   // a unit was told to see to it
	Programme Did = "programme" // it is a topic of the month
)

// A Step is something that was done about a topic.
type Step struct {
	ID   string
	Case string // cases.Number: a case of the topic
	At   time.Time
	By   access.StaffID
	What Did
	Ref  string // what came of it: a case's number, an order's or a programme's id
}
