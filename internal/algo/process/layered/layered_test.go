package layered_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/process/layered"
)

func graph(t *rapid.T) layered.Graph {
	var g layered.Graph
	n := rapid.IntRange(1, 14).Draw(t, "nodes")
	for range n {
		g.Nodes = append(g.Nodes, layered.Node{Width: rapid.Float64Range(20, 200).Draw(t, "w"), Height: rapid.Float64Range(20, 80).Draw(t, "h")})
	}
	self := map[int]bool{}
	for range rapid.IntRange(0, 30).Draw(t, "edges") {
		from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
		if from == to && self[from] {
			continue
		}
		self[from] = self[from] || from == to
		g.Edges = append(g.Edges, layered.Edge{
			From: from, To: to, Width: rapid.Float64Range(1, 7).Draw(t, "width"), LabelWidth: rapid.Float64Range(10, 120).Draw(t, "lw"), LabelHeight: rapid.Float64Range(10, 40).Draw(t, "lh"),
			Weight: rapid.Float64Range(1, 100).Draw(t, "weight"), Back: rapid.IntRange(0, 4).Draw(t, "back") == 0,
		})
	}
	return g
}

type rect struct {
	what                   string
	left, right, top, base float64
}

func (a rect) hits(b rect) bool {
	const e = 1e-6
	return a.left < b.right-e && b.left < a.right-e && a.top < b.base-e && b.top < a.base-e
}

// Nothing lies on anything else: no box or label on another, no line across a
// label or a box; and all of it is on the sheet.
func TestNothingOverlaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := graph(t)
		l := layered.Place(g)
		var rects []rect
		for i, n := range g.Nodes {
			at := l.Nodes[i]
			rects = append(rects, rect{fmt.Sprint("node ", i), at.X - n.Width/2, at.X + n.Width/2, at.Y - n.Height/2, at.Y + n.Height/2})
		}
		for i, e := range g.Edges {
			at := l.Edges[i].Label
			rects = append(rects, rect{fmt.Sprint("label ", i), at.X, at.X + e.LabelWidth, at.Y - e.LabelHeight/2, at.Y + e.LabelHeight/2})
		}
		for i, a := range rects {
			if a.left < 0 || a.top < 0 || a.right > l.Width || a.base > l.Height || math.IsNaN(a.left+a.top) {
				t.Fatalf("%+v is not on the sheet of %v × %v", a, l.Width, l.Height)
			}
			for _, b := range rects[:i] {
				if a.hits(b) {
					t.Fatalf("%+v lies on %+v", a, b)
				}
			}
		}
		for i, p := range l.Edges {
			if g.Edges[i].From == g.Edges[i].To {
				continue
			}
			for k := 1; k < len(p.Points); k++ {
				a, b := p.Points[k-1], p.Points[k]
				if p.Up {
					a, b = b, a
				}
				if a.Y > b.Y {
					t.Fatalf("edge %d turns round: %v", i, p.Points)
				}
				if a.X != b.X {
					continue
				}
				line := rect{fmt.Sprint("edge ", i), a.X - 0.5, a.X + 0.5, a.Y, b.Y}
				for _, r := range rects {
					if line.hits(r) {
						t.Fatalf("%+v runs over %+v", line, r)
					}
				}
			}
		}
	})
}

// Edges begin and end at the boxes they join, and without Up they point down.
func TestPathsJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := graph(t)
		l := layered.Place(g)
		for i, e := range g.Edges {
			p := l.Edges[i]
			for _, end := range []struct {
				node int
				at   layered.Point
			}{{e.From, p.Points[0]}, {e.To, p.Points[len(p.Points)-1]}} {
				n, at := g.Nodes[end.node], l.Nodes[end.node]
				if math.Abs(end.at.X-at.X) > n.Width/2+1e-6 || math.Abs(end.at.Y-at.Y) > n.Height/2+1e-6 {
					t.Fatalf("edge %d ends at %v, its node is at %v", i, end.at, at)
				}
			}
			if down := l.Nodes[e.From].Y < l.Nodes[e.To].Y; e.From != e.To && down == p.Up {
				t.Fatalf("edge %d: up %v", i, p.Up)
			}
		}
	})
}

// A graph without cycles points down all over; one that leads back does so
// along the edge known to.
func TestWhichPointUp(t *testing.T) {
	up := func(g layered.Graph) (list []int) {
		for range 5 {
			g.Nodes = append(g.Nodes, layered.Node{Width: 50, Height: 30})
		}
		for i, p := range layered.Place(g).Edges {
			if p.Up {
				list = append(list, i)
			}
		}
		return list
	}
	for _, c := range []struct {
		story string
		edges []layered.Edge
		up    []int
	}{
		{"none", []layered.Edge{{From: 3, To: 1, Weight: 1}, {From: 1, To: 4, Weight: 1}, {From: 3, To: 4, Weight: 1}}, nil},
		{"known", []layered.Edge{{From: 0, To: 1, Weight: 1}, {From: 1, To: 0, Weight: 9, Back: true}}, []int{1}},
		{"the lighter", []layered.Edge{{From: 0, To: 1, Weight: 5}, {From: 1, To: 2, Weight: 5}, {From: 2, To: 0, Weight: 1}}, []int{2}},
		{"the lighter, numbered backwards", []layered.Edge{{From: 2, To: 1, Weight: 5}, {From: 1, To: 0, Weight: 5}, {From: 0, To: 2, Weight: 1}}, []int{2}},
	} {
		if got := up(layered.Graph{Edges: c.edges}); !slices.Equal(got, c.up) {
			t.Errorf("%s: %v point up", c.story, got)
		}
	}
}

// A tree is drawn without crossings, and its trunk straight.
func TestTree(t *testing.T) {
	var g layered.Graph
	for range 15 {
		g.Nodes = append(g.Nodes, layered.Node{Width: 60, Height: 30})
	}
	for i := 1; i < 15; i++ {
		g.Edges = append(g.Edges, layered.Edge{From: (i - 1) / 2, To: i, Width: 1, Weight: 1})
	}
	l := layered.Place(g)
	for i := range g.Edges {
		for j := range i {
			a, b := l.Edges[i].Points, l.Edges[j].Points
			if a[0].Y != b[0].Y {
				continue
			}
			if (a[0].X-b[0].X)*(a[len(a)-1].X-b[len(b)-1].X) < 0 {
				t.Errorf("edges %d and %d cross", i, j)
			}
		}
	}
}

func TestNothing(t *testing.T) {
	if l := layered.Place(layered.Graph{}); len(l.Nodes) != 0 || l.Width < 0 || math.IsInf(l.Width, 0) {
		t.Errorf("%+v", l)
	}
}

func ExamplePlace() {
	l := layered.Place(layered.Graph{
		Nodes: []layered.Node{{Width: 60, Height: 30}, {Width: 60, Height: 30}},
		Edges: []layered.Edge{{From: 0, To: 1, Width: 2, LabelWidth: 40, LabelHeight: 16, Weight: 1}},
	})
	fmt.Println(l.Nodes[0].X == l.Nodes[1].X, l.Nodes[0].Y < l.Nodes[1].Y, l.Edges[0].Up)
	// Output: true true false
}
