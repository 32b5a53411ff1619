package keywords

import (
	"math"
	"slices"
)

// A gram is what is counted of a run of units.
type gram struct {
	hash        uint64
	n           int32
	known       bool    // whether it is a word has been looked at
	left, right float32 // sum over its places of ln of how often the neighbour there is its neighbour
}

// A table numbers hashes from 1: open addressing, at most half full.
type table struct {
	keys  []uint64
	index []int32
	used  int32
}

func newTable(n int) *table {
	size := 1024
	for size < 2*n {
		size *= 2
	}
	return &table{keys: make([]uint64, size), index: make([]int32, size)}
}

// get gives the number of a hash, 0 if it has none.
func (t *table) get(h uint64) int32 {
	mask := uint64(len(t.keys) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		if t.index[i] == 0 || t.keys[i] == h {
			return t.index[i]
		}
	}
}

// add gives a hash the next number.
func (t *table) add(h uint64) {
	if 2*(int(t.used)+1) > len(t.keys) {
		bigger := newTable(2 * int(t.used))
		for i, k := range t.index {
			if k != 0 {
				bigger.place(t.keys[i], k)
			}
		}
		t.keys, t.index = bigger.keys, bigger.index
	}
	t.used++
	t.place(h, t.used)
}

func (t *table) place(h uint64, k int32) {
	mask := uint64(len(t.keys) - 1)
	i := h & mask
	for t.index[i] != 0 {
		i = (i + 1) & mask
	}
	t.keys[i], t.index[i] = h, k
}

// counts are the grams of hashes.
type counts struct {
	*table
	grams []gram
}

// at gives the gram of a hash that was counted.
func (c *counts) at(h uint64) *gram { return &c.grams[c.get(h)-1] }

// count adds one to the count of a hash, and gives its number, from 1.
func (c *counts) count(h uint64) int32 {
	if k := c.get(h); k != 0 {
		c.grams[k-1].n++
		return k
	}
	c.add(h)
	c.grams = append(c.grams, gram{hash: h, n: 1})
	return c.used
}

// discover finds the runs of two units and more that are words or phrases and
// occur least times, and puts them into the lexicon with the single units.
func (l *Lexicon) discover(us []unit, least int32) {
	t := &counts{table: newTable(len(us) / 2)}
	// By length: the number of the run of that many units that begins at each
	// unit, 0 where it ends first or does not occur often enough.
	var at [longest + 2][]int32
	at[1] = make([]int32, len(us))
	for i, u := range us {
		at[1][i] = t.count(extend(0, u))
	}
	for n := 2; n <= longest+1; n++ {
		short, long := at[n-1], make([]int32, len(us))
		for i := 0; i+n <= len(us); i++ {
			// A run occurs as often as that only where both its parts do.
			if short[i] != 0 && short[i+1] != 0 && !us[i+n-1].after {
				long[i] = t.count(extend(t.grams[short[i]-1].hash, us[i+n-1]))
			}
		}
		for i, k := range long {
			if k == 0 {
				continue
			}
			g := &t.grams[k-1]
			c := float32(math.Log(float64(g.n)))
			// Words that join others may stand beside anything.
			if !us[i+n-1].stop {
				t.grams[short[i]-1].right += c
			}
			if !us[i].stop {
				t.grams[short[i+1]-1].left += c
			}
			if g.n < least {
				long[i] = 0
			}
		}
		at[n] = long
	}
	total := float32(math.Log(float64(len(us) + 2)))
	l.dear = total
	put := func(h uint64, e entry) {
		l.add(h)
		l.entries = append(l.entries, e)
	}
	for i, k := range at[1] {
		if g := &t.grams[k-1]; l.get(g.hash) == 0 {
			put(g.hash, entry{cost: total - float32(math.Log(float64(g.n))), word: phrase(us[i : i+1])})
		}
	}
	for n := 2; n <= longest; n++ {
		for i, k := range at[n] {
			if k == 0 {
				continue
			}
			if g := &t.grams[k-1]; !g.known && phrase(us[i:i+n]) {
				g.known = true
				if g.free(least) && t.coheres(us[i:i+n], math.Log(float64(g.n)*float64(len(us)))) {
					e := entry{cost: float32(math.Inf(1)), word: true}
					if n <= wordUnits {
						e.cost = total - float32(math.Log(float64(g.n)))
					}
					put(g.hash, e)
				}
			}
		}
	}
}

// free reports whether what stands before and after a run changes. Places at
// the border of a sentence add 0 to the sums, as if each had a neighbour of
// its own.
func (g *gram) free(least int32) bool {
	ln := math.Log(float64(g.n))
	enough := freedom * min(ln, 3)
	if least > 2 {
		enough = max(enough, variety)
	}
	return ln-float64(max(g.left, g.right))/float64(g.n) >= enough
}

// coheres reports whether every joint of a run holds; all is ln(n·N).
func (c *counts) coheres(us []unit, all float64) bool {
	var head uint64
	for cut := 1; cut < len(us); cut++ {
		head = extend(head, us[cut-1])
		var tail uint64
		for _, u := range us[cut:] {
			tail = extend(tail, u)
		}
		if all-math.Log(float64(c.at(head).n))-math.Log(float64(c.at(tail).n)) < cohesion {
			return false
		}
	}
	return true
}

const wordUnits = 4 // of a word that text is cut into; a longer one is a phrase

// A reading is memory that is used again for the next text.
type reading struct {
	best []float32
	from []int32
	cuts []bool
}

// cut gives before which units, and at the end, a word begins in the likeliest
// reading of us; it is valid until the next call.
func (x *reading) cut(l *Lexicon, us []unit) []bool {
	n := len(us) + 1
	best, from, cuts := slices.Grow(x.best[:0], n)[:n], slices.Grow(x.from[:0], n)[:n], slices.Grow(x.cuts[:0], n)[:n]
	x.best, x.from, x.cuts = best, from, cuts
	best[0] = 0
	for i := range us {
		best[i+1] = float32(math.Inf(1))
	}
	for i := range us {
		var h uint64
		for j := i; j < len(us) && j < i+wordUnits && (j == i || !us[j].after); j++ {
			h = extend(h, us[j])
			cost := l.dear
			if k := l.get(h); k != 0 {
				cost = l.entries[k-1].cost
			} else if j > i {
				continue
			}
			if c := best[i] + cost; c < best[j+1] {
				best[j+1], from[j+1] = c, int32(i)
			}
		}
	}
	clear(cuts)
	for i := len(us); i > 0; i = int(from[i]) {
		cuts[i] = true
	}
	cuts[0] = true
	return cuts
}
