package similar_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/similar"
)

func ExampleScorer_Score() {
	s := similar.Learn([]similar.Pair{
		{A: "怎么还款", B: "如何还款"},
		{A: "怎么查询余额", B: "如何查询余额"},
		{A: "怎么换手机号", B: "如何换手机号"},
		{A: "为什么还款失败", B: "还款失败是什么原因"},
		{A: "什么时候到账", B: "多久到账"},
		{A: "怎么开通", B: "如何开通"},
	})
	fmt.Println(s.Score("怎么注销", "如何注销") > s.Score("怎么注销", "多久注销"))
	// Output: true
}

func TestScore(t *testing.T) {
	var pairs []similar.Pair
	for _, verb := range []string{"还款", "查询", "开通", "关闭", "提现", "充值", "注销", "绑定", "更换", "退款"} {
		for _, noun := range []string{"账户", "银行卡", "手机号", "额度"} {
			pairs = append(pairs, similar.Pair{A: "怎么" + verb + noun, B: "如何" + verb + noun + "呢"}, similar.Pair{A: "为什么不能" + verb + noun, B: verb + noun + "失败是什么原因"})
		}
	}
	s := similar.Learn(pairs)
	for _, c := range []struct{ story, a, more, less string }{
		{"the same is most", "怎么还款", "怎么还款", "怎么还款呢"},
		{"punctuation and width are nothing", "怎么还款5次", "怎么还款，５次？", "怎么还款6次"},
		{"one who asks how, and one who asks why", "怎么提现额度", "如何提现额度", "为什么不能提现额度"},
		{"another matter", "怎么提现额度", "如何提现额度", "如何注销手机号"},
		{"words that were never seen", "公积金贷款", "公积金贷款吗", "怎么还款"},
		{"something is more than nothing", "怎么还款", "手机号", "？！"},
	} {
		if more, less := s.Score(c.a, c.more), s.Score(c.a, c.less); more <= less {
			t.Errorf("%s: %q is like %q to %.3f, like %q to %.3f", c.story, c.a, c.more, more, c.less, less)
		}
	}
	if got := similar.Learn(nil).Score("路灯", "路灯坏了"); got <= 0 || got >= 1 {
		t.Errorf("who learned nothing says %v", got)
	}
}

// Texts of ten thousand signs are scored as short ones are.
func TestLongTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	long := func() string {
		var b strings.Builder
		for range 10_000 {
			b.WriteRune(rune(0x4E00 + r.IntN(3000)))
		}
		return b.String()
	}
	var pairs []similar.Pair
	for range 3 {
		a := long()
		pairs = append(pairs, similar.Pair{A: a, B: changed(r, a, 0.1)}, similar.Pair{A: a, B: long()})
	}
	s := similar.Learn(pairs)
	for i := 0; i < len(pairs); i += 2 {
		if same, other := s.Score(pairs[i].A, pairs[i].B), s.Score(pairs[i+1].A, pairs[i+1].B); same <= other {
			t.Errorf("a copy scores %.3f, another text %.3f", same, other)
		}
	}
}

func TestScoresOfPairsAreShares(t *testing.T) {
	gen := rapid.StringOfN(rapid.RuneFrom([]rune("路灯不亮怎么如何ab 1，")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		pairs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) similar.Pair {
			return similar.Pair{A: gen.Draw(t, "a"), B: gen.Draw(t, "b")}
		}), 0, 12).Draw(t, "pairs")
		s, again := similar.Learn(pairs), similar.Learn(pairs)
		for _, p := range append(pairs, similar.Pair{A: gen.Draw(t, "x"), B: gen.Draw(t, "y")}) {
			x := s.Score(p.A, p.B)
			if x < 0 || x > 1 || math.IsNaN(x) || x != again.Score(p.A, p.B) || math.Abs(x-s.Score(p.B, p.A)) > 1e-9 {
				t.Fatalf("%+v: %v, %v, %v", p, x, again.Score(p.A, p.B), s.Score(p.B, p.A))
			}
		}
	})
}

func TestEvaluate(t *testing.T) {
	for _, c := range []struct {
		story      string
		scores     []float64
		same       []bool
		auroc, f1  float64
		wantsError bool
	}{
		{"perfect", []float64{1, 2, 3, 4}, []bool{false, false, true, true}, 1, 1, false},
		{"upside down", []float64{4, 3, 2, 1}, []bool{false, false, true, true}, 0, 2. / 3, false},
		{"all tied", []float64{5, 5, 5, 5}, []bool{false, true, false, true}, 0.5, 2. / 3, false},
		{"one of them tied", []float64{1, 2, 2, 3}, []bool{false, false, true, true}, 0.875, 0.8, false},
		{"only one kind", []float64{1, 2}, []bool{true, true}, 0, 0, true},
		{"nothing", nil, nil, 0, 0, true},
	} {
		r, err := similar.Evaluate(c.scores, c.same)
		if errors.Is(err, similar.ErrOneKind) != c.wantsError || math.Abs(r.AUROC-c.auroc) > 1e-9 || math.Abs(r.BestF1-c.f1) > 1e-9 {
			t.Errorf("%s: %+v, %v", c.story, r, err)
		}
	}
}

// A sample keeps all that fits, and else an even share of all.
func TestSample(t *testing.T) {
	for _, n := range []int{0, 1, 10, 1000} {
		s := similar.NewSample(10_000)
		for i := range n {
			s.Add(similar.Pair{A: fmt.Sprintf("%04d", i), B: strings.Repeat("x", 60)})
		}
		kept := s.Pairs()
		switch {
		case n <= 10 && len(kept) != n:
			t.Errorf("%d of %d are kept", len(kept), n)
		case n == 1000 && (len(kept) < 40 || len(kept) > 110 || kept[len(kept)-1].A < "0900"):
			t.Errorf("%d of %d are kept, the last is %v", len(kept), n, kept[len(kept)-1].A)
		}
	}
}

// Whatever is learned and asked, a score is from 0 to 1, the same both ways.
func FuzzScorer(f *testing.F) {
	f.Add("怎么还款", "如何还款", "怎么注销", "how do I close it?")
	f.Add("", "\xff\x00", "a", strings.Repeat("水", 600))
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		s := similar.Learn([]similar.Pair{{A: a, B: b}, {A: b, B: c}, {A: a, B: c}})
		for _, p := range [][2]string{{a, b}, {c, d}, {d, d}} {
			one, two := s.Score(p[0], p[1]), s.Score(p[1], p[0])
			if !(one >= 0 && one <= 1) || math.Abs(one-two) > 1e-9 {
				t.Errorf("%q: %v and %v", p, one, two)
			}
		}
	})
}
