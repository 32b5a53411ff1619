// Package summary shortens texts by taking sentences out of them, never by
// writing new ones: each line of a summary is signs of the source and says
// which, so that whoever doubts it can look.
//
// Of one text it takes the clauses that say what it is about (Background.Of),
// of many messages about one matter a few lines that together say the most
// (Background.Group). It knows no grammar: a sentence is what stands between
// marks, in Chinese and English. The words that matter come from package
// keywords; which messages belong together is the business of package topics.
package summary

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"yiwang/internal/algo/text"
)

// A Background knows how common words are in a kind of text, by counting them
// in many. The zero value takes all for equally common. It may be used by
// several goroutines at once.
type Background struct {
	df    map[uint64]int32
	texts int
}

// A Sentence is signs [Start, End) of a text.
type Sentence struct {
	Start, End int
	Text       string
}

const (
	headline = 20.0 // terms: how long a line should be, as a subject is
	spread   = 0.7  // how far from that, in ln, costs as much as one standard deviation
	longest  = 60   // terms of a line of several clauses
	cutAt    = 100  // terms of a clause; of a longer one the beginning is taken
	fade     = 30.0 // signs: people say what they want first
	first    = 4.0  // how much more that counts
	polite   = 0.6  // of a clause that greets or thanks
	mostRead = 20_000
	mostSeen = 300 // clauses of a text that are looked at

	mostGrams = 4_000_000
)

// Learn counts in how many of texts each pair of Han signs and each word is.
func Learn(texts []string) *Background {
	b := &Background{}
	for _, t := range texts {
		b.Add(t)
	}
	return b
}

// Add counts one more text. Once there are four million different pairs and
// words, new ones are passed over. It is not for several goroutines at once.
func (b *Background) Add(s string) {
	if b.df == nil {
		b.df = map[uint64]int32{}
	}
	b.texts++
	all := grams(fold(s))
	slices.SortFunc(all, func(a, b gram) int { return cmp.Compare(a.hash, b.hash) })
	for i, g := range all {
		if i > 0 && all[i-1].hash == g.hash {
			continue
		}
		if n, known := b.df[g.hash]; known || len(b.df) < mostGrams {
			b.df[g.hash] = n + 1
		}
	}
}

// fold gives the signs of s, as far as they are read.
func fold(s string) []rune {
	if len(s) > mostRead*utf8.UTFMax {
		s = s[:mostRead*utf8.UTFMax]
	}
	signs := text.Fold(s)
	return signs[:min(len(signs), mostRead)]
}

// rarity is √ln((N+1)/(df+½)): half the weight, by order, that search gives
// to rare words, since a headline names the common matter too.
func (b *Background) rarity(h uint64) float64 {
	if b.texts < 2 {
		return 1
	}
	return math.Sqrt(max(0, math.Log(float64(b.texts+1)/(float64(b.df[h])+0.5))))
}

// A part is some clauses of one sentence that stand together.
type part struct {
	span
	grams []uint64 // different ones
	score float64
}

// parts gives all that can be a line of a text, of so many clauses, with its
// score:
//
//	mean(n·√idf) · exp(-ln(l/20)² / (2·0.7²)) · (1 + 4·exp(-before/30)) · (0.6 if it greets),
//
// the mean over its l terms of what its different grams count, each with the
// n times that the text has it; before is the signs before it.
func (b *Background) parts(s []rune, most int) []part {
	all := grams(s)
	n := map[uint64]float64{}
	for _, g := range all {
		n[g.hash]++
	}
	weights := make([]float64, len(all))
	for i, g := range all {
		weights[i] = n[g.hash] * b.rarity(g.hash)
	}
	words := terms(s)
	count := func(to int) int { // terms that begin before a sign
		k, _ := slices.BinarySearchFunc(words, to, func(t term, to int) int { return t.at - to })
		return k
	}
	var out []part
	seen := 0
	for _, in := range sentences(s) {
		list := clauses(s, in)
		greets := make([]bool, len(list))
		for i, c := range list {
			greets[i] = courtesy(string(s[c.from:c.to]))
		}
		for i := range list {
			if seen++; seen > most {
				return out
			}
			// A longer part has the grams of the shorter one and some more.
			greeting, sum := 1.0, 0.0
			var own []uint64
			k, _ := slices.BinarySearchFunc(all, list[i].from, func(g gram, at int) int { return g.at - at })
			before := count(list[i].from)
			early := 1 + first*math.Exp(-float64(list[i].from)/fade)
			for j := i; j < len(list); j++ {
				p := part{span: span{list[i].from, list[j].to}}
				upTo := count(p.to)
				if j > i && upTo-before > longest {
					break
				}
				if upTo-before > cutAt {
					upTo = before + cutAt
					p.to = words[upTo].at
				}
				if greets[j] {
					greeting = polite
				}
				for ; k < len(all) && all[k].at < p.to; k++ {
					if h := all[k].hash; !slices.Contains(own, h) {
						own = append(own, h)
						sum += weights[k]
					}
				}
				l := float64(upTo - before + 1)
				p.grams = slices.Clip(own)
				p.score = sum / (l + 2) * math.Exp(-sq(math.Log(l/headline))/(2*sq(spread))) * early * greeting
				for p.to > p.from && strings.ContainsRune(" ，,：:；;", s[p.to-1]) {
					p.to--
				}
				out = append(out, p)
			}
		}
	}
	return out
}

func sq(x float64) float64 { return x * x }

// courtesies are of letters, not of matters.
var courtesies = []string{"您好", "你好", "尊敬的", "感谢", "谢谢", "领导", "书记", "市长", "此致", "敬礼", "dear ", "hello", "thank", "regards", "sincerely"}

func courtesy(s string) bool {
	return slices.ContainsFunc(courtesies, func(c string) bool { return strings.Contains(s, c) })
}

// Of gives at most n lines of a text that say what it is about, in the order
// of the text. The best comes first into the choice; each further one counts
// less for what it has in common with those chosen (maximal marginal
// relevance: Carbonell and Goldstein, 1998). Lines do not overlap. A text
// that says nothing has none.
//
// Cost: O(signs · ln signs) and O(n · clauses).
func (b *Background) Of(s string, n int) []Sentence {
	signs := fold(s)
	parts := b.parts(signs, mostSeen)
	var chosen []part
	for len(chosen) < n {
		best, most := -1, 0.0
		for i, p := range parts {
			v := p.score
			for _, c := range chosen {
				if p.from < c.to && c.from < p.to {
					v = 0
				}
				v *= 1 - common(p.grams, c.grams)
			}
			if v > most {
				best, most = i, v
			}
		}
		if best < 0 {
			break
		}
		chosen = append(chosen, parts[best])
	}
	slices.SortFunc(chosen, func(a, b part) int { return a.from - b.from })
	written := []rune(s)
	out := []Sentence{}
	for _, p := range chosen {
		out = append(out, Sentence{p.from, p.to, string(written[p.from:p.to])})
	}
	return out
}

// common is the share of a that b has too.
func common(a, b []uint64) float64 {
	n := 0
	for _, h := range a {
		if slices.Contains(b, h) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(a)))
}
