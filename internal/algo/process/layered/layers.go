package layered

import "slices"

// layers gives each node its layer, from 0: the least that lets every edge
// point down, and then, as long as it helps, nearer to the heavier of its
// neighbours above and below. The sum of weight times length, which dot
// brings to its minimum with the network simplex, only comes close to it.
func (g Graph) layers(turned []bool) []int {
	n := len(g.Nodes)
	above, below := make([][]int, n), make([][]int, n) // edges by node
	down := make([][2]int, len(g.Edges))
	for i, e := range g.Edges {
		down[i] = [2]int{e.From, e.To}
		if turned[i] {
			down[i] = [2]int{e.To, e.From}
		}
		if e.From != e.To {
			below[down[i][0]] = append(below[down[i][0]], i)
			above[down[i][1]] = append(above[down[i][1]], i)
		}
	}
	layer := make([]int, n)
	open := make([]int, n)
	var free []int
	for v := range n {
		if open[v] = len(above[v]); open[v] == 0 {
			free = append(free, v)
		}
	}
	for len(free) > 0 {
		v := free[0]
		free = free[1:]
		for _, i := range below[v] {
			to := down[i][1]
			layer[to] = max(layer[to], layer[v]+1)
			if open[to]--; open[to] == 0 {
				free = append(free, to)
			}
		}
	}
	for range n {
		moved := false
		for v := range n {
			pull, to := 0.0, layer[v]
			for _, i := range above[v] {
				pull -= g.Edges[i].Weight
			}
			for _, i := range below[v] {
				pull += g.Edges[i].Weight
			}
			switch {
			case pull > 0:
				to = slices.MinFunc(below[v], func(a, b int) int { return layer[down[a][1]] - layer[down[b][1]] })
				to = layer[down[to][1]] - 1
			case pull < 0:
				to = slices.MaxFunc(above[v], func(a, b int) int { return layer[down[a][0]] - layer[down[b][0]] })
				to = layer[down[to][0]] + 1
			}
			if to != layer[v] {
				layer[v], moved = to, true
			}
		}
		if !moved {
			break
		}
	}
	// Layers that nobody is on any more are closed.
	used := slices.Compact(slices.Sorted(slices.Values(layer)))
	for v := range layer {
		layer[v], _ = slices.BinarySearch(used, layer[v])
	}
	return layer
}
