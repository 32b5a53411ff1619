package board

import (
	"testing"

	"yiwang/internal/city/cases"
)

// Few who speak may be content or silent; what tells is whether a matter that
// stays is repeated.
func TestSilence(t *testing.T) {
	const days = 24 * 60
	whole := street{people: 100_000, n: cases.AreaCount{Received: 2000, Joined: 400, Minutes: 4000 * days}}
	whole.compare(whole)
	for _, c := range []struct {
		story string
		s     street
		quiet bool
	}{
		{"fewer speak, and nobody repeats", street{people: 20_000, n: cases.AreaCount{Received: 200, Joined: 5, Minutes: 400 * days}}, true},
		{"fewer speak, but repeat as elsewhere: there is less to say", street{people: 20_000, n: cases.AreaCount{Received: 200, Joined: 42, Minutes: 400 * days}}, false},
		{"as many speak as elsewhere", street{people: 20_000, n: cases.AreaCount{Received: 405, Joined: 5, Minutes: 400 * days}}, false},
		{"too few people to tell", street{people: 300, n: cases.AreaCount{Received: 4, Minutes: 8 * days}}, false},
		{"nobody knows how many live there", street{n: cases.AreaCount{Received: 1, Minutes: 900 * days}}, false},
		{"nothing was answered: nothing could be repeated", street{people: 20_000, n: cases.AreaCount{Received: 100}}, false},
	} {
		c.s.compare(whole)
		if c.s.quiet != c.quiet {
			t.Errorf("%s: quiet %t: %+v", c.story, c.s.quiet, c.s)
		}
		if c.s.comparable && !c.s.ratio.Has(c.s.perPeople()) || c.s.n.Minutes > 0 && !c.s.repeatsIn.Has(c.s.repeats) {
			t.Errorf("%s: outside its own interval: %+v", c.story, c.s)
		}
	}
}
