package topics

import (
	"math"
	"slices"

	"yiwang/internal/algo/text"
)

// People counts different people in bounded memory: exactly up to 256, then
// by the share of all hashes that the 256 smallest take up (Bar-Yossef et
// al., Counting distinct elements in a data stream, 2002), within about 6 %.
type people []uint64 // the smallest hashes, ascending

const counted = 256

func (p *people) add(h uint64) {
	k, found := slices.BinarySearch(*p, h)
	if found || k == counted {
		return
	}
	*p = slices.Insert(*p, k, h)
	if len(*p) > counted {
		*p = (*p)[:counted]
	}
}

func (p people) count() int {
	if len(p) < counted {
		return len(p)
	}
	return int(math.Round((counted - 1) / (float64(p[counted-1]) / math.MaxUint64)))
}

func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return text.Mix(h)
}
