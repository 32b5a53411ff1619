package rates

import "math"

// Both fractions are those of W. H. Press et al., Numerical Recipes, 3rd ed.
// (2007), §§6.2 and 6.4, evaluated by Lentz's method; they settle within some
// √n steps.

const (
	tiny    = 1e-300
	settled = 1e-15
	most    = 100_000
)

// lentz evaluates the continued fraction b₀ + a₁/(b₁ + a₂/(b₂ + …)).
func lentz(b0 float64, at func(i int) (a, b float64)) float64 {
	f := b0
	if f == 0 {
		f = tiny
	}
	c, d := f, 0.0
	for i := 1; i < most; i++ {
		a, b := at(i)
		if d = b + a*d; d == 0 {
			d = tiny
		}
		if c = b + a/c; c == 0 {
			c = tiny
		}
		d = 1 / d
		step := c * d
		f *= step
		if math.Abs(step-1) < settled {
			break
		}
	}
	return f
}

func logGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// betaI is the regularised incomplete beta function I_x(a, b), a, b > 0.
func betaI(x, a, b float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2): // the fraction settles fast on the other side
		return 1 - betaI(1-x, b, a)
	}
	front := math.Exp(logGamma(a+b)-logGamma(a)-logGamma(b)+a*math.Log(x)+b*math.Log1p(-x)) / a
	return front / lentz(1, func(i int) (float64, float64) {
		m := float64(i / 2)
		if i%2 == 0 {
			return m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m)), 1
		}
		return -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1)), 1
	})
}

// gammaQ is the regularised upper incomplete gamma function Q(a, x), a > 0:
// the chance of fewer than a events where x are expected.
func gammaQ(a, x float64) float64 {
	if x <= 0 {
		return 1
	}
	front := math.Exp(a*math.Log(x) - x - logGamma(a))
	if x < a+1 {
		sum, term := 1/a, 1/a
		for n := 1; n < most && term > sum*settled; n++ {
			term *= x / (a + float64(n))
			sum += term
		}
		return 1 - front*sum
	}
	return front / lentz(x+1-a, func(i int) (float64, float64) {
		n := float64(i)
		return -n * (n - a), x + 2*n + 1 - a
	})
}
