package similar

import (
	"cmp"
	"slices"
)

// What finds others where every term stands in many docs.
const (
	coupled     = 32      // terms of a doc whose couples are kept, the rarest of the crowded ones
	coupleShare = 24      // one couple in so many is kept, the same ones for all docs
	coupleSlots = 1 << 24 // couples that are remembered, each with its latest doc
)

// couples are pairs of terms that stand in one doc, each term in more docs than
// its list holds. In millions of docs no sign or word tells one matter from
// another: each name and number is that of thousands. Two of them together are.
// Which couples are kept is told by their hashes, so that docs that share
// couples share kept ones (min-wise sampling, Broder 1997).
type couples struct {
	latest []int32 // by slot: the doc, and one more; 0 for none
	hit    []int32
}

func newCouples() *couples { return &couples{latest: make([]int32, coupleSlots)} }

// meet gives the docs met before with couples of the terms of doc, ascending as
// it is, those with most of them first, and remembers the doc. The score is how
// many; one alone may be another couple's, in the same slot.
func (c *couples) meet(doc int32, ids, df []int32, found []edge) []edge {
	var crowded [coupled]int32
	n := 0
	for _, t := range ids {
		if df[t] > mostBack {
			crowded[n] = t
			if n++; n == coupled {
				break
			}
		}
	}
	c.hit = c.hit[:0]
	for j := 1; j < n; j++ {
		for i := range j {
			h := spread(uint64(crowded[i])<<32 | uint64(crowded[j]))
			if h%coupleShare != 0 {
				continue
			}
			slot := &c.latest[h>>32%coupleSlots]
			if *slot > 0 {
				c.hit = append(c.hit, *slot-1)
			}
			*slot = doc + 1
		}
	}
	slices.Sort(c.hit)
	for from := 0; from < len(c.hit); {
		to := from + 1
		for to < len(c.hit) && c.hit[to] == c.hit[from] {
			to++
		}
		if c.hit[from] != doc {
			found = append(found, edge{c.hit[from], float32(to - from)})
		}
		from = to
	}
	slices.SortFunc(found, func(a, b edge) int {
		// The latest first where as many are shared.
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.to, a.to))
	})
	return found
}
