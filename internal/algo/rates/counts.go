package rates

import (
	"maps"
	"slices"
)

// A Histogram counts how often each whole number came.
type Histogram map[int]int

// N is how many numbers there are.
func (h Histogram) N() (n int) {
	for _, count := range h {
		n += count
	}
	return n
}

// Rank is which of n sorted values, from 1, has the share p of 100 of them at
// or below it.
func Rank(n, p int) int { return max(1, (n*p+99)/100) }

// Quantiles gives, for each p from the smallest, the nearest-rank percentile:
// the smallest number that p of 100 are at or below. It is one that came, and
// 0 of nothing.
//
// R. J. Hyndman, Y. Fan, Sample Quantiles in Statistical Packages, The
// American Statistician 50 (1996) 361–365, definition 1.
//
// It takes O(k log k) for k different numbers.
func (h Histogram) Quantiles(ps ...int) []int {
	found := make([]int, 0, len(ps))
	n, below := h.N(), 0
	for _, v := range slices.Sorted(maps.Keys(h)) {
		below += h[v]
		for len(found) < len(ps) && Rank(n, ps[len(found)]) <= below {
			found = append(found, v)
		}
	}
	return found[:len(ps)]
}

// Binned counts in bins that end before the given numbers, in order, and a
// last one of all the rest: O(k log b) for k different numbers and b bins.
func (h Histogram) Binned(ends []int) []int {
	bins := make([]int, len(ends)+1)
	for v, count := range h {
		i, found := slices.BinarySearch(ends, v)
		if found {
			i++
		}
		bins[i] += count
	}
	return bins
}
