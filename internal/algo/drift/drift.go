// Package drift says how far what comes in now differs from what came before,
// and whether chance alone would make it differ so: shares of categories, and
// words that come more often or more seldom.
//
// That messages have drifted says nothing of whether a model has grown worse:
// that is measured on labelled rows, by package classify. It says where to
// look.
package drift

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// A Shift is how far one distribution lies from another.
type Shift struct {
	Before int `json:"before"` // observations
	Now    int `json:"now"`
	// JSD is the Jensen–Shannon divergence in bits, from 0, the same, to 1,
	// nothing in common.
	JSD float64 `json:"jsd"`
	// PSI is the population stability index. By custom below 0.1 is little
	// and above 0.25 is much, whatever the numbers are; Usual says more.
	PSI float64 `json:"psi"`
	// UsualJSD and UsualPSI are what chance stays below 95 times of 100 if
	// nothing has changed.
	UsualJSD float64 `json:"usual_jsd"`
	UsualPSI float64 `json:"usual_psi"`
	// P is the probability of a JSD as large by chance.
	P     float64 `json:"p"`
	Parts []Part  `json:"parts"` // by how much they add to JSD, the most first
}

// A Part is one value of a distribution.
type Part struct {
	Name   string  `json:"name"`
	Before int     `json:"before"`
	Now    int     `json:"now"`
	Adds   float64 `json:"adds"` // to JSD, in bits
}

const draws = 400

// Compare compares counts by name, which may be any numbers from 0 up; a name
// that one side lacks counts 0 there. The zero Shift if a side is empty.
//
// With shares p before, q now and m = (p+q)/2,
//
//	JSD = ½ Σ p·log2(p/m) + ½ Σ q·log2(q/m)
//
// (J. Lin, Divergence measures based on the Shannon entropy, IEEE Transactions
// on Information Theory 37, 1991), and with shares p', q' of counts to which ½
// is added, so that none is 0,
//
//	PSI = Σ (q' − p')·ln(q'/p')
//
// (B. Yurdakul, Statistical Properties of Population Stability Index, 2018,
// who shows that its size by chance falls with the numbers, which fixed limits
// ignore). What chance does is found by drawing both samples 400 times from
// the two put together: a parametric bootstrap, the same for the same seed.
//
// Cost: O(400 · (before + now) + 400 · names).
func Compare(before, now map[string]int, seed uint64) Shift {
	seen := map[string]int{}
	maps.Copy(seen, before)
	maps.Copy(seen, now)
	names := slices.Sorted(maps.Keys(seen))
	a, b := make([]int, len(names)), make([]int, len(names))
	s := Shift{}
	for i, n := range names {
		a[i], b[i] = max(before[n], 0), max(now[n], 0)
		s.Before += a[i]
		s.Now += b[i]
	}
	if s.Before == 0 || s.Now == 0 {
		return Shift{Before: s.Before, Now: s.Now, P: 1}
	}
	adds := make([]float64, len(names))
	s.JSD, s.PSI = distances(a, b, s.Before, s.Now, adds)
	for i, n := range names {
		s.Parts = append(s.Parts, Part{n, a[i], b[i], adds[i]})
	}
	slices.SortStableFunc(s.Parts, func(a, b Part) int { return cmp.Compare(b.Adds, a.Adds) })

	pool := make([]int, len(names)) // up to and with each name
	sum := 0
	for i := range names {
		sum += a[i] + b[i]
		pool[i] = sum
	}
	rng := rand.New(rand.NewPCG(seed, 7))
	jsd, psi := make([]float64, draws), make([]float64, draws)
	larger := 0
	for i := range draws {
		draw(rng, pool, a, s.Before)
		draw(rng, pool, b, s.Now)
		jsd[i], psi[i] = distances(a, b, s.Before, s.Now, nil)
		if jsd[i] >= s.JSD {
			larger++
		}
	}
	sort.Float64s(jsd)
	sort.Float64s(psi)
	s.UsualJSD, s.UsualPSI = jsd[draws*95/100-1], psi[draws*95/100-1]
	s.P = float64(larger+1) / (draws + 1)
	return s
}

// draw fills counts with n draws from the distribution whose running sums are
// pool.
func draw(rng *rand.Rand, pool, counts []int, n int) {
	clear(counts)
	total := pool[len(pool)-1]
	for range n {
		x := rng.IntN(total)
		i, _ := slices.BinarySearch(pool, x+1)
		counts[i]++
	}
}

func distances(a, b []int, n, m int, adds []float64) (jsd, psi float64) {
	k := 0.0 // names that occur
	for i := range a {
		if a[i]+b[i] > 0 {
			k++
		}
	}
	for i := range a {
		if a[i]+b[i] == 0 {
			continue
		}
		p, q := float64(a[i])/float64(n), float64(b[i])/float64(m)
		mid := (p + q) / 2
		part := 0.0
		if p > 0 {
			part += p * math.Log2(p/mid) / 2
		}
		if q > 0 {
			part += q * math.Log2(q/mid) / 2
		}
		if adds != nil {
			adds[i] = part
		}
		jsd += part
		p, q = (float64(a[i])+0.5)/(float64(n)+k/2), (float64(b[i])+0.5)/(float64(m)+k/2)
		psi += (q - p) * math.Log(q/p)
	}
	return max(jsd, 0), psi
}
