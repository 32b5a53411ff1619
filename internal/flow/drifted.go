package flow

import (
	"time"

	"yiwang/internal/algo/drift"
)

// A Drift is how far the last weeks differ from what came before.
type Drift struct {
	From       time.Time    `json:"from"` // of the weeks
	Days       int          `json:"days"`
	Categories drift.Shift  `json:"categories"`
	Risen      []drift.Word `json:"risen,omitempty"`
	Fallen     []drift.Word `json:"fallen,omitempty"`
}

// Clear reports whether chance would hardly make the categories differ so: one
// time in a hundred.
func (d Drift) Clear() bool { return d.Categories.P < clearly }

const (
	driftDays  = 28
	driftLeast = 50    // messages on either side
	driftTexts = 3_000 // read for their words, on either side
	driftShown = 12
)

// drifted compares what was learned from the last weeks before a time with
// what was learned from earlier. Words that could be of a person are taken out
// first, and rare ones are not looked at. It is nil of too few.
func drifted(list []lesson, until time.Time) *Drift {
	d := &Drift{From: until.AddDate(0, 0, -driftDays), Days: driftDays}
	now, before := list, []lesson(nil)
	for i, r := range list { // newest first
		if r.at.Before(d.From) {
			now, before = list[:i], list[i:]
			break
		}
	}
	if len(now) < driftLeast || len(before) < driftLeast {
		return nil
	}
	d.Categories = drift.Compare(labels(before), labels(now), 1)
	d.Categories.Parts = d.Categories.Parts[:min(driftShown, len(d.Categories.Parts))]
	d.Risen, d.Fallen = drift.Words(sayings(before), sayings(now))
	d.Risen, d.Fallen = d.Risen[:min(driftShown, len(d.Risen))], d.Fallen[:min(driftShown, len(d.Fallen))]
	return d
}

func labels(list []lesson) map[string]int {
	n := map[string]int{}
	for _, r := range list {
		n[r.Label]++
	}
	return n
}

func sayings(list []lesson) []string {
	step := 1 + (len(list)-1)/driftTexts
	var texts []string
	for i := 0; i < len(list); i += step {
		s := list[i].Subject + "\n" + list[i].Text
		texts = append(texts, masked(s))
	}
	return texts
}
