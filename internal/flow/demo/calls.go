package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/calls"
)

// A CallEvent is the job by which a demonstration's telephone tells of a call
// when its time comes.
type CallEvent struct {
	Event calls.Event `json:"event"`
}

// Kind names the job.
func (CallEvent) Kind() string { return "demo.call" }

// Morning is n calls to the hotline, as a telephone system tells of them,
// between begin and begin+span, in the order of time: each clerk has one call
// at a time, about one in ten is missed, some ring again, some withhold their
// number.
func Morning(seed uint64, n int, begin time.Time, span time.Duration, clerks []access.StaffID) []calls.Event {
	r := rand.New(rand.NewPCG(seed, 12345)) //nolint:gosec // a seed gives the same morning again
	var numbers []string
	free := make([]time.Time, len(clerks))
	var list []calls.Event
	each := span / time.Duration(max(n, 1))
	for i := range n {
		at := begin.Add(each*time.Duration(i) + time.Duration(r.Int64N(int64(each)+1)))
		id := fmt.Sprintf("demo-%d-%d", begin.Unix(), i)
		number := fmt.Sprintf("13%09d", r.IntN(1_000_000_000))
		switch {
		case len(numbers) > 0 && r.IntN(5) == 0:
			number = numbers[r.IntN(len(numbers))]
		case r.IntN(25) == 0:
			number = ""
		default:
			numbers = append(numbers, number)
		}
		tell := func(after time.Duration, state calls.State, agent access.StaffID) {
			list = append(list, calls.Event{ID: id, State: state, At: at.Add(after), Caller: number, Line: "12345", Agent: agent})
		}
		tell(0, calls.Ringing, "")
		pick := time.Duration(float64(each) * (0.2 + 0.3*r.Float64()))
		clerk := slices.IndexFunc(free, func(t time.Time) bool { return !t.After(at) })
		if clerk < 0 || r.IntN(10) == 0 {
			tell(pick, calls.Missed, "")
			continue
		}
		talk := time.Duration(float64(each) * float64(len(clerks)) * (0.5 + 0.5*r.Float64()))
		free[clerk] = at.Add(pick + talk)
		tell(pick, calls.Answered, clerks[clerk])
		tell(pick+talk, calls.Ended, clerks[clerk])
	}
	slices.SortStableFunc(list, func(a, b calls.Event) int { return cmp.Or(a.At.Compare(b.At)) })
	return list
}
