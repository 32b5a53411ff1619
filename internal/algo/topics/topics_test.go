package topics_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/algo/topics"
)

// What invented residents say, and of what.
var matters = [][]string{
	{"搅拌站噪音扰民", "搅拌站灰尘大，窗户都不敢开", "附近的搅拌站半夜施工，噪音严重", "搅拌站污染环境，请尽快搬走"},
	{"楼下餐馆油烟直排", "底商没有烟道，油烟味飘进家里", "烧烤店油烟扰民到深夜", "油烟管道装在居民窗下"},
	{"开发商捆绑销售车位", "买房必须同时买车位", "车位捆绑销售，不买就不签合同", "强制购买车位，价格还翻倍"},
	{"自来水经常停水", "水压太低，六楼没有水", "停水三天了没有通知", "自来水发黄有异味"},
	{"公交车等了四十分钟", "希望增加公交班次", "公交线路绕得太远", "早高峰挤不上公交车"},
	{"幼儿园收费太高", "什么时候有公办幼儿园", "小区配套幼儿园迟迟不开园", "幼儿园学位不够"},
}

var filler = []string{
	"我是这里的业主。", "请领导重视，谢谢！", "打过电话没有人管。", "老人和孩子受不了。", "已经反映过几次。", "望回复为盼。",
	"我们多次找过物业。", "希望有关部门来看一看。", "大家意见很大。", "问题一直没有解决。",
}

const syllables = "莲荷桂梅松柏竹兰云月星湖江河山岭泉溪金银玉珠龙凤鹤鹿春夏秋冬东南西北安宁康泰福禄瑞祥和顺"

// placeName invents the name of a place.
func placeName(r *rand.Rand) string {
	all := []rune(syllables)
	ending := []string{"小区", "花园", "新城", "家园", "路", "公寓"}[r.IntN(6)]
	return string([]rune{all[r.IntN(len(all))], all[r.IntN(len(all))], all[r.IntN(len(all))]}) + ending
}

// say is one resident's message about a matter of a place.
func say(r *rand.Rand, id int, place string, matter int, at time.Time) topics.Message {
	words := matters[matter%len(matters)]
	i, j := r.IntN(len(words)), r.IntN(len(words))
	return topics.Message{
		ID: fmt.Sprint(id), Who: fmt.Sprint("u", id), Time: at,
		Subject: fmt.Sprintf("A%d区%s%s", 1+len(place)%7, place, strings.Split(words[i], "，")[0]),
		Text:    fmt.Sprintf("您好，%s在%s，%s。%s%s", filler[r.IntN(len(filler))], place, words[j], words[i], filler[r.IntN(len(filler))]),
	}
}

// other is a message about a matter that is nobody else's, in invented words;
// one in forty is of the matters above, at a place of its own.
func other(r *rand.Rand, id int, at time.Time) topics.Message {
	m := say(r, id, placeName(r), r.IntN(len(matters)), at)
	if r.IntN(40) > 0 {
		var words [4]string
		for i := range words {
			words[i] = string([]rune{rune(0x5000 + r.IntN(3000)), rune(0x5000 + r.IntN(60)), rune(0x6000 + r.IntN(60))})
		}
		place := placeName(r)
		m.Subject = fmt.Sprintf("A%d区%s%s%s", 1+r.IntN(7), place, words[0], words[1])
		m.Text = fmt.Sprintf("您好，%s%s的%s，%s%s。%s", filler[r.IntN(len(filler))], place, words[0], words[2], words[3], filler[r.IntN(len(filler))])
	}
	return m
}

var begin = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// planted gives messages of which those of each topic in truth belong
// together; the rest are about a matter of a place each.
func planted(seed uint64, hot, size, noise int) (all []topics.Message, truth [][]string) {
	r := rand.New(rand.NewPCG(seed, 1))
	for k := range hot {
		place, start := placeName(r), begin.AddDate(0, 0, r.IntN(200))
		var ids []string
		for range size {
			all = append(all, say(r, len(all), place, k, start.Add(time.Duration(r.IntN(20*24))*time.Hour)))
			ids = append(ids, all[len(all)-1].ID)
		}
		truth = append(truth, ids)
	}
	for range noise {
		all = append(all, other(r, len(all), begin.AddDate(0, 0, r.IntN(220))))
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all, truth
}

// bestF1 is the F measure of the topic that fits best to what belongs together.
func bestF1(found [][]string, truth []string) (best float64) {
	for _, ids := range found {
		both := 0
		for _, id := range ids {
			if slices.Contains(truth, id) {
				both++
			}
		}
		best = max(best, 2*float64(both)/float64(len(ids)+len(truth)))
	}
	return best
}

func members(found []topics.Topic, all []topics.Message) [][]string {
	out := make([][]string, len(found))
	for i, t := range found {
		for _, m := range t.Members {
			out[i] = append(out[i], all[m].ID)
		}
	}
	return out
}

func find(t testing.TB, all []topics.Message) []topics.Topic {
	t.Helper()
	found, err := topics.Find(context.Background(), all)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Matters that many speak of are found among others, and are the hottest.
func TestFind(t *testing.T) {
	all, truth := planted(1, 6, 30, 600)
	found := find(t, all)
	ids := members(found, all)
	for k, want := range truth {
		if f := bestF1(ids, want); f < 0.85 {
			t.Errorf("topic %d of 30 messages was found with F1 %.2f", k, f)
		}
	}
	for i := range 6 {
		if n := len(found[i].Members); n < 25 || n > 40 {
			t.Errorf("number %d by heat has %d messages", i+1, n)
		}
		if found[i].Place == "" || found[i].Title == "" || len(found[i].Summary) == 0 || len(found[i].Keywords) == 0 {
			t.Errorf("nothing is told of number %d: %+v", i+1, found[i])
		}
	}
}

func TestFindEdges(t *testing.T) {
	lamp := topics.Message{ID: "1", Subject: "莲湖路路灯坏了", Text: "莲湖路的路灯坏了三天，晚上很黑。"}
	for _, c := range []struct {
		story string
		all   []topics.Message
		sizes []int
	}{
		{"nothing", nil, nil},
		{"one", []topics.Message{lamp}, []int{1}},
		{"two who say nothing are not one matter", []topics.Message{{ID: "1"}, {ID: "2", Text: " \n"}}, []int{1, 1}},
		{"without a time", []topics.Message{lamp, {ID: "2", Subject: lamp.Subject, Text: lamp.Text}, {ID: "3", Text: "公交车太少了"}}, []int{2, 1}},
		{"times that go backwards", []topics.Message{
			{ID: "1", Text: lamp.Text, Time: begin.Add(time.Hour)}, {ID: "2", Text: lamp.Text, Time: begin}, {ID: "3", Text: "公交车太少了", Time: begin.AddDate(-1, 0, 0)},
		}, []int{2, 1}},
		{"an id twice is two messages", []topics.Message{lamp, lamp}, []int{2}},
		{"English", []topics.Message{
			{ID: "1", Text: "The street lamp on Lotus Road has been broken for days"}, {ID: "2", Text: "broken street lamp, Lotus Road"}, {ID: "3", Text: "My pension did not arrive"},
		}, []int{2, 1}},
	} {
		var sizes []int
		for _, topic := range find(t, c.all) {
			sizes = append(sizes, len(topic.Members))
			if topic.From.After(topic.To) {
				t.Errorf("%s: from %v to %v", c.story, topic.From, topic.To)
			}
		}
		if !slices.Equal(sizes, c.sizes) {
			t.Errorf("%s: topics of %v messages, want %v", c.story, sizes, c.sizes)
		}
	}
}

// A file of nothing but one matter is one topic.
func TestFindForty(t *testing.T) {
	all, _ := planted(7, 1, 40, 0)
	if found := find(t, all); len(found[0].Members) < 36 {
		t.Errorf("%d of 40", len(found[0].Members))
	}
}

// How a clerk begins to write is no part of a matter: neither title nor
// keywords nor lines have it, and lines stand where they say. A matter that
// many begin with is kept.
func TestFormulas(t *testing.T) {
	all, _ := planted(7, 4, 20, 120)
	begin := []string{"来电人反映：", "市民来电咨询，", "您好，来电人想了解：", "来电反映，"}
	lights := 0
	for i := range all {
		all[i].Subject = ""
		if i%12 == 0 {
			all[i].Text = fmt.Sprintf("路灯不亮，%d号楼前面晚上看不见", i)
			lights++
		}
		all[i].Text = begin[i%len(begin)] + all[i].Text
	}
	whole := false
	for _, f := range find(t, all) {
		said := append([]string{f.Title}, f.Keywords...)
		for _, l := range f.Summary {
			said = append(said, l.Text)
			if got := string([]rune(all[l.Message].Text)[l.Start:l.End]); got != l.Text {
				t.Errorf("the line %q stands where the text says %q", l.Text, got)
			}
		}
		if one := strings.Join(said, " "); strings.Contains(one, "来电") || strings.Contains(one, "电人") || strings.Contains(one, "您好") {
			t.Errorf("a formula is in %q", said)
		}
		whole = whole || strings.HasPrefix(f.Title, "路灯不亮")
	}
	if !whole {
		t.Errorf("the matter of %d messages has lost how it begins", lights)
	}
}

// Few messages of many are told as the many speak.
func TestLanguage(t *testing.T) {
	all, _ := planted(7, 4, 20, 120)
	for i := range all {
		all[i].Subject, all[i].Text = "", "来电人反映："+all[i].Text
	}
	l, err := topics.Learn(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	part := all[:2]
	found, err := l.Find(t.Context(), part)
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	for _, f := range found {
		if f.Title == "" || strings.Contains(f.Title, "来电") || !strings.Contains(part[f.Members[0]].Text, f.Title) && len(f.Members) == 1 {
			t.Errorf("%q is told of %q", f.Title, part[f.Members[0]].Text)
		}
	}
}

func TestFindStops(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	all, _ := planted(2, 1, 5, 5)
	if _, err := topics.Find(ctx, all); !errors.Is(err, context.Canceled) {
		t.Errorf("found in spite of the end: %v", err)
	}
}

func TestHeat(t *testing.T) {
	text := "莲湖小区的搅拌站噪音扰民，请尽快搬走"
	at := func(days int) time.Time { return begin.AddDate(0, 0, days) }
	found := find(t, []topics.Message{
		{ID: "1", Text: text, Who: "li", Time: at(0), Likes: 7},
		{ID: "2", Text: text, Who: "li", Time: at(1), Likes: 2},
		{ID: "3", Text: text, Who: "wang", Time: at(2), Likes: -5},
		{ID: "4", Text: text, Time: at(60)},
	})
	// Li counts once, who is unknown counts too: 3 people, 9 likes, 3 of 4 within 30 days.
	if h := found[0].Heat; len(found) != 1 || h.People != 3 || h.Likes != 9 || h.Peak != 0.75 || math.Abs(h.Value-(3+3)*1.75) > 1e-9 {
		t.Errorf("%d topics, %+v", len(found), h)
	}
}

// The order of messages does not matter; each is in exactly one topic; what is
// told of a topic stands where it is said to.
func TestFindProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, _ := planted(rapid.Uint64Range(0, 1<<40).Draw(t, "seed"), rapid.IntRange(0, 3).Draw(t, "hot"), 6, rapid.IntRange(0, 30).Draw(t, "noise"))
		for i := range all {
			if rapid.IntRange(0, 9).Draw(t, "lost") == 0 {
				all[i].Time = time.Time{}
			}
		}
		found, err := topics.Find(context.Background(), all)
		if err != nil {
			t.Fatal(err)
		}
		in := make([]int, len(all))
		last := math.Inf(1)
		for _, topic := range found {
			if topic.Heat.Value > last || topic.Heat.Messages != len(topic.Members) {
				t.Fatalf("heat %+v after %v", topic.Heat, last)
			}
			last = topic.Heat.Value
			for _, m := range topic.Members {
				in[m]++
			}
			for _, l := range topic.Summary {
				from := all[l.Message].Text
				if l.Subject {
					from = all[l.Message].Subject
				}
				if string([]rune(from)[l.Start:l.End]) != l.Text || !slices.Contains(topic.Members, l.Message) {
					t.Fatalf("line %+v is not in %q", l, from)
				}
			}
		}
		for i, n := range in {
			if n != 1 {
				t.Fatalf("message %s is in %d topics", all[i].ID, n)
			}
		}
		turned := slices.Clone(all)
		slices.Reverse(turned)
		again, err := topics.Find(context.Background(), turned)
		if err != nil {
			t.Fatal(err)
		}
		sets := func(ids [][]string) []string {
			var out []string
			for _, s := range ids {
				slices.Sort(s)
				out = append(out, strings.Join(s, " "))
			}
			slices.Sort(out)
			return out
		}
		if a, b := sets(members(found, all)), sets(members(again, turned)); !slices.Equal(a, b) {
			t.Fatalf("another order, other topics:\n%q\n%q", a, b)
		}
	})
}

func FuzzFind(f *testing.F) {
	f.Add("A3区莲湖路", "路灯坏了", "the lamp, Lotus Road", int64(0))
	f.Add("小区", "\xff\x00市", "a市a市a市", int64(-1))
	f.Fuzz(func(t *testing.T, a, b, c string, at int64) {
		all := []topics.Message{
			{ID: "1", Subject: a, Text: b, Time: time.Unix(at%1e10, 0)}, {ID: "2", Subject: b, Text: c, Likes: int(at)}, {ID: "3", Subject: c, Text: a + b}, {ID: "4", Text: a + b + c},
		}
		n := 0
		for _, topic := range find(t, all) {
			n += len(topic.Members)
		}
		if n != len(all) {
			t.Errorf("%d messages in topics", n)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	all, _ := planted(3, 20, 40, 3526)
	for b.Loop() {
		find(b, all)
	}
}

// Those that are described are the same as when all are.
func TestFindTop(t *testing.T) {
	messages := []topics.Message{
		{ID: "1", Subject: "春华小区停水", Text: "春华小区三天没有自来水。", Likes: 3},
		{ID: "2", Subject: "春华小区没有水", Text: "春华小区停水三天了。"},
		{ID: "3", Subject: "公交车太少", Text: "九路公交车要等一个小时。"},
	}
	all, err := topics.Find(t.Context(), messages)
	if err != nil {
		t.Fatal(err)
	}
	top, err := topics.FindTop(t.Context(), messages, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || len(top) != 2 || !reflect.DeepEqual(top[0], all[0]) || top[1].Title != "" || all[1].Title == "" || !reflect.DeepEqual(top[1].Members, all[1].Members) {
		t.Errorf("FindTop gives %+v, Find %+v", top, all)
	}
}
