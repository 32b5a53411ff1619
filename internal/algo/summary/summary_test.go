package summary_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/summary"
)

func TestOf(t *testing.T) {
	back := &summary.Background{}
	for _, c := range []struct {
		story, text string
		n           int
		want        []string
	}{
		{"nothing", "", 1, nil},
		{"marks alone", "……！！！", 1, nil},
		{"no line asked for", "路灯坏了。", 0, nil},
		{"one sentence", "莲湖路的路灯坏了三天了。", 1, []string{"莲湖路的路灯坏了三天了。"}},
		{"greetings are passed over", "尊敬的领导：您好！莲湖路的路灯坏了三天了，晚上很黑，请尽快派人来修。谢谢！", 1, []string{"莲湖路的路灯坏了三天了，晚上很黑，请尽快派人来修。"}},
		{"nor is thanking a matter", "感谢市长关心莲湖小区。莲湖小区的路灯坏了没人修。", 1, []string{"莲湖小区的路灯坏了没人修。"}},
		{"more than there is", "莲湖路的路灯坏了。", 5, []string{"莲湖路的路灯坏了。"}},
		{"English", "Dear Sir or Madam, hello. The street lamp on Lotus Road has been broken for a week. Thank you.", 1, []string{"The street lamp on Lotus Road has been broken for a week."}},
	} {
		var got []string
		for _, s := range back.Of(c.text, c.n) {
			got = append(got, s.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.story, got, c.want)
		}
	}
}

// Forty messages about three troubles of one estate become lines that tell of
// each.
func TestGroup(t *testing.T) {
	var group []summary.Message
	troubles := []string{"电梯经常停运，老人被困过两次", "地下车库漏水，车子泡在水里", "物业乱收停车费，没有发票"}
	for i := range 40 {
		group = append(group, summary.Message{Subject: "莲湖小区物业问题", Text: fmt.Sprintf("您好，我是莲湖小区%d栋的业主。莲湖小区%s。请处理，谢谢！", i, troubles[i%3])})
	}
	lines := (&summary.Background{}).Group(group, 5)
	if len(lines) == 0 || len(lines) > 5 {
		t.Fatalf("%d lines", len(lines))
	}
	all := ""
	for _, l := range lines {
		all += l.Text + "\n"
	}
	for _, word := range []string{"电梯", "车库", "停车费"} {
		if !strings.Contains(all, word) {
			t.Errorf("no line tells of %s:\n%s", word, all)
		}
	}
	if len((&summary.Background{}).Group(nil, 5)) != 0 {
		t.Error("nothing has lines")
	}
}

func TestRougeL(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"", "路灯", 0},
		{"路灯坏了", "路灯坏了！", 1},
		{"路灯坏了", "水管坏了", 0.5},
		{"ACBD", "路灯", 0},
		{"the lamp is broken", "lamp broken", 2 * 2.0 / 6},
	} {
		if got := summary.RougeL(c.a, c.b); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%q and %q: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestBaselines(t *testing.T) {
	s := "您好！路灯坏了。莲湖路的路灯坏了三天。莲湖路很黑。"
	if got := summary.Lead(s); got != "您好！" {
		t.Errorf("lead: %q", got)
	}
	if got := summary.TextRank(s); got != "莲湖路的路灯坏了三天。" {
		t.Errorf("TextRank: %q", got)
	}
	if summary.Lead("") != "" || summary.TextRank("，") != "" {
		t.Error("nothing has a sentence")
	}
}

// Lines are signs of their texts, in order and apart; a longer summary never
// says less of what a shorter one was sure of.
func TestProperties(t *testing.T) {
	piece := rapid.SampledFrom([]string{"莲湖路", "路灯坏了", "，", "。", "\n", " ", "Street lamp", ". ", "3.5", "！", "您好", "\u200b", "请尽快处理", "一二三四五六七八九十", "<b>", "𫠠"})
	rapid.Check(t, func(t *rapid.T) {
		texts := make([]string, rapid.IntRange(1, 4).Draw(t, "texts"))
		var group []summary.Message
		for i := range texts {
			texts[i] = strings.Join(rapid.SliceOfN(piece, 0, 60).Draw(t, "pieces"), "")
			group = append(group, summary.Message{Subject: texts[max(0, i-1)], Text: texts[i]})
		}
		back := summary.Learn(texts)
		n := rapid.IntRange(0, 6).Draw(t, "n")
		for _, s := range texts {
			end := 0
			lines := back.Of(s, n)
			for _, l := range lines {
				if l.Start < end || l.End <= l.Start || string([]rune(s)[l.Start:l.End]) != l.Text {
					t.Fatalf("%+v of %q", l, s)
				}
				end = l.End
			}
			if len(lines) > n {
				t.Fatalf("%d lines of %d", len(lines), n)
			}
		}
		lines := back.Group(group, n)
		for _, l := range lines {
			from := group[l.Message].Text
			if l.InSubject {
				from = group[l.Message].Subject
			}
			if string([]rune(from)[l.Start:l.End]) != l.Text {
				t.Fatalf("%+v of %q", l, from)
			}
		}
		if len(lines) > n {
			t.Fatalf("%d lines of %d", len(lines), n)
		}
	})
}

func FuzzOf(f *testing.F) {
	f.Add("您好！莲湖路的路灯坏了，请修。The lamp.", 2)
	f.Add("\xff,\x00。.", -1)
	f.Fuzz(func(t *testing.T, s string, n int) {
		for _, l := range summary.Learn([]string{s}).Of(s, min(n, 20)) {
			if l.Text == "" || string([]rune(s)[l.Start:l.End]) != l.Text {
				t.Errorf("%+v", l)
			}
		}
		summary.TextRank(s)
		(&summary.Background{}).Group([]summary.Message{{Subject: s, Text: s}, {Text: s}}, 3)
	})
}

func ExampleBackground_Of() {
	texts := []string{
		"尊敬的领导：您好！莲湖路的路灯坏了三天了，晚上很黑。希望尽快修好，谢谢！",
		"您好，12路公交车早高峰要等四十分钟，请增加班次。",
	}
	back := summary.Learn(texts)
	for _, s := range back.Of(texts[0], 1) {
		fmt.Println(s.Start, s.End, s.Text)
	}
	// Output: 9 26 莲湖路的路灯坏了三天了，晚上很黑。
}

func ExampleBackground_Group() {
	back := summary.Learn([]string{"莲湖路的路灯坏了。", "桂花街停水了。", "12路公交车太少。", "松柏巷的垃圾没人清运。"})
	group := []summary.Message{
		{Subject: "路灯", Text: "您好，莲湖路的路灯坏了三天了。谢谢！"},
		{Text: "莲湖路的路灯坏了三天了，晚上很黑。"},
		{Text: "晚上很黑，莲湖路的路灯一直不亮，老人不敢出门。"},
	}
	for _, l := range back.Group(group, 2) {
		fmt.Println(l.Message, l.Start, l.End, l.Text)
	}
	// Output: 1 0 17 莲湖路的路灯坏了三天了，晚上很黑。
}
