package keywords_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/keywords"
	"yiwang/internal/base/golden"
)

// letters are invented messages; the matter of one in three is a street lamp.
func letters() (all []string) {
	places := []string{"莲湖路", "桂花街", "松柏巷", "兰亭道", "梅岭坡"}
	matters := []string{"路灯不亮", "垃圾没人清运", "公交车班次太少", "自来水停水"}
	words := []string{"请尽快处理", "希望有人来看看", "谢谢", "已经三天了", "打电话没人接"}
	for i := range 120 {
		all = append(all, fmt.Sprintf("%s%s，%s。%s旁边%s。", places[i%5], matters[i%4], words[(i/2)%5], places[(i/5)%5], words[(i/7)%5]))
	}
	return all
}

func texts(list []keywords.Keyword) (out []string) {
	for _, k := range list {
		out = append(out, k.Text)
	}
	return out
}

func TestOf(t *testing.T) {
	all := letters()
	l := keywords.Learn(all)
	for _, c := range []struct {
		story string
		group []string
		want  []string // among the first three
	}{
		{"one message", []string{"莲湖路路灯不亮，请尽快处理"}, []string{"路灯不亮"}},
		{"a group", []string{"莲湖路公交车班次太少", "桂花街公交车班次太少", "松柏巷等不到车，公交车班次太少"}, []string{"公交车班次太少"}},
		{"nothing", []string{""}, nil},
		{"no texts", nil, nil},
	} {
		got := texts(l.Of(c.group, 3))
		for _, w := range c.want {
			if !slices.ContainsFunc(got, func(k string) bool { return strings.Contains(k, w) }) {
				t.Errorf("%s: %q without %q", c.story, got, w)
			}
		}
		if len(c.want) == 0 && len(got) > 0 {
			t.Errorf("%s: %q", c.story, got)
		}
	}
}

func TestEnglish(t *testing.T) {
	var all []string
	for i := range 60 {
		all = append(all, fmt.Sprintf("The %s on %s is %s, please do something about it.",
			[]string{"street lamp", "bus stop", "water main"}[i%3], []string{"Lotus Road", "Pine Lane", "Orchid Street", "Plum Hill"}[i%4], []string{"broken", "dirty", "leaking"}[(i/3)%3]))
	}
	got := texts(keywords.Learn(all).Of([]string{"The Street Lamp on Lotus Road is broken. The street lamp was mended in May."}, 3))
	if !slices.Contains(got, "Street Lamp") || !slices.Contains(got, "Lotus Road") {
		t.Errorf("%q", got)
	}
	for _, w := range got {
		if w == "The" || w == "is" {
			t.Errorf("%q says nothing", w)
		}
	}
}

// Every keyword stands where it is said to, none twice or within another, and
// the same texts give the same.
func TestProperties(t *testing.T) {
	all := letters()
	rapid.Check(t, func(t *rapid.T) {
		group := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(all), rapid.String()), 0, 8).Draw(t, "group")
		l := keywords.Learn(append(slices.Clone(all[:rapid.IntRange(0, 60).Draw(t, "known")]), group...))
		n := rapid.IntRange(0, 6).Draw(t, "n")
		got := l.Of(group, n)
		if len(got) > n {
			t.Fatalf("%d of %d", len(got), n)
		}
		for i, k := range got {
			at := string([]rune(group[k.In])[k.Start:k.End])
			if strings.Join(strings.Fields(at), " ") != k.Text || k.Score <= 0 || k.Count < 1 {
				t.Fatalf("%+v stands at %q", k, at)
			}
			for _, other := range got[:i] {
				if other.Text == k.Text || other.Score < k.Score {
					t.Fatalf("%+v after %+v", k, other)
				}
			}
		}
		if again := l.Of(group, n); !slices.Equal(got, again) {
			t.Fatalf("%v, then %v", got, again)
		}
	})
}

func FuzzLearn(f *testing.F) {
	f.Add("路灯坏了，路灯坏了", "street lamp, street lamp", 3)
	f.Add("\xff\x00", "a'b 'c' '", -1)
	f.Fuzz(func(t *testing.T, a, b string, n int) {
		l := keywords.Learn([]string{a, b, a + b})
		for _, k := range l.Of([]string{a, b}, n) {
			if k.Text == "" {
				t.Errorf("%+v", k)
			}
		}
	})
}

func BenchmarkLearn(b *testing.B) {
	all := letters()
	for b.Loop() {
		keywords.Learn(all)
	}
}

func ExampleLexicon_Of() {
	l := keywords.Learn(letters())
	for _, k := range l.Of([]string{"莲湖路公交车班次太少", "桂花街公交车班次太少", "松柏巷等不到车，公交车班次太少"}, 1) {
		fmt.Println(k.Text, k.Count)
	}
	// Output: 公交车班次太少 3
}

// A small set whose keywords people chose, so that it is seen when they get
// worse: invented messages, each with the words that say what it is about.
func TestGolden(t *testing.T) {
	set := []struct{ text, about string }{
		{"莲湖路路灯不亮，晚上很黑，请尽快处理", "路灯不亮"},
		{"桂花街的自来水停水三天了，没人来看看", "停水"},
		{"松柏巷口垃圾没人清运，夏天很臭", "垃圾没人清运"},
		{"兰亭道的公交车班次太少，早上等了四十分钟", "公交车班次太少"},
		{"梅岭坡旁边的工地夜间施工，噪音太大睡不着", "夜间施工"},
		{"幼儿园学位不够，孩子上不了学", "学位不够"},
		{"The street lamp on Lotus Road is broken, please repair it", "street lamp"},
		{"我妈办居住证，窗口说材料不齐，跑了三趟", "居住证"},
	}
	var all []string
	for i := range 12 {
		for _, m := range set {
			all = append(all, fmt.Sprintf("第%d次反映：%s。", i, m.text))
		}
	}
	all = append(all, letters()...)
	l := keywords.Learn(all)
	var b strings.Builder
	hits := 0
	for _, m := range set {
		got := texts(l.Of([]string{m.text}, 5))
		hit := slices.ContainsFunc(got, func(k string) bool { return strings.Contains(k, m.about) || strings.Contains(m.about, k) })
		if hit {
			hits++
		}
		fmt.Fprintf(&b, "%-5v %s: %s\n", hit, m.about, strings.Join(got, " · "))
	}
	fmt.Fprintf(&b, "%d of %d\n", hits, len(set))
	golden.Check(t, "small.txt", []byte(b.String()))
}
