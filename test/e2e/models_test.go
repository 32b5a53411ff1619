package e2e

import "testing"

// TestModels looks at how good the classifier is, whether anything has
// changed, what a threshold costs, and what everybody is told; an administrator
// pins what is in force.
func TestModels(t *testing.T) {
	at, b := visit(t), Browser(t)
	for _, v := range []struct {
		View
		drawn, drift, cost, public string
	}{
		{View{}, "概率可不可信", "类别的比例变了吗", "最省", "谁负责"},
		{View{Width: 375, Lang: "en"}, "Can its probabilities be believed?", "Have the shares of categories changed?", "cheapest", "Who answers for it"},
	} {
		p := b.Page(t, at, v.View)
		enter(p, "administrator")
		p.Go("/work/models")
		good(p)
		p.Shows(v.drawn)
		if n := p.Count("svg.plot circle"); n < 4 {
			t.Errorf("%d dots are drawn", n)
		}
		p.Screenshot("models" + v.Lang)
		p.Follow("button[name=do][value=pin]")
		good(p)
		p.Follow("button[name=do][value=unpin]")
		p.Go("/work/models/drift")
		good(p)
		p.Shows(v.drift)
		p.Screenshot("drift" + v.Lang)
		p.Go("/work/models/thresholds?wrong=50")
		good(p)
		p.Shows(v.cost)
		p.Screenshot("thresholds" + v.Lang)
		p.Go("/register")
		good(p)
		p.Shows(v.public)
		p.Screenshot("register" + v.Lang)
	}
}
