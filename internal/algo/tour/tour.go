// Package tour orders stops so that the way past them is short: for somebody
// who walks or rides from one to the next and need not come back. Which stops
// there are and which cannot wait is the business of who asks.
package tour

import "math"

// Order gives the indices of n stops in an order whose way, from stop to stop
// and back to nowhere, is short. meters is the symmetric distance of two
// stops. With a first stop of 0 or more the way begins there; with -1 it begins
// where that is best.
//
// The way from each possible beginning to the nearest stop left is mended by
// 2-opt (Croes, A method for solving traveling-salesman problems, Operations
// Research 6, 1958) and by moving runs of up to three stops elsewhere (Or,
// 1976) until neither makes it shorter; the shortest of them is taken. It is
// not always the shortest there is. Cost: O(n³) for a beginning that is given
// and about O(n⁴) otherwise, for the tens of stops of a day.
func Order(n, first int, meters func(i, j int) float64) []int {
	if n <= 0 {
		return nil
	}
	begins := []int{first}
	if first < 0 {
		begins = begins[:0]
		for i := range n {
			begins = append(begins, i)
		}
	}
	var best []int
	least := math.Inf(1)
	for _, begin := range begins {
		way := nearest(n, begin, meters)
		fixed := 0 // so many stops at the front stay where they are
		if first >= 0 {
			fixed = 1
		}
		for mend(way, fixed, meters) {
		}
		if d := Length(way, meters); d < least-tiny {
			best, least = way, d
		}
	}
	return best
}

// tiny is a gain that is rounding and nothing else, in meters.
const tiny = 1e-6

// Length is how long a way past stops is, in the unit of meters.
func Length(way []int, meters func(i, j int) float64) float64 {
	sum := 0.0
	for i := 1; i < len(way); i++ {
		sum += meters(way[i-1], way[i])
	}
	return sum
}

func nearest(n, begin int, meters func(i, j int) float64) []int {
	way := make([]int, 0, n)
	seen := make([]bool, n)
	for at := begin; at >= 0; {
		way, seen[at] = append(way, at), true
		next := -1
		for i := range n {
			if !seen[i] && (next < 0 || meters(at, i) < meters(at, next)) {
				next = i
			}
		}
		at = next
	}
	return way
}

// mend makes the way shorter once, if it can.
func mend(way []int, fixed int, meters func(i, j int) float64) bool {
	n := len(way)
	leg := func(i, j int) float64 { // the way ends at nowhere, which is near everything
		if i < 0 || j >= n {
			return 0
		}
		return meters(way[i], way[j])
	}
	for i := fixed; i < n-1; i++ { // turn the run i..j round
		for j := i + 1; j < n; j++ {
			if leg(i-1, j)+leg(i, j+1) < leg(i-1, i)+leg(j, j+1)-tiny {
				for a, b := i, j; a < b; a, b = a+1, b-1 {
					way[a], way[b] = way[b], way[a]
				}
				return true
			}
		}
	}
	for size := 1; size <= 3; size++ { // move the run i..i+size-1 to behind k
		for i := fixed; i+size <= n; i++ {
			gain := leg(i-1, i) + leg(i+size-1, i+size)
			if i > 0 && i+size < n {
				gain -= leg(i-1, i+size)
			}
			for k := fixed - 1; k < n; k++ {
				if k >= i-1 && k < i+size {
					continue
				}
				cost := leg(k, i) + leg(i+size-1, k+1)
				if k >= 0 && k+1 < n {
					cost -= leg(k, k+1)
				}
				if k < 0 {
					cost = leg(i+size-1, 0)
				}
				if cost < gain-tiny {
					move(way, i, size, k)
					return true
				}
			}
		}
	}
	return false
}

// move puts the run of size from i behind place k.
func move(way []int, i, size, k int) {
	run := append([]int(nil), way[i:i+size]...)
	rest := append(append([]int(nil), way[:i]...), way[i+size:]...)
	if k >= i {
		k -= size
	}
	copy(way, rest[:k+1])
	copy(way[k+1:], run)
	copy(way[k+1+size:], rest[k+1:])
}
