package classify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/algo/classify"
)

// matters are what the invented messages of these tests are about, with
// phrases that tell them apart and phrases that do not.
var matters = map[string][]string{
	"供水": {"自来水停了", "水压太低", "水管漏水", "水表坏了", "二次供水有霉味"},
	"道路": {"路面有大坑", "井盖不见了", "人行道塌陷", "红绿灯不亮", "路灯坏了"},
	"噪音": {"夜里施工吵闹", "广场舞扰民", "酒吧太吵", "装修噪音", "凌晨打桩"},
	"学校": {"学位不够", "老师补课收费", "食堂饭菜不好", "校车不来", "入学要什么材料"},
}

var anything = []string{"尊敬的领导您好", "我们小区居民很着急", "请尽快处理", "电话13800000000", "A3区", "已经三天了", "谢谢"}

func messages(n int, seed uint64) []classify.Row {
	rng := rand.New(rand.NewPCG(seed, 0))
	labels := []string{"供水", "道路", "噪音", "学校"}
	rows := make([]classify.Row, n)
	for i := range rows {
		label := labels[rng.IntN(len(labels))]
		var parts []string
		for range 1 + rng.IntN(3) {
			parts = append(parts, anything[rng.IntN(len(anything))])
		}
		said := matters[label]
		parts = append(parts, said[rng.IntN(len(said))], anything[rng.IntN(len(anything))])
		rows[i] = classify.Row{Text: strings.Join(parts, "，"), Label: label}
	}
	return rows
}

func train(t testing.TB, rows []classify.Row) *classify.Model {
	t.Helper()
	m, err := classify.Train(context.Background(), rows, classify.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPredict(t *testing.T) {
	m := train(t, messages(400, 1))
	for _, c := range []struct{ story, subject, text, want string }{
		{"as in the training rows", "", "请尽快处理，水管漏水", "供水"},
		{"five signs", "", "水管漏水了", "供水"},
		{"only a subject", "井盖不见了", "", "道路"},
		{"subject and text", "半夜太吵", "酒吧天天夜里吵闹", "噪音"},
		{"segmented", "", "老师 补课 收费 尊敬 领导", "学校"},
		{"full width, line breaks, markup, hidden marks", "", "<p>水\u200b管\n漏　水</p>", "供水"},
		{"ten thousand signs", "", strings.Repeat("请尽快处理，", 1600) + "水管漏水，水压太低，自来水停了，水表坏了", "供水"},
	} {
		p := m.Predict(c.subject, c.text)
		if p.Label != c.want || !p.Known {
			t.Errorf("%s: %+v, want %s", c.story, p, c.want)
		}
		if len(p.Top) != 3 || p.Top[0].Label != p.Label || p.Top[0].Prob != p.Prob || p.Top[1].Prob < p.Top[2].Prob {
			t.Errorf("%s: top three %+v", c.story, p.Top)
		}
		if l, prob := m.Label(c.subject, c.text); l != p.Label || prob != p.Prob {
			t.Errorf("%s: Label says %s %v, Predict %s %v", c.story, l, prob, p.Label, p.Prob)
		}
	}
	if p := m.Predict("", "老师补课收费太高，请尽快处理"); !slices.Contains(p.Words, "补课") && !slices.Contains(p.Words, "补课收费") {
		t.Errorf("words that mattered: %q", p.Words)
	}
	for _, text := range []string{"", "  ", "!!!", "πρόβλημα", "\xff\xfe", "鬱鬱"} {
		if p := m.Predict("", text); p.Known || len(p.Words) != 0 || p.Prob > 0.6 {
			t.Errorf("a message with nothing known in it, %q: %+v", text, p)
		}
	}
}

func TestProbabilities(t *testing.T) {
	m := train(t, messages(600, 1))
	for _, r := range messages(200, 2) {
		p := m.Probs(nil, "", r.Text)
		var sum float64
		for _, x := range p {
			if !(x >= 0 && x <= 1) {
				t.Fatalf("probability %v", x)
			}
			sum += x
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("probabilities of %q add up to %v", r.Text, sum)
		}
	}
	r, err := classify.Evaluate(m, messages(400, 3))
	if err != nil || r.Accuracy < 0.99 || r.ECE > 0.03 {
		t.Errorf("easy messages: %+v, %v", r, err)
	}
}

// Half of the labels are a coin's throw: the model must not pretend.
func TestCalibratedOnNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	noisy := func(n int, seed uint64) []classify.Row {
		rows := messages(n, seed)
		for i := range rows {
			if rng.IntN(2) == 0 {
				rows[i].Label = []string{"供水", "道路", "噪音", "学校"}[rng.IntN(4)]
			}
		}
		return rows
	}
	m := train(t, noisy(3000, 1))
	r, err := classify.Evaluate(m, noisy(3000, 2))
	if err != nil || r.Accuracy < 0.58 || r.Accuracy > 0.68 || r.ECE > 0.06 || r.CoverageAt98 > 0.02 {
		t.Errorf("a label in eight × three is wrong: %+v, %v", r, err)
	}
}

// Half the rows name their label by a word that is wrong one time in six, and
// of the others nobody knows. A softmax alone is too sure of the first: its
// calibration error here is 0.13. One curve does not follow the step whole.
func TestCalibratedOnManyLabels(t *testing.T) {
	rows := func(seed uint64) (list []classify.Row) {
		rng := rand.New(rand.NewPCG(seed, 7))
		for range 1500 {
			k := rng.IntN(60)
			r := classify.Row{Label: fmt.Sprintf("第%d街道", k), Text: "反映小区"}
			for range 8 {
				r.Text += string(rune('一' + rng.IntN(300)))
			}
			if rng.IntN(2) == 0 {
				named := k
				if rng.IntN(5) == 0 {
					named = rng.IntN(60)
				}
				r.Text += string(rune(0x7000+named)) + "路"
			}
			list = append(list, r)
		}
		return list
	}
	r, err := classify.Evaluate(train(t, rows(1)), rows(2))
	if err != nil || r.Accuracy < 0.38 || r.ECE > 0.12 {
		t.Errorf("accuracy %.3f, calibration error %.3f, %v", r.Accuracy, r.ECE, err)
	}
}

func TestFewRows(t *testing.T) {
	five := []classify.Row{
		{Text: "水管漏水", Label: "供水"},
		{Text: "水表坏了", Label: "供水"},
		{Text: "路灯坏了", Label: "道路"},
		{Text: "路面有大坑", Label: "道路"},
		{Text: "广场舞扰民", Label: "噪音"}, // one example
	}
	for _, c := range []struct {
		story string
		rows  []classify.Row
		err   error
	}{
		{"none", nil, classify.ErrNoRows},
		{"none with a label", []classify.Row{{Text: "水管漏水"}}, classify.ErrNoRows},
		{"one label", five[:2], classify.ErrOneLabel},
		{"two rows", five[1:3], nil},
		{"five rows, a label with one of them", five, nil},
		{"empty texts among them", append([]classify.Row{{Label: "供水"}, {Label: "道路"}, {Text: "!", Label: "空"}}, five...), nil},
		{"all texts empty", []classify.Row{{Label: "供水"}, {Label: "道路"}}, nil},
		{"the same text with two labels", []classify.Row{{Text: "坏了", Label: "供水"}, {Text: "坏了", Label: "道路"}}, nil},
	} {
		m, err := classify.Train(context.Background(), c.rows, classify.Options{})
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", c.story, err, c.err)
		}
		if err != nil {
			continue
		}
		p := m.Predict("", "水管坏了")
		if math.IsNaN(p.Prob) || p.Prob < 1/float64(len(m.Labels()))-1e-9 || p.Prob > 0.95 {
			t.Errorf("%s: %+v is no probability that so few rows give", c.story, p)
		}
	}
	if p := train(t, five).Predict("", "我家水管又漏水"); p.Label != "供水" {
		t.Errorf("from five rows: %+v", p)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	rows := messages(300, 1)
	write := func(o classify.Options) []byte {
		m, err := classify.Train(context.Background(), rows, o)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if n, err := m.WriteTo(&b); err != nil || n != int64(b.Len()) {
			t.Fatal(n, err)
		}
		return b.Bytes()
	}
	one := write(classify.Options{Seed: 7})
	old := runtime.GOMAXPROCS(1)
	two := write(classify.Options{Seed: 7})
	runtime.GOMAXPROCS(old)
	if !bytes.Equal(one, two) {
		t.Error("the same seed gave two models")
	}
	if bytes.Equal(one, write(classify.Options{Seed: 8})) {
		t.Error("another seed gave the same model")
	}
	m, err := classify.Read(bytes.NewReader(one))
	if err != nil {
		t.Fatal(err)
	}
	was := train(t, rows) // seed 1
	if m.Version() == was.Version() || len(m.Version()) != 16 || m.Rows() != 300 || !slices.Equal(m.Labels(), was.Labels()) {
		t.Errorf("read back: version %s, %d rows, labels %v", m.Version(), m.Rows(), m.Labels())
	}
	again, _ := classify.Train(context.Background(), rows, classify.Options{Seed: 7})
	if again.Version() != m.Version() {
		t.Error("a model has another version after it was written and read")
	}
	for _, r := range messages(50, 9) {
		if a, b := fmt.Sprint(again.Predict("", r.Text)), fmt.Sprint(m.Predict("", r.Text)); a != b {
			t.Fatalf("before %s, read back %s", a, b)
		}
	}
}

// Sixty units are eight blocks of machines; every one must be found.
func TestManyLabels(t *testing.T) {
	var rows, fresh []classify.Row
	for i := range 60 {
		for j := range 12 {
			r := classify.Row{
				Text:  fmt.Sprintf("%s 请%c%c%c处理", anything[(i*7+j)%len(anything)], rune(0x4E00+i*40), rune(0x4E01+i*40), rune(0x4E02+i*40)),
				Label: fmt.Sprintf("单位%02d", i),
			}
			if j < 10 {
				rows = append(rows, r)
			} else {
				fresh = append(fresh, r)
			}
		}
	}
	r, err := classify.Evaluate(train(t, rows), fresh)
	if err != nil || r.Accuracy < 0.99 || len(r.PerClass) != 60 {
		t.Errorf("accuracy %v over %d labels, %v", r.Accuracy, len(r.PerClass), err)
	}
	var crowd []classify.Row
	for i := range 10_001 {
		crowd = append(crowd, classify.Row{Text: "a", Label: fmt.Sprint(i)})
	}
	if _, err := classify.Train(context.Background(), crowd, classify.Options{}); !errors.Is(err, classify.ErrLabels) {
		t.Errorf("10,001 labels: %v", err)
	}
}

func TestEnglish(t *testing.T) {
	var rows []classify.Row
	for i := range 40 {
		rows = append(rows,
			classify.Row{Text: fmt.Sprintf("The water pipe on street %d is leaking badly", i), Label: "water"},
			classify.Row{Text: fmt.Sprintf("Loud music from bar %d after midnight", i), Label: "noise"})
	}
	p := train(t, rows).Predict("Leaking pipe", "Please send somebody to 5th street, the PIPE leaks")
	if p.Label != "water" || !slices.Contains(p.Words, "pipe") {
		t.Errorf("%+v", p)
	}
}

func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := classify.Train(ctx, messages(2000, 1), classify.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("training after the end of its context: %v", err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	if _, err := classify.Train(ctx, messages(20_000, 1), classify.Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("training past its deadline: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	m := train(t, messages(200, 1))
	want := fmt.Sprint(m.Predict("", "水管漏水"))
	done := make(chan string)
	for range 8 {
		go func() {
			out := want
			for i := range 200 {
				m.Predict("", messages(1, uint64(i))[0].Text)
				if got := fmt.Sprint(m.Predict("", "水管漏水")); got != want {
					out = got
				}
			}
			done <- out
		}()
	}
	for range 8 {
		if got := <-done; got != want {
			t.Errorf("beside others %s, alone %s", got, want)
		}
	}
}

func TestSample(t *testing.T) {
	s := classify.NewSample(3000, 1)
	for i := range 1000 {
		s.Add(classify.Row{Text: strings.Repeat("x", 30), Label: "common"})
		if i%200 == 0 {
			s.Add(classify.Row{Subject: fmt.Sprint(i), Text: "y", Label: "rare"})
		}
		s.Add(classify.Row{Text: "no label"})
	}
	rows := s.Rows()
	rare, bytes, last := 0, 0, -1
	for _, r := range rows {
		bytes += len(r.Subject) + len(r.Text)
		if r.Label == "rare" {
			rare++
			var n int
			if _, err := fmt.Sscan(r.Subject, &n); err != nil || n <= last {
				t.Errorf("row %d after row %d (%v)", n, last, err)
			} else {
				last = n
			}
		}
	}
	if bytes > 3000 || len(rows) < 90 || rare != 5 || s.Seen() != 1005 {
		t.Errorf("%d rows of %d bytes, %d rare, %d seen", len(rows), bytes, rare, s.Seen())
	}
}

func FuzzPredict(f *testing.F) {
	m := train(f, messages(200, 1))
	for _, s := range []string{"", "水管漏水", "a\x00b", "𫠠里水管", strings.Repeat("水", 300)} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, subject, text string) {
		p := m.Predict(subject, text)
		if !(p.Prob >= 0.25-1e-9 && p.Prob <= 1) || len(p.Top) != 3 || len(p.Words) > 5 {
			t.Fatalf("%+v", p)
		}
	})
}

func BenchmarkPredict(b *testing.B) {
	m := train(b, messages(2000, 1))
	rows := messages(1000, 2)
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		m.Predict("", rows[i%len(rows)].Text)
	}
}

// What weighs more is learned against what is said more often, and a weight of
// n is worth n rows.
func TestWeights(t *testing.T) {
	var rows []classify.Row
	for i := range 40 {
		rows = append(rows, classify.Row{Text: fmt.Sprintf("第%d户自来水管漏水", i), Label: "供水"}, classify.Row{Text: fmt.Sprintf("第%d号路面有大坑", i), Label: "道路"})
	}
	const disputed = "井盖松动，车过就响"
	with := func(weight float64, more ...classify.Row) string {
		all := slices.Clone(rows)
		for range 3 {
			all = append(all, classify.Row{Text: disputed, Label: "道路"})
		}
		all = append(all, classify.Row{Text: disputed, Label: "供水", Weight: weight})
		m, err := classify.Train(t.Context(), append(all, more...), classify.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		said, _ := m.Label("", disputed)
		return said
	}
	if got := with(1); got != "道路" {
		t.Errorf("three against one: %s", got)
	}
	if got := with(8); got != "供水" {
		t.Errorf("three against one that weighs eight: %s", got)
	}
	for _, none := range []float64{0, -1, math.NaN()} {
		if got := with(none); got != "道路" {
			t.Errorf("a weight of %g: %s", none, got)
		}
	}
	with(math.Inf(1)) // stays within bounds
}

// Whatever is learned, probabilities add up to 1, the likeliest is what is
// said, a label that was renamed changes nothing but its name, and the same
// rows make the same model.
func TestProperties(t *testing.T) {
	row := rapid.Custom(func(t *rapid.T) classify.Row {
		return classify.Row{
			Subject: rapid.StringOfN(rapid.RuneFrom([]rune("路灯水管公交")), 0, 4, -1).Draw(t, "subject"),
			Text:    rapid.StringOfN(rapid.RuneFrom([]rune("路灯水管公交太少，lamp ")), 0, 20, -1).Draw(t, "text"),
			Label:   rapid.SampledFrom([]string{"a", "b", "c", ""}).Draw(t, "label"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(row, 2, 30).Draw(t, "rows")
		m, err := classify.Train(context.Background(), rows, classify.Options{Seed: 1})
		if err != nil {
			return // one label, or none
		}
		renamed := slices.Clone(rows)
		for i := range renamed {
			if renamed[i].Label != "" {
				renamed[i].Label = "x" + renamed[i].Label
			}
		}
		other, err := classify.Train(context.Background(), renamed, classify.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		again, err := classify.Train(context.Background(), rows, classify.Options{Seed: 1})
		if err != nil || again.Version() != m.Version() {
			t.Fatal("another model", err)
		}
		for _, r := range rows {
			p := m.Probs(nil, r.Subject, r.Text)
			sum := 0.0
			for _, x := range p {
				if !(x >= 0 && x <= 1) {
					t.Fatal(p)
				}
				sum += x
			}
			said, prob := m.Label(r.Subject, r.Text)
			if math.Abs(sum-1) > 1e-6 || prob != slices.Max(p) || !slices.Contains(m.Labels(), said) {
				t.Fatalf("%v: %s %v", p, said, prob)
			}
			if x, q := other.Label(r.Subject, r.Text); x != "x"+said || q != prob {
				t.Fatalf("%s %v, renamed %s %v", said, prob, x, q)
			}
		}
	})
}
