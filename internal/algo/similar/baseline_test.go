package similar_test

import (
	"math"
	"testing"

	"yiwang/internal/algo/similar"
	"yiwang/internal/algo/text"
)

// cosines is what Scorer is measured against: the cosine of the counts of one
// and two neighbouring signs, weighted by 1 + ln((1+N)/(1+df)) over all N
// texts, as scikit-learn's TfidfVectorizer(analyzer="char",
// ngram_range=(1, 2)) has it.
func cosines(pairs []similar.Pair) []float64 {
	bags := make([][2]map[string]float64, len(pairs))
	df := map[string]float64{}
	for i, p := range pairs {
		for j, s := range [2]string{p.A, p.B} {
			signs := []rune(text.Normalize(s))
			bag := map[string]float64{}
			for k := range signs {
				bag[string(signs[k])]++
				if k > 0 {
					bag[string(signs[k-1:k+1])]++
				}
			}
			for g := range bag {
				df[g]++
			}
			bags[i][j] = bag
		}
	}
	n := float64(2 * len(pairs))
	square := func(g string) float64 { w := 1 + math.Log((1+n)/(1+df[g])); return w * w }
	out := make([]float64, len(pairs))
	for i, b := range bags {
		var dot, x, y float64
		for g, c := range b[0] {
			dot += c * b[1][g] * square(g)
			x += c * c * square(g)
		}
		for g, c := range b[1] {
			y += c * c * square(g)
		}
		if x > 0 && y > 0 {
			out[i] = dot / math.Sqrt(x*y)
		}
	}
	return out
}

func TestCosines(t *testing.T) {
	got := cosines([]similar.Pair{{A: "路灯不亮", B: "路灯不亮"}, {A: "路灯", B: "水管"}, {A: "", B: "水管"}})
	if math.Abs(got[0]-1) > 1e-9 || got[1] != 0 || got[2] != 0 {
		t.Error(got)
	}
}
