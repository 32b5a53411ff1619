package classify

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
)

// lanes labels are learned side by side: a feature's weights for them lie
// together, so that each row is read once for all.
const lanes = 8

// A block is the machines of up to eight labels.
type block struct {
	first int // label
	n     int // labels
	w     [][lanes]float32
	bias  [lanes]float32
	alpha [][lanes]float32 // dual variables, by row
}

// solve learns the machines of all labels, and scores each row by machines
// that have not learned it: held[row*labels+label].
func (t *trainer) solve(ctx context.Context, seed uint64) ([]*block, []float32, error) {
	k := len(t.labels)
	blocks := make([]*block, (k+lanes-1)/lanes)
	norm := make([]float32, len(t.rows))
	t.ridge = make([]float32, len(t.rows))
	for i, r := range t.rows {
		norm[i], t.ridge[i] = 1, float32(0.5/svmC)/r.weight()
		for p := t.start[i]; p < t.start[i+1]; p++ {
			v := float32(t.value[p]) / unit
			norm[i] += float32(v * v)
		}
	}
	all := make([]int32, len(t.rows))
	for i := range all {
		all[i] = int32(i)
	}
	err := t.parallel(ctx, "learned", len(blocks), func(j int) error {
		b := &block{
			first: j * lanes, n: min(lanes, k-j*lanes),
			w:     make([][lanes]float32, len(t.weight)),
			alpha: make([][lanes]float32, len(t.rows)),
		}
		blocks[j] = b
		return t.descend(ctx, b, norm, all, svmEpochs, seed)
	})
	if err != nil {
		return nil, nil, err
	}

	folds := min(minRowFolds, len(t.rows))
	part := t.deal(folds, seed)
	held := make([]float32, len(t.rows)*k)
	err = t.parallel(ctx, "calibrated", len(blocks)*folds, func(j int) error {
		b, fold := blocks[j/folds], j%folds
		c := &block{first: b.first, n: b.n, bias: b.bias, w: make([][lanes]float32, len(b.w)), alpha: make([][lanes]float32, len(b.alpha))}
		copy(c.w, b.w)
		copy(c.alpha, b.alpha)
		var rest []int32
		for i, p := range part {
			if p != fold {
				rest = append(rest, int32(i))
				continue
			}
			var delta [lanes]float32
			for l := range c.n {
				delta[l] = -c.alpha[i][l] * t.side(i, c.first+l)
				c.alpha[i][l] = 0
			}
			t.add(c, i, &delta)
		}
		if err := t.descend(ctx, c, norm, rest, foldEpochs, seed+1); err != nil {
			return err
		}
		for i, p := range part {
			if p == fold {
				s := t.score(c, i, t.apart)
				copy(held[i*k+c.first:], s[:c.n])
			}
		}
		return nil
	})
	return blocks, held, err
}

// deal puts each row into one of n parts, same texts into the same, labels
// spread evenly.
func (t *trainer) deal(n int, seed uint64) []int {
	part := make([]int, len(t.rows))
	rng := rand.New(rand.NewPCG(seed, 2))
	next := make([]int, len(t.labels))
	for i := range next {
		next[i] = rng.IntN(n)
	}
	seen := map[string]int{}
	for _, i := range rng.Perm(len(t.rows)) {
		key := t.rows[i].Subject + "\n" + t.rows[i].Text
		p, ok := seen[key]
		if !ok {
			y := t.y[i]
			p = next[y] % n
			next[y]++
			seen[key] = p
		}
		part[i] = p
	}
	return part
}

// side is 1 if row i has the label, else -1.
func (t *trainer) side(i, label int) float32 {
	if int(t.y[i]) == label {
		return 1
	}
	return -1
}

// descend improves b on the rows given, some times over. The products are
// rounded one by one, so that no processor fuses them with the sums.
func (t *trainer) descend(ctx context.Context, b *block, norm []float32, rows []int32, epochs int, seed uint64) error {
	rng := rand.New(rand.NewPCG(seed, 1))
	order := append([]int32(nil), rows...)
	for range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		var worst float32
		for at, i32 := range order {
			if at%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			i := int(i32)
			s := t.score(b, i, t.value)
			ridge := t.ridge[i]
			a := &b.alpha[i]
			var delta [lanes]float32
			moved := false
			for l := range b.n {
				y := t.side(i, b.first+l)
				g := float32(y*s[l]) - 1 + float32(ridge*a[l])
				if a[l] == 0 && g >= 0 {
					continue
				}
				worst = max(worst, g, -g)
				if g < 1e-4 && g > -1e-4 {
					continue
				}
				now := max(0, a[l]-g/(norm[i]+ridge))
				delta[l] = (now - a[l]) * y
				a[l] = now
				moved = true
			}
			if moved {
				t.add(b, i, &delta)
			}
		}
		if worst < 0.01 {
			break
		}
	}
	return nil
}

// score gives row i's scores by b, with its features' values out of value.
func (t *trainer) score(b *block, i int, value []uint16) [lanes]float32 {
	s0, s1, s2, s3 := b.bias[0], b.bias[1], b.bias[2], b.bias[3]
	s4, s5, s6, s7 := b.bias[4], b.bias[5], b.bias[6], b.bias[7]
	ids := t.id[t.start[i]:t.start[i+1]]
	values := value[t.start[i]:t.start[i+1]]
	values = values[:len(ids)]
	for p, f := range ids {
		v := float32(values[p]) * (1.0 / unit)
		w := &b.w[f]
		s0 += float32(v * w[0])
		s1 += float32(v * w[1])
		s2 += float32(v * w[2])
		s3 += float32(v * w[3])
		s4 += float32(v * w[4])
		s5 += float32(v * w[5])
		s6 += float32(v * w[6])
		s7 += float32(v * w[7])
	}
	return [lanes]float32{s0, s1, s2, s3, s4, s5, s6, s7}
}

// add moves b by delta times row i.
func (t *trainer) add(b *block, i int, delta *[lanes]float32) {
	for l, d := range delta {
		b.bias[l] += d
	}
	d0, d1, d2, d3, d4, d5, d6, d7 := delta[0], delta[1], delta[2], delta[3], delta[4], delta[5], delta[6], delta[7]
	ids := t.id[t.start[i]:t.start[i+1]]
	values := t.value[t.start[i]:t.start[i+1]]
	values = values[:len(ids)]
	for p, f := range ids {
		v := float32(values[p]) * (1.0 / unit)
		w := &b.w[f]
		w[0] += float32(v * d0)
		w[1] += float32(v * d1)
		w[2] += float32(v * d2)
		w[3] += float32(v * d3)
		w[4] += float32(v * d4)
		w[5] += float32(v * d5)
		w[6] += float32(v * d6)
		w[7] += float32(v * d7)
	}
}

// parallel calls f for 0 to n-1 on all processors and gives the first error
// by number. It tells how many have been begun.
func (t *trainer) parallel(ctx context.Context, stage string, n int, f func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				errs[i] = f(i)
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			errs[i] = ctx.Err()
			break
		}
		next <- i
		if t.progress != nil {
			t.progress(stage, i+1, n)
		}
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
