package classify

import "math"

// calibrate finds a and b so that softmax(a·score + b) gives the labels of
// rows scored by machines that have not learned them. a is found by Newton's
// method on ln a, which keeps it positive, with a weak prior at 2.5; b by
// making the expected number of each label what it is, with one more of each.
//
// Cost: O(rounds · rows · labels) with at most 20,000 rows looked at.
func calibrate(held []float32, y []int32, k int) (a float32, b []float32) {
	const (
		most   = 20_000
		rounds = 25
		start  = 2.5
		prior  = 2.0 // strength, in rows
	)
	n := len(y)
	step := max(1, n/most)
	la := math.Log(start)
	bias := make([]float64, k)
	p := make([]float64, k)
	want, got := make([]float64, k), make([]float64, k)
	for range rounds {
		scale := math.Exp(la)
		grad, curve := prior*(la-math.Log(start)), prior
		for i := range k {
			want[i], got[i] = 1, 1
		}
		for i := 0; i < n; i += step {
			s := held[i*k : i*k+k]
			softmax(p, s, scale, bias)
			var mean, square float64
			for j, q := range p {
				x := scale * float64(s[j])
				mean += q * x
				square += q * x * x
				got[j] += q
			}
			want[y[i]]++
			grad += mean - scale*float64(s[y[i]])
			curve += square - mean*mean
		}
		move := max(-0.5, min(0.5, -grad/curve))
		la = max(-4, min(4, la+move))
		for j := range bias {
			bias[j] += math.Log(want[j] / got[j])
		}
	}
	var mean float64
	for _, x := range bias {
		mean += x / float64(k)
	}
	b = make([]float32, k)
	for j, x := range bias {
		b[j] = float32(max(-20, min(20, x-mean)))
	}
	return float32(math.Exp(la)), b
}

// softmax sets p to the probabilities of scores s.
func softmax(p []float64, s []float32, a float64, b []float64) {
	top := math.Inf(-1)
	for j := range s {
		p[j] = a*float64(s[j]) + b[j]
		top = max(top, p[j])
	}
	var sum float64
	for j := range p {
		p[j] = math.Exp(p[j] - top)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
}
