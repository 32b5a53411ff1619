package process

import (
	"cmp"
	"slices"
)

// A Variant is a way that cases take: the same activities one after the
// other.
type Variant struct {
	Activities []string `json:"activities"`
	Count      int      `json:"count"`
	Share      float64  `json:"share"` // of all cases
	Median     float64  `json:"median_seconds"`
	Example    string   `json:"example"`
}

// Ways tells variants apart by a hash of their activities, and by comparing
// with the first case of each where hashes agree.
type ways struct {
	first map[uint64]uint32 // by hash: the last variant found with it
	list  []way
	of    []uint32  // by case: its variant
	took  []float32 // by case: seconds, to seven digits
	buf   []step
}

type way struct {
	count, example, next uint32 // next has the same hash, or is none
}

func (w *ways) read(l *Log, c int, s []step) {
	if w.first == nil {
		w.first = map[uint64]uint32{}
		w.of, w.took = make([]uint32, 0, l.Cases()), make([]float32, 0, l.Cases())
	}
	hash := hashOf(s)
	head, ok := w.first[hash]
	if !ok {
		head = none
	}
	i := head
	for i != none && !w.same(l, i, s) {
		i = w.list[i].next
	}
	if i == none {
		i = uint32(len(w.list))
		w.list = append(w.list, way{example: uint32(c), next: head})
		w.first[hash] = i
	}
	w.list[i].count++
	w.of = append(w.of, i)
	w.took = append(w.took, float32(seconds(s[len(s)-1].at-s[0].at)))
}

// hashOf is FNV-1a on whole activities, stirred.
func hashOf(s []step) uint64 {
	hash := uint64(14695981039346656037)
	for _, e := range s {
		hash = (hash ^ uint64(e.act)) * 1099511628211
		hash ^= hash >> 29
	}
	return hash
}

// same reports whether a variant's first case went the way of s.
func (w *ways) same(l *Log, i uint32, s []step) bool {
	w.buf, _ = l.steps(int(w.list[i].example), w.buf)
	return slices.EqualFunc(w.buf, s, func(a, b step) bool { return a.act == b.act })
}

// finish writes the variants and the durations into the report.
func (w *ways) finish(l *Log, r *Report) {
	r.VariantsTotal, r.Variants = len(w.list), []Variant{}
	byCount := make([]uint32, len(w.list))
	for i := range byCount {
		byCount[i] = uint32(i)
	}
	// Ties go to the one that was first seen; a log of millions of ways, each
	// taken once, is not worth comparing them.
	slices.SortStableFunc(byCount, func(a, b uint32) int { return cmp.Compare(w.list[b].count, w.list[a].count) })
	byCount = byCount[:min(len(byCount), Listed)]
	rank := make(map[uint32]int, len(byCount))
	took := make([][]float32, len(byCount))
	for i, v := range byCount {
		rank[v] = i
		took[i] = make([]float32, 0, w.list[v].count)
	}
	for c, v := range w.of {
		if i, ok := rank[v]; ok {
			took[i] = append(took[i], w.took[c])
		}
	}
	for i, v := range byCount {
		slices.Sort(took[i])
		way := w.list[v]
		w.buf, _ = l.steps(int(way.example), w.buf)
		v := Variant{
			Count: int(way.count), Share: float64(way.count) / float64(len(w.of)),
			Median: Quantile(took[i], 0.5), Example: l.ids.get(int(way.example)),
		}
		for _, e := range w.buf {
			v.Activities = append(v.Activities, l.activity(e.act))
		}
		r.Variants = append(r.Variants, v)
	}
	slices.Sort(w.took)
	r.Duration = Spread{Quantile(w.took, 0.5), Quantile(w.took, 0.9)}
}
