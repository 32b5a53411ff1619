package similar_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"yiwang/internal/algo/similar"
)

// A copyKind is a way in which the same matter is written twice.
type copyKind struct {
	name string
	make func(r *rand.Rand, sentences []string) string
}

var copyKinds = []copyKind{
	{"word for word", func(_ *rand.Rand, s []string) string { return strings.Join(s, "") }},
	{"a greeting and thanks", func(r *rand.Rand, s []string) string {
		return pick(r, greetings) + strings.Join(s, "") + pick(r, endings)
	}},
	{"sentences in another order", func(r *rand.Rand, s []string) string {
		return strings.Join(shuffled(r, s), "")
	}},
	{"5 % of the signs changed", func(r *rand.Rand, s []string) string { return changed(r, strings.Join(s, ""), 0.05) }},
	{"10 % of the signs changed", func(r *rand.Rand, s []string) string { return changed(r, strings.Join(s, ""), 0.10) }},
	{"a sentence left out", func(r *rand.Rand, s []string) string {
		i := r.IntN(len(s))
		return strings.Join(append(append([]string{}, s[:i]...), s[i+1:]...), "")
	}},
	{"greeting, another order, 5 % changed", func(r *rand.Rand, s []string) string {
		return pick(r, greetings) + changed(r, strings.Join(shuffled(r, s), ""), 0.05) + pick(r, endings)
	}},
}

var (
	greetings = []string{"尊敬的领导您好！", "您好，", "市长您好，打扰了。", "Dear Sir or Madam, "}
	endings   = []string{"谢谢！", "请尽快处理，谢谢领导。", "盼复。", "望有关部门重视。"}
	roads     = []string{"湖滨", "建设", "人民", "莲花", "解放", "中山", "学府", "滨江", "长安", "和平", "青年", "文化"}
	estates   = []string{"翠竹园", "金色家园", "阳光城", "碧水湾", "东方华府", "丽景苑", "幸福里", "桃源居", "锦绣山庄", "梅溪小镇"}
	subjects  = [][]string{
		{"路灯", "连着几盏都不亮", "晚上走路什么也看不见", "老人小孩不敢出门", "有人已经摔了一跤"},
		{"水管", "爆裂以后一直在漏水", "路面积水很深", "居民家里停水", "维修的人来过又走了"},
		{"烧烤摊", "每天营业到凌晨两点", "油烟直接进到家里", "喝酒的人大声吵闹", "窗户根本不能打开"},
		{"停车位", "被物业全部划成收费的", "业主回家没有地方停", "消防通道也停满了车", "收费标准从来没有公示"},
		{"电梯", "一个月里坏了四次", "有老人被困在里面半小时", "维保单位一直不来", "年检标志已经过期"},
		{"工地", "夜里还在打桩施工", "噪音让人没法睡觉", "渣土车把路面压坏了", "扬尘落得满阳台都是"},
		{"垃圾站", "离居民楼不到十米", "夏天臭味难以忍受", "蚊虫到处都是", "清运车早上五点就来"},
		{"公交车", "等了四十分钟也没有来", "司机到站不停就开走", "高峰时根本挤不上去", "末班车时间太早了"},
		{"幼儿园", "学费比去年涨了一倍", "开学前才通知家长", "伙食标准没有提高", "老师换了好几个"},
		{"工资", "已经被单位拖欠三个月", "老板电话打不通", "工友们都等着钱回家", "合同一直没有给我们"},
	}
	wishes = []string{"希望尽快派人来修", "请相关部门去现场看一看", "请给我们一个明确的答复", "投诉过两次都没有结果", "这个问题拖了快半年", "请问到底归哪个部门管"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func shuffled(r *rand.Rand, s []string) []string {
	s = append([]string{}, s...)
	r.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
	return s
}

// changed replaces, drops or adds that share of the signs.
func changed(r *rand.Rand, s string, share float64) string {
	const signs = "的一是了我不在人有他这中大来上个国到说们为子和你地出"
	var b strings.Builder
	for _, c := range s {
		if r.Float64() >= share {
			b.WriteRune(c)
			continue
		}
		switch r.IntN(3) {
		case 0:
			b.WriteRune(pick(r, []rune(signs)))
		case 1:
			b.WriteRune(c)
			b.WriteRune(pick(r, []rune(signs)))
		}
	}
	return b.String()
}

// details are what people add that is theirs alone.
var details = []func(r *rand.Rand) string{
	func(r *rand.Rand) string {
		return fmt.Sprintf("从%d月%d日开始就是这样", 1+r.IntN(12), 1+r.IntN(28))
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("我家住在%d栋%d0%d室", 1+r.IntN(30), 1+r.IntN(32), 1+r.IntN(4))
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("打过%d次电话给%s社区", 2+r.IntN(8), pick(r, roads)+pick(r, roads))
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("离%s%s不到%d米", pick(r, estates), pick(r, []string{"小学", "医院", "菜市场", "地铁口", "派出所", "图书馆"}), 20+r.IntN(400))
	},
	func(r *rand.Rand) string {
		return fmt.Sprintf("听邻居%s%s说要等到明年%d月", pick(r, []string{"张", "王", "刘", "陈", "杨", "周"}), pick(r, []string{"阿姨", "师傅", "老师", "大爷"}), 1+r.IntN(12))
	},
	func(r *rand.Rand) string { return fmt.Sprintf("前后交了%d元", 100+r.IntN(9000)) },
}

// matter is a message about one of ten subjects at one of thousands of places,
// in five to eight sentences.
func matter(r *rand.Rand) (sentences []string, place string) {
	s := pick(r, subjects)
	place = fmt.Sprintf("%s路%d号%s", pick(r, roads), 1+r.IntN(400), pick(r, estates))
	sentences = []string{place + "的" + s[0] + s[1] + "，"}
	for _, i := range r.Perm(3)[:1+r.IntN(3)] {
		sentences = append(sentences, s[2+i]+"，")
	}
	for _, i := range r.Perm(len(details))[:2+r.IntN(2)] {
		sentences = append(sentences, details[i](r)+"，")
	}
	return append(sentences, pick(r, wishes)+"。"), place
}

// known is a set of rows of which is known who is a copy of whom.
type known struct {
	rows []similar.Row
	of   []int // the matter of each row
	kind []int // of the copy; -1 for a first message
}

// generated is matters, every fourth with one copy of each kind.
func generated(r *rand.Rand, matters int, placed bool) known {
	var k known
	begin := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for m := range matters {
		s, place := matter(r)
		if !placed {
			place = ""
		}
		at := begin.Add(time.Duration(r.IntN(365*24)) * time.Hour)
		add := func(text string, kind int) {
			k.rows = append(k.rows, similar.Row{Text: text, Place: place, At: at})
			k.of, k.kind = append(k.of, m), append(k.kind, kind)
			at = at.Add(time.Duration(r.IntN(20*24)) * time.Hour)
		}
		add(strings.Join(s, ""), -1)
		for i, c := range copyKinds {
			if m%4 == 0 {
				add(c.make(r, s), i)
			}
		}
	}
	perm := r.Perm(len(k.rows))
	out := known{make([]similar.Row, len(perm)), make([]int, len(perm)), make([]int, len(perm))}
	for i, p := range perm {
		out.rows[i], out.of[i], out.kind[i] = k.rows[p], k.of[p], k.kind[p]
	}
	return out
}
