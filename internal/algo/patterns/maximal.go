package patterns

import "math/bits"

// maximalScratch is what the question needs whether a set can be enlarged.
type maximalScratch struct {
	left    int // items that are not in every transaction
	support []uint32
	touched []int32
	in      []bool // by code; all false between
	// Where the data are dense, transactions are columns of bits: one column
	// for each code, words long. Otherwise words is 0.
	columns []uint64
	words   int
	and     []uint64
}

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

// takeAll gives the current set with all items of left, if it is maximal.
func (m *miner) takeAll(left uint64) bool {
	set := len(m.set)
	for b := left; b != 0; b &= b - 1 {
		m.set = append(m.set, m.masks.code[bits.TrailingZeros64(b)])
	}
	going := m.tick()
	if n, ok := m.enlargeable(); going && !ok {
		going = m.emitOne(n)
	}
	m.set = m.set[:set]
	return going
}

func (m *miner) isMaximal() bool {
	_, ok := m.enlargeable()
	return !ok
}

// enlargeable reports whether some item can be added to the current set
// without making it too rare, and the support of the set as it is.
func (m *miner) enlargeable() (support uint32, ok bool) {
	s := &m.maximal
	if s.in == nil {
		s.in, s.support = make([]bool, len(m.item)), make([]uint32, len(m.item))
		m.makeColumns()
	}
	rarest := int32(-1)
	for _, c := range m.set {
		s.in[c] = true
		if int(c) >= m.base {
			rarest = max(rarest, c) // codes go by support
		}
	}
	switch {
	case rarest < 0: // only what every transaction has
		support, ok = uint32(0), s.left > 0
	case s.words > 0:
		support, ok = m.enlargeableColumns()
	default:
		support, ok = m.enlargeableRows(rarest)
	}
	for _, c := range m.set {
		s.in[c] = false
	}
	return support, ok
}

// enlargeableRows counts in the transactions that have the whole set.
func (m *miner) enlargeableRows(rarest int32) (support uint32, ok bool) {
	s := &m.maximal
	s.touched = s.touched[:0]
	for _, o := range m.top.occ[m.top.at[rarest]:m.top.at[rarest+1]] {
		row := m.topRow(o.row)
		missing := len(m.set) - m.base
		for _, c := range row {
			if s.in[c] {
				missing--
			}
		}
		if missing > 0 {
			continue
		}
		support++
		for _, c := range row {
			if s.in[c] {
				continue
			}
			if s.support[c] == 0 {
				s.touched = append(s.touched, c)
			}
			s.support[c]++
			ok = ok || s.support[c] >= m.min
		}
	}
	for _, c := range s.touched {
		s.support[c] = 0
	}
	return support, ok
}

// makeColumns makes columns of bits if they are not much larger than lists.
func (m *miner) makeColumns() {
	s := &m.maximal
	words := (len(m.top.start) - 1 + 63) / 64
	if words == 0 || words*len(m.item) > 4*len(m.top.list) {
		return
	}
	s.words = words
	s.columns, s.and = make([]uint64, words*len(m.item)), make([]uint64, words)
	for i := range len(m.top.start) - 1 {
		for _, c := range m.topRow(int32(i)) {
			s.columns[int(c)*words+i/64] |= 1 << (i % 64)
		}
	}
}

func (m *miner) column(c int) []uint64 {
	return m.maximal.columns[c*m.maximal.words:][:m.maximal.words]
}

// enlargeableColumns counts in columns of bits.
func (m *miner) enlargeableColumns() (support uint32, ok bool) {
	s := &m.maximal
	for i := range s.and {
		s.and[i] = ^uint64(0)
	}
	for _, c := range m.set {
		if int(c) < m.base {
			continue
		}
		for i, w := range m.column(int(c)) {
			s.and[i] &= w
		}
	}
	for _, w := range s.and {
		support += uint32(bits.OnesCount64(w))
	}
	for c := m.base; c < len(m.item) && !ok; c++ {
		if s.in[c] {
			continue
		}
		n := uint32(0)
		for i, w := range m.column(c) {
			n += uint32(bits.OnesCount64(w & s.and[i]))
		}
		ok = n >= m.min
	}
	return support, ok
}
