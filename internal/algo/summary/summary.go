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
	grams  tally
	df     []int32 // by gram: texts that have it,
	last   []int32 // and the text counted last
	texts  int
	rarest []float64 // rarity by df, as far as it is known beforehand
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
	mostKnown = 1 << 14 // rarities
)

// Learn counts in how many of texts each pair of Han signs and each word is.
func Learn(texts []string) *Background {
	b := &Background{}
	for _, t := range texts {
		b.Add(t)
	}
	known := make([]float64, min(b.texts, mostKnown)+1)
	for df := range known {
		known[df] = b.rarityOf(int32(df))
	}
	b.rarest = known
	return b
}

// Add counts one more text. Once there are four million different pairs and
// words, new ones are passed over. It is not for several goroutines at once.
func (b *Background) Add(s string) {
	b.texts++
	b.rarest = nil
	var x scratch
	signs := fold(s)
	x.terms = terms(x.terms, signs)
	for _, g := range grams(nil, signs, x.terms) {
		id := b.grams.get(g.hash)
		if id < 0 {
			if len(b.df) >= mostGrams {
				continue
			}
			id, _ = b.grams.add(g.hash)
			b.df, b.last = append(b.df, 0), append(b.last, 0)
		}
		if b.last[id] != int32(b.texts) {
			b.last[id] = int32(b.texts)
			b.df[id]++
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
	df := int32(0)
	if id := b.grams.get(h); id >= 0 {
		df = b.df[id]
	}
	if int(df) < len(b.rarest) {
		return b.rarest[df]
	}
	return b.rarityOf(df)
}

func (b *Background) rarityOf(df int32) float64 {
	return math.Sqrt(max(0, math.Log(float64(b.texts+1)/(float64(df)+0.5))))
}

// A part is some clauses of one sentence that stand together.
type part struct {
	span
	grams []int32 // different ones; valid until the next text is read
	score float64
}

// A scratch takes one text after the other apart, in memory that is used
// again.
type scratch struct {
	b      *Background
	known  tally
	rarity []float64 // by gram
	signs  []rune
	terms  []term
	all    []gram
	// By number of the gram: how often this text has it, and the line that
	// had it last, counted from 1.
	times, line []int32
	lines       int32
	ids         []int32   // of all
	weights     []float64 // of all
	out         []part
	own         []int32
}

// read takes a text apart.
func (x *scratch) read(s []rune) {
	for _, id := range x.ids {
		x.times[id] = 0
	}
	x.signs = s
	x.terms = terms(x.terms[:0], s)
	x.all = grams(x.all[:0], s, x.terms)
	x.ids = slices.Grow(x.ids[:0], len(x.all))
	for _, g := range x.all {
		id, isNew := x.known.add(g.hash)
		if isNew {
			x.rarity, x.times, x.line = append(x.rarity, x.b.rarity(g.hash)), append(x.times, 0), append(x.line, 0)
		}
		x.times[id]++
		x.ids = append(x.ids, id)
	}
	x.weights = slices.Grow(x.weights[:0], len(x.all))
	for _, id := range x.ids {
		x.weights = append(x.weights, float64(x.times[id])*x.rarity[id])
	}
}

// before gives how many terms begin before a sign.
func (x *scratch) before(to int) int {
	k, _ := slices.BinarySearchFunc(x.terms, to, func(t term, to int) int { return t.at - to })
	return k
}

// fits is exp(-ln(l/20)² / (2·0.7²)) by the terms l of a part.
var fits = func() (t [cutAt + 2]float64) {
	for l := range t {
		t[l] = math.Exp(-sq(math.Log(float64(l)/headline)) / (2 * sq(spread)))
	}
	return t
}()

// parts gives all that can be a line of the text, of so many clauses, with its
// score:
//
//	mean(n·√idf) · exp(-ln(l/20)² / (2·0.7²)) · (1 + 4·exp(-before/30)) · (0.6 if it greets),
//
// the mean over its l terms of what its different grams count, each with the
// n times that the text has it; before is the signs before it. They are valid
// until the next text is read.
func (x *scratch) parts(most int) []part {
	s := x.signs
	x.out, x.own = x.out[:0], x.own[:0]
	seen := 0
	var greets []bool
	for _, in := range sentences(s) {
		list := clauses(s, in)
		greets = greets[:0]
		for _, c := range list {
			greets = append(greets, courtesy(s[c.from:c.to]))
		}
		for i := range list {
			if seen++; seen > most {
				return x.out
			}
			// A longer part has the grams of the shorter one and some more.
			greeting, sum := 1.0, 0.0
			x.lines++
			begin := len(x.own)
			k, _ := slices.BinarySearchFunc(x.all, list[i].from, func(g gram, at int) int { return g.at - at })
			before := x.before(list[i].from)
			early := 1 + first*math.Exp(-float64(list[i].from)/fade)
			for j := i; j < len(list); j++ {
				p := part{span: span{list[i].from, list[j].to}}
				upTo := x.before(p.to)
				if j > i && upTo-before > longest {
					break
				}
				if upTo-before > cutAt {
					upTo = before + cutAt
					p.to = x.terms[upTo].at
				}
				if greets[j] {
					greeting = polite
				}
				for ; k < len(x.all) && x.all[k].at < p.to; k++ {
					if id := x.ids[k]; x.line[id] != x.lines {
						x.line[id] = x.lines
						x.own = append(x.own, id)
						sum += x.weights[k]
					}
				}
				l := upTo - before + 1
				p.grams = x.own[begin:len(x.own):len(x.own)]
				p.score = sum / (float64(l) + 2) * fits[l] * early * greeting
				for p.to > p.from && strings.ContainsRune(" ，,：:；;", s[p.to-1]) {
					p.to--
				}
				x.out = append(x.out, p)
			}
		}
	}
	return x.out
}

func sq(x float64) float64 { return x * x }

// courtesies are of letters, not of matters; greeting are their first signs,
// by their last six bits.
var courtesies, greeting = func() (list [][]rune, first uint64) {
	for _, c := range []string{"您好", "你好", "尊敬的", "感谢", "谢谢", "领导", "书记", "市长", "此致", "敬礼", "dear ", "hello", "thank", "regards", "sincerely"} {
		signs := []rune(c)
		list, first = append(list, signs), first|1<<(signs[0]&63)
	}
	return list, first
}()

func courtesy(s []rune) bool {
	for i, r := range s {
		if greeting>>(r&63)&1 == 0 {
			continue
		}
		for _, c := range courtesies {
			if r == c[0] && len(c) <= len(s)-i && slices.Equal(c, s[i:i+len(c)]) {
				return true
			}
		}
	}
	return false
}

// Of gives at most n lines of a text that say what it is about, in the order
// of the text. The best comes first into the choice; each further one counts
// less for what it has in common with those chosen (maximal marginal
// relevance: Carbonell and Goldstein, 1998). Lines do not overlap. A text
// that says nothing has none.
//
// Cost: O(signs · ln signs) and O(n · clauses).
func (b *Background) Of(s string, n int) []Sentence {
	x := &scratch{b: b}
	x.read(fold(s))
	parts := x.parts(mostSeen)
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
func common(a, b []int32) float64 {
	n := 0
	for _, h := range a {
		if slices.Contains(b, h) {
			n++
		}
	}
	return float64(n) / float64(max(1, len(a)))
}
