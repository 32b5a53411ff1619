package diagnose

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Wilson's interval as in the literature: 1 of 10 is 1.8 % to 40.4 %, and
// nothing known is everything possible.
func TestShareOf(t *testing.T) {
	for _, c := range []struct {
		k, n   int
		lo, hi float64
	}{{1, 10, 0.0179, 0.4042}, {0, 10, 0, 0.2775}, {10, 10, 0.7225, 1}, {0, 0, 0, 1}, {50, 100, 0.4038, 0.5962}} {
		if s := ShareOf(c.k, c.n); math.Abs(s.Lo-c.lo) > 5e-5 || math.Abs(s.Hi-c.hi) > 5e-5 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", c.k, c.n, s.Lo, s.Hi, c.lo, c.hi)
		}
	}
}

func TestVerdict(t *testing.T) {
	for s, want := range map[string]verdict{
		"满意": good, "基本满意": good, "非常不满意": bad, "未解决": bad, "已解决": good, "未评价": unknown, "": unknown, "1": bad, "5": good,
		"Very satisfied": good, "dissatisfied": bad, "无法联系": unknown, "否": bad, "其他": unknown,
	} {
		if got := readVerdict(s); got != want {
			t.Errorf("%q is read as %d, not %d", s, got, want)
		}
	}
}

func TestOther(t *testing.T) {
	for s, want := range map[string]bool{"其他": true, "": true, "民政-其他": true, "其他类": true, "其他社会保险待遇问题": false, "噪声": false, "Other": true, "another": false, "城管/占道": false} {
		if got := isOther(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestPlace(t *testing.T) {
	for s, want := range map[string]string{
		"位于春江花园门口的路灯不亮": "春江花园", "几盏路灯坏了": "", "家住和平小区": "和平小区", "村民反映水泥路没修": "", "在a市建设路和东六路交汇处": "建设路", "": "",
	} {
		if got := place(s); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}

func TestJoined(t *testing.T) {
	if got := joined([]string{"人机", "无人", "偷拍", "uav"}); !slices.Equal(got, []string{"无人机", "偷拍", "uav"}) {
		t.Error(got)
	}
}

// spoolOf is a file that has no name any more.
func spoolOf(t interface {
	Fatal(...any)
	Cleanup(func())
},
) *os.File {
	f, err := os.CreateTemp("", "yiwang-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close(); os.Remove(f.Name()) }) //nolint:errcheck // a test's file
	return f
}

// Whatever order the rows stand in, the units an order went through are the
// same, the desk is none of them, and no unit follows itself.
func TestChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []Row
		begin := time.Date(2025, 1, 1, 8, 0, 0, 0, time.UTC)
		for o := range rapid.IntRange(1, 12).Draw(t, "orders") {
			rows = append(rows, Row{ID: strconv.Itoa(o), Unit: "热线", Time: begin})
			for k, u := range rapid.SliceOfN(rapid.SampledFrom([]string{"甲", "乙", "丙", "丁"}), 1, 6).Draw(t, "units") {
				rows = append(rows, Row{ID: strconv.Itoa(o), Unit: u, Time: begin.Add(time.Duration(k+1) * time.Hour)})
			}
		}
		ways := func(rows []Row) map[string][]string {
			o := NewOrders(Time|Unit, spoolOf(t))
			for _, r := range rows {
				if err := o.Add(r); err != nil {
					t.Fatal(err)
				}
			}
			c, _ := o.chain()
			out := map[string][]string{}
			for i := range o.list {
				for _, u := range c.of(&o.list[i]) {
					out[o.id(i)] = append(out[o.id(i)], o.units.list[u])
				}
			}
			return out
		}
		a, b := ways(rows), ways(rapid.Permutation(rows).Draw(t, "shuffled"))
		for id, way := range a {
			if !slices.Equal(way, b[id]) {
				t.Fatalf("%s: %v, shuffled %v", id, way, b[id])
			}
			for k := 1; k < len(way); k++ {
				if way[k] == way[k-1] {
					t.Fatalf("%s: %v", id, way)
				}
			}
		}
	})
}

// Without rows there is no diagnosis; with ids alone nothing is judged, and
// nothing fails.
func TestNothing(t *testing.T) {
	if _, err := Diagnose(context.Background(), NewOrders(Text, spoolOf(t)), Options{}); !errors.Is(err, ErrNoOrders) {
		t.Fatal(err)
	}
	for _, has := range []Field{0, Text, Unit, Time, Answer, Text | Unit, Time | Closed, Time | Caller, Text | Category, Time | Text | Answer | Verdict} {
		o := NewOrders(has, spoolOf(t))
		for i := range 3 {
			if err := o.Add(Row{ID: strconv.Itoa(i)}); err != nil {
				t.Fatal(err)
			}
		}
		d, err := Diagnose(context.Background(), o, Options{Again: time.Hour, Late: time.Hour})
		if err != nil {
			t.Fatal(has, err)
		}
		for _, f := range d.Findings {
			if len(f.Missing) == 0 && f.Share.K > 0 {
				t.Errorf("%b: %s found %d in nothing", has, f.Key, f.Share.K)
			}
		}
	}
}

// What comes up at a time is found in its weeks and in no others; what is said
// all the time, or a little more often, is not.
func TestUp(t *testing.T) {
	b := &blocks{orders: make([]int, 52)}
	for k := range b.orders {
		b.orders[k] = 1000
		b.all += 1000
	}
	const least = 15
	weeks := func(usual uint16, more map[int]uint16) (out []int) {
		counts := make([]uint16, 52)
		for k := range counts {
			counts[k] = usual + more[k]
		}
		for k, up := 0, b.up(counts, least); k < 52; k++ {
			if up>>k&1 != 0 {
				out = append(out, k)
			}
		}
		return out
	}
	for _, c := range []struct {
		usual uint16
		more  map[int]uint16
		want  []int
	}{
		{0, nil, nil},
		{40, nil, nil},
		{0, map[int]uint16{0: 4}, nil},
		{0, map[int]uint16{0: 6}, []int{0}},
		{0, map[int]uint16{51: 6}, []int{51}},
		{1, map[int]uint16{20: 9, 21: 9}, []int{20, 21}},
		{1, map[int]uint16{20: 9, 21: 9, 40: 15}, []int{20, 21, 40}},
		{40, map[int]uint16{20: 60}, nil}, // two and a half times
		{40, map[int]uint16{20: 160}, []int{20}},
	} {
		if got := weeks(c.usual, c.more); !slices.Equal(got, c.want) {
			t.Errorf("%d a week and %v more: %v are up, and %v should be", c.usual, c.more, got, c.want)
		}
	}
	short := &blocks{orders: []int{10, 10}, all: 20}
	if up := short.up([]uint16{10, 0}, least); up != 0 {
		t.Errorf("%b are up, of two weeks", up)
	}
}
