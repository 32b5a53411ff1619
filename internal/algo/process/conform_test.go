package process_test

import (
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/process"
)

func TestConform(t *testing.T) {
	m := process.Model{
		Starts: []string{"受理"}, Ends: []string{"办结"},
		Follows: map[string][]string{"受理": {"派单"}, "派单": {"接单", "退单"}, "退单": {"派单"}, "接单": {"办结"}},
	}
	l := story(t,
		"a 受理@0 派单@1 接单@2 办结@3",      // as planned: 4 questions
		"b 受理@0 接单@2 办结@3",           // one step left out: 3
		"c 派单@0 接单@1",                // begins wrongly and is not done: 2
		"d 受理@0 接单@1 受理@2 接单@3 抽查@4", // 5, of which 4 are wrong
	)
	var of []float64
	c := process.Conform(l, m, func(_ string, fitness float64) { of = append(of, fitness) })
	want := &process.Conformance{
		Fitness: 1 - 6.0/14, CaseMedian: (2.0/3 + 0.5) / 2, CaseP10: 0.2 + 0.3*0.3, Fitting: 1, Cases: 4, Unfinished: 2, Questions: 14,
		Deviations: []process.Deviation{
			{From: "受理", To: "接单", Count: 3, Cases: 2, Examples: []string{"b", "d"}},
			{From: "", To: "派单", Count: 1, Cases: 1, Examples: []string{"c"}},
			{From: "接单", To: "受理", Count: 1, Cases: 1, Examples: []string{"d"}},
			{From: "接单", To: "抽查", Count: 1, Cases: 1, Examples: []string{"d"}},
		},
		Worst:   []process.CaseFit{{Case: "d", Fitness: 0.2}, {Case: "c", Fitness: 0.5}, {Case: "b", Fitness: 0.666666667}},
		Unknown: []string{"抽查"}, Unused: [][2]string{{"派单", "退单"}, {"退单", "派单"}},
	}
	c.CaseMedian, c.CaseP10 = round(c.CaseMedian), round(c.CaseP10)
	want.CaseMedian, want.CaseP10 = round(want.CaseMedian), round(want.CaseP10)
	for i := range c.Worst {
		c.Worst[i].Fitness = round(c.Worst[i].Fitness)
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("%+v\n%+v", c, want)
	}
	if len(of) != 4 || of[0] != 1 || round(of[1]) != round(2.0/3) || of[2] != 0.5 || round(of[3]) != 0.2 {
		t.Errorf("by case: %v", of)
	}
	r := process.Discover(l)
	m.Mark(&r.Graph)
	for _, e := range r.Edges {
		if e.Deviates != (e.From+e.To == "受理接单" || e.From == "接单" && e.To != "办结") {
			t.Errorf("%+v", e)
		}
	}
}

func round(x float64) float64 { return math.Round(1e9*x) / 1e9 }

// What a log does is allowed by its own graph; with one edge taken out, the
// fitness falls by the passes over it.
func TestOwnGraphFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := logOf(events(t))
		r := process.Discover(l)
		m := process.Model{Follows: map[string][]string{}}
		for _, a := range r.Activities {
			if a.Starts > 0 {
				m.Starts = append(m.Starts, a.Name)
			}
		}
		for _, e := range r.Edges {
			m.Follows[e.From] = append(m.Follows[e.From], e.To)
		}
		c := process.Conform(l, m, nil)
		if c.Fitness != 1 || c.Fitting != r.Cases || len(c.Deviations)+len(c.Unused)+len(c.Unknown) > 0 && len(r.Edges) > 0 {
			t.Fatalf("%+v", c)
		}
		if len(r.Edges) == 0 {
			return
		}
		out := rapid.SampledFrom(r.Edges).Draw(t, "out")
		list := m.Follows[out.From]
		m.Follows[out.From] = nil
		for _, to := range list {
			if to != out.To {
				m.Follows[out.From] = append(m.Follows[out.From], to)
			}
		}
		c = process.Conform(l, m, nil)
		if len(c.Deviations) != 1 || c.Deviations[0].Count != out.Count || c.Deviations[0].Cases != out.Cases || c.Questions != r.Events ||
			round(c.Fitness) != round(1-float64(out.Count)/float64(r.Events)) || c.Fitting != r.Cases-out.Cases {
			t.Fatalf("without %+v: %+v", out, c)
		}
	})
}
