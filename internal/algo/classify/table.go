package classify

// A table maps 64-bit hashes to numbers: open addressing, at most half full.
// Places are found by the low bits and told apart by the high half, so two
// hashes are taken for one with a chance of about 2^-31 a look-up.
type table struct {
	slots []slot
	used  int
	full  []uint64 // the whole hashes, while the table grows
}

type slot struct {
	mark  uint32 // high half of the hash, with the lowest bit set; 0: free
	value uint32
}

func newTable(n int) table {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return table{slots: make([]slot, size), full: make([]uint64, size)}
}

// get gives the number of h, nil if it has none.
func (t *table) get(h uint64) *uint32 {
	mask := uint64(len(t.slots) - 1)
	mark := uint32(h>>32) | 1
	for i := h & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.mark == mark {
			return &s.value
		}
		if s.mark == 0 {
			return nil
		}
	}
}

// put gives the number of h, a new 0 if it had none.
func (t *table) put(h uint64) *uint32 {
	if 2*(t.used+1) > len(t.slots) {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	mark := uint32(h>>32) | 1
	for i := h & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.mark == mark {
			return &s.value
		}
		if s.mark == 0 {
			s.mark = mark
			t.full[i] = h
			t.used++
			return &s.value
		}
	}
}

// fill makes t hold hashes by their numbers and reports whether their places
// are spread as luck would have it. Hashes that somebody chose could make
// every look-up a long walk: at most half full, a row of places taken stays
// far below the limit otherwise.
func (t *table) fill(hashes []uint64) bool {
	const longestRow = 1024
	*t = newTable(len(hashes))
	t.full = nil
	mask := uint64(len(t.slots) - 1)
	for n, h := range hashes {
		i, steps := h&mask, 0
		for ; t.slots[i].mark != 0; i = (i + 1) & mask {
			if steps++; steps > longestRow {
				return false
			}
		}
		t.slots[i] = slot{uint32(h>>32) | 1, uint32(n)}
	}
	t.used = len(hashes)
	row := 0
	for i := range len(t.slots) + longestRow {
		if t.slots[i&int(mask)].mark == 0 {
			row = 0
		} else if row++; row > longestRow {
			return false
		}
	}
	return true
}

func (t *table) grow() {
	old := *t
	*t = table{slots: make([]slot, 2*len(old.slots)), full: make([]uint64, 2*len(old.slots))}
	for i, s := range old.slots {
		if s.mark != 0 {
			*t.put(old.full[i]) = s.value
		}
	}
}
