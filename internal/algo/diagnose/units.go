package diagnose

import (
	"cmp"
	"slices"
	"strings"
)

// sure is the probability from which on a text is said to have foreseen its unit.
const sure = 0.6

// returns finds orders that went first to another unit than they ended with,
// although their words said where they belong.
func (w *work) returns() (*Finding, error) {
	f := &Finding{Key: "returns", Missing: w.missing(Text | Unit), Columns: []string{"order", "first_unit", "final_unit", "probability", "days", "text"}}
	if len(f.Missing) > 0 {
		return f, nil
	}
	var hits []int32
	moved, judged, several := 0, 0, 0
	for i := range w.list {
		c := w.chains.of(&w.list[i])
		if len(c) > 0 {
			several++
		}
		if len(c) < 2 || c[0] == c[len(c)-1] {
			continue
		}
		moved++
		if w.said.said[i] < 0 {
			continue
		}
		judged++
		if w.said.said[i] == c[len(c)-1] && w.said.prob[i] >= sure {
			hits = append(hits, int32(i))
		}
	}
	if moved == 0 {
		f.Missing = []string{"event"}
		return f, nil
	}
	slices.SortStableFunc(hits, func(a, b int32) int { return cmp.Compare(w.said.prob[b], w.said.prob[a]) })
	f.Share = ShareOf(len(hits), judged)
	m := ShareOf(moved, several)
	f.Facts = map[string]float64{"moved": float64(moved), "movedShare": m.Value, "extra": w.extraDays()}
	pairs := map[[2]int32]int{}
	for _, i := range hits {
		c := w.chains.of(&w.list[i])
		pairs[[2]int32{c[0], c[len(c)-1]}]++
	}
	f.Charts = []Chart{{"returns.pairs", w.pairBars(pairs, len(hits), " → ")}}
	f.Examples = w.examples(hits, func(i int) string {
		c := w.chains.of(&w.list[i])
		return w.unit(c[0]) + " → " + w.unit(c[len(c)-1])
	})
	f.Rows = func(write func(...string) error) error {
		in := w.reader()
		for _, i := range hits {
			c := w.chains.of(&w.list[i])
			if err := write(w.id(int(i)), w.unit(c[0]), w.unit(c[len(c)-1]), decimals(float64(w.said.prob[i]), 3), decimals(w.days(int(i)), 1), cell(in.read(w.list[i].text))); err != nil {
				return err
			}
		}
		return in.err
	}
	return f, nil
}

// extraDays is by how much the median of orders that changed their unit is
// longer than that of those that did not; 0 where that is not known.
func (w *work) extraDays() float64 {
	var moved, stayed []float64
	for i := range w.list {
		c := w.chains.of(&w.list[i])
		d := w.days(i)
		if len(c) == 0 || d != d {
			continue
		}
		if len(c) > 1 && c[0] != c[len(c)-1] {
			moved = append(moved, d)
		} else {
			stayed = append(stayed, d)
		}
	}
	if len(moved) < 20 || len(stayed) < 20 {
		return 0
	}
	return max(0, median(moved)-median(stayed))
}

const bars = 6 // of a chart

const toAndFro = " ⇄ "

// pairBars are all pairs, the most frequent first; a report shows the first of
// them, and the rest as a table.
func (w *work) pairBars(pairs map[[2]int32]int, of int, between string) (out []Bar) {
	list := make([][2]int32, 0, len(pairs))
	for p := range pairs {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b [2]int32) int {
		return cmp.Or(cmp.Compare(pairs[b], pairs[a]), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	for _, p := range list {
		out = append(out, Bar{Label: w.unit(p[0]) + between + w.unit(p[1]), Share: ShareOf(pairs[p], of), Days: -1})
	}
	return out
}

// pingpong finds orders that came back to a unit after another had them.
func (w *work) pingpong() (*Finding, error) {
	f := &Finding{Key: "pingpong", Missing: w.missing(Unit), Columns: []string{"order", "units", "pairs", "turns", "days", "text"}}
	if len(f.Missing) > 0 {
		return f, nil
	}
	var hits []int32
	pairs := map[[2]int32]int{}
	between := map[int32][][2]int32{} // the pairs of an order
	with, several := 0, 0
	for i := range w.list {
		c := w.chains.of(&w.list[i])
		if len(c) > 0 {
			with++
		}
		if len(c) > 1 {
			several++
		}
		seen := map[[2]int32]bool{}
		for k := 2; k < len(c); k++ {
			back := slices.Index(c[:k-1], c[k])
			if back < 0 {
				continue
			}
			p := [2]int32{min(c[k], c[k-1]), max(c[k], c[k-1])}
			if !seen[p] {
				seen[p] = true
				pairs[p]++
				between[int32(i)] = append(between[int32(i)], p)
			}
		}
		if len(seen) > 0 {
			hits = append(hits, int32(i))
		}
	}
	if several == 0 {
		f.Missing = []string{"event"}
		return f, nil
	}
	turns := func(i int32) int { return int(w.list[i].chain.n) }
	slices.SortStableFunc(hits, func(a, b int32) int { return cmp.Compare(turns(b), turns(a)) })
	f.Share = ShareOf(len(hits), with)
	f.Facts = map[string]float64{"several": float64(several), "pairs": float64(len(pairs))}
	f.Charts = []Chart{{"pingpong.pairs", w.pairBars(pairs, len(hits), toAndFro)}}
	way := func(i int) string {
		var names []string
		for _, u := range w.chains.of(&w.list[i]) {
			if names = append(names, w.unit(u)); len(names) == 12 {
				names = append(names, "…")
				break
			}
		}
		return strings.Join(names, " → ")
	}
	named := func(i int32) string {
		var names []string
		for _, p := range between[i] {
			names = append(names, w.unit(p[0])+toAndFro+w.unit(p[1]))
		}
		return strings.Join(names, "; ")
	}
	f.Examples = w.examples(hits, way)
	f.Rows = func(write func(...string) error) error {
		in := w.reader()
		for _, i := range hits {
			if err := write(w.id(int(i)), way(int(i)), named(i), decimals(float64(turns(i)), 0), decimals(w.days(int(i)), 1), cell(in.read(w.list[i].text))); err != nil {
				return err
			}
		}
		return in.err
	}
	return f, nil
}

// auto finds what could have gone out without a person, and at what cost.
func (w *work) auto() (*Finding, error) {
	f := &Finding{Key: "auto", Missing: w.missing(Text | Unit), Columns: []string{"order", "unit", "proposed", "probability"}}
	if len(f.Missing) > 0 {
		return f, nil
	}
	var judged []int32
	for i, s := range w.said.said {
		if s >= 0 {
			judged = append(judged, int32(i))
		}
	}
	if len(judged) == 0 {
		f.Missing = []string{"unit"}
		return f, nil
	}
	p := w.said.prob
	slices.SortStableFunc(judged, func(a, b int32) int { return cmp.Compare(p[b], p[a]) })
	right, all := 0, 0
	for _, i := range judged {
		if w.said.said[i] == w.said.is[i] {
			all++
		}
	}
	targets := []float64{0.90, 0.95, 0.98, 0.99}
	kept, good := make([]int, len(targets)), make([]int, len(targets))
	for k, i := range judged {
		if w.said.said[i] == w.said.is[i] {
			right++
		}
		if k+1 < len(judged) && p[judged[k+1]] == p[i] {
			continue
		}
		for t, target := range targets {
			if float64(right) >= target*float64(k+1) {
				kept[t], good[t] = k+1, right
			}
		}
	}
	const target = 2
	hits := judged[:kept[target]]
	f.Share = ShareOf(len(hits), len(judged))
	whole := ShareOf(all, len(judged))
	extra := w.extraDays()
	f.Facts = map[string]float64{
		"accuracy": whole.Value, "wrong": float64(kept[target] - good[target]), "extra": extra,
		"cost": extra * float64(kept[target]-good[target]), "labels": float64(w.said.labels),
	}
	if n := len(hits); n > 0 {
		f.Facts["threshold"] = float64(p[hits[n-1]])
	}
	var c Chart
	c.Key = "auto.targets"
	for t, target := range targets {
		c.Bars = append(c.Bars, Bar{Key: "auto.target", Label: decimals(100*target, 0), Share: ShareOf(kept[t], len(judged)), Days: -1})
	}
	units := map[int32][2]int{}
	for _, i := range judged {
		u := units[w.said.is[i]]
		u[1]++
		units[w.said.is[i]] = u
	}
	for _, i := range hits {
		u := units[w.said.is[i]]
		u[0]++
		units[w.said.is[i]] = u
	}
	f.Charts = []Chart{c, {"auto.units", w.shareBars(units, w.unit)}}
	f.Examples = w.examples(hits, func(i int) string { return w.unit(w.said.said[i]) })
	f.Rows = func(write func(...string) error) error {
		for _, i := range hits {
			if err := write(w.id(int(i)), w.unit(w.said.is[i]), w.unit(w.said.said[i]), decimals(float64(p[i]), 3)); err != nil {
				return err
			}
		}
		return nil
	}
	return f, nil
}

// shareBars gives the groups with the highest lower bounds.
func (w *work) shareBars(groups map[int32][2]int, name func(int32) string) (out []Bar) {
	for g, n := range groups {
		if label := name(g); label != "" && n[0] > 0 {
			out = append(out, Bar{Label: label, Share: ShareOf(n[0], n[1]), Days: -1})
		}
	}
	slices.SortFunc(out, func(a, b Bar) int { return cmp.Or(cmp.Compare(b.Share.Lo, a.Share.Lo), cmp.Compare(a.Label, b.Label)) })
	return out[:min(len(out), bars)]
}
