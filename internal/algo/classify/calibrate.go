package classify

import "math"

// calibrate finds a and b so that softmax(a·score + b) gives the labels of
// rows scored by machines that have not learned them. a is found by Newton's
// method on ln a, which keeps it positive, with a weak prior at 2.5; b by
// making the expected number of each label what it is, with one more of each.
//
// Then the probability of the likeliest label is brought to how often it is
// right: sure does that with what the same rows tell.
//
// Cost: O(rounds · rows · labels) with at most 20,000 rows looked at.
func calibrate(held []float32, y []int32, k int) (a float32, b []float32, s sure) {
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
		bias[j] = float64(b[j])
	}
	a = float32(math.Exp(la))
	var tops []float64
	var right []bool
	for i := 0; i < n; i += step {
		softmax(p, held[i*k:i*k+k], float64(a), bias)
		top := likeliest(p)
		tops, right = append(tops, logit(p[top])), append(right, int(y[i]) == top)
	}
	return a, b, fitSure(tops, right)
}

// sure brings the probability p of the likeliest label to how often that is
// right: logit(p') = by·logit(p) + more. With many labels a softmax is surer
// than it is right where it is sure, and less where it is not (Gupta and
// Ramdas, Top-label calibration and multiclass-to-binary reductions, ICLR
// 2022). The zero value leaves it as it is.
type sure struct{ by, more float32 }

// fitSure finds by and more by Newton's method on the logarithmic loss, with a
// prior of as much as ten rows would say that nothing is to be changed.
func fitSure(tops []float64, right []bool) sure {
	const (
		rounds = 20
		prior  = 10.0
	)
	was := [2]float64{1, 1} // one right and one wrong besides (Platt 1999)
	for _, yes := range right {
		if yes {
			was[1]++
		} else {
			was[0]++
		}
	}
	target := [2]float64{1 / (1 + was[0]), was[1] / (1 + was[1])}
	by, more := 1.0, 0.0
	for range rounds {
		g1, g0 := prior*(by-1), prior*more
		h11, h10, h00 := prior, 0.0, prior
		for i, x := range tops {
			q := 1 / (1 + math.Exp(-by*x-more))
			d := q - target[0]
			if right[i] {
				d = q - target[1]
			}
			w := q * (1 - q)
			g1, g0 = g1+d*x, g0+d
			h11, h10, h00 = h11+w*x*x, h10+w*x, h00+w
		}
		det := h11*h00 - h10*h10
		by = max(0.05, min(3, by-(h00*g1-h10*g0)/det))
		more = max(-5, min(5, more-(h11*g0-h10*g1)/det))
	}
	return sure{float32(by), float32(more)}
}

// apply changes probabilities p of all labels; the likeliest stays so. Nobody
// is surer than (rows+1)/(rows+2), the rule of succession of rows that were all
// right.
func (s sure) apply(p []float64, rows int) {
	if s == (sure{}) || len(p) < 2 {
		return
	}
	top, second := likeliest(p), 0.0
	for j, x := range p {
		if j != top {
			second = max(second, x)
		}
	}
	rest := 1 - p[top]
	if rest <= 0 {
		return
	}
	now := 1 / (1 + math.Exp(-float64(s.by)*logit(p[top])-float64(s.more)))
	now = min(now, float64(rows+1)/float64(rows+2))
	least := second / (rest + second) // there both would be the same
	now = max(now, least+(1-least)*1e-6)
	for j := range p {
		p[j] *= (1 - now) / rest
	}
	p[top] = now
}

func likeliest(p []float64) int {
	top := 0
	for j, x := range p {
		if x > p[top] {
			top = j
		}
	}
	return top
}

// logit is ln(p/(1-p)), within what a float32 of a score can say.
func logit(p float64) float64 {
	p = max(1e-9, min(1-1e-9, p))
	return math.Log(p / (1 - p))
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
