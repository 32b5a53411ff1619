// Package keywords finds the words and phrases that say what a text, or a
// group of texts, is about, in Chinese and English, without a dictionary: what
// is a word is learned from the texts themselves.
//
// A phrase is a run of units: Han signs and words of other letters. Whole
// sentences that say what a text is about come from package summary; package
// classify finds words of its own, from the rows a model learns from.
package keywords

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"yiwang/internal/algo/text"
)

// Limits of what is learned and of what a phrase is.
const (
	longest    = 8       // units of a phrase
	longestNon = 4       // of one without Han signs
	mostSigns  = 600_000 // learned from; of more, every k-th text
	cohesion   = 2.0     // least ln of how much more often than by chance, at the weakest joint
	freedom    = 0.45    // least entropy of the units on either side, as a share of the most it could be
	variety    = 0.8     // and in nats, where there are enough texts to ask for it
)

// A Lexicon is the words and phrases of some texts, with how many of the texts
// have each. It may be used by several goroutines at once.
type Lexicon struct {
	*table
	entries []entry
	dear    float32 // cost of a unit never seen
	texts   int
}

// An entry is what is known of a run of units.
type entry struct {
	df   int32   // texts that have it
	last int32   // the text counted last
	cost float32 // -ln of its share, for units and short words that text is cut into; else +Inf
	word bool    // it can be a keyword
}

// A Keyword is a word or a phrase of a text.
type Keyword struct {
	Text  string  // as it is first written
	Count int     // texts of the group that have it
	Score float64 // greater than 0; comparable within one group
	// Where it first stands: the number of the text, and signs [Start, End) of it.
	In, Start, End int
}

// A unit is a Han sign or a word of other letters.
type unit struct {
	hash       uint64
	start, end int32 // signs
	han        bool
	number     bool // digits alone
	stop       bool // joins words, and begins or ends no phrase
	after      bool // something other than blanks stands before it
}

// units takes folded signs apart.
func units(dst []unit, s []rune) []unit {
	after := true
	for i := 0; i < len(s); i++ {
		switch r := s[i]; {
		case text.Han(r):
			dst = append(dst, unit{hash: text.Mix(uint64(r)), start: int32(i), end: int32(i + 1), han: true, stop: int(r) < len(isParticle) && isParticle[r], after: after})
			after = false
		case text.WordSign(r):
			j, h, number := i, uint64(14695981039346656037), true
			for ; j < len(s) && (text.WordSign(s[j]) && !text.Han(s[j]) || s[j] == '\'' && j+1 < len(s) && text.WordSign(s[j+1])); j++ {
				h = (h ^ uint64(s[j])) * 1099511628211
				number = number && unicode.IsNumber(s[j])
			}
			dst = append(dst, unit{hash: text.Mix(h), start: int32(i), end: int32(j), number: number, after: after})
			// The A of A3区 or A市 is a name.
			alone := (i == 0 || !text.Han(s[i-1])) && (j == len(s) || !text.Han(s[j]))
			dst[len(dst)-1].stop = alone && stopWords[string(s[i:j])]
			after = false
			i = j - 1
		case r != ' ':
			after = true
		}
	}
	return dst
}

// extend is the hash of a phrase and one more unit; 0 begins a phrase.
func extend(h uint64, u unit) uint64 { return text.Mix(h*3 + u.hash) }

// phrase reports whether units that stand together may be a
// phrase by what they are: no particle at its ends, no word that joins others
// in it, not a sign or a number alone.
func phrase(us []unit) bool {
	if us[0].stop || us[len(us)-1].stop {
		return false
	}
	if len(us) == 1 {
		return !us[0].han && !us[0].number && us[0].end-us[0].start > 2
	}
	return !slices.ContainsFunc(us, func(u unit) bool { return u.stop && !u.han })
}

// Learn finds the words and phrases of texts: runs of up to eight units that
// occur twice or more, whose parts keep together and whose neighbours change.
//
// At every joint a|b of a run, ln(n(ab)·N / (n(a)·n(b))) must be at least 2
// (pointwise mutual information: Church and Hanks, 1990; Sproat and Shih,
// 1990); and the entropy of the units before it and of those after it at
// least 0.45·min(ln n, 3), and 0.8 from 50 texts on (branching entropy: Harris, From phoneme to
// morpheme, 1955; Jin and Tanaka-Ishii, 2006). A word of other letters is one
// by itself.
//
// Cost: a few passes over the texts; of more than 600,000 signs every k-th
// text is read. Memory: about 70 bytes a sign.
func Learn(texts []string) *Lexicon {
	signs := 0
	for _, t := range texts {
		signs += len(t) / 3
	}
	step := 1 + signs/mostSigns
	all := make([]unit, 0, signs/step+signs/step/8)
	starts := []int{}
	for i := 0; i < len(texts); i += step {
		starts = append(starts, len(all))
		all = units(all, text.Fold(texts[i]))
		if n := starts[len(starts)-1]; n < len(all) {
			all[n].after = true
		}
	}
	least := int32(3)
	if len(starts) < 50 {
		least = 2
	}
	l := &Lexicon{table: newTable(len(all) / 8), texts: len(starts)}
	l.discover(all, least)
	for t, from := range starts {
		to := len(all)
		if t+1 < len(starts) {
			to = starts[t+1]
		}
		runs(all[from:to], func(h uint64) {
			if k := l.get(h); k != 0 {
				if e := &l.entries[k-1]; e.word && e.last != int32(t+1) {
					e.last = int32(t + 1)
					e.df++
				}
			}
		})
	}
	return l
}

// runs calls f for every run of units that may be a phrase, by its hash.
func runs(us []unit, f func(h uint64)) {
	for i := range us {
		var h uint64
		han := false
		for j := i; j < len(us) && j < i+longest && (j == i || !us[j].after); j++ {
			h = extend(h, us[j])
			han = han || us[j].han
			if !han && j-i >= longestNon {
				break
			}
			if phrase(us[i : j+1]) {
				f(h)
			}
		}
	}
}

// A candidate is a phrase of a group.
type candidate struct {
	Keyword
	df     int32 // texts of the lexicon
	hash   uint64
	units  int
	last   int   // text in which it was counted last
	within int32 // its occurrences within longer candidates
	total  int32
}

// repeats reports whether half of the pairs of signs of a are in b.
func repeats(a, b string) bool {
	signs := []rune(a)
	if len(signs) < 2 {
		return strings.Contains(b, a)
	}
	n := 0
	for i := 1; i < len(signs); i++ {
		if strings.Contains(b, string(signs[i-1:i+1])) {
			n++
		}
	}
	return 2*n >= len(signs)-1
}

// Of gives the n phrases that tell best what a group of texts is about, the
// best first. A phrase scores
//
//	c · (1 + ln(n/c)) · (1 - 0.8·w/n) · ln((N+1)/(df+½)) · log2(1 + units) · (1 + 1/(1 + first/40)),
//
// with n its occurrences in the c texts of the group that have it, w those of
// them within longer phrases (after the C-value of Frantzi, Ananiadou and
// Mima, Automatic recognition of multi-word terms, 2000), df the texts that
// have it of the N that the lexicon was learned from, and first the signs
// before it where it first stands (as in KEA: Witten et al., 1999). A
// phrase begins and ends where the words do that make the text likeliest (a
// unigram model, by Viterbi's algorithm). One that mostly repeats a
// better one is left out.
//
// Cost: O(signs) for the group, apart from sorting.
func (l *Lexicon) Of(texts []string, n int) []Keyword {
	found := map[uint64]*candidate{}
	var list []*candidate
	var us []unit
	type place struct {
		from, to int
		c        *candidate
	}
	var places []place
	var x reading
	for t, s := range texts {
		folded := text.Fold(s)
		us = units(us[:0], folded)
		places = places[:0]
		cuts := x.cut(l, us)
		for i := range us {
			if !cuts[i] {
				continue
			}
			var h uint64
			for j := i; j < len(us) && j < i+longest && (j == i || !us[j].after); j++ {
				h = extend(h, us[j])
				if !cuts[j+1] || !phrase(us[i:j+1]) {
					continue
				}
				k := l.get(h)
				if k == 0 || !l.entries[k-1].word {
					continue
				}
				df := l.entries[k-1].df
				c := found[h]
				if c == nil {
					c = &candidate{hash: h, df: df, units: j + 1 - i, last: -1}
					c.In, c.Start, c.End = t, int(us[i].start), int(us[j].end)
					found[h] = c
					list = append(list, c)
				}
				c.total++
				if c.last != t {
					c.last = t
					c.Count++
				}
				places = append(places, place{i, j + 1, c})
			}
		}
		// A place within a longer one counts little for itself.
		start, end := 0, 0
		for k, p := range places { // by where they begin, the shorter first
			longer := k+1 < len(places) && places[k+1].from == p.from
			if longer || p.to <= end && p.from >= start {
				p.c.within++
			}
			if p.to > end {
				start, end = p.from, p.to
			}
		}
	}
	for _, c := range list {
		n, texts := float64(c.total), float64(c.Count)
		c.Score = texts * (1 + math.Log(n/texts)) * (1 - 0.8*float64(c.within)/n) * (1 + 1/(1+float64(c.Start)/40)) *
			math.Log((float64(l.texts)+1)/(float64(c.df)+0.5)) * math.Log2(1+float64(c.units))
	}
	slices.SortStableFunc(list, func(a, b *candidate) int { return cmp.Compare(b.Score, a.Score) })
	var out []Keyword
	var taken []string
	for _, c := range list {
		if len(out) == n || c.Score <= 0 {
			break
		}
		c.Text = strings.Join(strings.Fields(string([]rune(texts[c.In])[c.Start:c.End])), " ")
		folded := string(text.Fold(c.Text))
		if slices.ContainsFunc(taken, func(t string) bool { return strings.Contains(t, folded) || repeats(folded, t) }) {
			continue
		}
		taken = append(taken, folded)
		out = append(out, c.Keyword)
	}
	return out
}
