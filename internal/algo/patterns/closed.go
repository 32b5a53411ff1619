package patterns

import "math/bits"

// keepsPrefix reports whether no item that was passed before is in all rows of
// occ. If one is, the current set and all below it were found with that item.
func (m *miner) keepsPrefix(l *lists, occ []occurrence) bool {
	first := occ[0]
	row := m.topRow(l.full[first.row])
	known := l.list[l.start[first.row]:first.pos]
	// The set and what is still to come are parts of the row. What else it
	// has was passed, or is too rare to be in all of these rows.
	switch passed := len(row) - (len(m.set) - m.base) - len(known); {
	case passed == 0:
		return true
	case len(occ) == 1:
		return false
	}
	s := &m.closed
	for _, item := range known {
		s.known[l.code[item]] = true
	}
	for _, code := range m.set {
		s.known[code] = true
	}
	common := s.common[:0]
	for _, code := range row {
		if !s.known[code] {
			common = append(common, code)
		}
	}
	s.common = common
	for _, item := range known {
		s.known[l.code[item]] = false
	}
	for _, code := range m.set {
		s.known[code] = false
	}
	for _, o := range occ[1:] {
		if common = intersect(common, m.topRow(l.full[o.row])); len(common) == 0 {
			return true
		}
	}
	return false
}

// intersect keeps in a what is in b too; both are in ascending order.
func intersect(a, b []int32) []int32 {
	kept, j := a[:0], 0
	for _, item := range a {
		for j < len(b) && b[j] < item {
			j++
		}
		if j < len(b) && b[j] == item {
			kept = append(kept, item)
		}
	}
	return kept
}

func (m *miner) topRow(i int32) []int32 { return m.top.list[m.top.start[i]:m.top.start[i+1]] }

// closedScratch is what the search for closed sets needs. A row has beside its
// bits some words of what all its transactions have besides: first the same
// items, of which those count that were passed, then items outside.
type closedScratch struct {
	common  []int32
	known   []bool   // by code; all false between
	support []uint32 // by code; all 0 between
	touched []int32
	outside []int32 // by code: the number of an item outside, counted from 1; all 0 between
	levels  [66]closedRows
	words   int
	and     []uint64
	columns columns // in a search for maximal sets
}

func newClosedScratch(codes int) closedScratch {
	return closedScratch{known: make([]bool, codes), support: make([]uint32, codes), outside: make([]int32, codes)}
}

type closedRows struct {
	rows []row
	rest []uint64 // words for each row
}

// closedOfLists goes on with words, as masksOfLists does.
func (m *miner) closedOfLists(l *lists, occ []occurrence, more []tail) bool {
	s := &m.closed
	var support [64]uint32
	for i, t := range more {
		m.lists.bit[t.item] = 1 << i
		m.masks.code[i], support[i] = l.code[t.item], t.support
	}
	outside := m.tallyOutside(l, occ, more)
	s.words = 1 + (outside+63)/64
	s.and = make([]uint64, s.words)
	to := &s.levels[65]
	to.rows, to.rest = to.rows[:0], to.rest[:0]
	for _, o := range occ {
		var b uint64
		for _, item := range l.list[l.start[o.row]:o.pos] {
			b |= m.lists.bit[item]
		}
		if b == 0 {
			continue
		}
		to.rows = append(to.rows, row{b, 1})
		at := len(to.rest)
		for range s.words {
			to.rest = append(to.rest, 0)
		}
		to.rest[at] = b
		for _, code := range m.topRow(l.full[o.row]) {
			if n := s.outside[code]; n > 0 {
				to.rest[at+1+int(n-1)/64] |= 1 << (uint(n-1) % 64)
			}
		}
	}
	for _, t := range more {
		m.lists.bit[t.item] = 0
	}
	for _, code := range s.touched {
		s.outside[code] = 0
	}
	if m.options.Kind == Maximal {
		s.columns.turn(to.rows, to.rest, s.words)
	}
	m.mergeClosed(to)
	return m.walkClosed(to, ones(len(more)), 0, &support, 0)
}

// tallyOutside numbers the items that are neither in the current set nor may
// be added to it, but are in enough of the rows occ to be missed in a set
// below, and answers how many there are.
func (m *miner) tallyOutside(l *lists, occ []occurrence, more []tail) int {
	s := &m.closed
	s.touched = s.touched[:0]
	for _, o := range occ {
		for _, code := range m.topRow(l.full[o.row]) {
			if s.support[code] == 0 {
				s.touched = append(s.touched, code)
			}
			s.support[code]++
		}
	}
	for _, t := range more {
		s.support[l.code[t.item]] = 0
	}
	for _, code := range m.set {
		s.support[code] = 0
	}
	n := 0
	for _, code := range s.touched {
		if s.support[code] >= m.min {
			n++
			s.outside[code] = int32(n)
		}
		s.support[code] = 0
	}
	return n
}

// walkClosed looks for sets that add to the current one items of left, which
// are in as many rows as support says; the items of in are in the set.
func (m *miner) walkClosed(from *closedRows, left, in uint64, support *[64]uint32, depth int) bool {
	s := &m.closed
	if m.options.Kind == Maximal && m.allOf(from.rows, left) {
		return m.takeAll(left, in)
	}
	to := &s.levels[depth]
	for todo := left; todo != 0; {
		e := bits.Len64(todo) - 1
		bit := uint64(1) << e
		todo &^= bit
		set := len(m.set)
		m.set = append(m.set, m.masks.code[e])
		below := &m.masks.below[depth]
		*below = [64]uint32{}
		m.project(from, to, bit, todo, below)
		next, with := uint64(0), in|bit
		for b := todo; b != 0; b &= b - 1 {
			i := bits.TrailingZeros64(b)
			if below[i] == support[e] {
				m.set = append(m.set, m.masks.code[i])
				with |= 1 << i
			} else if below[i] >= m.min {
				next |= 1 << i
			}
		}
		if m.misses(to, with|todo) {
			if !m.tick() {
				return false
			}
		} else {
			if !m.found(support[e], bits.OnesCount64(next), func() bool { _, ok := m.enlargeableMasks(with); return ok }) {
				return false
			}
			if next != 0 {
				for i := range to.rows {
					to.rows[i].bits &= next
				}
				m.mergeClosed(to)
				if !m.walkClosed(to, next, with, below, depth+1) {
					return false
				}
			}
		}
		m.set = m.set[:set]
	}
	return true
}

// project takes the rows with bit, cut to the items todo, and counts these.
func (m *miner) project(from, to *closedRows, bit, todo uint64, below *[64]uint32) {
	w := m.closed.words
	to.rows, to.rest = to.rows[:0], to.rest[:0]
	for i, r := range from.rows {
		if r.bits&bit == 0 {
			continue
		}
		r.bits &= todo
		to.rows = append(to.rows, r)
		to.rest = append(to.rest, from.rest[i*w:i*w+w]...)
		for b := r.bits; b != 0; b &= b - 1 {
			below[bits.TrailingZeros64(b)&63] += r.n
		}
	}
}

// misses reports whether all rows have an item that is not one of known.
func (m *miner) misses(rows *closedRows, known uint64) bool {
	s := &m.closed
	for i := range s.and {
		s.and[i] = ^uint64(0)
	}
	s.and[0] = ^known
	for at := 0; at < len(rows.rest); at += s.words {
		var some uint64
		for i, w := range rows.rest[at : at+s.words] {
			s.and[i] &= w
			some |= s.and[i]
		}
		if some == 0 {
			return false
		}
	}
	return true
}

// mergeClosed drops the rows without bits and makes those with the same bits
// one, in place; what they have besides is what both have.
func (m *miner) mergeClosed(c *closedRows) {
	w := m.closed.words
	width := bits.Len(uint(2*len(c.rows) + 1))
	size := 1 << width
	if len(m.masks.slots) < size {
		m.masks.slots = make([]uint32, size)
	}
	slots := m.masks.slots[:size]
	clear(slots)
	n := 0
	for i, r := range c.rows {
		if r.bits == 0 {
			continue
		}
		rest := c.rest[i*w : i*w+w]
		for h := r.bits * spread >> (64 - width); ; h = (h + 1) & uint64(size-1) {
			if slots[h] == 0 {
				c.rows[n] = r
				copy(c.rest[n*w:n*w+w], rest)
				n++
				slots[h] = uint32(n)
				break
			}
			if k := int(slots[h] - 1); c.rows[k].bits == r.bits {
				c.rows[k].n += r.n
				for j, word := range rest {
					c.rest[k*w+j] &= word
				}
				break
			}
		}
	}
	c.rows, c.rest = c.rows[:n], c.rest[:n*w]
}
