package demo

import "yiwang/internal/city/org"

// A plot is a matter that two units argue about, and what is ruled.
type plot struct {
	category org.CategoryID
	other    org.UnitID // that the holder of the duty says it belongs to
	say      []string   // as residents say it
	returned string     // why the holder returns it
	refused  string     // why the hotline does not accept that
	disputed string
	minutes  string
	yields   bool // whether the ruling gives it to the other unit
	matter   string
	ruling   string
	done     string // the answer in the end
}

var plots = []plot{
	{
		category: "roads-pavement", other: "parks",
		say:      []string{"{place}人行道的树根把地砖顶起来了，{when}有老人绊倒。", "{place}行道树的根把人行道拱起来一大块，轮椅过不去。"},
		returned: "地砖是被行道树的树根顶起的，树木由园林绿化中心管养。",
		refused:  "损坏的是人行道，按派单目录由你单位主办，树根请园林协助。",
		disputed: "不处理树根，地砖换了还会再顶起，应由园林主办。",
		minutes:  "三方到现场：树根在人行道下约十厘米，需先断根再铺砖。市政设施科出工铺砖，园林绿化中心断根。",
		matter:   "行道树树根顶起人行道地砖", ruling: "人行道由市政设施科管养，由其主办；断根影响树木，由园林绿化中心协办并在两个工作日内完成。",
		done: "园林绿化中心已断根，市政设施科重新铺平人行道约六平方米。",
	},
	{
		category: "green-damage", other: "um-appearance",
		say:      []string{"{place}的绿地被人铲平浇了水泥，改成了停车位。", "{place}楼前的绿化带被砍掉，围起来当了车位。"},
		returned: "铲绿改车位属于违法占用，应由执法队伍查处。",
		refused:  "绿地由你单位管养，请先到现场认定。",
		disputed: "我中心没有行政处罚权，认定后仍须移交执法。",
		minutes:  "现场认定占用绿地约二十平方米，园林提供绿线图，市容执法大队立案。",
		yields:   true,
		matter:   "占用公共绿地改建停车位", ruling: "查处违法占绿由市容执法大队主办，园林绿化中心负责认定和恢复。",
		done: "市容执法大队已责令拆除水泥地面，园林绿化中心补种完毕。",
	},
	{
		category: "drain-blocked", other: "hs-property",
		say:      []string{"{place}门口的检查井往外冒污水，{days}了，没人管。", "{place}出入口污水井满了，污水流到马路上。"},
		returned: "冒水的井在小区红线以内，属物业管理范围。",
		refused:  "井盖在红线外一米，请先疏通，红线内的部分由物业管理科督促物业。",
		disputed: "堵塞点在小区支管，疏通主管没有用。",
		minutes:  "管道内窥检查：堵点在接入市政管的第一口井，内外各半。",
		matter:   "小区出入口检查井冒污水", ruling: "接入市政管网的第一口井及以外由排水管理科主办；红线内支管由物业管理科督促物业同日疏通。",
		done: "主管和支管同日疏通，检查井已恢复通水。",
	},
	{
		category: "street-vendor", other: "traffic-police",
		say:      []string{"{place}傍晚一排三轮车摊占了机动车道，公交车都过不去。", "{place}摊贩把非机动车道占满了，电动车只能走快车道。"},
		returned: "摊点停在机动车道内，属交通违法，应由交警处理。",
		refused:  "占道经营由你单位主办，占用车道的请交警协同。",
		disputed: "摊贩见到我队就开走，没有拦车权限，管不住。",
		minutes:  "约定每天十七时至二十时联合巡查，先疏导到东侧便民点。",
		matter:   "流动摊贩占用机动车道经营", ruling: "占道经营由市容执法大队主办，交警大队在联合巡查时段到场；拒不驶离的由交警依法处理。",
		done: "已把十一个摊点疏导到便民点，晚高峰有人值守。",
	},
	{
		category: "cooking-fumes", other: "um-appearance",
		say:      []string{"{place}楼下烧烤店的油烟直接往楼上排，窗户都不敢开。", "{place}一楼饭店没有烟道，油烟从后窗排出来。"},
		returned: "该店属露天烧烤，应由市容执法大队处理。",
		refused:  "店内灶台油烟外排不是露天烧烤，由你单位主办。",
		disputed: "店铺晚上把炉子搬到门外，主要油烟来自门外。",
		minutes:  "晚间联合检查：门内门外都有炉子，净化器没有开。",
		matter:   "烧烤店门内外同时排放油烟", ruling: "店内灶台由生态环境分局主办；出店经营的炉具由市容执法大队同时取缔，算一件办理。",
		done: "已责令安装并开启净化器，门外炉具已收回。",
	},
	{
		category: "disability", other: "um-facilities",
		say:      []string{"{place}的盲道直接通到电线杆上，视障人士撞了两次。", "{place}无障碍坡道被花箱堵住，轮椅上不去。"},
		returned: "盲道属市政设施，建议由市政设施科主办。",
		refused:  "无障碍环境由你科牵头，施工请市政设施科协助。",
		disputed: "我科没有施工力量和经费，牵头也办不了。",
		minutes:  "市政设施科可结合本月人行道整修一并改造，无需另列经费。",
		yields:   true,
		matter:   "盲道通到障碍物上", ruling: "盲道改线属市政设施维护，由市政设施科主办，社会救助科邀请残联验收。",
		done: "盲道已绕开电线杆重铺，视障人士试走合格。",
	},
	{
		category: "river-litter", other: "um-sanitation",
		say:      []string{"{place}河边堤岸上全是垃圾，{days}没人扫。", "{place}的河堤步道两侧垃圾成堆，还漂到河面上。"},
		returned: "堤顶步道是道路保洁范围，应由环境卫生科清扫。",
		refused:  "河道管理范围内由你科主办。",
		disputed: "步道在保洁合同里列给了环卫，我科没有人手。",
		minutes:  "",
		matter:   "河堤步道垃圾", ruling: "",
	},
	{
		category: "telecom", other: "power-company",
		say:      []string{"{place}电线杆上的线垂到一人高，{when}挂到了送货车。", "{place}废弃的线缆拖在地上，不知道带不带电。"},
		returned: "线缆附挂在电力杆上，应由供电公司处理。",
		refused:  "通信线路由你科牵头，请供电公司配合停电。",
		disputed: "杆上有电力线，我科人员不能登杆。",
		minutes:  "",
		matter:   "电力杆上垂落的通信线", ruling: "",
	},
	{
		category: "traffic-marking", other: "um-facilities",
		say:      []string{"{place}路面刚修过，斑马线没有重新画，过马路很危险。", "{place}重新铺了沥青以后停车线都没了。"},
		returned: "路面翻修后的标线应由施工方恢复，请转市政设施科。",
		refused:  "标线由你单位管理，请先补画再向施工方追偿。",
		disputed: "翻修合同中包含标线恢复，应由发包单位落实。",
		minutes:  "查合同第九条：标线恢复由施工方负责，发包单位为市政设施科。补画需交警提供图纸。",
		matter:   "道路翻修后标线未恢复", ruling: "",
	},
	{
		category: "ev-charging", other: "hs-property",
		say:      []string{"{place}想装充电桩，物业不给开证明，{days}了没有进展。", "{place}地下车库不让装充电桩，说变压器不够。"},
		returned: "属物业不配合，应由物业管理科处理。",
		refused:  "充电设施建设由你单位主办，物业管理科协助。",
		disputed: "我委只批公共桩，自用桩需要的是物业盖章。",
		minutes:  "供电公司核算：变压器余量可装十四台。物业担心消防，请消防大队出具意见。",
		matter:   "小区自用充电桩物业不出证明", ruling: "",
	},
}

// An errand is what a lead asks a helper to do.
type errand struct {
	category org.CategoryID
	helper   org.UnitID // where the duty names none
	say      string
	task     string
	answer   string
	rating   int
	rated    string
}

var errands = []errand{
	{category: "roads-streetlight", helper: "power-company", say: "{place}一整排路灯{days}不亮，下夜班走路害怕。", task: "请核查该路段路灯专用变压器是否停电，并告知恢复时间。", answer: "变压器熔丝烧断，今天十五时已更换送电。", rating: 5, rated: "当天就到，说得清楚。"},
	{category: "lift-fault", helper: "hs-property", say: "{place}电梯{when}又把人关在里面，一个月三次了。", task: "请督促物业提供近三个月维保记录。", answer: "记录已调取，缺九月两次维保，已约谈物业。", rating: 4},
	{category: "flooding", helper: "traffic-police", say: "{place}下雨就积水，{when}水到了车门。", task: "请在抽水期间封闭东侧车道并摆放标志。", answer: "无法安排。", rating: 1, rated: "没有说明原因，也没有提出替代办法。"},
	{category: "noise-building", helper: "hs-construction", say: "{place}工地半夜还在打桩，孩子睡不着。", task: "请核对该工地夜间施工许可，并通知停止夜间打桩。", answer: "该工地没有夜间许可，已下发停工通知。"},
	{category: "pests", helper: "hs-property", say: "{place}垃圾房旁边老鼠成群，{days}了。", task: "请督促物业封堵垃圾房的鼠洞，并更换带盖垃圾桶。"},
	{category: "tree-fallen", helper: "fire-rescue", say: "{place}一棵大树倒在路上，压住了电线。", task: "请到场切除压在电线上的主干。"},
}

// A delay is what cannot be solved now.
type delay struct {
	category org.CategoryID
	say      string
	reason   string
}

var delays = []delay{
	{"estate-renewal", "{place}老楼外墙脱落，问什么时候能改造。", "已列入明年老旧小区改造计划，需待财政资金下达后招标。"},
	{"parking-space", "{place}晚上回来没有地方停车，能不能把空地改成停车场。", "空地属待建学校用地，规划调整公示期未满，调整批复后方可施工。"},
	{"bus-route", "{place}到医院没有直达公交，老人要换两次车。", "线路调整须等跨河桥通车，通车后一个月内开行。"},
	{"park", "{place}公园的步道灯全坏了，晚上散步看不见。", "地下电缆整体老化，需换缆，已列入明年一季度维修计划；期间加装临时照明。"},
	{"title-deed", "{place}入住八年了房产证还没办下来。", "开发企业已进入破产程序，须待法院裁定后办理首次登记。"},
	{"roads-bridge", "{place}小桥桥面太窄，两辆车错不开，存在隐患。", "桥梁拓宽需省道养护计划立项，已上报，批复前设置限宽和警示。"},
}

// An effort is a topic of the month.
type effort struct {
	category     org.CategoryID
	zh, en       string
	cause        string
	steps        []string
	solved, done string // what everybody is told, in Chinese and English
}

// topics are tried in this order; the first is the oldest and is over.
var topics = []effort{
	{
		category: "flooding", zh: "低洼路段一下雨就积水", en: "Low roads that flood with every rain",
		cause: "雨水口被落叶堵住，七处泵站的备用电源从未试过；每次都是积了水才派人。",
		steps: []string{"查清全部易积水点，逐点确定责任人", "改造七处雨水口，加装格栅", "试运行泵站备用电源，汛期前置守护"}, solved: "易积水的七个路段已经改造了雨水口，泵站也装上了备用电源。今后下雨仍有积水，请再告诉我们。",
		done: "The seven roads that used to flood have new inlets, and the pumps a second supply. Should one flood again, please tell us.",
	},
	{
		category: "roads-streetlight", zh: "背街小巷路灯反复不亮", en: "Lamps in side streets that fail again and again",
		cause: "同一批灯具集中到寿，控制箱产权分属三家，每次只换一盏。",
		steps: []string{"普查背街小巷灯具和控制箱产权", "移交控制箱，统一由市政设施科管护", "成片更换到寿灯具"},
	},
	{
		category: "ebike-charging", zh: "电动自行车进楼充电", en: "E-bikes charged inside buildings",
		cause: "老旧小区没有充电棚，电价又比家里贵。",
		steps: []string{"摸清没有充电设施的小区", "新建充电棚并公布电价", "加装楼道电梯识别装置"},
	},
	{
		category: "property-service", zh: "物业收费不公开", en: "Property charges nobody can check",
		cause: "公示栏内容不全，业主要看明细得到物业办公室。",
		steps: []string{"统一公示内容和格式", "抽查一百个小区", "结果纳入物业信用评价"},
	},
}
