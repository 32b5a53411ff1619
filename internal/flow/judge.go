package flow

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"yiwang/internal/algo/classify"
)

// Marks are how well a classifier read the cases it was judged by.
type Marks struct {
	N        int            `json:"n,omitempty"`
	Right    int            `json:"right"`
	MacroF1  float64        `json:"macro_f1"`
	ECE      float64        `json:"ece"`
	Bins     []classify.Bin `json:"bins,omitempty"`     // how far its probabilities can be believed
	Confused []Mixed        `json:"confused,omitempty"` // all, the most frequent first
	Labels   []LabelMarks   `json:"labels,omitempty"`   // the most frequent first
}

// LabelMarks are the marks of one category.
type LabelMarks struct {
	Label string `json:"label"`
	Is    int    `json:"is"`   // cases that are of it
	Said  int    `json:"said"` // that were read as it
	Right int    `json:"right"`
}

// A Part is one area or channel of the cases, with how many each got right.
type Part struct {
	Of         string `json:"of"` // "area" or "channel"
	Name       string `json:"name"`
	N          int    `json:"n"`
	Champion   int    `json:"champion"`
	Challenger int    `json:"challenger"`
	Worse      bool   `json:"worse"` // clearly, by the exact test of McNemar
}

// A Mixed is two categories that are taken for one another.
type Mixed struct {
	Is   string `json:"is"`
	Said string `json:"said"`
	N    int    `json:"n"`
}

// judge compares champion and challenger on cases that neither has learned
// from, by the exact test of McNemar (Note on the sampling error of the
// difference between correlated proportions, Psychometrika 12, 1947) on the
// cases that only one of them got right. Better is who got so many more right
// that chance would give it one time in twenty at most, unless an area or
// channel got clearly worse: one time in a hundred.
func (t *Trial) judge(champion, challenger *classify.Model, held []lesson) error {
	var was, now []classify.Outcome
	won, lost := 0, 0
	for _, r := range held {
		before, prob := champion.Label(r.Subject, r.Text)
		was = append(was, classify.Outcome{Is: r.Label, Said: before, Prob: prob})
		after, prob := challenger.Label(r.Subject, r.Text)
		now = append(now, classify.Outcome{Is: r.Label, Said: after, Prob: prob})
		switch {
		case after == r.Label && before != r.Label:
			won++
		case before == r.Label && after != r.Label:
			lost++
		}
	}
	var err1, err2 error
	t.Champion, err1 = marks(was)
	t.Challenger, err2 = marks(now)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	t.Parts, t.Chance = parts(held, was, now), Chance(won, won+lost)
	worse := slices.IndexFunc(t.Parts, func(p Part) bool { return p.Worse })
	switch {
	case won <= lost:
		t.Ruling = NotBetter
	case worse >= 0:
		t.Ruling, t.Where = WorseIn, t.Parts[worse].Name
	case t.Chance > surely:
		t.Ruling = NotSure
	default:
		t.Ruling = Better
	}
	return nil
}

func marks(outs []classify.Outcome) (Marks, error) {
	r, err := classify.Score(outs)
	m := Marks{N: len(outs), MacroF1: r.MacroF1, ECE: r.ECE, Bins: classify.Reliability(outs), Confused: confused(outs), Labels: byLabel(outs)}
	for _, o := range outs {
		if o.Is == o.Said {
			m.Right++
		}
	}
	return m, err
}

func parts(held []lesson, was, now []classify.Outcome) []Part {
	type key struct{ of, name string }
	type count struct{ n, was, now, lost, won int }
	by := map[key]*count{}
	for i, r := range held {
		for _, k := range []key{{"area", string(r.area)}, {"channel", r.channel}} {
			if k.name == "" {
				continue
			}
			c := by[k]
			if c == nil {
				c = &count{}
				by[k] = c
			}
			before, after := was[i].Is == was[i].Said, now[i].Is == now[i].Said
			c.n++
			if before {
				c.was++
			}
			if after {
				c.now++
			}
			if before && !after {
				c.lost++
			}
			if after && !before {
				c.won++
			}
		}
	}
	var list []Part
	for k, c := range by {
		if c.n >= partLeast {
			list = append(list, Part{k.of, k.name, c.n, c.was, c.now, c.lost > c.won && Chance(c.lost, c.lost+c.won) < clearly})
		}
	}
	slices.SortFunc(list, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Of, b.Of), cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// Chance is the probability of k or more of n throws of a fair coin.
func Chance(k, n int) float64 {
	sum := 0.0
	for i := k; i <= n; i++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(i + 1))
		c, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(a - b - c - float64(n)*math.Ln2)
	}
	return min(1, sum)
}

func confused(outs []classify.Outcome) []Mixed {
	count := map[[2]string]int{}
	for _, o := range outs {
		if o.Is != o.Said {
			count[[2]string{o.Is, o.Said}]++
		}
	}
	var list []Mixed
	for k, n := range count {
		list = append(list, Mixed{k[0], k[1], n})
	}
	slices.SortFunc(list, func(a, b Mixed) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Is, b.Is), cmp.Compare(a.Said, b.Said))
	})
	return list
}

func byLabel(outs []classify.Outcome) (list []LabelMarks) {
	count := map[string]*LabelMarks{}
	of := func(label string) *LabelMarks {
		if count[label] == nil {
			count[label] = &LabelMarks{Label: label}
		}
		return count[label]
	}
	for _, o := range outs {
		of(o.Is).Is++
		of(o.Said).Said++
		if o.Is == o.Said {
			of(o.Is).Right++
		}
	}
	for _, m := range count {
		list = append(list, *m)
	}
	slices.SortFunc(list, func(a, b LabelMarks) int {
		return cmp.Or(cmp.Compare(b.Is, a.Is), cmp.Compare(b.Said, a.Said), cmp.Compare(a.Label, b.Label))
	})
	return list
}
