package triage_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

var noon = time.Date(2026, 9, 22, 4, 0, 0, 0, time.UTC)

// town has two streets, one of them with a community and a shape, and the
// words for lamps, rubbish and trees.
func town(t testing.TB) org.City {
	t.Helper()
	square := json.RawMessage(`{"type":"Polygon","coordinates":[[[106,29],[107,29],[107,30],[106,30],[106,29]]]}`)
	d, err := org.NewDirectory(org.Policy{}, []org.Area{
		{ID: "lc", Level: org.LevelDistrict, Name: org.Name{ZH: "莲城区", EN: "Liancheng"}},
		{ID: "js", Parent: "lc", Level: org.LevelStreet, Name: org.Name{ZH: "建设街道", EN: "Jianshe"}},
		{ID: "hehua", Parent: "js", Level: org.LevelCommunity, Name: org.Name{ZH: "荷花社区", EN: "Hehua"}, Shape: square},
		{ID: "xh", Parent: "lc", Level: org.LevelStreet, Name: org.Name{ZH: "西湖街道", EN: "Xihu"}},
		{ID: "xh-7", Parent: "xh", Level: org.LevelGrid, Name: org.Name{ZH: "荷花社区网格", EN: "Hehua grid 7"}},
	}, []org.Unit{{ID: "roads"}, {ID: "parks"}, {ID: "js-office"}, {ID: "police"}})
	if err != nil {
		t.Fatal(err)
	}
	clock, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Week: []time.Weekday{1, 2, 3, 4, 5}, Work: [][2]string{{"09:00", "17:00"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	day := "2026-01-01"
	return org.City{Directory: d, Calendar: clock, Catalogue: org.NewCatalogue(org.Catalogue{
		Version: 7,
		Categories: []org.Category{
			{ID: "light"},
			{ID: "light.out", Parent: "light", Kind: "help"},
			{ID: "light.new", Parent: "light", Kind: "suggestion"},
			{ID: "rubbish", Kind: "help"},
			{ID: "tree", Kind: "help", Urgency: org.Urgent},
			{ID: "noise", Kind: "complaint"},
		},
		Rules: []org.Rule{
			{ID: "r-lamp", Category: "light.out", Any: []string{"路灯不亮", "路灯", "street lamp"}, None: []string{"新装"}},
			{ID: "r-new", Category: "light.new", All: []string{"路灯", "新装"}},
			{ID: "r-live", Category: "light.out", Any: []string{"灯杆漏电"}, Urgency: org.Emergency},
			{ID: "r-rubbish", Category: "rubbish", Any: []string{"垃圾", "rubbish"}},
			{ID: "r-tree", Category: "tree", Any: []string{"大树倒了", "树"}},
			{ID: "r-noise", Category: "noise", Any: []string{"噪音"}},
		},
		Routes: []org.Route{
			{ID: "court", Type: org.RouteLawful, Any: []string{"起诉", "判决", "法院"}},
			{ID: "fire", Type: org.RouteEmergency, Any: []string{"着火了", "on fire now"}},
			{ID: "police", Type: org.RouteEmergency, Any: []string{"抢劫", "持刀"}},
		},
		Duties: []org.Duty{
			{ID: "d-lamp", Category: "light.out", Unit: "roads", From: day},
			{ID: "d-new", Category: "light.new", Unit: "roads", From: day},
			{ID: "d-rubbish", Category: "rubbish", Unit: "police", From: day},
			{ID: "d-rubbish-js", Category: "rubbish", Area: "js", Unit: "js-office", Helpers: []org.UnitID{"parks"}, From: day},
			{ID: "d-tree", Category: "tree", Unit: "parks", From: day},
			{ID: "d-noise", Category: "noise", Unit: "police", From: "2027-01-01"},
		},
	})}
}

// A guesser says what it is told to.
type guesser struct {
	list  []triage.Scored
	words []string
}

func (g guesser) Classify(string, string) ([]triage.Scored, []string) { return g.list, g.words }
func (g guesser) Version() string                                     { return "guess-1" }

func sure(c org.CategoryID, p float64) guesser {
	return guesser{list: []triage.Scored{{Category: c, Prob: p}}, words: []string{"因为"}}
}

func TestRead(t *testing.T) {
	city := town(t)
	for _, test := range []struct {
		story string
		m     triage.Message
		by    triage.Classifier
		want  string // category, unit, kind, route, urgency, area and why
	}{
		{"nothing to read", triage.Message{}, nil, "- - help work 0 - -"},
		{"a lamp", triage.Message{Text: "门口路灯不亮"}, nil, "light.out roads help work 0 - -"},
		{"in English", triage.Message{Text: "The STREET  Lamp is out"}, nil, "light.out roads help work 0 - -"},
		{"full width, with a mark in it", triage.Message{Text: "ｓｔｒｅｅｔ\u200b ｌａｍｐ"}, nil, "light.out roads help work 0 - -"},
		{"the title counts too", triage.Message{Subject: "垃圾", Text: "没人管"}, nil, "rubbish police help work 0 - -"},
		{"a word that rules out", triage.Message{Text: "这里要新装路灯"}, nil, "light.new roads suggestion work 0 - -"},
		{"a live wire is an emergency", triage.Message{Text: "灯杆漏电"}, nil, "light.out roads help work 2 - -"},
		{"a kind of matter that is urgent", triage.Message{Text: "大树倒了"}, nil, "tree parks help work 1 - -"},
		{"one word of many meanings is not", triage.Message{Text: "树"}, nil, "tree parks help work 0 - -"},
		{"fire", triage.Message{Text: "楼下着火了"}, nil, "- - help fire 2 - -"},
		{"fire, and the court", triage.Message{Text: "着火了，我要起诉，等法院判决"}, nil, "- - help fire 2 - -"},
		{"two emergencies", triage.Message{Text: "着火了，有人持刀抢劫"}, nil, "- - help police 2 - -"},
		{"the court", triage.Message{Text: "不服判决"}, nil, "- - help court 0 - -"},
		{"a duty that begins next year", triage.Message{Text: "噪音"}, nil, "noise - complaint work 0 - -"},
		{"an hour after the city's midnight, when the day in Greenwich is the old one", triage.Message{Text: "噪音", At: time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)}, nil, "noise police complaint work 0 - -"},
		{"who answers depends on where", triage.Message{Text: "荷花社区门口的垃圾"}, nil, "rubbish js-office help work 0 hehua text"},
		{"the longest name", triage.Message{Text: "莲城区建设街道荷花社区的垃圾"}, nil, "rubbish js-office help work 0 hehua text"},
		{"nobody says the name of a grid", triage.Message{Text: "荷花社区网格"}, nil, "- - help work 0 hehua text"},
		{"an address before the text", triage.Message{Text: "我住西湖街道", Address: "建设街道５号"}, nil, "- - help work 0 js address"},
		{"in English, any case", triage.Message{Text: "rubbish in hehua"}, nil, "rubbish js-office help work 0 hehua text"},
		{"a point", triage.Message{Text: "垃圾，西湖街道", HasPoint: true, Lat: 29.5, Lon: 106.5}, nil, "rubbish js-office help work 0 hehua point"},
		{"a point nowhere", triage.Message{Text: "垃圾", HasPoint: true, Lat: 1, Lon: 1}, nil, "rubbish police help work 0 - -"},
		{"a point in the area that was said", triage.Message{Area: "js", HasPoint: true, Lat: 29.5, Lon: 106.5}, nil, "- - help work 0 hehua point"},
		{"a point outside it", triage.Message{Area: "xh", HasPoint: true, Lat: 29.5, Lon: 106.5}, nil, "- - help work 0 xh said"},
		{"a complaint by its words", triage.Message{Text: "投诉垃圾"}, nil, "rubbish police complaint work 0 - -"},
		{"a report is stronger", triage.Message{Text: "投诉并举报受贿"}, nil, "- - report work 0 - -"},
		{"a report that says nothing more, in doubt", triage.Message{Text: "我要举报"}, nil, "- - report work 0 - -"},
		{"a neighbour's noise is reported", triage.Message{Text: "举报楼上邻居天天噪音扰民"}, nil, "noise - complaint work 0 - -"},
		{"and a shop's cheating", triage.Message{Text: "我举报这家店缺斤少两"}, nil, "- - complaint work 0 - -"},
		{"with secrecy asked for", triage.Message{Text: "举报楼上邻居噪音，请为我保密"}, nil, "noise - report work 0 - -"},
		{"secrecy alone", triage.Message{Text: "垃圾没人收，我怕报复，不要透露我的名字"}, nil, "rubbish police report work 0 - -"},
		{"about an official", triage.Message{Text: "举报村干部把垃圾站包给亲戚的公司"}, nil, "rubbish police report work 0 - -"},
		{"about how a unit works", triage.Message{Text: "多次举报小区垃圾，城管不作为"}, nil, "rubbish police report work 0 - -"},
		{"a shop that bribes", triage.Message{Text: "这家公司向检查的人行贿"}, nil, "- - report work 0 - -"},
		{"in English, a neighbour", triage.Message{Text: "I want to complain about my neighbour's noise"}, nil, "- - complaint work 0 - -"},
		{"in English, in secret", triage.Message{Text: "rubbish in hehua; please keep my name secret"}, nil, "rubbish js-office report work 0 hehua text"},
		{"in traditional signs", triage.Message{Text: "荷花社區門口的路燈不亮"}, nil, "light.out roads help work 0 hehua text"},
		{"a question", triage.Message{Text: "请问路灯归谁管"}, nil, "light.out roads enquiry work 0 - -"},
		{"as the resident said", triage.Message{Text: "投诉垃圾", Kind: "suggestion", Category: "tree"}, nil, "tree parks suggestion work 1 - -"},

		{"only the classifier knows", triage.Message{Text: "黑漆漆的"}, sure("light.out", 0.9), "light.out roads help work 0 - -"},
		{"the rule beats a classifier that is not sure", triage.Message{Text: "路灯不亮"}, sure("rubbish", 0.7), "light.out roads help work 0 - -"},
		{"a category of an older catalogue", triage.Message{Text: "x"}, sure("gone", 0.9), "- - help work 0 - -"},
	} {
		t.Run(test.story, func(t *testing.T) {
			if test.m.At.IsZero() {
				test.m.At = noon
			}
			r := triage.Read(city, test.by, test.m)
			unit := org.UnitID("")
			if len(r.Units) > 0 {
				unit = r.Units[0].Unit
			}
			dash := func(s string) string {
				if s == "" {
					return "-"
				}
				return s
			}
			got := fmt.Sprintf("%s %s %s %s %d %s %s", dash(string(r.Category())), dash(string(unit)), r.Kind.Value, r.Route, r.Urgency, dash(string(r.Area)), dash(r.AreaWhy))
			if got != test.want {
				t.Errorf("%s\n got %s\nwant %s\n%+v", test.m.Text, got, test.want, r)
			}
			if r.Catalogue != 7 || (r.Model == "guess-1") != (test.by != nil) || r.Kind.Said != (test.m.Kind != "") {
				t.Errorf("read with catalogue %d and model %q, said: %v", r.Catalogue, r.Model, r.Kind.Said)
			}
		})
	}
}

// Every suggestion says what it rests on.
func TestReasons(t *testing.T) {
	r := triage.Read(town(t), sure("light.out", 0.6), triage.Message{Text: "荷花社区路灯不亮，还有垃圾", At: noon})
	lamp, unit := r.Categories[0], r.Units[0]
	if lamp.Category != "light.out" || !slices.Equal(lamp.Rules, []string{"r-lamp"}) || !slices.Equal(lamp.Words, []string{"路灯不亮", "路灯", "因为"}) || lamp.ByModel != 0.6 {
		t.Errorf("%+v", lamp)
	}
	if unit.Unit != "roads" || unit.Duty != "d-lamp" || unit.Prob != lamp.Prob || !slices.Equal(unit.Words, lamp.Words) {
		t.Errorf("%+v", unit)
	}
	if second := r.Units[1]; second.Unit != "js-office" || second.Duty != "d-rubbish-js" || !slices.Equal(second.Helpers, []org.UnitID{"parks"}) {
		t.Errorf("%+v", second)
	}
	// Rule and classifier together are surer than each alone.
	alone := triage.Read(town(t), nil, triage.Message{Text: "荷花社区路灯不亮，还有垃圾", At: noon})
	both := triage.Read(town(t), sure("light.out", 0.99), triage.Message{Text: "荷花社区路灯不亮，还有垃圾", At: noon})
	if both.Categories[0].Prob <= alone.Categories[0].Prob {
		t.Errorf("both %.2f, the rule alone %.2f", both.Categories[0].Prob, alone.Categories[0].Prob)
	}
}

// Whatever is written, what is read of it is in order: few suggestions, the
// likeliest first, of things there are, and the same each time.
func TestReadAnything(t *testing.T) {
	city := town(t)
	pieces := []string{"路灯不亮", "路灯", "新装", "灯杆漏电", "垃圾", "树", "噪音", "着火了", "法院", "荷花社区", "投诉", "请问", "street lamp", " ", "\x00", "\xff", "<b>", "。"}
	rapid.Check(t, func(t *rapid.T) {
		m := triage.Message{At: noon, Subject: rapid.String().Draw(t, "subject")}
		for _, p := range rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces") {
			m.Text += p
		}
		m.Category = rapid.SampledFrom([]org.CategoryID{"", "", "tree", "noise"}).Draw(t, "said")
		var by triage.Classifier
		if rapid.Bool().Draw(t, "classified") {
			p := rapid.Float64Range(0, 1).Draw(t, "p")
			by = guesser{list: []triage.Scored{{Category: "tree", Prob: p}, {Category: "gone", Prob: (1 - p) / 2}, {Category: "rubbish", Prob: (1 - p) / 2}}}
		}
		r := triage.Read(city, by, m)
		if len(r.Categories) > 5 || len(r.Units) > 3 || r.Urgency < org.Ordinary || r.Urgency > org.Emergency || r.Kind.Value == "" || r.Route == "" {
			t.Fatalf("%+v", r)
		}
		sum, last := 0.0, math.Inf(1)
		for _, c := range r.Categories {
			if _, ok := city.Catalogue.Category(c.Category); !ok || c.Prob < 0 || c.Prob > last {
				t.Fatalf("%+v", r.Categories)
			}
			sum, last = sum+c.Prob, c.Prob
		}
		if sum > 1+1e-9 {
			t.Fatalf("the chances add up to %f: %+v", sum, r.Categories)
		}
		for i, u := range r.Units {
			if _, ok := city.Unit(u.Unit); !ok || u.Prob > 1+1e-9 || i > 0 && u.Prob > r.Units[i-1].Prob {
				t.Fatalf("%+v", r.Units)
			}
		}
		if again := triage.Read(city, by, m); fmt.Sprintf("%+v", again) != fmt.Sprintf("%+v", r) {
			t.Fatalf("read again: %+v, %+v", again, r)
		}
	})
}

// What a reading names first is named first without the rest of it, with the
// rules of one city and the duties of another as well.
func TestLikely(t *testing.T) {
	city := town(t)
	for _, text := range []string{"荷花社区路灯不亮，还有垃圾", "你好", "路灯", "垃圾没人收"} {
		for _, by := range []triage.Classifier{nil, sure("light.out", 0.6)} {
			m := triage.Message{Text: text, At: noon}
			want := triage.Read(city, by, m).Units
			got, ok := triage.Hear(by, m).Likely(city).First(city, noon)
			if ok != (len(want) > 0) || ok && fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want[0]) {
				t.Errorf("%s: %+v, want the first of %+v", text, got, want)
			}
		}
	}
}
