package process

import (
	"container/heap"
	"math"
	"slices"
	"sort"
)

// Simplify leaves out what is rare: detail is the share of activities and of
// edges that are kept, the most frequent ones, from 0 to 1. What is kept is
// connected: each activity stays with its widest way from a start and to an
// end, the one whose rarest edge is the most frequent (maximum capacity path;
// Pollack 1960), so that at detail 0 the busiest activity and its usual way are
// left. Ways in and out that are rarer than the rarest edge are left out too,
// as Starts or Ends of 0. All other numbers stay those of all cases, Hidden
// counts what is not shown, and what is kept at some detail is kept at every
// higher one. O(E log E).
func (g *Graph) Simplify(detail float64) Graph {
	if !(detail < 1) { // NaN keeps everything
		return *g
	}
	detail = max(detail, 0)
	n := len(g.Activities)
	if n == 0 {
		return *g
	}
	at := make(map[string]int, n)
	for i, a := range g.Activities {
		at[a.Name] = i
	}
	from, to := make([]int, len(g.Edges)), make([]int, len(g.Edges))
	for i, e := range g.Edges {
		from[i], to[i] = at[e.From], at[e.To]
	}
	in, out := g.widest(from, to, true), g.widest(to, from, false)
	activity, edge := make([]bool, n), make([]bool, len(g.Edges))
	starts, ends := make([]bool, n), make([]bool, n)
	for i := range max(1, share(detail, n)) {
		activity[i] = true
		g.follow(i, in, from, edge, starts)
		g.follow(i, out, to, edge, ends)
	}
	for i := range g.Edges {
		if edge[i] {
			activity[from[i]], activity[to[i]] = true, true
		}
	}
	rarest := math.MaxInt
	for i, e := range g.Edges[:share(detail, len(g.Edges))] {
		edge[i] = edge[i] || activity[from[i]] && activity[to[i]]
		rarest = e.Count
	}
	kept := Graph{Cases: g.Cases, Hidden: g.Hidden}
	for i, a := range g.Activities {
		if !activity[i] {
			kept.Hidden.Activities++
			continue
		}
		if a.Starts > 0 && a.Starts < rarest && !starts[i] {
			kept.Hidden.Edges++
			a.Starts = 0
		}
		if a.Ends > 0 && a.Ends < rarest && !ends[i] {
			kept.Hidden.Edges++
			a.Ends = 0
		}
		kept.Activities = append(kept.Activities, a)
	}
	for i, e := range g.Edges {
		if edge[i] {
			kept.Edges = append(kept.Edges, e)
		} else {
			kept.Hidden.Edges++
			kept.Hidden.Steps += e.Count
		}
	}
	return kept
}

func share(detail float64, n int) int { return int(math.Ceil(detail*float64(n) - 1e-9)) }

// widest gives for each activity the edge by which its widest way comes from
// a start (in, along edges from → to) or goes to an end (against them); -1
// where that is the start or the end of cases itself. Growing a tree by the
// widest edge that leaves it, as Prim does, finds the ways whose narrowest
// edge is the widest.
func (g *Graph) widest(from, to []int, in bool) []int {
	next := make([]front, len(g.Activities))
	for i, e := range g.Edges {
		if from[i] != to[i] {
			next[from[i]] = append(next[from[i]], reach{to[i], i, e.Count})
		}
	}
	var open front
	for i, a := range g.Activities {
		width := a.Starts
		if !in {
			width = a.Ends
		}
		if width > 0 {
			open = append(open, reach{i, -1, width})
		}
	}
	heap.Init(&open)
	by := slices.Repeat([]int{-1}, len(g.Activities))
	done := make([]bool, len(g.Activities))
	for open.Len() > 0 {
		r := heap.Pop(&open).(reach)
		if done[r.to] {
			continue
		}
		done[r.to], by[r.to] = true, r.edge
		for _, n := range next[r.to] {
			if !done[n.to] {
				heap.Push(&open, n)
			}
		}
	}
	return by
}

// follow marks the edges of the way from v to where cases start or end, and
// that activity.
func (g *Graph) follow(v int, by, next []int, edge, end []bool) {
	for by[v] >= 0 {
		edge[by[v]] = true
		v = next[by[v]]
	}
	end[v] = true
}

// A reach is an activity that an edge leads to, and how many pass.
type reach struct{ to, edge, width int }

// A front is the edges that leave a tree; a heap, the widest first.
type front []reach

func (f front) Len() int           { return len(f) }
func (f front) Less(i, j int) bool { return f[i].width > f[j].width }
func (f front) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }

// Push implements heap.Interface.
func (f *front) Push(x any) { *f = append(*f, x.(reach)) }

// Pop implements heap.Interface.
func (f *front) Pop() any {
	last := len(*f) - 1
	x := (*f)[last]
	*f = (*f)[:last]
	return x
}

// Readable is the largest detail, in steps of a twentieth, at which a graph
// has at most 30 activities and 50 edges, or 0.
func (g *Graph) Readable() float64 {
	return g.within(30, 50)
}

// within is the largest detail, in steps of a twentieth, at which a graph has
// at most so many activities and edges, or 0.
func (g *Graph) within(activities, edges int) float64 {
	const steps = 20
	return float64(sort.Search(steps, func(i int) bool {
		s := g.Simplify(float64(i+1) / steps)
		return len(s.Activities) > activities || len(s.Edges) > edges
	})) / steps
}
