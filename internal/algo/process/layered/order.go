package layered

import (
	"math"
	"math/rand/v2"
	"slices"
)

const (
	sweeps     = 24
	beginnings = 16
	manyItems  = 30_000 // in all beginnings, beyond which there are fewer
)

// order seeks an order of each row with few crossings: sweeps down and up
// that put each item at the mean of its neighbours' places (Sugiyama), each
// followed by exchanges of neighbours as long as that helps (Gansner et al.,
// transpose). Since that ends in the nearest valley, it begins at several
// places, the first of which leaves a tree as it is. Of all orders the one
// with the fewest crossings is taken, and of equal ones that whose edges go
// aside the least. Places are given on the way.
func (d *drawing) order() {
	var best [][]int
	fewest, aside := math.MaxInt, 0.0
	dice := rand.New(rand.NewPCG(1, uint64(len(d.items))))
	for b := 0; b < beginnings && b*len(d.items) <= manyItems; b++ {
		if b > 0 {
			for i := range d.items {
				down := d.items[i].down
				dice.Shuffle(len(down), func(i, j int) { down[i], down[j] = down[j], down[i] })
			}
		}
		crossings := d.descend()
		if crossings > fewest {
			continue
		}
		d.place()
		if a := d.aside(); crossings < fewest || a < aside {
			best, fewest, aside = d.copyRows(), crossings, a
		}
	}
	d.rows = best
	d.number()
	d.place()
}

// descend leaves the rows in the best order found from one beginning, and
// gives its crossings.
func (d *drawing) descend() int {
	d.begin()
	best, fewest := d.copyRows(), d.crossings()
	for i := 0; i < sweeps && fewest > 0; i++ {
		d.sweep(i%2 == 0)
		d.exchange()
		if c := d.crossings(); c < fewest {
			best, fewest = d.copyRows(), c
		}
	}
	d.rows = best
	d.number()
	return fewest
}

// aside is how far all edges go sideways.
func (d *drawing) aside() (sum float64) {
	for _, it := range d.items {
		for _, j := range it.down {
			sum += math.Abs(it.x - d.items[j].x)
		}
	}
	return sum
}

// begin puts each item beside those it was reached with, depth first from
// the top.
func (d *drawing) begin() {
	for i := range d.rows {
		d.rows[i] = d.rows[i][:0]
	}
	seen := make([]bool, len(d.items))
	var visit func(i int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		d.rows[d.items[i].row] = append(d.rows[d.items[i].row], i)
		for _, j := range d.items[i].down {
			visit(j)
		}
	}
	roots := make([]int, len(d.g.Nodes))
	for i := range roots {
		roots[i] = i
	}
	slices.SortStableFunc(roots, func(a, b int) int { return d.items[a].row - d.items[b].row })
	for _, i := range roots {
		visit(i)
	}
	d.number()
}

func (d *drawing) number() {
	for _, row := range d.rows {
		for pos, i := range row {
			d.items[i].pos = pos
		}
	}
}

func (d *drawing) copyRows() [][]int {
	c := make([][]int, len(d.rows))
	for i, row := range d.rows {
		c[i] = slices.Clone(row)
	}
	return c
}

func (d *drawing) sweep(down bool) {
	mean := make([]float64, len(d.items))
	for k := range d.rows {
		if !down {
			k = len(d.rows) - 1 - k
		}
		row := d.rows[k]
		for _, i := range row {
			near := d.items[i].up
			if !down {
				near = d.items[i].down
			}
			mean[i] = float64(d.items[i].pos)
			if len(near) > 0 {
				sum := 0
				for _, j := range near {
					sum += d.items[j].pos
				}
				mean[i] = float64(sum) / float64(len(near))
			}
		}
		slices.SortStableFunc(row, func(a, b int) int {
			switch {
			case mean[a] < mean[b]:
				return -1
			case mean[a] > mean[b]:
				return 1
			}
			return 0
		})
		for pos, i := range row {
			d.items[i].pos = pos
		}
	}
}

// exchange swaps neighbours on a row where that lessens crossings.
func (d *drawing) exchange() {
	for range 4 {
		better := false
		for _, row := range d.rows {
			for p := 1; p < len(row); p++ {
				a, b := &d.items[row[p-1]], &d.items[row[p]]
				now := d.between(a.up, b.up) + d.between(a.down, b.down)
				if now == 0 {
					continue
				}
				if now > d.between(b.up, a.up)+d.between(b.down, a.down) {
					row[p-1], row[p] = row[p], row[p-1]
					a.pos, b.pos = p, p-1
					better = true
				}
			}
		}
		if !better {
			return
		}
	}
}

// between counts crossings of the edges of two neighbours, the left one's to
// a, the right one's to b.
func (d *drawing) between(a, b []int) (n int) {
	for _, i := range a {
		for _, j := range b {
			if d.items[i].pos > d.items[j].pos {
				n++
			}
		}
	}
	return n
}

// crossings counts all crossings in O(e log e): between two rows they are the
// inversions of the lower ends in the order of the upper ones (Barth, Jünger
// and Mutzel, Simple and efficient bilayer cross counting, 2002).
func (d *drawing) crossings() (n int) {
	var ends, tree []int
	for k, row := range d.rows[:len(d.rows)-1] {
		ends = ends[:0]
		for _, i := range row {
			from := len(ends)
			for _, j := range d.items[i].down {
				ends = append(ends, d.items[j].pos)
			}
			slices.Sort(ends[from:])
		}
		below := len(d.rows[k+1])
		tree = append(tree[:0], make([]int, below+1)...)
		for seen, e := range ends {
			before := 0 // of those seen, how many end at e or left of it
			for i := e + 1; i > 0; i -= i & -i {
				before += tree[i]
			}
			n += seen - before
			for i := e + 1; i <= below; i += i & -i {
				tree[i]++
			}
		}
	}
	return n
}
