// Package diagnosetest invents a year of a hotline's orders with faults that
// are known, so that a diagnosis can be marked: what it finds of them, and
// what it finds that is none. Package diagnose never sees what was planted.
package diagnosetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Header are the headings of the rows of Year, as an export would have them.
var Header = []string{"工单编号", "操作时间", "环节", "承办单位", "诉求内容", "来电号码", "诉求类别", "办结时间", "答复内容", "满意度"}

// Columns says which of them is what.
const Columns = "order=工单编号,time=操作时间,event=环节,unit=承办单位,text=诉求内容,caller=来电号码,category=诉求类别,closed=办结时间,answer=答复内容,verdict=满意度"

// A Truth has the ids of the orders that a finding should name, by its key:
//
//   - those a fault was planted in, for returns, pingpong, repeats and holes;
//   - paper_closures: those that show two of its three signs, by plan or chance;
//   - late: those that took more than 15 days;
//   - answers: those whose answer says nothing;
//   - topics: those of events, in which many people say within days what is
//     wrong at one place;
//   - auto: those whose words say what they are about.
type Truth map[string]map[string]bool

func (t Truth) add(key, id string) {
	if t[key] == nil {
		t[key] = map[string]bool{}
	}
	t[key][id] = true
}

// Score compares the orders found for a key with those planted.
func (t Truth) Score(key string, found []string) (precision, recall float64) {
	right := 0
	for _, id := range found {
		if t[key][id] {
			right++
		}
	}
	return float64(right) / float64(max(1, len(found))), float64(right) / float64(max(1, len(t[key])))
}

type matter struct {
	category, unit string
	says           []string // what residents call it
	done           string   // what was done about it
}

const desk = "12345热线"

var matters = []matter{
	{"路灯照明", "城管局", []string{"路灯不亮", "几盏路灯坏了", "晚上没有路灯照明一片漆黑", "路灯一闪一闪的"}, "更换了灯泡和线路"},
	{"占道经营", "城管局", []string{"小贩占道摆摊", "烧烤摊占了人行道", "流动商贩堵着门口卖菜", "摊位占道经营"}, "对摊贩进行了劝离"},
	{"违章建筑", "城管局", []string{"楼顶有人私自加盖房子", "一楼住户违建院墙", "邻居私搭阳光房", "违章搭建没人拆"}, "下达了限期拆除通知"},
	{"噪声扰民", "生态环境局", []string{"工地夜里施工噪音太大", "凌晨打桩机吵得睡不着", "工厂机器轰鸣扰民", "夜间施工没有停过"}, "责令施工方停止夜间作业"},
	{"油烟异味", "生态环境局", []string{"楼下饭店油烟直排", "有刺鼻的化工气味", "饭馆排烟管对着窗户", "空气里一股焦臭味"}, "要求商户加装净化设备"},
	{"道路破损", "交通局", []string{"路面坑坑洼洼", "井盖塌陷路面下沉", "路上有个大坑", "沥青路面开裂"}, "填补了坑槽"},
	{"公交线路", "交通局", []string{"公交车等一个小时都不来", "公交线路取消了上班不方便", "公交司机到站不停车", "希望增加公交班次"}, "增加了早晚高峰班次"},
	{"供水问题", "供水公司", []string{"家里停水两天了", "自来水发黄有铁锈", "水压太低洗不了澡", "水管爆裂一直在漏"}, "抢修了管道恢复供水"},
	{"供电故障", "供电公司", []string{"又停电了", "电压不稳家电烧坏", "电线杆歪了很危险", "变压器冒火花"}, "更换了跌落保险"},
	{"燃气安全", "燃气公司", []string{"闻到煤气味道", "天然气一直没有开通", "燃气灶打不着火", "燃气表不走字"}, "检测了接口并更换胶管"},
	{"供暖问题", "供热公司", []string{"暖气不热家里只有十二度", "还没有供暖", "暖气片漏水", "供热温度不达标"}, "清洗了过滤网并调高了压力"},
	{"物业服务", "住建局", []string{"物业乱收费", "电梯坏了物业不修", "物业不打扫卫生", "业委会选举物业阻挠"}, "约谈了物业公司"},
	{"房屋质量", "住建局", []string{"新房墙面开裂漏水", "开发商延期交房", "交房后发现地板空鼓", "房产证一直办不下来"}, "督促开发商维修"},
	{"拖欠工资", "人社局", []string{"老板拖欠三个月工资", "工地不发农民工工资", "公司辞退我不给赔偿", "单位不签劳动合同"}, "协助其申请劳动仲裁"},
	{"社保医保", "医保局", []string{"医保报销不了", "养老保险断缴怎么补", "医保卡刷不出来", "异地就医备案办不了"}, "补录了参保信息"},
	{"教育入学", "教育局", []string{"孩子上学报不上名", "学校违规补课收费", "学区划分不合理", "幼儿园乱收伙食费"}, "核实了招生范围并安排报名"},
	{"消费维权", "市场监管局", []string{"买到假货商家不退款", "超市卖过期食品", "健身房关门不退卡", "网购商家虚假宣传"}, "组织双方调解退款"},
	{"食品安全", "市场监管局", []string{"吃外卖拉肚子", "饭店后厨很脏", "奶茶里喝出虫子", "菜里吃出钢丝"}, "对后厨进行了检查并立案"},
	{"停车秩序", "公安局", []string{"车辆乱停堵住消防通道", "路边违停没人管", "僵尸车占着车位", "停车场乱收费抢车位"}, "拖移了违停车辆"},
	{"治安问题", "公安局", []string{"电动车被偷", "有人聚众赌博", "楼上经常打架闹事", "收到诈骗电话被骗钱"}, "受理并立案侦查"},
	{"垃圾清运", "环卫中心", []string{"垃圾堆了几天没人清", "垃圾桶满得溢出来", "建筑垃圾倒在路边", "公厕很脏没有纸"}, "清运了垃圾并冲洗地面"},
	{"绿化养护", "园林局", []string{"大树挡住窗户采光", "树枝快要掉下来", "草坪枯死没人管", "绿化带被踩坏"}, "修剪了树枝"},
	{"低保救助", "民政局", []string{"低保申请没有批", "老人没人照顾想申请补助", "残疾补贴停发了", "临时救助怎么申请"}, "入户核查后重新审批"},
	{"户籍办理", "公安局", []string{"户口迁移办不了", "身份证补办要跑几趟", "孩子落户材料不全", "居住证到期怎么续"}, "指导补齐了材料并办理"},
}

// The matters that the catalogue has no category for.
var unheard = []matter{
	{"", "城管局", []string{"无人机天天在窗外盘旋偷拍", "有人玩无人机贴着阳台飞", "无人机半夜悬停在楼顶", "航拍无人机螺旋桨声扰人"}, "劝离了飞手"},
	{"", "住建局", []string{"想给新能源车装充电桩不让装", "小区充电桩总是坏的", "私人充电桩申请被拒", "充电桩被燃油车占着"}, "协调了充电桩的报装"},
	{"", "市场监管局", []string{"剧本杀密室里没有安全出口", "密室逃脱店吓晕了孩子", "剧本杀店通宵营业尺度太大", "密室逃脱道具砸伤了人"}, "检查了密室的消防出口"},
}

var (
	openers  = []string{"您好，", "", "我要反映一下，", "投诉：", "市民来电反映，", "请问一下，", "你们好，我是附近居民，", "急！"}
	relation = []string{"附近", "门口", "旁边", "里面", "东侧", "对面", "后面"}
	details  = []string{
		"已经好几天了", "上个月就开始了", "老人小孩都受影响", "打过电话没人理", "天天这样", "邻居们意见很大", "去年也反映过", "希望有人来看看",
		"我们家就在旁边", "白天晚上都是这样", "拍了照片可以发给你们", "问了好几个地方都推来推去", "现在越来越严重", "实在忍受不了了", "影响正常生活",
	}
	requests = []string{"请尽快处理。", "希望解决。", "请给个说法。", "麻烦安排人过来。", "盼回复，谢谢！", "什么时候能好？", "请相关部门重视。"}
	vague    = []string{"有件事想反映", "这个事情一直没人管", "想咨询一个问题", "之前说的那个事", "情况比较复杂说不清楚", "还是上回那件事", "能不能派人联系我", "不知道该找哪个部门", "办事的人态度不好", "当面谈比较好"}
	vaguer   = []string{"具体当面讲", "你们查一下记录", "电话里说不完", "跟以前一样", "没有人给答复", "还在等消息", "材料都交了", "领导应该知道", "别再推了", "等了很久"}
	names    = []string{"锦绣", "阳光", "春江", "翠湖", "金桂", "东湖", "南岭", "凤凰", "玉泉", "青云", "白鹭", "福宁", "新华", "长乐", "天河", "桃源", "紫荆", "和平", "红星", "云溪", "望江", "景明", "松涛", "石桥", "梅园"}
	kinds    = []string{"小区", "花园", "家园", "路", "广场", "社区", "公寓", "大道"}
	empty    = []string{
		"您好！您反映的问题我单位高度重视，已按规定进行处理，感谢您对我们工作的支持与监督。",
		"您反映的情况已收悉，我单位将进一步加强管理，提升服务水平，感谢您的理解与支持。",
		"经核实，您反映的问题已转交相关科室按程序办理，感谢您对政府工作的关心。",
	}
	thanks = []string{"感谢您的来电。", "如有疑问请再联系我们。", "感谢您的理解与支持。", ""}
)

// Year gives about n orders of the year 2025 as rows of events to write, in
// the order of their times within each order; the same seed gives the same
// year. It returns what was planted.
func Year(n int, seed uint64, write func(cells []string) error) (Truth, error) {
	g := &generator{r: rand.New(rand.NewPCG(seed, 7)), truth: Truth{}, write: write}
	for left := (n + eventOrders - 1001) / eventOrders; left > 0 && g.err == nil; left-- {
		g.event()
	}
	for g.n < n && g.err == nil {
		g.one()
	}
	return g.truth, g.err
}

const (
	eventOrders = 10_000 // orders that have an event
	late        = 15 * 24 * time.Hour
	again       = 30 * 24 * time.Hour // after the end, in which the same matter is said again
)

type generator struct {
	r     *rand.Rand
	n     int
	truth Truth
	write func([]string) error
	err   error
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (g *generator) chance(p float64) bool { return g.r.Float64() < p }

// A said is one call.
type said struct {
	matter
	place, caller, category string
	at                      time.Time
}

func (g *generator) place() string { return pick(g.r, names) + pick(g.r, names) + pick(g.r, kinds) }

func (g *generator) caller() string { return fmt.Sprintf("139%08d", g.r.IntN(100_000_000)) }

func (g *generator) words(s said) string {
	parts := []string{}
	phrase := pick(g.r, s.says)
	opener := pick(g.r, openers)
	if g.chance(0.5) {
		parts = append(parts, opener+s.place+pick(g.r, relation)+phrase)
	} else {
		parts = append(parts, opener+phrase, "在"+s.place+pick(g.r, relation))
	}
	for range 1 + g.r.IntN(3) {
		parts = append(parts, pick(g.r, details))
	}
	return strings.Join(append(parts, pick(g.r, requests)), "，")
}

func (g *generator) at() time.Time {
	day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, g.r.IntN(330))
	return day.Add(time.Duration(7*3600+g.r.IntN(14*3600)) * time.Second)
}

// one invents an order, and others that follow from it.
func (g *generator) one() {
	s := said{matter: pick(g.r, matters), place: g.place(), caller: g.caller(), at: g.at()}
	s.category = s.matter.category
	hole, foggy := false, false
	switch p := g.r.Float64(); {
	case p < 0.03:
		s.matter = pick(g.r, unheard)
		hole = true
		s.category = "其他"
		if g.chance(0.3) {
			s.category = pick(g.r, matters).category
		}
	case p < 0.06:
		foggy = true
		s.says = []string{pick(g.r, vague) + pick(g.r, vaguer)}
		s.category = pick(g.r, []string{"其他", s.category})
	}
	paper := !foggy && g.chance(0.03)
	o := g.order(s, paper, hole, foggy)
	g.closed(o)
	switch {
	case paper && g.chance(0.8):
		// The same matter again, since nothing was done.
		s.at = o.end.Add(time.Duration(24+g.r.IntN(20*24)) * time.Hour)
		g.repeat(s, o, hole)
	case !paper && !foggy && g.chance(0.04):
		s.at = s.at.Add(time.Duration(12+g.r.IntN(25*24)) * time.Hour)
		g.repeat(s, o, hole)
	case !paper && g.chance(0.04):
		// The same person, about something else, as people do.
		other := said{matter: pick(g.r, matters), place: g.place(), caller: s.caller, at: s.at.Add(time.Duration(12+g.r.IntN(25*24)) * time.Hour)}
		other.category = other.matter.category
		if other.matter.category != s.matter.category {
			g.closed(g.order(other, false, false, false))
		}
	}
}

// repeat has s say again what became order o.
func (g *generator) repeat(s said, o order, hole bool) {
	next := g.order(s, false, hole, false)
	g.truth.add("repeats", next.id)
	g.closed(next)
	if s.at.After(o.end) && s.at.Sub(o.end) <= again {
		o.signs++
		g.closed(o)
	}
}

// event has some 10 to 300 people say within two weeks that the same is wrong
// at the same place, and each their own way.
func (g *generator) event() {
	m, place, from := pick(g.r, matters), g.place(), g.at()
	k := g.r.IntN(len(m.says))
	m.says = []string{m.says[k], m.says[(k+1)%len(m.says)]}
	days := 1 + g.r.IntN(14)
	var first order
	var began time.Time
	for range min(300, 10+int(g.r.ExpFloat64()*60)) {
		at := from.AddDate(0, 0, g.r.IntN(days)).Add(time.Duration(g.r.IntN(7200)) * time.Second)
		o := g.order(said{m, place, g.caller(), m.category, at}, false, false, false)
		g.closed(o)
		g.truth.add("topics", o.id)
		// All but the first repeat what has been said.
		switch {
		case first.id == "":
			first, began = o, at
		case at.Before(began):
			g.truth.add("repeats", first.id)
			first, began = o, at
		default:
			g.truth.add("repeats", o.id)
		}
	}
}

// An order is what has been written of one.
type order struct {
	id    string
	end   time.Time
	signs int // of a closure on paper
}

func (g *generator) closed(o order) {
	if o.signs >= 2 {
		g.truth.add("paper_closures", o.id)
	}
}

// order writes the events of an order.
func (g *generator) order(s said, paper, hole, foggy bool) (o order) {
	g.n++
	id := fmt.Sprintf("GD2025%07d", g.n)
	text := g.words(s)
	if hole {
		g.truth.add("holes", id)
	}
	if !foggy {
		g.truth.add("auto", id)
	}
	chain := []string{s.unit}
	other := s.unit
	for other == s.unit {
		other = pick(g.r, matters).unit
	}
	switch p := g.r.Float64(); {
	case p < 0.06:
		chain = []string{other, s.unit}
		if !foggy {
			g.truth.add("returns", id)
		}
	case p < 0.08:
		chain = []string{s.unit, other, s.unit}
		if g.chance(0.3) {
			chain = append(chain, other, s.unit)
		}
		g.truth.add("pingpong", id)
	}
	answer := fmt.Sprintf("您好，您反映的%s%s一事，%s工作人员%d月%d日到现场，已%s。%s", s.place, pick(g.r, s.says), s.unit, s.at.Month(), s.at.Day(), s.done, pick(g.r, thanks))
	verdict := pick(g.r, []string{"满意", "满意", "基本满意", "", "未评价"})
	if g.chance(0.06) {
		verdict = "不满意"
	}
	switch {
	case paper:
		answer = pick(g.r, empty)
		verdict = pick(g.r, []string{"不满意", "不满意", "未解决", ""})
	case g.chance(0.04):
		answer = pick(g.r, empty)
	}
	t := s.at
	type step struct {
		at         time.Time
		what, unit string
	}
	steps := []step{{t, "受理", desk}}
	for k, u := range chain {
		t = t.Add(time.Duration(1+g.r.IntN(20)) * time.Hour)
		steps = append(steps, step{t, "派单", u})
		if k < len(chain)-1 {
			t = t.Add(time.Duration(6+g.r.IntN(60)) * time.Hour)
			steps = append(steps, step{t, "退单", u})
		}
	}
	t = t.Add(time.Duration(float64(24*time.Hour) * (0.5 + g.r.ExpFloat64()*4)))
	steps = append(steps, step{t, "办结", s.unit})
	for _, x := range steps {
		closed, a, v := "", "", ""
		if x.what == "办结" {
			closed, a, v = t.Format(time.DateTime), answer, verdict
		}
		if g.err == nil {
			g.err = g.write([]string{id, x.at.Format(time.DateTime), x.what, x.unit, text, s.caller, s.category, closed, a, v})
		}
	}
	if t.Sub(s.at) > late {
		g.truth.add("late", id)
	}
	o = order{id: id, end: t}
	if slices.Contains(empty, answer) {
		g.truth.add("answers", id)
		o.signs++
	}
	if verdict == "不满意" || verdict == "未解决" {
		o.signs++
	}
	return o
}

// Planted gives the keys of what was planted, sorted.
func (t Truth) Planted() []string {
	var keys []string
	for k := range t {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
