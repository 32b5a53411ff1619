package topics

import (
	"math"
	"time"
)

// Heat is how much a topic moves people, with what it is counted from:
//
//	Value = (People + √Likes) · (1 + Peak)
//
// A like costs little, so its root counts. Peak is the share of the messages
// in the fullest 30 days, of those whose time is known, 0 if none is: half the
// heat of a matter is that it comes up all at once.
type Heat struct {
	Value    float64
	Messages int
	People   int     // different people; a message whose author is unknown counts as one
	Likes    int     // of all messages
	Peak     float64 // 0 to 1
}

const peakDays = 30

// formula is Heat.Value.
func (h *Heat) set() {
	h.Value = (float64(h.People) + math.Sqrt(float64(h.Likes))) * (1 + h.Peak)
}

// measure counts what a topic's members are.
func (t *Topic) measure(messages []Message) {
	people := map[string]bool{}
	var times []time.Time
	for _, i := range t.Members {
		m := messages[i]
		if m.Who == "" {
			t.Heat.People++
		}
		people[m.Who] = true
		t.Heat.Likes += max(0, m.Likes)
		if !m.Time.IsZero() {
			times = append(times, m.Time) // in order, as the members are
		}
	}
	delete(people, "")
	t.Heat.Messages = len(t.Members)
	t.Heat.People += len(people)
	most, first := 0, 0
	for i := range times {
		for times[i].Sub(times[first]) > peakDays*24*time.Hour {
			first++
		}
		most = max(most, i-first+1)
	}
	if len(times) > 0 {
		t.From, t.To = times[0], times[len(times)-1]
		t.Heat.Peak = float64(most) / float64(len(times))
	}
	t.Heat.set()
}
