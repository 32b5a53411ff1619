package triage_test

import (
	"testing"

	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// What is proposed follows what a wrong dispatch costs, and what is on record.
func TestPropose(t *testing.T) {
	right := map[int]triage.Cost{98: {Cases: 100}, 95: {Cases: 150, Otherwise: 1}, 90: {Cases: 220, Otherwise: 2}, 80: {Cases: 300, Otherwise: 9}}
	for _, test := range []struct {
		story string
		wrong int
		at    map[int]triage.Cost
		level int
		ok    bool
	}{
		{"one wrong is twenty readings", 0, right, 95, true},
		{"ten readings allow less sure ones", 10, right, 90, true},
		{"five, and those that go wrong at 80 are not worth it", 5, right, 80, true},
		{"eight, likewise", 8, right, 90, true},
		{"two hundred, only the surest", 200, right, 98, true},
		{"the record is worse than the probabilities say", 0, map[int]triage.Cost{98: {Cases: 100}, 95: {Cases: 150, Otherwise: 9}}, 98, true},
		{"nothing is worth it", 0, map[int]triage.Cost{98: {Cases: 100, Otherwise: 6}, 95: {Cases: 150, Otherwise: 9}}, 0, true},
		{"too few to say", 0, map[int]triage.Cost{98: {Cases: 10}, 95: {Cases: 29}}, 0, false},
		{"nothing on record", 0, nil, 0, false},
	} {
		level, ok := triage.Propose(org.Category{ID: "lamp", Wrong: test.wrong}, test.at)
		if level != test.level || ok != test.ok {
			t.Errorf("%s: %d %v, want %d", test.story, level, ok, test.level)
		}
	}
}
