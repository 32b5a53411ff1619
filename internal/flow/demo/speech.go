package demo

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"yiwang/internal/base/ids"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/org"
)

// How clerks begin to write down what they hear, and how people end.
var (
	noted = []string{"来电人反映：", "市民来电反映：", "来电人称：", "来电反映，", "群众来电：", "来电人表示，", ""}
	asked = []string{"来电咨询：", "市民来电咨询：", "来电人咨询，", "来电人想了解：", ""}
	hopes = []string{"希望有关部门尽快处理。", "希望尽快派人来看看。", "请尽快解决，谢谢！", "已经反映过一次，希望这次能解决。", "来电人希望尽快处理并回复。", "要求回复处理结果。", "麻烦尽快安排。", "急，请尽快！", "", "", "", ""}
	times = []string{"昨天晚上八点左右", "今天早上", "昨天下午", "前天夜里", "上周末", "中午十二点半左右", "这两天", "今天凌晨", "最近一个星期"}
	spans = []string{"两天", "三天", "四五天", "一个星期", "半个月", "快一个月", "好几个月"}

	timesEN = []string{"last night around eight", "this morning", "yesterday afternoon", "the night before last", "over the weekend", "these past two days"}
	spansEN = []string{"two days", "three days", "a week", "two weeks", "nearly a month"}

	questions2 = []exchange{
		{"您好，请补充一下具体位置，例如楼栋号或门牌号，方便我们上门查看。", "就在{near}，来了打我电话，我下去带路。"},
		{"请问这种情况一般在什么时间出现？我们安排人员在那个时段到现场。", "一般是晚上七点到十点，周末更明显。"},
		{"请问是否方便提供照片、票据或合同，作为核实依据？", "有的，我可以带到社区去，也可以当面给你们看。"},
		{"请问您之前是否向物业或其他部门反映过，对方怎么答复的？", "跟物业说过两次，说会处理，一直没有动静。"},
	}
	questionsEN = []exchange{{"Could you tell us the block or door number, so that we find the place?", "It is right {near}. I am home after six."}}
	added       = []string{"补充一下：今天又出现了，比上次还严重。", "补充：隔壁几户也有同样的情况。", "我今天又去看了，还是没有人来。", "补充：照片可以找社区网格员要，他拍过。", "不急着回复，下班后再给我打电话就行。"}
	addedEN     = []string{"To add: it happened again today, worse than before."}
)

type exchange struct{ question, reply string }

var dateZH = func(t time.Time) string { return fmt.Sprintf("%d月%d日", t.Month(), t.Day()) }

// gaps are what the sentences of one request are filled with.
func (s *story) gaps() map[string]string {
	g := map[string]string{"when": pick(s.rng, times), "days": pick(s.rng, spans)}
	if s.lang == "en" {
		g = map[string]string{"when": pick(s.rng, timesEN), "days": pick(s.rng, spansEN)}
	}
	maps.Copy(g, s.place.gaps)
	return g
}

// request is what somebody says, as it is written down.
func (s *story) request(at time.Time, text string) intake.Loaded {
	rng := s.rng
	r := intake.Loaded{Request: intake.Request{
		ID: intake.ID(ids.Seeded(at, rng.Uint64())), Receipt: intake.SeededReceipt(rng.Uint64()), At: at, Channel: s.channel, Lang: s.lang,
		Text: text, Area: s.place.area, Address: s.place.address, Point: s.place.point,
	}}
	switch s.channel {
	case intake.Phone, intake.Counter:
		r.Clerk = string(s.clerk.ID)
		r.Kind = s.c.Kind
		r.Contact = phone(rng)
	default:
		if chance(rng, 35) {
			r.Kind = s.c.Kind
		}
		if chance(rng, 30) {
			r.Area = ""
		}
		if chance(rng, 70) {
			r.Contact = phone(rng)
		}
	}
	return r
}

// phone is a number that nobody has: none begins with 12.
func phone(rng *rand.Rand) intake.Contact {
	return intake.Contact("12" + strconv.Itoa(100_000_000+rng.IntN(900_000_000)))
}

// trouble is how somebody says what is wrong.
func (s *story) trouble() string {
	text := fill(pick(s.rng, s.words.say.in(s.lang)), s.gaps())
	if s.lang == "en" {
		return text
	}
	if !strings.ContainsRune("。！？!?", lastRune(text)) {
		text += "。"
	}
	if s.channel == intake.Web || s.channel == intake.API {
		return text + pick(s.rng, hopes)
	}
	return pick(s.rng, noted) + text + pick(s.rng, hopes)
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// hurried is how many of a hundred answers to enquiries are written down in a
// hurry: what the clerk said, and not to what.
const hurried = 12

// explain is what a clerk writes down as the answer to an enquiry: what was
// asked, what was said, and how the article about the matter begins, if there
// is one.
func (s *story) explain(ask, said string) string {
	if chance(s.rng, hurried) {
		return said
	}
	ask = strings.TrimRight(ask, "？?。.")
	i := slices.IndexFunc(s.w.Articles, func(a knowledge.Article) bool { return a.Public.Category == s.c.Category })
	if s.lang == "en" {
		said = "You asked: “" + ask + "?” " + said
		if i >= 0 && s.w.Articles[i].Public.EN.Title != "" {
			said += " From our article “" + s.w.Articles[i].Public.EN.Title + "”: " + begins(s.w.Articles[i].Public.EN.Body)
		}
		return said
	}
	said = pick(s.rng, []string{"您咨询的是“", "您好！您问“", "关于“"}) + ask + "”：" + said
	if i >= 0 {
		said += "知识库《" + s.w.Articles[i].Public.ZH.Title + "》：" + begins(s.w.Articles[i].Public.ZH.Body)
	}
	return said
}

// begins is the first paragraph of an article.
func begins(body string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(body), "\n")
	return first
}

// result is what the unit says it did.
func (s *story) result(outcome cases.Outcome, unit org.UnitID) string {
	g := s.gaps()
	g["unit"] = s.w.City.UnitName(unit, s.lang)
	if s.lang == "en" {
		g["date"] = s.now.Format("2 January")
		return fill(pick(s.rng, s.words.done.en), g) + outcomeEN[outcome]
	}
	g["date"] = dateZH(s.now)
	return fill(pick(s.rng, greet)+pick(s.rng, s.words.done.zh), g) + pick(s.rng, outcomeZH[outcome]) + pick(s.rng, bye)
}

var (
	greet = []string{"您好！您反映的问题已收悉。", "您好，感谢您的反映。", "", "您好！", "经核实："}
	bye   = []string{"感谢您对我们工作的支持。", "如有疑问，可致电12345。", "", "", "感谢理解。"}

	outcomeZH = map[cases.Outcome][]string{
		cases.Partly:      {"目前已解决主要问题，其余部分正在跟进。", "其中一部分当场办结，剩余部分需要协调产权单位，完成后再答复您。"},
		cases.Planned:     {"该项已列入本季度计划，预计下月底前完成。", "需走采购程序，计划在一个月内实施，实施前先做好围挡和警示。"},
		cases.NotFeasible: {"受现行规定和场地条件限制，您提出的做法暂时无法实现，我们已当面说明原因。"},
		cases.NotOurs:     {"经核实，该事项由产权单位负责，我们已把情况转告，并把联系方式告知您。"},
		cases.Duplicate:   {"该问题与此前受理的同一事项合并办理，进展以先前受理的答复为准。"},
		cases.Solved:      {""},
	}
	outcomeEN = map[cases.Outcome]string{
		cases.Partly: " The main part is settled; we are working on the rest.", cases.Planned: " It is in this quarter's plan and will be done within a month.",
		cases.NotFeasible: " What you ask for is not possible under the present rules; we have explained why.", cases.NotOurs: " The owner is responsible for this; we have told them and given you their contact.",
		cases.Duplicate: " This is being dealt with together with an earlier report of the same matter.",
	}
)

// outcome draws what comes of a case: mostly, it is solved.
func outcome(rng *rand.Rand) cases.Outcome {
	switch x := rng.IntN(100); {
	case x < 79:
		return cases.Solved
	case x < 87:
		return cases.Partly
	case x < 93:
		return cases.Planned
	case x < 96:
		return cases.NotFeasible
	case x < 98:
		return cases.NotOurs
	default:
		return cases.Duplicate
	}
}
