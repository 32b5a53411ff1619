package similar

import (
	"cmp"
	"slices"
)

// An edge is a doc that is alike.
type edge struct {
	to    int32
	score float32
}

// nearest puts the likest first.
func nearest(a, b edge) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.to, b.to)) }

// A pairing is two docs that are alike.
type pairing struct {
	from int32
	edge
}

// A graph holds the edges of every doc, each seen from both ends.
type graph struct {
	start []uint32
	edges []edge
}

func newGraph(docs int, pairs []pairing) *graph {
	g := &graph{start: make([]uint32, docs+1), edges: make([]edge, 2*len(pairs))}
	for _, p := range pairs {
		g.start[p.from+1]++
		g.start[p.to+1]++
	}
	for i := range docs {
		g.start[i+1] += g.start[i]
	}
	at := slices.Clone(g.start)
	for _, p := range pairs {
		g.edges[at[p.from]] = p.edge
		g.edges[at[p.to]] = edge{p.from, p.score}
		at[p.from]++
		at[p.to]++
	}
	return g
}

func (g *graph) of(doc int32) []edge { return g.edges[g.start[doc]:g.start[doc+1]] }
