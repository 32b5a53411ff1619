package similar

import (
	"strings"
	"unsafe"
)

// SampleBytes is how much text a Scorer learns from where there is more.
const SampleBytes = 48 << 20

// A Sample keeps pairs to learn from that fit into so many bytes: all of
// them, or evenly every second, fourth, … of more.
type Sample struct {
	pairs                   []Pair
	bytes, most, step, seen int
}

// NewSample begins a Sample of at most most bytes of text.
func NewSample(most int) *Sample { return &Sample{most: most, step: 1} }

func size(p Pair) int { return int(unsafe.Sizeof(p)) + len(p.A) + len(p.B) }

// Add offers a pair.
func (s *Sample) Add(p Pair) {
	if s.seen++; (s.seen-1)%s.step != 0 {
		return
	}
	// What is kept must not hold the rest of what it was cut from.
	p = Pair{strings.Clone(p.A), strings.Clone(p.B)}
	s.pairs = append(s.pairs, p)
	for s.bytes += size(p); s.bytes > s.most && len(s.pairs) > 1; s.step *= 2 {
		s.bytes = 0
		kept := s.pairs[:0]
		for i := 0; i < len(s.pairs); i += 2 {
			kept = append(kept, s.pairs[i])
			s.bytes += size(s.pairs[i])
		}
		clear(s.pairs[len(kept):])
		s.pairs = kept
	}
}

// Pairs gives what is kept.
func (s *Sample) Pairs() []Pair { return s.pairs }
