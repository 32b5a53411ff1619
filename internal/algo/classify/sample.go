package classify

import (
	"container/heap"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Sample chooses rows to learn from when there are more than memory holds:
// every row has the same chance, but the first twenty of each label stay.
// Same rows in the same order, same seed: same sample.
type Sample struct {
	most  int
	bytes int
	seen  int
	rng   *rand.Rand
	label map[string]int
	names map[string]string // labels, each once
	rows  drawn
}

// SampleBytes of text make a good model and keep its training within about
// 400 MB.
const SampleBytes = 40 << 20

const keptOfLabel = 20

// NewSample makes an empty sample that keeps at most so many bytes of text.
func NewSample(bytes int, seed uint64) *Sample {
	return &Sample{most: bytes, rng: rand.New(rand.NewPCG(seed, 3)), label: map[string]int{}, names: map[string]string{}}
}

type drawn []draw

type draw struct {
	row Row
	at  int
	lot float64
}

func (d drawn) Len() int           { return len(d) }
func (d drawn) Less(i, j int) bool { return d[i].lot > d[j].lot }
func (d drawn) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }
func (d *drawn) Push(x any)        { *d = append(*d, x.(draw)) }
func (d *drawn) Pop() any {
	x := (*d)[len(*d)-1]
	*d = (*d)[:len(*d)-1]
	return x
}

// Add offers a row to the sample. Rows without label are not taken.
func (s *Sample) Add(r Row) {
	if r.Label == "" {
		return
	}
	lot := s.rng.Float64()
	if s.label[r.Label]++; s.label[r.Label] <= keptOfLabel {
		lot = 0
	}
	at, size := s.seen, len(r.Subject)+len(r.Text)
	s.seen++
	if len(s.rows) > 0 && lot > s.rows[0].lot && s.bytes+size > s.most {
		return // it would be the first to go
	}
	// What is kept must not hold the rest of what it was cut from.
	label, known := s.names[r.Label]
	if !known {
		label = strings.Clone(r.Label)
		s.names[label] = label
	}
	r.Subject, r.Text, r.Label = strings.Clone(r.Subject), strings.Clone(r.Text), label
	heap.Push(&s.rows, draw{r, at, lot})
	s.bytes += size
	for s.bytes > s.most && len(s.rows) > 1 {
		out := heap.Pop(&s.rows).(draw).row
		s.bytes -= len(out.Subject) + len(out.Text)
	}
}

// Rows gives the rows chosen so far, in the order in which they came.
func (s *Sample) Rows() []Row {
	kept := slices.Clone(s.rows)
	slices.SortFunc(kept, func(a, b draw) int { return a.at - b.at })
	rows := make([]Row, len(kept))
	for i, d := range kept {
		rows[i] = d.row
	}
	return rows
}

// Seen is the number of labelled rows offered.
func (s *Sample) Seen() int { return s.seen }
