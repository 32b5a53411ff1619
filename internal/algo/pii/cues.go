package pii

import (
	"math/bits"
	"unicode/utf8"
)

// A wordSet finds which of its words a text has at a place. Words are in
// plain form (capitals, half width) and at most longestWord characters long.
type wordSet struct {
	words map[string]int
	edge  [0xA000]uint16 // for the first (or last) character, the lengths of the words as bits
	last  bool           // words are looked up by their last character
}

const longestWord = 15

// newWords makes a set of words that are looked for after a place, or before
// it; each group of words has a value.
func newWords(before bool, groups ...wordGroup) *wordSet {
	s := &wordSet{words: map[string]int{}, last: before}
	for _, g := range groups {
		for _, w := range g.words {
			r := []rune(w)
			if len(r) == 0 || len(r) > longestWord {
				panic("pii: a cue of a length that is not looked at: " + w)
			}
			c := r[0]
			if before {
				c = r[len(r)-1]
			}
			if v, twice := s.words[w]; !twice || v < g.value {
				s.words[w] = g.value
			}
			s.edge[c] |= 1 << len(r)
		}
	}
	return s
}

type wordGroup struct {
	value int
	words []string
}

// at gives the longest word that stands in flat at i (or, for a set of words
// looked for before a place, ends there): its value and its length, 0 and 0
// if there is none.
func (s *wordSet) at(flat []rune, i int) (value, length int) {
	k := i
	if s.last {
		k = i - 1
	}
	if k < 0 || k >= len(flat) {
		return 0, 0
	}
	if flat[k] >= rune(len(s.edge)) {
		return 0, 0
	}
	for lengths := s.edge[flat[k]]; lengths != 0; {
		n := bits.Len16(lengths) - 1
		lengths &^= 1 << n
		from, to := i, i+n
		if s.last {
			from, to = i-n, i
		}
		if from < 0 || to > len(flat) {
			continue
		}
		var b [4 * longestWord]byte
		w := b[:0]
		for _, r := range flat[from:to] {
			w = utf8.AppendRune(w, r)
		}
		if v, ok := s.words[string(w)]; ok {
			return v, n
		}
	}
	return 0, 0
}
