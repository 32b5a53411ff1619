package classify

import (
	"fmt"
	"math"
	"slices"
)

// Costs say what it costs to be wrong, in any unit, and so when to leave a
// message to a person (Elkan, The foundations of cost-sensitive learning,
// 2001; and Chow, On optimum recognition error and reject tradeoff, 1970, for
// leaving it). The zero value leaves everything.
type Costs struct {
	// Ask is the cost of a person's reading the message.
	Ask float64 `json:"ask"`
	// Wrong is the cost of saying Wrong[is][said]; what is missing costs 1,
	// and what is right costs nothing.
	Wrong map[string]map[string]float64 `json:"wrong,omitempty"`
}

// Set says what it costs to say said of what is is; said "" is to ask, which
// costs the same whatever it is.
func (c *Costs) Set(is, said string, cost float64) error {
	switch {
	case !(cost >= 0) || math.IsInf(cost, 1):
		return fmt.Errorf("a cost is a number from 0 on, not %v", cost)
	case said == "":
		c.Ask = cost
	case is == said:
		if cost != 0 {
			return fmt.Errorf("to say %s of what is %s costs nothing, as it is right", said, is)
		}
	default:
		if c.Wrong == nil {
			c.Wrong = map[string]map[string]float64{}
		}
		if c.Wrong[is] == nil {
			c.Wrong[is] = map[string]float64{}
		}
		c.Wrong[is][said] = cost
	}
	return nil
}

// Check refuses costs of a label that is none of labels.
func (c Costs) Check(labels []string) error {
	for is, row := range c.Wrong {
		for said := range row {
			for _, l := range []string{is, said} {
				if !slices.Contains(labels, l) {
					return fmt.Errorf("the model has no label %q", l)
				}
			}
		}
	}
	return nil
}

func (c Costs) wrong(is, said string) float64 {
	if is == said {
		return 0
	}
	if x, ok := c.Wrong[is][said]; ok {
		return x
	}
	return 1
}

// Threshold is the probability from which on label is cheaper said than
// asked about, whichever of labels it might be instead: 1 − Ask/worst cost.
// Where all mistakes of a label cost the same, Decide follows it exactly.
func (c Costs) Threshold(label string, labels []string) float64 {
	worst := 0.0
	for _, is := range labels {
		worst = max(worst, c.wrong(is, label))
	}
	if worst <= c.Ask {
		return 0
	}
	return 1 - c.Ask/worst
}

// A Decision is a prediction with what to do about it.
type Decision struct {
	Prediction
	Said string  `json:"said"` // the label to act on; empty: a person decides
	Cost float64 `json:"cost"` // expected, of that
}

// Decide predicts one message and says the label whose expected cost
// Σ P(is)·Wrong[is][said] is least, if that is not above the cost of asking.
// A message in which nothing is known is always asked about.
//
// Cost: that of Predict and O(labels²).
func (m *Model) Decide(c Costs, subject, text string) Decision {
	d := Decision{Prediction: m.Predict(subject, text), Cost: c.Ask}
	if !d.Known {
		return d
	}
	p := m.Probs(nil, subject, text)
	for _, said := range m.labels {
		var cost float64
		for k, is := range m.labels {
			cost += p[k] * c.wrong(is, said)
		}
		if cost < d.Cost || cost == d.Cost && d.Said == "" {
			d.Said, d.Cost = said, cost
		}
	}
	return d
}
