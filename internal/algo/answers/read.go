package answers

import (
	"regexp"
	"slices"
	"strings"

	"yiwang/internal/algo/text"
)

// asking are words of a sentence that wants something.
var asking = regexp.MustCompile(`[?？]|请问|咨询|能否|可否|是否|能不能|可不可以|有没有|何时|什么时候|多久|多少|怎么|怎样|如何|为什么|为何|哪里|哪个|哪些|希望|请求|恳请|恳求|要求|建议|请|盼|投诉|举报|should|\b(?:how|when|why|where|what|who|which|can you|could you|please|would like|want|request|ask(?:ing)?|suggest|complain)\b`)

// greeting is what a sentence that only asks for attention is made of.
var greeting = regexp.MustCompile(`尊敬的|领导|书记|市长|县长|区长|您好|你好|百忙之中|谢谢|感谢|万分|此致|敬礼|给予|予以|重视|关注|关心|回复|答复|解决|处理|希望|恳请|请求|请|盼|望|政府|有关部门|相关部门|为民|我们|老百姓|能够|能|尽快|早日|一下|dear|sir|madam|thank(?:s| you)?|please|reply|kind|regards|as soon as possible`)

var (
	wantsTime   = regexp.MustCompile(`何时|什么时候|啥时候|多久|几时|多长时间|哪天|哪年|\b(?:when|how long|by what date)\b`)
	wantsNumber = regexp.MustCompile(`多少|几元|几个|多大|费用是|标准是|收费标准|\bhow (?:much|many)\b`)
)

const number = `(?:[0-9]+(?:[.,][0-9]+)*|[一二三四五六七八九十两百千]+)`

// marks say what is definite in an answer. Times and amounts are read after the
// date of the letter itself is cut off.
var marks = []struct {
	mark Mark
	re   *regexp.Regexp
}{
	{Done, regexp.MustCompile(`已(?:经)?(?:于|对|将|完成|修|处理|整改|解决|更换|清|拆|安装|恢复|办理|退|发放|责令|协调|查处|处罚|补|纳入|列入|开工|启动|取消|实施|安排|组织|督促|建成|投入|达到|增加)|(?:进行|组织|开展|赴|到)了?(?:现场|实地|调查|勘查|勘察|检查|核查|专项|突袭|约谈)|经(?:查|核实|核查|调查|了解|现场)|据查|均为?(?:合格|符合)|属实|\b(?:fixed|repaired|replaced|completed|removed|refunded|inspected|found|installed|(?:has|have|was|were) (?:been )?\w+ed)\b`)},
	{Day, regexp.MustCompile(`[0-9]{4}年|[0-9]{1,2}月(?:[0-9]{1,2}日|底|初|中旬|上旬|下旬)?|` + number + `(?:个?工作日|天|小时|分钟|个月|年)|年底|月底|季度|\b(?:[0-9]{1,2} )?(?:january|february|march|april|may|june|july|august|september|october|november|december)\b|\bwithin [0-9a-z]+ (?:hours?|days?|weeks?|months?)\b`)},
	{Amount, regexp.MustCompile(number + `(?:元|万元|亿元|%|％|平方米|平米|亩|米|公里|千米|km|套|户|座|个班|辆|吨|人|名|台|处|栋|倍)|[$¥￥][0-9]|\b[0-9]+ (?:yuan|per cent|percent|metres|meters|km)\b`)},
	{Ground, regexp.MustCompile(`《[^》]{3,60}》|第` + number + `条|〔[0-9]{4}〕|\[[0-9]{4}\]|号(?:文件|令)|根据.{0,20}(?:规定|政策|法|条例|办法)|\b(?:article|section|regulation|by-?law|ordinance) [0-9]+`)},
	{Contact, regexp.MustCompile(`(?:电话|热线|致电|拨打|联系)[^。]{0,16}[0-9*]{4}|(?:窗口|地址|携带|到|前往|向)[^。，]{0,24}(?:申请|办理|咨询|申报|提交|反映)|\b(?:call|phone|ring|visit|contact|apply (?:at|to))\b`)},
	{Refused, regexp.MustCompile(`不(?:予|符合|具备|适合|宜|能|可|得|存在|属实|属于)|没有(?:组织|发现|出台)|未(?:发现|发生)|无(?:法|此)|取消|停止|\b(?:cannot|can't|not (?:allowed|possible|permitted|responsible)|refused)\b`)},
}

var (
	letterDate = regexp.MustCompile(`(?:[0-9]{4}|二[〇○零]..)[年/-][0-9一二三四五六七八九十]{1,2}[月/-][0-9一二三四五六七八九十]{1,3}日?`)
	nextLetter = regexp.MustCompile(`^[\s。]*(?:$|网友|[“"']|您好|你好|尊敬)`)
	// passing says that somebody else has the matter now.
	passing = regexp.MustCompile(`(?:已|予以)?(?:转|转交|转至|交由|转办|移交)[^。，]{0,30}(?:部门|单位|政府|局|镇|街道|办事处|管委会|公司|院|县|区|办|核|处理|调查|答复|反馈)|(?:请|建议)[^。]{0,14}(?:询问|咨询|反映)|(?:有关|相关)(?:情况|部门|单位)[^。]{0,12}(?:将|及时|予以)[^。]{0,6}(?:反馈|回复|答复|办理|处理)|已(?:有|进行)[^。]{0,20}(?:回复|答复)|(?:passed|forwarded|referred)[^.]{0,20} to|please (?:ask|contact)`)
)

// Read reads an answer beside its question.
//
// Nearness of question q and answer a, sets of terms, is
//
//	max(Σ_{t∈q∩a} idf(t) / Σ_{t∈q} idf(t), Σ_{t∈q∩a} idf(t) / Σ_{t∈a} idf(t))
//
// so that neither a long question nor a long answer is at a disadvantage; the
// second only where the answer has LeastOwn signs of its own. On
// places it among the nearness of answers to other questions. An ask is taken
// up if the answer has more of it than nine in ten answers to others have of
// theirs and, where it asks when or how much, the answer names a time or a
// number, or refuses. That an answer was among the pairs the model was made of
// matters little: a phrase is stock only from five answers on.
//
// Cost is in proportion to the signs, of which MaxSigns each are looked at: under
// 1 ms for 700.
func (m *Model) Read(p Pair) Reading {
	q, a := fold(p.Question), fold(p.Answer)
	r := Reading{Signs: count(a)}
	m.copied(&r, a)
	body := cutDates(a)
	for _, k := range marks {
		if k.re.MatchString(body) {
			r.Marks = append(r.Marks, k.mark)
		}
	}
	for _, s := range sentences(a) {
		r.Longest = max(r.Longest, count(a[s.Start:s.End]))
	}
	r.Foreign = text.Lang(p.Question) != text.Lang(p.Answer)
	qt, at := terms(nil, q), terms(nil, a)
	if r.Compared = m.Ready() && !r.Foreign; r.Compared {
		r.On = below(m.on, m.near(qt, at, r.Own))
	}
	var buf []uint32
	for _, x := range asks(q) {
		buf = terms(buf, q[x.Start:x.End])
		ask := Ask{Stretch: x, Share: m.share(buf, at)}
		sentence := string(q[x.Start:x.End])
		needs := []Mark{}
		switch {
		case wantsTime.MatchString(sentence):
			ask.Wants, needs = ATime, []Mark{Day, Refused, Done}
		case wantsNumber.MatchString(sentence):
			ask.Wants, needs = ANumber, []Mark{Amount, Refused, Ground}
		}
		ask.Taken = ask.Share > 0 && (!m.Ready() || below(m.ask, ask.Share) >= OnBeyond) &&
			(len(needs) == 0 || slices.ContainsFunc(needs, func(k Mark) bool { return slices.Contains(r.Marks, k) }))
		r.Asks = append(r.Asks, ask)
	}
	r.reasons(body)
	return r
}

// copied finds the stock phrases of an answer.
func (m *Model) copied(r *Reading, a []rune) {
	phrases(a, func(h uint32, first, last int) {
		if _, ok := slices.BinarySearch(m.stock, h); !ok {
			return
		}
		if n := len(r.Stretches); n > 0 && r.Stretches[n-1].End >= first {
			r.Stretches[n-1].End = last + 1
			return
		}
		r.Stretches = append(r.Stretches, Stretch{first, last + 1})
	})
	r.Own = r.Signs
	for _, s := range r.Stretches {
		r.Own -= count(a[s.Start:s.End])
	}
	if r.Signs > 0 {
		r.Copied = 1 - float64(r.Own)/float64(r.Signs)
	}
}

// cutDates leaves out the dates that letters are signed with: those at the end
// and before the next letter.
func cutDates(a []rune) string {
	s := string(a)
	var out strings.Builder
	from := 0
	for _, at := range letterDate.FindAllStringIndex(s, -1) {
		if nextLetter.MatchString(s[at[1]:]) {
			out.WriteString(s[from:at[0]])
			from = at[1]
		}
	}
	out.WriteString(s[from:])
	return out.String()
}

func (r *Reading) reasons(body string) {
	add := func(x Reason, on bool) {
		if on {
			r.Reasons = append(r.Reasons, x)
		}
	}
	if r.Signs < Shortest {
		r.Reasons = []Reason{Empty}
		return
	}
	off := r.Compared && r.On < OnBeyond
	add(Stock, off && r.Own < LeastOwn && r.Copied >= mostCopied && len(r.Marks) < 2)
	add(Passed, r.Own < 2*LeastOwn && r.Signs < 4*LeastOwn && passing.MatchString(body))
	add(Off, off)
	add(Open, !r.Foreign && len(r.Asks) > 0 && r.Taken() == 0)
	add(Vague, len(r.Marks) == 0)
}

// asks are the sentences of a question that want something; of those that only
// ask for attention, none. Where no sentence does, the whole question is one.
func asks(q []rune) (out []Stretch) {
	for _, s := range sentences(q) {
		sentence := string(q[s.Start:s.End])
		if asking.MatchString(sentence) && saidBesides(sentence) >= leastAsk {
			out = append(out, s)
		}
	}
	if len(out) > maxAsks {
		out = out[:maxAsks]
	}
	if len(out) == 0 && len(q) > 0 {
		out = []Stretch{{0, len(q)}}
	}
	return out
}

const (
	leastAsk = 8 // signs beside courtesy that an ask has
	maxAsks  = 12
)

func saidBesides(sentence string) int {
	return count([]rune(greeting.ReplaceAllString(sentence, "")))
}
