package patterns_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/patterns"
)

func TestParseRatio(t *testing.T) {
	for in, want := range map[string]patterns.Ratio{
		"0.8": {Num: 4, Den: 5}, "4/5": {Num: 4, Den: 5}, "1": {Num: 1, Den: 1}, "0": {Num: 0, Den: 1}, ".25": {Num: 1, Den: 4}, "0.123456789": {Num: 123456789, Den: 1e9},
	} {
		if got, err := patterns.ParseRatio(in); err != nil || got != want {
			t.Errorf("%s: %v %v", in, got, err)
		}
	}
	for _, in := range []string{"", "x", "-0.1", "1.1", "1/0", "80%", "1e-1", "1e-999999999", "0x1", "0.1234567891", "NaN", "Inf", "1/2/3"} {
		if got, err := patterns.ParseRatio(in); err == nil {
			t.Errorf("%s is read as %v", in, got)
		}
	}
}

// The lady who tastes tea: Fisher, The Design of Experiments, 1935.
func TestFisher(t *testing.T) {
	for _, c := range []struct {
		n, a, c, both int
		want          float64
	}{
		{8, 4, 4, 4, 1.0 / 70}, {8, 4, 4, 3, 17.0 / 70}, {8, 4, 4, 0, 1}, {8, 4, 4, 5, 0}, {10, 10, 5, 5, 1}, {10, 7, 7, 4, 1}, {1, 1, 1, 1, 1},
	} {
		if got := patterns.Fisher(c.n, c.a, c.c, c.both); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v", c, got)
		}
	}
	if p := patterns.Fisher(1_000_000, 1000, 1000, 500); p != 0 && p > 1e-300 {
		t.Error(p)
	}
}

// exact is Fisher's P in fractions.
func exact(n, a, c, both int) float64 {
	choose := func(n, k int) *big.Int { return new(big.Int).Binomial(int64(n), int64(k)) }
	sum := new(big.Int)
	for x := max(both, a+c-n, 0); x <= min(a, c); x++ {
		sum.Add(sum, new(big.Int).Mul(choose(a, x), choose(n-a, c-x)))
	}
	p, _ := new(big.Rat).SetFrac(sum, choose(n, c)).Float64()
	return p
}

func TestFisherIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "n")
		a, c := rapid.IntRange(0, n).Draw(t, "a"), rapid.IntRange(0, n).Draw(t, "c")
		both := rapid.IntRange(0, min(a, c)).Draw(t, "both")
		got, want := patterns.Fisher(n, a, c, both), exact(n, a, c, both)
		if math.Abs(got-want) > 1e-9*want+1e-12*math.Min(1, want*1e3) && math.Abs(got-want) > 1e-13 || got < 0 || got > 1 {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// Rules of several searches are corrected together: for all that were tried, by
// the formulas, with what only some items may be on the right of.
func TestCorrect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var searches []*patterns.Rules
		var tested []float64
		tried := 0
		for _, side := range []int{0, 1} {
			rows := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 6), 0, 6), 1, 25).Draw(t, "rows")
			d := add(t, rows)
			o := patterns.RuleOptions{MinSupport: 1, MinConfidence: patterns.Ratio{Num: 0, Den: 1}, Then: func(item int) bool { return item%2 == side }}
			found, err := patterns.FindRules(t.Context(), d, o)
			if err != nil {
				t.Fatal(err)
			}
			o.Then = nil
			whole, err := patterns.FindRules(t.Context(), d, o)
			if err != nil {
				t.Fatal(err)
			}
			want := 0
			for i := range whole.Len() {
				if whole.Rule(i).Then%2 == side {
					want++
				}
			}
			if found.Len() != want {
				t.Fatalf("%d rules about these items, want %d", found.Len(), want)
			}
			for i := range found.Len() {
				r := found.Rule(i)
				if r.Then%2 != side {
					t.Fatalf("%+v is about another item", r)
				}
				tested = append(tested, r.P)
			}
			tried += int(found.Tried)
			searches = append(searches, found)
		}
		patterns.Correct(searches...)
		slices.Sort(tested)
		for _, s := range searches {
			for i := range s.Len() {
				r := s.Rule(i)
				holm, bh := 0.0, 1.0
				for j, q := range tested {
					if q <= r.P {
						holm = max(holm, min(1, float64(tried-j)*q))
					}
					if q >= r.P {
						bh = min(bh, float64(tried)*q/float64(j+1))
					}
				}
				if math.Abs(r.Holm-holm) > 1e-9 || math.Abs(r.BH-bh) > 1e-9 {
					t.Fatalf("%+v, should have Holm %v and BH %v", r, holm, bh)
				}
			}
		}
	})
}

// Rules are those that brute force finds, with its figures, and P corrected as
// the formulas say.
func TestFindRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 6), 0, 6), 1, 25).Draw(t, "rows")
		least := patterns.Ratio{Num: rapid.Uint64Range(0, 10).Draw(t, "confidence"), Den: 10}
		o := patterns.RuleOptions{MinSupport: rapid.IntRange(1, 4).Draw(t, "support"), MinConfidence: least}
		d := add(t, rows)
		found, err := patterns.FindRules(context.Background(), d, o)
		if err != nil {
			t.Fatal(err)
		}
		support := func(set uint) (n int) {
			for _, r := range rows {
				has := uint(0)
				for _, item := range r {
					has |= 1 << item
				}
				if has&set == set {
					n++
				}
			}
			return n
		}
		type rule struct {
			left uint
			then int
		}
		ps := map[rule]float64{}
		var tested []float64
		tried := 0
		for left := uint(1); left < 1<<7; left++ {
			for then := range 7 {
				a, c, both := support(left), support(1<<then), support(left|1<<then)
				if left>>then&1 == 1 || a < o.MinSupport || c < o.MinSupport {
					continue
				}
				tried++
				if both >= o.MinSupport {
					p := exact(len(rows), a, c, both)
					tested = append(tested, p)
					if both*10 >= a*int(least.Num) {
						ps[rule{left, then}] = p
					}
				}
			}
		}
		if int(found.Tried) != tried || found.Len() != len(ps) {
			t.Fatalf("%d tried and %d found, want %d and %d", found.Tried, found.Len(), tried, len(ps))
		}
		slices.Sort(tested)
		last := 1.0
		number := map[string]int{}
		for i := range 7 {
			number[name(i)] = i
		}
		for i := range found.Len() {
			r := found.Rule(i)
			k := rule{then: number[d.Name(r.Then)]}
			for _, item := range r.If {
				k.left |= 1 << number[d.Name(item)]
			}
			p, ok := ps[k]
			a, c, both := support(k.left), support(1<<k.then), support(k.left|1<<k.then)
			if !ok || r.Support != both || r.IfSupport != a || r.ThenSupport != c || math.Abs(r.P-p) > 1e-9 {
				t.Fatalf("%+v, P %v", r, p)
			}
			conf, share := float64(both)/float64(a), float64(c)/float64(len(rows))
			if r.Confidence != conf || math.Abs(r.Lift-conf/share) > 1e-9 || both < a && math.Abs(r.Conviction-(1-share)/(1-conf)) > 1e-9 || both == a && !math.IsInf(r.Conviction, 1) {
				t.Fatalf("%+v", r)
			}
			holm, bh := 0.0, 1.0
			for j, q := range tested {
				if q <= p+1e-12 {
					holm = max(holm, min(1, float64(tried-j)*q))
				}
				if q >= p-1e-12 {
					bh = min(bh, float64(tried)*q/float64(j+1))
				}
			}
			// Where two P differ by less than rounding, so may their ranks.
			if math.Abs(r.Holm-holm) > 1e-9+p*8 && !near(tested) || math.Abs(r.BH-bh) > 1e-9 && !near(tested) {
				t.Fatalf("%+v, Holm %v, BH %v", r, holm, bh)
			}
			if last < r.Confidence {
				t.Fatal("not the surest first")
			}
			last = r.Confidence
			has := rows[r.Example]
			for _, item := range append(r.If, r.Then) {
				if !slices.Contains(has, number[d.Name(item)]) {
					t.Fatalf("%+v: the example has %v", r, has)
				}
			}
			delete(ps, k)
		}
		if len(ps) > 0 {
			t.Fatalf("missing: %v", ps)
		}
	})
}

// Rules of closed and of maximal sets are those of all rules whose sides
// together are such a set, with the same figures.
func TestFindRulesKinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		d := add(t, rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 6), 0, 6), 1, 25).Draw(t, "rows"))
		o := patterns.RuleOptions{MinSupport: rapid.IntRange(1, 4).Draw(t, "support"), MinConfidence: patterns.Ratio{Num: 1, Den: 2}}
		all, err := patterns.FindRules(ctx, d, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, o.Kind = range []patterns.Kind{patterns.Closed, patterns.Maximal} {
			sets := map[string]bool{}
			err := patterns.Mine(ctx, d, patterns.Options{Kind: o.Kind, MinSupport: o.MinSupport}, func(set []int, _ int) error {
				sets[fmt.Sprint(slices.Sorted(slices.Values(set)))] = true
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			found, err := patterns.FindRules(ctx, d, o)
			if err != nil {
				t.Fatal(err)
			}
			k := 0
			for i := range all.Len() {
				r := all.Rule(i)
				if !sets[fmt.Sprint(slices.Sorted(slices.Values(append(slices.Clone(r.If), r.Then))))] {
					continue
				}
				if k >= found.Len() || fmt.Sprint(found.Rule(k)) != fmt.Sprint(r) {
					t.Fatalf("rule %d is not %+v", k, r)
				}
				k++
			}
			if k != found.Len() || found.Tried != all.Tried {
				t.Fatalf("%d rules, want %d", found.Len(), k)
			}
		}
	})
}

// near reports whether equal P may have come out in another order.
func near(sorted []float64) bool {
	for i := range sorted[1:] {
		if d := sorted[i+1] - sorted[i]; d != 0 && d < 1e-9 {
			return true
		}
	}
	return false
}

// Where nothing goes together, hardly ever is a rule found; what was planted is.
func TestChance(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2)) // the same data each time
	false1, false2, planted := 0, 0, 0
	const sets = 40
	for range sets {
		var rows [][]int
		for range 500 {
			var r []int
			for item := range 60 {
				if rnd.Float64() < 0.06 {
					r = append(r, item)
				}
			}
			if rnd.Float64() < 0.06 {
				r = append(r, 60)
				if rnd.Float64() < 0.7 {
					r = append(r, 61)
				}
			}
			rows = append(rows, r)
		}
		d := add(t, rows)
		found, err := patterns.FindRules(context.Background(), d, patterns.RuleOptions{MinSupport: 4, MinConfidence: patterns.Ratio{Num: 0, Den: 1}})
		if err != nil {
			t.Fatal(err)
		}
		seen1, seen2 := false, false
		for i := range found.Len() {
			r := found.Rule(i)
			names := []string{d.Name(r.Then)}
			for _, item := range r.If {
				names = append(names, d.Name(item))
			}
			pair := slices.Contains(names, name(60)) && slices.Contains(names, name(61))
			if len(names) == 2 && pair && r.If[0] != r.Then && d.Name(r.Then) == name(61) && r.Holm < 0.05 {
				planted++
			}
			seen1 = seen1 || !pair && r.Holm < 0.05
			seen2 = seen2 || !pair && r.P < 0.05
		}
		if seen1 {
			false1++
		}
		if seen2 {
			false2++
		}
	}
	if false1 > sets/10 || false2 < sets || planted < sets {
		t.Errorf("of %d: false with Holm %d, without a correction %d, planted found %d", sets, false1, false2, planted)
	}
}

// Of ten items that always come together, each set makes a rule for each of
// its items, and none of them says anything.
func TestManyRules(t *testing.T) {
	d := made(t, "a b c d e f g h i j", "a b c d e f g h i j")
	found, err := patterns.FindRules(context.Background(), d, patterns.RuleOptions{MinSupport: 2, MinConfidence: patterns.Ratio{Num: 1, Den: 1}})
	if err != nil || found.Sets != 1023 || found.Len() != 10*512-10 || found.Tried != 10*512-10 {
		t.Fatal(found, err)
	}
	if r := found.Rule(found.Len() - 1); len(r.If) != 9 || r.Lift != 1 || r.P != 1 || r.Holm != 1 || r.BH != 1 || r.Example != 0 {
		t.Errorf("%+v", r)
	}
}

func TestRulesRefused(t *testing.T) {
	d := made(t, "a b c", "a b")
	for _, least := range []patterns.Ratio{{}, {Num: 2, Den: 1}, {Num: 1, Den: 1 << 40}} {
		if _, err := patterns.FindRules(context.Background(), d, patterns.RuleOptions{MinSupport: 1, MinConfidence: least}); err == nil {
			t.Error(least)
		}
	}
	half := patterns.Ratio{Num: 1, Den: 2}
	if _, err := patterns.FindRules(context.Background(), d, patterns.RuleOptions{MinSupport: 0, MinConfidence: half}); !errors.Is(err, patterns.ErrSupport) {
		t.Error(err)
	}
	if _, err := patterns.FindRules(context.Background(), d, patterns.RuleOptions{MinSupport: 1, MinConfidence: half, MaxSets: 3}); !errors.Is(err, patterns.ErrTooMany) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := patterns.FindRules(ctx, d, patterns.RuleOptions{MinSupport: 1, MinConfidence: half}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if found, err := patterns.FindRules(context.Background(), d, patterns.RuleOptions{MinSupport: 3, MinConfidence: half}); err != nil || found.Len() != 0 || found.Tried != 0 {
		t.Error(found, err)
	}
}

func ExampleMine() {
	var b patterns.Builder
	for _, basket := range [][]string{{"bread", "milk"}, {"bread", "milk", "eggs"}, {"milk"}} {
		if err := b.Add(basket...); err != nil {
			fmt.Println(err)
			return
		}
	}
	d := b.Data()
	err := patterns.Mine(context.Background(), d, patterns.Options{MinSupport: 2}, func(items []int, support int) error {
		slices.SortFunc(items, d.Compare)
		for _, item := range items {
			fmt.Print(d.Name(item), " ")
		}
		fmt.Println(support)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// milk 3
	// bread 2
	// bread milk 2
}

// What goes together in cases: each rule with a case that shows it.
func ExampleFindRules() {
	b := patterns.NewTable("category", "hour", "outcome")
	for i := range 200 {
		row := []string{"noise", "day", "solved"}
		if i%2 == 0 {
			row[0] = "water"
		}
		if i%3 == 0 {
			row[1] = "night"
		}
		if i%6 == 3 { // noise at night
			row[2] = "not solved"
		}
		if err := b.Add(row...); err != nil {
			fmt.Println(err)
			return
		}
	}
	d := b.Data()
	found, err := patterns.FindRules(context.Background(), d, patterns.RuleOptions{MinSupport: 20, MinConfidence: patterns.Ratio{Num: 9, Den: 10}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range found.Len() {
		if r := found.Rule(i); d.Name(r.Then) == "outcome=not solved" {
			for _, item := range r.If {
				column, value := d.Field(item)
				fmt.Printf("%s is %s; ", column, value)
			}
			fmt.Printf("%d of %d, lift %.1f, significant: %v, for one see row %d\n", r.Support, r.IfSupport, r.Lift, r.Holm < 0.01, r.Example)
		}
	}
	// Output: category is noise; hour is night; 33 of 33, lift 6.1, significant: true, for one see row 3
}
