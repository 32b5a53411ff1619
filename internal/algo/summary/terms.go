package summary

import (
	"slices"

	"yiwang/internal/algo/text"
)

// A term is a Han sign or a word of other letters.
type term struct {
	hash  uint64
	at    int  // its first sign
	after bool // something other than blanks stands before it
}

// terms appends those of s.
func terms(out []term, s []rune) []term {
	out = slices.Grow(out, len(s))
	after := true
	for i := 0; i < len(s); i++ {
		switch r := s[i]; {
		case text.Han(r):
			out = append(out, term{text.Mix(uint64(r)), i, after})
			after = false
		case text.WordSign(r):
			from, h := i, uint64(14695981039346656037)
			for ; i < len(s) && text.WordSign(s[i]) && !text.Han(s[i]); i++ {
				h = (h ^ uint64(s[i])) * 1099511628211
			}
			i--
			out = append(out, term{text.Mix(h), from, after})
			after = false
		case r != ' ':
			after = true
		}
	}
	return out
}

// A gram is what sentences are compared by: a word of other letters, or two
// neighbouring Han signs.
type gram struct {
	hash uint64
	at   int
}

// grams appends those of s, whose terms are ts.
func grams(out []gram, s []rune, ts []term) []gram {
	out = slices.Grow(out, len(ts))
	for i, t := range ts {
		switch {
		case !text.Han(s[t.at]):
			out = append(out, gram{t.hash, t.at})
		case i > 0 && !t.after && text.Han(s[ts[i-1].at]):
			out = append(out, gram{text.Mix(ts[i-1].hash*3 + t.hash), ts[i-1].at})
		}
	}
	return out
}
