package process

import (
	"cmp"
	"slices"
)

// A Graph is a directly-follows graph with its numbers. All counts are of
// events or steps between them, so that for each activity
//
//	Count = Starts + Σ Count of its edges in = Ends + Σ Count of its edges out.
type Graph struct {
	Cases      int        `json:"cases"`
	Activities []Activity `json:"activities"` // the most frequent first
	Edges      []Edge     `json:"edges"`      // the most frequent first
	// Hidden is what Simplify has left out of a larger graph.
	Hidden Hidden `json:"-"`
}

// Hidden counts what is not in a graph any more.
type Hidden struct{ Activities, Edges, Steps int }

// An Activity is one kind of event.
type Activity struct {
	Name    string `json:"name"`
	Count   int    `json:"count"`   // events
	Cases   int    `json:"cases"`   // that have it
	Starts  int    `json:"starts"`  // cases that begin with it
	Ends    int    `json:"ends"`    // cases whose last event it is, finished or not
	Repeats int    `json:"repeats"` // events beyond the first of each case
}

// An Edge says that To came right after From. Waits are in seconds of elapsed
// time, quantiles as in [Quantile].
type Edge struct {
	From      string  `json:"from"`
	To        string  `json:"to"`
	Count     int     `json:"count"`
	Cases     int     `json:"cases"`
	Again     int     `json:"again"` // passes whose To the case had been through before
	Median    float64 `json:"median_seconds"`
	P90       float64 `json:"p90_seconds"`
	WaitShare float64 `json:"wait_share"` // of all waiting: median times count
	// Return is an edge that mostly leads to where the case has been, between
	// two activities.
	Return     bool   `json:"return"`
	Bottleneck bool   `json:"bottleneck"` // as in markBottlenecks
	Deviates   bool   `json:"deviates"`   // a model does not allow it; set by Model.Mark
	Example    string `json:"example"`    // the first case that passed
}

// Figures above which an edge is a bottleneck.
const (
	bottleneckShare = 0.05 // of all waiting
	bottleneckSlow  = 2.0  // times the mean of all steps
	bottleneckCases = 0.01 // of all cases: an error of one row is no bottleneck
	bottleneckMost  = 5    // those with the most waiting: who marks all marks nothing
)

// markBottlenecks gives each edge its share of all waiting,
//
//	share = median·count / Σ median·count,
//
// and marks those that hold at least a twentieth of it, are at least twice as
// slow as the mean of all steps, and were passed by at least one in a hundred
// cases; at most five, those with the largest share. The median stands for the mean, so that a few wrong dates decide
// nothing.
func (g *Graph) markBottlenecks() {
	total, steps := 0.0, 0
	for _, e := range g.Edges {
		total += e.Median * float64(e.Count)
		steps += e.Count
	}
	if total <= 0 {
		return
	}
	mean := total / float64(steps)
	var slow []*Edge
	for i := range g.Edges {
		e := &g.Edges[i]
		e.WaitShare = e.Median * float64(e.Count) / total
		if e.WaitShare >= bottleneckShare && e.Median >= bottleneckSlow*mean && float64(e.Cases) >= bottleneckCases*float64(g.Cases) {
			slow = append(slow, e)
		}
	}
	slices.SortStableFunc(slow, func(a, b *Edge) int { return cmp.Compare(b.WaitShare, a.WaitShare) })
	for _, e := range slow[:min(len(slow), bottleneckMost)] {
		e.Bottleneck = true
	}
}

// order puts the most frequent first; ties by name, so that the same events
// give the same graph in whatever order they come.
func (g *Graph) order() {
	slices.SortFunc(g.Activities, func(a, b Activity) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(g.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
}

// Quantile gives the q-quantile of sorted values by linear interpolation
// between order statistics: type 7 of Hyndman and Fan (Sample quantiles in
// statistical packages, The American Statistician 50, 1996), which is what R
// and NumPy give. Of no values it is 0.
func Quantile[T ~float32 | ~float64](sorted []T, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := q * float64(len(sorted)-1)
	i := min(max(int(at), 0), len(sorted)-1)
	if i+1 == len(sorted) {
		return float64(sorted[i])
	}
	a, b := float64(sorted[i]), float64(sorted[i+1])
	return a + (at-float64(i))*(b-a)
}
