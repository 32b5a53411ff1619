package pii

import "strings"

// Addresses in Chinese are read from their numbers outwards: at a number with
// a unit of doors after it (号, 栋, 单元, 室 …) the chain of such numbers is
// followed to the right, and the names of places are followed to the left as
// far as they go. What is found counts where it leads to a door:
//
//	a room in a building, unit, estate or house with a number
//	a number on a road below a district, or where somebody is said to live
//	a number or group in a village, where somebody is said to live, or both
//	a building and unit where somebody is said to live
//
// What is said to lie in front of the number or next to it (门口, 附近, 对面) is a place of
// the street and counts only with a room.

// A part is what a number in an address counts.
type part uint16

const (
	house    part = 1 << iota // 号, 号院, 弄
	building                  // 栋, 幢, 座, 号楼
	unit                      // 单元, 门
	floor                     // 层, 楼
	room                      // 室, 户, 房, or digits alone after a building
	group1                    // 组, 队, 社: of a village
	estate                    // a named estate, in front or between
	road
	village
	district
)

var (
	parts = newWords(false,
		wordGroup{int(building), list(`栋 幢 座 号楼 号栋 号幢 栋楼 幢楼 #楼 #栋 # 号公寓 号宿舍`)},
		wordGroup{int(house), list(`号 号院 号大院 弄 号附 号内 支弄`)},
		wordGroup{int(unit), list(`单元 门洞 号门 单元楼 号单元 门 梯`)},
		wordGroup{int(floor), list(`层 楼 层楼 F`)},
		wordGroup{int(room), list(`室 户 房 号房 号室 房间 房号 铺 号铺 号商铺`)},
		wordGroup{int(group1), list(`组 队 社 小组 村民小组 生产队 号组`)})
	// What names of places end in, and what that makes them.
	placeEnds = newWords(true,
		wordGroup{int(district), list(`省 市 区 县 旗 州 盟 镇 乡 街道 自治区 自治州 自治县 新区 开发区 高新区 地区 街道办 苏木`)},
		wordGroup{int(road), list(`路 街 大道 大街 巷 胡同 弄 道 公路 里弄 条 支路 辅路 中路 东路 西路 南路 北路 东街 西街 南街 北街 步行街 横街 老街 环路 街区 小街 坊巷 巷子 路段`)},
		wordGroup{int(village), list(`村 屯 庄 寨 塆 村委会 行政村 自然村 营子 窑 嘎查 堡 组 店子 坳 冲`)},
		wordGroup{int(estate), list(`小区 社区 花园 家园 公寓 新村 新城 大厦 广场 宿舍 家属院 大院 庄园 山庄 名邸 华府 公馆 雅苑 苑 园 城 府 湾 里 庭 居 阁 郡 轩 墅 院 坊 楼 邸 期 东区 西区 南区 北区 中区 一区 二区 三区 四区 五区 六区
			A区 B区 C区 D区 E区 天下 国际 时代 世家 豪庭 名城 名苑 名都 花苑 佳苑 嘉苑 新苑 丽苑 景苑 家苑 嘉园 佳园 景园 丽园 御园 御府 学府 水岸 半岛 港湾 首府 新居 新寓 安置房 公租房 廉租房 还迁房 回迁房 经适房 保障房 家属区 生活区 宿舍区 单身楼 家属楼 教师楼 宿舍楼 居民楼 大楼 中心 商厦 公寓楼 门面 市场 工业园 产业园 科技园 创业园 园区 工业区 校区 大学 学院 学校 厂 庙 桥 苑小区 岸 台 峰 座 塔 汇 荟 座城 领地 印象 壹号院 一号院 上院 澜湾 墅院 外滩 晶座 悦府 樾府 府邸 东郡 名门 豪苑 江畔 河畔 湖畔 景城 一品 逸景 翠庭 绿洲 绿城 之城 之家 片区 集团宿舍 大厦楼 组团 组`)})
	// After these somebody's own address follows.
	homes = newWords(true, wordGroup{1, list(`住 住在 家住 居住 居住在 现住 现住在 住址 家庭住址 居住地 地址 地址是 家庭地址 家在 家 我家 住址是 户籍 户籍地 户籍地址 户口所在地 住所 住所地 租住 租住在 租住于 现居 现居住 现居住地 暂住 暂住地 入住 房屋地址 收货地址 收件地址 送货地址 寄到 邮寄到 寄往 送到 上门
		通讯地址 联系地址 常住 住宅 住处 家里 老家 房子在 房子是 房产 业主 户主 住户 居民 租户 租客 定居 搬到 搬至 户口在 详细地址 装机地址 安装地址 用水地址 用电地址 报装地址 服务地址`)})
	// Words that no name of a place begins with; what stands before a place
	// ends with them.
	placeStops = newWords(true, wordGroup{1, list(`位于 坐落于 座落于 坐落 座落 在于 处于 来自 关于 反映 投诉 举报 咨询 求助 维修 处理 解决 发生 位置 地点 地段 寄送 派送 送货 邮寄 收货 业主 居民 市民 村民 住户 租户 户籍 户口 房屋 房子 房产 名下 本人 购买 房号 房源 登记 现居 居住 租住 暂住 入住 家庭
		楼上 楼下 附近 对面 隔壁 快递 安装 检查 查看 派人 前来 前往 来到 希望 尽快 麻烦 今天 昨天 昨晚 晚上 早上 目前 现在 先生 女士 老人 母亲 父亲 家里 我家 老家 自家 他家 她家 位在 身处 所在 建议 申请 要求 发现 看到 到达 通知 联系 上门 送到 寄到 搬到 搬至 租用 承租 出租 买了 具体 详细 就是 还是 或者 以及 但是 因为 由于 对于 针对 有关 请问 业主是 反应 靠近 紧邻 毗邻 住户是 老公 丈夫 妻子 儿子 女儿 父母 奶奶 爷爷 公司 单位 门牌 门牌号 户主 房东 邻居 同志 分别 均 一直 已经 仍然 曾经 主要 其中 例如 比如 即 系 分别是 核实 回复 回访 走访 经查 据查 停在 停放 停于 停靠 途经 途径 经过 路过 穿过 送往 寄往 发往 开往 至 对 从 由 和 与 跟 及 将 向 为 以 比 离 距 距离 在家 回家 搬家 到家`)})
	// Where one of those single signs begins a place's name after all.
	stopExceptions = newWords(false, wordGroup{1, list(`从化 从江 从台 和平 和田 和县 和睦 和兴 和谐 和顺 和硕 和泰 和安 向阳 向荣 向前 向东 由家 对山 将军 将乐 为民 自由 自贡 自强 自力 家园 家属 家乐 家和 同安 同济 同德 同心 同仁 同福 同兴 同乐 当阳 当涂 当代 至善 至诚 与山 以勒 比如 离石 距 收成 和政 和龙 和静 和林 和平里 和信 和美`)})
	// Streets' places, not homes.
	openPlaces = newWords(false, wordGroup{1, list(`门口 门前 门外 附近 对面 旁 旁边 路段 路口 工地 处 一带 外 外面 楼下 前面 前 后面 边 周边 周围 左右 路灯 井盖 公交站 十字路口 隔壁 门店 店铺 商铺 饭店 餐馆 餐厅 超市 公司 酒店 的公司 的工地 的店 的饭店 的餐馆 的超市 的商铺 的门店 的路灯 的井盖 的垃圾 的门口 垃圾 下水道 的下水道 的绿化 绿化 电梯 的电梯`)})
)

// placeStopSigns never stand in the name of a place.
const placeStopSigns = "我你他她它您们住在址到的了是得着说称讲问请帮想没不这那哪谁什么被让给去往吗呢吧啊些每刚很太最但而且或因就也又已把找叫该于"

func isStop(r rune) bool { return !han(r) || strings.ContainsRune(placeStopSigns, r) }

// numeral reports whether r is a Chinese numeral.
func numeral(r rune) bool {
	switch r {
	case '〇', '零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '两':
		return true
	}
	return false
}

// doorNumber gives the end of the number of a door at i: digits with a letter
// before or after or a part after a hyphen (88-1, A3, 12B), a letter, 甲, or a
// Chinese numeral; i if there is none.
func (f *finder) doorNumber(i int) int {
	j := i
	switch r := f.char(i); {
	case digit(r) || upper(r):
		if upper(r) {
			j++
		}
		for digit(f.char(j)) && j-i < 6 {
			j++
		}
		if digit(f.char(j)) || j == i+1 && upper(r) && upper(f.char(j)) {
			return i
		}
		if upper(f.char(j)) && !upper(f.char(j+1)) && f.char(j) != 'F' {
			j++
		}
		for k := 0; k < 2 && f.char(j) == '-' && digit(f.char(j+1)); k++ {
			e := j + 1
			for digit(f.char(e)) && e-j < 6 {
				e++
			}
			j = e
		}
		if word(f.char(j)) && f.char(j) != 'F' {
			return i
		}
	case numeral(r):
		for numeral(f.char(j)) && j-i < 5 {
			j++
		}
	case strings.ContainsRune("甲乙丙丁戊东西南北", r) && r != 0:
		j++
	}
	return j
}

// addresses lists the addresses in Chinese and English.
func (f *finder) addresses() []Span {
	var found []Span
	last := 0 // where the last one ends
	for i := 0; i < len(f.flat); {
		r := f.flat[i]
		switch {
		case digit(r) || numeral(r) || upper(r) && (han(f.char(i-1)) || f.char(i-1) == ' '):
			if i > 0 && (word(f.flat[i-1]) || f.flat[i-1] == '.') || upper(r) && !digit(f.char(i+1)) && !han(f.char(i+1)) {
				break
			}
			if s, ok := f.chineseAddress(i, last); ok {
				found = append(found, s)
				i, last = s.End, s.End
				continue
			}
		}
		if r < 0x80 && word(r) {
			if !word(f.char(i - 1)) {
				if s, ok := f.englishAddress(i); ok && s.Start >= last {
					found = append(found, s)
					i, last = s.End, s.End
					continue
				}
			}
		}
		i++
		if r < 0x80 && word(r) && i < len(f.flat) && word(f.flat[i]) {
			i = f.wordEnd(i)
		} else if numeral(r) {
			for numeral(f.char(i)) {
				i++
			}
		}
	}
	return found
}

// chain follows numbers with their units from i to the right: what they are
// and where the last ends.
func (f *finder) chain(i int, named part) (seen part, end int) {
	end = i
	for n := 0; n < 8; n++ {
		j := end
		if n > 0 && f.char(j) == ' ' {
			j++
		}
		k := f.doorNumber(j)
		if k == j {
			if seen&(house|building) != 0 && n > 0 {
				if p, e := f.between(j); e > j {
					seen |= p
					end = e
					continue
				}
			}
			break
		}
		v, w := parts.at(f.flat, k)
		if w == 0 && f.char(k) == ' ' && !han(f.char(j)) {
			if v, w = parts.at(f.flat, k+1); w > 0 {
				w++
			}
		}
		p := part(v)
		if w == 0 {
			hyphens := strings.Count(string(f.flat[j:k]), "-")
			switch alone := digit(f.char(j)) && !f.amount(k) && !f.counted(k); {
			case alone && hyphens == 2 && named != 0 && seen&building == 0 && k-j >= 7 && digit(f.char(k-3)):
				return seen | building | unit | room, k
			case alone && hyphens == 1 && seen&building != 0 && digit(f.char(k-3)),
				alone && hyphens == 1 && named&estate != 0 && digit(f.char(k-3)) && digit(f.char(k-2)):
				return seen | unit | room, k
			case alone && hyphens == 0 && seen&(building|unit|floor) != 0 && k-j >= 3 && k-j <= 4 || alone && hyphens == 0 && seen&unit != 0 && k-j >= 1 && k-j <= 4:
				return seen | room, k
			}
			if seen&house != 0 {
				if p, e := f.between(j); e > j {
					seen |= p
					end = e
					continue
				}
			}
			break
		}
		if p == unit && w == 1 && numeral(f.char(j)) && n == 0 || p == room && (f.char(k+w) == '厅' || numeral(f.char(k+w)) && f.char(k+w+1) == '厅') {
			break
		}
		if p == floor && seen&building == 0 && named&estate == 0 {
			break
		}
		if p == house && w == 1 && seen&(building|unit) != 0 { // 3栋2单元501号
			p = room
		}
		if strings.Contains(string(f.flat[j:k]), "-") && p == room && k-j >= 5 { // 3-2-501室
			p |= building | unit
		}
		seen |= p
		end = k + w
		if p&room != 0 {
			break
		}
	}
	return seen, end
}

// counted reports whether a number that ends at i counts people or things.
func (f *finder) counted(i int) bool {
	r := f.char(i)
	return r == '.' && digit(f.char(i+1)) || r == ':' || r != 0 && strings.ContainsRune("个人户年月日天名位家条岁点%时分秒号次辆台间套多余米元平", r) || word(r)
}

// between is an estate named between the number on the road and the building:
// 建国路88号阳光花园3栋.
func (f *finder) between(i int) (part, int) {
	j := i
	for j-i < 12 && han(f.char(j)) && !strings.ContainsRune(placeStopSigns, f.char(j)) {
		if k := f.doorNumber(j); k > j && j-i >= 2 {
			if v, w := parts.at(f.flat, k); w > 0 && part(v)&(building|unit|room) != 0 {
				return estate, j
			}
		}
		j++
	}
	if j-i >= 2 && digit(f.char(j)) || upper(f.char(j)) && j-i >= 2 {
		k := f.doorNumber(j)
		if v, w := parts.at(f.flat, k); k > j && w > 0 && part(v)&(building|unit|room|floor) != 0 {
			return estate, j
		}
	}
	return 0, i
}

// places follows the names of places before i to the left: what they are,
// where the first begins.
func (f *finder) places(i, floor int) (seen part, begin int) {
	const reach = 45
	if f.char(i-1) == ' ' && han(f.char(i-2)) {
		i--
	}
	begin = i
	j := i
	for j > floor && i-j < reach {
		r := f.flat[j-1]
		if r == ' ' || r == ',' || r == '、' && false {
			// blanks may stand between the levels, if what is before is one
			if v, n := placeEnds.at(f.flat, j-1); n > 0 && part(v)&(district|road|estate) != 0 && j < i && j-1 > floor && (r == ' ') {
				j--
				continue
			}
			break
		}
		if isStop(r) {
			if r == '(' || r == ')' || !(digit(r) || upper(r)) || j < 2 || !han(f.char(j)) {
				break
			}
			// A市, 经3路: a letter or figure inside of a name
			if v, n := placeEnds.at(f.flat, j+1); n == 1 && part(v)&(district|road) != 0 && !word(f.char(j-2)) {
				j--
				continue
			}
			break
		}
		if _, n := placeStops.at(f.flat, j); n > 0 {
			if _, m := stopExceptions.at(f.flat, j-1); n > 1 || m == 0 {
				break
			}
		}
		j--
	}
	for j < i && f.flat[j] == ' ' {
		j++
	}
	// Where the names end: each ends with a sign for its kind.
	first := 0
	for k := j + 1; k <= i; k++ {
		if v, n := placeEnds.at(f.flat, k); n > 0 && k-n >= j && (k > j+1 || n > 1) {
			if first == 0 && k-j >= 2 {
				first = k
			}
			seen |= part(v)
		}
	}
	if first == 0 {
		return 0, j
	}
	return seen, f.trim(j, first)
}

// trim gives where the name that ends at end begins, not before j: names of
// places are two to five signs long, and provinces and cities are known.
func (f *finder) trim(j, end int) int {
	for k := j; k < end-1; k++ {
		if _, n := provinceNames.at(f.flat, k); n > 0 {
			return k
		}
	}
	if end-j <= 8 {
		return j
	}
	return end - 4
}

var provinceNames = newWords(false, wordGroup{1, list(`北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
	广州市 深圳市 杭州市 南京市 武汉市 成都市 西安市 长沙市 郑州市 济南市 青岛市 沈阳市 大连市 哈尔滨市 长春市 苏州市 无锡市 宁波市 合肥市 福州市 厦门市 南昌市 昆明市 贵阳市 南宁市 海口市 太原市 石家庄市 兰州市 西宁市 银川市 乌鲁木齐市 呼和浩特市 拉萨市 东莞市 佛山市 珠海市`)})

// chineseAddress gives the address whose first number begins at i; it does
// not begin before floor.
func (f *finder) chineseAddress(i, low int) (Span, bool) {
	j := f.doorNumber(i)
	if j == i {
		return Span{}, false
	}
	if _, n := parts.at(f.flat, j); n == 0 && f.char(j) != ' ' && !strings.ContainsRune(string(f.flat[i:j]), '-') {
		return Span{}, false
	}
	if c := f.char(i - 1); c == '月' || c == '年' || c == '第' {
		return Span{}, false
	}
	named, begin := f.places(i, low)
	seen, end := f.chain(i, named)
	if seen == 0 {
		return Span{}, false
	}
	if named == 0 {
		// 3栋2单元501: without a name only what leads to a room by itself
		if seen&building != 0 && seen&(unit|room) != 0 && begin < i && i-begin <= 8 && seen&room != 0 && !f.startsName(begin) {
			return Span{Address, begin, end}, true
		}
		return Span{Address, i, end}, seen&building != 0 && seen&room != 0
	}
	all := named | seen
	home := f.home(begin)
	_, open := openPlaces.at(f.flat, end)
	switch {
	case all&room != 0:
		ok := all&(building|unit|house|estate|floor) != 0
		return Span{Address, begin, end}, ok
	case seen&house != 0 && seen&group1 != 0 && named&village != 0:
		return Span{Address, begin, end}, true
	case open > 0:
		return Span{}, false
	case seen&house != 0 && all&village != 0:
		return Span{Address, begin, end}, home || all&district != 0
	case seen&group1 != 0 && named&village != 0:
		return Span{Address, begin, end}, home
	case seen&house != 0 && named&road != 0:
		return Span{Address, begin, end}, home || all&district != 0
	case seen&building != 0 && (seen&unit != 0 || home):
		return Span{Address, begin, end}, home
	}
	return Span{}, false
}

// startsName reports whether what stands from begin is too little to go on.
func (f *finder) startsName(begin int) bool { return !han(f.char(begin)) }

// home reports whether the words before i say that somebody lives there.
func (f *finder) home(i int) bool {
	for n := 0; n < 3 && i > 0 && strings.ContainsRune(" :是为在于“\"", f.char(i-1)); n++ {
		if _, k := homes.at(f.flat, i); k > 0 {
			return true
		}
		i--
	}
	_, k := homes.at(f.flat, i)
	return k > 0
}
