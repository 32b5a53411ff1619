package similar_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/algo/similar"
	"yiwang/internal/base/golden"
)

func groups(t testing.TB, rows []similar.Row) []similar.Group {
	t.Helper()
	g := similar.NewGrouping(nil)
	for _, r := range rows {
		if err := g.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	list, err := g.Groups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestKnownCopies finds messages of which it is known who copied whom, among
// others about the same subjects at other places.
func TestKnownCopies(t *testing.T) {
	var b strings.Builder
	for _, placed := range []bool{false, true} {
		k := generated(rand.New(rand.NewPCG(3, 1)), 1000, placed)
		in := make([]int, len(k.rows))
		for n, g := range groups(t, k.rows) {
			for _, r := range g.Rows {
				in[r] = n + 1
			}
		}
		together := func(i, j int) bool { return in[i] > 0 && in[i] == in[j] }
		var right, said, so int
		found, all := make([]int, len(copyKinds)), make([]int, len(copyKinds))
		for i := range k.rows {
			for j := range i {
				same := k.of[i] == k.of[j]
				if together(i, j) {
					said++
				}
				if !same {
					continue
				}
				so++
				if together(i, j) {
					right++
				}
				if kind := max(k.kind[i], k.kind[j]); min(k.kind[i], k.kind[j]) < 0 {
					all[kind]++
					if together(i, j) {
						found[kind]++
					}
				}
			}
		}
		fmt.Fprintf(&b, "%d messages, place given %v: precision %.3f, recall %.3f of %d pairs\n", len(k.rows), placed, float64(right)/float64(said), float64(right)/float64(so), so)
		for i, c := range copyKinds {
			fmt.Fprintf(&b, "  first message and copy, %s: recall %.3f\n", c.name, float64(found[i])/float64(all[i]))
		}
	}
	golden.Check(t, "copies.txt", []byte(b.String()))
}

// In files of millions each name and number is that of many; copies are found
// by what of them stands together, nearly as well as by comparing all.
func TestCopiesAmongMany(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	name := func() string {
		const signs = "金银春夏秋冬东西南北"
		return string([]rune{pick(r, []rune(signs)), pick(r, []rune(signs))})
	}
	const matters = 6000
	var of []int
	var texts []string
	for m := range matters {
		s, old := matter(r)
		s[0] = strings.Replace(s[0], old, fmt.Sprintf("%s%s路%d号%s%s", name(), name(), 1+r.IntN(40), name(), name()), 1)
		of, texts = append(of, m), append(texts, strings.Join(s, ""))
		if m%4 == 0 {
			of, texts = append(of, m), append(texts, copyKinds[m/4%len(copyKinds)].make(r, s))
		}
	}
	rows := r.Perm(len(of))
	marks := func(many bool) (precision, recall float64) {
		g := similar.NewGrouping(nil)
		if many {
			g.Many()
		}
		for _, i := range rows {
			if err := g.Add(similar.Row{Text: texts[i]}); err != nil {
				t.Fatal(err)
			}
		}
		list, err := g.Groups(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		said, right := 0, 0
		for _, group := range list {
			for i, a := range group.Rows {
				for _, b := range group.Rows[:i] {
					if said++; of[rows[a]] == of[rows[b]] {
						right++
					}
				}
			}
		}
		return float64(right) / float64(said), float64(right) / (matters / 4)
	}
	p, all := marks(false)
	q, many := marks(true)
	t.Logf("precision %.3f and recall %.3f; among many %.3f and %.3f", p, all, q, many)
	if q < p-0.01 || many < all-0.08 {
		t.Errorf("precision %.3f and recall %.3f; among many %.3f and %.3f", p, all, q, many)
	}
}

func TestGroupsTellStories(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, 1+n, 9, 0, 0, 0, time.UTC) }
	long := "湖滨路菜市场门口的路面塌了一个大坑，昨天晚上有位老人骑车经过时摔倒受伤，社区来人放了一个路锥就再也没有管过，请尽快修好"
	others := func(rows ...similar.Row) []similar.Row {
		for _, s := range []string{"小区停水一整天了", "楼下烧烤店油烟太大", "请问居住证怎么办理", "公交车等了一小时", "单位拖欠工资三个月", "电梯坏了没有人修"} {
			rows = append(rows, similar.Row{Text: s, Place: "和平街"})
		}
		return rows
	}
	for _, c := range []struct {
		story string
		rows  []similar.Row
		want  string
	}{
		{"nothing", nil, "[]"},
		{"one message", []similar.Row{{Text: long}}, "[]"},
		{"empty ones are not like one another", []similar.Row{{}, {Text: "。！？"}, {}}, "[]"},
		{"sent twice, a year between", others(similar.Row{Text: long, At: day(0)}, similar.Row{Text: long, At: day(365)}), "[[0 1]]"},
		{"full width, blanks and punctuation", []similar.Row{{Text: "Ａ3区，路灯 不亮！"}, {Text: "a3区路灯不亮"}}, "[[0 1]]"},
		{"a few words in two streets are two matters", others(similar.Row{Text: "路灯不亮", Place: "莲湖路28号"}, similar.Row{Text: "路灯不亮", Place: "建设路三巷"}), "[]"},
		{"a whole letter from two streets is one", others(similar.Row{Text: long, Place: "湖滨路"}, similar.Row{Text: long, Place: "建设路三巷"}), "[[0 1]]"},
		{"in English", others(
			similar.Row{Text: "There is a burst water pipe in front of the primary school."},
			similar.Row{Text: "Hello, there is a burst water pipe in front of the primary school, thank you."},
			similar.Row{Text: "There is a stray dog in front of the library."}), "[[0 1]]"},
	} {
		var got [][]int
		for _, g := range groups(t, c.rows) {
			got = append(got, g.Rows)
		}
		if s := fmt.Sprint(got); s != c.want {
			t.Errorf("%s: %s, want %s", c.story, s, c.want)
		}
	}
}

// A chain of small steps from one letter to another does not join them: every
// row of a group is like the one in the middle.
func TestNoChains(t *testing.T) {
	signs := []rune("湖滨路菜市场门口面塌了一个大坑昨天晚上有位老人骑车经过时摔倒受伤社区来放锥就再也没管请尽快修好小停水整楼下烧烤店油烟太问居住证怎么办理公交等单位拖欠工资三月电梯坏")
	var rows []similar.Row
	for i := range 60 {
		rows = append(rows, similar.Row{Text: string(signs[i : i+20])})
	}
	list := groups(t, rows)
	if len(list) < 5 || len(list[0].Rows) > 12 {
		t.Errorf("%d groups, the largest of %d", len(list), len(list[0].Rows))
	}
}

// Ten thousand that are the same, or differ by a number each, cost little.
func TestFamilies(t *testing.T) {
	const text = "湖滨路菜市场门口的路面塌了一个大坑，昨天晚上有位老人骑车经过时摔倒受伤，请尽快修好，单号"
	for _, c := range []struct {
		story string
		row   func(i int) similar.Row
		rows  int
	}{
		{"the same", func(int) similar.Row { return similar.Row{Text: text} }, 10_000},
		{"a number each", func(i int) similar.Row { return similar.Row{Text: fmt.Sprint(text, 1_000_000+i)} }, 10_000},
		{"a place each", func(i int) similar.Row { return similar.Row{Text: text, Place: fmt.Sprint("建设路", i)} }, 10_000},
		{"long ones", func(i int) similar.Row { return similar.Row{Text: strings.Repeat(text, 220) + fmt.Sprint(i)} }, 300},
	} {
		rows := make([]similar.Row, c.rows)
		for i := range rows {
			rows[i] = c.row(i)
		}
		since := time.Now()
		list := groups(t, rows)
		if len(list) != 1 || len(list[0].Rows) != c.rows {
			t.Errorf("%s: %d groups, not one of all", c.story, len(list))
		}
		if took := time.Since(since); took > time.Minute {
			t.Errorf("%s took %v", c.story, took)
		}
	}
}

// Groups are disjoint and sorted, do not depend on anything but the rows, and
// identical rows are together.
func TestGroupsAreGroups(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) similar.Row {
			r := similar.Row{Text: rapid.StringOfN(rapid.RuneFrom([]rune("路灯不亮水管ab ，")), 0, 12, -1).Draw(rt, "text"), Place: rapid.SampledFrom([]string{"", "湖滨路", "建设路"}).Draw(rt, "place")}
			if rapid.Bool().Draw(rt, "timed") {
				r.At = time.Unix(rapid.Int64Range(0, 1<<31).Draw(rt, "at"), 0)
			}
			return r
		}), 0, 30).Draw(rt, "rows")
		list := groups(t, rows)
		if again := groups(t, rows); fmt.Sprint(again) != fmt.Sprint(list) {
			rt.Fatalf("%v and then %v", list, again)
		}
		in := make([]int, len(rows))
		for n, g := range list {
			if len(g.Rows) < 2 || !slices.IsSorted(g.Rows) || g.Score < 0 || g.Score > 1 {
				rt.Fatalf("%+v", g)
			}
			for _, r := range g.Rows {
				if in[r] != 0 {
					rt.Fatalf("row %d is in two groups", r)
				}
				in[r] = n + 1
			}
		}
		for i := range rows {
			for j := range i {
				if rows[i].Text == rows[j].Text && rows[i].Place == rows[j].Place && strings.Trim(rows[i].Text, " ，") != "" && (in[i] == 0 || in[i] != in[j]) {
					rt.Fatalf("%q twice, in groups %d and %d", rows[i].Text, in[i], in[j])
				}
			}
		}
	})
}

func TestGroupsCancelled(t *testing.T) {
	g := similar.NewGrouping(nil)
	if err := g.Add(similar.Row{Text: "路灯不亮"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Groups(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func ExampleGrouping() {
	g := similar.NewGrouping(nil)
	for _, text := range []string{
		"湖滨路菜市场门口的路面塌了一个大坑，有位老人骑车摔倒受伤", "楼下烧烤店油烟太大，晚上不敢开窗",
		"您好，湖滨路菜市场门口的路面塌了一个大坑，有位老人骑车摔倒受伤，谢谢", "请问居住证怎么办理",
	} {
		if err := g.Add(similar.Row{Text: text}); err != nil {
			fmt.Println(err)
			return
		}
	}
	found, err := g.Groups(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, group := range found {
		fmt.Println(group.Rows, group.Score > 0.5)
	}
	// Output: [0 2] true
}
