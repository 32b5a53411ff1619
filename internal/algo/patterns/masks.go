package patterns

import "math/bits"

// A row is what is left of a transaction: one bit for each of at most 64 items
// that may still be added, bit 0 the most frequent, and how many transactions
// are alike.
type row struct {
	bits uint64
	n    uint32
}

// masks are what the search needs once the items left fit in a word.
type masks struct {
	code  [64]int32      // by bit
	rows  [65][]row      // by depth
	below [64][64]uint32 // by depth: support of each bit
	slots []uint32
	cube  []uint32
	place [maxCube]uint8 // by dimension of the cube: the bit
}

// masksOfTop begins the search with words.
func (m *miner) masksOfTop(counts []uint32) bool {
	s := &m.masks
	var support [64]uint32
	for i := range m.item[m.base:] {
		s.code[i], support[i] = int32(m.base+i), counts[m.base+i]
	}
	rows := make([]row, len(m.top.start)-1)
	for i := range rows {
		var b uint64
		for _, c := range m.top.list[m.top.start[i]:m.top.start[i+1]] {
			b |= 1 << (int(c) - m.base)
		}
		rows[i] = row{b, 1}
	}
	return m.walkMasks(m.merge(rows), ones(len(m.item)-m.base), &support, 0)
}

func ones(n int) uint64 { return ^uint64(0) >> (64 - n) }

// masksOfLists goes on with words: those of the items in more, from the rows
// in occ.
func (m *miner) masksOfLists(l *lists, occ []occurrence, more []tail) bool {
	s := &m.masks
	var support [64]uint32
	for i, t := range more {
		m.lists.bit[t.item] = 1 << i
		s.code[i], support[i] = l.code[t.item], t.support
	}
	rows := s.rows[64][:0]
	for _, o := range occ {
		var b uint64
		for _, item := range l.list[l.start[o.row]:o.pos] {
			b |= m.lists.bit[item]
		}
		if b != 0 {
			rows = append(rows, row{b, 1})
		}
	}
	s.rows[64] = rows
	for _, t := range more {
		m.lists.bit[t.item] = 0
	}
	return m.walkMasks(m.merge(rows), ones(len(more)), &support, 0)
}

// walkMasks looks for sets that add to the current one items of left, which
// are in as many rows as support says.
func (m *miner) walkMasks(rows []row, left uint64, support *[64]uint32, depth int) bool {
	if worthCube(bits.OnesCount64(left), len(rows)) {
		return m.walkCube(rows, left)
	}
	s := &m.masks
	for todo := left; todo != 0; {
		e := bits.Len64(todo) - 1
		bit := uint64(1) << e
		todo &^= bit
		free := len(m.free)
		m.set = append(m.set, s.code[e])
		below := &s.below[depth]
		*below = [64]uint32{}
		some := s.rows[depth][:0]
		for _, r := range rows {
			if r.bits&bit == 0 {
				continue
			}
			if b := r.bits & todo; b != 0 {
				some = append(some, row{b, r.n})
				for ; b != 0; b &= b - 1 {
					below[bits.TrailingZeros64(b)&63] += r.n
				}
			}
		}
		s.rows[depth] = some
		var next uint64
		for b := todo; b != 0; b &= b - 1 {
			i := bits.TrailingZeros64(b)
			if below[i] == support[e] {
				m.free = append(m.free, s.code[i])
			} else if below[i] >= m.min {
				next |= 1 << i
			}
		}
		if !m.emit(support[e]) {
			return false
		}
		switch {
		case next == 0:
		case next&(next-1) == 0:
			i := bits.TrailingZeros64(next)
			m.set = append(m.set, s.code[i])
			if !m.emit(below[i]) {
				return false
			}
			m.set = m.set[:len(m.set)-1]
		default:
			if next != todo {
				some = restrict(some, next)
			}
			if !m.walkMasks(m.merge(some), next, below, depth+1) {
				return false
			}
		}
		m.set, m.free = m.set[:len(m.set)-1], m.free[:free]
	}
	return true
}

// restrict keeps some bits of rows, and the rows that have any.
func restrict(rows []row, keep uint64) []row {
	out := rows[:0]
	for _, r := range rows {
		if r.bits &= keep; r.bits != 0 {
			out = append(out, r)
		}
	}
	return out
}

// spread is the golden ratio of 2⁶⁴: multiplying by it sends numbers that are
// alike far from each other in their highest bits.
const spread = 0x9e3779b97f4a7c15

// merge makes rows that are alike one, in place and in the order in which
// each was first seen.
func (m *miner) merge(rows []row) []row {
	if len(rows) < 16 {
		return rows
	}
	width := bits.Len(uint(2*len(rows) - 1))
	size := 1 << width
	if len(m.masks.slots) < size {
		m.masks.slots = make([]uint32, size)
	}
	slots := m.masks.slots[:size]
	clear(slots)
	out := rows[:0]
	for _, r := range rows {
		for h := r.bits * spread >> (64 - width); ; h = (h + 1) & uint64(size-1) {
			if slots[h] == 0 {
				out = append(out, r)
				slots[h] = uint32(len(out))
				break
			}
			if seen := &out[slots[h]-1]; seen.bits == r.bits {
				seen.n += r.n
				break
			}
		}
	}
	return out
}

// maxCube is how many dimensions a cube may have: 2¹⁶ counters.
const maxCube = 16

// worthCube reports whether counting all sets of k items at once, 2ᵏ·k/2
// additions, is less work than looking for them in so many rows.
func worthCube(k, rows int) bool { return k <= 5 || k <= maxCube && k<<k <= 16*k*rows }

// walkCube gives all sets that add items of left to the current one. The cube
// has a counter for each of these sets: first the rows that are it, then, summed
// over one dimension after the other, those that contain it.
func (m *miner) walkCube(rows []row, left uint64) bool {
	s := &m.masks
	k := 0
	for b := left; b != 0; b &= b - 1 {
		s.place[k] = uint8(bits.TrailingZeros64(b))
		k++
	}
	if len(s.cube) < 1<<k {
		s.cube = make([]uint32, 1<<k)
	}
	cube := s.cube[:1<<k]
	clear(cube)
	if left == uint64(len(cube)-1) {
		for _, r := range rows {
			cube[r.bits] += r.n
		}
	} else {
		for _, r := range rows {
			at := uint64(0)
			for i, p := range s.place[:k] {
				at |= r.bits >> (p & 63) & 1 << i
			}
			cube[at] += r.n
		}
	}
	for i := range k {
		half := 1 << i
		for from := 0; from < len(cube); from += 2 * half {
			low, high := cube[from:from+half], cube[from+half:from+2*half]
			for j := range low {
				low[j] += high[j]
			}
		}
	}
	return m.readCube(cube, 0, k)
}

// readCube gives the sets that add to those of dimensions at items of the
// first k dimensions.
func (m *miner) readCube(cube []uint32, at, k int) bool {
	for i := k - 1; i >= 0; i-- {
		to := at | 1<<i
		if cube[to] < m.min {
			continue
		}
		m.set = append(m.set, m.masks.code[m.masks.place[i]])
		if !m.emit(cube[to]) || i > 0 && !m.readCube(cube, to, i) {
			return false
		}
		m.set = m.set[:len(m.set)-1]
	}
	return true
}
