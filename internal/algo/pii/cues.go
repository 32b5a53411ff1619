package pii

import (
	"math/bits"
	"sync"
	"unicode/utf8"
)

// A wordSet finds which of its words a text has at a place. Words are in
// plain form (capitals, half width) and at most longestWord characters long.
// It is made when it is first asked, since most commands never ask.
type wordSet struct {
	groups []wordGroup
	last   bool // words are looked up by their last character
	made   sync.Once
	words  map[string]int
	edge   *[0xA000]uint16 // for the first (or last) character, the lengths of the words as bits
}

const longestWord = 15

// newWords makes a set of words that are looked for after a place, or before
// it; each group of words has a value.
func newWords(before bool, groups ...wordGroup) *wordSet {
	return &wordSet{groups: groups, last: before}
}

func (s *wordSet) make() {
	s.words, s.edge = map[string]int{}, new([0xA000]uint16)
	for _, g := range s.groups {
		for _, w := range list(g.words) {
			r := []rune(w)
			if len(r) > longestWord {
				panic("pii: a cue of a length that is not looked at: " + w)
			}
			c := r[0]
			if s.last {
				c = r[len(r)-1]
			}
			if v, twice := s.words[w]; !twice || v < g.value {
				s.words[w] = g.value
			}
			s.edge[c] |= 1 << len(r)
		}
	}
}

// A wordGroup is words with blanks between, which share a value.
type wordGroup struct {
	value int
	words string
}

// at gives the longest word that stands in flat at i (or, for a set of words
// looked for before a place, ends there): its value and its length, 0 and 0
// if there is none.
func (s *wordSet) at(flat []rune, i int) (value, length int) {
	s.made.Do(s.make)
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
