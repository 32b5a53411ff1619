package table

import (
	"slices"
	"strings"
	"unicode"
)

// Guess gives fields that have no column yet the column whose heading is one
// of the usual ones for the field, or else contains one; the earlier in the
// list, the better. Signs that are neither letters nor numbers do not count,
// nor does case. A column is guessed for one field only. The fields are gone
// through in the order given; those that were guessed are returned.
func (m Mapping) Guess(header, fields []string, usual map[string][]string) (guessed []string) {
	names := make([]string, len(header))
	for i, h := range header {
		names[i] = letters(h)
	}
	taken := func(i int) bool {
		for _, column := range m {
			if column == i {
				return true
			}
		}
		return false
	}
	for _, alike := range []func(name, want string) bool{
		func(name, want string) bool { return name == want },
		strings.Contains,
	} {
		for _, field := range fields {
			if _, ok := m[field]; ok {
				continue
			}
			for _, want := range usual[field] {
				want = letters(want)
				i := slices.IndexFunc(names, func(name string) bool { return alike(name, want) })
				if i >= 0 && !taken(i) {
					m[field] = i
					guessed = append(guessed, field)
					break
				}
			}
		}
	}
	return guessed
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
