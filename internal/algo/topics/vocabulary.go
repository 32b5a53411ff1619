package topics

import (
	"math"
	"slices"

	"yiwang/internal/algo/text"
)

// A feature is a term of a message, or of several, and its weight.
type feature struct {
	term   uint32
	weight float32
}

// A vector is a list of features in the order of their terms.
type vector []feature

const (
	termSpace = 1 << 22 // at most: terms are hashes, so that a vocabulary's size is fixed
	ofMessage = 1 << 10 // of them for each message, where there are few
	maxSigns  = 4000    // of a message; what follows is not read
	common    = 0.2     // a term in more than this share of messages says nothing
	unseen    = 500     // other messages that are thought of, so that forty about one matter are seen to be
)

// A vocabulary counts terms, so that a rare one weighs more and one of names
// is known as such.
type vocabulary struct {
	setting
	names    census
	messages float64
	once     float64   // share of its weight that a term of one message has
	df       []float32 // messages that have the term
	named    []int32   // its occurrences within names less those elsewhere
	known    []float64 // weights by df, where no more messages are counted
	parts    []part    // used again for the next message
}

// newVocabulary makes one for so many messages.
func newVocabulary(messages int) *vocabulary {
	size := 1 << 16
	for size < termSpace && size < messages*ofMessage {
		size *= 2
	}
	return &vocabulary{setting: standard, names: make(census, size/2), df: make([]float32, size), named: make([]int32, size)}
}

// A reading is a message taken apart: its terms with how often they occur, by
// term.
type reading struct {
	subject, text []count
}

type count struct {
	term  uint32
	n     uint16
	named int16 // occurrences within names
}

// A scratch is memory used again for the next message.
type scratch struct {
	names        []name
	terms, other []uint32 // term << 1, lowest bit: within a name
}

// signs gives what is read of a text.
func signs(s string) []rune {
	if len(s) > maxSigns*4 {
		s = s[:maxSigns*4] // a sign cut in two becomes one that is passed over
	}
	r := text.Fold(s)
	return r[:min(len(r), maxSigns)]
}

// read takes a text apart.
func (v *vocabulary) read(x *scratch, s []rune) []count {
	x.names = v.names.names(x.names[:0], s)
	x.terms = terms(x.terms[:0], s, x.names, uint64(len(v.df)-1))
	x.sort()
	different := 0
	for i, t := range x.terms {
		if i == 0 || x.terms[i-1]>>1 != t>>1 {
			different++
		}
	}
	out := make([]count, 0, different)
	for _, t := range x.terms {
		if n := len(out); n == 0 || out[n-1].term != t>>1 {
			out = append(out, count{term: t >> 1})
		}
		c := &out[len(out)-1]
		c.n++
		c.named += int16(t & 1)
	}
	return out
}

// sort puts the terms in order: many by their three bytes, the lowest first
// (radix sort), which a termSpace of 22 bits needs.
func (x *scratch) sort() {
	if len(x.terms) < 100 {
		slices.Sort(x.terms)
		return
	}
	x.other = slices.Grow(x.other[:0], len(x.terms))[:len(x.terms)]
	for shift := 0; shift < 24; shift += 8 {
		var at [256]int
		for _, t := range x.terms {
			at[t>>shift&255]++
		}
		sum := 0
		for i, n := range at {
			at[i] = sum
			sum += n
		}
		for _, t := range x.terms {
			to := &at[t>>shift&255]
			x.other[*to] = t
			*to++
		}
		x.terms, x.other = x.other, x.terms
	}
}

// count adds a message to what is known of terms.
func (v *vocabulary) count(r reading) {
	v.messages++
	v.known = nil
	each(r, func(t uint32, a, b count) {
		v.df[t]++
		v.named[t] += 2*(int32(a.named)+int32(b.named)) - int32(a.n) - int32(b.n)
	})
}

// each calls f for every term of a reading with its counts in subject and
// text.
func each(r reading, f func(t uint32, inSubject, inText count)) {
	i, j := 0, 0
	for i < len(r.subject) || j < len(r.text) {
		switch {
		case j == len(r.text) || i < len(r.subject) && r.subject[i].term < r.text[j].term:
			f(r.subject[i].term, r.subject[i], count{})
			i++
		case i == len(r.subject) || r.text[j].term < r.subject[i].term:
			f(r.text[j].term, count{}, r.text[j])
			j++
		default:
			f(r.subject[i].term, r.subject[i], r.text[j])
			i++
			j++
		}
	}
}

// terms appends the terms of s: every two and every three neighbouring Han
// signs, also with a blank between, and every word of other letters.
func terms(out []uint32, s []rune, names []name, mask uint64) []uint32 {
	k := 0
	add := func(h uint64, from, to int) {
		t := uint32(h&mask) << 1
		for k < len(names) && names[k].to <= from {
			k++
		}
		for i := k; i < len(names) && names[i].from <= from; i++ {
			if to <= names[i].to {
				t |= 1
				break
			}
		}
		out = append(out, t)
	}
	var h1, h2 uint64
	before, before2 := -1, -1 // where the last two Han signs of this run are
	for i := 0; i < len(s); i++ {
		switch r := s[i]; {
		case text.Han(r):
			h := text.Mix(uint64(r))
			if before2 >= 0 {
				add(pair(pair(h2, h1), h), before2, i+1)
			}
			if before >= 0 {
				add(pair(h1, h), before, i+1)
			}
			h2, h1, before2, before = h1, h, before, i
		case r == ' ':
		case text.WordSign(r):
			from, h := i, uint64(14695981039346656037)
			for ; i < len(s) && text.WordSign(s[i]) && !text.Han(s[i]); i++ {
				h = (h ^ uint64(s[i])) * 1099511628211
			}
			i--
			add(text.Mix(h), from, i+1)
			before, before2 = -1, -1
		default:
			before, before2 = -1, -1
		}
	}
	return out
}

// pair is the hash of two things next to each other.
func pair(a, b uint64) uint64 { return text.Mix(a*3 + b) }

// weight of a term by its rarity: ln((N+500)/(df+½)), nothing for a term that
// says nothing since a fifth have it. One that only this message has counts
// once: it links to no other where all are known, and may to one yet to come
// otherwise.
func (v *vocabulary) weight(t uint32) float64 {
	df := float64(v.df[t])
	if k := int(df); k < len(v.known) && float64(k) == df {
		return v.known[k]
	}
	return v.weightOf(df)
}

func (v *vocabulary) weightOf(df float64) float64 {
	n := v.messages + unseen
	switch {
	case df > common*n:
		return 0
	case df < 1.5:
		return v.once * math.Log(n)
	}
	return math.Log(n / (df + 0.5))
}

// settle works out the weights beforehand, until another message is counted.
func (v *vocabulary) settle() {
	known := make([]float64, int(min(v.messages, 1<<14))+1)
	for df := range known {
		known[df] = v.weightOf(float64(df))
	}
	v.known = known
}

// age halves what is known, so that it follows the times.
func (v *vocabulary) age() {
	v.messages /= 2
	v.known = nil
	for i := range v.df {
		v.df[i] /= 2
		v.named[i] /= 2
	}
	for i := range v.names {
		v.names[i] /= 2
	}
}

// A part is a term of a message with what it weighs in subject and text.
type part struct {
	term          uint32
	subject, text float64
}

// weighs is what n occurrences of a term weigh: 1 + ln n.
var weighs = func() (t [64]float64) {
	for n := 1; n < len(t); n++ {
		t[n] = 1 + math.Log(float64(n))
	}
	return t
}()

func (c count) weighs() float64 {
	if int(c.n) < len(weighs) {
		return weighs[c.n]
	}
	return 1 + math.Log(float64(c.n))
}

// vectors gives a reading as two vectors of length 1: all that it says, and
// the part of it that is not names. Subject and text are each brought to
// length 1 before they are added, so that a long text does not drown its
// subject.
func (v *vocabulary) vectors(r reading) (all, matter vector) {
	parts := v.parts[:0]
	var inSubject, inText float64
	own := 0
	each(r, func(t uint32, a, b count) {
		if w := v.weight(t); w > 0 {
			p := part{t, w * a.weighs(), w * b.weighs()}
			inSubject += sq(p.subject)
			inText += sq(p.text)
			parts = append(parts, p)
			if v.named[t] <= 0 {
				own++
			}
		}
	})
	v.parts = parts
	var one, other float64
	all, matter = make(vector, 0, len(parts)), make(vector, 0, own)
	for _, p := range parts {
		w := v.subject*over(p.subject, inSubject) + over(p.text, inText)
		all = append(all, feature{p.term, float32(w)})
		one += sq(w)
		if v.named[p.term] <= 0 {
			matter = append(matter, feature{p.term, float32(w)})
			other += sq(w)
		}
	}
	all.scale(one)
	matter.scale(other)
	return all, matter
}

func sq(x float64) float64 { return x * x }

func over(x, square float64) float64 {
	if square == 0 {
		return 0
	}
	return x / math.Sqrt(square)
}

// scale brings a vector with that sum of squares to length 1.
func (v vector) scale(squares float64) {
	length := float32(math.Sqrt(squares))
	for i := range v {
		v[i].weight /= length
	}
}

// plus is the sum of two vectors.
func (v vector) plus(w vector) vector {
	out := make(vector, 0, len(v)+len(w))
	i, j := 0, 0
	for i < len(v) && j < len(w) {
		switch {
		case v[i].term < w[j].term:
			out = append(out, v[i])
			i++
		case v[i].term > w[j].term:
			out = append(out, w[j])
			j++
		default:
			out = append(out, feature{v[i].term, v[i].weight + w[j].weight})
			i++
			j++
		}
	}
	return append(append(out, v[i:]...), w[j:]...)
}

// dot is the inner product of two vectors.
func (v vector) dot(w vector) (sum float64) {
	i, j := 0, 0
	for i < len(v) && j < len(w) {
		switch {
		case v[i].term < w[j].term:
			i++
		case v[i].term > w[j].term:
			j++
		default:
			sum += float64(v[i].weight) * float64(w[j].weight)
			i++
			j++
		}
	}
	return sum
}
