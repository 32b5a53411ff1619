package cells_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"yiwang/internal/algo/cells"
)

func TestComplete(t *testing.T) {
	row := []cells.Sum{{Total: 0, Of: []int{1, 2, 3, 4}}}
	for _, test := range []struct {
		story  string
		n      []int
		hidden []int
		want   []int
	}{
		{"nothing is small", []int{60, 10, 20, 30, 0}, nil, nil},
		{"one alone would follow", []int{62, 2, 20, 30, 10}, []int{1}, []int{1, 4}},
		{"two follow together: they are few", []int{53, 2, 1, 30, 20}, []int{1, 2}, []int{1, 2, 4}},
		{"two that are enough", []int{57, 3, 4, 30, 20}, []int{1, 2}, []int{1, 2}},
		{"nothings say nothing", []int{60, 10, 20, 30, 0}, []int{4}, []int{4}},
		{"who stands alone has nothings to hide among", []int{2, 2, 0, 0, 0}, []int{1, 2, 3, 4}, []int{1, 2, 3, 4}},
		{"a hidden total follows from its parts", []int{60, 10, 20, 30, 0}, []int{0}, []int{0, 1}},
		{"a hidden total with few hidden parts", []int{62, 2, 20, 30, 10}, []int{0, 1}, []int{0, 1, 4}},
		{"a hidden total with a hidden part", []int{68, 8, 20, 30, 10}, []int{0, 1}, []int{0, 1}},
	} {
		hidden := make([]bool, len(test.n))
		for _, i := range test.hidden {
			hidden[i] = true
		}
		cells.Complete(test.n, hidden, row, 5)
		var got []int
		for i, h := range hidden {
			if h {
				got = append(got, i)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.story, got, test.want)
		}
	}
}

// In a table with totals on both sides no small figure is the only unknown of
// a row or a column, whatever is in it.
func TestNothingFollows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const rows, columns, least = 6, 7, 5
	for range 500 {
		at := func(i, j int) int { return i*(columns+1) + j } // the last of each is the total
		n := make([]int, (rows+1)*(columns+1))
		var sums []cells.Sum
		for i := range rows {
			for j := range columns {
				v := r.IntN(30)
				if r.IntN(3) == 0 {
					v = r.IntN(3)
				}
				n[at(i, j)] = v
				n[at(i, columns)] += v
				n[at(rows, j)] += v
				n[at(rows, columns)] += v
			}
		}
		for i := range rows + 1 {
			s := cells.Sum{Total: at(i, columns)}
			for j := range columns {
				s.Of = append(s.Of, at(i, j))
			}
			sums = append(sums, s)
		}
		for j := range columns + 1 {
			s := cells.Sum{Total: at(rows, j)}
			for i := range rows {
				s.Of = append(s.Of, at(i, j))
			}
			sums = append(sums, s)
		}
		hidden := make([]bool, len(n))
		for i := range n {
			hidden[i] = n[i] < least
		}
		cells.Complete(n, hidden, sums, least)
		for _, s := range sums {
			unknown, small := 0, 0
			for _, i := range append(slices.Clone(s.Of), s.Total) {
				if hidden[i] {
					unknown++
					if n[i] > 0 && n[i] < least {
						small++
					}
				}
			}
			if unknown == 1 && small == 1 {
				t.Fatalf("a small figure follows: %v %v of %v", s, hidden, n)
			}
		}
	}
}
