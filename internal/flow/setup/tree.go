package setup

// A node is a row that may stand below another.
type node struct {
	row
	id, parent string
}

// tree checks that every parent is there and none stands below itself. It
// gives the nodes with parents before children, else in their order; nodes
// with a problem, and those below them, are left out.
func tree(nodes []node, known map[string]int) []node {
	parent := make(map[string]string, len(nodes))
	for _, n := range nodes {
		parent[n.id] = n.parent
	}
	loop := loops(parent)
	var out []node
	below := map[string][]node{}
	for _, n := range nodes {
		_, there := known[n.parent]
		switch {
		case n.parent == "":
			out = append(out, n)
		case !there:
			n.bad("parent", "unknown_parent", "Value", n.parent)
		case loop[n.id]:
			n.bad("parent", "loop", "Value", n.id)
		default:
			below[n.parent] = append(below[n.parent], n)
		}
	}
	for i := 0; i < len(out); i++ {
		out = append(out, below[out[i].id]...)
	}
	return out
}

// loops finds the ids from which going up leads to themselves.
func loops(parent map[string]string) map[string]bool {
	found, walk := map[string]bool{}, map[string]int{} // the walk in which an id was met first
	n := 0
	for start := range parent {
		n++
		at := start
		for at != "" && walk[at] == 0 {
			walk[at] = n
			at = parent[at]
		}
		if at != "" && walk[at] == n { // met again in the same walk
			for from := at; ; {
				found[from] = true
				if from = parent[from]; from == at {
					break
				}
			}
		}
	}
	return found
}
