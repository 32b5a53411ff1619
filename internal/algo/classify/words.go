package classify

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"yiwang/internal/algo/text"
)

// What a model shows of its reasons should be words, and its features are
// pairs of signs. So it keeps the hashes of the Chinese words of its training
// text: as the blanks give them where most of it is segmented, otherwise those
// runs of signs that keep together and stand next to many others.

const (
	longestWord   = 4 // signs
	mostWords     = 30_000
	wordSample    = 600_000 // signs looked at
	wordCount     = 5       // times a word must occur
	wordCohesion  = 3.0     // least ln of how much more often than by chance, at the weakest joint
	wordFreedom   = 1.0     // least entropy of the signs on either side, nats
	wordSegmented = 2.7     // signs between blanks, at most, of segmented text
)

// wordHash extends the hash of a word by one more sign; 0 begins one.
func wordHash(h uint64, s sign) uint64 { return pair(h, s.hash) }

// learnWords gives the hashes of the words of rows, ascending.
func learnWords(rows []Row) []uint64 {
	var signs []sign
	bytes := 0
	for _, r := range rows {
		bytes += len(r.Subject) + len(r.Text)
	}
	step := 1 + bytes/(3*wordSample)
	given := map[uint64]uint32{}
	segmented, raw := 0, 0
	for i := 0; i < len(rows) && len(signs) < 2*wordSample; i += step {
		for _, s := range [2]string{rows[i].Subject, rows[i].Text} {
			n := text.Normalize(s)
			from := len(signs)
			signs = appendSigns(signs, n)
			if from < len(signs) {
				signs[from].after = true
			}
			if !spaced(n) {
				raw += len(n)
				continue
			}
			segmented += len(n)
			for w := range strings.FieldsSeq(n) {
				var buf [16]sign
				cut := appendSigns(buf[:0], w)
				if len(cut) < 2 || len(cut) > longestWord || slices.ContainsFunc(cut, func(s sign) bool { return s.rune == 0 }) {
					continue
				}
				var h uint64
				for _, s := range cut {
					h = wordHash(h, s)
				}
				given[h]++
			}
		}
	}
	if segmented > raw {
		return commonest(given)
	}
	return commonest(discover(signs))
}

// spaced reports whether s, normalized, has blanks between its Chinese words.
func spaced(s string) bool {
	runs, han, in := 0, 0, false
	for _, r := range s {
		if text.Han(r) {
			han++
			if !in {
				runs++
			}
			in = true
		} else {
			in = false
		}
	}
	return runs >= 4 && float64(han) <= wordSegmented*float64(runs)
}

func commonest(n map[uint64]uint32) []uint64 {
	hashes := make([]uint64, 0, len(n))
	for h := range n {
		hashes = append(hashes, h)
	}
	if len(hashes) > mostWords {
		slices.SortFunc(hashes, func(a, b uint64) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
		hashes = hashes[:mostWords]
	}
	slices.Sort(hashes)
	return hashes
}

// A gram is what is counted about a run of signs.
type gram struct {
	n           uint32
	left, right float32 // sum over occurrences of ln of how often the neighbour there is its neighbour
}

// discover finds the runs of two to four Han signs that are words by how they
// are used: each of their joints holds ln(n(ab)·N/(n(a)·n(b))) ≥ 3, and the
// entropy of the signs before and of those after is at least 1 (the ideas
// of Sproat and Shih 1990 for the first and of Harris 1955 for the second).
// A longer run is only counted if its two parts shorter by one occur often
// enough.
func discover(signs []sign) map[uint64]uint32 {
	at := newTable(1 << 16)
	grams := []gram{{}}
	count := func(h uint64) uint32 {
		if p := at.get(h); p != nil {
			return grams[*p].n
		}
		return 0
	}
	// each calls f for every run of n Han signs: hash, and the hashes without
	// its last and without its first sign.
	each := func(n int, f func(i int, h, head, tail uint64)) {
		for i := range signs {
			var h, head, tail uint64
			j := i
			for ; j < len(signs) && j < i+n && signs[j].rune != 0 && (j == i || !signs[j].after); j++ {
				head, h = h, wordHash(h, signs[j])
				if j > i {
					tail = wordHash(tail, signs[j])
				}
			}
			if j == i+n {
				f(i, h, head, tail)
			}
		}
	}
	total := 0.0
	for n := 1; n <= longestWord+1; n++ {
		each(n, func(_ int, h, head, tail uint64) {
			if n == 1 {
				total++
			} else if n > 2 && count(head) < wordCount && count(tail) < wordCount {
				return
			}
			p := at.put(h)
			if *p == 0 {
				*p = uint32(len(grams))
				grams = append(grams, gram{})
			}
			grams[*p].n++
		})
	}
	words := map[uint64]uint32{}
	for n := 2; n <= longestWord; n++ {
		each(n+1, func(_ int, h, head, tail uint64) {
			c := float32(math.Log(float64(max(1, count(h)))))
			if p := at.get(head); p != nil {
				grams[*p].right += c
			}
			if p := at.get(tail); p != nil {
				grams[*p].left += c
			}
		})
		each(n, func(i int, h, _, _ uint64) {
			p := at.get(h)
			if p == nil || grams[*p].n < wordCount {
				return
			}
			g := &grams[*p]
			if _, ok := words[h]; ok {
				return
			}
			all := math.Log(float64(g.n))
			if all-float64(max(g.left, g.right))/float64(g.n) < wordFreedom {
				return
			}
			for cut := 1; cut < n; cut++ {
				var a, b uint64
				for j := range n {
					if j < cut {
						a = wordHash(a, signs[i+j])
					} else {
						b = wordHash(b, signs[i+j])
					}
				}
				if all+math.Log(total)-math.Log(float64(count(a)))-math.Log(float64(count(b))) < wordCohesion {
					return
				}
			}
			words[h] = g.n
		})
	}
	return words
}

// whole gives the word of the training text that best holds the pair of signs
// c: the longest around it; or else the loudest that shares a sign with it.
func (s *scratch) whole(m *Model, c candidate) (candidate, bool) {
	var around, beside candidate
	for i := max(0, c.from-longestWord+1); i < c.to; i++ {
		var h uint64
		var sum float32
		for j := i; j < min(int32(len(s.signs)), i+longestWord); j++ {
			if s.signs[j].rune == 0 || j > i && s.signs[j].after {
				break
			}
			h = wordHash(h, s.signs[j])
			sum += s.speak[j]
			if j+1 <= c.from || j == i || m.words.get(h) == nil {
				continue
			}
			if i <= c.from && j+1 >= c.to {
				if j+1-i > around.to-around.from {
					around = candidate{i, j + 1, sum}
				}
			} else if sum > beside.speaks {
				beside = candidate{i, j + 1, sum}
			}
		}
	}
	if around.to > 0 {
		return around, true
	}
	return beside, beside.to > 0
}
