package keywords

import "math"

// A gram is what is counted of a run of units.
type gram struct {
	n           int32
	known       bool    // whether it is a word has been looked at
	left, right float32 // sum over its places of ln of how often the neighbour there is its neighbour
}

// A table maps the hashes of runs to their grams: open addressing, at most
// half full.
type table struct {
	keys  []uint64
	index []int32
	grams []gram
}

func newTable(n int) *table {
	size := 1024
	for size < 2*n {
		size *= 2
	}
	return &table{keys: make([]uint64, size), index: make([]int32, size)}
}

// get gives the gram of a hash, nil if there is none.
func (t *table) get(h uint64) *gram {
	mask := uint64(len(t.keys) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch {
		case t.index[i] == 0:
			return nil
		case t.keys[i] == h:
			return &t.grams[t.index[i]-1]
		}
	}
}

// add counts a run.
func (t *table) add(h uint64) {
	if g := t.get(h); g != nil {
		g.n++
		return
	}
	if 2*(len(t.grams)+1) > len(t.keys) {
		bigger := newTable(2 * len(t.grams))
		for i, k := range t.index {
			if k != 0 {
				bigger.place(t.keys[i], k)
			}
		}
		t.keys, t.index = bigger.keys, bigger.index
	}
	t.grams = append(t.grams, gram{n: 1})
	t.place(h, int32(len(t.grams)))
}

func (t *table) place(h uint64, k int32) {
	mask := uint64(len(t.keys) - 1)
	i := h & mask
	for t.index[i] != 0 {
		i = (i + 1) & mask
	}
	t.keys[i], t.index[i] = h, k
}

func (t *table) count(h uint64) int32 {
	if g := t.get(h); g != nil {
		return g.n
	}
	return 0
}

// discover finds the runs of two units and more that are words or phrases and
// occur least times, and what each unit and each of the shorter ones costs.
func discover(us []unit, least int32) (words map[uint64]bool, cost map[uint64]float32) {
	t := newTable(len(us) / 2)
	// By length: the hash of the run of that many units that begins at each
	// unit, 0 where it ends first or does not occur often enough.
	var at [longest + 2][]uint64
	at[1] = make([]uint64, len(us))
	for i, u := range us {
		at[1][i] = extend(0, u)
		t.add(at[1][i])
	}
	for n := 2; n <= longest+1; n++ {
		short, long := at[n-1], make([]uint64, len(us))
		for i := 0; i+n <= len(us); i++ {
			// A run occurs as often as that only where both its parts do.
			if short[i] != 0 && short[i+1] != 0 && !us[i+n-1].after {
				long[i] = extend(short[i], us[i+n-1])
				t.add(long[i])
			}
		}
		for i, h := range long {
			if h == 0 {
				continue
			}
			g := t.get(h)
			c := float32(math.Log(float64(g.n)))
			t.get(short[i]).right += c
			t.get(short[i+1]).left += c
			if g.n < least {
				long[i] = 0
			}
		}
		at[n] = long
	}
	words, cost = map[uint64]bool{}, map[uint64]float32{}
	total := float32(math.Log(float64(len(us) + 1)))
	for _, h := range at[1] {
		if _, known := cost[h]; !known {
			cost[h] = total - float32(math.Log(float64(t.count(h))))
		}
	}
	for n := 2; n <= longest; n++ {
		for i, h := range at[n] {
			if h == 0 {
				continue
			}
			if g := t.get(h); !g.known && phrase(us[i:i+n]) {
				g.known = true
				if g.free(least) && t.coheres(us[i:i+n], math.Log(float64(g.n)*float64(len(us)))) {
					words[h] = true
					if n <= wordUnits {
						cost[h] = total - float32(math.Log(float64(g.n)))
					}
				}
			}
		}
	}
	return words, cost
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
func (t *table) coheres(us []unit, all float64) bool {
	var head uint64
	for cut := 1; cut < len(us); cut++ {
		head = extend(head, us[cut-1])
		var tail uint64
		for _, u := range us[cut:] {
			tail = extend(tail, u)
		}
		if all-math.Log(float64(t.count(head)))-math.Log(float64(t.count(tail))) < cohesion {
			return false
		}
	}
	return true
}

const wordUnits = 4 // of a word that text is cut into; a longer one is a phrase

// cut gives before which units, and at the end, a word begins in the likeliest
// reading of us.
func (l *Lexicon) cut(us []unit) []bool {
	best := make([]float32, len(us)+1)
	from := make([]int32, len(us)+1)
	for i := range us {
		best[i+1] = float32(math.Inf(1))
	}
	for i := range us {
		var h uint64
		for j := i; j < len(us) && j < i+wordUnits && (j == i || !us[j].after); j++ {
			h = extend(h, us[j])
			cost, known := l.cost[h]
			if !known {
				if j > i {
					continue
				}
				cost = l.dear
			}
			if c := best[i] + cost; c < best[j+1] {
				best[j+1], from[j+1] = c, int32(i)
			}
		}
	}
	cuts := make([]bool, len(us)+1)
	for i := len(us); i > 0; i = int(from[i]) {
		cuts[i] = true
	}
	cuts[0] = true
	return cuts
}
