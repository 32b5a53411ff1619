package similar

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"sync/atomic"
)

// A Sketch is what an index keeps of a message, so that one that says nearly
// the same is found among millions without their words: the smallest hashes
// of its shingles, ascending, at most 48 (a bottom-k sketch, Broder 1997,
// Cohen and Kaplan 2007). A shingle is as many units as have at least four
// signs, a word counting two; of a shorter text, all of it.
//
// A sketch of a message of up to 48 shingles is the message as a set; of a
// longer one it is a fair sample, the same for the same words.
type Sketch []uint32

const (
	sketchSize   = 48
	filed        = 6
	common       = 1000 // messages with a band; where so many are, the newest tell little
	leastProbed  = 16
	shingleSigns = 4
)

// NewSketch gives the sketch of a message, its address written behind it if
// it has one: nil if it has no words. The cost is linear but for sorting.
func NewSketch(s string) Sketch {
	us := units(s)
	var list []uint32
	for from, to, signs := 0, 0, 0; from < len(us); from++ {
		for to < len(us) && signs < shingleSigns {
			signs += signsOf(us[to])
			to++
		}
		if signs < shingleSigns && from > 0 {
			break
		}
		h := uint64(hashBegin)
		for _, u := range us[from:to] {
			h = join(h, u.hash)
		}
		list = append(list, uint32(h>>32))
		signs -= signsOf(us[from])
	}
	slices.Sort(list)
	list = slices.Compact(list)
	return slices.Clone(list[:min(len(list), sketchSize)])
}

func signsOf(u unit) int {
	if u.word {
		return 2
	}
	return 1
}

// A Filing says where a message is filed, so that those like it are found
// there. Its bands are the hashes of its sketch, and it is filed under the six that
// fewest messages had before, since a greeting that everybody writes, or the
// name of what everybody complains about, is no place to look in. Of two
// messages that share the part D of their shingles (Dice) the one then finds
// the other with about 1 − (1−D)⁶.
//
// Looking up, the bands that very many had are passed over while enough are
// left.
//
// It counts in four megabytes (a count-min sketch, Cormode and Muthukrishnan
// 2005, of two cells a band, updated conservatively as by Estan and Varghese
// 2002), and begins by knowing nothing, so that it asks for all bands: programs
// that have counted differently, or not at all, find what each other filed. It may be used from many goroutines; a count that two
// of them lose changes nothing much.
type Filing struct {
	counts [1 << 20]atomic.Uint32
}

func (f *Filing) cells(band int64) (a, b *atomic.Uint32) {
	h := spread(uint64(band))
	return &f.counts[h%uint64(len(f.counts))], &f.counts[h>>32%uint64(len(f.counts))]
}

// count counts a band and says how often it was, or more.
func (f *Filing) count(band int64) uint32 {
	a, b := f.cells(band)
	x, y := a.Load(), b.Load()
	n := min(x, y) + 1
	if x < n {
		a.Store(n)
	}
	if y < n {
		b.Store(n)
	}
	return n
}

// Bands gives the bands of s to file it under, ascending, and counts it. The
// cost is constant.
func (f *Filing) Bands(s Sketch) []int64 {
	return rarest(s, f.count, func(n int, _ uint32) bool { return n < filed })
}

// Probes gives the bands of s to look for others under, ascending.
func (f *Filing) Probes(s Sketch) []int64 {
	return rarest(s, func(band int64) uint32 {
		a, b := f.cells(band)
		return min(a.Load(), b.Load())
	}, func(n int, count uint32) bool { return n < leastProbed || count < common })
}

// rarest gives bands of s from the rarest on, as long as take takes the n-th
// with its count.
func rarest(s Sketch, count func(band int64) uint32, take func(n int, count uint32) bool) []int64 {
	var counts [sketchSize]uint32
	bands := make([]int64, len(s))
	order := make([]int, len(s))
	for i, h := range s {
		bands[i], order[i] = int64(h), i
		counts[i] = count(bands[i])
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(counts[i], counts[j]) })
	n := 0
	for n < len(order) && take(n, counts[order[n]]) {
		n++
	}
	list := make([]int64, n)
	for i, at := range order[:n] {
		list[i] = bands[at]
	}
	slices.Sort(list)
	return list
}

// Likeness estimates the share of the shingles of either message that is in
// both (Jaccard), from 0 to 1: exactly for messages of up to 48 shingles,
// else with a standard error of at most 0.07. 0 if one is empty.
func (s Sketch) Likeness(o Sketch) float64 {
	// The union is known up to where a sketch that was cut ends.
	end := ^uint32(0)
	for _, x := range [2]Sketch{s, o} {
		if len(x) == sketchSize {
			end = min(end, x[sketchSize-1])
		}
	}
	var both, either int
	a, b := s, o
	for len(a) > 0 || len(b) > 0 {
		var next uint32
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			next, a = a[0], a[1:]
		case len(a) == 0 || b[0] < a[0]:
			next, b = b[0], b[1:]
		default:
			next, a, b = a[0], a[1:], b[1:]
			if next <= end {
				both++
			}
		}
		if next > end {
			break
		}
		either++
	}
	if either == 0 {
		return 0
	}
	return float64(both) / float64(either)
}

// Bytes gives the sketch as it is kept: four bytes a hash, big-endian.
func (s Sketch) Bytes() []byte {
	b := make([]byte, 0, 4*len(s))
	for _, h := range s {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	return b
}

// ReadSketch reads what Bytes gave.
func ReadSketch(b []byte) (Sketch, error) {
	if len(b)%4 != 0 || len(b) > 4*sketchSize {
		return nil, errors.New("similar: these bytes are no sketch")
	}
	s := make(Sketch, len(b)/4)
	for i := range s {
		s[i] = binary.BigEndian.Uint32(b[4*i:])
		if i > 0 && s[i] <= s[i-1] {
			return nil, errors.New("similar: the hashes of a sketch do not ascend")
		}
	}
	return s, nil
}
