package diagnose

import (
	"math"
	"slices"
)

const (
	burstBlocks = 64      // the export's time is cut into at most so many parts,
	burstDays   = 7       // of at least so many days
	burstRows   = 1 << 19 // words that are counted by part; where there are more, the rarest are not
	burstLift   = 3.0     // times as often as in the rest of the time, at least
	burstWords  = 2       // of an order, that come up at its time
)

// bursts gives the orders of matters that came up at a time: those of a place
// and kind, or with two words, that were named at least three times as often
// within one, two, four or eight weeks as in the rest of the time, and more
// often than chance lets expect anywhere; in more than 64 weeks, within as many
// 64ths of them. Without times, or in less than three weeks, that cannot be
// told, and it gives all orders with a text.
//
// A window is told by the likelihood ratio of a scan statistic (Kulldorff, A
// spatial scan statistic, Communications in Statistics 26, 1997), one-sided, for
// Poisson counts: with c seen and e expected, c·ln(c/e) − c + e has to exceed
// ln(windows looked at).
func (w *work) bursts() ([]int32, error) {
	b := w.newBlocks()
	if len(b.orders) < 3 {
		var all []int32
		for i := range w.list {
			if w.list[i].text.n > 0 {
				all = append(all, int32(i))
			}
		}
		return all, nil
	}
	least, rowOf := uint32(topicLeast), make([]int32, len(w.rare.df))
	scale := float64(len(w.list)) / float64(max(1, w.rare.n))
	for ; ; least++ {
		n := 0
		for _, df := range w.rare.df {
			if float64(df)*scale >= float64(least) {
				n++
			}
		}
		if n <= burstRows {
			break
		}
	}
	rows := int32(0)
	for cell, df := range w.rare.df {
		rowOf[cell] = -1
		if float64(df)*scale >= float64(least) {
			rowOf[cell] = rows
			rows++
		}
	}
	kinds := map[int64]int32{} // how often, then its row
	for i := range w.list {
		if k := w.placeKind(i); k >= 0 {
			kinds[k]++
		}
	}
	for k, n := range kinds {
		if n < topicLeast {
			delete(kinds, k)
			continue
		}
		kinds[k] = rows
		rows++
	}
	counts := make([]uint16, int(rows)*len(b.orders))
	add := func(row int32, block int) {
		if c := &counts[int(row)*len(b.orders)+block]; *c < math.MaxUint16 {
			*c++
		}
	}
	// each calls f for every order with a text and a time.
	each := func(stage string, f func(i, block int, words []uint32)) error {
		in := w.reader()
		var buf []uint32
		for i := range w.list {
			if err := w.tell(stage, i, len(w.list)); err != nil {
				return err
			}
			if block := b.of(&w.list[i]); block >= 0 && w.list[i].text.n > 0 {
				buf = set(buf, in.read(w.list[i].text))
				f(i, block, buf)
			}
		}
		return in.err
	}
	err := each("topics.count", func(i, block int, words []uint32) {
		for _, t := range words {
			if row := rowOf[t>>(32-tableBits)]; row >= 0 {
				add(row, block)
			}
		}
		if row, ok := kinds[w.placeKind(i)]; ok {
			add(row, block)
		}
	})
	if err != nil {
		return nil, err
	}
	up := make([]uint64, rows) // the blocks of a row's windows
	for row := range up {
		up[row] = b.up(counts[row*len(b.orders):][:len(b.orders)], math.Log(float64(len(up)*len(b.orders)*len(windows))))
	}
	var chosen []int32
	err = each("topics.choose", func(i, block int, words []uint32) {
		n := 0
		for _, t := range words {
			if row := rowOf[t>>(32-tableBits)]; row >= 0 && up[row]>>block&1 != 0 {
				n++
			}
		}
		row, ok := kinds[w.placeKind(i)]
		if n >= burstWords || ok && up[row]>>block&1 != 0 {
			chosen = append(chosen, int32(i))
		}
	})
	return chosen, err
}

// placeKind is the place and the kind of an order, -1 if one is not known.
func (w *work) placeKind(i int) int64 {
	if w.place[i] < 0 || w.kind(i) < 0 {
		return -1
	}
	return int64(w.place[i])<<32 | w.kind(i)
}

// blocks are parts of the export's time.
type blocks struct {
	from, length int64
	orders       []int // by part
	all          int
}

func (w *work) newBlocks() *blocks {
	b := &blocks{from: math.MaxInt64, length: burstDays * 86_400}
	to := int64(math.MinInt64)
	for i := range w.list {
		if t := w.list[i].time; t != 0 {
			b.from, to = min(b.from, t), max(to, t)
		}
	}
	if to < b.from {
		return b
	}
	b.length = max(b.length, (to-b.from)/burstBlocks+1)
	b.orders = make([]int, (to-b.from)/b.length+1)
	for i := range w.list {
		if k := b.of(&w.list[i]); k >= 0 {
			b.orders[k]++
			b.all++
		}
	}
	return b
}

// of is the block of an order, -1 if its time is not known.
func (b *blocks) of(x *order) int {
	if x.time == 0 {
		return -1
	}
	return int((x.time - b.from) / b.length)
}

// windows are the lengths of what is compared with the rest, in blocks.
var windows = []int{1, 2, 4, 8}

// up gives the blocks in which counts are up, as bits: those of the likeliest
// window, then those of the likeliest in what is left without it, and so on.
func (b *blocks) up(counts []uint16, least float64) (out uint64) {
	counted, left, orders := 0, b.all, slices.Clone(b.orders)
	for _, c := range counts {
		counted += int(c)
	}
	for counted >= topicLeast {
		best, from, length := least, -1, 0
		for _, l := range windows {
			if 2*l > len(counts) {
				break
			}
			c, n := 0, 0
			for k := range counts {
				c, n = c+int(counts[k]), n+orders[k]
				if k >= l {
					c, n = c-int(counts[k-l]), n-orders[k-l]
				}
				if k < l-1 || c < topicLeast || n == left {
					continue
				}
				// One more than was seen, since nothing is impossible.
				e := float64(counted-c+1) * float64(n) / float64(left-n)
				f := float64(c)
				if f < burstLift*e {
					continue
				}
				if x := f*math.Log(f/e) - f + e; x > best {
					best, from, length = x, k-l+1, l
				}
			}
		}
		if from < 0 {
			break
		}
		for k := from; k < from+length; k++ {
			counted, left = counted-int(counts[k]), left-orders[k]
			counts[k], orders[k] = 0, 0
		}
		out |= (1<<length - 1) << from
	}
	return out
}
