package layered

// A drawing has a row for each layer, and one between each two, where labels
// stand. Edges are cut where they pass a row.
type drawing struct {
	g      Graph
	turned []bool
	items  []item
	rows   [][]int // items, from left to right
	chain  [][]int // by edge: its items from the upper node to the lower one; none to the same node
}

// An item is what has a place on a row: a node, or a bend of an edge.
type item struct {
	node        int // -1 for a bend
	label       bool
	row, pos    int
	left, right float64 // how far it reaches from x
	height      float64
	x           float64
	up, down    []int // neighbours
}

func (i item) bend() bool { return i.node < 0 }

func newDrawing(g Graph, turned []bool, layer []int) *drawing {
	d := &drawing{g: g, turned: turned, chain: make([][]int, len(g.Edges))}
	last := 0
	for v, n := range g.Nodes {
		last = max(last, layer[v])
		d.items = append(d.items, item{node: v, row: 2 * layer[v], left: n.Width / 2, right: n.Width / 2, height: n.Height + 2*stub})
	}
	d.rows = make([][]int, 2*last+1)
	for i, e := range g.Edges {
		from, to := e.From, e.To
		if from == to {
			v := &d.items[from]
			v.right = max(v.right, g.Nodes[from].Width/2+selfGap+e.Width/2+labelGap+e.LabelWidth)
			v.height = max(v.height, e.LabelHeight)
			continue
		}
		if turned[i] {
			from, to = to, from
		}
		chain := []int{from}
		begin, end := 2*layer[from], 2*layer[to]
		middle := (begin + end) / 2
		middle += 1 - middle%2 // labels stand between layers
		for row := begin + 1; row < end; row++ {
			b := item{node: -1, row: row, left: e.Width / 2, right: e.Width / 2}
			if row == middle {
				b.label, b.right, b.height = true, b.right+labelGap+e.LabelWidth, e.LabelHeight
			}
			chain = append(chain, len(d.items))
			d.items = append(d.items, b)
		}
		chain = append(chain, to)
		for j := 1; j < len(chain); j++ {
			d.items[chain[j-1]].down = append(d.items[chain[j-1]].down, chain[j])
			d.items[chain[j]].up = append(d.items[chain[j]].up, chain[j-1])
		}
		d.chain[i] = chain
	}
	return d
}
