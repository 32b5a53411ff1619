package process

import (
	"cmp"
	"slices"
)

// A Loop is work that goes from A to B and back to A. Between units it is
// what officials call passing the buck; one that goes through a third, such
// as a hotline that sends work out again (A, H, B, H, A), names it. There and
// back again twice (A, B, A, B, A) is two loops from A and one from B. Events
// of one unit in a row are one turn; events of nobody are passed over.
type Loop struct {
	Kind    string `json:"kind"` // what it is between: unit or activity
	A       string `json:"a"`
	B       string `json:"b"`
	Through string `json:"through,omitempty"`
	// Desk says that A is the unit that most cases begin with: what it sends
	// out comes back to it by design. Such loops stand last.
	Desk    bool    `json:"desk"`
	Count   int     `json:"count"`
	Cases   int     `json:"cases"`
	Median  float64 `json:"median_seconds"` // from A's last event before to A's next
	Example string  `json:"example"`
}

// What loops are between.
const (
	BetweenUnits      = "unit"
	BetweenActivities = "activity"
)

// maxLoops is how many different loops are kept apart; those of further pairs
// are not counted. Nobody reads more than the first hundred.
const maxLoops = 100_000

// Loops collects loops while cases are read.
type loops struct {
	found  map[loopKey]*loop
	begins map[uint32]int // by unit: cases that begin with it
	turns  []turn         // of a case, used again
}

type loopKey struct {
	unit          bool
	a, b, through uint32
}

type loop struct {
	count, cases, seen, example int
	took                        []float32 // seconds, to seven digits
}

// A turn is events in a row of one unit, or of one activity.
type turn struct {
	who      uint32
	from, to int64
}

func turnsOf(s []step, buf []turn, who func(step) uint32) []turn {
	list := buf[:0]
	for _, e := range s {
		w := who(e)
		switch {
		case w == 0: // nobody knows who: the work may well have stayed where it was
		case len(list) > 0 && list[len(list)-1].who == w:
			list[len(list)-1].to = e.at
		default:
			list = append(list, turn{w, e.at, e.at})
		}
	}
	return list
}

func unitOf(e step) uint32     { return e.by }
func activityOf(e step) uint32 { return uint32(e.act) + 1 }

func (l *loops) read(c int, s []step) {
	if l.found == nil {
		l.found, l.begins = map[loopKey]*loop{}, map[uint32]int{}
	}
	l.turns = turnsOf(s, l.turns, activityOf)
	for i := 2; i < len(l.turns); i++ {
		l.back(c, loopKey{}, i-2, i-1, i)
	}
	l.turns = turnsOf(s, l.turns, unitOf)
	t := l.turns
	if len(t) > 0 {
		l.begins[t[0].who]++
	}
	for i := 2; i < len(t); i++ {
		l.back(c, loopKey{unit: true}, i-2, i-1, i)
		if i >= 4 && t[i-1].who == t[i-3].who && t[i-2].who != t[i].who {
			l.back(c, loopKey{unit: true, through: t[i-1].who}, i-4, i-2, i)
		}
	}
}

// back counts a loop if the turns a and again are of the same.
func (l *loops) back(c int, k loopKey, a, b, again int) {
	t := l.turns
	if t[a].who != t[again].who {
		return
	}
	k.a, k.b = t[a].who, t[b].who
	f := l.found[k]
	if f == nil {
		if len(l.found) >= maxLoops {
			return
		}
		f = &loop{example: c}
		l.found[k] = f
	}
	f.count++
	if f.seen != c+1 {
		f.seen = c + 1
		f.cases++
	}
	f.took = append(f.took, float32(seconds(t[again].from-t[a].to)))
}

// finish writes the loops into the report.
func (l *loops) finish(log *Log, r *Report) {
	r.LoopsTotal, r.Loops = len(l.found), []Loop{}
	known := 0
	for _, n := range l.begins {
		known += n
	}
	for k, f := range l.found {
		slices.Sort(f.took)
		loop := Loop{Kind: BetweenActivities, Count: f.count, Cases: f.cases, Median: Quantile(f.took, 0.5), Example: log.ids.get(f.example)}
		if k.unit {
			loop.Kind, loop.A, loop.B, loop.Through = BetweenUnits, log.resource(k.a), log.resource(k.b), log.resource(k.through)
			loop.Desk = 2*l.begins[k.a] > known
		} else {
			loop.A, loop.B = log.activity(uint16(k.a-1)), log.activity(uint16(k.b-1))
		}
		r.Loops = append(r.Loops, loop)
	}
	last := map[bool]int{true: 1}
	slices.SortFunc(r.Loops, func(a, b Loop) int {
		return cmp.Or(-cmp.Compare(a.Kind, b.Kind), cmp.Compare(last[a.Desk], last[b.Desk]), cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B), cmp.Compare(a.Through, b.Through))
	})
	r.Loops = r.Loops[:min(len(r.Loops), Listed)]
}
