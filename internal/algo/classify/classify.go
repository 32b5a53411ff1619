// Package classify sorts messages into categories, in Chinese and English: it
// learns from labelled rows, gives each label a probability that can be
// believed, names the words that mattered, and says when it does not know.
//
// A message is read in two views: its signs (Han signs and words of other
// letters) alone and in neighbouring pairs, and the same again for the first
// twenty signs, where people say what they want. A linear support vector
// machine for each label reads the weighted views; a softmax turns its scores
// into probabilities. No dictionary is needed, and text segmented by blanks
// reads as the same text raw.
//
// What a label stands for, which rows are fit to learn from and what follows
// from a prediction is the business of city/triage. Finding messages alike is
// package similar.
package classify

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A Row is one message with the label a person gave it. The subject may be
// empty, or part of the text; the text may be raw or segmented by blanks. A
// row with no label is passed over.
type Row struct {
	Subject, Text, Label string
	// Weight is how much it counts to get this row right: a row of weight 3
	// is learned as three of weight 1 would be. 0 is 1; Train brings the rest
	// to between 1/16 and 16.
	Weight float64
}

// weight is Weight as it is used.
func (r Row) weight() float32 {
	if !(r.Weight > 0) { // NaN too
		return 1
	}
	return float32(min(max(r.Weight, 1.0/16), 16))
}

// Options of training. The zero value is what the published figures are
// measured with.
type Options struct {
	// Seed steers the order in which rows are learned and how they are dealt
	// into parts for calibration.
	Seed uint64
	// SingleView leaves out the head: less accurate by about a point, and a
	// little faster.
	SingleView bool
	// Progress, if it is not nil, is told what is being done, and how far it is.
	Progress func(stage string, done, all int)
}

// The errors of Train and Evaluate.
var (
	ErrNoRows   = errors.New("no row has a label")
	ErrOneLabel = errors.New("all rows have the same label: there is nothing to tell apart")
	ErrLabels   = errors.New("too many labels")
)

// Limits that keep a model within 20 MB and a training within memory.
const (
	maxLabels    = 10_000
	maxModel     = 17 << 20 // bytes of weights in a file
	maxSigns     = 20_000   // of a message; what follows is not read
	minRowFolds  = 5        // parts for calibration
	svmC         = 1.0      // cost of an error against the norm of the weights
	svmEpochs    = 8
	foldEpochs   = 3 // the other parts' solution is a close start
	klWeight     = 1.5
	klSmooth     = 3.0
	headSigns    = 20
	headStrength = 0.7
)

// Train learns a model from rows. Same rows in the same order, same options:
// same model, byte for byte. It stops with ctx.Err when ctx ends.
//
// Weights of features follow Debole and Sebastiani (Supervised term weighting
// for automated text categorization, SAC 2003) in spirit: with document
// frequency df of n rows and the smoothed distribution p(·|f) of labels among
// the rows that have f,
//
//	w_f = (ln((1+n)/(1+df)) + 1) · (1 + 1.5·√KL(p(·|f) ‖ p)),
//
// times 1 + ln(count); each view is brought to length 1 (the head: 0.7). One
// machine for each label against the rest is learned by dual coordinate
// descent on the squared hinge loss (Hsieh, Chang, Lin, Keerthi and
// Sundararajan, A dual coordinate descent method for large-scale linear SVM,
// ICML 2008), C = 1, times the weight of the row (cost-sensitive learning by
// instance weights: Zadrozny, Langford and Abe, ICDM 2003).
//
// Probabilities are softmax(a·score + b), which is temperature scaling (Guo,
// Pleiss, Sun and Weinberger, On calibration of modern neural networks, ICML
// 2017) with a bias for each label, as Platt (1999) has for two: a and b are
// fitted on scores of rows by machines that have not learned them, with the
// weights their features would have without them. Those are found for a fifth
// of the rows at a time by taking its dual variables out of the solution and
// descending again on the rest (alpha seeding: DeCoste and Wagstaff, KDD 2000).
// The same rows tell how often the likeliest label is right at each of its
// probabilities, to which it is brought (Gupta and Ramdas, Top-label
// calibration and multiclass-to-binary reductions, ICLR 2022).
//
// Cost: O(epochs · signs · labels) time; memory about 7 bytes a feature of a
// row and 4 bytes · features · labels.
func Train(ctx context.Context, rows []Row, o Options) (*Model, error) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Label == "" })
	if len(rows) == 0 {
		return nil, ErrNoRows
	}
	t := &trainer{progress: o.Progress, rows: rows, y: make([]int32, len(rows))}
	for _, r := range rows {
		t.labels = append(t.labels, r.Label)
	}
	slices.Sort(t.labels)
	t.labels = slices.Compact(t.labels)
	switch k := len(t.labels); {
	case k == 1:
		return nil, ErrOneLabel
	case k > maxLabels:
		return nil, fmt.Errorf("%w: %d, at most %d", ErrLabels, k, maxLabels)
	}
	for i, r := range rows {
		k, _ := slices.BinarySearch(t.labels, r.Label)
		t.y[i] = int32(k)
	}
	m := &Model{labels: t.labels, rows: len(rows), single: o.SingleView}
	m.wordHashes = learnWords(rows)
	m.words.fill(m.wordHashes)
	if err := t.vectors(ctx, m); err != nil {
		return nil, err
	}
	full, held, err := t.solve(ctx, o.Seed)
	if err != nil {
		return nil, err
	}
	m.quantise(full, t.weight)
	m.scale, m.bias, m.sure = calibrate(held, t.y, len(t.labels))
	if err := m.finish(); err != nil {
		return nil, err
	}
	return m, nil
}
