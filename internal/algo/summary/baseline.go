package summary

import (
	"math"

	"yiwang/internal/algo/text"
)

// Lead gives the first sentence of a text: the baseline that every summary
// has to be better than.
func Lead(s string) string {
	signs := text.Fold(s)
	if list := sentences(signs); len(list) > 0 {
		return string([]rune(s)[list[0].from:list[0].to])
	}
	return ""
}

// TextRank gives the sentence that is ranked first by plain TextRank
// (Mihalcea and Tarau, 2004), the other baseline: sentences are nodes, their
// edges weigh the grams in common over ln|a| + ln|b|, damping is 0.85. Cost:
// the square of the number of sentences.
func TextRank(s string) string {
	signs := text.Fold(s)
	list := sentences(signs)
	if len(list) == 0 {
		return ""
	}
	sets := make([]map[uint64]bool, len(list))
	for i, in := range list {
		sets[i] = map[uint64]bool{}
		its := signs[in.from:in.to]
		for _, g := range grams(nil, its, terms(nil, its)) {
			sets[i][g.hash] = true
		}
	}
	edges := make([][]float64, len(list))
	out := make([]float64, len(list))
	for i := range edges {
		edges[i] = make([]float64, len(list))
		for j := range edges {
			if i == j || len(sets[i]) < 2 || len(sets[j]) < 2 {
				continue
			}
			n := 0.0
			for g := range sets[i] {
				if sets[j][g] {
					n++
				}
			}
			edges[i][j] = n / (math.Log(float64(len(sets[i]))) + math.Log(float64(len(sets[j]))))
			out[i] += edges[i][j]
		}
	}
	rank := make([]float64, len(list))
	for i := range rank {
		rank[i] = 1
	}
	for range 50 {
		next := make([]float64, len(list))
		for i := range next {
			next[i] = 0.15
			for j := range list {
				if out[j] > 0 {
					next[i] += 0.85 * rank[j] * edges[j][i] / out[j]
				}
			}
		}
		rank = next
	}
	best := 0
	for i := range rank {
		if rank[i] > rank[best]+1e-9 {
			best = i
		}
	}
	return string([]rune(s)[list[best].from:list[best].to])
}
