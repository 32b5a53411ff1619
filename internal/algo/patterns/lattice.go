package patterns

import (
	"math/bits"
	"slices"
)

// A lattice keeps frequent sets with their supports: each is a node, whose
// parent is the set without its highest item. As all parts of a frequent set
// are frequent, there are no other nodes.
type lattice struct {
	nodes []node   // the first is the empty set
	slots []uint32 // a hash table of nodes by parent and item; 0 is free
	items []int32
}

type node struct {
	parent  uint32
	item    int32
	support uint32
	size    uint32
}

func newLattice() *lattice { return &lattice{nodes: make([]node, 1), slots: make([]uint32, 1<<10)} }

// add takes a set; the sets come in any order.
func (l *lattice) add(set []int, support uint32) {
	l.items = l.items[:0]
	for _, item := range set {
		l.items = append(l.items, int32(item))
	}
	slices.Sort(l.items)
	at := uint32(0)
	for _, item := range l.items {
		slot := l.slot(at, item)
		if l.slots[slot] == 0 {
			l.slots[slot] = uint32(len(l.nodes))
			l.nodes = append(l.nodes, node{parent: at, item: item, size: l.nodes[at].size + 1})
			at = uint32(len(l.nodes) - 1)
			if 2*len(l.nodes) > len(l.slots) {
				l.grow()
			}
			continue
		}
		at = l.slots[slot]
	}
	l.nodes[at].support = support
}

// slot is where the child of a node is, or would be.
func (l *lattice) slot(parent uint32, item int32) uint64 {
	width := bits.Len(uint(len(l.slots) - 1))
	key := uint64(parent)<<32 | uint64(uint32(item))
	for h := key * spread >> (64 - width); ; h = (h + 1) & uint64(len(l.slots)-1) {
		at := l.slots[h]
		if at == 0 || l.nodes[at].parent == parent && l.nodes[at].item == item {
			return h
		}
	}
}

func (l *lattice) grow() {
	l.slots = make([]uint32, 2*len(l.slots))
	for i := 1; i < len(l.nodes); i++ {
		l.slots[l.slot(l.nodes[i].parent, l.nodes[i].item)] = uint32(i)
	}
}

// child is the node of a set with one item more, or 0.
func (l *lattice) child(parent uint32, item int32) uint32 { return l.slots[l.slot(parent, item)] }

// path appends the nodes that lead to a set, one for each of its items, from
// the lowest item to the highest.
func (l *lattice) path(to []uint32, at uint32) []uint32 {
	for ; at != 0; at = l.nodes[at].parent {
		to = append(to, at)
	}
	slices.Reverse(to)
	return to
}
