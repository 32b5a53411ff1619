package process

import (
	"encoding/binary"
	"hash/maphash"
	"strings"
)

// Names numbers few strings, from 1.
type names struct {
	of    map[string]uint32
	list  []string
	bytes int
}

func (n *names) index(s string) uint32 {
	if i, ok := n.of[s]; ok {
		return i
	}
	if n.of == nil {
		n.of = map[string]uint32{}
	}
	s = strings.Clone(s) // it may be a part of a whole row
	n.list = append(n.list, s)
	n.of[s] = uint32(len(n.list))
	n.bytes += len(s) + 80
	return uint32(len(n.list))
}

// A table numbers very many strings, from 0, without a header or a pointer
// for each: they stand one after the other in blocks, each after its length,
// and slots with linear probing find them.
type table struct {
	blocks [][]byte
	begin  []uint32 // of each string: block and place
	slots  []uint32 // number + 1; 0 is free
	seed   maphash.Seed
	bytes  int // of the blocks
}

const blockBytes = 1 << 20

func (t *table) len() int { return len(t.begin) }

func (t *table) get(i int) string { return string(t.raw(i)) }

func (t *table) raw(i int) []byte {
	b := t.blocks[t.begin[i]/blockBytes][t.begin[i]%blockBytes:]
	n, w := binary.Uvarint(b)
	return b[w : w+int(n)]
}

// index gives the number of s, and whether it is new. At most 4 GB of text.
func (t *table) index(s string) (i int, isNew bool) {
	if len(t.slots) == 0 {
		t.seed, t.slots = maphash.MakeSeed(), make([]uint32, 1024)
	}
	at := t.find(s)
	if n := t.slots[at]; n != 0 {
		return int(n - 1), false
	}
	t.begin = append(t.begin, t.put(s))
	t.slots[at] = uint32(len(t.begin))
	if 3*len(t.begin) > 2*len(t.slots) {
		t.grow()
	}
	return len(t.begin) - 1, true
}

// put writes s where there is room for it.
func (t *table) put(s string) (at uint32) {
	need := len(s) + binary.MaxVarintLen64
	last := len(t.blocks) - 1
	if last < 0 || len(t.blocks[last])+need > cap(t.blocks[last]) {
		last++
		t.blocks = append(t.blocks, make([]byte, 0, max(blockBytes, need)))
		t.bytes += cap(t.blocks[last])
	}
	b := &t.blocks[last]
	at = uint32(last*blockBytes + len(*b))
	*b = append(binary.AppendUvarint(*b, uint64(len(s))), s...)
	return at
}

func (t *table) has(s string) bool { return len(t.slots) > 0 && t.slots[t.find(s)] != 0 }

// find gives the slot that s is in, or may be put in.
func (t *table) find(s string) uint64 {
	mask := uint64(len(t.slots) - 1)
	at := maphash.String(t.seed, s) & mask
	for t.slots[at] != 0 && string(t.raw(int(t.slots[at]-1))) != s {
		at = (at + 1) & mask
	}
	return at
}

func (t *table) grow() {
	t.slots = make([]uint32, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for i := range t.begin {
		at := maphash.Bytes(t.seed, t.raw(i)) & mask
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = uint32(i + 1)
	}
}

// size is in bytes, with what append keeps in reserve.
func (t *table) size() int { return t.bytes + 4*cap(t.begin) + 4*len(t.slots) }
