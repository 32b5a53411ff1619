package patterns

import (
	"errors"
	"fmt"
	"hash/maphash"
)

// What a Sieve lets into memory.
const (
	mostNames = 64 << 20  // bytes of items' names, with what finds them, before the data is sifted
	mostKept  = 256 << 20 // and after
	ofItem    = 80        // bytes of an item beside its name
	counters  = 1 << 24   // 64 MB
	mostHeld  = 32 << 20  // different items whose hashes are held: 512 MB at worst, 8 to 12 bytes each as a rule
)

// ErrCrowded says that there are too many different items to be held.
var ErrCrowded = errors.New("too many different items")

// A Sieve reads data that has more different items than fit into memory, such
// as a table with a column of free text, by reading it up to three times: as
// it is; if that is too much, counting only; and then keeping what may be in
// MinSupport transactions. What is left out is in no frequent set, so that
// what is found is the same.
//
// Items are counted in 16 million counters by their hash (a count-min sketch
// of one row: Cormode and Muthukrishnan 2005), which are never too low. Memory
// is at most 64 MB before, 64 MB and 8 to 16 bytes for each different item
// while counting, and then that of what is kept: ErrCrowded if that is more
// than 256 MB.
//
// Use it as
//
//	s := patterns.NewSieve(minSupport)
//	d, err := read(s)
//	for s.Again(err) {
//		d, err = read(s)
//	}
type Sieve struct {
	min    uint32
	phase  phase
	seed   maphash.Seed
	counts []uint32
	items  hashes
	bytes  int // of items in memory

	different int  // items, once all are counted
	crowded   bool // errors do not come back as they were
}

type phase int

const (
	all phase = iota
	counting
	keeping
)

// NewSieve makes a Sieve for a search with that minimum support.
func NewSieve(minSupport int) *Sieve {
	return &Sieve{min: uint32(max(1, minSupport)), seed: maphash.MakeSeed()}
}

// Again says, after the data was read with that error or none, whether it is
// to be read once more.
func (s *Sieve) Again(err error) bool {
	switch {
	case s.phase == all && err != nil && s.crowded:
		s.phase, s.bytes = counting, 0
		s.counts = make([]uint32, counters)
		return true
	case s.phase == counting && err == nil:
		s.phase, s.different = keeping, s.items.n
		s.items = hashes{}
		return true
	}
	return false
}

// First reports whether the data is read for the first time.
func (s *Sieve) First() bool { return s.phase == all }

// Counting reports whether the data is only counted, and read once more.
func (s *Sieve) Counting() bool { return s.phase == counting }

// Table is NewTable for data that is sifted.
func (s *Sieve) Table(columns ...string) *Builder {
	b := NewTable(columns...)
	b.sieve = s
	return b
}

// passes reports whether an item of a column is taken.
func (s *Sieve) passes(column int, name string) (bool, error) {
	if s == nil || s.phase == all {
		return true, nil
	}
	h := maphash.String(s.seed, name) ^ uint64(column+1)*0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	return s.counted(h)
}

func (s *Sieve) passesNumber(n uint64) (bool, error) {
	if s == nil || s.phase == all {
		return true, nil
	}
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return s.counted(n ^ n>>31)
}

// counted counts an item, or says whether it was counted often enough. One
// that is twice in a transaction counts twice, which is not too low.
func (s *Sieve) counted(h uint64) (bool, error) {
	c := &s.counts[h>>40]
	if s.phase == keeping {
		return *c >= s.min, nil
	}
	if *c < s.min {
		*c++
	}
	if s.items.add(h); s.items.n > mostHeld {
		return false, fmt.Errorf("%w: there are more than %d, so that they cannot be counted; leave out columns of free text or numbers", ErrCrowded, mostHeld)
	}
	return false, nil
}

// holds accounts for a new item in memory.
func (s *Sieve) holds(bytes int) error {
	if s == nil {
		return nil
	}
	s.bytes += bytes + ofItem
	switch {
	case s.phase == all && s.bytes > mostNames:
		s.crowded = true
		return ErrCrowded
	case s.phase == keeping && s.bytes > mostKept:
		return fmt.Errorf("%w: the names of those that are in at least %d transactions take more than %d MB; raise --min-support, or leave out columns of free text", ErrCrowded, s.min, mostKept>>20)
	}
	return nil
}

// hashes is a set of hashes, of which two are taken for the same with a
// probability of n²/2⁶⁵: 10⁻⁵ for thirty million. It is in 256 parts, that it
// grows one after the other.
type hashes struct {
	parts [256][]uint64 // open addressing, at most seven eighths full; 0 is free
	used  [256]int
	n     int
}

func (s *hashes) add(h uint64) {
	h |= 1 << 32 // no hash is 0
	k := h & 255
	if part := s.parts[k]; 8*(s.used[k]+1) > 7*len(part) {
		s.parts[k] = make([]uint64, max(16, len(part)+len(part)/2))
		for _, old := range part {
			if old != 0 {
				put(s.parts[k], old)
			}
		}
	}
	if put(s.parts[k], h) {
		s.used[k]++
		s.n++
	}
}

// put adds a hash to a part, and reports whether it is a new one.
func put(part []uint64, h uint64) bool {
	for i := (h >> 8) % uint64(len(part)); ; i++ {
		if i == uint64(len(part)) {
			i = 0
		}
		switch part[i] {
		case h:
			return false
		case 0:
			part[i] = h
			return true
		}
	}
}
