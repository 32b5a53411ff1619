package rates

import (
	"math"
	"slices"
)

// Tails is how likely a rate of n cases is to come out as low as rate, or as
// high, if its true value is target: P(R ≤ n·rate) and P(R ≥ n·rate) of the
// binomial distribution, which the incomplete beta function continues to
// counts that are not whole, I_{1−p}(n−r, r+1) and I_p(r, n−r+1). n need not be
// whole either: a rate that was adjusted for what its cases are like has an
// effective n (Standing.Size).
func Tails(target, n, rate float64) (low, high float64) {
	r := min(max(rate, 0), 1) * n
	if n <= 0 || math.IsNaN(r) {
		return 1, 1
	}
	target = min(max(target, 0), 1)
	return atMost(r, n, target), atLeast(r, n, target)
}

// atMost is the chance of at most r of n.
func atMost(r, n, p float64) float64 {
	if r >= n {
		return 1
	}
	return betaI(1-p, n-r, r+1)
}

// atLeast is the chance of at least r of n.
func atLeast(r, n, p float64) float64 {
	if r <= 0 {
		return 1
	}
	return betaI(p, r, n-r+1)
}

// Limits is where the rate of n cases stays in all but so many of 1,000
// samples if its true value is target: the control limits of a funnel plot, at
// the tails (1−within)/2. A rate beyond one has a tail (Tails) below that, and a
// rate of 0 or 1 is beyond none that chance alone would give it too often.
// Within is 0.95 or 0.998 by custom. It is exact to a millionth, for about 40
// evaluations of the incomplete beta function.
//
// D. J. Spiegelhalter, Funnel Plots for Comparing Institutional Performance,
// Statistics in Medicine 24 (2005) 1185–1202, who interpolates between whole
// counts (appendix A.1.1); continued as in Tails the limits are smooth, and a
// whole count is beyond them just when its exact tail says so.
func Limits(target, n, within float64) Interval {
	if n <= 0 || math.IsNaN(n) {
		return Interval{0, 1}
	}
	target = min(max(target, 0), 1)
	tail := (1 - within) / 2
	i := Interval{0, 1}
	if atMost(0, n, target) < tail {
		i.Low = crossing(func(rate float64) bool { return atMost(rate*n, n, target) >= tail })
	}
	if atLeast(n, n, target) < tail {
		i.High = crossing(func(rate float64) bool { return atLeast(rate*n, n, target) < tail })
	}
	return i
}

// crossing finds the rate, to a millionth, at which is turns true.
func crossing(is func(rate float64) bool) float64 {
	low, high := 0.0, 1.0
	for high-low > 1e-6 {
		if middle := (low + high) / 2; is(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return (low + high) / 2
}

// A Cell counts the cases of one group that are alike. Strata says what they
// are like, the finest first and all of the same length: "potholes, urgent, by
// telephone", "potholes", "roads", "". Each has to be inside the next.
type Cell struct {
	Group    string
	Strata   []string
	N, Count int
}

// A Standing is the rate of a group beside what the rate of others with like
// cases would give: indirect standardisation.
type Standing struct {
	N, Count int
	Expected float64 // how many there would be if each case went as such cases go elsewhere
	Variance float64 // of the count, if so: Σ p(1−p)
	// Coarse is how many cases were compared by more than the finest stratum,
	// since elsewhere there are not enough as fine.
	Coarse int
}

// Ratio is observed by expected; NaN where nothing is expected.
func (s Standing) Ratio() float64 {
	if s.Expected <= 0 {
		return math.NaN()
	}
	return float64(s.Count) / s.Expected
}

// Interval is the 95 % interval of Ratio: Wilson's of the count, by what is
// expected.
func (s Standing) Interval() Interval {
	if s.Expected <= 0 {
		return Interval{0, math.Inf(1)}
	}
	w, by := Wilson(s.Count, s.N), float64(s.N)/s.Expected
	return Interval{w.Low * by, w.High * by}
}

// Adjusted is the rate the group would have with the cases of all: target, the
// rate of all, times what was observed by what was expected of whichever is
// rarer, success or failure, as mortality is adjusted by deaths and not by
// survivors. A group that loses none has 1, and none above. It is NaN where
// nothing is expected.
func (s Standing) Adjusted(target float64) float64 {
	if target <= 0.5 {
		return min(target*s.Ratio(), 1)
	}
	failures := float64(s.N) - s.Expected
	if failures <= 0 {
		return math.NaN()
	}
	return max(1-(1-target)*float64(s.N-s.Count)/failures, 0)
}

// Size is how many cases of the rate target say as much as Adjusted does,
// the n of a funnel plot: target(1−target) over the variance of Adjusted. It is
// N where all cases are alike.
func (s Standing) Size(target float64) float64 {
	if s.Variance <= 0 || target <= 0 || target >= 1 {
		return float64(s.N)
	}
	rarer, share := s.Expected, target
	if target > 0.5 {
		rarer, share = float64(s.N)-s.Expected, 1-target
	}
	return (1 - share) * rarer * rarer / (share * s.Variance)
}

// Standardise gives each group's standing. What is expected of a cell is the
// rate of the other groups in its finest stratum in which they have at least
// so many cases. A group is not compared with itself: where it alone has a
// kind of case, expecting what it did would hide whatever it did. Where others
// have too few in every stratum, nothing is compared and the cell is left out
// of the standing. Where it never or always went well elsewhere, that is taken
// as half a case short of certain: what did not happen in n cases can happen.
//
// It is one pass over the cells for each stratum level: O(cells × levels).
func Standardise(cells []Cell, least int) map[string]Standing {
	type key struct {
		level  int
		strata string
	}
	type sum struct{ n, count int }
	all, own := map[key]sum{}, map[string]map[key]sum{}
	for _, c := range cells {
		if own[c.Group] == nil {
			own[c.Group] = map[key]sum{}
		}
		for level, s := range c.Strata {
			k := key{level, s}
			a, o := all[k], own[c.Group][k]
			all[k], own[c.Group][k] = sum{a.n + c.N, a.count + c.Count}, sum{o.n + c.N, o.count + c.Count}
		}
	}
	standings := make(map[string]Standing, len(own))
	for _, c := range cells {
		s := standings[c.Group]
		for level, name := range c.Strata {
			k := key{level, name}
			a, o := all[k], own[c.Group][k]
			others := sum{a.n - o.n, a.count - o.count}
			if others.n < max(least, 1) {
				continue
			}
			p := float64(others.count) / float64(others.n)
			if others.count == 0 || others.count == others.n {
				p = (float64(others.count) + 0.5) / float64(others.n+1)
			}
			s.N += c.N
			s.Count += c.Count
			s.Expected += p * float64(c.N)
			s.Variance += p * (1 - p) * float64(c.N)
			if level > 0 {
				s.Coarse += c.N
			}
			break
		}
		standings[c.Group] = s
	}
	return standings
}

// Spread is by how much more groups differ than chance alone would make them:
// the mean of the squared deviations z = (rate − target) / √(target(1−target)/n)
// with the outermost tenth on either side drawn in. About 1 is chance; well
// above it, cases differ in ways nobody wrote down, and limits are too narrow.
// It is 0 where there is nothing to compare.
//
// Spiegelhalter (2005), section 5, equation 7. It takes O(g log g) for g groups.
func Spread(z []float64) float64 {
	if len(z) == 0 {
		return 0
	}
	z = slices.Sorted(slices.Values(z))
	low, high := z[len(z)/10], z[len(z)-1-len(z)/10]
	sum := 0.0
	for _, v := range z {
		v = min(max(v, low), high)
		sum += v * v
	}
	return sum / float64(len(z))
}
