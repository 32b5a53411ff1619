package process_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/algo/process"
)

// story makes events from lines "case activity@hour/unit activity@hour …".
func story(t testing.TB, lines ...string) *process.Log {
	t.Helper()
	var list []process.Event
	for _, line := range lines {
		words := strings.Fields(line)
		for _, w := range words[1:] {
			what, unit, _ := strings.Cut(w, "/")
			activity, at, _ := strings.Cut(what, "@")
			hours, err := time.ParseDuration(at + "h")
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, process.Event{Case: words[0], Activity: activity, Time: monday.Add(hours), Resource: unit})
		}
	}
	return logOf(list)
}

func TestDiscover(t *testing.T) {
	r := process.Discover(story(t,
		"a 受理@0/热线 派单@1/热线 退单@3/城管 派单@4/热线 接单@5/供水 答复@9/供水",
		"b 受理@0/热线 派单@3/热线 接单@4/供水 答复@10/供水",
		"c 受理@1/热线 答复@1/热线",
	))
	if r.Events != 12 || r.Cases != 3 || len(r.Activities) != 5 || len(r.Edges) != 6 {
		t.Fatalf("%+v", r)
	}
	edges := map[string]process.Edge{}
	for _, e := range r.Edges {
		edges[e.From+e.To] = e
	}
	const hour = 3600
	for _, c := range []struct {
		story string
		got   process.Edge
		want  process.Edge
	}{
		{"the usual way", edges["受理派单"], process.Edge{Count: 2, Cases: 2, Median: 2 * hour, P90: 2.8 * hour, Example: "a"}},
		{"there", edges["派单退单"], process.Edge{Count: 1, Cases: 1, Median: 2 * hour, P90: 2 * hour, Example: "a"}},
		{"and back", edges["退单派单"], process.Edge{Count: 1, Cases: 1, Again: 1, Median: 1 * hour, P90: 1 * hour, Return: true, Example: "a"}},
		{"at once", edges["受理答复"], process.Edge{Count: 1, Cases: 1, Example: "c"}},
		{"slow", edges["接单答复"], process.Edge{Count: 2, Cases: 2, Median: 5 * hour, P90: 5.8 * hour, Bottleneck: true, Example: "a"}},
	} {
		c.want.From, c.want.To, c.want.WaitShare = c.got.From, c.got.To, c.got.WaitShare
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", c.story, c.got, c.want)
		}
	}
	if e := edges["接单答复"]; e.WaitShare != 10.0/19 {
		t.Errorf("the slow step holds %v of the waiting", e.WaitShare)
	}
	if want := []process.Count{{Activity: "受理", Count: 3}}; !slices.Equal(r.Starts, want) {
		t.Errorf("starts %v", r.Starts)
	}
	if want := []process.Count{{Activity: "答复", Count: 3}}; !slices.Equal(r.Ends, want) {
		t.Errorf("ends %v", r.Ends)
	}
	if want := (process.Rework{Activity: "派单", Cases: 1, Repeats: 1, Share: 0.5, Most: 2, Example: "a"}); len(r.Rework) != 1 || r.Rework[0] != want {
		t.Errorf("rework %+v", r.Rework)
	}
	if r.VariantsTotal != 3 || r.Variants[1].Count != 1 || r.Duration.Median != 9*hour {
		t.Errorf("variants %+v, duration %+v", r.Variants, r.Duration)
	}
}

// An outlier of one case is no bottleneck.
func TestWrongDate(t *testing.T) {
	list := hotline(400, 5)
	list = append(list, process.Event{Case: "x", Activity: "受理", Time: monday.AddDate(-9, 0, 0)}, process.Event{Case: "x", Activity: "接单", Time: monday})
	for _, e := range process.Discover(logOf(list)).Edges {
		if e.Bottleneck && e.From == "受理" {
			t.Errorf("%+v", e)
		}
	}
}

func TestLoops(t *testing.T) {
	for _, c := range []struct {
		story, events string
		want          []string // a, b, through, count, cases, hours
	}{
		{"there and back", "x 转@0/城管 转@1/环保 转@5/城管", []string{"城管 环保 - 1 1 5 desk"}},
		{"twice", "x 报@0/热线 转@0/城管 转@1/环保 转@2/城管 转@3/环保 转@4/城管", []string{"城管 环保 - 2 1 2", "环保 城管 - 1 1 2"}},
		{"through the hotline", "x 派@0/热线 接@1/城管 派@2/热线 接@3/环保 派@4/热线 接@5/城管", []string{"城管 环保 热线 1 1 4", "热线 城管 - 1 1 2 desk", "热线 环保 - 1 1 2 desk"}},
		{"by another way", "x 派@0/热线 接@1/城管 派@2/街道 接@3/环保 派@4/热线 接@5/城管", nil},
		{"one keeps it", "x 转@0/城管 办@1/城管 转@2/环保 办@3/环保", nil},
		{"nobody knows who in between", "x 报@0/热线 转@0/城管 办@1 转@2/环保 办@3 转@4/城管", []string{"城管 环保 - 1 1 4"}},
	} {
		var got []string
		for _, l := range process.Discover(story(t, c.events)).Loops {
			if l.Kind != process.BetweenUnits {
				continue
			}
			s := fmt.Sprint(l.A, " ", l.B, " ", cmp.Or(l.Through, "-"), " ", l.Count, " ", l.Cases, " ", l.Median/3600)
			if l.Desk {
				s += " desk"
			}
			got = append(got, s)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.story, got, c.want)
		}
	}
}

func TestRefuse(t *testing.T) {
	l := &process.Log{}
	good := process.Event{Case: "1", Activity: "受理", Time: monday}
	for _, c := range []struct {
		story  string
		change func(*process.Event)
		want   error
	}{
		{"no case", func(e *process.Event) { e.Case = "" }, process.ErrNoCase},
		{"a blank case", func(e *process.Event) { e.Case = " 　" }, process.ErrNoCase},
		{"no activity", func(e *process.Event) { e.Activity = "" }, process.ErrNoActivity},
		{"no time", func(e *process.Event) { e.Time = time.Time{} }, process.ErrNoTime},
		{"good", func(*process.Event) {}, nil},
	} {
		e := good
		c.change(&e)
		if err := l.Add(e); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	if l.Events() != 1 || l.Cases() != 1 {
		t.Errorf("%d events, %d cases", l.Events(), l.Cases())
	}
	var err error
	for i := 0; err == nil && i < 2000; i++ {
		err = l.Add(process.Event{Case: "1", Activity: fmt.Sprint("free text ", i), Time: monday})
	}
	if !errors.Is(err, process.ErrActivities) || l.Events() != 1000 || len(process.Discover(l).Activities) != 1000 {
		t.Errorf("2,000 activities: %v, %d", err, l.Events())
	}
	if r := process.Discover(&process.Log{}); r.Events != 0 || r.Edges == nil || len(r.Variants) > 0 {
		t.Errorf("of nothing: %+v", r)
	}
}

// events draws a log whose cases have no two events of one time.
func events(t *rapid.T) []process.Event {
	var list []process.Event
	for c := range rapid.IntRange(1, 8).Draw(t, "cases") {
		at := rapid.Int64Range(0, 1e6).Draw(t, "begin")
		for range rapid.IntRange(1, 10).Draw(t, "events") {
			at += rapid.Int64Range(1, 1e5).Draw(t, "wait")
			list = append(list, process.Event{
				Case: fmt.Sprint("c", c), Activity: string(rune('A' + rapid.IntRange(0, 5).Draw(t, "activity"))),
				Time: monday.Add(time.Duration(at) * time.Second), Resource: rapid.SampledFrom([]string{"", "u", "v", "w"}).Draw(t, "unit"),
			})
		}
	}
	return list
}

func TestCountsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := process.Discover(logOf(events(t)))
		in, out, steps, count := map[string]int{}, map[string]int{}, 0, 0
		waits := 0.0
		for _, e := range r.Edges {
			in[e.To] += e.Count
			out[e.From] += e.Count
			steps += e.Count
			waits += e.WaitShare
			if e.Median > e.P90 || e.Median < 0 || e.Cases > e.Count || e.Again > e.Count || e.Cases < 1 {
				t.Errorf("%+v", e)
			}
		}
		starts, ends := 0, 0
		for _, a := range r.Activities {
			if a.Count != a.Starts+in[a.Name] || a.Count != a.Ends+out[a.Name] || a.Count != a.Cases+a.Repeats {
				t.Errorf("%+v: %d in, %d out", a, in[a.Name], out[a.Name])
			}
			starts, ends, count = starts+a.Starts, ends+a.Ends, count+a.Count
		}
		if starts != r.Cases || ends != r.Cases || count != r.Events || steps != r.Events-r.Cases {
			t.Errorf("%d starts, %d ends, %d counted, %d steps of %d events in %d cases", starts, ends, count, steps, r.Events, r.Cases)
		}
		if steps > 0 && (waits < 0.999 || waits > 1.001) {
			t.Errorf("all waiting is %v", waits)
		}
		cases, share := 0, 0.0
		for _, v := range r.Variants {
			cases += v.Count
			share += v.Share
		}
		if cases != r.Cases || share < 0.999 || share > 1.001 || len(r.Variants) != r.VariantsTotal {
			t.Errorf("variants of %d cases, %v", cases, share)
		}
		repeats := 0
		for _, w := range r.Rework {
			repeats += w.Repeats
		}
		for _, a := range r.Activities {
			repeats -= a.Repeats
		}
		if repeats != 0 {
			t.Errorf("rework is off by %d", repeats)
		}
	})
}

// What is found does not hang on the order of the rows.
func TestAnyOrder(t *testing.T) {
	plain := func(list []process.Event) string {
		r := process.Discover(logOf(list))
		r.Moved = process.Moved{}
		for i := range r.Edges {
			r.Edges[i].Example = ""
		}
		for i := range r.Loops {
			r.Loops[i].Example = ""
		}
		for i := range r.Rework {
			r.Rework[i].Example = ""
		}
		for i := range r.Variants {
			r.Variants[i].Example = ""
		}
		slices.SortFunc(r.Variants, func(a, b process.Variant) int {
			return slices.Compare(a.Activities, b.Activities)
		})
		b, err := json.Marshal(r)
		if err != nil {
			panic(err)
		}
		return string(b)
	}
	rapid.Check(t, func(t *rapid.T) {
		list := events(t)
		want := plain(list)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if got := plain(list); got != want {
			t.Errorf("%s\n%s", got, want)
		}
	})
}

// Events of one time: the order of the file counts, also where the newest
// stand first; where it says nothing, what is usual.
func TestOneTime(t *testing.T) {
	minutes := func(list []process.Event) []process.Event {
		list = slices.Clone(list)
		for i := range list {
			list[i].Time = list[i].Time.Truncate(30 * time.Minute)
		}
		return list
	}
	variants := func(list []process.Event) map[string]int {
		m := map[string]int{}
		for _, v := range process.Discover(logOf(list)).Variants {
			m[strings.Join(v.Activities, " ")] = v.Count
		}
		return m
	}
	list := hotline(300, 9)
	want := variants(list)
	rounded := minutes(list)
	if got := variants(rounded); !reflect.DeepEqual(got, want) {
		t.Errorf("as it was: %v, want %v", got, want)
	}
	slices.Reverse(rounded)
	if got := variants(rounded); !reflect.DeepEqual(got, want) {
		t.Errorf("newest first: %v, want %v", got, want)
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(rounded), func(i, j int) { rounded[i], rounded[j] = rounded[j], rounded[i] })
	got, same := variants(rounded), 0
	for way, n := range want {
		same += min(n, got[way])
	}
	if same < 270 {
		t.Errorf("shuffled, only %d of 300 cases went the way they went", same)
	}
}

func TestMoved(t *testing.T) {
	r := process.Discover(story(t, "a 受理@0 派单@1 答复@2", "b 受理@5 答复@7 派单@6"))
	if want := (process.Moved{Events: 1, Cases: 1, Example: "b"}); r.Moved != want || len(r.Edges) != 2 {
		t.Errorf("%+v %+v", r.Moved, r.Edges)
	}
}

func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		values []float64
		q, is  float64
	}{
		{nil, 0.5, 0},
		{[]float64{3}, 0.9, 3},
		{[]float64{1, 2}, 0.5, 1.5},
		{[]float64{1, 2, 3, 4}, 0.9, 3.7},
		{[]float64{1, 2, 3}, 1, 3},
	} {
		if got := process.Quantile(c.values, c.q); got < c.is-1e-9 || got > c.is+1e-9 {
			t.Errorf("%v of %v is %v, want %v", c.q, c.values, got, c.is)
		}
	}
}
