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
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Data is a list of transactions, each a set of items. Items are numbered from
// 0 in the order in which they were first seen. It is not changed once it is
// made, and may be read by many at once.
type Data struct {
	start   []uint32 // where each transaction begins in list, and the end of the last
	list    []int32  // the items of all transactions, one after the other
	names   []string
	numbers []uint64 // instead of names, where items are numbers
	// In a table, names are values, and an item is a value in its column.
	columns []string
	column  []int32
	sieve   *Sieve // may have left out items
}

// Transactions is the number of transactions.
func (d *Data) Transactions() int { return len(d.start) - 1 }

// Different is the number of different items, those included that a Sieve left
// out.
func (d *Data) Different() int {
	if d.sieve != nil && d.sieve.phase == keeping {
		return d.sieve.different
	}
	return d.Items()
}

// Items is the number of different items that are kept.
func (d *Data) Items() int { return max(len(d.names), len(d.numbers)) }

// Numbers reports whether the items are numbers rather than words.
func (d *Data) Numbers() bool { return d.numbers != nil }

// Name is what an item is called.
func (d *Data) Name(item int) string {
	switch {
	case d.numbers != nil:
		return strconv.FormatUint(d.numbers[item], 10)
	case d.columns != nil:
		return d.columns[d.column[item]] + "=" + d.names[item]
	default:
		return d.names[item]
	}
}

// Field is the column and the value that an item of a table stands for.
func (d *Data) Field(item int) (column, value string) {
	return d.columns[d.column[item]], d.names[item]
}

// Compare orders items for people: numbers by size, a table's by column and
// then value, words by their bytes.
func (d *Data) Compare(a, b int) int {
	switch {
	case d.numbers != nil:
		return cmp.Compare(d.numbers[a], d.numbers[b])
	case d.columns != nil:
		return cmp.Or(cmp.Compare(d.column[a], d.column[b]), cmp.Compare(d.names[a], d.names[b]))
	default:
		return cmp.Compare(d.names[a], d.names[b])
	}
}

// row gives the items of a transaction, in the order in which they came.
func (d *Data) row(i int) []int32 { return d.list[d.start[i]:d.start[i+1]] }

// ErrTooLarge is what Builder answers for more items or transactions than can
// be numbered with 31 bits.
var ErrTooLarge = errors.New("more than 2147483647 items in all transactions together: split the data")

// A Builder makes Data, transaction by transaction. The zero value is ready.
type Builder struct {
	data Data
	ids  []map[string]int32 // by column, or one
	// Numbers below len(small) are looked up here, the others in large; both
	// hold the item's number and 1.
	small []int32
	large map[uint64]int32
	seen  []int32 // by item: the last transaction that had it, counted from 1
	sieve *Sieve
}

// What numbers are looked up in a slice: 4 MB of memory at most.
const smallNumbers = 1 << 20

// NewTable makes a Builder for rows of a table: Add takes the values of these
// columns, in their order.
func NewTable(columns ...string) *Builder {
	return &Builder{data: Data{columns: columns}}
}

// Add adds a transaction. An item that is named twice counts once; one without
// a name, as a value that nobody knows, is left out.
func (b *Builder) Add(items ...string) error {
	if b.data.columns != nil && len(items) != len(b.data.columns) {
		return fmt.Errorf("a row has %d values, and the table %d columns", len(items), len(b.data.columns))
	}
	return b.row(len(items), func(i int) (int32, error) {
		switch {
		case items[i] == "":
			return -1, nil
		case b.data.columns != nil:
			return b.named(i, items[i])
		default:
			return b.named(0, items[i])
		}
	})
}

func (b *Builder) named(column int, name string) (int32, error) {
	if ok, err := b.sieve.passes(column, name); !ok {
		return -1, err
	}
	if b.ids == nil {
		b.ids = make([]map[string]int32, max(1, len(b.data.columns)))
		for i := range b.ids {
			b.ids[i] = map[string]int32{}
		}
	}
	id, ok := b.ids[column][name]
	if !ok {
		if err := b.sieve.holds(len(name)); err != nil {
			return 0, err
		}
		id = int32(len(b.data.names))
		name = strings.Clone(name) // it may be a part of a long line
		b.ids[column][name] = id
		b.data.names = append(b.data.names, name)
		b.data.column = append(b.data.column, int32(column))
		b.seen = append(b.seen, 0)
	}
	return id, nil
}

// addNumbers adds a transaction of numbers; a Builder takes either numbers or
// names.
func (b *Builder) addNumbers(items []uint64) error {
	return b.row(len(items), func(i int) (int32, error) { return b.numbered(items[i]) })
}

func (b *Builder) numbered(n uint64) (int32, error) {
	if ok, err := b.sieve.passesNumber(n); !ok {
		return -1, err
	}
	if n < smallNumbers {
		if n >= uint64(len(b.small)) {
			b.small = append(b.small, make([]int32, max(int(n)+1, min(2*len(b.small), smallNumbers))-len(b.small))...)
		}
		if b.small[n] == 0 {
			b.small[n] = b.newNumber(n)
		}
		return b.small[n] - 1, nil
	}
	id, ok := b.large[n]
	if !ok {
		if err := b.sieve.holds(8); err != nil {
			return 0, err
		}
		if b.large == nil {
			b.large = map[uint64]int32{}
		}
		id = b.newNumber(n)
		b.large[n] = id
	}
	return id - 1, nil
}

// newNumber gives the number of a new item, and 1.
func (b *Builder) newNumber(n uint64) int32 {
	b.data.numbers = append(b.data.numbers, n)
	b.seen = append(b.seen, 0)
	return int32(len(b.data.numbers))
}

func (b *Builder) row(n int, item func(i int) (int32, error)) error {
	if len(b.data.start) == 0 {
		b.data.start = append(b.data.start, 0)
	}
	if len(b.data.start) == math.MaxInt32 || len(b.data.list) > math.MaxInt32-n {
		return ErrTooLarge
	}
	now := int32(len(b.data.start))
	for i := range n {
		id, err := item(i)
		if err != nil {
			return err
		}
		if id >= 0 && b.seen[id] != now {
			b.seen[id] = now
			b.data.list = append(b.data.list, id)
		}
	}
	b.data.start = append(b.data.start, uint32(len(b.data.list)))
	return nil
}

// Data gives what was added. The Builder is not to be used after.
func (b *Builder) Data() *Data {
	if len(b.data.start) == 0 {
		b.data.start = append(b.data.start, 0)
	}
	b.data.sieve = b.sieve
	return &b.data
}
