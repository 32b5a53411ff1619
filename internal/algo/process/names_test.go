package process

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The table of ids is a map.
func TestTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ids table
		want := map[string]int{}
		for range rapid.IntRange(0, 200).Draw(t, "n") {
			s := rapid.StringN(0, 2, 8).Draw(t, "s")
			i, ok := want[s]
			if !ok {
				i = len(want)
				want[s] = i
			}
			got, isNew := ids.index(s)
			if got != i || isNew == ok || ids.get(got) != s || ids.len() != len(want) {
				t.Fatalf("%q is %d (new %v), want %d", s, got, isNew, i)
			}
		}
	})
	var ids table
	long := func(i int) string { return strings.Repeat(string(rune(i+'a')), 400_000*(i%4)) } // some take a block of their own
	for i := range 5000 {
		if n, isNew := ids.index(string(rune(i + 'a'))); n != i || !isNew {
			t.Fatal(i, n)
		}
	}
	for i := range 12 {
		if n, isNew := ids.index("long " + long(i)); i%4 > 0 && (n != ids.len()-1 || !isNew || ids.get(n) != "long "+long(i)) {
			t.Fatal(i, n)
		}
	}
	for i := range 5000 {
		if n, isNew := ids.index(string(rune(i + 'a'))); n != i || isNew {
			t.Fatal(i, n)
		}
	}
}

// Two ways with one hash are two variants.
func TestCollision(t *testing.T) {
	l := &Log{}
	for i, c := range []string{"a", "b", "c", "d"} {
		for _, activity := range [][]string{{"x", "y"}, {"y", "x"}}[i%2] {
			if err := l.Add(Event{Case: c, Activity: activity, Time: time.Unix(0, 0)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	w := ways{}
	for c := range l.last {
		s, _ := l.steps(c, nil)
		if c == 1 {
			w.first[hashOf(s)] = 0
		}
		w.read(l, c, s)
	}
	if !slices.Equal(w.of, []uint32{0, 1, 0, 1}) {
		t.Errorf("the cases' variants are %v", w.of)
	}
}
