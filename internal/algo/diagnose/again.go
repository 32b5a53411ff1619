package diagnose

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// A link says that an order repeats an earlier one.
type link struct {
	of   int32 // -1: none
	kind linkKind
	like float32
}

type linkKind uint8

const (
	sameCaller linkKind = iota + 1
	sameCause
)

const (
	lookBack   = 20   // orders of one caller that are compared with the next
	leastLike  = 0.25 // of texts that say the same, whatever chance gives
	placeLike  = 0.12 // where both name the same place
	causeLeast = 4    // orders of one cause
	causeLift  = 3.0  // times as many as place and category let expect
)

// again finds what each order repeats. Two orders of a caller within the
// period are one matter if their words are more alike (weighted Dice) than
// 99 % of pairs of orders that have nothing to do with each other, or if they
// are rather alike and name the same place; never if they name different ones
// and are not nearly the same. Without texts, the category decides.
//
// A cause is a place where a kind of matter (its category, or its unit where
// there are none) comes up at least four times within the period, and three
// times as often as the place and the kind would let expect.
func (w *work) again() error {
	w.links = make([]link, len(w.list))
	for i := range w.links {
		w.links[i].of = -1
	}
	if w.Has&Time == 0 {
		return nil
	}
	if w.Has&Caller != 0 {
		if err := w.againCallers(); err != nil {
			return err
		}
	}
	if w.Has&Text != 0 {
		w.againCauses()
	}
	return nil
}

// byKey gives the orders that have a key, grouped by it and by time.
func (w *work) byKey(key func(i int) int64) []int32 {
	var out []int32
	for i := range w.list {
		if key(i) >= 0 && w.list[i].time != 0 {
			out = append(out, int32(i))
		}
	}
	slices.SortFunc(out, func(a, b int32) int {
		return cmp.Or(cmp.Compare(key(int(a)), key(int(b))), cmp.Compare(w.list[a].time, w.list[b].time), cmp.Compare(a, b))
	})
	return out
}

func groupsOf(list []int32, same func(a, b int32) bool, do func(group []int32) error) error {
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && same(list[from], list[to]) {
			to++
		}
		if err := do(list[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

func (w *work) againCallers() error {
	chance, err := w.chance()
	if err != nil {
		return err
	}
	list := w.byKey(func(i int) int64 { return int64(w.list[i].caller) })
	in := w.reader()
	period := int64(w.opt.Again / time.Second)
	done := 0
	return groupsOf(list, func(a, b int32) bool { return w.list[a].caller == w.list[b].caller }, func(group []int32) error {
		done += len(group)
		if err := w.tell("repeats", done, len(list)); err != nil {
			return err
		}
		if len(group) < 2 {
			return nil
		}
		words := make([][]uint32, len(group))
		for k := range group {
			words[k] = set(nil, in.read(w.list[group[k]].text))
		}
		for k := 1; k < len(group); k++ {
			x := &w.list[group[k]]
			best := link{of: -1}
			for j := k - 1; j >= max(0, k-lookBack); j-- {
				y := &w.list[group[j]]
				if x.time-max(y.time, y.closed) > period {
					continue
				}
				like := w.sameMatter(int(group[j]), int(group[k]), words[j], words[k], chance)
				if like > float64(best.like) {
					best = link{group[j], sameCaller, float32(like)}
				}
			}
			if best.of >= 0 {
				w.links[group[k]] = best
			}
		}
		return in.err
	})
}

// sameMatter gives how alike two orders of a caller are, 0 if they are not one
// matter.
func (w *work) sameMatter(a, b int, x, y []uint32, chance float64) float64 {
	if len(x) == 0 || len(y) == 0 {
		if c := w.list[a].category; c >= 0 && c == w.list[b].category && len(x)+len(y) == 0 {
			return 0.5
		}
		return 0
	}
	like := w.rare.alike(x, y)
	p, q := w.place[a], w.place[b]
	least := max(leastLike, chance)
	switch {
	case p >= 0 && p == q:
		least = placeLike
	case p >= 0 && q >= 0:
		least = max(0.6, chance)
	}
	if like < least {
		return 0
	}
	return like
}

// chance is how alike 99 of 100 pairs of orders at most are that different
// people sent.
func (w *work) chance() (float64, error) {
	r := rand.New(rand.NewPCG(w.opt.Seed, 1))
	in := w.reader()
	var likes []float64
	var x, y []uint32
	for range 4000 {
		a, b := r.IntN(len(w.list)), r.IntN(len(w.list))
		if w.list[a].caller == w.list[b].caller || w.list[a].text.n == 0 || w.list[b].text.n == 0 {
			continue
		}
		x, y = set(x, in.read(w.list[a].text)), set(y, in.read(w.list[b].text))
		likes = append(likes, w.rare.alike(x, y))
	}
	if len(likes) < 100 {
		return 0, in.err
	}
	slices.Sort(likes)
	return likes[len(likes)*99/100], in.err
}

// kind is what kind of matter an order is.
func (w *work) kind(i int) int64 {
	if w.Has&Category != 0 {
		return int64(w.list[i].category)
	}
	return int64(finalUnit(w, i))
}

func (w *work) againCauses() {
	perPlace, perKind, n := make([]int, len(w.places.list)), map[int64]int{}, 0
	key := func(i int) int64 {
		if w.place[i] < 0 || w.kind(i) < 0 {
			return -1
		}
		return int64(w.place[i])<<32 | w.kind(i)
	}
	for i := range w.list {
		if key(i) >= 0 {
			perPlace[w.place[i]]++
			perKind[w.kind(i)]++
			n++
		}
	}
	list := w.byKey(key)
	period := int64(w.opt.Again / time.Second)
	_ = groupsOf(list, func(a, b int32) bool { return key(int(a)) == key(int(b)) }, func(group []int32) error {
		i := int(group[0])
		expected := float64(perPlace[w.place[i]]) * float64(perKind[w.kind(i)]) / float64(n)
		if len(group) < causeLeast || float64(len(group)) < causeLift*expected {
			return nil
		}
		for from := 0; from < len(group); {
			to, callers := from, map[int32]bool{}
			for to < len(group) && w.list[group[to]].time-w.list[group[from]].time <= period {
				if c := w.list[group[to]].caller; c >= 0 {
					callers[c] = true
				}
				to++
			}
			if to-from >= causeLeast && (w.Has&Caller == 0 || len(callers) > 2) {
				for _, k := range group[from+1 : to] {
					if w.links[k].of < 0 {
						w.links[k] = link{group[from], sameCause, 0}
					}
				}
			}
			from = to
		}
		return nil
	})
}

// repeats tells what was said again.
func (w *work) repeats() (*Finding, error) {
	f := &Finding{Key: "repeats", Missing: w.missing(Time), Columns: []string{"order", "repeats", "kind", "days_after", "likeness", "caller", "place", "text"}}
	if w.Has&(Caller|Text) == 0 {
		f.Missing = append(f.Missing, "caller")
	}
	if len(f.Missing) > 0 {
		return f, nil
	}
	var hits []int32
	callers, causes := 0, 0
	people := map[int32]int{}
	places := map[int32][2]int{}
	for i, l := range w.links {
		if p := w.place[i]; p >= 0 {
			n := places[p]
			n[1]++
			if l.of >= 0 {
				n[0]++
			}
			places[p] = n
		}
		switch {
		case l.of < 0:
			continue
		case l.kind == sameCaller:
			callers++
			people[w.list[i].caller]++
		default:
			causes++
		}
		hits = append(hits, int32(i))
	}
	slices.SortStableFunc(hits, func(a, b int32) int {
		return cmp.Or(cmp.Compare(w.links[a].kind, w.links[b].kind), cmp.Compare(w.links[b].like, w.links[a].like))
	})
	f.Share = ShareOf(len(hits), len(w.list))
	f.Facts = map[string]float64{"callers": float64(callers), "causes": float64(causes), "people": float64(len(people))}
	heavy := 0
	for _, n := range people {
		if n >= 3 {
			heavy++
		}
	}
	f.Facts["heavy"] = float64(heavy)
	var top Chart
	top.Key = "repeats.places"
	for p, n := range places {
		if n[0] >= 3 {
			top.Bars = append(top.Bars, Bar{Label: w.places.list[p], Share: ShareOf(n[0], n[1]), Days: -1})
		}
	}
	slices.SortFunc(top.Bars, func(a, b Bar) int {
		return cmp.Or(cmp.Compare(b.Share.K, a.Share.K), cmp.Compare(a.Label, b.Label))
	})
	top.Bars = top.Bars[:min(len(top.Bars), bars)]
	f.Charts = []Chart{top}
	f.Examples = w.examples(hits[:min(len(hits), max(3, callers))], func(i int) string { return w.id(int(w.links[i].of)) })
	f.Rows = func(write func(...string) error) error {
		in := w.reader()
		for _, i := range hits {
			l, x := w.links[i], &w.list[i]
			kind, who, at := "caller", "", ""
			if l.kind == sameCause {
				kind = "cause"
			}
			if x.caller >= 0 {
				who = decimals(float64(x.caller+1), 0)
			}
			if p := w.place[i]; p >= 0 {
				at = cell(w.places.list[p])
			}
			gap := float64(x.time-w.list[l.of].time) / 86400
			if err := write(w.id(int(i)), w.id(int(l.of)), kind, decimals(gap, 1), decimals(float64(l.like), 2), who, at, cell(in.read(x.text))); err != nil {
				return err
			}
		}
		return in.err
	}
	return f, nil
}
