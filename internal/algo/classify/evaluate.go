package classify

import (
	"cmp"
	"math"
	"slices"
)

// A Report says how well a model sorts rows whose labels are known.
type Report struct {
	N          int     `json:"n"` // rows with a label
	Accuracy   float64 `json:"accuracy"`
	MacroF1    float64 `json:"macro_f1"`    // mean over all labels that occur or were given
	WeightedF1 float64 `json:"weighted_f1"` // mean over rows
	// PerClass has every label that a row has or was given.
	PerClass map[string]Class `json:"per_class"`
	// ECE is the expected calibration error: with the rows put into 15 bins
	// of equal width by the probability of their likeliest label, the mean
	// over rows of |share right − mean probability| of their bin.
	ECE float64 `json:"ece"`
	// CoverageAt98 is the largest share of rows that can be kept, from the
	// surest down, with 98 % of the kept ones right.
	CoverageAt98 float64 `json:"coverage_at_98"`
}

// A Class is how well one label is found.
type Class struct {
	N         int     `json:"n"` // rows that have it
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Evaluate predicts every row that has a label and compares. A label that the
// model has never seen counts as an error.
func Evaluate(m *Model, rows []Row) (Report, error) {
	var outs []outcome
	for _, r := range rows {
		if r.Label == "" {
			continue
		}
		s := m.scratch()
		s.predict(m, r.Subject, r.Text)
		k := 0
		for j, p := range s.prob {
			if p > s.prob[k] {
				k = j
			}
		}
		outs = append(outs, outcome{r.Label, m.labels[k], s.prob[k]})
		m.pool.Put(s)
	}
	return report(outs)
}

type outcome struct {
	is, said string
	prob     float64
}

func report(outs []outcome) (Report, error) {
	if len(outs) == 0 {
		return Report{}, ErrNoRows
	}
	n := float64(len(outs))
	r := Report{N: len(outs), PerClass: map[string]Class{}}
	right, is, said := map[string]int{}, map[string]int{}, map[string]int{}
	const bins = 15
	var hits, sum [bins]float64
	for _, o := range outs {
		is[o.is]++
		said[o.said]++
		bin := min(int(o.prob*bins), bins-1)
		sum[bin] += o.prob
		if o.is == o.said {
			right[o.is]++
			hits[bin]++
			r.Accuracy += 1 / n
		}
	}
	for bin := range bins {
		r.ECE += math.Abs(hits[bin]-sum[bin]) / n
	}
	var labels []string
	for l := range is {
		labels = append(labels, l)
	}
	for l := range said {
		if is[l] == 0 {
			labels = append(labels, l)
		}
	}
	slices.Sort(labels) // sums come out the same each time
	for _, l := range labels {
		c := Class{N: is[l], F1: 2 * float64(right[l]) / float64(is[l]+said[l])}
		c.Precision = float64(right[l]) / math.Max(1, float64(said[l]))
		c.Recall = float64(right[l]) / math.Max(1, float64(is[l]))
		r.PerClass[l] = c
		r.MacroF1 += c.F1 / float64(len(labels))
		r.WeightedF1 += c.F1 * float64(c.N) / n
	}
	slices.SortStableFunc(outs, func(a, b outcome) int { return cmp.Compare(b.prob, a.prob) })
	ok := 0
	for i, o := range outs {
		if o.is == o.said {
			ok++
		}
		tied := i+1 < len(outs) && outs[i+1].prob == o.prob
		if !tied && float64(ok) >= 0.98*float64(i+1) {
			r.CoverageAt98 = float64(i+1) / n
		}
	}
	return r, nil
}
