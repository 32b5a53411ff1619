package similar

import (
	"cmp"
	"errors"
	"slices"
)

// A Report says how well scores tell pairs that say the same from others.
type Report struct {
	N int `json:"n"`
	// AUROC is the chance that a pair that says the same scores higher than
	// one that does not, ties counting half (Mann–Whitney).
	AUROC float64 `json:"auroc"`
	// BestF1 is the highest F1 of "same" over all thresholds.
	BestF1 float64 `json:"best_f1"`
}

// ErrOneKind says that all pairs are of one kind, so that there is nothing to
// tell apart.
var ErrOneKind = errors.New("the pairs are all the same, or all different: there is nothing to tell apart")

// Evaluate compares scores with what is so. The cost is that of sorting.
func Evaluate(scores []float64, same []bool) (Report, error) {
	order := make([]int, len(scores))
	total := 0
	for i := range order {
		order[i] = i
		if same[i] {
			total++
		}
	}
	if total == 0 || total == len(scores) {
		return Report{}, ErrOneKind
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(scores[j], scores[i]) })
	r := Report{N: len(scores)}
	var won float64
	hits := 0 // of those that score as high or higher
	for from := 0; from < len(order); {
		to, here := from, 0
		for to < len(order) && scores[order[to]] == scores[order[from]] {
			if same[order[to]] {
				here++
			}
			to++
		}
		others := to - from - here
		won += float64(others) * (float64(hits) + float64(here)/2)
		hits += here
		r.BestF1 = max(r.BestF1, 2*float64(hits)/float64(to+total))
		from = to
	}
	r.AUROC = won / (float64(total) * float64(len(scores)-total))
	return r, nil
}
