package classify_test

import (
	"math"
	"testing"

	"yiwang/internal/algo/classify"
)

func TestDecide(t *testing.T) {
	m := train(t, messages(400, 1))
	plain, unclear, unknown := "水管漏水，水压太低", "请尽快处理，谢谢", "πρόβλημα"
	for _, c := range []struct {
		story string
		costs classify.Costs
		text  string
		said  bool
	}{
		{"clear enough", classify.Costs{Ask: 0.2}, plain, true},
		{"asking is free: always ask", classify.Costs{}, unclear, false},
		{"unclear, and asking is cheap", classify.Costs{Ask: 0.1}, unclear, false},
		{"unclear, but asking costs more than a mistake", classify.Costs{Ask: 2}, unclear, true},
		{"nothing known: ask whatever it costs", classify.Costs{Ask: 2}, unknown, false},
		{"plain, but this mistake would be grave", classify.Costs{
			Ask:   0.2,
			Wrong: map[string]map[string]float64{"噪音": {"供水": 1e6}, "学校": {"供水": 1e6}, "道路": {"供水": 1e6}},
		}, plain, false},
	} {
		d := m.Decide(c.costs, "", c.text)
		if (d.Said != "") != c.said || d.Cost > c.costs.Ask || d.Said != "" && d.Said != d.Label && c.costs.Wrong == nil {
			t.Errorf("%s: %+v", c.story, d)
		}
	}
}

// Where all mistakes cost the same, Decide and Threshold agree.
func TestThreshold(t *testing.T) {
	m := train(t, messages(400, 1))
	for _, ask := range []float64{0.01, 0.05, 0.2, 0.5, 0.9} {
		c := classify.Costs{Ask: ask}
		limit := c.Threshold("供水", m.Labels())
		if math.Abs(limit-(1-ask)) > 1e-12 {
			t.Errorf("asking at %v: threshold %v", ask, limit)
		}
		for _, r := range messages(100, 4) {
			d := m.Decide(c, "", r.Text)
			if math.Abs(d.Prob-limit) > 1e-9 && (d.Said != "") != (d.Prob >= limit) {
				t.Fatalf("probability %v, threshold %v: said %q", d.Prob, limit, d.Said)
			}
		}
	}
	c := classify.Costs{Ask: 0.1, Wrong: map[string]map[string]float64{"道路": {"供水": 5}, "噪音": {"供水": 0.05}}}
	if got := c.Threshold("供水", []string{"供水", "噪音", "道路"}); math.Abs(got-0.98) > 1e-12 {
		t.Errorf("a mistake that may cost 5: threshold %v", got)
	}
	if got := c.Threshold("供水", []string{"供水", "噪音"}); got != 0 {
		t.Errorf("a mistake cheaper than asking: threshold %v", got)
	}
}
