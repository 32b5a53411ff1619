package layered

import (
	"math"
	"slices"
)

// place gives each item its x, by the method of Brandes and Köpf (Fast and
// simple horizontal coordinate assignment, GD 2001): items are joined with
// the median of their neighbours into upright blocks where the order allows
// it, once for each corner of the drawing to begin from, the blocks are pushed
// together, and of the four places of each item the mean of the middle two is
// taken, which keeps the order and the distances. Edges are straight between
// their first and their last bend wherever these do not cross.
//
// Blocks are pushed together by longest paths between them, which does not
// have the error in the published compaction (Brandes, Walter and Zink,
// Erratum, 2020).
func (d *drawing) place() {
	conflict := d.conflicts()
	var all [4][]float64
	for i := range all {
		all[i] = d.aligned(i&1 != 0, i&2 != 0, conflict)
	}
	// Those of the narrowest one are the borders that the others are moved to.
	width := func(x []float64) (left, right float64) {
		left, right = math.Inf(1), math.Inf(-1)
		for i, it := range d.items {
			left, right = min(left, x[i]-it.left), max(right, x[i]+it.right)
		}
		return left, right
	}
	var left, right [4]float64
	narrow := 0
	for i, x := range all {
		left[i], right[i] = width(x)
		if right[i]-left[i] < right[narrow]-left[narrow] {
			narrow = i
		}
	}
	for i, x := range all {
		by := left[narrow] - left[i]
		if i&2 != 0 {
			by = right[narrow] - right[i]
		}
		for j := range x {
			x[j] += by
		}
	}
	for j := range d.items {
		four := []float64{all[0][j], all[1][j], all[2][j], all[3][j]}
		slices.Sort(four)
		d.items[j].x = (four[1] + four[2]) / 2
	}
}

// conflicts are the parts of edges, by upper and lower item, that cross the
// inner part of a long edge and must give way to it.
func (d *drawing) conflicts() map[[2]int]bool {
	list := map[[2]int]bool{}
	inner := func(i int) int { // the bend above a bend
		if it := d.items[i]; it.bend() && d.items[it.up[0]].bend() {
			return it.up[0]
		}
		return -1
	}
	for k := 1; k < len(d.rows); k++ {
		row := d.rows[k]
		from, begin := 0, 0
		for p, i := range row {
			to := len(d.rows[k-1])
			up := inner(i)
			switch {
			case up >= 0:
				to = d.items[up].pos
			case p < len(row)-1:
				continue
			}
			for _, j := range row[begin : p+1] {
				for _, u := range d.items[j].up {
					if at := d.items[u].pos; (at < from || at > to) && (!d.items[u].bend() || !d.items[j].bend()) {
						list[[2]int{u, j}] = true
					}
				}
			}
			begin, from = p+1, to
		}
	}
	return list
}

// aligned gives places begun from one corner of the drawing: from the bottom,
// from the right.
func (d *drawing) aligned(bottom, mirror bool, conflict map[[2]int]bool) []float64 {
	rows := d.copyRows()
	if bottom {
		slices.Reverse(rows)
	}
	pos := make([]int, len(d.items))
	for _, row := range rows {
		if mirror {
			slices.Reverse(row)
		}
		for p, i := range row {
			pos[i] = p
		}
	}
	root, next := make([]int, len(d.items)), make([]int, len(d.items))
	for i := range root {
		root[i], next[i] = i, i
	}
	var near []int
	for _, row := range rows {
		taken := -1
		for _, i := range row {
			near = append(near[:0], d.items[i].up...)
			if bottom {
				near = append(near[:0], d.items[i].down...)
			}
			slices.SortFunc(near, func(a, b int) int { return pos[a] - pos[b] })
			for m := (len(near) - 1) / 2; m <= len(near)/2 && m < len(near) && len(near) > 0; m++ {
				u := near[m]
				upper, lower := u, i
				if bottom {
					upper, lower = i, u
				}
				if next[i] == i && taken < pos[u] && !conflict[[2]int{upper, lower}] {
					next[u], root[i] = i, root[u]
					next[i] = root[i]
					taken = pos[u]
				}
			}
		}
	}
	return d.compact(rows, root, mirror)
}

// compact pushes the blocks to the left as far as their neighbours let them,
// and then those that have room on the right towards it.
func (d *drawing) compact(rows [][]int, root []int, mirror bool) []float64 {
	type bound struct {
		to  int
		gap float64
	}
	after := map[int][]bound{}
	open := map[int]int{}
	for _, row := range rows {
		for p := 1; p < len(row); p++ {
			a, b := row[p-1], row[p]
			gap := d.apart(a, b)
			if mirror {
				gap = d.apart(b, a)
			}
			after[root[a]] = append(after[root[a]], bound{root[b], gap})
			open[root[b]]++
		}
	}
	x := make([]float64, len(d.items))
	var line []int // blocks, each after all on its left
	for i := range d.items {
		if root[i] == i && open[i] == 0 {
			line = append(line, i)
		}
	}
	for k := 0; k < len(line); k++ {
		for _, b := range after[line[k]] {
			x[b.to] = max(x[b.to], x[line[k]]+b.gap)
			if open[b.to]--; open[b.to] == 0 {
				line = append(line, b.to)
			}
		}
	}
	for _, i := range slices.Backward(line) {
		room := math.Inf(1)
		for _, b := range after[i] {
			room = min(room, x[b.to]-b.gap)
		}
		if !math.IsInf(room, 1) {
			x[i] = max(x[i], room)
		}
	}
	for i := range x {
		x[i] = x[root[i]]
	}
	if mirror {
		for i := range x {
			x[i] = -x[i]
		}
	}
	return x
}

// apart is how far the x of two neighbours must be from each other.
func (d *drawing) apart(left, right int) float64 {
	a, b := d.items[left], d.items[right]
	gap := boxGap
	if a.bend() || b.bend() {
		gap = lineGap
	}
	return a.right + gap + b.left
}
