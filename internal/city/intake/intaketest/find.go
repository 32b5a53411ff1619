package intaketest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"yiwang/internal/algo/text"
	"yiwang/internal/city/intake"
)

func finds(t *testing.T, s intake.Store) {
	words := map[string]string{
		"lamp":   "路灯不亮，晚上看不清路",
		"baby":   "新生儿出生证明怎么办？",
		"noise":  "The karaoke bar's music keeps us awake; KTV噪音扰民",
		"rare":   "我叫𠮷𰻝，名字在系统里打不出来",
		"single": "路、灯、坏、了",
		"html":   "<b>路灯</b>闪烁 \"OR\" 1=1",
		"wifi":   "ＷｉＦｉ信号差 café 3号楼",
	}
	at := map[string]intake.ID{}
	var list []intake.ID
	for i, name := range []string{"lamp", "baby", "noise", "rare", "single", "html", "wifi"} {
		sub := Submission()
		sub.Request.Subject, sub.Request.Address, sub.Request.Text = "", "", words[name]
		sub.Request.At = At.Add(time.Duration(i) * time.Hour)
		r := must(s.Submit(t.Context(), sub))(t)
		at[name] = r.ID
		list = append(list, r.ID)
	}
	if got := find(t, s, "路灯"); len(got) != 0 {
		t.Errorf("found before it was indexed: %v", got)
	}
	for range 2 { // the job may run twice
		if err := s.Index(t.Context(), append(list, "none")); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		query string
		want  []string // newest first
	}{
		{"路灯", []string{"html", "lamp"}},
		{"新生儿出生", []string{"baby"}},
		{"生儿", []string{"baby"}},
		{"儿生", nil},
		{"karaoke", []string{"noise"}},
		{"KARAOKE music", []string{"noise"}},
		{"music karaoke 扰民", []string{"noise"}},
		{"karaoke 路灯", nil},
		{"KTV噪音", []string{"noise"}},
		{"灯", []string{"single"}},
		{"𠮷𰻝", []string{"rare"}},
		{"wifi 信号", []string{"wifi"}},
		{"ｃａｆé", []string{"wifi"}},
		{"karao", nil},
		{`"路灯" OR "karaoke" NOT (`, nil},
		{`路灯*`, []string{"html", "lamp"}},
		{`路灯" OR terms:"`, nil},
		{`' ; -- \ :* & | ! <->`, nil},
		{"", nil},
		{" 　\x00", nil},
	} {
		var want []intake.ID
		for _, name := range test.want {
			want = append(want, at[name])
		}
		if got := find(t, s, test.query); !slices.Equal(got, want) {
			t.Errorf("%q finds %d of %v: %v", test.query, len(got), test.want, got)
		}
		if n := must(s.Count(t.Context(), text.QueryTerms(test.query), 100))(t); n != len(want) {
			t.Errorf("%q counts %d, not %d", test.query, n, len(want))
		}
	}
}

// nearlySaid finds requests by words nearly theirs, in time, whether they were
// submitted or loaded.
func nearlySaid(t *testing.T, s intake.Store) {
	said := []string{
		"湖滨路菜市场门口的路面塌了一个大坑，昨天晚上有位老人骑车经过时摔倒受伤",
		"翠竹园3栋的电梯一个月里坏了四次，上周有老人被困在里面半小时",
		"There is a burst water pipe in front of the primary school and the road is flooded",
	}
	list := make([]intake.ID, len(said))
	for i, words := range said {
		sub := Submission()
		sub.Request.Subject, sub.Request.Address, sub.Request.Text = "", "", words
		sub.Request.At = At.Add(time.Duration(i) * time.Hour)
		list[i] = must(s.Submit(t.Context(), sub))(t).ID
	}
	for range 2 { // the job may run twice
		if err := s.Index(t.Context(), list); err != nil {
			t.Fatal(err)
		}
	}
	again := Loaded("again")
	again.Subject, again.Address, again.Text, again.At = "", "", said[0]+"，请尽快修好", At.Add(9*time.Hour)
	must(s.Load(t.Context(), []intake.LoadedRow{{Loaded: again}}))(t)
	for _, c := range []struct {
		story, words string
		since        time.Time
		limit        int
		want         []intake.ID
	}{
		{"the most alike first", "您好，" + said[0], At, 9, []intake.ID{list[0], again.ID}},
		{"no more than asked for", said[0], At, 1, []intake.ID{list[0]}},
		{"not what was said before", said[0], At.Add(time.Minute), 9, []intake.ID{again.ID}},
		{"its sentences in another order", "上周有老人被困在里面半小时，翠竹园3栋的电梯一个月里坏了四次", At, 9, []intake.ID{list[1]}},
		{"in English", "Hello, a burst water pipe in front of the primary school, and the road is flooded.", At, 9, []intake.ID{list[2]}},
		{"another matter", "单位已经拖欠工资两个月了，找老板总是推脱", At, 9, nil},
		{"nothing", " ，", At, 9, nil},
	} {
		if got := idsOf(must(s.Near(t.Context(), c.words, c.since, c.limit))(t)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.story, got, c.want)
		}
	}
}

func pages(t *testing.T, s intake.Store) {
	var rows []intake.LoadedRow
	for i := range 250 {
		l := Loaded(strconv.Itoa(i))
		l.At = At.Add(time.Duration(i) * time.Minute)
		if i%50 == 0 {
			l.Text = "独一无二的水管 " + l.Text
		}
		rows = append(rows, intake.LoadedRow{Loaded: l})
	}
	must(s.Load(t.Context(), rows))(t)
	var seen []intake.Request
	for before := int64(0); ; {
		page := must(s.Find(t.Context(), text.QueryTerms("路灯"), before, 40))(t)
		if len(page) == 0 {
			break
		}
		seen = append(seen, page...)
		before = page[len(page)-1].Seq
	}
	if len(seen) != 250 || !slices.IsSortedFunc(seen, func(a, b intake.Request) int { return b.At.Compare(a.At) }) {
		t.Errorf("%d in all pages", len(seen))
	}
	if got := find(t, s, "水管"); len(got) != 5 {
		t.Errorf("a rare word is found %d times", len(got))
	}
	if n := must(s.Count(t.Context(), text.QueryTerms("路灯"), 100))(t); n != 100 {
		t.Errorf("counted %d, asked for at most 100", n)
	}
}

func loadsTwice(t *testing.T, s intake.Store) {
	var rows []intake.LoadedRow
	for i := range 300 {
		rows = append(rows, intake.LoadedRow{Loaded: Loaded(strconv.Itoa(i)), Sealed: []byte{byte(i)}})
	}
	rows[7].SourceID = rows[6].SourceID // twice in one file
	fresh := must(s.Load(t.Context(), rows))(t)
	for i, f := range fresh {
		if f == (i == 7) {
			t.Errorf("row %d is new: %v", i, f)
		}
	}
	before := must(s.Requests(t.Context(), []intake.ID{rows[0].ID, rows[299].ID}))(t)

	var again []intake.LoadedRow
	for _, r := range rows {
		l := Loaded(r.SourceID)
		l.Text = "另一段话"
		again = append(again, intake.LoadedRow{Loaded: l})
	}
	other := Loaded(rows[0].SourceID) // the same number in another file
	other.Source = "other.csv"
	own := Loaded("")
	own.Source, own.ID = "", rows[1].ID
	again = append(again, intake.LoadedRow{Loaded: other}, intake.LoadedRow{Loaded: own})
	fresh = must(s.Load(t.Context(), again))(t)
	for i, f := range fresh {
		if f != (i == 300) {
			t.Errorf("second time, row %d is new: %v", i, f)
		}
	}
	if after := must(s.Requests(t.Context(), idsOf(before)))(t); !reflect.DeepEqual(after, before) || !after[0].HasContact {
		t.Errorf("changed to %+v", after)
	}
	if got := must(s.Notes(t.Context(), rows[5].ID))(t); len(got) != 1 || got[0].Text != "补充：第 5 条" {
		t.Errorf("notes %+v", got)
	}
	if got := find(t, s, "另一段话"); len(got) != 0 {
		t.Errorf("what was not kept is found: %v", got)
	}
}

func loadsWhole(t *testing.T, s intake.Store) {
	first := must(s.Submit(t.Context(), Submission()))(t)
	rows := []intake.LoadedRow{{Loaded: Loaded("1")}, {Loaded: Loaded("2")}}
	rows[1].Receipt = first.Receipt
	if _, err := s.Load(t.Context(), rows); !errors.Is(err, intake.ErrTaken) {
		t.Fatalf("a taken receipt: %v", err)
	}
	if got := must(s.Requests(t.Context(), []intake.ID{rows[0].ID, rows[1].ID}))(t); len(got) != 0 {
		t.Errorf("half of it is there: %v", got)
	}
}

func sameInstant(t *testing.T, s intake.Store) {
	seqs := map[int64]bool{}
	for batch := range 3 {
		var rows []intake.LoadedRow
		var list []intake.ID
		for i := range 1000 {
			l := Loaded(fmt.Sprint(batch, " ", i))
			l.At, l.Text, l.Notes = At, "旧系统只记日期", nil
			rows = append(rows, intake.LoadedRow{Loaded: l})
			list = append(list, l.ID)
		}
		must(s.Load(t.Context(), rows))(t)
		for _, r := range must(s.Requests(t.Context(), list))(t) {
			seqs[r.Seq] = true
		}
	}
	if len(seqs) != 3000 {
		t.Errorf("3000 requests of one instant have %d numbers", len(seqs))
	}
	for range 20 { // and a submission of that instant finds a place
		must(s.Submit(t.Context(), Submission()))(t)
	}
	next := Submission()
	next.Request.At = At.Add(time.Second)
	r := must(s.Submit(t.Context(), next))(t)
	for seq := range seqs {
		if seq >= r.Seq {
			t.Fatalf("a second later, the number is smaller: %d, %d", seq, r.Seq)
		}
	}
}
