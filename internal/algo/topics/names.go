package topics

import (
	"math"
	"slices"

	"yiwang/internal/algo/text"
)

// A kind of name.
type kind uint8

const (
	none  kind = iota // words that end like names
	area              // a district, county, street or village: A3区, 春华镇
	place             // where one can stand: a housing estate, a road, a park
	body              // who acts: a company, a school, an office
)

// A name is a place or a body that a text names: signs [from, to).
type name struct {
	from, to int
	kind     kind
	sure     float32 // by how often it occurs and how long it is
}

// What the last signs of a Chinese name say about its kind; the longest that
// fits counts. Whatever stands before them is the name proper.
var endings = func() map[string]kind {
	m := map[string]kind{}
	for k, list := range map[kind][]string{
		none: {
			"住宅区", "学区", "片区", "园区", "地区", "城区", "郊区", "市区", "校区", "景区", "山区", "辖区", "分区", "商业区", "工业区", "生活区", "城市", "菜市", "门市",
			"上市", "城乡", "农村", "全村", "道路", "马路", "公路", "铁路", "上路", "修路", "线路", "一条街", "集中区", "各区", "全市", "全区", "全县",
		},
		area: {"街道", "社区", "镇", "乡", "村", "县", "区", "市"},
		place: {
			"小区", "花园", "花苑", "家园", "公馆", "新城", "国际城", "广场", "大厦", "公寓", "山庄", "名苑", "新村", "公园", "市场",
			"大道", "路", "街", "巷", "桥", "隧道", "号线", "地铁站", "车站", "高速", "湖", "苑", "园", "府", "湾", "城", "庄",
		},
		body: {
			"公司", "集团", "银行", "局", "法院", "派出所", "物业", "学院", "大学", "医院", "学校", "幼儿园", "小学", "中学",
			"酒店", "超市", "宾馆", "协会", "委员会", "居委会", "村委会", "管委会",
		},
	} {
		for _, e := range list {
			m[e] = k
		}
	}
	return m
}()

const longestEnding = 3

// A name never holds one of these signs before its ending: they join words.
const joints = "的了着吗呢吧啊呀在于和与及对向到从去是有我你他她它们请问将把被为由至这那该本某各每等就都也很不没让给跟但却以所并或者"

// Nor one of these words, with which messages begin or which stand between a
// name and what is said of it.
var openings = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range []string{
		"投诉", "反映", "反应", "咨询", "关于", "建议", "请求", "举报", "质疑", "希望", "要求", "恳请", "强烈", "再次", "位于", "附近", "旁边", "对面",
		"坐落", "座落", "居住", "作为", "因为", "由于", "目前", "现在", "今年", "去年", "晚上", "早上", "每天", "整个", "全体", "业主", "居民", "领导", "尊敬",
		"修建", "建设", "一个", "几个", "多个", "住在", "购买", "开发", "严重", "影响", "解决", "加快", "增加", "进行", "道路", "马路", "公路", "交通", "城市", "农村", "中心",
	} {
		m[w] = true
	}
	return m
}()

// What a sign can be in a name, in one table for the signs that are common.
const (
	closes  = 1 << iota // the last sign of an ending
	joins               // of joints
	begins              // the first sign of an opening
	written             // Han, a letter or a digit: part of a word
)

var roles = func() *[1 << 16]uint8 {
	var t [1 << 16]uint8
	for r := range rune(len(t)) {
		if text.Han(r) || isWord(r) {
			t[r] |= written
		}
	}
	for e := range endings {
		r := []rune(e)
		t[r[len(r)-1]] |= closes
	}
	for _, r := range joints {
		t[r] |= joins
	}
	for w := range openings {
		t[[]rune(w)[0]] |= begins
	}
	return &t
}()

func role(r rune) uint8 {
	if int(r) < len(roles) {
		return roles[r]
	}
	return written // a rare Han sign of a name
}

// isWord reports whether r is a letter or a digit of ASCII, in lower case.
func isWord(r rune) bool { return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' }

const (
	longestName = 8 // signs before the ending
	mostNames   = 200
)

// ends calls f for each place in folded signs s where a Chinese name may end:
// s[ending:end] is its ending, and it begins at first at the earliest. f says
// whether to go on.
func ends(s []rune, f func(first, ending, end int, k kind) bool) {
	after := 0 // the end of the area before: what follows is a name of its own
	for i, r := range s {
		if role(r)&closes == 0 {
			continue
		}
		for n := min(longestEnding, i+1); n >= 1; n-- {
			k, ok := endings[string(s[i+1-n:i+1])]
			if !ok {
				continue
			}
			end := i + 1
			if k == none {
				break
			}
			first := leftmost(s, end-n)
			if end-n-after >= 2 {
				first = max(first, after)
			}
			if k == area && n == 1 && i > 0 && isWord(s[i-1]) { // A3区 begins with its letter
				first = i - 1
				for first > 0 && isWord(s[first-1]) {
					first--
				}
			}
			if first < end-n && !f(first, end-n, end, k) {
				return
			}
			if k == area && (n > 1 || end > 1 && isWord(s[end-2])) {
				after = end
			}
			break
		}
	}
}

// leftmost is where a name whose ending begins at i may begin at the earliest.
func leftmost(s []rune, i int) int {
	first := i
	for first > 0 && i-first < longestName {
		what := role(s[first-1])
		if what&joins != 0 || what&written == 0 {
			break
		}
		if what&begins != 0 && first < i && openings[string(s[first-1:first+1])] {
			return first + 1
		}
		first--
	}
	return first
}

// A census counts in how many texts each possible name occurs: what happens to
// stand before a name makes it longer, but rare. It is an array of counts by
// hash, so that its size is fixed; two names in one place are taken for as
// frequent as both.
type census []uint16

func (c census) at(h uint64) *uint16 { return &c[h&uint64(len(c)-1)] }

// add counts what may be names in s, each once for every place where it
// stands.
func (c census) add(s []rune) {
	ends(s, func(first, ending, end int, _ kind) bool {
		h := hashBack(0, s[ending:end])
		for i := ending - 1; i >= first; i-- {
			h = text.Mix(h ^ uint64(s[i]))
			if n := c.at(h); *n < math.MaxUint16 {
				*n++
			}
		}
		return true
	})
}

// hashBack extends the hash of a string to the left.
func hashBack(h uint64, s []rune) uint64 {
	for _, r := range slices.Backward(s) {
		h = text.Mix(h ^ uint64(r))
	}
	return h
}

// logs of small counts.
var logs = func() (t [256]float32) {
	for i := range t {
		t[i] = float32(math.Log(float64(1 + i)))
	}
	return t
}()

// names appends the names in folded signs s, in order. Of the beginnings that
// a name may have, the one with the greatest ln(1+n)·l counts, n being how
// often it occurs and l its signs before the ending; where all are equally
// rare, that is the longest.
func (c census) names(out []name, s []rune) []name {
	from := len(out)
	ends(s, func(first, ending, end int, k kind) bool {
		h := hashBack(0, s[ending:end])
		best, at := float32(0), -1
		for i := ending - 1; i >= first; i-- {
			h = text.Mix(h ^ uint64(s[i]))
			if i > 0 && isWord(s[i]) && isWord(s[i-1]) {
				continue // not within a word
			}
			if v := logs[min(255, *c.at(h))] * float32(ending-i); v > best {
				best, at = v, i
			}
		}
		if at < 0 || ending-at < 2 && k != area {
			return true
		}
		for n := len(out); n > from && out[n-1].to > at; n = len(out) {
			if out[n-1].from < at && out[n-1].sure > best {
				return true // the one before is the better of two that overlap
			}
			out = out[:n-1]
		}
		out = append(out, name{at, end, k, best})
		return len(out)-from < mostNames
	})
	return out
}
