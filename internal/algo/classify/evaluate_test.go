package classify_test

import (
	"errors"
	"math"
	"testing"

	"yiwang/internal/algo/classify"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestScore(t *testing.T) {
	if _, err := classify.Score(nil); !errors.Is(err, classify.ErrNoRows) {
		t.Errorf("of nothing: %v", err)
	}
	// Worked by hand: a is found twice of three, b always but once too often,
	// c never, d was said and never was.
	r, err := classify.Score([]classify.Outcome{
		{"a", "a", 0.95},
		{"a", "a", 0.95},
		{"a", "b", 0.55},
		{"b", "b", 0.65},
		{"c", "d", 0.35},
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.N != 5 || !near(r.Accuracy, 0.6) {
		t.Errorf("n %d, accuracy %v", r.N, r.Accuracy)
	}
	f := map[string]float64{"a": 0.8, "b": 2.0 / 3, "c": 0, "d": 0}
	for l, want := range f {
		if !near(r.PerClass[l].F1, want) {
			t.Errorf("F1 of %s is %v, want %v", l, r.PerClass[l].F1, want)
		}
	}
	if c := r.PerClass["b"]; c.N != 1 || !near(c.Precision, 0.5) || !near(c.Recall, 1) {
		t.Errorf("b: %+v", c)
	}
	if !near(r.MacroF1, (0.8+2.0/3)/4) || !near(r.WeightedF1, (3*0.8+2.0/3)/5) {
		t.Errorf("macro %v, weighted %v", r.MacroF1, r.WeightedF1)
	}
	// Bins: two of 0.95 right, one of 0.55 wrong, one of 0.65 right, one of
	// 0.35 wrong: (2·0.05 + 0.55 + 0.35 + 0.35) / 5.
	if !near(r.ECE, (2*0.05+0.55+0.35+0.35)/5) {
		t.Errorf("ECE %v", r.ECE)
	}
	if !near(r.CoverageAt98, 0.6) {
		t.Errorf("coverage %v: the three surest are right", r.CoverageAt98)
	}
}

// Rows that are equally sure are kept together or not at all, and a dip below
// the bar does not end the search.
func TestCoverage(t *testing.T) {
	outs := []classify.Outcome{{"a", "b", 1}}
	for range 99 {
		outs = append(outs, classify.Outcome{"a", "a", 0.9})
	}
	for range 100 {
		outs = append(outs, classify.Outcome{"a", "b", 0.5})
	}
	r, _ := classify.Score(outs)
	if !near(r.CoverageAt98, 0.5) {
		t.Errorf("coverage %v: 99 of the 100 surest are right", r.CoverageAt98)
	}
	r, _ = classify.Score([]classify.Outcome{{"a", "a", 0.5}, {"a", "b", 0.5}})
	if r.CoverageAt98 != 0 {
		t.Errorf("coverage %v of two that are equally sure, one wrong", r.CoverageAt98)
	}
}

func TestEvaluateUnknownLabel(t *testing.T) {
	m := train(t, messages(300, 1))
	r, err := classify.Evaluate(m, []classify.Row{{Text: "水管漏水", Label: "供水"}, {Text: "水管漏水", Label: "新类"}, {Text: "没有标签"}})
	if err != nil || r.N != 2 || r.Accuracy != 0.5 || r.PerClass["新类"].F1 != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := classify.Evaluate(m, nil); !errors.Is(err, classify.ErrNoRows) {
		t.Errorf("no rows: %v", err)
	}
}
