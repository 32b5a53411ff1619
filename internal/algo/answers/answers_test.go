package answers_test

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/answers"
)

// office is what a small office has written: two hundred matters, each with an
// answer of its own in the same frame, and some that were only passed on.
func office() (list []answers.Pair) {
	places := []string{"湖滨路", "锦绣花园", "和平桥", "东门市场", "解放街", "莲心里", "水渡口", "青年公园", "北站", "老码头"}
	things := [][2]string{
		{"路灯不亮，晚上看不见路，请问什么时候能修好？", "路灯线路被施工挖断，我们于3月4日换好电缆，路灯已经恢复。"},
		{"下水道堵了，污水冒出来很臭，希望派人疏通。", "污水井被油污堵住，3月6日疏通，并要求餐馆装隔油池。"},
		{"停水两天了，没有通知，请尽快恢复供水。", "主管爆裂，抢修到3月5日凌晨，供水已经恢复，停水通知晚发，向您道歉。"},
		{"夜里工地施工噪音大，睡不着，请管一管。", "工地夜间混凝土浇筑没有许可，已责令停工，罚款5000元。"},
		{"垃圾三天没人收，苍蝇很多，请安排清运。", "收运车故障，3月7日起改由另一辆车每天6点清运。"},
	}
	for i := range 200 {
		place, thing := places[i%10], things[i/10%5]
		p := answers.Pair{Question: fmt.Sprintf("%s%d号%s", place, i, thing[0]), Answer: "您好！您的留言已收悉，现将有关情况回复如下：" + place + thing[1] + "感谢您对我们工作的支持、理解与监督！2026年3月8日"}
		if i%8 == 7 {
			p.Answer = "您好！您反映的问题已转有关部门调查核处，感谢您的留言。2026年3月8日"
		}
		list = append(list, p)
	}
	return list
}

var model = sync.OnceValue(func() *answers.Model { return answers.Learn(office(), 1) })

func TestRead(t *testing.T) {
	m := model()
	light := "湖滨路8号路灯不亮，晚上看不见路，请问什么时候能修好？"
	for _, c := range []struct {
		name, question, answer string
		want                   []answers.Reason
	}{
		{"to the point", light, "您好！湖滨路8号的路灯线路坏了，我们3月9日派人去修，当晚恢复。", nil},
		{"nothing but a date", light, "2026年3月8日", []answers.Reason{answers.Empty}},
		{"passed on", light, "您好！您反映的问题已转有关部门调查核处，感谢您的留言。2026年3月8日", []answers.Reason{answers.Stock, answers.Passed, answers.Off, answers.Open, answers.Vague}},
		{"asked for a day, told none", light, "您好！路灯不亮、晚上看不见路的问题我们高度重视，下一步将积极协调，争取让湖滨路的路灯亮起来，让居民满意，让出行更加方便。", []answers.Reason{answers.Open, answers.Vague}},
		{"another matter", light, "您好！关于小学入学的问题，请携带户口簿到教育局窗口办理，联系电话0000-1234，报名从8月1日开始，材料齐全当场办结，欢迎家长监督。", []answers.Reason{answers.Off, answers.Open}},
		{"a no is an answer", "东门市场能不能增加一个停车场？什么时候建？", "您好！东门市场周边没有可用的空地，不具备建停车场的条件，暂不能增加，建议停到300米外的和平桥停车场。", nil},
		{"English", "When will the street light at the north station be repaired? It is dark.", "The cable of the street light at the north station was cut. It will be repaired within 3 days.", nil},
	} {
		r := m.Read(answers.Pair{Question: c.question, Answer: c.answer})
		if !reflect.DeepEqual(r.Reasons, c.want) {
			t.Errorf("%s: %v, want %v (%+v)", c.name, r.Reasons, c.want, r)
		}
	}
	r := m.Read(answers.Pair{Question: light, Answer: "The light at Lakeside Road was repaired on 9 March."})
	if !r.Foreign || r.Has(answers.Off) || r.Has(answers.Open) {
		t.Errorf("an answer in another language is judged: %+v", r)
	}
}

// Who has written little so far has nobody to be compared with.
func TestLittle(t *testing.T) {
	m := answers.Learn(office()[:answers.Enough-1], 1)
	if m.Ready() {
		t.Error("a model of few pairs says it is ready")
	}
	r := m.Read(answers.Pair{Question: "路灯不亮", Answer: "您好！您反映的问题已转有关部门调查核处，感谢您的留言。"})
	if r.Has(answers.Stock) || r.Has(answers.Off) || !r.Has(answers.Passed) {
		t.Errorf("%v", r.Reasons)
	}
}

// What was learned is the same each time, and the same after it was kept.
func TestModel(t *testing.T) {
	a, err := answers.Learn(office(), 1).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	b, _ := model().MarshalBinary()
	if !bytes.Equal(a, b) {
		t.Error("the same pairs make another model")
	}
	var m answers.Model
	if err := m.UnmarshalBinary(a); err != nil {
		t.Fatal(err)
	}
	fresh := model()
	for _, p := range office()[:40] {
		x, y := m.Read(p), fresh.Read(p)
		if !reflect.DeepEqual(x, y) {
			t.Fatalf("%+v\n%+v", x, y)
		}
	}
	for i := 0; i < len(a); i += 1 + len(a)/50 {
		if err := m.UnmarshalBinary(a[:i]); err == nil {
			t.Fatalf("%d bytes of %d are a model", i, len(a))
		}
	}
}

func TestProperties(t *testing.T) {
	m := model()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("路灯修3月日。？！请何时转部门电话（《》 abc\n"))))
		p := answers.Pair{Question: text.Draw(t, "question"), Answer: text.Draw(t, "answer")}
		r := m.Read(p)
		if r.On < 0 || r.On > 1 || r.Copied < 0 || r.Copied > 1 || r.Own < 0 || r.Own > r.Signs || r.Worth() < 0 || r.Worth() > 1 {
			t.Fatalf("%+v", r)
		}
		last := 0
		for _, s := range r.Stretches {
			if s.Start < last || s.End <= s.Start || s.End > len([]rune(p.Answer)) {
				t.Fatalf("stretches %v", r.Stretches)
			}
			last = s.End
		}
		for _, a := range r.Asks {
			if a.Start < 0 || a.End > len([]rune(p.Question)) || a.End <= a.Start || a.Share < 0 || a.Share > 1.000001 {
				t.Fatalf("asks %v", r.Asks)
			}
		}
		if r.Taken() > len(r.Asks) {
			t.Fatal("more is taken up than was asked")
		}
	})
}

// A stock phrase stands where it is said to.
func TestStretches(t *testing.T) {
	m := model()
	text := []rune("您好！您反映的问题已转有关部门调查核处，感谢您的留言。水泵已经换新。")
	r := m.Read(answers.Pair{Question: "水泵坏了", Answer: string(text)})
	if len(r.Stretches) == 0 || r.Copied < 0.5 {
		t.Fatalf("%+v", r)
	}
	last := r.Stretches[len(r.Stretches)-1]
	if own := string(text[last.End:]); !slices.Contains([]string{"。水泵已经换新。", "水泵已经换新。"}, own) {
		t.Errorf("after the last stock phrase stands %q", own)
	}
}

func FuzzModel(f *testing.F) {
	b, err := model().MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("ans\x01"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		var m answers.Model
		if m.UnmarshalBinary(b) != nil {
			return
		}
		m.Read(answers.Pair{Question: "路灯何时能修？", Answer: "已于3月修好。"})
	})
}

func Example() {
	m := model()
	r := m.Read(answers.Pair{
		Question: "湖滨路8号路灯不亮，请问什么时候能修好？",
		Answer:   "您好！您反映的问题已转有关部门调查核处，感谢您的留言。",
	})
	fmt.Println(r.Look(), r.Taken(), "of", len(r.Asks), r.Reasons)
	// Output: true 0 of 1 [stock passed off open vague]
}
