package insight_test

import (
	"math/rand/v2"
	"testing"

	"yiwang/internal/city/insight"
)

func TestTopic(t *testing.T) {
	topic := insight.Topic{Cases: []string{"3", "2", "1"}}
	if topic.Key() != "1" || !topic.Has("2") || topic.Has("4") {
		t.Errorf("%q", topic.Key())
	}
}

// How a topic goes is told as far as chance does not explain it; of a sample
// nothing is called new that may only have been missed before.
func TestTrend(t *testing.T) {
	sample := insight.Digest{Of: 300_000}
	for _, test := range []struct {
		story string
		d     insight.Digest
		bars  []int
		want  insight.Trend
		times float64
	}{
		{"four times as many", insight.Digest{}, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 4, 4, 4}, insight.Rising, 4},
		{"two of three late, as chance has it", insight.Digest{}, []int{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0}, insight.Steady, 5},
		{"hardly any more", insight.Digest{}, []int{5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 1, 1, 1, 0}, insight.Falling, 0.15},
		{"three, nobody before", insight.Digest{}, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1}, insight.New, 0},
		{"three of a sample, nobody before", sample, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1}, insight.Unclear, 0},
		{"twelve of a sample, nobody before", sample, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3}, insight.New, 0},
	} {
		if got, times := test.d.Trend(insight.Topic{Bars: test.bars}); got != test.want || times < test.times-0.01 || times > test.times+0.01 {
			t.Errorf("%s: %s, %.2f times", test.story, got, times)
		}
	}
}

// Of a year in which all is as ever, drawn evenly, nothing is new, and no more
// rises or falls than chance gives.
func TestTrendOfAnEvenYear(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	d := insight.Digest{Of: 300_000}
	const all = 4000
	moves := 0
	for i := range all {
		bars := make([]int, insight.Bars)
		for range 3 + i%60 {
			bars[r.IntN(insight.Bars)]++
		}
		switch kind, _ := d.Trend(insight.Topic{Bars: bars}); kind {
		case insight.New:
			t.Errorf("%v is new", bars)
		case insight.Rising, insight.Falling:
			moves++
		}
	}
	if moves > all*6/100 {
		t.Errorf("%d of %d rise or fall", moves, all)
	}
}
