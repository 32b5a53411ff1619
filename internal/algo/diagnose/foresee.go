package diagnose

import (
	"errors"
	"hash/fnv"
	"slices"
	"sync"

	"yiwang/internal/algo/classify"
)

// Limits of what is learned, so that a million orders take minutes.
const (
	learnBytes = 8 << 20 // of texts a model learns from
	leastOf    = 20      // orders a label must have to be learned
	mostLabels = 120     // the commonest; the rest is not judged
	fewOrders  = 60_000  // up to so many are dealt into five parts, more into two
)

// A foreseen is what classifiers said of each order that had not learned it:
// orders are dealt into parts, those of one caller (or of the same text, where
// callers are not known) into one, and each part is judged by a model of the
// others.
type foreseen struct {
	is, said []int32 // by order: numbers of the labels, -1: not judged
	prob     []float32
	of       int // judged
	labels   int
}

// foresee learns the label of every order from its text.
func (w *work) foresee(label func(w *work, i int) int32, stage string) (*foreseen, error) {
	n := len(w.list)
	f := &foreseen{is: make([]int32, n), said: make([]int32, n), prob: make([]float32, n)}
	counts := map[int32]int{}
	for i := range n {
		f.is[i], f.said[i] = -1, -1
		if w.list[i].text.n > 0 {
			counts[label(w, i)]++
		}
	}
	delete(counts, -1)
	var common []int32
	for l, c := range counts {
		if c >= leastOf {
			common = append(common, l)
		}
	}
	slices.SortFunc(common, func(a, b int32) int {
		if c := counts[b] - counts[a]; c != 0 {
			return c
		}
		return int(a - b)
	})
	common = common[:min(len(common), mostLabels)]
	f.labels = len(common)
	if len(common) < 2 {
		return f, nil
	}
	number := map[int32]int{}
	for k, l := range common {
		number[l] = k
	}
	parts := 5
	if n > fewOrders {
		parts = 2
	}
	samples := make([]*classify.Sample, parts)
	for p := range samples {
		samples[p] = classify.NewSample(learnBytes, w.opt.Seed+uint64(p))
	}
	part := make([]uint8, n)
	in := w.reader()
	for i := range n {
		x := &w.list[i]
		part[i] = 255
		l := label(w, i)
		if _, ok := number[l]; x.text.n == 0 || l < 0 {
			continue
		} else if !ok {
			l = -1
		}
		s := in.read(x.text)
		h := fnv.New32a()
		if x.caller >= 0 {
			h.Write([]byte{byte(x.caller), byte(x.caller >> 8), byte(x.caller >> 16), byte(x.caller >> 24)})
		} else {
			h.Write([]byte(s))
		}
		part[i] = uint8(mix(uint64(h.Sum32())) >> 40 % uint64(parts))
		if l < 0 {
			continue
		}
		for p := range samples {
			if p != int(part[i]) {
				samples[p].Add(classify.Row{Text: s, Label: key(l)})
			}
		}
		if err := w.tell(stage+".read", i, n); err != nil {
			return nil, err
		}
	}
	if in.err != nil {
		return nil, in.err
	}
	var wait sync.WaitGroup
	failed := make([]error, parts)
	turn := make(chan struct{}, 2)
	for p := range parts {
		wait.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			m, err := classify.Train(w.ctx, samples[p].Rows(), classify.Options{Seed: w.opt.Seed, SingleView: n > fewOrders})
			samples[p] = nil
			if errors.Is(err, classify.ErrNoRows) || errors.Is(err, classify.ErrOneLabel) {
				return
			}
			if err != nil {
				failed[p] = err
				return
			}
			failed[p] = w.judge(f, m, label, part, uint8(p), stage)
		})
	}
	wait.Wait()
	for _, s := range f.said {
		if s >= 0 {
			f.of++
		}
	}
	return f, errors.Join(failed...)
}

func (w *work) judge(f *foreseen, m *classify.Model, label func(w *work, i int) int32, part []uint8, p uint8, stage string) error {
	in := w.reader()
	for i := range w.list {
		if part[i] != p {
			continue
		}
		said, prob := m.Label("", in.read(w.list[i].text))
		f.is[i], f.said[i], f.prob[i] = label(w, i), unkey(said), float32(prob)
		if p == 0 {
			if err := w.tell(stage+".judge", i, len(w.list)); err != nil {
				return err
			}
		} else if i&0xfff == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
	}
	return in.err
}

// Labels are numbers to the classifier: five digits, so that their order as
// strings is theirs.
func key(l int32) string {
	b := []byte("0000000000")
	for k := len(b) - 1; l > 0; k-- {
		b[k] = byte('0' + l%10)
		l /= 10
	}
	return string(b)
}

func unkey(s string) (l int32) {
	for _, c := range []byte(s) {
		l = l*10 + int32(c-'0')
	}
	return l
}
