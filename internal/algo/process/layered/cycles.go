package layered

// turn says which edges have to point up so that the others have no cycle:
// those against an order of the nodes that is found by taking away sinks and
// sources and, where there are none, the node whose edges out outweigh its
// edges in by the most (Eades, Lin and Smyth, A fast and effective heuristic
// for the feedback arc set problem, Information Processing Letters 47, 1993,
// with weights). Edges known to lead back have no say.
func (g Graph) turn() []bool {
	n := len(g.Nodes)
	in, out := make([]float64, n), make([]float64, n)
	ins, outs := make([]int, n), make([]int, n)
	next, before := make([][]Edge, n), make([][]Edge, n)
	for _, e := range g.Edges {
		if e.From == e.To || e.Back {
			continue
		}
		in[e.To] += e.Weight
		out[e.From] += e.Weight
		ins[e.To]++
		outs[e.From]++
		next[e.From] = append(next[e.From], e)
		before[e.To] = append(before[e.To], e)
	}
	place := make([]int, n) // in the order
	gone := make([]bool, n)
	first, last := 0, n-1
	take := func(v int, atEnd bool) {
		gone[v] = true
		if atEnd {
			place[v] = last
			last--
		} else {
			place[v] = first
			first++
		}
		for _, e := range next[v] {
			in[e.To] -= e.Weight
			ins[e.To]--
		}
		for _, e := range before[v] {
			out[e.From] -= e.Weight
			outs[e.From]--
		}
	}
	for first <= last {
		best, taken := -1, false
		for v := range n {
			switch {
			case gone[v]:
			case ins[v] == 0: // a source, or on its own
				take(v, false)
				taken = true
			case outs[v] == 0:
				take(v, true)
				taken = true
			case best < 0 || out[v]-in[v] > out[best]-in[best]:
				best = v
			}
		}
		if !taken {
			take(best, false)
		}
	}
	turned := make([]bool, len(g.Edges))
	for i, e := range g.Edges {
		turned[i] = place[e.From] > place[e.To]
	}
	return turned
}
