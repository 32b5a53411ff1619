package classify

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// A trainer holds what is known during one training.
type trainer struct {
	progress func(stage string, done, all int)

	rows   []Row
	labels []string
	y      []int32   // label of each row
	weight []float32 // of each feature
	start  []int     // where each row's features start in id and value; one more at the end
	id     []uint32
	value  []uint16  // in 65535ths: no view is longer than 1
	apart  []uint16  // value as it would be if the row had not been counted
	ridge  []float32 // 1 / (2 C weight), by row
}

const (
	mostDistinct = 2 << 20 // features under consideration; over that, those seen once are let go
	unit         = 65535
)

// vectors reads all rows twice: to choose features and to weigh them.
func (t *trainer) vectors(ctx context.Context, m *Model) error {
	hashes, err := t.choose(ctx, m)
	if err != nil {
		return err
	}
	m.hashes = hashes
	m.at.fill(hashes)

	k := len(t.labels)
	byLabel := make([]float32, len(hashes)*k)
	df := make([]float32, len(hashes))
	var d message
	s := m.newScratch()
	t.start = append(t.start, 0)
	var parts [][views]int // ends of each row's views
	for i, r := range t.rows {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		d.read(m, r.Subject, r.Text)
		s.count(m, &d)
		var ends [views]int
		for v := range s.uniq {
			for _, f := range s.uniq[v] {
				t.id = append(t.id, f)
				t.value = append(t.value, uint16(s.cell[f].stamp&stampCount))
				byLabel[int(f)*k+int(t.y[i])]++
				df[f]++
			}
			ends[v] = len(t.id)
		}
		parts = append(parts, ends)
		t.start = append(t.start, len(t.id))
	}
	without := t.weigh(df, byLabel)
	t.apart = make([]uint16, len(t.value))
	var x, y []float32
	for i := range t.rows {
		from := t.start[i]
		for v, to := range parts[i] {
			x, y = x[:0], y[:0]
			for p := from; p < to; p++ {
				count := logCount[t.value[p]]
				x = append(x, count*t.weight[t.id[p]])
				y = append(y, count*without(t.id[p], t.y[i]))
			}
			place(t.value[from:to], x, strength[v])
			place(t.apart[from:to], y, strength[v])
			from = to
		}
	}
	return nil
}

// place sets dst to x brought to a length, in 65535ths.
func place(dst []uint16, x []float32, length float32) {
	var sum float64
	for _, x := range x {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		clear(dst)
		return
	}
	q := unit * length / float32(math.Sqrt(sum))
	for p, x := range x {
		dst[p] = uint16(x*q + 0.5)
	}
}

// strength is the length of each view.
var strength = [views]float32{bodyView: 1, headView: headStrength}

// logCount is 1 + ln(count).
var logCount = func() (l [stampCount + 1]float32) {
	for c := 1; c < len(l); c++ {
		l[c] = float32(1 + math.Log(float64(c)))
	}
	return l
}()

// least is in how many rows a feature must be to be learned.
func (t *trainer) least() uint32 {
	if len(t.rows) < 200 {
		return 1
	}
	return 2
}

// choose gives the hashes of the features to learn, in ascending order.
func (t *trainer) choose(ctx context.Context, m *Model) ([]uint64, error) {
	least := t.least()
	at := newTable(1 << 16)
	df, last := []uint32{0}, []int32{0}
	var d message
	for i, r := range t.rows {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d.read(m, r.Subject, r.Text)
		for v := range d.feats {
			for _, x := range d.feats[v] {
				p := at.put(x.hash)
				if *p == 0 {
					*p = uint32(len(df))
					df, last = append(df, 0), append(last, -1)
				}
				if last[*p] != int32(i) {
					last[*p] = int32(i)
					df[*p]++
				}
			}
		}
		if at.used > mostDistinct {
			at, df, last = forget(at, df, last)
		}
	}
	type seen struct {
		hash uint64
		df   uint32
	}
	var all []seen
	for i, s := range at.slots {
		if s.mark != 0 && df[s.value] >= least {
			all = append(all, seen{at.full[i], df[s.value]})
		}
	}
	if most := maxModel / (16 + len(t.labels)); len(all) > most {
		slices.SortFunc(all, func(a, b seen) int {
			return cmp.Or(cmp.Compare(b.df, a.df), cmp.Compare(a.hash, b.hash))
		})
		all = all[:most]
	}
	hashes := make([]uint64, len(all))
	for i, s := range all {
		hashes[i] = s.hash
	}
	slices.Sort(hashes)
	return hashes, nil
}

// forget drops the features seen once, so that memory stays bounded whatever
// the number of rows.
func forget(at table, df []uint32, last []int32) (table, []uint32, []int32) {
	t := newTable(at.used / 2)
	d, l := []uint32{0}, []int32{0}
	for i, s := range at.slots {
		if s.mark != 0 && df[s.value] > 1 {
			*t.put(at.full[i]) = uint32(len(d))
			d, l = append(d, df[s.value]), append(l, last[s.value])
		}
	}
	return t, d, l
}

// weigh sets the weight of each feature from how many rows have it and with
// which labels. It gives what the weight of a feature would be without one row
// of a label that has it: 0 if it would not be learned.
func (t *trainer) weigh(df, byLabel []float32) (without func(feature uint32, label int32) float32) {
	k := len(t.labels)
	prior := make([]float64, k)
	for _, y := range t.y {
		prior[y] += 1 / float64(len(t.y))
	}
	// With the part of each label, n of it, the divergence is the sum of the
	// parts over their count, less the logarithm of that.
	part := func(n float32, label int) float64 {
		q := float64(n) + klSmooth*prior[label]
		return q * math.Log(q/prior[label])
	}
	weight := func(rows, df, parts float64) float32 {
		of := df + klSmooth
		kl := parts/of - math.Log(of)
		idf := math.Log((1+rows)/(1+df)) + 1
		return float32(idf * (1 + klWeight*math.Sqrt(max(kl, 0))))
	}
	t.weight = make([]float32, len(df))
	parts := make([]float64, len(df))
	n := float64(len(t.rows))
	for f := range df {
		for i := range prior {
			parts[f] += part(byLabel[f*k+i], i)
		}
		t.weight[f] = weight(n, float64(df[f]), parts[f])
	}
	least := float32(t.least())
	return func(f uint32, label int32) float32 {
		if df[f]-1 < least {
			return 0
		}
		n1 := byLabel[int(f)*k+int(label)]
		return weight(n-1, float64(df[f]-1), parts[f]-part(n1, int(label))+part(n1-1, int(label)))
	}
}
