// Package cells says which figures of published tables have to stay unsaid, so
// that those too small to be shown do not follow from totals.
package cells

// A Sum is a total and what it is the sum of, by their places in a list of
// figures.
type Sum struct {
	Total int
	Of    []int
}

// Complete hides more of the figures n until no hidden one follows from those
// shown: behind each total that is shown stand none hidden, or several that
// are together no fewer than least, and behind a hidden total as many.
// Whatever has to go, the smallest goes first. Nothing protects what stands
// alone under its total but to hide nothings (0) as well, which is up to the
// caller.
func Complete(n []int, hidden []bool, sums []Sum, least int) {
	for again := true; again; {
		again = false
		for _, s := range sums {
			if i := s.next(n, hidden, least); i >= 0 {
				hidden[i], again = true, true
			}
		}
	}
}

// next is the part of s that has to be hidden as well, -1 if none.
func (s Sum) next(n []int, hidden []bool, least int) int {
	count, together, smallest := 0, 0, -1
	for _, i := range s.Of {
		switch {
		case hidden[i]:
			count++
			together += n[i]
		case n[i] > 0 && (smallest < 0 || n[i] < n[smallest]):
			smallest = i
		}
	}
	enough := together == 0 || count > 1 && together >= least
	if hidden[s.Total] {
		enough = n[s.Total] < least || together >= least
	}
	if enough {
		return -1
	}
	return smallest
}
