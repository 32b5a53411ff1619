package diagnose

import (
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode"

	"yiwang/internal/algo/text"
)

func mix(h uint64) uint64 { return bits.RotateLeft64(h*0x9e3779b97f4a7c15, 29) * 0xbf58476d1ce4e5b9 }

// terms appends the hashes of the terms of s, which is normalized, in their
// order: neighbouring Han signs, and words of letters and digits.
func terms(dst []uint32, s string) []uint32 {
	var before rune
	var word uint64
	for _, r := range s {
		if text.Han(r) {
			if word != 0 {
				dst, word = append(dst, uint32(mix(word)>>32)), 0
			}
			if before != 0 {
				dst = append(dst, uint32(mix(uint64(before)<<21|uint64(r))>>32))
			}
			before = r
			continue
		}
		before = 0
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			word = (word ^ uint64(r)) * 1099511628211
			if word == 0 {
				word = 1
			}
			continue
		}
		if word != 0 {
			dst, word = append(dst, uint32(mix(word)>>32)), 0
		}
	}
	if word != 0 {
		dst = append(dst, uint32(mix(word)>>32))
	}
	return dst
}

// set gives the terms of s, each once, ascending.
func set(dst []uint32, s string) []uint32 {
	dst = terms(dst[:0], text.Normalize(s))
	slices.Sort(dst)
	return slices.Compact(dst)
}

const tableBits = 22

// A rarity says how rare terms are among texts: idf = ln((n+1)/(df+½)), with
// terms counted in 2²² cells.
type rarity struct {
	df []uint32
	n  int
}

func newRarity() *rarity { return &rarity{df: make([]uint32, 1<<tableBits)} }

func (r *rarity) add(terms []uint32) {
	r.n++
	for _, t := range terms {
		r.df[t>>(32-tableBits)]++
	}
}

func (r *rarity) idf(t uint32) float64 {
	return math.Log(float64(r.n+1) / (float64(r.df[t>>(32-tableBits)]) + 0.5))
}

// share is the part of the idf of a that b has as well; both ascending.
func (r *rarity) share(a, b []uint32) float64 {
	both, all := 0.0, 0.0
	j := 0
	for _, t := range a {
		w := r.idf(t)
		all += w
		for j < len(b) && b[j] < t {
			j++
		}
		if j < len(b) && b[j] == t {
			both += w
		}
	}
	if all == 0 {
		return 0
	}
	return both / all
}

// alike is the weighted Dice coefficient of two texts.
func (r *rarity) alike(a, b []uint32) float64 {
	x, y := r.share(a, b), r.share(b, a)
	if x+y == 0 {
		return 0
	}
	return 2 * x * y / (x + y)
}

// How places end, and the signs before which a place begins.
var (
	placeEnds = []string{
		"小区", "花园", "家园", "公寓", "社区", "广场", "大道", "大街", "市场", "学校", "小学", "中学", "幼儿园", "医院", "公园", "大厦", "新村", "新城", "工地", "车站",
		"路", "街", "巷", "村", "苑", "桥", "湾",
	}
	placeStops = "在于到从的与住是我们对把被位座落处有里内及至往向让给请因为上下要自想去来开办关部门，。、；：,.;:!?！？ 省市区县镇乡州这那该本某条个一不"
	// What follows a sign that then ends no place: 路灯, 村民, 街道.
	placeGoes = map[rune]string{'路': "灯面上边人况程费标障基途过政网局线", '村': "民委干官", '街': "道上坊", '桥': "面梁", '湾': "道", '苑': "里"}
	placeNot  = []string{"道路", "马路", "公路", "走路", "修路", "线路", "电路", "网路", "思路", "一路", "半路", "水路", "铁路", "农村", "街道", "逛街", "大路", "小路", "村村", "同路", "后路", "过路", "门路", "高速路", "水泥路", "全村", "上街", "沿路", "我村", "乡村"}
)

// ends are the placeEnds by their last sign, the longest first.
var ends = func() map[rune][][]rune {
	m := map[rune][][]rune{}
	for _, e := range placeEnds {
		signs := []rune(e)
		last := signs[len(signs)-1]
		m[last] = append(m[last], signs)
	}
	return m
}()

// place gives the first name of a place in s, which is normalized: two to six
// signs that end as places do. There may be none.
func place(s string) string {
	signs := make([]rune, 0, 256)
	for _, r := range s {
		if signs = append(signs, r); len(signs) == cap(signs) {
			break
		}
	}
	for i, r := range signs {
		if i+1 < len(signs) && strings.ContainsRune(placeGoes[r], signs[i+1]) {
			continue
		}
		for _, end := range ends[r] {
			from := i + 1 - len(end)
			if from < 0 || !slices.Equal(signs[from:i+1], end) {
				continue
			}
			for range 5 {
				if from == 0 || strings.ContainsRune(placeStops, signs[from-1]) {
					break
				}
				if r := signs[from-1]; !text.Han(r) && !unicode.IsDigit(r) && (r < 'a' || r > 'z') {
					break
				}
				from--
			}
			name := string(signs[from : i+1])
			if n := i + 1 - from; n <= len(end) || n < 3 && len(end) == 1 || slices.ContainsFunc(placeNot, func(not string) bool { return strings.HasSuffix(name, not) }) {
				continue
			}
			return name
		}
	}
	return ""
}
