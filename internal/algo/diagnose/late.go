package diagnose

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// late finds orders that took too long, and what goes with it.
func (w *work) late() (*Finding, error) {
	f := &Finding{Key: "late", Missing: w.missing(Time | Closed), Columns: []string{"order", "days", "over", "unit", "category", "units"}}
	if len(f.Missing) > 0 {
		return f, nil
	}
	period := int64(w.opt.Late / time.Second)
	over := func(i int) (days float64, judged bool) {
		x := &w.list[i]
		if x.time == 0 {
			return 0, false
		}
		due := x.time + period
		if x.due != 0 {
			due = x.due
		}
		end := x.closed
		if end == 0 {
			if end = w.end; end <= due {
				return 0, false // may yet be in time
			}
		}
		return float64(end-due) / 86400, true
	}
	var hits []int32
	var took []float64
	judged, open := 0, 0
	units, kinds := map[int32][2]int{}, map[int32][2]int{}
	var hours [2][2]int // outside of office hours; within
	var ways [3][2]int  // one unit, two, more
	count := func(n *[2]int, late bool) {
		n[1]++
		if late {
			n[0]++
		}
	}
	for i := range w.list {
		d, ok := over(i)
		if !ok {
			continue
		}
		judged++
		x := &w.list[i]
		late := d > 0
		if late {
			hits = append(hits, int32(i))
			if x.closed == 0 {
				open++
			}
		}
		if x.closed != 0 {
			took = append(took, w.days(i))
		}
		u, k := units[finalUnit(w, i)], kinds[x.category]
		count(&u, late)
		count(&k, late)
		units[finalUnit(w, i)], kinds[x.category] = u, k
		at := time.Unix(x.time, 0).In(w.zone())
		office := 0
		if h := at.Hour(); h >= 8 && h < 18 && at.Weekday() != time.Sunday && at.Weekday() != time.Saturday {
			office = 1
		}
		count(&hours[office], late)
		if n := int(x.chain.n); n > 0 {
			count(&ways[min(n, 3)-1], late)
		}
	}
	slices.SortStableFunc(hits, func(a, b int32) int {
		x, _ := over(int(a))
		y, _ := over(int(b))
		return cmp.Compare(y, x)
	})
	f.Share = ShareOf(len(hits), judged)
	mid := median(took)
	p90 := math.NaN()
	if len(took) > 0 {
		p90 = took[(len(took)-1)*9/10]
	}
	f.Facts = map[string]float64{"open": float64(open), "median": mid, "p90": p90, "days": w.opt.Late.Hours() / 24}
	why := Chart{Key: "late.why"}
	for k, key := range []string{"late.one", "late.two", "late.more"} {
		if ways[k][1] > 0 && ways[1][1]+ways[2][1] > 0 {
			why.Bars = append(why.Bars, Bar{Key: key, Share: ShareOf(ways[k][0], ways[k][1]), Days: -1})
		}
	}
	for k, key := range []string{"late.outside", "late.office"} {
		if hours[k][1] > 0 {
			why.Bars = append(why.Bars, Bar{Key: key, Share: ShareOf(hours[k][0], hours[k][1]), Days: -1})
		}
	}
	f.Charts = []Chart{why, {"late.units", w.shareBars(units, w.unit)}}
	if w.Has&Category != 0 {
		f.Charts = append(f.Charts, Chart{"late.categories", w.shareBars(kinds, func(c int32) string {
			if c < 0 {
				return ""
			}
			return w.categories.list[c]
		})})
	}
	f.Examples = w.examples(hits, func(i int) string { d, _ := over(i); return decimals(d, 0) })
	f.Rows = func(write func(...string) error) error {
		for _, i := range hits {
			d, _ := over(int(i))
			if err := write(w.id(int(i)), decimals(w.days(int(i)), 1), decimals(d, 1), w.unit(finalUnit(w, int(i))), w.category(int(i)), decimals(float64(w.list[i].chain.n), 0)); err != nil {
				return err
			}
		}
		return nil
	}
	return f, nil
}

// zone is that of the times that were given.
func (w *work) zone() *time.Location {
	if w.opt.Zone != nil {
		return w.opt.Zone
	}
	return time.UTC
}

// hours tells when orders come in, and from where.
func (w *work) hours() (*Finding, error) {
	f := &Finding{Key: "hours", Missing: w.missing(Time)}
	if len(f.Missing) > 0 {
		return f, nil
	}
	var hour [24]int
	var day [7]int
	var month [12]int
	n, outside, timed := 0, 0, false
	for i := range w.list {
		if w.list[i].time == 0 {
			continue
		}
		t := time.Unix(w.list[i].time, 0).In(w.zone())
		n++
		timed = timed || t.Hour() != 0 || t.Minute() != 0
		hour[t.Hour()]++
		day[t.Weekday()]++
		month[t.Month()-1]++
		if h := t.Hour(); h < 8 || h >= 18 || t.Weekday() == time.Sunday || t.Weekday() == time.Saturday {
			outside++
		}
	}
	chart := func(key string, counts []int, first int) Chart {
		c := Chart{Key: "hours." + key}
		for k := range counts {
			j := (k + first) % len(counts)
			c.Bars = append(c.Bars, Bar{Key: "hours." + key + ".bar", Label: decimals(float64(j+map[string]int{"month": 1}[key]), 0), Share: ShareOf(counts[j], n), Days: -1})
		}
		return c
	}
	if !timed {
		f.Missing = []string{"time"}
		return f, nil
	}
	f.Share = ShareOf(outside, n)
	f.Charts = []Chart{chart("hour", hour[:], 0), chart("day", day[:], 1), chart("month", month[:], 0)}
	places := map[int32]int{}
	for _, p := range w.place {
		if p >= 0 {
			places[p]++
		}
	}
	var top Chart
	top.Key = "hours.places"
	for p, k := range places {
		if k >= 5 {
			top.Bars = append(top.Bars, Bar{Label: w.places.list[p], Share: ShareOf(k, n), Days: -1})
		}
	}
	slices.SortFunc(top.Bars, func(a, b Bar) int {
		return cmp.Or(cmp.Compare(b.Share.K, a.Share.K), cmp.Compare(a.Label, b.Label))
	})
	if top.Bars = top.Bars[:min(len(top.Bars), bars)]; len(top.Bars) > 0 {
		f.Charts = append(f.Charts, top)
	}
	return f, nil
}
