// Package calendar knows working time: holidays, swapped working days and
// office hours, and with them every deadline. It is part of the hall.
//
// A request's deadline is computed in Due (deadline.go). Which limit applies
// is the business of package org, when a clock starts and pauses that of
// package cases.
package calendar

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// A Calendar is a city's working time. It is not changed after it is made.
type Calendar struct {
	config Config
	years  []Year
	loc    *time.Location

	special map[int]Day  // by day number
	known   map[int]bool // years with data that is not provisional
	hours   []span       // of a working day, in order
	daily   time.Duration
	// before[i] is how many working days lie before day first+i.
	before []int32
}

// A Config is what a city decides about its time.
type Config struct {
	Timezone string         `json:"timezone"` // an IANA name
	Work     [][2]string    `json:"work"`     // office hours, such as {"09:00", "12:00"}
	Week     []time.Weekday `json:"week"`     // the days of an ordinary week one works on, Sunday is 0
}

// A Year is one year's holidays and swapped days, in the shape of the
// holiday-cn data.
type Year struct {
	Year        int   `json:"year"`
	Provisional bool  `json:"provisional,omitempty"`
	Days        []Day `json:"days"`
}

// A Day is a day that is not as the week says: off, or worked on instead.
type Day struct {
	Name string `json:"name"`
	Date string `json:"date"` // YYYY-MM-DD
	Off  bool   `json:"isOffDay"`
}

type span struct{ from, to time.Duration } // since midnight

// Deadlines reach from the first day of firstYear to the last of lastYear.
const (
	firstYear = 1990
	lastYear  = 2100
)

var firstDay = dayNumber(firstYear, time.January, 1)

func dayNumber(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// New returns the calendar of a city, or what is wrong with it.
func New(c Config, years []Year) (*Calendar, error) {
	loc, err := time.LoadLocation(c.Timezone)
	if err != nil || c.Timezone == "" || c.Timezone == "Local" {
		return nil, fmt.Errorf("timezone %q is not known; one is Asia/Shanghai", c.Timezone)
	}
	cal := &Calendar{config: c, years: years, loc: loc, special: map[int]Day{}, known: map[int]bool{}}
	if err := cal.setHours(); err != nil {
		return nil, err
	}
	if err := cal.setYears(); err != nil {
		return nil, err
	}
	cal.count()
	return cal, nil
}

func (c *Calendar) setHours() error {
	if len(c.config.Work) == 0 {
		return fmt.Errorf("no office hours are given")
	}
	end := time.Duration(-1)
	for _, w := range c.config.Work {
		from, err := clock(w[0])
		if err != nil {
			return err
		}
		to, err := clock(w[1])
		if err != nil {
			return err
		}
		if from >= to {
			return fmt.Errorf("office hours from %s to %s end before they begin", w[0], w[1])
		}
		if from < end {
			return fmt.Errorf("office hours from %s to %s overlap those before them", w[0], w[1])
		}
		c.hours = append(c.hours, span{from, to})
		c.daily += to - from
		end = to
	}
	if len(c.config.Week) == 0 {
		return fmt.Errorf("no working day of the week is given")
	}
	for _, d := range c.config.Week {
		if d < time.Sunday || d > time.Saturday {
			return fmt.Errorf("%d is no day of the week: Sunday is 0, Saturday 6", d)
		}
	}
	return nil
}

func clock(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("%q is no time of the day; one is 09:00", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

func (c *Calendar) setYears() error {
	seen := map[int]bool{}
	for _, y := range c.years {
		if y.Year < firstYear || y.Year > lastYear {
			return fmt.Errorf("year %d is not between %d and %d", y.Year, firstYear, lastYear)
		}
		if seen[y.Year] {
			return fmt.Errorf("year %d is there twice", y.Year)
		}
		seen[y.Year] = true
		c.known[y.Year] = !y.Provisional
		for _, d := range y.Days {
			t, err := time.Parse(time.DateOnly, d.Date)
			if err != nil {
				return fmt.Errorf("year %d: %q is no date; one is 2026-10-01", y.Year, d.Date)
			}
			// A year's file may name days of its neighbours: New Year's holiday
			// can begin in December.
			if t.Year() < y.Year-1 || t.Year() > y.Year+1 {
				return fmt.Errorf("year %d: %s lies in another year", y.Year, d.Date)
			}
			n := dayNumber(t.Date())
			if other, twice := c.special[n]; twice && other.Off != d.Off {
				return fmt.Errorf("%s is a day off (%s) and a working day (%s)", d.Date, other.Name, d.Name)
			} else if twice && t.Year() == y.Year && other.Name != d.Name {
				return fmt.Errorf("%s is given twice, as %s and as %s", d.Date, other.Name, d.Name)
			}
			c.special[n] = d
		}
	}
	return nil
}

func (c *Calendar) count() {
	last := dayNumber(lastYear, time.December, 31)
	c.before = make([]int32, last-firstDay+2)
	for n := firstDay; n <= last; n++ {
		c.before[n-firstDay+1] = c.before[n-firstDay]
		if c.works(n) {
			c.before[n-firstDay+1]++
		}
	}
}

func (c *Calendar) works(n int) bool {
	if d, ok := c.special[n]; ok {
		return !d.Off
	}
	return slices.Contains(c.config.Week, time.Weekday((n+4)%7)) // day 0 was a Thursday
}

// Location is the city's time zone.
func (c *Calendar) Location() *time.Location { return c.loc }

// WorkingDay reports whether offices are open on the day that t falls on in
// the city.
func (c *Calendar) WorkingDay(t time.Time) bool { return c.works(c.day(t)) }

// Special returns what makes the day of t other than its week: a holiday, or
// a day worked on instead of one.
func (c *Calendar) Special(t time.Time) (Day, bool) {
	d, ok := c.special[c.day(t)]
	return d, ok
}

// Provisional reports whether the holidays of the year that t falls on are
// not yet announced: its deadlines may move.
func (c *Calendar) Provisional(t time.Time) bool { return !c.known[t.In(c.loc).Year()] }

type body struct {
	Config
	Years []Year `json:"years"`
}

// Config is what the city decided about its time.
func (c *Calendar) Config() Config { return c.config }

// Years are the holidays that are known; for reading only.
func (c *Calendar) Years() []Year { return c.years }

// MarshalJSON gives the whole calendar as it is kept.
func (c *Calendar) MarshalJSON() ([]byte, error) { return json.Marshal(body{c.config, c.years}) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Calendar) UnmarshalJSON(b []byte) error {
	var v body
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	made, err := New(v.Config, v.Years)
	if err != nil {
		return err
	}
	*c = *made
	return nil
}
