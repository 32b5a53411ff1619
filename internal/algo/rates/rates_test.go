package rates_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/rates"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The values of Newcombe (1998), table I, method 3.
func TestWilsonAsPublished(t *testing.T) {
	for _, c := range []struct {
		count, n  int
		low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}, {20, 20, 1 - 0.1611, 1}} {
		i := rates.Wilson(c.count, c.n)
		near(t, fmt.Sprintf("low of %d/%d", c.count, c.n), i.Low, c.low, 0.00006)
		near(t, fmt.Sprintf("high of %d/%d", c.count, c.n), i.High, c.high, 0.00006)
	}
	if i := rates.Wilson(0, 0); i != (rates.Interval{Low: 0, High: 1}) {
		t.Errorf("of nothing: %v", i)
	}
}

// The interval is the set of shares whose score is within Z95: solved here by
// walking along them.
func TestWilsonByItsMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5000).Draw(t, "n")
		count := rapid.IntRange(0, n).Draw(t, "count")
		i := rates.Wilson(count, n)
		share := float64(count) / float64(n)
		if !i.Has(share) || i.Low < 0 || i.High > 1 {
			t.Fatalf("%v of %d/%d", i, count, n)
		}
		for _, p := range []float64{i.Low, i.High} {
			if p == 0 || p == 1 {
				continue
			}
			if z := math.Abs(share-p) / math.Sqrt(p*(1-p)/float64(n)); math.Abs(z-rates.Z95) > 1e-6 {
				t.Fatalf("score of %v is %v", p, z)
			}
		}
		other := rates.Wilson(n-count, n)
		if math.Abs(other.Low-(1-i.High)) > 1e-12 {
			t.Fatalf("of the others: %v, not the mirror of %v", other, i)
		}
	})
}

// Garwood's table.
func TestPoissonAsPublished(t *testing.T) {
	for count, want := range map[int]rates.Interval{0: {0, 3.6889}, 1: {0.0253, 5.5716}, 10: {4.7954, 18.3904}, 100: {81.364, 121.627}} {
		i := rates.Poisson(count)
		near(t, fmt.Sprint("low of ", count), i.Low, want.Low, 0.0005)
		near(t, fmt.Sprint("high of ", count), i.High, want.High, 0.0005)
	}
}

// A whole count is beyond a limit just when the probabilities of all such
// counts, added up one by one, come to less than the tail.
func TestLimitsAreThoseOfTheBinomial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, target := rapid.IntRange(1, 400).Draw(t, "n"), rapid.Float64Range(0.02, 0.98).Draw(t, "target")
		within := rapid.SampledFrom([]float64{0.95, 0.998}).Draw(t, "within")
		limits, tail := rates.Limits(target, float64(n), within), (1-within)/2
		low := 0.0
		for k := range n + 1 {
			p := chance(k, n, target)
			low += p
			gotLow, gotHigh := rates.Tails(target, float64(n), float64(k)/float64(n))
			if math.Abs(gotLow-low) > 1e-9 || math.Abs(gotHigh-(1-low+p)) > 1e-9 {
				t.Fatalf("tails of %d: %v and %v, by hand %v and %v", k, gotLow, gotHigh, low, 1-low+p)
			}
			rate := float64(k) / float64(n)
			if math.Abs(low-tail) > 1e-3*tail && (low < tail) != (rate < limits.Low-1e-6) && math.Abs(rate-limits.Low) > 2e-6 {
				t.Fatalf("%d of %d: the tail is %v, the limit %v", k, n, low, limits.Low)
			}
			if high := 1 - low + p; math.Abs(high-tail) > 1e-3*tail && (high < tail) != (rate > limits.High+1e-6) && math.Abs(rate-limits.High) > 2e-6 {
				t.Fatalf("%d of %d: the tail is %v, the limit %v", k, n, high, limits.High)
			}
		}
	})
}

// chance is the binomial probability of k of n.
func chance(k, n int, p float64) float64 {
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x) + 1); return v }
	return math.Exp(lg(n) - lg(k) - lg(n-k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}

func TestLimitsNarrow(t *testing.T) {
	last := rates.Interval{Low: 0, High: 1}
	for n := 1.0; n < 2e6; n *= 2.7 {
		wide, narrow := rates.Limits(0.9, n, 0.998), rates.Limits(0.9, n, 0.95)
		if wide.Low < last.Low-1e-9 || wide.Low > narrow.Low || wide.High < narrow.High {
			t.Fatalf("of %v: %v and %v after %v", n, wide, narrow, last)
		}
		last = wide
	}
	near(t, "for very many, as the normal law says", last.Low, 0.9-rates.Z998*math.Sqrt(0.09/1.2e6), 2e-4)
}

// A unit without a difference is outside in at most so many of 1,000 samples;
// one that loses none of a few is not outside.
func TestLimitsHold(t *testing.T) {
	n, target := 60, 0.8
	limits := rates.Limits(target, float64(n), 0.95)
	out := 0.0
	for k := range n + 1 {
		if !limits.Has(float64(k) / float64(n)) {
			out += chance(k, n, target)
		}
	}
	if out < 0.02 || out > 0.05 {
		t.Errorf("%.3f are outside", out)
	}
	if few := rates.Limits(0.925, 6, 0.95); !few.Has(1) {
		t.Errorf("six of six are outside %v", few)
	}
}

func TestAlikeCasesAreOnlyCounted(t *testing.T) {
	cells := []rates.Cell{
		{Group: "a", Strata: []string{""}, N: 100, Count: 90},
		{Group: "b", Strata: []string{""}, N: 100, Count: 70},
	}
	s := rates.Standardise(cells, 1)["a"]
	near(t, "expected", s.Expected, 70, 1e-9)
	near(t, "size", s.Size(0.7), 100, 1e-9)
	near(t, "adjusted", s.Adjusted(0.7), 0.9, 1e-9)
	near(t, "adjusted, if failure is rare", s.Adjusted(0.4), 0.4*90/70, 1e-9)
	near(t, "low", s.Interval().Low, rates.Wilson(90, 100).Low*100/70, 1e-9)
}

// Who has the hard cases and does as well with each kind as others do stands
// where they stand.
func TestHardCasesAreNoFault(t *testing.T) {
	var cells []rates.Cell
	for _, g := range []struct {
		name       string
		easy, hard int
	}{{"lucky", 900, 100}, {"even", 500, 500}, {"unlucky", 100, 900}} {
		cells = append(cells,
			rates.Cell{Group: g.name, Strata: []string{"easy", ""}, N: g.easy, Count: g.easy * 9 / 10},
			rates.Cell{Group: g.name, Strata: []string{"hard", ""}, N: g.hard, Count: g.hard * 5 / 10})
	}
	for name, s := range rates.Standardise(cells, 20) {
		near(t, name, s.Ratio(), 1, 1e-9)
		if s.Coarse != 0 {
			t.Errorf("%s: %d compared coarsely", name, s.Coarse)
		}
	}
}

// What one group alone has is compared by the next coarser stratum, so that
// it cannot set its own standard; and if there is none, not at all.
func TestNobodyIsComparedWithThemselves(t *testing.T) {
	cells := []rates.Cell{
		{Group: "water", Strata: []string{"pipes", "streets", ""}, N: 200, Count: 20},
		{Group: "roads", Strata: []string{"holes", "streets", ""}, N: 300, Count: 240},
		{Group: "parks", Strata: []string{"trees", "green", ""}, N: 10, Count: 9},
	}
	all := rates.Standardise(cells, 30)
	near(t, "water", all["water"].Expected, 200*0.8, 1e-9)
	if all["water"].Coarse != 200 || all["parks"].Coarse != 10 {
		t.Errorf("coarse: %+v", all)
	}
	near(t, "parks, by all", all["parks"].Expected, 10*260.0/500, 1e-9)
	alone := rates.Standardise(cells[:1], 30)["water"]
	if alone.N != 0 || !math.IsNaN(alone.Ratio()) {
		t.Errorf("alone: %+v", alone)
	}
}

// Who loses none has 1 however hard the cases are: never more, and no limit
// that reaches 1 is passed by it.
func TestAdjustedStaysARate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "n")
		p := rapid.Float64Range(0.05, 0.95).Draw(t, "p")
		s := rates.Standing{N: n, Count: rapid.IntRange(0, n).Draw(t, "count"), Expected: p * float64(n), Variance: p * (1 - p) * float64(n)}
		target := rapid.Float64Range(0.05, 0.95).Draw(t, "target")
		if a := s.Adjusted(target); a < 0 || a > 1 {
			t.Fatalf("adjusted %v", a)
		}
		s.Count = n
		if a := s.Adjusted(target); target > 0.5 && a != 1 {
			t.Fatalf("none lost, and %v", a)
		}
		if size := s.Size(target); size <= 0 || math.Abs(p-target) < 1e-12 && math.Abs(size-float64(n)) > 1e-6 {
			t.Fatalf("size %v of %d", size, n)
		}
	})
}

// Elsewhere it always goes well: that is no proof that it has to.
func TestNothingIsCertain(t *testing.T) {
	cells := []rates.Cell{
		{Group: "a", Strata: []string{"lamps"}, N: 100, Count: 80},
		{Group: "b", Strata: []string{"lamps"}, N: 199, Count: 199},
	}
	s := rates.Standardise(cells, 20)["a"]
	near(t, "expected", s.Expected, 100*199.5/200, 1e-9)
	if a := s.Adjusted(0.93); math.IsNaN(a) || a > 0.2 || s.Size(0.93) <= 0 {
		t.Errorf("%+v is adjusted to %v of %v", s, a, s.Size(0.93))
	}
}

func TestStandardiseKeepsCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rates.Cell {
			n := rapid.IntRange(0, 50).Draw(t, "n")
			fine := rapid.SampledFrom([]string{"a1", "a2", "b1"}).Draw(t, "fine")
			return rates.Cell{
				Group:  rapid.SampledFrom([]string{"u", "v", "w"}).Draw(t, "group"),
				Strata: []string{fine, fine[:1], ""}, N: n, Count: rapid.IntRange(0, n).Draw(t, "count"),
			}
		}), 0, 40).Draw(t, "cells")
		for name, s := range rates.Standardise(cells, rapid.IntRange(0, 100).Draw(t, "least")) {
			n, count := 0, 0
			for _, c := range cells {
				if c.Group == name {
					n, count = n+c.N, count+c.Count
				}
			}
			if s.N > n || s.Count > count || s.Expected > float64(s.N)+1e-9 || s.Variance > float64(s.N)/4+1e-9 || s.Coarse > s.N {
				t.Fatalf("%s: %+v of %d/%d", name, s, count, n)
			}
		}
	})
}

func TestSpread(t *testing.T) {
	near(t, "of nothing", rates.Spread(nil), 0, 0)
	near(t, "one far out is drawn in", rates.Spread([]float64{-1, -1, -1, -1, 1, 1, 1, 1, 1, 900}), 1, 1e-9)
	near(t, "all differ", rates.Spread([]float64{-3, 3, -3, 3}), 9, 1e-9)
}

func TestQuantileIsNearestRank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.IntRange(-5, 400), 1, 200).Draw(t, "list")
		ps := []int{rapid.IntRange(1, 100).Draw(t, "p"), rapid.IntRange(1, 100).Draw(t, "p")}
		slices.Sort(ps)
		h := rates.Histogram{}
		for _, v := range list {
			h[v]++
		}
		slices.Sort(list)
		got := h.Quantiles(ps...)
		for i, p := range ps {
			if want := list[int(math.Ceil(float64(len(list))*float64(p)/100))-1]; got[i] != want {
				t.Fatalf("p%d is %d, want %d", p, got[i], want)
			}
		}
		ends := []int{0, 24, 72, 168}
		low := math.MinInt
		bins := h.Binned(ends)
		for i, high := range append(ends, math.MaxInt) {
			count := 0
			for _, v := range list {
				if v >= low && v < high {
					count++
				}
			}
			if bins[i] != count {
				t.Fatalf("bin %d has %d, want %d", i, bins[i], count)
			}
			low = high
		}
	})
	if !slices.Equal((rates.Histogram{}).Quantiles(50, 90), []int{0, 0}) {
		t.Error("of nothing there is a median")
	}
}

func ExampleWilson() {
	for _, n := range []int{10, 100, 1000} {
		i := rates.Wilson(n*9/10, n)
		fmt.Printf("90 %% of %4d: %.1f to %.1f %%\n", n, 100*i.Low, 100*i.High)
	}
	// Output:
	// 90 % of   10: 59.6 to 98.2 %
	// 90 % of  100: 82.6 to 94.5 %
	// 90 % of 1000: 88.0 to 91.7 %
}

func ExampleStandardise() {
	cells := []rates.Cell{
		{Group: "east", Strata: []string{"potholes", "roads"}, N: 80, Count: 40},
		{Group: "east", Strata: []string{"lamps", "roads"}, N: 20, Count: 19},
		{Group: "west", Strata: []string{"potholes", "roads"}, N: 40, Count: 20},
		{Group: "west", Strata: []string{"lamps", "roads"}, N: 160, Count: 152},
	}
	east := rates.Standardise(cells, 20)["east"]
	fmt.Printf("%d of %d, expected %.0f: %.2f\n", east.Count, east.N, east.Expected, east.Ratio())
	// Output: 59 of 100, expected 59: 1.00
}

func BenchmarkLimits(b *testing.B) {
	for b.Loop() {
		rates.Limits(0.93, 25_000, 0.998)
	}
}

// Whatever comes, an interval is one, holds what was seen, and no figure is
// none.
func FuzzRates(f *testing.F) {
	f.Add(3, 10, 0.5, 12.5)
	f.Add(-1, 0, -0.1, 0.0)
	f.Add(1<<30, 5, 1.5, 1e9)
	f.Fuzz(func(t *testing.T, count, n int, target, size float64) {
		count, n = count%1_000_000, n%1_000_000
		w := rates.Wilson(count, n)
		if !(0 <= w.Low && w.Low <= w.High && w.High <= 1) || n > 0 && !w.Has(float64(min(max(count, 0), n))/float64(n)) {
			t.Errorf("%d of %d: %+v", count, n, w)
		}
		p := rates.Poisson(count)
		if !(0 <= p.Low && p.Low <= p.High) || !p.Has(float64(max(count, 0))) {
			t.Errorf("%d events: %+v", count, p)
		}
		if math.IsNaN(target) || math.IsInf(target, 0) || math.IsNaN(size) || math.Abs(size) > 1e6 {
			return
		}
		l := rates.Limits(target, size, 0.95)
		low, high := rates.Tails(target, size, 0.5)
		if !(0 <= l.Low && l.Low <= l.High && l.High <= 1) || !(low >= 0 && low <= 1) || !(high >= 0 && high <= 1) || low+high < 1-1e-6 {
			t.Errorf("target %v of %v: %+v, tails %v and %v", target, size, l, low, high)
		}
	})
}
