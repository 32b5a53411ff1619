package process

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A chunk gives back what was put, whichever columns it had to widen for it.
func TestChunk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, bytes := &chunk{}, 0
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
			return step{
				at: rapid.OneOf(rapid.Map(rapid.Int64Range(0, 4e9), func(s int64) int64 { return s * 1e6 }), rapid.Int64Range(-1e16, 1e16)).Draw(t, "at"),
				by: rapid.Uint32Range(0, 1<<17).Draw(t, "by"), act: rapid.Uint16().Draw(t, "act"),
			}
		}), 0, 20).Draw(t, "steps")
		for i, s := range list {
			bytes += k.put(i, s, uint32(i)+7)
		}
		for i, s := range list {
			j := uint32(i)
			if k.at(j) != s.at || k.who(j) != s.by || k.act[j] != s.act || k.prev[j] != j+7 {
				t.Fatalf("%d is %+v", i, s)
			}
		}
		if (k.micro != nil) != (bytes&microBytes != 0) || (k.farther != nil) != (bytes&fartherBytes != 0) {
			t.Fatalf("%d bytes", bytes)
		}
	})
}

// A log over two chunks, with more people than two bytes can number and a
// time that is no whole second now and then.
func TestSeveralChunks(t *testing.T) {
	l := &Log{}
	at := func(i int) time.Time {
		return time.UnixMicro(int64(i)*1e6 + int64(i%69_000/68_999))
	}
	const n = 70_000
	for i := range n {
		if err := l.Add(Event{Case: fmt.Sprint(i % 1000), Activity: fmt.Sprint(i % 7), Time: at(i), Resource: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	l.each(func(c int, s []step) {
		for j, e := range s {
			i := c + 1000*j
			if e.at != at(i).UnixMicro() || l.resource(e.by) != fmt.Sprint(i) || l.activity(e.act) != fmt.Sprint(i%7) || int(e.row) != i {
				t.Fatalf("case %d, event %d: %+v", c, j, e)
			}
			seen++
		}
		if !slices.IsSortedFunc(s, func(a, b step) int { return int(a.at - b.at) }) {
			t.Fatal("not in order")
		}
	})
	if seen != n || l.size() < n*12 || l.size() > n*140 {
		t.Errorf("%d events, %d bytes", seen, l.size())
	}
}
