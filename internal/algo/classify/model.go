package classify

import (
	"math"
	"slices"
	"strings"
	"sync"
)

// A Model is what was learned. It never changes, and any number of
// goroutines may use it.
type Model struct {
	labels []string // sorted
	rows   int      // learned from
	single bool

	hashes  []uint64 // of the features, ascending
	at      table
	learned []learned // by feature
	q       []int8    // by feature and label
	lift    []float32 // by label: score of a text without features

	wordHashes []uint64 // of words that may be shown, ascending
	words      table

	scale float32 // of scores, in the softmax
	bias  []float32
	sure  sure

	version string
	body    []byte // as written to a file, without frame
	pool    sync.Pool
}

// What was learned about a feature, besides its q.
type learned struct {
	weight float32 // in its view
	step   float32 // what 1 of its q stands for
}

// Labels gives the labels the model tells apart, sorted. The slice is the
// model's own.
func (m *Model) Labels() []string { return m.labels }

// Rows is the number of labelled rows learned from.
func (m *Model) Rows() int { return m.rows }

// Version names the model by its content: same version, same predictions.
func (m *Model) Version() string { return m.version }

// A Scored is a label with its probability, 0 to 1.
type Scored struct {
	Label string  `json:"label"`
	Prob  float64 `json:"prob"`
}

// A Prediction is what a model makes of a message.
type Prediction struct {
	Label string   `json:"label"`
	Prob  float64  `json:"prob"`  // that Label is right, calibrated
	Top   []Scored `json:"top"`   // the three likeliest labels, Label first
	Words []string `json:"words"` // that spoke most for Label against the second; as they stand in the message, in small letters
	// Known is false if the message holds nothing that the model has learned:
	// Label is then only the commonest, and a person should read it.
	Known bool `json:"known"`
}

const (
	topLabels = 3
	topWords  = 5
)

// Predict sorts one message. The subject may be empty; the text may be raw or
// segmented.
func (m *Model) Predict(subject, text string) Prediction {
	s := m.scratch()
	defer m.pool.Put(s)
	known := s.predict(m, subject, text)
	p := Prediction{Known: known, Words: []string{}}
	for range min(topLabels, len(m.labels)) {
		best := -1
		for k, x := range s.prob {
			if (best < 0 || x > s.prob[best]) && !slices.Contains(s.top, k) {
				best = k
			}
		}
		s.top = append(s.top, best)
		p.Top = append(p.Top, Scored{m.labels[best], s.prob[best]})
	}
	p.Label, p.Prob = p.Top[0].Label, p.Top[0].Prob
	if known {
		p.Words = s.words(m, s.top[0], s.top[1])
	}
	return p
}

// Label gives the likeliest label of one message and its probability, without
// what Predict adds.
func (m *Model) Label(subject, text string) (string, float64) {
	s := m.scratch()
	defer m.pool.Put(s)
	s.predict(m, subject, text)
	k := likeliest(s.prob)
	return m.labels[k], s.prob[k]
}

// Probs gives the probability of each label of m.Labels for one message, in
// that order, appended to dst.
func (m *Model) Probs(dst []float64, subject, text string) []float64 {
	s := m.scratch()
	defer m.pool.Put(s)
	s.predict(m, subject, text)
	return append(dst, s.prob...)
}

// A scratch is the working memory of one prediction.
type scratch struct {
	message
	cell  []cell          // by feature
	now   uint32          // number of the message
	uniq  [views][]uint32 // features of each view, each once
	ids   [views][]int32  // feature of each of message.feats, -1: not learned
	score []float32
	prob  []float64
	bias  []float64
	top   []int
	speak []float32 // by sign
	best  [16]candidate
}

// A cell is a feature's place in the working memory.
type cell struct {
	stamp uint32  // number of the last message that had it, and how often
	x     float32 // its value there
}

const (
	stampCount = 0xFF
	stampOne   = stampCount + 1
)

func (m *Model) scratch() *scratch {
	if s, ok := m.pool.Get().(*scratch); ok {
		return s
	}
	return m.newScratch()
}

func (m *Model) newScratch() *scratch {
	s := &scratch{
		cell:  make([]cell, len(m.hashes)),
		score: make([]float32, len(m.labels)),
		prob:  make([]float64, len(m.labels)),
	}
	for _, b := range m.bias {
		s.bias = append(s.bias, float64(b))
	}
	return s
}

// count finds the learned features of d and how often each occurs.
func (s *scratch) count(m *Model, d *message) {
	s.now += stampOne
	if s.now == 0 { // after 16 million messages
		clear(s.cell)
		s.now = stampOne
	}
	for v := range d.feats {
		s.uniq[v], s.ids[v] = s.uniq[v][:0], s.ids[v][:0]
		for _, x := range d.feats[v] {
			p := m.at.get(x.hash)
			if p == nil {
				s.ids[v] = append(s.ids[v], -1)
				continue
			}
			f := *p
			s.ids[v] = append(s.ids[v], int32(f))
			switch c := &s.cell[f]; {
			case c.stamp&^stampCount != s.now:
				c.stamp = s.now + 1
				s.uniq[v] = append(s.uniq[v], f)
			case c.stamp&stampCount != stampCount:
				c.stamp++
			}
		}
	}
}

// predict sets the scores and probabilities of one message and reports
// whether it held anything known.
func (s *scratch) predict(m *Model, subject, text string) bool {
	s.read(m, subject, text)
	s.count(m, &s.message)
	s.top = s.top[:0]
	copy(s.score, m.lift)
	k := len(m.labels)
	known := false
	for v := range s.uniq {
		var sum float32
		for _, f := range s.uniq[v] {
			c := &s.cell[f]
			x := logCount[c.stamp&stampCount] * m.learned[f].weight
			c.x = x
			sum += float32(x * x)
		}
		if sum == 0 {
			continue
		}
		known = true
		unit := strength[v] / float32(math.Sqrt(float64(sum)))
		for _, f := range s.uniq[v] {
			c := &s.cell[f]
			x := c.x * unit * m.learned[f].step
			c.x = x
			q := m.q[int(f)*k : int(f)*k+k]
			score := s.score[:len(q)]
			for i, w := range q {
				score[i] += float32(x * float32(w))
			}
		}
	}
	softmax(s.prob, s.score, float64(m.scale), s.bias)
	m.sure.apply(s.prob, m.rows)
	return known
}

type candidate struct {
	from, to int32
	speaks   float32
}

// words gives the words that spoke most for label a against label b: each
// feature's part in the difference of scores is shared out among its
// occurrences and their signs; words of letters and pairs of Han signs are
// then taken by the sum of their signs, pairs as the word they are part of.
func (s *scratch) words(m *Model, a, b int) []string {
	k := len(m.labels)
	s.speak = append(s.speak[:0], make([]float32, len(s.signs))...)
	for v := range s.feats {
		for i, x := range s.feats[v] {
			f := s.ids[v][i]
			if f < 0 {
				continue
			}
			d := int(m.q[int(f)*k+a]) - int(m.q[int(f)*k+b])
			c := s.cell[f]
			share := c.x * float32(d) / float32(c.stamp&stampCount*uint32(x.to-x.from))
			for j := x.from; j < x.to; j++ {
				s.speak[j] += share
			}
		}
	}
	best := s.best[:0]
	for i, x := range s.feats[bodyView] {
		pair := x.to-x.from == 2
		if s.ids[bodyView][i] < 0 || pair != (s.signs[x.from].rune != 0) || pair && s.signs[x.from+1].rune == 0 {
			continue // neither a word of letters nor a pair of Han signs
		}
		sum := s.speak[x.from]
		if pair {
			sum += s.speak[x.to-1]
		}
		if sum <= 0 || len(best) == cap(best) && sum <= best[len(best)-1].speaks {
			continue
		}
		at := len(best)
		if at < cap(best) {
			best = best[:at+1]
		} else {
			at--
		}
		for ; at > 0 && best[at-1].speaks < sum; at-- {
			best[at] = best[at-1]
		}
		best[at] = candidate{x.from, x.to, sum}
	}
	out := make([]string, 0, topWords)
	for _, c := range best {
		if c.speaks < 0.1*best[0].speaks || len(out) == topWords {
			break
		}
		if s.signs[c.from].rune != 0 && len(m.wordHashes) > 0 {
			if w, ok := s.whole(m, c); ok {
				c = w
			}
		}
		w := strings.ReplaceAll(s.norm[s.signs[c.from].start:s.signs[c.to-1].end], " ", "")
		if !slices.ContainsFunc(out, func(o string) bool { return strings.Contains(o, w) || strings.Contains(w, o) }) {
			out = append(out, w)
		}
	}
	return out
}

// quantise takes the machines' weights over, each feature's in 127ths of its
// largest.
func (m *Model) quantise(blocks []*block, weight []float32) {
	k := len(m.labels)
	m.learned = make([]learned, len(weight))
	for f, w := range weight {
		m.learned[f].weight = w
	}
	m.q = make([]int8, len(weight)*k)
	m.lift = make([]float32, k)
	for _, b := range blocks {
		copy(m.lift[b.first:], b.bias[:b.n])
		for f := range weight {
			for _, w := range b.w[f][:b.n] {
				m.learned[f].step = max(m.learned[f].step, w/127, -w/127)
			}
		}
	}
	for _, b := range blocks {
		for f := range weight {
			step := m.learned[f].step
			if step == 0 {
				continue
			}
			for l, w := range b.w[f][:b.n] {
				m.q[f*k+b.first+l] = int8(math.Round(float64(w / step)))
			}
		}
	}
}
