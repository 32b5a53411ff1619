package pii

import "strings"

// What the words before a number say it is. Each is looked for right before
// the number (labelled) or within a few characters (near).
var (
	phoneLabels = list(`电话 手机 手机号 联系电话 座机 固话 热线 联系方式 号码 来电 致电 拨打 传真 微信 微信号 联系 联系人 本机
		TEL PHONE CALL MOBILE CELL CONTACT TELEPHONE FAX WHATSAPP RING DIAL`)
	phoneWords    = list(`电话 手机 座机 固话 联系 致电 拨打 来电 回电 TEL PHONE CALL MOBILE CELL CONTACT RING DIAL REACH`)
	cardWords     = list(`卡号 银行卡 储蓄卡 信用卡 借记卡 工资卡 社保卡 存折 打款 转账 汇款 CARD`)
	idWords       = list(`身份证 证件 公民身份 身份号 ID IDENTITY`)
	passportWords = list(`护照 通行证 旅行证 回乡证 台胞证 PASSPORT TRAVEL~DOCUMENT`)
	// otherLabels name numbers that are nobody's: what looks like a phone or
	// a card after them is none.
	otherLabels = list(`订单 单 工单 订单编 编 编码 编号 受理 受理编 流水 交易 交易流水 凭证 发票 运单 快递 快递单 物流 物流单 货 批 批次 型 型号 规格 产品 款式 零件 序列
		户 用户 客户 用户编 客户编 缴费 缴费编 表 电表 水表 燃气表 气表 读数 表底 示数 合同 合同编 保单 案 案件 文 备案 许可证 许可 医保 社保 学 工 员工
		准考证 房产证 产权证 不动产权证 登记 车架 发动机 设备 条码 条形码 邮编 邮政编码 诉求 办件 事件 案卷 任务 项目 报名 会员 卡券 券 验证码 密码 序
		QQ QQ群 群 统一编 代码 资产 公积金 航班 座位 门牌 出生证 档案 ORDER INVOICE TRACKING TICKET CASE SERIAL REF REFERENCE MODEL METER READING POSTCODE ZIP PARCEL RECEIPT WAYBILL BATCH CONTRACT POLICY VERSION SKU IMEI SN`)
	// amounts follow numbers that count something.
	amounts = list(`元 万元 亿元 块钱 度 吨 公里 千米 千瓦 米 立方 平方 平米 ㎡ M³ M2 % 分钟 KWH KW KM KG RMB YUAN`)
)

// list splits a list of words; ~ is a blank in a word.
func list(s string) []string {
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = strings.ReplaceAll(w, "~", " ")
	}
	return words
}

// window is what stands before i in plain form, as far as words may speak of
// what stands at i: not over a line's end or another number.
func (f *finder) window(i int) string {
	const reach = 16
	j, nums := i, 0
	for j > 0 && i-j < reach && f.flat[j-1] != '\n' {
		if digit(f.flat[j-1]) {
			nums++
			if nums == 3 {
				break
			}
		} else {
			nums = 0
		}
		j--
	}
	return string(f.flat[j:i])
}

// near reports whether one of the words stands in the window.
func near(window string, words []string) bool {
	for _, w := range words {
		for at := 0; ; {
			k := strings.Index(window[at:], w)
			if k < 0 {
				break
			}
			at += k
			if w[0] >= 0x80 || (at == 0 || !letter(window[at-1])) && (at+len(w) == len(window) || !letter(window[at+len(w)]) || window[at+len(w)] == 'S') {
				return true
			}
			at += len(w)
		}
	}
	return false
}

func letter(b byte) bool { return b >= 'A' && b <= 'Z' }

// between stands between a label and its number.
const between = " :=#()[]\"'“”‘’「」【】《》.是为即叫"

// labelled reports whether the window ends in one of the words, with 号, 号码
// and marks between it and the number. A word of one Chinese sign needs its
// 号: 户号 names a number, 户 does not.
func labelled(window string, words []string) bool {
	for range 4 {
		window = strings.TrimRight(window, between)
		bare, tail := cutTail(window)
		for _, w := range words {
			if single := w[0] >= 0x80 && len(w) <= 4; !single && endsIn(window, w) || tail && endsIn(bare, w) {
				return true
			}
		}
		if !tail {
			return false
		}
		window = bare
	}
	return false
}

// endsIn reports whether s ends in w as a word of its own.
func endsIn(s, w string) bool {
	s, ok := strings.CutSuffix(s, w)
	return ok && (w[0] >= 0x80 || s == "" || !letter(s[len(s)-1]))
}

func cutTail(s string) (bare string, ok bool) {
	for _, tail := range []string{"号码", "号", "NUMBER", "NO", "NUM", "IS", "CODE", "ID", "AT", "ON", "ME", "US"} {
		if endsIn(s, tail) {
			return strings.TrimRight(strings.TrimSuffix(s, tail), between), true
		}
	}
	return s, false
}

// amount reports whether what ends at i is a number of something.
func (f *finder) amount(i int) bool {
	if f.char(i) == ' ' {
		i++
	}
	after := string(f.flat[min(i, len(f.flat)):min(i+4, len(f.flat))])
	for _, w := range amounts {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	return false
}
