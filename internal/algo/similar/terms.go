package similar

import (
	"slices"
	"unicode"

	"yiwang/internal/algo/text"
)

// A term is what messages are compared by, as the hash of its signs: one Han
// sign or one word, or two that follow one another. What stands between them
// (blanks, punctuation) is not seen, and how often a term occurs is not
// counted.
type term = uint64

// FNV-1a, over runes.
const hashBegin, hashPrime = 0xcbf29ce484222325, 0x100000001b3

func addSign(h uint64, r rune) uint64 { return (h ^ uint64(r)) * hashPrime }

// spread is the finalizer of splitmix64, a bijection: hashes of neighbouring
// signs become as good as random.
func spread(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// A unit is a Han sign or a word of other letters and digits.
type unit struct {
	hash uint64
	word bool
}

// units cuts s, normalized, into its units. The cost is linear.
func units(s string) []unit {
	list := make([]unit, 0, len(s)/3)
	h := uint64(hashBegin)
	flush := func() {
		if h != hashBegin {
			list = append(list, unit{spread(h), true})
			h = hashBegin
		}
	}
	for _, r := range text.Normalize(s) {
		switch {
		case text.Han(r):
			flush()
			list = append(list, unit{spread(addSign(hashBegin, r)), false})
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r) && h != hashBegin:
			h = addSign(h, r)
		default:
			flush()
		}
	}
	flush()
	return list
}

// join is the hash of units that follow one another.
func join(h, next uint64) uint64 { return spread(h*hashPrime ^ next) }

// terms gives the terms of texts, ascending, each once.
func terms(texts ...[]unit) []term {
	var list []term
	for _, us := range texts {
		for i, u := range us {
			list = append(list, u.hash)
			if i > 0 {
				list = append(list, join(us[i-1].hash, u.hash))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
