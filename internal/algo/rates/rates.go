// Package rates says how much a rate of so many cases can be trusted, and
// which of several rates differ by more than chance: intervals of proportions
// and counts, control limits of funnel plots, expectations by what the cases
// are like, and nearest-rank quantiles. It is pure arithmetic on counts: where
// nothing else is said, a figure takes the same time whatever the counts are,
// and no memory.
//
// Where an argument makes no sense (a count above its denominator, a share
// outside 0 to 1) the functions give what the nearest sensible one would.
package rates

import "math"

// An Interval is a range that holds the true value in so many of 100 samples.
type Interval struct{ Low, High float64 }

// Has reports whether the interval holds v.
func (i Interval) Has(v float64) bool { return i.Low <= v && v <= i.High }

// Z95 and Z998 are the standard normal deviations that 95 % and 99.8 % of
// samples stay within, on both sides: the two limits of a funnel plot.
const (
	Z95  = 1.959963984540054
	Z998 = 3.090232306167813
)

// Wilson is the 95 % score interval of the proportion count/n: those shares p
// for which count is within Z95 standard deviations √(np(1−p)) of np,
//
//	(p̂ + z²/2n ± z √(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n).
//
// Unlike p̂ ± z √(p̂(1−p̂)/n) it stays between 0 and 1 and holds for small n
// and rare events. Of nothing, it is 0 to 1: nothing is known.
//
// E. B. Wilson, Probable Inference, the Law of Succession, and Statistical
// Inference, JASA 22 (1927) 209–212; R. G. Newcombe, Statistics in Medicine
// 17 (1998) 857–872, method 3.
func Wilson(count, n int) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	count = min(max(count, 0), n)
	size, p := float64(n), float64(count)/float64(n)
	const z2 = Z95 * Z95
	middle := p + z2/(2*size)
	reach := Z95 * math.Sqrt(p*(1-p)/size+z2/(4*size*size))
	i := Interval{(middle - reach) / (1 + z2/size), (middle + reach) / (1 + z2/size)}
	// At the ends the formula gives 0 and 1 but for the last digit.
	if count == 0 {
		i.Low = 0
	}
	if count == n {
		i.High = 1
	}
	return i
}

// Poisson is the exact 95 % interval of the mean of a count of independent
// events of which so many came: half the chi-square quantiles,
// χ²(0.025; 2c)/2 to χ²(0.975; 2c+2)/2, found by bisection.
//
// F. Garwood, Fiducial Limits for the Poisson Distribution, Biometrika 28
// (1936) 437–442.
func Poisson(count int) Interval {
	c := float64(max(count, 0))
	const tail = 0.025
	high := bisect(0, c+10+10*math.Sqrt(c+1), func(mean float64) bool { return gammaQ(c+1, mean) <= tail })
	if c == 0 {
		return Interval{0, high}
	}
	low := bisect(0, c, func(mean float64) bool { return 1-gammaQ(c, mean) >= tail })
	return Interval{low, high}
}

// bisect finds where is turns from false to true between low and high, to
// the last digits. It asks about 60 times.
func bisect(low, high float64, is func(float64) bool) float64 {
	for range 200 {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			break
		}
		if is(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}
