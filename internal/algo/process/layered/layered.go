// Package layered places the nodes and edges of a directed graph on a plane
// so that most edges point down and few cross, in the manner of Sugiyama,
// Tagawa and Toda (Methods for visual understanding of hierarchical system
// structures, IEEE Transactions on Systems, Man and Cybernetics 11, 1981) and
// of dot (Gansner, Koutsofios, North and Vo, A technique for drawing directed
// graphs, IEEE Transactions on Software Engineering 19, 1993). It knows sizes
// and places only; what is drawn there is the caller's.
//
// Four steps, each a file: edges are turned round until no cycle is left
// (cycles.go), nodes are put on layers (layers.go), the order on each layer
// is sought that has few crossings (order.go), and coordinates are given
// (place.go) and joined to paths (paths.go).
package layered

// A Graph is what is to be placed. Sizes are in the unit of the drawing.
type Graph struct {
	Nodes []Node
	Edges []Edge
}

// A Node is a box.
type Node struct{ Width, Height float64 }

// An Edge joins two nodes by their numbers, or, once for each, a node with
// itself. Its label stands right of its line and is crossed by no other edge.
type Edge struct {
	From, To                int
	Width                   float64 // of its line
	LabelWidth, LabelHeight float64
	Weight                  float64 // the heavier, the shorter and the more surely downwards
	Back                    bool    // is known to lead back: rather turned round than others
}

// A Point is a place; y grows downwards.
type Point struct{ X, Y float64 }

// A Layout is where everything goes. Node places are their centres.
type Layout struct {
	Width, Height float64
	Nodes         []Point
	Edges         []Path
}

// A Path is an edge from its From to its To. Two points above each other are
// joined by a straight line, others by a curve that begins and ends upright.
// Label is the middle of the left side of the label's box. Up says that the
// edge points upwards.
type Path struct {
	Points []Point
	Label  Point
	Up     bool
}

// Distances between what is drawn.
const (
	boxGap   = 26.0 // between boxes side by side
	lineGap  = 14.0 // between lines, or a line and a box
	rowGap   = 10.0 // between layers, at least
	maxGap   = 38.0 // and at most
	stub     = 11.0 // of straight line where an edge meets a box
	labelGap = 5.0  // between a line and its label
	selfGap  = 22.0 // how far an edge to the same node reaches out
	portGap  = 15.0 // between two edges at one box
	corner   = 10.0 // of a box, where no edge begins
	margin   = 12.0
)

// Place finds the layout: the same for the same graph. With n nodes, e edges
// and up to e·n bends in between it takes O(e·n·log(e·n)) for each of a fixed
// number of sweeps. An edge that names a node that is not there is a mistake
// of the caller and panics.
func Place(g Graph) Layout {
	turned := g.turn()
	d := newDrawing(g, turned, g.layers(turned))
	d.order()
	return d.layout()
}
