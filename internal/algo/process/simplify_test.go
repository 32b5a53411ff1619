package process_test

import (
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/process"
)

// connected reports whether each activity can be reached from a start that is
// shown and reaches an end.
func connected(g process.Graph) bool {
	for _, in := range []bool{true, false} {
		reached := map[string]bool{}
		for _, a := range g.Activities {
			reached[a.Name] = in && a.Starts > 0 || !in && a.Ends > 0
		}
		for grown := true; grown; {
			grown = false
			for _, e := range g.Edges {
				from, to := e.From, e.To
				if !in {
					from, to = to, from
				}
				if reached[from] && !reached[to] {
					reached[to], grown = true, true
				}
			}
		}
		for _, ok := range reached {
			if !ok {
				return false
			}
		}
	}
	return true
}

func TestSimplify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := process.Discover(logOf(events(t))).Graph
		last := process.Graph{}
		for _, detail := range []float64{-1, 0, 0.2, 0.5, 0.8, 1} {
			s := g.Simplify(detail)
			if !connected(s) {
				t.Fatalf("at %v not connected: %+v", detail, s)
			}
			has := map[[2]string]bool{}
			steps := 0
			for _, e := range s.Edges {
				has[[2]string{e.From, e.To}] = true
				steps += e.Count
			}
			for _, a := range s.Activities {
				has[[2]string{a.Name}] = true
				if a.Starts > 0 {
					has[[2]string{"", a.Name}] = true
				}
				if a.Ends > 0 {
					has[[2]string{a.Name, "\x00"}] = true
				}
			}
			for _, e := range last.Edges {
				if !has[[2]string{e.From, e.To}] {
					t.Fatalf("at %v %v is gone", detail, e)
				}
			}
			for _, a := range last.Activities {
				if !has[[2]string{a.Name}] || a.Starts > 0 && !has[[2]string{"", a.Name}] || a.Ends > 0 && !has[[2]string{a.Name, "\x00"}] {
					t.Fatalf("at %v %v is gone", detail, a)
				}
			}
			if len(s.Activities)+s.Hidden.Activities != len(g.Activities) || s.Hidden.Steps+steps != sum(g) {
				t.Fatalf("at %v %+v are hidden", detail, s.Hidden)
			}
			last = s
		}
		if len(last.Edges) != len(g.Edges) || last.Hidden != (process.Hidden{}) {
			t.Fatalf("all is %+v", last)
		}
	})
}

func sum(g process.Graph) (n int) {
	for _, e := range g.Edges {
		n += e.Count
	}
	return n
}

// The least detail of a hotline is its usual way.
func TestUsualWay(t *testing.T) {
	g := process.Discover(logOf(hotline(2000, 1))).Simplify(0)
	way := ""
	for at := "受理"; ; {
		way += at
		next := ""
		for _, e := range g.Edges {
			if e.From == at {
				next = e.To
			}
		}
		if next == "" {
			break
		}
		at = next
	}
	if way != "受理派单接单办理答复" || len(g.Edges) != 4 {
		t.Errorf("%s, %d edges", way, len(g.Edges))
	}
}

func TestReadable(t *testing.T) {
	wild := &process.Log{}
	list := office(200, 1)
	for i := range list {
		list[i].Activity = string(rune('一' + (i*i+i/7)%120))
		if err := wild.Add(list[i]); err != nil {
			t.Fatal(err)
		}
	}
	r := process.Discover(wild)
	detail := r.Readable()
	if s := r.Simplify(detail); detail == 1 || len(s.Edges) > 50 || len(r.Edges) < 100 {
		t.Errorf("%v of %d edges are %d", detail, len(r.Edges), len(s.Edges))
	}
	tame := process.Discover(logOf(hotline(100, 1)))
	if tame.Readable() != 1 {
		t.Error("a small graph is not shown whole")
	}
}
