package draw_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/draw"
)

func marks(n int) []draw.Mark {
	list := make([]draw.Mark, n)
	for i := range list {
		list[i] = draw.MarkOf(fmt.Sprint("case ", i))
	}
	return list
}

func TestDrawnAgainByAnybody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := marks(rapid.IntRange(0, 200).Draw(t, "marks"))
		n := rapid.IntRange(0, 40).Draw(t, "n")
		seed := draw.Seed(rapid.String().Draw(t, "figures"), rapid.String().Draw(t, "words"))
		drawn := draw.Draw(seed, list, n)
		if len(drawn) != min(n, len(list)) {
			t.Fatalf("%d of %d drawn, want %d", len(drawn), len(list), n)
		}
		var b bytes.Buffer
		if err := draw.Write(&b, list); err != nil {
			t.Fatal(err)
		}
		read, err := draw.Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if again := draw.Draw(seed, read, n); !slices.Equal(again, drawn) {
			t.Fatal("drawn from the published list, others come")
		}
		// One more case changes no order among those that were there.
		more := draw.Draw(seed, append(slices.Clone(list), draw.MarkOf("one more")), len(list)+1)
		kept := slices.DeleteFunc(more, func(m draw.Mark) bool { return m == draw.MarkOf("one more") })
		if !slices.Equal(kept[:len(drawn)], drawn) {
			t.Fatal("one more changed the order of the others")
		}
	})
}

// Over many seeds each mark is drawn as often as chance has it: the chi-square
// of 50 marks over 4,000 draws of 5.
func TestNoMarkIsLikelier(t *testing.T) {
	list := marks(50)
	times := map[draw.Mark]int{}
	for i := range 4000 {
		for _, m := range draw.Draw(draw.Seed("figures", fmt.Sprint(i)), list, 5) {
			times[m]++
		}
	}
	chi := 0.0
	for _, m := range list {
		d := float64(times[m]) - 400
		chi += d * d / 400
	}
	if chi > 90 { // 99.98 % of 49 degrees of freedom
		t.Errorf("chi-square %.1f", chi)
	}
}

func TestReadRefuses(t *testing.T) {
	good := draw.MarkOf("a").String()
	for text, want := range map[string]string{
		"abc":                        "line 1: not a mark",
		good + "\n\n" + good:         "line 3: the same mark as in line 1",
		good + "\n" + good[1:] + "z": "line 2: not a mark",
		good + "00":                  "line 1: not a mark",
	} {
		if _, err := draw.Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(draw.MarkOf("a").String())
	f.Fuzz(func(t *testing.T, text string) {
		list, err := draw.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := draw.Write(&b, list); err != nil {
			t.Fatal(err)
		}
		again, err := draw.Read(&b)
		if err != nil || len(again) != len(list) {
			t.Fatalf("%d marks, read again %d: %v", len(list), len(again), err)
		}
	})
}

func ExampleDraw() {
	list := []draw.Mark{draw.MarkOf("case a"), draw.MarkOf("case b"), draw.MarkOf("case c")}
	seed := draw.Seed("month,2026-10\nsolved,3", "Liancheng 2026-10")
	for _, m := range draw.Draw(seed, list, 2) {
		fmt.Println(m.String()[:12])
	}
	// Output:
	// 00a7f751dec0
	// 78672b3da3a3
}
