package patterns

import (
	"cmp"
	"slices"
)

// lists are transactions as lists of items, with where each item occurs. Items
// have numbers of their own here, from 0, the most frequent; a transaction's
// are in ascending order.
type lists struct {
	code  []int32 // number here → code
	start []int32 // where each row begins in list, and the end of the last
	list  []int32
	full  []int32 // row here → row of the top lists

	at  []int32 // where each item begins in occ, and the end of the last
	occ []occurrence

	next []int32 // by item, or by row: where the next one goes
}

// An occurrence is where an item stands: the items before pos in its row are
// the more frequent ones.
type occurrence struct {
	row, pos int32
}

// reset makes room for lists of n items.
func (l *lists) reset(n int) {
	l.start, l.list, l.full = append(l.start[:0], 0), l.list[:0], l.full[:0]
	if cap(l.at) < n+1 {
		l.at = make([]int32, n+1)
	}
	l.at = l.at[:n+1]
	clear(l.at)
}

// index sorts the rows and finds where each item occurs, in time linear in
// the lists.
func (l *lists) index() {
	n := len(l.at) - 1
	for _, item := range l.list {
		l.at[item+1]++
	}
	for i := range n {
		l.at[i+1] += l.at[i]
	}
	if cap(l.occ) < len(l.list) {
		l.occ = make([]occurrence, len(l.list))
	}
	l.occ = l.occ[:len(l.list)]
	l.next = slices.Grow(l.next[:0], max(n, len(l.start)-1))[:max(n, len(l.start)-1)]
	next := l.next
	copy(next, l.at[:n])
	for row := range len(l.start) - 1 {
		for _, item := range l.list[l.start[row]:l.start[row+1]] {
			l.occ[next[item]].row = int32(row)
			next[item]++
		}
	}
	copy(next, l.start[:len(l.start)-1])
	for item := range n {
		for k := l.at[item]; k < l.at[item+1]; k++ {
			o := &l.occ[k]
			o.pos = next[o.row]
			l.list[o.pos] = int32(item)
			next[o.row]++
		}
	}
}

// newTop makes lists of a whole data set, of the items that have a code.
func newTop(d *Data, code []int32, n int) *lists {
	l := &lists{code: make([]int32, n)}
	for i := range l.code {
		l.code[i] = int32(i)
	}
	l.reset(n)
	l.list = make([]int32, 0, len(d.list))
	for i := range d.Transactions() {
		from := len(l.list)
		for _, item := range d.row(i) {
			if c := code[item]; c >= 0 {
				l.list = append(l.list, c)
			}
		}
		if len(l.list) > from {
			l.start = append(l.start, int32(len(l.list)))
			l.full = append(l.full, int32(len(l.full)))
		}
	}
	l.index()
	return l
}

// A tail is an item that may be added, with the support that it would have.
type tail struct {
	item    int32
	support uint32
}

type listsScratch struct {
	below   []*lists // by depth
	support []uint32 // by item: what walkLists counts; all 0 between
	touched []int32
	more    [][]tail // by depth
	number  []int32  // by item: its number in the lists below, or its bit
	bit     []uint64
}

// walkLists looks for sets that add to the current one items of l.
func (m *miner) walkLists(l *lists, depth int) bool {
	s := &m.lists
	if depth == 0 {
		n := len(l.code)
		s.support, s.number, s.bit = make([]uint32, n), make([]int32, n), make([]uint64, n)
	}
	if len(s.more) <= depth {
		s.more = append(s.more, nil)
	}
	for e := int32(len(l.code)) - 1; e >= 0; e-- {
		occ := l.occ[l.at[e]:l.at[e+1]]
		if len(occ) == 0 {
			continue // it is in every transaction, and taken already
		}
		set, free := len(m.set), len(m.free)
		m.set = append(m.set, l.code[e])
		if m.options.Kind == Frequent || m.keepsPrefix(l, occ) {
			more := m.tally(l, occ, s.more[depth][:0])
			s.more[depth] = more
			if !m.found(uint32(len(occ)), len(more), func() bool { return m.enlargeableLists(l, occ) }) || !m.below(l, occ, more, depth) {
				return false
			}
		} else if !m.tick() {
			return false
		}
		m.set, m.free = m.set[:set], m.free[:free]
	}
	return true
}

// tally counts what comes before an item in the rows that have it: what is in
// all of them is fixed, and what is in enough is answered, the most frequent
// first.
func (m *miner) tally(l *lists, occ []occurrence, more []tail) []tail {
	s := &m.lists
	s.touched = s.touched[:0]
	for _, o := range occ {
		for _, item := range l.list[l.start[o.row]:o.pos] {
			if s.support[item] == 0 {
				s.touched = append(s.touched, item)
			}
			s.support[item]++
		}
	}
	for _, item := range s.touched {
		if n := s.support[item]; int(n) == len(occ) {
			m.fix(l.code[item])
		} else if n >= m.min {
			more = append(more, tail{item, n})
		}
		s.support[item] = 0
	}
	slices.SortFunc(more, func(a, b tail) int {
		return cmp.Or(cmp.Compare(b.support, a.support), cmp.Compare(a.item, b.item))
	})
	return more
}

// below looks for sets that add items of more to the current one, whose
// occurrences are occ.
func (m *miner) below(l *lists, occ []occurrence, more []tail, depth int) bool {
	switch {
	case len(more) == 0:
		return true
	case m.options.Kind != Frequent && len(more) <= 64:
		return m.closedOfLists(l, occ, more)
	case m.options.Kind == Frequent && len(more) == 1:
		m.set = append(m.set, l.code[more[0].item])
		going := m.emit(more[0].support)
		m.set = m.set[:len(m.set)-1]
		return going
	case m.options.Kind == Frequent && len(more) <= 64:
		return m.masksOfLists(l, occ, more)
	default:
		return m.walkLists(m.cut(l, occ, more, depth), depth+1)
	}
}

// cut makes lists of the items in more, from the rows in occ.
func (m *miner) cut(l *lists, occ []occurrence, more []tail, depth int) *lists {
	s := &m.lists
	for len(s.below) <= depth {
		s.below = append(s.below, &lists{})
	}
	to := s.below[depth]
	to.code = to.code[:0]
	for i, t := range more {
		s.number[t.item] = int32(i) + 1
		to.code = append(to.code, l.code[t.item])
	}
	to.reset(len(more))
	for _, o := range occ {
		from := len(to.list)
		for _, item := range l.list[l.start[o.row]:o.pos] {
			if n := s.number[item]; n > 0 {
				to.list = append(to.list, n-1)
			}
		}
		if len(to.list) > from {
			to.start = append(to.start, int32(len(to.list)))
			to.full = append(to.full, l.full[o.row])
		}
	}
	for _, t := range more {
		s.number[t.item] = 0
	}
	to.index()
	return to
}
