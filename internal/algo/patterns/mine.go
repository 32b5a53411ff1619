package patterns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Kind says which of the frequent sets are wanted.
type Kind int

const (
	// Frequent is every set that is in enough transactions.
	Frequent Kind = iota
	// Closed is a frequent set to which no item can be added without losing
	// a transaction. All frequent sets and their supports follow from these.
	Closed
	// Maximal is a frequent set to which no item can be added without
	// becoming too rare. All frequent sets follow, their supports do not.
	Maximal
)

// Options say what to look for.
type Options struct {
	// MinSupport is in how many transactions a set must be, at least 1.
	MinSupport int
	Kind       Kind
	// MaxSets is how many sets there may be before the search is given up
	// with ErrTooMany: a transaction of n items alone has 2ⁿ-1. 0 is MaxSets.
	MaxSets uint64
	// Progress, if it is not nil, is told now and then how many sets there
	// are so far; how many there will be nobody knows.
	Progress func(sets uint64)
}

// MaxSets is how many sets are too many where Options do not say.
const MaxSets = 100_000_000

// Errors of a search.
var (
	ErrSupport = errors.New("the minimum support must be at least 1: the number of transactions that a set must be in")
	ErrTooMany = errors.New("too many sets")
)

// Mine calls each with every non-empty set of items that is in at least
// o.MinSupport transactions, and in how many. The items of a set come in no
// order that means anything, and the slice is used again. The order of the
// sets follows from the data alone. An error of each ends the search.
//
// Transactions are kept as lists of items, most frequent first; a set's items
// are taken from the rarest to the most frequent, and with each one the
// transactions that have it are cut to what is more frequent and frequent in
// them (LCM: Uno, Kiyomi, Arimura, 2004). Once at most 64 items are left they
// become one machine word a transaction, equal ones are merged, and the last
// few items are counted all at once in a cube (Borgelt, 2012). Items that all
// transactions of a set have are combined with everything below it without
// being looked for again. Closed sets are those reached by extensions that
// keep their prefix, so that none is looked for twice and none need be
// remembered; maximal sets are those of them that nothing frequent contains.
//
// The memory is a small multiple of the data's size and does not grow with the
// number of sets. The time grows with the number of frequent, for the other
// kinds of closed sets; ctx ends it.
func Mine(ctx context.Context, d *Data, o Options, each func(items []int, support int) error) error {
	_, err := mine(ctx, d, o, each)
	return err
}

// Count says how many sets Mine would give. Sets that differ only in items that
// come along anyway are not visited one by one for that.
func Count(ctx context.Context, d *Data, o Options) (uint64, error) { return mine(ctx, d, o, nil) }

func mine(ctx context.Context, d *Data, o Options, each func(items []int, support int) error) (uint64, error) {
	if o.MinSupport < 1 {
		return 0, ErrSupport
	}
	if o.MaxSets == 0 {
		o.MaxSets = MaxSets
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if o.MinSupport > d.Transactions() {
		return 0, nil
	}
	m := &miner{ctx: ctx, options: o, min: uint32(o.MinSupport), each: each}
	m.run(d)
	return m.count, m.err
}

// A miner is one search. Its methods answer false once it is to end; err then
// says why.
type miner struct {
	ctx     context.Context
	options Options
	min     uint32
	each    func(items []int, support int) error

	item []int // code → item; codes count frequent items, the most frequent is 0
	top  *lists
	// set is the codes chosen so far. In a search for all sets, free is those
	// that every transaction with set has too: they may be in or out. In the
	// other searches they are in the set.
	set, free []int32
	base      int   // how many codes of set are in every transaction, and so not in top
	out       []int // the set as the caller sees it
	count     uint64
	nodes     uint64
	err       error

	lists  listsScratch
	masks  masks
	closed closedScratch
}

func (m *miner) run(d *Data) {
	support := make([]uint32, d.Items())
	for _, item := range d.list {
		support[item]++
	}
	for item, n := range support {
		if n >= m.min {
			m.item = append(m.item, item)
		}
	}
	slices.SortFunc(m.item, func(a, b int) int {
		return cmp.Or(cmp.Compare(support[b], support[a]), cmp.Compare(a, b))
	})
	counts := make([]uint32, len(m.item))
	code := make([]int32, d.Items())
	for i := range code {
		code[i] = -1
	}
	for c, item := range m.item {
		counts[c] = support[item]
		if counts[c] == uint32(d.Transactions()) {
			m.fix(int32(c))
			continue
		}
		code[item] = int32(c)
	}
	m.base = len(m.set) + len(m.free)
	m.top = newTop(d, code, len(m.item))
	rest := m.item[m.base:]
	m.closed = newClosedScratch(len(m.item))
	m.out = make([]int, 0, len(m.item))
	if !m.found(uint32(d.Transactions()), len(rest), func() bool { return false }) || len(rest) == 0 {
		return
	}
	if m.options.Kind == Frequent && len(rest) <= 64 {
		m.masksOfTop(counts)
		return
	}
	m.walkLists(m.top, 0)
}

// fix takes an item that all transactions of the current set have.
func (m *miner) fix(code int32) {
	if m.options.Kind == Frequent {
		m.free = append(m.free, code)
	} else {
		m.set = append(m.set, code)
	}
}

// found gives the current set, if it is wanted. It is in support transactions;
// left items that are still to come can be added without making it too rare,
// and, if there are none, enlargeable knows whether one that was passed can.
func (m *miner) found(support uint32, left int, enlargeable func() bool) bool {
	switch {
	case m.options.Kind == Frequent:
		return m.emit(support)
	case len(m.set) == 0 || m.options.Kind == Maximal && (left > 0 || enlargeable()):
		return m.tick()
	default:
		return m.emitOne(support)
	}
}

// emit gives the current set with every choice of the free items.
func (m *miner) emit(support uint32) bool {
	if m.each == nil {
		return m.addAll()
	}
	if len(m.free) > 0 {
		return m.expand(len(m.free), support)
	}
	if len(m.set) == 0 {
		return true
	}
	return m.emitOne(support)
}

// expand gives the current set with every choice of the first n free items.
func (m *miner) expand(n int, support uint32) bool {
	if len(m.set) > 0 && !m.emitOne(support) {
		return false
	}
	for i := range n {
		m.set = append(m.set, m.free[i])
		if !m.expand(i, support) {
			return false
		}
		m.set = m.set[:len(m.set)-1]
	}
	return true
}

// addAll counts the current set with every choice of the free items.
func (m *miner) addAll() bool {
	n := uint64(math.MaxUint64)
	if len(m.free) < 64 {
		n = 1 << len(m.free)
	}
	if len(m.set) == 0 {
		n-- // the empty set
	}
	if m.count += n; m.count < n || m.count > m.options.MaxSets {
		return m.tooMany()
	}
	return m.tick()
}

func (m *miner) emitOne(support uint32) bool {
	if m.count++; m.count > m.options.MaxSets {
		return m.tooMany()
	}
	if m.count&0xffff == 0 && !m.alive() {
		return false
	}
	if m.each == nil {
		return true
	}
	m.out = m.out[:len(m.set)]
	for i, c := range m.set {
		m.out[i] = m.item[c]
	}
	if err := m.each(m.out, int(support)); err != nil {
		m.err = err
		return false
	}
	return true
}

func (m *miner) tooMany() bool {
	m.err = fmt.Errorf("%w: more than %d at a minimum support of %d", ErrTooMany, m.options.MaxSets, m.options.MinSupport)
	return false
}

// tick is called for work that may find nothing. In a search for maximal sets
// the closed ones that lead there are bounded as well.
func (m *miner) tick() bool {
	if m.nodes++; m.nodes&0xfff == 0 && !m.alive() {
		return false
	}
	if m.options.Kind == Maximal && m.nodes > m.options.MaxSets {
		return m.tooMany()
	}
	return true
}

func (m *miner) alive() bool {
	if m.options.Progress != nil {
		m.options.Progress(m.count)
	}
	m.err = m.ctx.Err()
	return m.err == nil
}
