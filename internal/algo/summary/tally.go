package summary

// A tally numbers hashes from 0, in the order in which they come: open
// addressing, at most three quarters full. The zero value is empty.
type tally struct {
	keys []uint64
	ids  []int32 // the number and 1; 0 is free
	used int
}

// slot is where a hash is, or would be. There is one.
func (t *tally) slot(h uint64) uint64 {
	mask := uint64(len(t.keys) - 1)
	i := h & mask
	for t.ids[i] != 0 && t.keys[i] != h {
		i = (i + 1) & mask
	}
	return i
}

// get gives the number of a hash, -1 if it has none.
func (t *tally) get(h uint64) int32 {
	if t.used == 0 {
		return -1
	}
	return t.ids[t.slot(h)] - 1
}

// add gives the number of a hash, and whether it is a new one.
func (t *tally) add(h uint64) (id int32, isNew bool) {
	if 4*(t.used+1) > 3*len(t.keys) {
		old := *t
		size := max(256, 2*len(t.keys))
		t.keys, t.ids = make([]uint64, size), make([]int32, size)
		for i, id := range old.ids {
			if id != 0 {
				to := t.slot(old.keys[i])
				t.keys[to], t.ids[to] = old.keys[i], id
			}
		}
	}
	i := t.slot(h)
	if t.ids[i] != 0 {
		return t.ids[i] - 1, false
	}
	t.used++
	t.keys[i], t.ids[i] = h, int32(t.used)
	return int32(t.used - 1), true
}
