package process

import (
	"cmp"
	"slices"
	"time"
)

// A Report is what the events say about how a process runs.
type Report struct {
	Events   int       `json:"events"`
	From     time.Time `json:"from"` // the first event
	To       time.Time `json:"to"`   // the last one
	Duration Spread    `json:"duration"`
	Graph
	Starts        []Count   `json:"starts"`
	Ends          []Count   `json:"ends"`
	VariantsTotal int       `json:"variants_total"`
	Variants      []Variant `json:"variants"` // the most frequent first, at most Listed
	LoopsTotal    int       `json:"loops_total"`
	Loops         []Loop    `json:"loops"` // the same
	Rework        []Rework  `json:"rework"`
	Moved         Moved     `json:"reordered"`
}

// Listed is how many variants and loops a report names at most.
const Listed = 100

// A Spread is how long cases took from their first to their last event, in
// seconds.
type Spread struct {
	Median float64 `json:"median_seconds"`
	P90    float64 `json:"p90_seconds"`
}

// A Count is how many cases start or end with an activity.
type Count struct {
	Activity string `json:"activity"`
	Count    int    `json:"count"`
}

// Rework is an activity that cases go through more than once.
type Rework struct {
	Activity string  `json:"activity"`
	Cases    int     `json:"cases"`   // that repeat it
	Repeats  int     `json:"repeats"` // events beyond the first of each case
	Share    float64 `json:"share"`   // of the cases that have it
	Most     int     `json:"most"`    // times in one case
	Example  string  `json:"example"` // the case that has it most
}

// Moved counts events that stood later among the events than one of their
// case that happened after them. They are sorted by time.
type Moved struct {
	Events  int    `json:"events"`
	Cases   int    `json:"cases"`
	Example string `json:"example,omitempty"`
}

// Discover reads the process out of a log: O(n log m) for n events in cases
// of at most m, and at most about 16 MB, 8 bytes a case and 30 a variant beyond
// the log. The same events give the same report, whatever their order, but
// for examples, which of equal variants stands first, and Moved; events of one
// time are in the order of the log, if that has one. Of an empty log
// everything is zero.
func Discover(l *Log) *Report {
	d := discovery{log: l, edge: map[uint32]int32{}, acts: make([]activity, len(l.activities.list))}
	l.settle()
	var buf []step
	for c := range l.last {
		if c&0xffff == 0 && l.Progress != nil {
			l.Progress(c, len(l.last))
		}
		var moved int
		if buf, moved = l.steps(c, buf); moved > 0 {
			d.moved.Events += moved
			d.moved.Cases++
			if d.moved.Example == "" {
				d.moved.Example = l.ids.get(c)
			}
		}
		d.read(c, buf)
	}
	r := &Report{Events: l.n, Moved: d.moved}
	if l.n > 0 {
		r.From, r.To = time.UnixMicro(d.from).UTC(), time.UnixMicro(d.to).UTC()
	}
	d.waits()
	r.Graph = d.graph()
	for _, a := range r.Activities {
		if a.Starts > 0 {
			r.Starts = append(r.Starts, Count{a.Name, a.Starts})
		}
		if a.Ends > 0 {
			r.Ends = append(r.Ends, Count{a.Name, a.Ends})
		}
	}
	byCount := func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Activity, b.Activity))
	}
	slices.SortFunc(r.Starts, byCount)
	slices.SortFunc(r.Ends, byCount)
	r.Rework = d.rework()
	d.ways.finish(l, r)
	d.loops.finish(l, r)
	return r
}

// A discovery is what is known after some of the cases.
type discovery struct {
	log      *Log
	acts     []activity // by number
	edge     map[uint32]int32
	edges    []edge
	from, to int64
	moved    Moved
	ways     ways
	loops    loops
}

type activity struct {
	Activity
	seen    int // case + 1 that had it last
	here    int // times in that case
	redone  int // cases that repeat it
	most    int
	example int // the case with the most
}

type edge struct {
	from, to            uint16
	count, cases, again uint32
	seen                uint32 // case + 1 that passed last
	example             uint32
	median, p90         float64
}

func pair(from, to uint16) uint32 { return uint32(from)<<16 | uint32(to) }

// read takes in one case.
func (d *discovery) read(c int, s []step) {
	first, last := s[0], s[len(s)-1]
	if c == 0 {
		d.from, d.to = first.at, last.at
	}
	d.from, d.to = min(d.from, first.at), max(d.to, last.at)
	d.acts[first.act].Starts++
	d.acts[last.act].Ends++
	for i, e := range s {
		a := &d.acts[e.act]
		again := a.seen == c+1
		if i > 0 {
			d.pass(c, s[i-1].act, e.act, again)
		}
		a.Count++
		if !again {
			a.seen, a.here = c+1, 0
			a.Cases++
		} else {
			a.Repeats++
		}
		a.here++
		if a.here == 2 {
			a.redone++
		}
		if a.here > a.most {
			a.most, a.example = a.here, c
		}
	}
	d.ways.read(d.log, c, s)
	d.loops.read(c, s)
}

func (d *discovery) pass(c int, from, to uint16, again bool) {
	i, ok := d.edge[pair(from, to)]
	if !ok {
		i = int32(len(d.edges))
		d.edge[pair(from, to)] = i
		d.edges = append(d.edges, edge{from: from, to: to, example: uint32(c)})
	}
	e := &d.edges[i]
	e.count++
	if e.seen != uint32(c+1) {
		e.seen = uint32(c + 1)
		e.cases++
	}
	if again {
		e.again++
	}
}

// atOnce is for how many waits there is room at a time.
const atOnce = 2 << 20

// waits finds the quantiles of the waits of each edge, exactly: for as many
// edges at a time as there is room for.
func (d *discovery) waits() {
	for begin := 0; begin < len(d.edges); {
		end, room := begin, 0
		for end < len(d.edges) && (end == begin || room+int(d.edges[end].count) <= atOnce) {
			room += int(d.edges[end].count)
			end++
		}
		d.waitsOf(begin, end, room)
		begin = end
	}
}

func (d *discovery) waitsOf(begin, end, room int) {
	all := make([]float64, room)
	at := make([]int, end-begin) // where the next wait of each edge goes
	sum := 0
	for i := range at {
		at[i] = sum
		sum += int(d.edges[begin+i].count)
	}
	d.log.each(func(_ int, s []step) {
		for j := 1; j < len(s); j++ {
			i := int(d.edge[pair(s[j-1].act, s[j].act)]) - begin
			if i >= 0 && i < len(at) {
				all[at[i]] = seconds(s[j].at - s[j-1].at)
				at[i]++
			}
		}
	})
	for i := range at {
		e := &d.edges[begin+i]
		w := all[at[i]-int(e.count) : at[i]]
		slices.Sort(w)
		e.median, e.p90 = Quantile(w, 0.5), Quantile(w, 0.9)
	}
}

func seconds(micro int64) float64 { return float64(micro) / 1e6 }

func (d *discovery) graph() Graph {
	g := Graph{Cases: d.log.Cases(), Activities: []Activity{}, Edges: make([]Edge, 0, len(d.edges))}
	for i, a := range d.acts {
		a.Name = d.log.activity(uint16(i))
		g.Activities = append(g.Activities, a.Activity)
	}
	for _, e := range d.edges {
		g.Edges = append(g.Edges, Edge{
			From: d.log.activity(e.from), To: d.log.activity(e.to), Count: int(e.count), Cases: int(e.cases), Again: int(e.again),
			Median: e.median, P90: e.p90, Return: e.from != e.to && 2*e.again > e.count, Example: d.log.ids.get(int(e.example)),
		})
	}
	g.order()
	g.markBottlenecks()
	return g
}

func (d *discovery) rework() []Rework {
	list := []Rework{}
	for i, a := range d.acts {
		if a.redone > 0 {
			list = append(list, Rework{
				Activity: d.log.activity(uint16(i)), Cases: a.redone, Repeats: a.Repeats,
				Share: float64(a.redone) / float64(a.Cases), Most: a.most, Example: d.log.ids.get(a.example),
			})
		}
	}
	slices.SortFunc(list, func(a, b Rework) int {
		return cmp.Or(cmp.Compare(b.Repeats, a.Repeats), cmp.Compare(a.Activity, b.Activity))
	})
	return list
}
