package pii

// What addresses are made of, and what stands around them.
var (
	parts = newWords(false,
		wordGroup{int(building), `栋 幢 座 舍 号舍 号楼 号栋 号幢 栋楼 幢楼 #楼 #栋 # 号公寓 号宿舍`},
		wordGroup{int(house), `号 号院 号大院 弄 号内 支弄`},
		wordGroup{int(unit), `单元 门洞 号门 单元楼 号单元 门 梯`},
		wordGroup{int(floor), `层 楼 层楼 F`},
		wordGroup{int(room), `室 户 房 号房 号室 房间 房号 铺 号铺 号商铺`},
		wordGroup{int(team), `组 队 社 小组 村民小组 生产队 号组`})
	// What names of places end in, and what that makes them.
	placeEnds = newWords(true,
		wordGroup{int(district), `省 市 区 县 旗 州 盟 镇 乡 街道 自治区 自治州 自治县 新区 开发区 高新区 地区 街道办 苏木`},
		wordGroup{int(road), `路 街 大道 大街 巷 胡同 弄 道 公路 里弄 条 支路 辅路 中路 东路 西路 南路 北路 东街 西街 南街 北街 步行街 横街 老街 环路 街区 小街 坊巷 巷子 路段`},
		wordGroup{int(village), `村 屯 庄 寨 塆 村委会 行政村 自然村 营子 窑 嘎查 堡 组 店子 坳 冲`},
		wordGroup{int(estate), `小区 社区 花园 家园 公寓 新村 新城 大厦 广场 宿舍 家属院 大院 庄园 山庄 名邸 华府 公馆 雅苑 苑 园 城 府 湾 里 庭 居 阁 郡 轩 墅 院 坊 楼 邸 期 东区 西区 南区 北区 中区 一区 二区 三区 四区 五区 六区
			A区 B区 C区 D区 E区 天下 国际 时代 世家 豪庭 名城 名苑 名都 花苑 佳苑 嘉苑 新苑 丽苑 景苑 家苑 嘉园 佳园 景园 丽园 御园 御府 学府 水岸 半岛 港湾 首府 新居 新寓 安置房 公租房 廉租房 还迁房 回迁房 经适房 保障房 家属区 生活区 宿舍区 单身楼 家属楼 教师楼 宿舍楼 居民楼 大楼 中心 商厦 公寓楼 门面 市场 工业园 产业园 科技园 创业园 园区 工业区 校区 大学 学院 学校 厂 庙 桥 苑小区 岸 台 峰 座 塔 汇 荟 座城 领地 印象 壹号院 一号院 上院 澜湾 墅院 外滩 晶座 悦府 樾府 府邸 东郡 名门 豪苑 江畔 河畔 湖畔 景城 一品 逸景 翠庭 绿洲 绿城 之城 之家 片区 集团宿舍 大厦楼 组团 组`})
	// After these somebody's own address follows.
	homes = newWords(true, wordGroup{1, `住 住在 家住 居住 居住在 现住 现住在 住址 家庭住址 居住地 地址 地址是 家庭地址 家在 家 我家 住址是 户籍 户籍地 户籍地址 户口所在地 住所 住所地 租住 租住在 租住于 现居 现居住 现居住地 暂住 暂住地 入住 房屋地址 收货地址 收件地址 送货地址 寄到 邮寄到 寄往 送到 上门
		通讯地址 联系地址 常住 住宅 住处 家里 老家 房子在 房子是 房产 业主 户主 住户 居民 租户 租客 定居 搬到 搬至 户口在 详细地址 装机地址 安装地址 用水地址 用电地址 报装地址 服务地址`})
	// Words that no name of a place begins with; what stands before a place
	// ends with them.
	placeStops = newWords(true, wordGroup{1, `提出 位于 坐落于 座落于 坐落 座落 在于 处于 来自 关于 反映 投诉 举报 咨询 求助 维修 处理 解决 发生 位置 地点 地段 寄送 派送 送货 邮寄 收货 业主 居民 市民 村民 住户 租户 户籍 户口 房屋 房子 房产 名下 本人 购买 房号 房源 登记 现居 居住 租住 暂住 入住 家庭
		楼上 楼下 附近 对面 隔壁 快递 安装 检查 查看 派人 前来 前往 来到 希望 尽快 麻烦 今天 昨天 昨晚 晚上 早上 目前 现在 先生 女士 老人 母亲 父亲 家里 我家 老家 自家 他家 她家 位在 身处 所在 建议 申请 要求 发现 看到 到达 通知 联系 上门 送到 寄到 搬到 搬至 租用 承租 出租 买了 具体 详细 就是 还是 或者 以及 但是 因为 由于 对于 针对 有关 请问 业主是 反应 靠近 紧邻 毗邻 住户是 老公 丈夫 妻子 儿子 女儿 父母 奶奶 爷爷 公司 单位 门牌 门牌号 户主 房东 邻居 同志 分别 均 一直 已经 仍然 曾经 主要 其中 例如 比如 即 系 分别是 核实 回复 回访 走访 经查 据查 停在 停放 停于 停靠 途经 途径 经过 路过 穿过 送往 寄往 发往 开往 至 对 从 由 和 与 跟 及 将 向 为 以 比 离 距 距离 在家 回家 搬家 到家 有 所地 住所地 居住地 户籍地 所在地 注册地 落户 迁往 迁入 迁出 迁至 转到 转回 转至 改造 拆除 出具 期间 购置 搭建 开办 如 进 共有 全体 共计 所有 包括 涉及 含有 原有 现有`})
	// Where one of those single signs begins a place's name after all.
	stopExceptions = newWords(false, wordGroup{1, `和浩特 有色 如皋 如东 如意 进贤 进步 进修 进化 进宝 从江 从台 和平 和田 和县 和睦 和兴 和谐 和顺 和硕 和泰 和安 向阳 向荣 向前 向东 由家 对山 将军 将乐 为民 自由 自贡 自强 自力 家园 家属 家乐 家和 同安 同济 同德 同心 同仁 同福 同兴 同乐 当阳 当涂 当代 至善 至诚 与山 以勒 比如 离石 距 收成 和政 和龙 和静 和林 和平里 和信 和美`})
	// Streets' places, not homes.
	openPlaces = newWords(false, wordGroup{1, `门口 门前 门外 附近 对面 旁 旁边 路段 路口 工地 处 一带 外 外面 楼下 前面 前 后面 边 周边 周围 左右 路灯 井盖 公交站 十字路口 隔壁 门店 店铺 商铺 饭店 餐馆 餐厅 超市 公司 酒店 的公司 的工地 的店 的饭店 的餐馆 的超市 的商铺 的门店 的路灯 的井盖 的垃圾 的门口 垃圾 下水道 的下水道 的绿化 绿化 电梯 的电梯`})
	// Houses of the public, whose rooms nobody lives in.
	offices = newWords(true, wordGroup{1, `政府 政务大厅 大厅 法院 检察院 派出所 医院 学校 小学 中学 大学 局 委员会 办公楼 服务中心 办事处 医院门诊 门诊 住院部 教学楼 图书馆 体育馆 车站 机场 候车室 法庭 窗口`})
)

// placeStopSigns never stand in the name of a place.
const placeStopSigns = "我你他她它您们住在址到的了是得着说称讲问请帮想没不这那哪谁什么被让给去往吗呢吧啊些每刚很太最但而且或因就也又已把找叫该于购买租"
