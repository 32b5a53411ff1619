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
	at []int32   // where the vector of a term begins; -1 for one that is too rare
	of []float32 // dimensions numbers each
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
	v := &vectors{at: make([]int32, len(df))}
	size, entries := int32(0), 0
	for t, n := range df {
		v.at[t] = -1
		if n >= leastTexts {
			v.at[t] = size
			size += dimensions
			entries += int(n)
		}
	}
	step := 1 + entries/mostEntries
	var rows []row
	for i := 0; i+1 < len(docs); i += 2 * step {
		rows = append(rows, v.newRow(docs[i], docs[i+1], idf))
	}
	q := make(block, size)
	rng := rand.New(rand.NewPCG(learningSeed, dimensions))
	for i := range q {
		q[i] = rng.NormFloat64()
	}
	lengths := q.orthonormal()
	for range iterations + 1 {
		q = q.through(rows)
		lengths = q.orthonormal() // of XᵀX: the squares of the singular values
	}
	v.of = make([]float32, len(q))
	for t := 0; t < len(q); t += dimensions {
		from := q[t : t+dimensions]
		var sum float64
		for k := range from {
			from[k] *= math.Sqrt(lengths[k])
			sum += from[k] * from[k]
		}
		if sum > 1e-18 {
			for k := range from {
				v.of[t+k] = float32(from[k] / math.Sqrt(sum))
			}
		}
	}
	return v
}

func (v *vectors) has(t int32) bool { return v.at[t] >= 0 }

// cosine is that of the directions of two terms that have one.
func (v *vectors) cosine(a, b int32) float64 {
	x, y := v.of[v.at[a]:][:dimensions], v.of[v.at[b]:][:dimensions]
	var sum float32
	for k := range x {
		sum += x[k] * y[k]
	}
	return float64(sum)
}

// A row is a row of X: the terms of a pair that are not too rare, by where
// their vectors begin.
type row struct {
	terms   []int32
	weights []float64
}

func (v *vectors) newRow(a, b []int32, idf []float64) row {
	twice := make(map[int32]float64, len(a))
	for _, t := range a {
		twice[t] = idf[t]
	}
	var r row
	var sum float64
	add := func(t int32, w float64) {
		if v.has(t) {
			r.terms, r.weights = append(r.terms, v.at[t]), append(r.weights, w)
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

// through gives XᵀX times the block.
func (q block) through(rows []row) block {
	out := make(block, len(q))
	var at [dimensions]float64
	for _, r := range rows {
		clear(at[:])
		for i, t := range r.terms {
			for k, x := range q[t : t+dimensions] {
				at[k] += r.weights[i] * x
			}
		}
		for i, t := range r.terms {
			to := out[t : t+dimensions]
			for k := range to {
				to[k] += r.weights[i] * at[k]
			}
		}
	}
	return out
}

// orthonormal makes the columns orthogonal and of length one (QR by the
// Cholesky factor of QᵀQ, two passes over the rows) and gives the lengths they
// had beside the columns before; a column that is as good as a sum of those
// becomes 0.
func (q block) orthonormal() (lengths [dimensions]float64) {
	var r [dimensions][dimensions]float64 // QᵀQ above the diagonal, then its factor
	for t := 0; t < len(q); t += dimensions {
		x := (*[dimensions]float64)(q[t:])
		for j, y := range x {
			for k := j; k < dimensions; k++ {
				r[j][k] += y * x[k]
			}
		}
	}
	const nothing = 1e-12
	for k := range dimensions {
		whole := r[k][k]
		for j := range k {
			for i := range j {
				r[j][k] -= r[i][j] * r[i][k]
			}
			if r[j][j] > 0 {
				r[j][k] /= r[j][j]
			}
			r[k][k] -= r[j][k] * r[j][k]
		}
		if r[k][k] <= nothing*whole {
			r[k][k] = 0
		}
		r[k][k] = math.Sqrt(r[k][k])
		lengths[k] = r[k][k]
	}
	for t := 0; t < len(q); t += dimensions {
		x := (*[dimensions]float64)(q[t:])
		for k := range dimensions {
			for j := range k {
				x[k] -= x[j] * r[j][k]
			}
			if r[k][k] > 0 {
				x[k] /= r[k][k]
			} else {
				x[k] = 0
			}
		}
	}
	return lengths
}
