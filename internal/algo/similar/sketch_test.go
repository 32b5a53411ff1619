package similar_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/similar"
	"yiwang/internal/base/golden"
)

func ExampleSketch() {
	kept := similar.NewSketch("湖滨路菜市场门口的路面塌了一个大坑，有老人摔倒")
	asked := similar.NewSketch("您好，湖滨路菜市场门口的路面塌了一个大坑，有位老人摔倒，谢谢")
	shared := 0
	var filing similar.Filing
	for _, b := range filing.Bands(kept) {
		if slices.Contains(filing.Probes(asked), b) {
			shared++
		}
	}
	fmt.Printf("found by %v, like it to %.2f\n", shared > 0, kept.Likeness(asked))
	// Output: found by true, like it to 0.59
}

// TestSketchFindsCopies looks up copies of known messages by their bands, as
// an index does that gives the newest 64 of each, and compares sketches.
func TestSketchFindsCopies(t *testing.T) {
	k := generated(rand.New(rand.NewPCG(5, 1)), 2000, true)
	lists := map[int64][]int{}
	var filing similar.Filing
	sketches := make([]similar.Sketch, len(k.rows))
	for i, r := range k.rows {
		sketches[i] = similar.NewSketch(r.Text + " " + r.Place)
		if k.kind[i] < 0 {
			for _, b := range filing.Bands(sketches[i]) {
				lists[b] = append(lists[b], i)
			}
		}
	}
	const like = 0.3
	var b strings.Builder
	found, all := make([]int, len(copyKinds)), make([]int, len(copyKinds))
	others := 0
	for i := range k.rows {
		if k.kind[i] < 0 {
			continue
		}
		all[k.kind[i]]++
		seen := map[int]bool{}
		for _, band := range filing.Probes(sketches[i]) {
			list := lists[band]
			for _, j := range list[max(0, len(list)-64):] {
				if seen[j] || sketches[i].Likeness(sketches[j]) < like {
					continue
				}
				seen[j] = true
				if k.of[i] == k.of[j] {
					found[k.kind[i]]++
				} else {
					others++
				}
			}
		}
	}
	fmt.Fprintf(&b, "%d messages filed, others found by mistake: %.3f a copy\n", len(k.rows)-2000/4*len(copyKinds), float64(others)/float64(2000/4*len(copyKinds)))
	for i, c := range copyKinds {
		fmt.Fprintf(&b, "  %s: first message found %.3f\n", c.name, float64(found[i])/float64(all[i]))
	}
	golden.Check(t, "sketch.txt", []byte(b.String()))
}

// What is kept is read again, and a sketch is like itself.
func TestSketchIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.StringOfN(rapid.RuneFrom([]rune("路灯不亮水管爆裂ab 1，")), 0, 200, -1)
		a, b := similar.NewSketch(gen.Draw(t, "a")), similar.NewSketch(gen.Draw(t, "b"))
		again, err := similar.ReadSketch(a.Bytes())
		if err != nil || !slices.Equal(a, again) {
			t.Fatalf("%v and %v, %v", a, again, err)
		}
		if self := a.Likeness(a); len(a) > 0 && self != 1 || len(a) == 0 && self != 0 {
			t.Fatalf("like itself to %v", self)
		}
		if x, y := a.Likeness(b), b.Likeness(a); x != y || x < 0 || x > 1 {
			t.Fatalf("%v and %v", x, y)
		}
		for _, band := range new(similar.Filing).Bands(a) {
			if !slices.Contains(new(similar.Filing).Probes(a), band) {
				t.Fatalf("filed under %d, which is not looked up", band)
			}
		}
	})
}

func FuzzReadSketch(f *testing.F) {
	f.Add(similar.NewSketch("路灯不亮了很黑").Bytes())
	f.Add([]byte{0, 0, 0, 2, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := similar.ReadSketch(b); err == nil && !slices.Equal(s.Bytes(), b) {
			t.Errorf("%v", s)
		}
	})
}
