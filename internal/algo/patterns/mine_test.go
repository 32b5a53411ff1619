package patterns_test

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
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
		// Rare items make the data wide, so that lists are searched too and not
		// only words; each is in one transaction, so that with a minimum of 2
		// they change nothing.
		wide := rapid.IntRange(0, 3).Draw(t, "wide")
		o := patterns.Options{MinSupport: rapid.IntRange(1, 6).Draw(t, "support"), Kind: patterns.Kind(rapid.IntRange(0, 2).Draw(t, "kind"))}
		var b patterns.Builder
		for i, r := range rows {
			var names []string
			for _, item := range r {
				names = append(names, name(item))
			}
			if o.MinSupport > 1 {
				for j := range wide {
					names = append(names, fmt.Sprint("rare", i, j))
				}
			}
			if err := b.Add(names...); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := mined(t, b.Data(), o), brute(rows, o); !slices.Equal(got, want) {
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

// Where more than 64 items are left: all subsets of short transactions, two
// items of which are nearly everywhere.
func TestWideFrequent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(2, 90), 0, 4), 60, 120).Draw(t, "rows")
		hubs := rapid.IntRange(0, len(rows)).Draw(t, "hubs")
		for i := range rows {
			if i < hubs {
				rows[i] = append(rows[i], 0)
			}
			if i%7 != 0 {
				rows[i] = append(rows[i], 1)
			}
		}
		o := patterns.Options{MinSupport: rapid.IntRange(1, 4).Draw(t, "support")}
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
		var want []string
		for key, n := range support {
			if n >= o.MinSupport {
				want = append(want, text(sets[key], n))
			}
		}
		slices.Sort(want)
		if got := mined(t, add(t, rows), o); !slices.Equal(got, want) {
			t.Fatalf("got  %q\nwant %q", got, want)
		}
	})
}

// Where more than 64 items are left: the closed sets are the intersections of
// transactions, the maximal ones those of them that no other contains.
func TestWideClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(65, 300).Draw(t, "items")
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 90), 1, 8).Draw(t, "rows")
		common := rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 75).Draw(t, "common")
		for i := range rapid.IntRange(0, len(rows)).Draw(t, "with") {
			rows[i] = append(rows[i], common...)
		}
		o := patterns.Options{MinSupport: rapid.IntRange(1, 4).Draw(t, "support"), Kind: patterns.Kind(rapid.IntRange(1, 2).Draw(t, "kind"))}
		has := func(r, set []int) bool {
			return !slices.ContainsFunc(set, func(item int) bool { return !slices.Contains(r, item) })
		}
		closed := map[string][]int{}
		for pick := 1; pick < 1<<len(rows); pick++ {
			all := rows[bits.TrailingZeros(uint(pick))]
			all = distinct(all)
			for i, r := range rows {
				if pick>>i&1 == 1 {
					all = slices.DeleteFunc(all, func(item int) bool { return !slices.Contains(r, item) })
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
