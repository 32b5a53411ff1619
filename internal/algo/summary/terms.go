package summary

import (
	"slices"
	"unicode"

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
			out = append(out, term{mix(uint64(r)), i, after})
			after = false
		case wordSign(r):
			from, h := i, uint64(14695981039346656037)
			for ; i < len(s) && wordSign(s[i]) && !text.Han(s[i]); i++ {
				h = (h ^ uint64(s[i])) * 1099511628211
			}
			i--
			out = append(out, term{mix(h), from, after})
			after = false
		case r != ' ':
			after = true
		}
	}
	return out
}

func wordSign(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
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
			out = append(out, gram{mix(ts[i-1].hash*3 + t.hash), ts[i-1].at})
		}
	}
	return out
}
