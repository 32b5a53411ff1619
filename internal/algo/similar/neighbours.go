package similar

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
)

// likeness gives the share of the evidence of two docs that is common, or 0
// as soon as it cannot be alike. Their terms are x, and y as encode writes
// them; most pairs are told apart by the rarest of them.
func (g *Grouping) likeness(a, b *doc, x []int32, y []byte) float64 {
	clock := 0.0
	if a.at != noTime && b.at != noTime {
		clock = g.clock
	}
	least := g.leastShared(a, b)
	spareA, spareB := a.sum-least, b.sum-least // what of each need not be common
	if spareA < 0 || spareB < 0 {
		return 0
	}
	var common, apart float64
	other := int32(0) // the next of y
	for len(y) > 0 {
		gap, n := uint32(y[0]), 1
		if gap >= 0x80 {
			long, size := binary.Uvarint(y)
			gap, n = uint32(long), size
		}
		y = y[n:]
		other += int32(gap)
		for len(x) > 0 && x[0] < other {
			w := g.weight[x[0]]
			apart += w
			if spareA -= w; spareA < 0 {
				return 0
			}
			x = x[1:]
		}
		w := g.weight[other]
		if len(x) > 0 && x[0] == other {
			common += w
			x = x[1:]
			continue
		}
		apart += w
		if spareB -= w; spareB < 0 {
			return 0
		}
	}
	for _, t := range x {
		apart += g.weight[t]
	}
	if clock > 0 {
		soon := math.Exp(-math.Abs(float64(a.at-b.at)) / month.Seconds())
		common += clock * soon
		apart += clock * (1 - soon)
	}
	return common / (common + apart)
}

// prefix gives those of the terms of a doc one of which it shares with every
// doc that it is alike; rest is the weight of those behind them.
func (g *Grouping) prefix(d *doc, ids []int32) (list []int32, rest float64) {
	clock := 0.0
	if d.at != noTime {
		clock = g.clock
	}
	rest = d.sum
	n := 0
	for n < len(ids) && rest+clock >= alike*(d.sum+clock)-1e-9 {
		rest -= g.weight[ids[n]]
		n++
	}
	list = ids[:n]
	for len(list) > 0 && g.df[list[0]] == 1 {
		list = list[1:] // nobody else has it
	}
	for len(list) > mostLists {
		rest += g.weight[list[len(list)-1]]
		list = list[:len(list)-1]
	}
	if len(list) == 0 {
		rest = 0 // it is in no list
	}
	return list, rest
}

// lists are the latest docs that have each term in their prefix.
type lists struct {
	from []uint32 // where those of a term begin in docs
	docs []int32
	n    []uint8 // how many there were, up to one more than mostBack
	next []uint8 // where the next goes
}

func newLists(df []int32) *lists {
	l := &lists{from: make([]uint32, len(df)+1), n: make([]uint8, len(df)), next: make([]uint8, len(df))}
	for t, n := range df {
		if n == 1 {
			n = 0 // never looked for
		}
		l.from[t+1] = l.from[t] + uint32(min(n, mostBack))
	}
	l.docs = make([]int32, l.from[len(df)])
	return l
}

func (l *lists) add(t, doc int32) {
	l.docs[l.from[t]+uint32(l.next[t])] = doc
	if l.next[t]++; l.from[t]+uint32(l.next[t]) == l.from[t+1] {
		l.next[t] = 0
	}
	l.n[t] = min(l.n[t]+1, mostBack+1)
}

// look calls f for the latest docs of a term, and reports whether there are
// more.
func (l *lists) look(t int32, f func(doc int32)) (more bool) {
	held := l.docs[l.from[t]:l.from[t+1]]
	at := int(l.next[t])
	for range min(int(l.n[t]), len(held)) {
		if at == 0 {
			at = len(held)
		}
		at--
		f(held[at])
	}
	return l.n[t] > mostBack
}

// neighbours finds the pairs of some docs, in this order, that are alike. Two
// docs are compared only if what they share of the prefix, with all that they
// might share beside it, would be enough.
func (g *Grouping) neighbours(ctx context.Context, docs []int32) (*graph, error) {
	l := newLists(g.df)
	// Of each doc met: the weight it shares, and how much of that in lists that
	// go on, where another might have been passed over.
	shared, unsure := make([]float32, len(g.docs)), make([]float32, len(g.docs))
	// What a shared term may be beside: those that come after the prefix of the
	// doc whose prefix ends first.
	ends, rest := make([]int32, len(g.docs)), make([]float32, len(g.docs))
	var met, here []int32
	var tried []edge // with what they share
	var pairs []pairing
	mine, other := g.reader(), g.reader()
	var together *couples
	if len(g.docs) > g.many {
		together = newCouples()
	}
	var first []edge
	for n, i := range docs {
		if n%1000 == 0 {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if g.Progress != nil {
				g.Progress(n, len(docs))
			}
		}
		d := &g.docs[i]
		ids, err := mine.terms(i)
		if err != nil {
			return nil, err
		}
		met, tried = met[:0], tried[:0]
		going := 0.0
		prefix, behind := g.prefix(d, ids)
		rest[i] = float32(behind)
		if len(prefix) > 0 {
			ends[i] = prefix[len(prefix)-1]
		}
		for _, t := range prefix {
			w := g.weight[t]
			here = here[:0]
			more := l.look(t, func(j int32) {
				if shared[j] == 0 {
					met = append(met, j)
				}
				shared[j] += float32(w)
				here = append(here, j)
			})
			if more {
				going += w
				for _, j := range here {
					unsure[j] += float32(w)
				}
			}
			l.add(t, i)
		}
		for _, j := range met {
			o := &g.docs[j]
			beside := rest[i]
			if ends[j] < ends[i] {
				beside = rest[j]
			}
			most := float64(shared[j]) + going - float64(unsure[j]) + float64(beside)
			if most >= g.leastShared(d, o) {
				tried = append(tried, edge{j, shared[j]})
			}
			shared[j], unsure[j] = 0, 0
		}
		many := len(pairs) > mostEdges || len(g.docs) > g.many
		if many {
			slices.SortFunc(tried, nearest)
			tried = tried[:min(len(tried), fewTried)]
		}
		if together != nil {
			first = together.meet(i, ids, g.df, first[:0])
			first = first[:min(len(first), fewTried)]
			for _, e := range tried {
				if !slices.ContainsFunc(first, func(c edge) bool { return c.to == e.to }) {
					first = append(first, e)
				}
			}
			tried, first = first, tried
		}
		found := 0
		for _, e := range tried {
			its, err := other.raw(e.to)
			if err != nil {
				return nil, err
			}
			s := g.likeness(d, &g.docs[e.to], ids, its)
			if s < alike {
				continue
			}
			pairs = append(pairs, pairing{i, edge{e.to, float32(s)}})
			if found++; many && found == fewEdges {
				break
			}
		}
	}
	return newGraph(len(g.docs), pairs), nil
}

// leastShared is the weight that two docs must share to be alike, were they
// sent at the same time.
func (g *Grouping) leastShared(a, b *doc) float64 {
	clock := 0.0
	if a.at != noTime && b.at != noTime {
		clock = g.clock
	}
	const rounding = 1e-3 // of the sums above
	return alike*(a.sum+b.sum+clock)/(1+alike) - clock/(1+alike) - rounding
}
