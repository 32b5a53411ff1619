package similar

import (
	"math"
	"math/rand/v2"
)

// vectors are directions of terms: two that occur in the same pairs, as 怎么
// and 如何 do, point nearly the same way.
//
// They are those of cross-language latent semantic indexing (Dumais,
// Letsche, Littman and Landauer 1997) with both "languages" the same: each
// pair is one document, a row of the terms of both texts with their idf
// weights, at length one. Of that matrix X (pairs × terms) the first
// dimensions right singular vectors, times their singular values, are found by
// subspace iteration (Halko, Martinsson and Tropp 2011) and cut to length one.
// Cost: (iterations + 2) · 4 · dimensions · the entries of X.
type vectors struct {
	of []float32 // dimensions numbers a term; all 0 for one that is too rare
}

const (
	dimensions   = 32
	iterations   = 4
	leastTexts   = 3       // with a term, or its direction is chance
	mostEntries  = 4 << 20 // of X; of more pairs, every second, third … is read
	learningSeed = 1
)

// learnVectors learns from docs, of which each two that follow one another are
// a pair.
func learnVectors(docs [][]int32, df []int32, idf []float64) *vectors {
	entries := 0
	for _, d := range docs {
		entries += len(d)
	}
	step := 1 + entries/mostEntries
	var rows []row
	for i := 0; i+1 < len(docs); i += 2 * step {
		rows = append(rows, newRow(docs[i], docs[i+1], df, idf))
	}
	q := newBlock(len(df))
	rng := rand.New(rand.NewPCG(learningSeed, dimensions))
	for i := range q {
		q[i] = rng.NormFloat64()
	}
	lengths := q.orthonormal()
	for range iterations + 1 {
		q = q.through(rows)
		lengths = q.orthonormal() // of XᵀX: the squares of the singular values
	}
	v := &vectors{of: make([]float32, len(q))}
	for t := range df {
		from := q[t*dimensions : (t+1)*dimensions]
		var sum float64
		for k := range from {
			from[k] *= math.Sqrt(lengths[k])
			sum += from[k] * from[k]
		}
		if sum > 1e-18 {
			for k := range from {
				v.of[t*dimensions+k] = float32(from[k] / math.Sqrt(sum))
			}
		}
	}
	return v
}

func (v *vectors) has(t int32) bool {
	for _, x := range v.of[t*dimensions : (t+1)*dimensions] {
		if x != 0 {
			return true
		}
	}
	return false
}

// cosine is that of the directions of two terms.
func (v *vectors) cosine(a, b int32) float64 {
	x, y := v.of[a*dimensions:(a+1)*dimensions], v.of[b*dimensions:(b+1)*dimensions]
	var sum float32
	for k := range x {
		sum += x[k] * y[k]
	}
	return float64(sum)
}

// A row is a row of X: the terms of a pair that are not too rare.
type row struct {
	terms   []int32
	weights []float64
}

func newRow(a, b, df []int32, idf []float64) row {
	twice := make(map[int32]float64, len(a))
	for _, t := range a {
		twice[t] = idf[t]
	}
	var r row
	var sum float64
	add := func(t int32, w float64) {
		if df[t] >= leastTexts {
			r.terms, r.weights = append(r.terms, t), append(r.weights, w)
			sum += w * w
		}
	}
	for _, t := range b {
		add(t, idf[t]+twice[t])
		delete(twice, t)
	}
	for _, t := range a {
		if w, ok := twice[t]; ok {
			add(t, w)
		}
	}
	for i := range r.weights {
		r.weights[i] /= math.Sqrt(sum)
	}
	return r
}

// A block is a matrix of terms × dimensions, term by term.
type block []float64

func newBlock(terms int) block { return make(block, terms*dimensions) }

// through gives XᵀX times the block.
func (q block) through(rows []row) block {
	out := make(block, len(q))
	var at [dimensions]float64
	for _, r := range rows {
		clear(at[:])
		for i, t := range r.terms {
			for k, x := range q[t*dimensions : (t+1)*dimensions] {
				at[k] += r.weights[i] * x
			}
		}
		for i, t := range r.terms {
			to := out[t*dimensions : (t+1)*dimensions]
			for k := range to {
				to[k] += r.weights[i] * at[k]
			}
		}
	}
	return out
}

// orthonormal makes the columns orthogonal and of length one (modified
// Gram–Schmidt) and gives the lengths they had after the first; a column that
// is as good as nothing becomes 0.
func (q block) orthonormal() (lengths [dimensions]float64) {
	for k := range dimensions {
		for j := range k {
			var dot float64
			for t := 0; t < len(q); t += dimensions {
				dot += q[t+k] * q[t+j]
			}
			for t := 0; t < len(q); t += dimensions {
				q[t+k] -= dot * q[t+j]
			}
		}
		var sum float64
		for t := 0; t < len(q); t += dimensions {
			sum += q[t+k] * q[t+k]
		}
		lengths[k] = math.Sqrt(sum)
		inverse := 0.0
		if lengths[k] > 1e-9 {
			inverse = 1 / lengths[k]
		}
		for t := 0; t < len(q); t += dimensions {
			q[t+k] *= inverse
		}
	}
	return lengths
}
