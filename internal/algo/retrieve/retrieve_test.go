package retrieve_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/algo/retrieve"
)

var library = []struct{ title, body string }{
	{"居住证怎么办理 How to get a residence permit", "在莲城区居住半年以上，带身份证和居住证明到街道便民服务中心办理。"},
	{"暖气不热怎么办 Heating not warm", "供暖期内室温低于18度，先向供热公司报修，两小时内上门。"},
	{"老年人优待证 Elder card", "年满六十五周岁，带身份证和照片到社区办理，当场发证。"},
	{"路面坑洼谁来修 Potholes", "市政设施所负责，七天内修好。"},
	{"停水了怎么查 Water off", "计划停水会提前一天公告，打水务公司电话查询。"},
}

func index() *retrieve.Index {
	var x retrieve.Index
	for i, d := range library {
		x.Put(int64(i), d.body, d.title)
	}
	return &x
}

func TestFind(t *testing.T) {
	x := index()
	for _, c := range []struct {
		asked string
		want  int64
	}{
		{"我想问一下居住证要怎么办理，带什么材料", 0},
		{"家里暖气一直不热，只有15度", 1},
		{"how do I get a residence permit?", 0},
		{"我妈65岁了，老年证在哪里办", 2},
		{"小区停水了，什么时候来水", 4},
	} {
		hits := x.Find(c.asked, 3, nil)
		if len(hits) == 0 || hits[0].ID != c.want {
			t.Errorf("%s: %+v", c.asked, hits)
		}
	}
	if hits := x.Find("xyzzy 量子力学", 3, nil); len(hits) != 0 {
		t.Errorf("nothing fits, found %+v", hits)
	}
	if hits := x.Find("居住证", 3, func(id int64) bool { return id != 0 }); len(hits) != 0 {
		t.Errorf("kept out, found %+v", hits)
	}
	if len(x.Find("", 3, nil)) > 0 {
		t.Error("nothing asked, something found")
	}
}

// After any changes an index answers as one that was made of what is left.
func TestChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var x retrieve.Index
	has := map[int64]string{}
	for range 3000 {
		id := int64(r.IntN(200))
		if r.IntN(3) == 0 {
			x.Remove(id)
			delete(has, id)
			continue
		}
		has[id] = words(r, 8)
		x.Put(id, "", has[id])
	}
	if x.Len() != len(has) {
		t.Fatalf("%d documents, not %d", x.Len(), len(has))
	}
	for id, title := range has {
		hits := x.Find(title, 200, nil)
		found := false
		for _, h := range hits {
			if _, there := has[h.ID]; !there {
				t.Fatalf("%d is gone and was found", h.ID)
			}
			if h.ID == id {
				found = true
				if h.Title < 0.999 || h.Score <= 0 || h.Score > 1 {
					t.Fatalf("its own title finds %+v", h)
				}
			}
		}
		if !found {
			t.Fatalf("%d is not found by its title %q", id, title)
		}
	}
}

func words(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "w%d ", r.IntN(500))
	}
	return b.String()
}

func BenchmarkFind(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	han := func(n int) string {
		out := make([]rune, n)
		for i := range out {
			out[i] = rune(0x4E00 + int(r.ExpFloat64()*150)%3000) // common signs often
		}
		return string(out)
	}
	var x retrieve.Index
	for i := range 20_000 {
		x.Put(int64(i), han(300), han(12))
	}
	queries := make([]string, 64)
	for i := range queries {
		queries[i] = han(120)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		x.Find(queries[i%len(queries)], 3, nil)
	}
}

// In whatever order documents were put, the same ones give the same answers;
// hits are in order, and what is kept out is not among them.
func TestProperties(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("路灯水管居住证 ab")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		docs := rapid.SliceOfN(word, 1, 12).Draw(t, "documents")
		query := word.Draw(t, "query")
		var one, other retrieve.Index
		for i, d := range docs {
			one.Put(int64(i), d, d)
		}
		for i, d := range slices.Backward(docs) {
			other.Put(int64(i), d, d)
		}
		hits := one.Find(query, len(docs), nil)
		scores := map[int64]retrieve.Hit{}
		for i, h := range hits {
			if i > 0 && h.Score*(1+h.Title) > hits[i-1].Score*(1+hits[i-1].Title)+1e-9 || !(h.Score > 0 && h.Score <= 1+1e-9) || !(h.Title >= 0 && h.Title <= 1+1e-9) {
				t.Fatalf("%+v", hits)
			}
			scores[h.ID] = h
		}
		again := other.Find(query, len(docs), nil)
		if len(again) != len(hits) {
			t.Fatalf("%+v and %+v", hits, again)
		}
		for _, h := range again {
			if x, ok := scores[h.ID]; !ok || math.Abs(x.Score-h.Score) > 1e-9 || math.Abs(x.Title-h.Title) > 1e-9 {
				t.Fatalf("%+v and %+v", hits, again)
			}
		}
		for _, h := range one.Find(query, len(docs), func(id int64) bool { return id%2 == 0 }) {
			if h.ID%2 != 0 {
				t.Fatalf("%d was kept out", h.ID)
			}
		}
	})
}

func FuzzFind(f *testing.F) {
	f.Add("居住证怎么办", "带身份证办理", "居住证", 3)
	f.Add("\xff\x00", "", " ", -1)
	f.Fuzz(func(t *testing.T, title, body, query string, limit int) {
		x := index()
		x.Put(100, body, title, query)
		x.Put(100, query, title)
		for _, h := range x.Find(query, limit%10, nil) {
			if !(h.Score >= 0 && h.Score <= 1+1e-9) || !(h.Title >= 0 && h.Title <= 1+1e-9) {
				t.Errorf("%+v", h)
			}
		}
		x.Remove(100)
		for _, h := range x.Find(query, 10, nil) {
			if h.ID == 100 {
				t.Error("it is gone, and was found")
			}
		}
	})
}
