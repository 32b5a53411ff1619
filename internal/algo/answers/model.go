package answers

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"yiwang/internal/algo/text"
)

// A Model knows how rare words are in a place's questions and answers, which
// phrases stand in many answers, and how near answers come to questions that
// are not theirs. It is made by Learn and does not change.
type Model struct {
	n       int
	terms   counts // of how many pairs a term stands in, those of at least two
	stock   []uint32
	on, ask []float64 // percentiles of nearness to another's question, and to one of its asks
}

// counts are numbers by hash, ascending.
type counts struct {
	hash []uint32
	n    []uint32
}

func (c counts) of(h uint32) uint32 {
	if i, ok := slices.BinarySearch(c.hash, h); ok {
		return c.n[i]
	}
	return 0
}

const (
	// Enough is how many pairs make a model; with fewer, Learn's knows nothing of
	// stock phrases and nearness, and its readings say only what the words alone
	// do.
	Enough = 50
	// MaxPairs is how many Learn looks at: the first.
	MaxPairs = 20_000
	// MaxSigns is how many of each text are looked at.
	MaxSigns = 6_000
	foreign  = 4_000 // pairs of a question and another's answer that are drawn
	grades   = 101
)

// Learn makes a model of pairs. A phrase is stock if it stands in at least five
// answers and in at least one of 200, not counting those whose question has
// it. Nearness (see Read) to questions of others is drawn 4,000 times; the same
// pairs and seed give the same model. It takes time and memory in proportion
// to the signs: 2,816 pairs of 700 signs take 2.5 s on a busy core, and 45 MB.
func Learn(pairs []Pair, seed uint64) *Model {
	pairs = pairs[:min(len(pairs), MaxPairs)]
	m := &Model{n: len(pairs)}
	if len(pairs) < Enough {
		return m
	}
	questions, answers := make([][]rune, len(pairs)), make([][]rune, len(pairs))
	df, stands := map[uint32]uint32{}, map[uint32]uint32{}
	var q, a, both []uint32
	mine, theirs := map[uint32]bool{}, map[uint32]bool{}
	for i, p := range pairs {
		questions[i], answers[i] = fold(p.Question), fold(p.Answer)
		q, a = terms(q, questions[i]), terms(a, answers[i])
		both = append(append(both[:0], q...), a...)
		slices.Sort(both)
		for _, t := range slices.Compact(both) {
			df[t]++
		}
		clear(mine)
		clear(theirs)
		phrases(questions[i], func(h uint32, _, _ int) { theirs[h] = true })
		phrases(answers[i], func(h uint32, _, _ int) {
			if !mine[h] && !theirs[h] {
				mine[h] = true
				stands[h]++
			}
		})
	}
	for h, n := range df {
		if n > 1 {
			m.terms.hash = append(m.terms.hash, h)
		}
	}
	slices.Sort(m.terms.hash)
	for _, h := range m.terms.hash {
		m.terms.n = append(m.terms.n, df[h])
	}
	least := uint32(max(5, len(pairs)/200))
	for h, n := range stands {
		if n >= least {
			m.stock = append(m.stock, h)
		}
	}
	slices.Sort(m.stock)

	wanted := make([][]Stretch, len(pairs))
	r := rand.New(rand.NewPCG(seed, 1))
	own := make([]int, len(pairs))
	for j, a := range answers {
		x := Reading{Signs: count(a)}
		m.copied(&x, a)
		own[j] = x.Own
	}
	for range foreign {
		i, j := r.IntN(len(pairs)), r.IntN(len(pairs))
		if i == j || len(answers[j]) == 0 {
			continue
		}
		q, a = terms(q, questions[i]), terms(a, answers[j])
		m.on = append(m.on, m.near(q, a, own[j]))
		if wanted[i] == nil {
			wanted[i] = asks(questions[i])
		}
		for _, x := range wanted[i] {
			q = terms(q, questions[i][x.Start:x.End])
			m.ask = append(m.ask, m.share(q, a))
		}
	}
	m.on, m.ask = percentiles(m.on), percentiles(m.ask)
	return m
}

func fold(s string) []rune {
	if len(s) > 4*MaxSigns {
		s = s[:4*MaxSigns]
	}
	r := text.Fold(s)
	return r[:min(len(r), MaxSigns)]
}

// percentiles gives the grades of v, the lowest first; nil of nothing.
func percentiles(v []float64) []float64 {
	if len(v) == 0 {
		return nil
	}
	slices.Sort(v)
	out := make([]float64, grades)
	for i := range out {
		out[i] = float64(float32(v[(len(v)-1)*i/(grades-1)])) // as MarshalBinary keeps it
	}
	return out
}

// below is the share of the values that percentiles were made of that are less
// than x.
func below(p []float64, x float64) float64 {
	i, _ := slices.BinarySearch(p, x)
	return float64(min(i, grades-1)) / (grades - 1)
}

// idf is ln((n+1)/(df+½)).
func (m *Model) idf(t uint32) float64 {
	df := float64(m.terms.of(t))
	if m.n == 0 {
		return 1
	}
	return math.Log(float64(m.n+1) / (df + 0.5))
}

// share is the part of the idf of a that b has as well; both ascending.
func (m *Model) share(a, b []uint32) float64 {
	both, all, j := 0.0, 0.0, 0
	for _, t := range a {
		w := m.idf(t)
		all += w
		for j < len(b) && b[j] < t {
			j++
		}
		if j < len(b) && b[j] == t {
			both += w
		}
	}
	if all <= 0 {
		return 0
	}
	return both / all
}

// near is how much of the question is in the answer or, if that is more, of the
// answer, which has own signs of its own, in the question.
func (m *Model) near(q, a []uint32, own int) float64 {
	near := m.share(q, a)
	if own >= LeastOwn {
		near = max(near, m.share(a, q))
	}
	return near
}

// Ready reports whether the model knows enough to say what is stock and what
// is near.
func (m *Model) Ready() bool { return m.on != nil }

const version = 1

var errModel = errors.New("this is no model of answers, or one of another version")

// MarshalBinary writes the model.
func (m *Model) MarshalBinary() ([]byte, error) {
	b := []byte{'a', 'n', 's', version}
	b = binary.AppendUvarint(b, uint64(m.n))
	ascending := func(list []uint32) {
		b = binary.AppendUvarint(b, uint64(len(list)))
		last := uint32(0)
		for _, h := range list {
			b, last = binary.AppendUvarint(b, uint64(h-last)), h
		}
	}
	ascending(m.terms.hash)
	for _, n := range m.terms.n {
		b = binary.AppendUvarint(b, uint64(n))
	}
	ascending(m.stock)
	for _, p := range [][]float64{m.on, m.ask} {
		b = binary.AppendUvarint(b, uint64(len(p)))
		for _, x := range p {
			b = binary.BigEndian.AppendUint32(b, math.Float32bits(float32(x)))
		}
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (m *Model) UnmarshalBinary(b []byte) error {
	if len(b) < 4 || string(b[:3]) != "ans" || b[3] != version {
		return errModel
	}
	b = b[4:]
	bad := false
	number := func() uint64 {
		x, n := binary.Uvarint(b)
		if n <= 0 {
			bad = true
			return 0
		}
		b = b[n:]
		return x
	}
	size := func() int {
		n := number()
		if n > uint64(len(b)) { // each takes a byte at least
			bad = true
			return 0
		}
		return int(n)
	}
	ascending := func() []uint32 {
		list := make([]uint32, size())
		last := uint64(0)
		for i := range list {
			d := number()
			if last += d; last > math.MaxUint32 || d == 0 && i > 0 {
				bad = true
				last = 0
			}
			list[i] = uint32(last)
		}
		return list
	}
	var x Model
	n := number()
	bad = bad || n > MaxPairs
	x.n = int(n)
	x.terms.hash = ascending()
	x.terms.n = make([]uint32, len(x.terms.hash))
	for i := range x.terms.n {
		v := number()
		bad = bad || v > n
		x.terms.n[i] = uint32(v)
	}
	x.stock = ascending()
	for _, p := range []*[]float64{&x.on, &x.ask} {
		k := size()
		if bad || k != 0 && k != grades || len(b) < 4*k {
			return errModel
		}
		for i := range k {
			v := float64(math.Float32frombits(binary.BigEndian.Uint32(b[4*i:])))
			if !(v >= 0 && v <= 1) || i > 0 && v < (*p)[i-1] {
				return errModel
			}
			*p = append(*p, v)
		}
		b = b[4*k:]
	}
	if bad || len(b) != 0 {
		return errModel
	}
	*m = x
	return nil
}
