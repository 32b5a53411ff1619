package classify

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// A trainer holds what is known during one training.
type trainer struct {
	rows   []Row
	labels []string
	y      []int32   // label of each row
	weight []float32 // of each feature
	start  []int     // where each row's features start in id and value; one more at the end
	id     []uint32
	value  []uint16  // in 65535ths: no view is longer than 1
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
	t.weigh(df, byLabel)
	for i := range t.rows {
		from := t.start[i]
		for v, to := range parts[i] {
			var sum float64
			for p := from; p < to; p++ {
				x := float64(logCount[t.value[p]] * t.weight[t.id[p]])
				sum += x * x
			}
			if sum > 0 {
				q := unit * strength[v] / float32(math.Sqrt(sum))
				for p := from; p < to; p++ {
					t.value[p] = uint16(logCount[t.value[p]]*t.weight[t.id[p]]*q + 0.5)
				}
			}
			from = to
		}
	}
	return nil
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

// choose gives the hashes of the features to learn, in ascending order.
func (t *trainer) choose(ctx context.Context, m *Model) ([]uint64, error) {
	least := uint32(2)
	if len(t.rows) < 200 {
		least = 1
	}
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
// which labels.
func (t *trainer) weigh(df, byLabel []float32) {
	k := len(t.labels)
	prior := make([]float64, k)
	for _, y := range t.y {
		prior[y] += 1 / float64(len(t.y))
	}
	t.weight = make([]float32, len(df))
	n := float64(len(t.rows))
	for f := range df {
		var kl float64
		for i, p := range prior {
			q := (float64(byLabel[f*k+i]) + klSmooth*p) / (float64(df[f]) + klSmooth)
			kl += q * math.Log(q/p)
		}
		idf := math.Log((1+n)/(1+float64(df[f]))) + 1
		t.weight[f] = float32(idf * (1 + klWeight*math.Sqrt(max(kl, 0))))
	}
}
