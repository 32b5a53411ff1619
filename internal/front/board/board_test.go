package board

import (
	"testing"
	"time"
)

// Each span ends with the step that is now.
func TestCut(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	for _, row := range []struct {
		span, now, from string
		steps           int
	}{
		{"today", "2026-11-27 22:03", "2026-11-27 00:00", 24},
		{"now", "2026-11-27 22:03", "2026-11-27 21:05", 12},
		{"monday", "2026-11-27 22:03", "2026-11-23 00:00", 7}, // a Friday
		{"monday", "2026-11-23 00:00", "2026-11-23 00:00", 7}, // a Monday
		{"monday", "2026-11-29 23:59", "2026-11-23 00:00", 7}, // a Sunday
		{"monday", "2027-01-01 08:00", "2026-12-28 00:00", 7},
		{"week", "2026-11-27 22:03", "2026-11-21 00:00", 7},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", row.now, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		from, step, steps, _ := cut(row.span, now)
		if from.Format("2006-01-02 15:04") != row.from || steps != row.steps || now.Before(from) || !now.Before(from.Add(time.Duration(steps)*step)) {
			t.Errorf("%s at %s: %d steps of %s from %s", row.span, row.now, steps, step, from)
		}
	}
}
