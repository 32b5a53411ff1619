package layered

import (
	"math"
	"slices"
)

// layout gives the rows their y and joins the bends to paths.
func (d *drawing) layout() Layout {
	l := Layout{Nodes: make([]Point, len(d.g.Nodes)), Edges: make([]Path, len(d.g.Edges))}
	left, right := math.Inf(1), math.Inf(-1)
	for _, it := range d.items {
		left, right = min(left, it.x-it.left), max(right, it.x+it.right)
	}
	if len(d.items) == 0 {
		left, right = 0, 0
	}
	for i := range d.items {
		d.items[i].x += margin - left
	}
	top, bottom := d.heights()
	for v := range d.g.Nodes {
		row := d.items[v].row
		l.Nodes[v] = Point{d.items[v].x, (top[row] + bottom[row]) / 2}
	}
	ports := d.ports()
	for i, e := range d.g.Edges {
		if e.From == e.To {
			l.Edges[i] = d.self(l.Nodes[e.From], e)
			continue
		}
		l.Edges[i] = d.path(i, ports[i], l.Nodes, top, bottom)
	}
	l.Width, l.Height = right-left+2*margin, margin
	if len(bottom) > 0 {
		l.Height += bottom[len(bottom)-1]
	}
	return l
}

// heights gives the rows' upper and lower borders: the further an edge goes
// sideways between two, the more room is between them.
func (d *drawing) heights() (top, bottom []float64) {
	top, bottom = make([]float64, len(d.rows)), make([]float64, len(d.rows))
	y := margin
	for k, row := range d.rows {
		high, aside := 0.0, 0.0
		for _, i := range row {
			high = max(high, d.items[i].height)
			for _, j := range d.items[i].down {
				aside = max(aside, math.Abs(d.items[i].x-d.items[j].x))
			}
		}
		top[k], bottom[k] = y, y+high
		y = bottom[k] + min(rowGap+aside/8, maxGap)
	}
	return top, bottom
}

// ports gives the x at which each edge leaves the upper and meets the lower
// node: as near to where it goes as the box lets it, in an order without
// crossings.
func (d *drawing) ports() [][2]float64 {
	list := make([][2]float64, len(d.g.Edges))
	for v := range d.g.Nodes {
		for side := range 2 {
			var edges []int
			for i, chain := range d.chain {
				if len(chain) > 0 && (side == 0 && chain[0] == v || side == 1 && chain[len(chain)-1] == v) {
					edges = append(edges, i)
				}
			}
			goes := func(i int) float64 {
				if side == 0 {
					return d.items[d.chain[i][1]].x
				}
				return d.items[d.chain[i][len(d.chain[i])-2]].x
			}
			slices.SortStableFunc(edges, func(a, b int) int {
				switch x, y := goes(a), goes(b); {
				case x < y:
					return -1
				case x > y:
					return 1
				}
				return 0
			})
			half := max(d.g.Nodes[v].Width/2-corner, 0)
			low, high := d.items[v].x-half, d.items[v].x+half
			gap := portGap
			if len(edges) > 1 {
				gap = min(gap, 2*half/float64(len(edges)-1))
			}
			at := make([]float64, len(edges))
			for k, i := range edges {
				at[k] = min(max(goes(i), low), high)
				if k > 0 {
					at[k] = max(at[k], at[k-1]+gap)
				}
			}
			for k := len(edges) - 1; k >= 0; k-- {
				limit := high
				if k+1 < len(edges) {
					limit = at[k+1] - gap
				}
				at[k] = min(at[k], limit)
				list[edges[k]][side] = at[k]
			}
		}
	}
	return list
}

// path joins the bends of an edge, upright within each row.
func (d *drawing) path(i int, port [2]float64, nodes []Point, top, bottom []float64) Path {
	chain := d.chain[i]
	p := Path{Up: d.turned[i]}
	for k, id := range chain {
		it := d.items[id]
		switch {
		case k == 0:
			p.Points = append(p.Points, Point{port[0], nodes[id].Y + d.g.Nodes[id].Height/2}, Point{port[0], bottom[it.row]})
		case k == len(chain)-1:
			p.Points = append(p.Points, Point{port[1], top[it.row]}, Point{port[1], nodes[id].Y - d.g.Nodes[id].Height/2})
		default:
			p.Points = append(p.Points, Point{it.x, top[it.row]}, Point{it.x, bottom[it.row]})
			if it.label {
				p.Label = Point{it.x + it.left + labelGap, (top[it.row] + bottom[it.row]) / 2}
			}
		}
	}
	if p.Up {
		slices.Reverse(p.Points)
	}
	return p
}

// self leads from the right side of a node back to it.
func (d *drawing) self(at Point, e Edge) Path {
	n := d.g.Nodes[e.From]
	x, h := at.X+n.Width/2, n.Height/4
	return Path{
		Points: []Point{{x, at.Y - h}, {x + selfGap, at.Y}, {x, at.Y + h}},
		Label:  Point{x + selfGap + e.Width/2 + labelGap, at.Y},
	}
}
