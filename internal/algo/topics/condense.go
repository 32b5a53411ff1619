package topics

import (
	"cmp"
	"context"
	"slices"
)

const (
	mostLive = 50_000 // clusters that a message can join; of more, the quiet small ones are finished
	worth    = 3      // messages of a finished cluster that is compared with others all the same
)

// condense groups messages, in that order, where there are too many to compare
// each with each: every message joins the cluster it is most like, and the
// largest clusters are then linked as single messages are otherwise.
func (v *vocabulary) condense(ctx context.Context, messages []Message, order []int) ([]int, error) {
	if err := v.readNames(ctx, messages, order); err != nil {
		return nil, err
	}
	if err := v.readAll(ctx, messages, order, func(_ int, r reading) { v.count(r) }); err != nil {
		return nil, err
	}
	v.settle()
	p := newPool(v.setting)
	number := map[*cluster]int{} // of the clusters that are not finished
	var all []*cluster           // nil: finished and small
	group := make([]int, len(order))
	err := v.readAll(ctx, messages, order, func(k int, r reading) {
		words, matter := v.vectors(r)
		c := p.place(words, matter, messages[order[k]].Time)
		n, known := number[c]
		if !known {
			n = len(all)
			number[c] = n
			all = append(all, c)
		}
		group[k] = n
		if len(number) > mostLive {
			p.finish(number, all)
		}
	})
	if err != nil {
		return nil, err
	}
	var large []int
	for n, c := range all {
		if c != nil && c.size > 1 {
			large = append(large, n)
		}
	}
	slices.SortFunc(large, func(a, b int) int { return cmp.Or(cmp.Compare(all[b].size, all[a].size), cmp.Compare(a, b)) })
	large = large[:min(v.most, len(large))]
	items := make([]item, len(large))
	for i, n := range large {
		items[i] = all[n].item
	}
	linked, err := v.link(ctx, items)
	if err != nil {
		return nil, err
	}
	into := make([]int, len(all))
	for n := range into {
		into[n] = len(large) + n // its own
	}
	for i, n := range large {
		into[n] = linked[i]
	}
	for k, n := range group {
		group[k] = into[n]
	}
	return renumber(group), nil
}

// finish takes the half of the clusters out of the pool that has been quiet
// for longest; a message counts as a day.
func (p *pool) finish(number map[*cluster]int, all []*cluster) {
	list := make([]*cluster, 0, len(number))
	for c := range number {
		list = append(list, c)
	}
	rank := func(c *cluster) int64 { return c.at.Unix()/86_400 + int64(min(c.size, 365)) }
	slices.SortFunc(list, func(a, b *cluster) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(number[a], number[b]))
	})
	for _, c := range list[:len(list)/2] {
		if c.size < worth {
			all[number[c]] = nil
		}
		delete(number, c)
		p.drop(c)
	}
}
