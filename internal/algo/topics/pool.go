package topics

import (
	"cmp"
	"slices"
	"time"
)

const (
	poolTerms = 96   // of a cluster; those that weigh least are forgotten
	askTerms  = 32   // of a message that clusters are looked for by
	askMost   = 400  // clusters that a term is looked up in
	tried     = 8    // clusters that a message is compared with
	likely    = 0.12 // likeness to the messages of a cluster at which one joins it
)

// A cluster is some messages of one matter: a sum, as an item is.
type cluster struct {
	item
	slot int32
	size int // messages
}

// A pool of clusters takes messages one by one: each joins the cluster that
// it is most like, or becomes one. Clusters are found by way of an inverted
// index of their terms.
type pool struct {
	setting
	clusters []*cluster // by slot; nil: free
	free     []int32
	index    map[uint32][]int32 // the slots of clusters by term; some may be stale
	sums     []float32          // by slot, for place
	touched  []int32
	heavy    vector
}

func newPool(s setting) *pool { return &pool{setting: s, index: map[uint32][]int32{}} }

// place adds a message to the cluster it is most like by mean cosine and
// time, or to a new one.
//
// Cost: O(32 terms · 400 clusters) at most, and 8 inner products.
func (p *pool) place(all, matter vector, at time.Time) *cluster {
	p.heavy = append(p.heavy[:0], all...)
	slices.SortFunc(p.heavy, func(a, b feature) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term)) })
	for _, f := range p.heavy[:min(askTerms, len(p.heavy))] {
		for _, slot := range p.index[f.term] {
			if p.sums[slot] == 0 {
				p.touched = append(p.touched, slot)
			}
			p.sums[slot] += f.weight * f.weight
		}
	}
	slices.SortFunc(p.touched, func(a, b int32) int { return cmp.Or(cmp.Compare(p.sums[b], p.sums[a]), cmp.Compare(a, b)) })
	var best *cluster
	most := likely
	for i, slot := range p.touched {
		c := p.clusters[slot]
		if i < tried && c != nil {
			if like := all.dot(c.all) / c.n * p.near(at, c.at); like >= most {
				best, most = c, like
			}
		}
		p.sums[slot] = 0
	}
	p.touched = p.touched[:0]
	if best == nil {
		best = p.make()
	}
	p.add(best, item{all: all, matter: matter, n: 1, at: at}, 1)
	return best
}

// make gives an empty cluster.
func (p *pool) make() *cluster {
	c := &cluster{}
	if n := len(p.free); n > 0 {
		c.slot, p.free = p.free[n-1], p.free[:n-1]
		p.clusters[c.slot] = c
		return c
	}
	c.slot = int32(len(p.clusters))
	p.clusters, p.sums = append(p.clusters, c), append(p.sums, 0)
	return c
}

// add adds messages to a cluster. What it is about is remembered by its
// heaviest terms; its time is the last of its messages.
func (p *pool) add(c *cluster, it item, size int) {
	c.inner += it.inner + c.matter.dot(it.matter)
	before := c.all
	c.all = heaviest(c.all.plus(it.all))
	c.matter = heaviest(c.matter.plus(it.matter))
	c.n += it.n
	c.size += size
	if it.at.After(c.at) {
		c.at = it.at
	}
	i := 0
	for _, f := range c.all { // what is new to it
		for i < len(before) && before[i].term < f.term {
			i++
		}
		if i < len(before) && before[i].term == f.term {
			continue
		}
		list := p.index[f.term]
		if len(list) >= askMost {
			list = slices.DeleteFunc(list, func(slot int32) bool { return !p.has(slot, f.term) })
		}
		if len(list) < askMost && !slices.Contains(list, c.slot) {
			list = append(list, c.slot)
		}
		p.index[f.term] = list
	}
}

// has reports whether the cluster of a slot has a term.
func (p *pool) has(slot int32, term uint32) bool {
	if p.clusters[slot] == nil {
		return false
	}
	_, found := slices.BinarySearchFunc(p.clusters[slot].all, term, func(f feature, t uint32) int { return cmp.Compare(f.term, t) })
	return found
}

// heaviest keeps the terms of a sum that weigh most.
func heaviest(v vector) vector {
	if len(v) <= poolTerms {
		return v
	}
	weights := make([]float32, len(v))
	for i, f := range v {
		weights[i] = f.weight
	}
	slices.Sort(weights)
	least := weights[len(weights)-poolTerms]
	out := make(vector, 0, poolTerms)
	for _, f := range v {
		if f.weight >= least && len(out) < poolTerms {
			out = append(out, f)
		}
	}
	return out
}

// drop forgets a cluster.
func (p *pool) drop(c *cluster) {
	for _, f := range c.all {
		list := p.index[f.term]
		if k := slices.Index(list, c.slot); k >= 0 {
			list[k] = list[len(list)-1]
			list = list[:len(list)-1]
		}
		if len(list) == 0 {
			delete(p.index, f.term)
		} else {
			p.index[f.term] = list
		}
	}
	p.clusters[c.slot] = nil
	p.free = append(p.free, c.slot)
}
