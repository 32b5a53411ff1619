package patterns_test

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/patterns"
)

// made is data of these transactions, items parted by blanks.
func made(t testing.TB, rows ...string) *patterns.Data {
	t.Helper()
	var b patterns.Builder
	for _, r := range rows {
		if err := b.Add(strings.Fields(r)...); err != nil {
			t.Fatal(err)
		}
	}
	return b.Data()
}

type fataler interface {
	Helper()
	Fatal(args ...any)
}

// mined is what Mine gives, as text: items in order, and the support.
func mined(t fataler, d *patterns.Data, o patterns.Options) []string {
	t.Helper()
	var sets []string
	err := patterns.Mine(context.Background(), d, o, func(items []int, support int) error {
		names := make([]string, len(items))
		for i, item := range items {
			names[i] = d.Name(item)
		}
		slices.Sort(names)
		sets = append(sets, fmt.Sprint(strings.Join(names, " "), " ", support))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n, err := patterns.Count(context.Background(), d, o)
	if err != nil || int(n) != len(sets) {
		t.Fatal(fmt.Sprint(n, " were counted and ", len(sets), " found ", err))
	}
	slices.Sort(sets)
	return sets
}

func TestMine(t *testing.T) {
	baskets := []string{"bread milk", "bread diapers beer eggs", "milk diapers beer cola", "bread milk diapers beer", "bread milk diapers cola"}
	for _, c := range []struct {
		story string
		rows  []string
		o     patterns.Options
		want  string
	}{
		{"nothing", nil, patterns.Options{MinSupport: 1}, ""},
		{"more is asked than there is", []string{"a"}, patterns.Options{MinSupport: 2}, ""},
		{"one item", []string{"a"}, patterns.Options{MinSupport: 1}, "a 1"},
		{"an item twice counts once", []string{"a a", "b a b"}, patterns.Options{MinSupport: 2}, "a 2"},
		{"what is in every row counts like any other", []string{"a b", "a c", "a b"}, patterns.Options{MinSupport: 2}, "a 3, a b 2, b 2"},
		{"only what is in every row", []string{"a b", "a b"}, patterns.Options{MinSupport: 2}, "a 2, a b 2, b 2"},
		{"baskets", baskets, patterns.Options{MinSupport: 3}, "beer 3, beer diapers 3, bread 4, bread diapers 3, bread milk 3, diapers 4, diapers milk 3, milk 4"},
		{"closed", baskets, patterns.Options{MinSupport: 3, Kind: patterns.Closed}, "beer diapers 3, bread 4, bread diapers 3, bread milk 3, diapers 4, diapers milk 3, milk 4"},
		{"maximal", baskets, patterns.Options{MinSupport: 3, Kind: patterns.Maximal}, "beer diapers 3, bread diapers 3, bread milk 3, diapers milk 3"},
		{"closed in every row", []string{"a b", "a b c"}, patterns.Options{MinSupport: 1, Kind: patterns.Closed}, "a b 2, a b c 1"},
		{"maximal in every row", []string{"a b", "a b c"}, patterns.Options{MinSupport: 2, Kind: patterns.Maximal}, "a b 2"},
	} {
		if got := strings.Join(mined(t, made(t, c.rows...), c.o), ", "); got != c.want {
			t.Errorf("%s: %s, want %s", c.story, got, c.want)
		}
	}
}

// brute is what Mine should give, by trying every set of at most 12 items.
func brute(rows [][]int, o patterns.Options) []string {
	masks := make([]uint, len(rows))
	for i, r := range rows {
		for _, item := range r {
			masks[i] |= 1 << item
		}
	}
	support := func(set uint) (n int) {
		for _, m := range masks {
			if m&set == set {
				n++
			}
		}
		return n
	}
	var sets []string
	for set := uint(1); set < 1<<12; set++ {
		n := support(set)
		wanted := n >= o.MinSupport
		for item := range 12 {
			if set>>item&1 == 0 {
				more := support(set | 1<<item)
				wanted = wanted && (o.Kind != patterns.Closed || more < n) && (o.Kind != patterns.Maximal || more < o.MinSupport)
			}
		}
		if wanted {
			var names []string
			for item := range 12 {
				if set>>item&1 == 1 {
					names = append(names, name(item))
				}
			}
			sets = append(sets, fmt.Sprint(strings.Join(names, " "), " ", n))
		}
	}
	slices.Sort(sets)
	return sets
}

func name(item int) string { return fmt.Sprintf("i%03d", item) }

// Whatever the data: each set once, with its support, and no other.
func TestMineIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 11), 0, 14), 0, 40).Draw(t, "rows")
		o := patterns.Options{MinSupport: rapid.IntRange(1, 6).Draw(t, "support"), Kind: patterns.Kind(rapid.IntRange(0, 2).Draw(t, "kind"))}
		if got, want := mined(t, add(t, rows), o), brute(rows, o); !slices.Equal(got, want) {
			t.Fatalf("%v\ngot  %q\nwant %q", o, got, want)
		}
	})
}

// add adds rows of numbered items.
func add(t fataler, rows [][]int) *patterns.Data {
	t.Helper()
	var b patterns.Builder
	for _, r := range rows {
		var names []string
		for _, item := range r {
			names = append(names, name(item))
		}
		if err := b.Add(names...); err != nil {
			t.Fatal(err)
		}
	}
	return b.Data()
}

func text(items []int, support int) string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = name(item)
	}
	slices.Sort(names)
	return fmt.Sprint(strings.Join(names, " "), " ", support)
}

func distinct(items []int) []int {
	items = slices.Clone(items)
	slices.Sort(items)
	return slices.Compact(items)
}

// wanted is the frequent sets of short transactions, by counting all subsets
// of each, or those of them that are closed or maximal.
func wanted(rows [][]int, o patterns.Options) []string {
	support := map[string]int{}
	sets := map[string][]int{}
	for _, r := range rows {
		r = distinct(r)
		for pick := 1; pick < 1<<len(r); pick++ {
			var set []int
			for i, item := range r {
				if pick>>i&1 == 1 {
					set = append(set, item)
				}
			}
			key := fmt.Sprint(set)
			support[key]++
			sets[key] = set
		}
	}
	larger := map[string]int{} // the most frequent set with one item more
	for key, set := range sets {
		for i := range set {
			part := fmt.Sprint(slices.Delete(slices.Clone(set), i, i+1))
			larger[part] = max(larger[part], support[key])
		}
	}
	var list []string
	for key, n := range support {
		if n >= o.MinSupport && (o.Kind != patterns.Closed || larger[key] < n) && (o.Kind != patterns.Maximal || larger[key] < o.MinSupport) {
			list = append(list, text(sets[key], n))
		}
	}
	slices.Sort(list)
	return list
}

// Shapes of data that lead through every part of the search.
func TestShapes(t *testing.T) {
	some := func(r *rand.Rand, n, most int) []int {
		row := make([]int, r.IntN(most+1))
		for i := range row {
			row[i] = r.IntN(n)
		}
		return row
	}
	for story, build := range map[string]func(r *rand.Rand) [][]int{
		"two items nearly everywhere": func(r *rand.Rand) (rows [][]int) {
			for i := range 100 {
				row := some(r, 90, 4)
				if i%9 > 0 {
					row = append(row, 90)
				}
				if i%7 > 0 {
					row = append(row, 91)
				}
				rows = append(rows, row)
			}
			return rows
		},
		"rare items with more than 64 frequent ones": func(r *rand.Rand) (rows [][]int) {
			for item := range 75 {
				rows = append(rows, []int{100, item, r.IntN(75)}, []int{100, item}, []int{100, 101, item, r.IntN(75)}, []int{101, item})
				for range 110 {
					rows = append(rows, []int{item})
				}
			}
			return append(rows, []int{100, 101, 102}, []int{100, 101, 102})
		},
		"many rows of few kinds": func(r *rand.Rand) (rows [][]int) {
			for range 80 {
				row := some(r, 22, 8)
				for range 1 + r.IntN(4) {
					rows = append(rows, row)
				}
			}
			return rows
		},
		"many items, short rows": func(r *rand.Rand) (rows [][]int) {
			for range 800 {
				rows = append(rows, some(r, 999, 3))
			}
			return rows
		},
	} {
		for seed := range uint64(2) {
			rows := build(rand.New(rand.NewPCG(seed, 1)))
			d := add(t, rows)
			for _, o := range []patterns.Options{{MinSupport: 1}, {MinSupport: 3}} {
				for o.Kind = patterns.Frequent; o.Kind <= patterns.Maximal; o.Kind++ {
					if got, want := mined(t, d, o), wanted(rows, o); !slices.Equal(got, want) {
						t.Fatalf("%s, %v: %d sets, want %d", story, o, len(got), len(want))
					}
				}
			}
		}
	}
}

// Long transactions: the closed sets are the intersections of transactions,
// the maximal ones those of them that no other contains.
func TestLongClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		n, share := rapid.IntRange(40, 300).Draw(t, "items"), rapid.Float64Range(0.1, 0.95).Draw(t, "share")
		rows := make([][]int, rapid.IntRange(1, 7).Draw(t, "rows"))
		for i := range rows {
			for item := range n {
				if r.Float64() < share {
					rows[i] = append(rows[i], item)
				}
			}
		}
		o := patterns.Options{MinSupport: rapid.IntRange(1, 4).Draw(t, "support"), Kind: patterns.Kind(rapid.IntRange(1, 2).Draw(t, "kind"))}
		has := func(r, set []int) bool {
			for _, item := range set {
				if _, ok := slices.BinarySearch(r, item); !ok {
					return false
				}
			}
			return true
		}
		closed := map[string][]int{}
		for pick := 1; pick < 1<<len(rows); pick++ {
			all := slices.Clone(rows[bits.TrailingZeros(uint(pick))])
			for i, r := range rows {
				if pick>>i&1 == 1 {
					all = slices.DeleteFunc(all, func(item int) bool { return !has(r, []int{item}) })
				}
			}
			if bits.OnesCount(uint(pick)) >= o.MinSupport && len(all) > 0 {
				closed[fmt.Sprint(all)] = all
			}
		}
		var want []string
		for _, set := range closed {
			support, inside := 0, false
			for _, r := range rows {
				if has(r, set) {
					support++
				}
			}
			for _, other := range closed {
				inside = inside || len(other) > len(set) && has(other, set)
			}
			if o.Kind == patterns.Closed || !inside {
				want = append(want, text(set, support))
			}
		}
		slices.Sort(want)
		if got := mined(t, add(t, rows), o); !slices.Equal(got, want) {
			t.Fatalf("got  %q\nwant %q", got, want)
		}
	})
}

func TestRefused(t *testing.T) {
	long := make([]string, 10_000)
	for i := range long {
		long[i] = fmt.Sprint(i)
	}
	d := made(t, strings.Join(long, " "), "1 2 3")
	for _, n := range []int{0, -1} {
		if err := patterns.Mine(context.Background(), d, patterns.Options{MinSupport: n}, nil); !errors.Is(err, patterns.ErrSupport) {
			t.Error(n, err)
		}
	}
	if _, err := patterns.Count(context.Background(), d, patterns.Options{MinSupport: 1}); !errors.Is(err, patterns.ErrTooMany) {
		t.Error(err)
	}
	seen := 0
	err := patterns.Mine(context.Background(), d, patterns.Options{MinSupport: 1, MaxSets: 1000}, func([]int, int) error { seen++; return nil })
	if !errors.Is(err, patterns.ErrTooMany) || seen > 1000 {
		t.Error(seen, err)
	}
	if got := mined(t, d, patterns.Options{MinSupport: 1, Kind: patterns.Maximal}); len(got) != 1 {
		t.Error(len(got))
	}
	if got := mined(t, d, patterns.Options{MinSupport: 1, Kind: patterns.Closed}); len(got) != 2 {
		t.Error(len(got))
	}
	stop := errors.New("enough")
	if err := patterns.Mine(context.Background(), d, patterns.Options{MinSupport: 1}, func([]int, int) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = patterns.Mine(ctx, d, patterns.Options{MinSupport: 1}, func([]int, int) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
