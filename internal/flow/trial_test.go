package flow

import (
	"testing"
	"time"

	"yiwang/internal/city/triage"
)

// Held out are the newest that people settled and the champion has not seen;
// what went out by itself meanwhile neither judges nor is learned from.
func TestHoldOut(t *testing.T) {
	noon := time.Date(2026, 9, 22, 4, 0, 0, 0, time.UTC)
	var list []lesson // newest first, every third by itself
	for i := range 1000 {
		by := triage.Taken
		if i%3 == 0 {
			by = triage.ByItself
		}
		list = append(list, lesson{at: noon.Add(-time.Duration(i) * time.Hour), by: by})
	}
	for _, test := range []struct {
		story       string
		seen        time.Time
		held, learn int
	}{
		{"a tenth, and a hundred at least", noon.AddDate(-1, 0, 0), 100, 850},
		{"no more than is new", noon.Add(-30 * time.Hour), 20, 970},
		{"nothing is new", noon, 0, 1000},
	} {
		held, learn := holdOut(list, test.seen)
		if len(held) != test.held || len(learn) != test.learn {
			t.Errorf("%s: %d held and %d to learn, want %d and %d", test.story, len(held), len(learn), test.held, test.learn)
		}
		for _, r := range held {
			if !r.by.ByPerson() || !r.at.After(test.seen) {
				t.Errorf("%s: held is %+v", test.story, r)
			}
		}
	}
}

// What somebody looked at twice says more than what was waved through.
func TestWeightsOfSettlings(t *testing.T) {
	last := 9.0
	for _, s := range triage.Settlings {
		if w := s.Weight(); w >= last || w <= 0 {
			t.Errorf("%s weighs %g after %g", s, w, last)
		} else {
			last = w
		}
	}
}
