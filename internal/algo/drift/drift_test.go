package drift_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/drift"
)

// A difference that chance would make is told from one that it would not,
// whatever the index by itself seems to say.
func TestChance(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sample := func(n int, share func(i int) float64) map[string]int {
		counts := map[string]int{}
		for range n {
			for {
				if i := rng.IntN(30); rng.Float64() < share(i) {
					counts[fmt.Sprint(i)]++
					break
				}
			}
		}
		return counts
	}
	same := func(i int) float64 { return 1 / float64(1+i) }
	other := func(i int) float64 {
		if i == 7 {
			return 0.9
		}
		return same(i)
	}
	alarms := 0
	for i := range 15 {
		if s := drift.Compare(sample(200, same), sample(60, same), uint64(i)); s.JSD > s.UsualJSD {
			alarms++
		}
	}
	if alarms > 4 {
		t.Errorf("%d of 15 samples of the same are called others", alarms)
	}
	small := drift.Compare(sample(800, same), sample(100, same), 1)
	if small.PSI < 0.1 || small.P < 0.05 {
		t.Errorf("a small sample of the same should look moved by the custom of 0.1, and usual by chance: %+v", small)
	}
	s := drift.Compare(sample(800, same), sample(700, other), 1)
	if s.P > 0.01 || s.JSD <= s.UsualJSD || s.PSI <= s.UsualPSI || s.Parts[0].Name != "7" {
		t.Errorf("one category rose: %+v", s.Parts[:3])
	}
}

func TestCompareByHand(t *testing.T) {
	s := drift.Compare(map[string]int{"a": 10}, map[string]int{"b": 10}, 1)
	if math.Abs(s.JSD-1) > 1e-12 || s.P > 0.01 {
		t.Errorf("nothing in common: %+v", s)
	}
	// p = (¾, ¼), q = (¼, ¾): JSD = 1 − H(¼) = 0.18872.
	s = drift.Compare(map[string]int{"a": 3, "b": 1}, map[string]int{"a": 1, "b": 3}, 1)
	if math.Abs(s.JSD-0.18872) > 1e-5 || s.P < 0.1 {
		t.Errorf("%+v", s)
	}
	for _, none := range []map[string]int{nil, {"a": 0}} {
		if s := drift.Compare(none, map[string]int{"a": 3}, 1); s.JSD != 0 || s.P != 1 || s.Now != 3 {
			t.Errorf("%+v", s)
		}
	}
}

func TestCompareProperties(t *testing.T) {
	counts := rapid.MapOf(rapid.StringMatching(`[a-e]`), rapid.IntRange(0, 4))
	rapid.Check(t, func(t *rapid.T) {
		a, b := counts.Draw(t, "before"), counts.Draw(t, "now")
		s := drift.Compare(a, b, 3)
		back := drift.Compare(b, a, 3)
		if s.JSD < 0 || s.JSD > 1+1e-9 || s.PSI < 0 || math.Abs(s.JSD-back.JSD) > 1e-9 || math.Abs(s.PSI-back.PSI) > 1e-9 {
			t.Fatalf("%+v and back %+v", s, back)
		}
		if again := drift.Compare(a, b, 3); again.P != s.P || again.UsualPSI != s.UsualPSI {
			t.Fatal("the same seed, another result")
		}
		if same := drift.Compare(a, a, 3); same.JSD > 1e-12 || same.PSI > 1e-12 {
			t.Fatalf("from itself %+v", same)
		}
	})
}

func TestWords(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	phrases := []string{"路灯不亮，晚上很黑", "小区停水，没有水用", "垃圾没人清运，很臭", "施工噪音，睡不着觉", "人行道破损，老人摔倒"}
	say := func(n int, more string, share float64) (list []string) {
		for i := range n {
			s := fmt.Sprintf("%d号楼%s。", i*37%500, phrases[rng.IntN(len(phrases))])
			if rng.Float64() < share {
				s += more
			}
			list = append(list, s)
		}
		return list
	}
	risen, fallen := drift.Words(say(900, "供暖还没有开始", 0.02), say(300, "供暖还没有开始", 0.3))
	if len(risen) == 0 || len(risen) > 3 || len(fallen) > 1 {
		t.Errorf("risen %+v, fallen %+v", risen, fallen)
	}
	risen, fallen = drift.Words(say(600, "", 0), say(300, "", 0))
	if len(risen)+len(fallen) > 0 {
		t.Errorf("nothing has changed, and %+v rose, %+v fell", risen, fallen)
	}
	for _, none := range [][]string{nil, {""}} {
		if risen, fallen := drift.Words(none, say(20, "", 0)); len(risen)+len(fallen) > 20 {
			t.Errorf("from nothing: %v %v", risen, fallen)
		}
	}
}

func ExampleCompare() {
	before := map[string]int{"street lights": 400, "heating": 20, "noise": 180}
	now := map[string]int{"street lights": 90, "heating": 60, "noise": 50}
	s := drift.Compare(before, now, 1)
	fmt.Printf("%.3f bits, chance stays below %.3f; most by %s\n", s.JSD, s.UsualJSD, s.Parts[0].Name)
	// Output: 0.105 bits, chance stays below 0.007; most by heating
}

// Whatever the counts and words, distances stay within their bounds.
func FuzzDrift(f *testing.F) {
	f.Add("路灯不亮", "停水", 3, 4, uint64(1))
	f.Add("", "\xff", -1, 1<<20, uint64(0))
	f.Fuzz(func(t *testing.T, a, b string, x, y int, seed uint64) {
		x, y = x%2000, y%2000
		s := drift.Compare(map[string]int{a: x, b: y}, map[string]int{b: x, a: y / 2}, seed)
		if !(s.JSD >= 0 && s.JSD <= 1+1e-9) || !(s.PSI >= 0) || !(s.P > 0 && s.P <= 1) || s.Before < 0 || s.Now < 0 {
			t.Errorf("%+v", s)
		}
		var before, now []string
		for i := range 12 {
			before, now = append(before, a), append(now, []string{a, b}[i%2])
		}
		risen, fallen := drift.Words(before, now)
		for _, w := range append(risen, fallen...) {
			if w.Text == "" || w.Before > len(before) || w.Now > len(now) || !(w.P >= 0 && w.P < 0.05) {
				t.Errorf("%+v", w)
			}
		}
	})
}
