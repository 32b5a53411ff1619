package topics

import (
	"context"
	"math"
	"slices"
	"time"
)

// An item is what is linked: a message, or several that are taken for one
// matter.
type item struct {
	all, matter vector // sums over the messages
	n           float64
	inner       float64   // sum of the likenesses of matter over its pairs of messages
	at          time.Time // zero: unknown
}

// A setting is what decides which messages are one topic.
type setting struct {
	alike   float64 // mean likeness of the messages of one topic, at least
	matter  float64 // and of what they say apart from names
	subject float64 // weight of the subject against the text's 1
	stays   float64 // of a likeness, however far apart the days
	fades   float64 // days after which the rest is down to 1/e
	most    int     // items compared each with each: their likenesses are held in memory

	progress func(stage string, done, all int) // may be nil
}

// tell tells how far it is.
func (set setting) tell(stage string, done, all int) {
	if set.progress != nil {
		set.progress(stage, done, all)
	}
}

// standard is the one setting for all topics. Each of its values can be a fifth
// less or more without much of a change (TestDataRobust).
var standard = setting{alike: 0.10, matter: 0.08, subject: 1.5, stays: 0.8, fades: 60, most: 8_000}

const least = 0.02 // a likeness below counts as none

// near is how the time between two messages changes their likeness.
func (set setting) near(a, b time.Time) float64 {
	if a.IsZero() || b.IsZero() {
		return (1 + set.stays) / 2
	}
	return set.stays + (1-set.stays)*math.Exp(-math.Abs(a.Sub(b).Hours())/24/set.fades)
}

// A tie is the likeness of an item with another, summed over the pairs of
// their messages.
type tie struct {
	to  int32
	sum float32
}

// ties gives for each item its likeness with others. All pairs that share a
// term are compared by way of an inverted index: O(Σ n_t²) over the terms t,
// which n_t items have.
func (set setting) ties(ctx context.Context, items []item) ([][]tie, error) {
	type posting struct {
		item   int32
		weight float32
	}
	// All lists stand in one array; lists[t] is where that of term t begins,
	// and later where it ends.
	space := uint32(0)
	for _, it := range items {
		if n := len(it.all); n > 0 {
			space = max(space, it.all[n-1].term+1)
		}
	}
	lists := make([]int32, space+1)
	for _, it := range items {
		for _, f := range it.all {
			lists[f.term+1]++
		}
	}
	for t := range space {
		lists[t+1] += lists[t]
	}
	begins := slices.Clone(lists)
	postings := make([]posting, lists[space])
	for i, it := range items {
		for _, f := range it.all {
			postings[lists[f.term]] = posting{int32(i), f.weight}
			lists[f.term]++
		}
	}
	out := make([][]tie, len(items))
	below := make([][]tie, len(items))
	sums := make([]float32, len(items))
	var near []int32
	// From the last item back, each list is cut as its items are done with.
	for i := len(items) - 1; i >= 0; i-- {
		if i%256 == 0 {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			set.tell("compared", len(items)-i, len(items))
		}
		sums := sums[:i]
		for _, f := range items[i].all {
			lists[f.term]--
			for _, p := range postings[begins[f.term]:lists[f.term]] {
				sums[p.item] += p.weight * f.weight
			}
		}
		// Most have something in common with an item, if little: all are looked
		// at, which costs less than to remember which.
		near = near[:0]
		for j, s := range sums {
			if s != 0 && float64(s) >= least*items[i].n*items[j].n {
				near = append(near, int32(j))
			}
		}
		below[i] = make([]tie, 0, len(near))
		for _, j := range near {
			s := sums[j] * float32(set.near(items[i].at, items[j].at))
			below[i] = append(below[i], tie{j, s})
			out[j] = append(out[j], tie{int32(i), s})
		}
		clear(sums)
	}
	for i := range out {
		slices.Reverse(out[i])
		out[i] = append(below[i], out[i]...)
	}
	return out, nil
}

// put makes s the sum of a tie; remove takes a tie out. Lists are ascending.
func put(list []tie, to int32, s float32) []tie {
	k, found := seek(list, to)
	if found {
		list[k].sum = s
		return list
	}
	return slices.Insert(list, k, tie{to, s})
}

func remove(list []tie, to int32) []tie {
	if k, found := seek(list, to); found {
		return slices.Delete(list, k, k+1)
	}
	return list
}

func seek(list []tie, to int32) (int, bool) {
	return slices.BinarySearchFunc(list, to, func(t tie, to int32) int { return int(t.to) - int(to) })
}

// joined is the sum of two lists of ties, without those of either with the
// other.
func joined(a, b []tie, of, other int32) []tie {
	out := make([]tie, 0, len(a)+len(b))
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		var t tie
		switch {
		case j == len(b) || i < len(a) && a[i].to < b[j].to:
			t = a[i]
			i++
		case i == len(a) || b[j].to < a[i].to:
			t = b[j]
			j++
		default:
			t = tie{a[i].to, a[i].sum + b[j].sum}
			i++
			j++
		}
		if t.to != of && t.to != other {
			out = append(out, t)
		}
	}
	return out
}

// A node of the tree that linking makes: an item, or two nodes.
type node struct {
	left, right int32 // -1: an item
	matter      vector
	n, inner    float64
}

// link groups items so that the mean likeness of the messages of a group is
// at least alike, and of what they say apart from names at least sameStuff.
// It gives the group of each item, numbered in the order of their first items.
//
// Groups are joined by average linkage (UPGMA: Sokal and Michener, A
// statistical method for evaluating systematic relationships, 1958), the
// nearest first, found with chains of nearest neighbours (Benzécri 1982;
// Murtagh, A survey of recent advances in hierarchical clustering algorithms,
// 1983): O(ties) memory, and time about ties · log items. A single message in
// the middle cannot chain two matters together, as it can where components
// above a threshold are taken. What was joined by its names alone is taken
// apart again from the root of the tree down.
func (set setting) link(ctx context.Context, items []item) ([]int, error) {
	sums, err := set.ties(ctx, items)
	if err != nil {
		return nil, err
	}
	tree := make([]node, len(items), 2*len(items))
	root := make([]int32, len(items)) // the tree's node that the group of this number is
	size := make([]float64, len(items))
	gone := make([]bool, len(items)) // in another group, or finished
	for i, it := range items {
		tree[i] = node{-1, -1, it.matter, it.n, it.inner}
		root[i], size[i] = int32(i), it.n
	}
	// nearest gives the group most like i. Equal ones: the one before in the
	// chain, so that the chain ends, or else the first.
	nearest := func(i, before int32) (best int32, like float64) {
		best = -1
		for _, t := range sums[i] {
			l := float64(t.sum) / (size[i] * size[t.to])
			if best < 0 || l > like || l == like && t.to == before {
				best, like = t.to, l
			}
		}
		return best, like
	}
	var roots, chain []int32
	for start := range items {
		if gone[start] {
			continue
		}
		chain = append(chain[:0], int32(start))
		for len(chain) > 0 {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			top, before := chain[len(chain)-1], int32(-1)
			if len(chain) > 1 {
				before = chain[len(chain)-2]
			}
			next, like := nearest(top, before)
			switch {
			case next < 0 || like < set.alike:
				// Joining others never brings them nearer than the nearest was.
				chain = chain[:len(chain)-1]
				gone[top] = true
				roots = append(roots, root[top])
				for _, t := range sums[top] {
					sums[t.to] = remove(sums[t.to], top)
				}
			case next == before:
				chain = chain[:len(chain)-2]
				keep, drop := min(top, next), max(top, next)
				sums[keep] = joined(sums[keep], sums[drop], keep, drop)
				for _, t := range sums[drop] {
					sums[t.to] = remove(sums[t.to], drop)
				}
				for _, t := range sums[keep] {
					sums[t.to] = put(sums[t.to], keep, t.sum)
				}
				sums[drop], gone[drop] = nil, true
				size[keep] += size[drop]
				a, b := tree[root[keep]], tree[root[drop]]
				tree = append(tree, node{root[keep], root[drop], a.matter.plus(b.matter), a.n + b.n, a.inner + b.inner + a.matter.dot(b.matter)})
				root[keep] = int32(len(tree) - 1)
				if len(chain) == 0 {
					chain = append(chain, keep)
				}
			default:
				chain = append(chain, next)
			}
		}
	}
	return set.cut(tree, roots, len(items)), nil
}

// cut gives the group of each item: the largest parts of the trees whose
// messages are alike apart from names.
func (set setting) cut(tree []node, roots []int32, items int) []int {
	group := make([]int, items)
	for i := range group {
		group[i] = -1
	}
	var mark func(k int32, g int)
	mark = func(k int32, g int) {
		if tree[k].left < 0 {
			group[k] = g
			return
		}
		mark(tree[k].left, g)
		mark(tree[k].right, g)
	}
	for groups := 0; len(roots) > 0; {
		k := roots[len(roots)-1]
		roots = roots[:len(roots)-1]
		if t := tree[k]; t.left < 0 || t.inner >= set.matter*t.n*(t.n-1)/2 {
			mark(k, groups)
			groups++
		} else {
			roots = append(roots, t.left, t.right)
		}
	}
	return renumber(group)
}

// renumber gives groups new numbers, in the order in which they first occur.
func renumber(group []int) []int {
	number := map[int]int{}
	for i, g := range group {
		if _, ok := number[g]; !ok {
			number[g] = len(number)
		}
		group[i] = number[g]
	}
	return slices.Clip(group)
}
