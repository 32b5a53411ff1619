package topics

import (
	"cmp"
	"slices"
	"time"
)

const (
	poolTerms = 96   // of a cluster; those that weigh least are forgotten
	askTerms  = 24   // of a message that clusters are looked for by
	askMost   = 400  // clusters that a term is looked up in
	tried     = 8    // clusters that a message is compared with
	likely    = 0.25 // likeness to the messages of a cluster at which one joins it
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
	index    map[uint32][]int32 // the slots of clusters by term, of the first 400 that have it
	sums     []float32          // by slot, for place
	touched  []int32
	heavy    vector
}

func newPool(s setting) *pool { return &pool{setting: s, index: map[uint32][]int32{}} }

// place adds a message to the cluster it is most like, or to a new one.
func (p *pool) place(all, matter vector, at time.Time) *cluster {
	best := p.nearestTo(all, at, likely)
	if best == nil {
		best = p.make()
	}
	p.add(best, item{all: all, matter: matter, n: 1, at: at}, 1)
	return best
}

// nearestTo gives the cluster whose messages a message is most like, by mean
// cosine and time; nil: none by at least least.
//
// Cost: O(24 terms · 400 clusters) at most, and 8 inner products.
func (p *pool) nearestTo(all vector, at time.Time, least float64) (best *cluster) {
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
	for _, slot := range p.nearest() {
		c := p.clusters[slot]
		if like := all.dot(c.all) / c.n * p.near(at, c.at); like >= least {
			best, least = c, like
		}
	}
	for _, slot := range p.touched {
		p.sums[slot] = 0
	}
	p.touched = p.touched[:0]
	return best
}

// nearest gives the few of the clusters touched that have most in common with
// the message, the nearest first.
func (p *pool) nearest() []int32 {
	best := make([]int32, 0, tried+1)
	for _, slot := range p.touched {
		if len(best) == tried && p.sums[slot] <= p.sums[best[tried-1]] {
			continue
		}
		k := len(best)
		for k > 0 && p.sums[slot] > p.sums[best[k-1]] {
			k--
		}
		best = slices.Insert(best, k, slot)
		best = best[:min(tried, len(best))]
	}
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
	for i, j := 0, 0; i < len(before) || j < len(c.all); {
		switch {
		case j == len(c.all) || i < len(before) && before[i].term < c.all[j].term:
			p.unlist(before[i].term, c.slot) // forgotten
			i++
		case i == len(before) || c.all[j].term < before[i].term:
			if list := p.index[c.all[j].term]; len(list) < askMost {
				p.index[c.all[j].term] = append(list, c.slot)
			}
			j++
		default:
			i++
			j++
		}
	}
}

// unlist takes a cluster from the list of a term, if it is there.
func (p *pool) unlist(term uint32, slot int32) {
	list := p.index[term]
	k := slices.Index(list, slot)
	if k < 0 {
		return
	}
	list[k] = list[len(list)-1]
	if list = list[:len(list)-1]; len(list) == 0 {
		delete(p.index, term)
	} else {
		p.index[term] = list
	}
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
		p.unlist(f.term, c.slot)
	}
	p.clusters[c.slot] = nil
	p.free = append(p.free, c.slot)
}
