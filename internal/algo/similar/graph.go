package similar

import (
	"cmp"
	"encoding/binary"
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

// encode appends ascending numbers as the differences between them.
func encode(dst []byte, ids []int32) []byte {
	last := int32(0)
	for _, id := range ids {
		dst = binary.AppendUvarint(dst, uint64(id-last))
		last = id
	}
	return dst
}

// A reader gives the terms of docs, one after the other.
type reader struct {
	g   *Grouping
	raw []byte
	ids []int32
}

// terms gives those of a doc, ascending. They are valid until the next call.
func (r *reader) terms(doc int32) ([]int32, error) {
	from, to := r.g.docs[doc].terms, r.g.end
	if int(doc)+1 < len(r.g.docs) {
		to = r.g.docs[doc+1].terms
	}
	var raw []byte
	if from >= r.g.spent {
		raw = r.g.kept[from-r.g.spent : to-r.g.spent]
	} else {
		r.raw = slices.Grow(r.raw[:0], int(to-from))[:to-from]
		raw = r.raw
		if n, err := r.g.spool.ReadAt(raw, from); n < len(raw) {
			return nil, err
		}
	}
	r.ids = r.ids[:0]
	last := int32(0)
	for len(raw) > 0 {
		gap, n := binary.Uvarint(raw)
		last += int32(gap)
		r.ids = append(r.ids, last)
		raw = raw[n:]
	}
	return r.ids, nil
}
