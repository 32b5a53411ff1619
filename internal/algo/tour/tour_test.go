package tour_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/tour"
)

type point struct{ x, y float64 }

func among(list []point) func(i, j int) float64 {
	return func(i, j int) float64 { return math.Hypot(list[i].x-list[j].x, list[i].y-list[j].y) }
}

// Whatever the stops, each is passed once, the way begins where it must, and
// it is hardly longer than the shortest of all.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 7).Draw(t, "n")
		list := make([]point, n)
		for i := range list {
			list[i] = point{rapid.Float64Range(0, 1000).Draw(t, "x"), rapid.Float64Range(0, 1000).Draw(t, "y")}
		}
		first := rapid.IntRange(-1, n-1).Draw(t, "first")
		got := tour.Order(n, first, among(list))
		if sorted := slices.Sorted(slices.Values(got)); len(sorted) != n || n > 0 && (sorted[0] != 0 || sorted[n-1] != n-1 || len(slices.Compact(sorted)) != n) {
			t.Fatalf("%v is no order of %d stops", got, n)
		}
		if n > 0 && first >= 0 && got[0] != first {
			t.Fatalf("%v does not begin at %d", got, first)
		}
		if best := shortest(n, first, among(list)); tour.Length(got, among(list)) > 1.25*best+1 {
			t.Fatalf("%v is %.0f m, the shortest is %.0f m", got, tour.Length(got, among(list)), best)
		}
	})
}

func shortest(n, first int, meters func(i, j int) float64) float64 {
	best := math.Inf(1)
	var walk func(way []int)
	walk = func(way []int) {
		if len(way) == n {
			best = min(best, tour.Length(way, meters))
			return
		}
		for i := range n {
			if !slices.Contains(way, i) && (len(way) > 0 || first < 0 || i == first) {
				walk(append(slices.Clone(way), i))
			}
		}
	}
	walk(nil)
	return best
}

func ExampleOrder() {
	houses := []point{{0, 0}, {300, 0}, {100, 0}, {200, 0}}
	fmt.Println(tour.Order(len(houses), 0, among(houses)))
	// Output: [0 2 3 1]
}
