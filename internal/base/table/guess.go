package table

import (
	"maps"
	"slices"
	"strings"
)

// Guess maps fields that have no column yet to columns by what such columns
// are usually called: known gives the headings of each field, the likeliest
// first. Capitals and blanks do not count; a column that is a field already is
// not taken again. It gives the fields it mapped, in the order of the header.
func (m Mapping) Guess(header []string, known map[string][]string) (guessed []string) {
	taken := map[int]bool{}
	for _, i := range m {
		taken[i] = true
	}
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
	rank := func(field, heading string) int {
		return slices.IndexFunc(known[field], func(k string) bool { return fold(k) == fold(heading) })
	}
	for _, field := range slices.Sorted(maps.Keys(known)) {
		if _, mapped := m[field]; mapped {
			continue
		}
		best := -1
		for i, heading := range header {
			if r := rank(field, heading); r >= 0 && !taken[i] && (best < 0 || r < rank(field, header[best])) {
				best = i
			}
		}
		if best >= 0 {
			m[field] = best
			taken[best] = true
			guessed = append(guessed, field)
		}
	}
	slices.SortFunc(guessed, func(a, b string) int { return m[a] - m[b] })
	return guessed
}
