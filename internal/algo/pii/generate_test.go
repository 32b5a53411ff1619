package pii_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"yiwang/internal/base/golden"
)

// A generator invents messages. Its names, places and phrases are its own:
// the finder's lists are not used, so that what they lack is missed here too.
type generator struct{ *rand.Rand }

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2)) }

func (g generator) one(list ...string) string { return list[g.IntN(len(list))] }

func (g generator) of(words string) string { return g.one(strings.Fields(words)...) }

func (g generator) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + g.IntN(10))
	}
	return string(b)
}

func (g generator) id() string {
	s := g.of("110101 110105 120103 130102 140105 210102 310115 320106 330108 350203 370102 410102 420111 430104 440106 450103 500112 510104 520103 530102 610113 650102") +
		fmt.Sprintf("%04d%02d%02d", 1930+g.IntN(90), 1+g.IntN(12), 1+g.IntN(28)) + g.digits(3)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(s[i]-'0')
	}
	return s + string("10X98765432"[sum%11])
}

// wrong changes the last character to one that does not check.
func wrong(s string) string {
	last := byte('0')
	if s[len(s)-1] >= '0' && s[len(s)-1] < '9' {
		last = s[len(s)-1] + 1
	}
	return s[:len(s)-1] + string(last)
}

func (g generator) card() string {
	n := []int{16, 19, 19, 19, 18}[g.IntN(5)]
	s := g.of("622202 621700 622848 621661 622588 625965 623058") + g.digits(n-7)
	for d := '0'; ; d++ {
		sum := 0
		for i, r := range s + string(d) {
			v := int(r - '0')
			if (n-1-i)%2 == 1 {
				if v *= 2; v > 9 {
					v -= 9
				}
			}
			sum += v
		}
		if sum%10 == 0 {
			return s + string(d)
		}
	}
}

func (g generator) credit() string {
	const signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	s := g.of("91 92 93 51 52 12") + g.of("110105 310112 430102 440305 510107 330106") + g.of("MA1 MA4 MABC 0 5 7")
	for len(s) < 17 {
		s += string(signs[g.IntN(len(signs))])
	}
	sum, w := 0, 1
	for i := range s {
		sum += strings.IndexByte(signs, s[i]) * w
		w = w * 3 % 31
	}
	return s + string(signs[(31-sum%31)%31])
}

func (g generator) mobile() string { return g.of("13 15 17 18 19") + g.digits(9) }

// written writes a number as people do: as it is, in groups, in full width.
func (g generator) written(s string, groups ...int) string {
	switch k := g.IntN(8); {
	case k == 0:
		return strings.Map(func(r rune) rune { return r + '！' - '!' }, s)
	case k <= 2:
		var parts []string
		for _, n := range groups {
			n = min(n, len(s))
			if n > 0 {
				parts = append(parts, s[:n])
			}
			s = s[n:]
		}
		if s != "" {
			parts = append(parts, s)
		}
		return strings.Join(parts, g.one(" ", "-"))
	}
	return s
}

func (g generator) phone() string {
	switch g.IntN(8) {
	case 0:
		return g.of("010 021 0571 0755 0731 028 0592") + g.one("-", " ") + g.of("2 5 6 8") + g.digits(7)
	case 1:
		return "+86" + g.one("", " ", "-") + g.mobile()
	case 2:
		return "(" + g.of("0731 0512 023 0991") + ")" + g.of("2 6 8") + g.digits(7)
	case 3:
		return g.of("0731 0755") + "-" + g.of("2 8") + g.digits(7) + g.one("-", "转") + g.digits(3)
	}
	return g.written(g.mobile(), 3, 4, 4)
}

func (g generator) plate() string {
	p := g.of("京 沪 粤 湘 鄂 川 浙 苏 鲁 豫 闽 渝") + string("ABCDEFG"[g.IntN(7)]) + g.one("", "", "·", " ")
	switch g.IntN(6) {
	case 0:
		return p + g.of("D F") + g.digits(5)
	case 1:
		return p + g.digits(5) + g.of("D F")
	case 2:
		return p + g.digits(4) + g.of("警 学 挂")
	case 3:
		return p + g.of("K P X Q") + g.digits(4)
	}
	return p + g.digits(3) + g.of("A H L R T") + g.digits(1)
}

func (g generator) name() string {
	family := g.of(`王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 邓 冯 曹 彭 曾 肖 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 任 卢 姚 沈 钟 姜 崔 谭 陆 范 汪 廖 石 金 韦 贾 夏 付 方 邹 熊 白 孟 秦 邱 侯 江 尹 薛 闫
		段 雷 龙 黎 史 陶 贺 毛 郝 顾 龚 邵 万 覃 武 钱 戴 严 莫 孔 向 常 汤 温 康 施 文 牛 樊 葛 邢 安 齐 易 乔 伍 庞 颜 倪 庄 聂 章 鲁 岳 翟 申 欧阳 上官 司徒 诸葛 皇甫 尉迟 慕容 夏侯`)
	if g.IntN(3) == 0 {
		return family + g.of(`伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 超 霞 平 刚 辉 玲 鹏 萍 红 飞 波 斌 宇 浩 凯 莉 琳 欣 雪 琴 慧 鑫 峰 健 俊 帆 阳 晨 颖 婷`)
	}
	if g.IntN(3) == 0 {
		return family + g.of("建 志 国 文 小 晓 海 玉 春 秀 桂 金 明 德 永 世 家 子 雨 思 佳 梦 天 一 立 新 少 长 振 兴") + g.of("华 明 国 军 平 林 生 英 兰 芳 珍 荣 芬 梅 云 龙 杰 辉 斌 轩 涵 怡 琪 瑶 萱 睿 豪 宁 然 成 民 刚 东 红 良")
	}
	return family + g.of("梓 浩 欣 诗 宇 俊 雅 嘉 奕 亦 沐 若 紫 可 静 丽 淑 凤 月 翠 美 庆 广 学 宝 连 祖 耀 启 承 景 云 润 锦 清 泽") + g.of("涵 轩 怡 妍 彤 阳 宸 泽 瑞 洋 萌 雯 婷 香 花 莲 娥 琴 霞 祥 山 福 昌 顺 义 仁 礼 才 森 根 水 发 贵 堂 田")
}

func (g generator) english() string {
	return g.of("James Mary Robert Patricia Michael Linda David Susan Daniel Karen Paul Emma George Laura") + " " + g.of("Smith Johnson Williams Brown Taylor Davies Wilson Evans Thomas Walker Roberts Wright Green Hughes")
}

func (g generator) place() string {
	return g.one("", "湖南省长沙市", "北京市", "上海市", "广东省深圳市", "杭州市", "成都市") + g.of("朝阳区 芙蓉区 西湖区 武侯区 南山区 浦东新区 岳麓区 东城区")
}

func (g generator) road() string {
	return g.of("人民 解放 中山 建设 五一 韶山 芙蓉 新华 和平 文化 胜利 东风 迎宾 学府 滨江") + g.of("路 北路 南路 中路 大道 东街 西路 街")
}

func (g generator) estate() string {
	return g.of("阳光 锦绣 湖滨 翠竹 幸福 金色 东方 碧水 紫荆 丽景 华泰 世纪") + g.of("花园 小区 家园 公寓 新村 社区 华府 雅苑 苑")
}

func (g generator) door() string {
	b := fmt.Sprint(1+g.IntN(30)) + g.of("栋 幢 号楼 座")
	r := fmt.Sprintf("%d%02d", 1+g.IntN(30), 1+g.IntN(8))
	switch g.IntN(4) {
	case 0:
		return b + r + g.of("室 房 号")
	case 1:
		return b + fmt.Sprint(1+g.IntN(4)) + "单元" + r
	}
	return b + fmt.Sprint(1+g.IntN(4)) + "单元" + r + "室"
}

func (g generator) address() string {
	switch g.IntN(5) {
	case 0:
		return g.place() + g.road() + fmt.Sprint(1+g.IntN(900)) + "号" + g.door()
	case 1:
		return g.place() + g.road() + fmt.Sprint(1+g.IntN(900)) + "号" + g.estate() + g.door()
	case 2:
		return g.estate() + g.door()
	case 3:
		return g.place() + g.estate() + g.door()
	}
	return g.place() + g.road() + g.estate() + g.door()
}

func (g generator) mail() string {
	return g.of("zhang.wei li_na wangxm2008 chen-jie 348812907 hr.office lhy") + g.one("", "88", "_cs") + "@" + g.of("qq.com 163.com gmail.com mail.example.cn sina.com.cn example.org")
}

func (g generator) date() string {
	y, m, d := 2015+g.IntN(11), 1+g.IntN(12), 1+g.IntN(28)
	return fmt.Sprintf(g.one("%04d%02d%02d", "%d年%d月%d日", "%04d-%02d-%02d", "%d/%d/%d", "%d.%d.%d"), y, m, d)
}

// mark writes a value as what is to be found.
func mark(kind, value string) string { return "{" + kind + "|" + value + "}" }

// sentence with something to be found.
func (g generator) positive() string {
	name, phone := mark("name", g.name()), mark("phone", g.phone())
	switch g.IntN(24) {
	case 0:
		return "我叫" + name + g.one("，", "，电话", ",手机：", "，联系电话") + phone + "。"
	case 1:
		return g.one("联系人：", "联系人", "联系人:", "联系人是", "投诉人：", "申请人：", "姓名：") + name + g.one("，", " ", "；", "，电话：") + phone
	case 2:
		return g.one("身份证号：", "身份证", "身份证号码是", "证件号码: ", "ID ", "我的身份证号为") + mark("resident_id", g.written(g.id(), 6, 8, 4)) + g.one("，请查询。", "", "，社保没到账", "。")
	case 3:
		return g.one("银行卡号", "卡号：", "退款到", "我的工资卡 ", "账号是") + mark("bank_card", g.written(g.card(), 4, 4, 4, 4)) + g.one("，还没到账。", "。", "，谢谢")
	case 4:
		return g.one("车牌", "车牌号：", "一辆", "违停车辆", "车主的车") + mark("plate", g.plate()) + g.one("堵住了消防通道。", "，乱停乱放", "在路口闯红灯。")
	case 5:
		return g.one("统一社会信用代码", "信用代码：", "税号", "营业执照号 ") + mark("credit_code", g.credit()) + g.one("，公司拖欠工资。", "", "查不到。")
	case 6:
		return g.one("我住在", "家住", "地址：", "住址", "送到", "我家在", "投诉") + mark("address", g.address()) + g.one("，楼上漏水。", "，请上门处理。", "", "漏水。", "停水了")
	case 7:
		return g.one("邮箱：", "请发到", "email ", "我的邮箱是") + mark("email", g.mail()) + g.one("。", "，谢谢", "")
	case 8:
		return g.one("护照号", "护照号码：", "护照 ", "passport No. ") + mark("passport", g.of("E G")+g.digits(8)) + g.one("，签证怎么办？", "。", "")
	case 9:
		return g.one("市民", "居民", "业主", "村民") + name + g.one("反映", "来电反映", "投诉", "咨询") + "小区停车难的问题。"
	case 10:
		return "感谢" + name + g.one("医生", "老师", "主任", "警官", "同志", "师傅") + g.one("的帮助。", "，服务很好。")
	case 11:
		return "My name is " + mark("name", g.english()) + " and my phone is " + phone + "."
	case 12:
		return g.of("Mr. Mrs. Ms. Dr. Mr Ms") + " " + mark("name", g.english()) + " has not answered my letter."
	case 13:
		return "I live at " + mark("address", fmt.Sprintf("Room %d, Building %d, %s Garden, %d %s Road", 101+g.IntN(3000), 1+g.IntN(20), g.of("Sunshine Lakeside Golden Jade"), 1+g.IntN(900), g.of("Renmin Jianguo Zhongshan Wuyi"))) + ". The lift is broken."
	case 14:
		return "我" + g.of("儿子 女儿 父亲 母亲 爱人 丈夫 妻子") + name + g.one("，今年", "今年") + fmt.Sprint(5+g.IntN(80)) + "岁，" + "医保报销不了。"
	case 15:
		return "我是" + name + "，住" + mark("address", g.address()) + "，电话" + phone + "，" + g.complaint()
	case 16:
		return name + "，" + g.of("男 女") + "，身份证" + mark("resident_id", g.id()) + "，手机" + phone
	case 17:
		return "请联系" + name + phone
	case 18:
		return g.complaint() + " " + name + " " + phone
	case 19:
		return g.one("房东", "老板", "物业经理", "司机", "民警", "班主任") + name + g.one("态度恶劣。", "拒绝退押金。", "不接电话。", "，一直推脱。")
	case 20:
		return g.one("打我电话", "手机号码：", "微信同号", "请拨打", "回电 ") + phone + g.one("", "，谢谢", "。")
	case 21:
		return "户名" + name + "，卡号" + mark("bank_card", g.card()) + "，开户行建设银行"
	case 22:
		return "邻居" + name + "家的狗半夜叫。" + g.complaint()
	}
	return g.complaint() + "我的电话：" + phone + "，姓名：" + name
}

func (g generator) complaint() string {
	return g.one("小区停水三天了。", "路灯坏了一个月没人修。", "楼下烧烤摊油烟扰民。", "物业乱收费，要求退还。", "工地半夜施工，无法入睡。", "井盖缺失，存在安全隐患。", "公交车等了四十分钟。", "垃圾堆积，臭气熏天。", "电梯经常故障，老人出行不便。", "暖气不热，室内只有十五度。")
}

// negative is a sentence in which nothing is to be found, though it looks so.
func (g generator) negative() string {
	switch g.IntN(26) {
	case 0:
		return g.one("订单号", "订单编号：", "单号 ", "order no. ", "快递单号：") + g.one(g.mobile(), g.digits(16), g.digits(18), g.date()+g.digits(8), "SF"+g.digits(13)) + g.one("一直没发货。", "查不到", "。")
	case 1:
		return g.one("电表读数", "水表读数：", "燃气表示数") + g.digits(8) + "，比上月多" + g.digits(3) + "度。"
	case 2:
		return g.date() + " " + fmt.Sprintf("%02d:%02d", g.IntN(24), g.IntN(60)) + "发生的事情，至今没有处理。"
	case 3:
		return "缴费" + fmt.Sprintf("%d.%02d", g.IntN(100000), g.IntN(100)) + "元，" + g.one("票据号", "发票号码") + g.digits(8) + "。"
	case 4:
		return "工单号" + fmt.Sprintf("20%02d%02d%02d", 20+g.IntN(6), 1+g.IntN(12), 1+g.IntN(28)) + g.digits(6) + "，请问办到哪一步了？"
	case 5:
		return g.one("身份证号", "身份证") + wrong(g.id()) + "提示校验不通过。"
	case 6:
		return "卡号" + wrong(g.card()) + "无效。"
	case 7:
		return g.road() + "与" + g.road() + "交叉口红绿灯坏了。"
	case 8:
		return g.road() + g.one("路面破损严重。", "整条路的路灯不亮。", "堵车。", "有人占道经营。")
	case 9:
		return g.estate() + g.one("物业不作为。", "垃圾没人清。", "的业主都不满意。", "附近有异味。")
	case 10:
		return g.of("王 李 张 刘 陈 赵 孙") + g.of("先生 女士 小姐 阿姨 师傅 老师 主任") + g.one("反映路灯不亮。", "来电咨询社保。", "说要等领导回来。")
	case 11:
		return "坐标" + fmt.Sprintf("%d.%06d,%d.%06d", 70+g.IntN(60), g.IntN(1000000), 20+g.IntN(30), g.IntN(1000000)) + "处塌陷。"
	case 12:
		return "地址" + fmt.Sprintf("%d.%d.%d.%d", g.IntN(256), g.IntN(256), g.IntN(256), g.IntN(256)) + "访问不了，请检查服务器。"
	case 13:
		return "拨打" + g.of("12345 110 119 120 10086 95588 12306 96110 10000") + "没有人接。"
	case 14:
		return "户号" + g.digits(10) + "停电了，" + g.complaint()
	case 15:
		return g.one("型号", "产品型号：", "规格") + g.of("KFR-35GW BCD-216 E1234 X200 HW-") + g.digits(4) + "坏了不给修。"
	case 16:
		return fmt.Sprintf("%d路公交车在%d点%d分没有停靠。", 1+g.IntN(900), g.IntN(24), g.IntN(60))
	case 17:
		return fmt.Sprintf("楼高%d层，每层%d户，面积%d.%d平方米。", g.IntN(40), g.IntN(8), g.IntN(200), g.IntN(10))
	case 18:
		return "（" + fmt.Sprint(2015+g.IntN(10)) + "）湘" + g.digits(4) + "民初" + g.digits(4) + "号的判决没有执行。"
	case 19:
		return "邮编" + g.digits(6) + "，" + g.complaint()
	case 20:
		return g.one("高峰期地铁太挤。", "安全检查走过场。", "方便面过期。", "马上过年了工资没发。", "金额算错了。", "许多人反映过。", "白天停电。", "江西来的务工人员。", "石油管道泄漏。", "常年积水。", "何时能解决？", "任何人都可以进。", "水管爆了。", "成立业委会需要什么手续？", "关于停车难的建议。", "于是没人管。", "温度太低。", "黄色警示灯不亮。", "程序太复杂。", "时间太久。")
	case 21:
		return "统一社会信用代码" + wrong(g.credit()) + "查询不到。"
	case 22:
		return "The meter reading is " + g.digits(8) + " and the bill of " + g.date() + " is wrong."
	case 23:
		return "学号" + g.digits(10) + "，医保编号" + g.digits(12) + "。" + g.complaint()
	case 24:
		return fmt.Sprintf("%d号楼和%d号楼之间的路灯坏了。", 1+g.IntN(20), 1+g.IntN(20)) + g.complaint()
	}
	return g.complaint() + g.complaint()
}

// TestGenerated measures on 10,000 invented messages, half of them with
// nothing to be found; the golden file also has the first mistakes.
func TestGenerated(t *testing.T) {
	g := generator{newRand(1)}
	rows := make([]row, 10_000)
	for i := range rows {
		if i%2 == 0 {
			rows[i] = parse(g.positive())
		} else {
			rows[i] = parse(g.negative())
		}
	}
	golden.Check(t, "generated_quality.txt", []byte(quality(rows, 60)))
}
