package patterns

import (
	"math"
	"slices"
)

// Fisher is the probability that of n transactions, a of which have the one
// thing and c the other, both or more have both, if the two have nothing to do
// with each other:
//
//	P = Σ_{x ≥ both} C(a,x)·C(n-a,c-x) / C(n,c)
//
// the upper tail of the hypergeometric distribution. Below 10⁻³⁰⁸ it is 0. The
// relative error grows with n, to about 10⁻⁸ at a million. It sums outwards
// from both until nothing changes, which takes about as many steps as the
// distribution is wide: at most some √n.
func Fisher(n, a, c, both int) float64 {
	low, high := max(0, a+c-n), min(a, c)
	switch {
	case both <= low:
		return 1
	case both > high:
		return 0
	}
	// The shorter tail: beyond the mean its terms only get smaller.
	if float64(both)*float64(n) > float64(a)*float64(c) {
		sum, term := 0.0, 1.0
		for x := both; ; x++ {
			sum += term
			if x == high {
				break
			}
			term *= float64(a-x) / float64(x+1) * (float64(c-x) / float64(n-a-c+x+1))
			if term < sum*1e-17 {
				break
			}
		}
		return min(1, math.Exp(logHyper(n, a, c, both)+math.Log(sum)))
	}
	sum, term := 0.0, 1.0
	for x := both - 1; ; x-- {
		sum += term
		if x == low {
			break
		}
		term *= float64(x) / float64(a-x+1) * (float64(n-a-c+x) / float64(c-x+1))
		if term < sum*1e-17 {
			break
		}
	}
	return max(0, 1-math.Exp(logHyper(n, a, c, both-1)+math.Log(sum)))
}

// logHyper is the logarithm of the probability of exactly x.
func logHyper(n, a, c, x int) float64 {
	return logChoose(a, x) + logChoose(n-a, c-x) - logChoose(n, c)
}

func logChoose(n, k int) float64 { return logFactorial(n) - logFactorial(k) - logFactorial(n-k) }

func logFactorial(n int) float64 {
	l, _ := math.Lgamma(float64(n) + 1)
	return l
}

// Correct gives rules that were found in several searches their P corrected for
// all that were tried in all of them, as if it had been one. With P₁ ≤ P₂ ≤ … of
// m tried,
//
//	Holm_i = max_{j ≤ i} (m-j+1)·P_j    BH_i = min_{j ≥ i} m·P_j/j
//
// each at most 1. What is not tested has P 1 and stands last. What is tried twice
// counts twice, so that searches should ask different things.
func Correct(searches ...*Rules) {
	m := 0.0
	var tested []float64
	for _, s := range searches {
		m += float64(s.Tried)
		tested = append(tested, s.tested...)
	}
	slices.Sort(tested)
	holm, bh := make([]float64, len(tested)), make([]float64, len(tested))
	most, least := 0.0, 1.0
	for j, p := range tested {
		most = max(most, min(1, (m-float64(j))*p))
		holm[j] = most
	}
	for j, p := range slices.Backward(tested) {
		least = min(least, m*p/float64(j+1))
		bh[j] = least
	}
	for _, s := range searches {
		for i, k := range s.kept {
			j, _ := slices.BinarySearch(tested, k.p) // the first of equal ones
			s.kept[i].holm, s.kept[i].bh = holm[j], bh[j]
		}
	}
}
