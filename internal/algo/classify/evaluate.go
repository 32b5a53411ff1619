package classify

import (
	"cmp"
	"maps"
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
	var outs []Outcome
	for _, r := range rows {
		if r.Label == "" {
			continue
		}
		said, prob := m.Label(r.Subject, r.Text)
		outs = append(outs, Outcome{r.Label, said, prob})
	}
	return Score(outs)
}

// An Outcome is what a model said of a message, and what it was.
type Outcome struct {
	Is, Said string
	Prob     float64 // of Said
}

// Score reports on predictions made before.
func Score(outs []Outcome) (Report, error) {
	if len(outs) == 0 {
		return Report{}, ErrNoRows
	}
	n := float64(len(outs))
	r := Report{N: len(outs), PerClass: map[string]Class{}}
	right, is, said := map[string]int{}, map[string]int{}, map[string]int{}
	all := 0
	for _, o := range outs {
		is[o.Is]++
		said[o.Said]++
		if o.Is == o.Said {
			right[o.Is]++
			all++
		}
	}
	r.Accuracy = float64(all) / n
	for _, b := range Reliability(outs) {
		r.ECE += math.Abs(b.Right-b.Prob) * float64(b.N) / n
	}
	labels := slices.Sorted(maps.Keys(is)) // sorted: sums come out the same each time
	for l := range said {
		if is[l] == 0 {
			labels = append(labels, l)
		}
	}
	slices.Sort(labels)
	for _, l := range labels {
		c := Class{N: is[l], F1: 2 * float64(right[l]) / float64(is[l]+said[l])}
		c.Precision = float64(right[l]) / math.Max(1, float64(said[l]))
		c.Recall = float64(right[l]) / math.Max(1, float64(is[l]))
		r.PerClass[l] = c
		r.MacroF1 += c.F1 / float64(len(labels))
		r.WeightedF1 += c.F1 * float64(c.N) / n
	}
	for _, p := range Curve(outs) {
		if p.Right >= 0.98 {
			r.CoverageAt98 = p.Kept
		}
	}
	return r, nil
}

// A Bin of a reliability diagram: of the N predictions that said a label with
// From ≤ probability < To (the last: ≤ 1), the mean probability and the share
// that was right.
type Bin struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	N     int     `json:"n"`
	Prob  float64 `json:"prob"`
	Right float64 `json:"right"`
}

// Reliability gives the bins that hold predictions, of 15 of equal width.
func Reliability(outs []Outcome) []Bin {
	const bins = 15
	var all [bins]Bin
	for _, o := range outs {
		b := &all[max(0, min(int(o.Prob*bins), bins-1))]
		b.N++
		b.Prob += o.Prob
		if o.Is == o.Said {
			b.Right++
		}
	}
	var out []Bin
	for i, b := range all {
		if b.N > 0 {
			n := float64(b.N)
			out = append(out, Bin{float64(i) / bins, float64(i+1) / bins, b.N, b.Prob / n, b.Right / n})
		}
	}
	return out
}

// A Point says what comes of acting only on predictions of at least a
// probability.
type Point struct {
	Threshold float64 `json:"threshold"`
	Kept      float64 `json:"kept"`  // share of all predictions
	Right     float64 `json:"right"` // share of the kept
}

// Curve gives a point for each probability that occurs, from the highest
// down.
func Curve(outs []Outcome) []Point {
	outs = slices.Clone(outs)
	slices.SortStableFunc(outs, func(a, b Outcome) int { return cmp.Compare(b.Prob, a.Prob) })
	var out []Point
	right := 0
	for i, o := range outs {
		if o.Is == o.Said {
			right++
		}
		if i+1 == len(outs) || outs[i+1].Prob != o.Prob {
			kept := float64(i + 1)
			out = append(out, Point{o.Prob, kept / float64(len(outs)), float64(right) / kept})
		}
	}
	return out
}
