package patterns

import "math/bits"

// allOf reports whether enough rows have all of these bits: then whatever is
// looked for below is part of the set with all of them.
func (m *miner) allOf(rows []row, all uint64) bool {
	n := uint32(0)
	for _, r := range rows {
		if r.bits&all == all {
			n += r.n
		}
	}
	return n >= m.min
}

// takeAll gives the current set with all items of left, if it is maximal; the
// items of in are in the set.
func (m *miner) takeAll(left, in uint64) bool {
	if !m.tick() {
		return false
	}
	support, ok := m.enlargeableMasks(left | in)
	if ok {
		return true
	}
	set := len(m.set)
	for b := left; b != 0; b &= b - 1 {
		m.set = append(m.set, m.masks.code[bits.TrailingZeros64(b)])
	}
	going := m.emitOne(support)
	m.set = m.set[:set]
	return going
}

// enlargeableLists reports whether some item can be added to the current set,
// which is in the rows occ, without making it too rare.
func (m *miner) enlargeableLists(l *lists, occ []occurrence) bool {
	s := &m.closed
	s.touched = s.touched[:0]
	for _, code := range m.set {
		s.known[code] = true
	}
	ok := false
	for _, o := range occ {
		for _, code := range m.topRow(l.full[o.row]) {
			if s.known[code] {
				continue
			}
			if s.support[code] == 0 {
				s.touched = append(s.touched, code)
			}
			s.support[code]++
			ok = ok || s.support[code] >= m.min
		}
	}
	for _, code := range s.touched {
		s.support[code] = 0
	}
	for _, code := range m.set {
		s.known[code] = false
	}
	return ok
}

// columns are the rows of closedRows before any were merged, turned round: for
// each bit a column with a bit for each row.
type columns struct {
	bits  []uint64
	words int // of a column
	used  []bool
	and   []uint64
}

// turn makes columns of rows that have so many words each.
func (c *columns) turn(rows []row, rest []uint64, words int) {
	c.words = (len(rows) + 63) / 64
	c.used = make([]bool, 64*words)
	c.and = make([]uint64, c.words)
	if n := 64 * words * c.words; cap(c.bits) < n {
		c.bits = make([]uint64, n)
	} else {
		c.bits = c.bits[:n]
		clear(c.bits)
	}
	for i := range rows {
		for j, b := range rest[i*words : (i+1)*words] {
			for ; b != 0; b &= b - 1 {
				at := 64*j + bits.TrailingZeros64(b)
				c.used[at] = true
				c.bits[at*c.words+i/64] |= 1 << (i % 64)
			}
		}
	}
}

func (c *columns) column(i int) []uint64 { return c.bits[i*c.words:][:c.words] }

// enlargeableMasks reports the same of the set whose items are bits, and the
// set's support.
func (m *miner) enlargeableMasks(set uint64) (support uint32, ok bool) {
	c := &m.closed.columns
	copy(c.and, c.column(bits.TrailingZeros64(set)))
	for b := set & (set - 1); b != 0; b &= b - 1 {
		for i, w := range c.column(bits.TrailingZeros64(b)) {
			c.and[i] &= w
		}
	}
	for _, w := range c.and {
		support += uint32(bits.OnesCount64(w))
	}
	for i, used := range c.used {
		if !used || set>>i&1 == 1 {
			continue
		}
		n := uint32(0)
		for j, w := range c.column(i) {
			n += uint32(bits.OnesCount64(w & c.and[j]))
		}
		if n >= m.min {
			return support, true
		}
	}
	return support, false
}
