// Package patterns finds what goes together: the sets of items that occur
// together in at least so many transactions, those of them that are closed or
// maximal, and the rules "who has these also has that" with a test of whether
// it is chance. A transaction may be a basket, a line of numbers, or a row of a
// table, whose items are its columns' values.
//
// All counts are exact, and everything comes in the same order each time. What
// an item means, and which of them may be looked at together, is the caller's
// business: this package does not know what is about a person.
package patterns

import (
	"errors"
	"math"
	"strconv"
)

// Data is a list of transactions, each a set of items. Items are numbered from
// 0 in the order in which they were first seen. It is not changed once it is
// made, and may be read by many at once.
type Data struct {
	start   []int   // where each transaction begins in list, and the end of the last
	list    []int32 // the items of all transactions, one after the other
	names   []string
	numbers []uint64 // instead of names, where items are numbers
}

// Transactions is the number of transactions.
func (d *Data) Transactions() int { return len(d.start) - 1 }

// Items is the number of different items.
func (d *Data) Items() int { return max(len(d.names), len(d.numbers)) }

// Numbers reports whether the items are numbers rather than words.
func (d *Data) Numbers() bool { return d.numbers != nil }

// Name is what an item is called.
func (d *Data) Name(item int) string {
	if d.numbers != nil {
		return strconv.FormatUint(d.numbers[item], 10)
	}
	return d.names[item]
}

// Less orders items for people: numbers by size, words by their bytes.
func (d *Data) Less(a, b int) bool {
	if d.numbers != nil {
		return d.numbers[a] < d.numbers[b]
	}
	return d.names[a] < d.names[b]
}

// row gives the items of a transaction, in the order in which they came.
func (d *Data) row(i int) []int32 { return d.list[d.start[i]:d.start[i+1]] }

// ErrTooLarge is what Builder answers for more items or transactions than can
// be numbered with 31 bits.
var ErrTooLarge = errors.New("more than 2147483647 transactions or different items: split the data")

// A Builder makes Data, transaction by transaction. The zero value is ready.
type Builder struct {
	data Data
	ids  map[string]int32
	// Numbers below len(small) are looked up here, the others in large; both
	// hold the item's number and 1.
	small []int32
	large map[uint64]int32
	seen  []int32 // by item: the last transaction that had it, counted from 1
}

// What numbers are looked up in a slice: 4 MB of memory at most.
const smallNumbers = 1 << 20

// Add adds a transaction. An item that is named twice counts once; one without
// a name is left out.
func (b *Builder) Add(items ...string) error {
	return b.row(len(items), func(i int) int32 {
		if items[i] == "" {
			return -1
		}
		return b.named(items[i])
	})
}

func (b *Builder) named(name string) int32 {
	id, ok := b.ids[name]
	if !ok {
		if b.ids == nil {
			b.ids = map[string]int32{}
		}
		id = int32(len(b.data.names))
		b.ids[name] = id
		b.data.names = append(b.data.names, name)
		b.seen = append(b.seen, 0)
	}
	return id
}

// addNumbers adds a transaction of numbers; a Builder takes either numbers or
// names.
func (b *Builder) addNumbers(items []uint64) error {
	return b.row(len(items), func(i int) int32 { return b.numbered(items[i]) })
}

func (b *Builder) numbered(n uint64) int32 {
	if n < smallNumbers {
		if n >= uint64(len(b.small)) {
			b.small = append(b.small, make([]int32, max(int(n)+1, min(2*len(b.small), smallNumbers))-len(b.small))...)
		}
		if b.small[n] == 0 {
			b.small[n] = b.newNumber(n)
		}
		return b.small[n] - 1
	}
	id, ok := b.large[n]
	if !ok {
		if b.large == nil {
			b.large = map[uint64]int32{}
		}
		id = b.newNumber(n)
		b.large[n] = id
	}
	return id - 1
}

// newNumber gives the number of a new item, and 1.
func (b *Builder) newNumber(n uint64) int32 {
	b.data.numbers = append(b.data.numbers, n)
	b.seen = append(b.seen, 0)
	return int32(len(b.data.numbers))
}

func (b *Builder) row(n int, item func(i int) int32) error {
	if len(b.data.start) == 0 {
		b.data.start = append(b.data.start, 0)
	}
	if len(b.data.start) == math.MaxInt32 || len(b.seen) > math.MaxInt32-n-1 {
		return ErrTooLarge
	}
	now := int32(len(b.data.start))
	for i := range n {
		if id := item(i); id >= 0 && b.seen[id] != now {
			b.seen[id] = now
			b.data.list = append(b.data.list, id)
		}
	}
	b.data.start = append(b.data.start, len(b.data.list))
	return nil
}

// Data gives what was added. The Builder is not to be used after.
func (b *Builder) Data() *Data {
	if len(b.data.start) == 0 {
		b.data.start = append(b.data.start, 0)
	}
	return &b.data
}
