package answers

import (
	"math/bits"
	"slices"
	"unicode"

	"yiwang/internal/algo/text"
)

func mix(h uint64) uint64 { return bits.RotateLeft64(h*0x9e3779b97f4a7c15, 29) * 0xbf58476d1ce4e5b9 }

// said reports whether a sign says something.
func said(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func count(s []rune) (n int) {
	for _, r := range s {
		if said(r) {
			n++
		}
	}
	return n
}

// terms appends the hashes of the terms of folded signs, each once, ascending:
// neighbouring Han signs, and words of other letters.
func terms(dst []uint32, s []rune) []uint32 {
	dst = dst[:0]
	var before rune
	var word uint64
	end := func() {
		if word != 0 {
			dst, word = append(dst, uint32(mix(word)>>32)), 0
		}
	}
	for _, r := range s {
		if text.Han(r) {
			end()
			if before != 0 {
				dst = append(dst, uint32(mix(uint64(before)<<21|uint64(r))>>32))
			}
			before = r
			continue
		}
		before = 0
		if !said(r) {
			end()
			continue
		}
		word = (word ^ uint64(r) ^ 1<<40) * 1099511628211
	}
	end()
	slices.Sort(dst)
	return slices.Compact(dst)
}

// phraseLength is how many neighbouring signs, of those that say something,
// make a phrase.
const phraseLength = 6

// phrases calls do with the hash of every phrase and the place of its first
// and last sign. Digits are as good as one another: dates and numbers of
// letters make no phrase new.
func phrases(s []rune, do func(hash uint32, first, last int)) {
	var ring [phraseLength]uint64
	var at [phraseLength]int
	n := 0
	for i, r := range s {
		if !said(r) {
			continue
		}
		if unicode.IsDigit(r) {
			r = '0'
		}
		ring[n%phraseLength], at[n%phraseLength] = mix(uint64(r)), i
		if n++; n >= phraseLength {
			h := uint64(0)
			for k := range phraseLength {
				h = mix(h ^ ring[(n+k)%phraseLength])
			}
			do(uint32(h>>32), at[n%phraseLength], i)
		}
	}
}

// sentences gives the sentences of folded signs.
func sentences(s []rune) (out []Stretch) {
	from := 0
	add := func(to int) {
		for i := from; i < to; i++ {
			if said(s[i]) {
				out = append(out, Stretch{i, to})
				break
			}
		}
		from = to
	}
	for i, r := range s {
		switch r {
		case '。', '！', '？', '；', '!', '?', ';', '…', '\n', '\r':
			add(i + 1)
		case '.':
			if i+1 < len(s) && unicode.IsSpace(s[i+1]) {
				add(i + 1)
			}
		}
	}
	add(len(s))
	return out
}
