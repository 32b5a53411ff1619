package setup_test

import (
	"os"
	"testing"
	"time"

	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
	"yiwang/internal/flow/setup"
)

// What people in Liancheng say is read by the words of its catalogue alone,
// before any model has learnt.
func TestLianchengUnderstandsItsResidents(t *testing.T) {
	f, problems := setup.Read(os.DirFS(liancheng))
	if problems != nil {
		t.Fatal(problems)
	}
	city := org.City{Directory: f.Directory, Catalogue: f.Catalogue, Calendar: f.Calendar}
	at := time.Date(2026, 3, 3, 9, 30, 0, 0, f.Calendar.Location())
	for _, c := range []struct {
		said, area, route, category string
		urgency                     org.Urgency
	}{
		{"荷塘社区门口的路灯已经坏了一个星期，晚上漆黑一片，老人不敢出门。", "lianhu-hetang", "work", "roads-streetlight", org.Ordinary},
		{"The street light outside Hetang Community has been out for a week.", "lianhu-hetang", "work", "roads-streetlight", org.Ordinary},
		{"书院路中间一个大坑，昨天电动车摔了两个人。", "", "work", "roads-pothole", org.Ordinary},
		{"学宫社区门口井盖不见了，差点有小孩掉下去！", "wenchang-xuegong", "work", "roads-manhole", org.Emergency},
		{"湖滨社区地下水管爆裂，水都漫到马路上了", "lianhu-hubin", "work", "water-burst", org.Emergency},
		{"我家从昨晚就没有水用，整栋楼都停水了，什么时候来水", "", "work", "water-outage", org.Urgent},
		{"楼道里闻到煤气味，很重", "", "work", "gas-leak", org.Emergency},
		{"There is a strong smell of gas in the stairwell.", "", "work", "gas-leak", org.Emergency},
		{"今年暖气片一直不热，暖气不热，室温只有14度", "", "work", "heat-cold", org.Urgent},
		{"楼上天天半夜跑来跑去，楼上噪音吵得睡不着", "", "work", "neighbour-noise", org.Ordinary},
		{"工地夜间施工，凌晨两点还在打桩，孩子没法睡", "", "work", "noise-building", org.Ordinary},
		{"They are pile driving at night on the building site next door.", "", "work", "noise-building", org.Ordinary},
		{"老板拖欠工资三个月，二十几个农民工工资没发", "", "work", "wages", org.Urgent},
		{"My employer owes us unpaid wages for two months.", "", "work", "wages", org.Urgent},
		{"请问孩子明年上小学，租房能入学吗，需要什么材料", "", "work", "school-enrol", org.Ordinary},
		{"健身房关门了，健身卡里还有两千块，老板联系不上", "", "work", "prepaid-card", org.Ordinary},
		{"The gym has closed and my gym card still has money on it.", "", "work", "prepaid-card", org.Ordinary},
		{"在饭店吃了以后全家上吐下泻，怀疑食物中毒", "", "work", "food-safety", org.Urgent},
		{"电梯困人了，里面有个老人被困半小时", "", "work", "lift-fault", org.Emergency},
		{"Somebody is stuck in the lift of building 3.", "", "work", "lift-fault", org.Emergency},
		{"邻居把电瓶车推上楼充电，飞线充电太危险", "", "work", "ebike-charging", org.Urgent},
		{"上湾村的村务公开从来不贴，村集体的钱去哪了", "liuhe-shangwan", "work", "village-affairs", org.Ordinary},
		{"茶山村宅基地想翻建老房子，怎么申请", "yunling-chashan", "work", "house-plot", org.Ordinary},
		{"小区里有人养鸡，公鸡早上四点就叫", "", "work", "poultry", org.Ordinary},
		{"12路公交线路能不能延长线路到科创社区", "qingxi-kechuang", "work", "bus-route", org.Ordinary},
		{"公交司机不停站，我等公交等了四十分钟", "", "work", "bus-service", org.Ordinary},
		{"柳河的河水发黑，漂着死鱼，有人偷排", "", "work", "river-pollution", org.Urgent},
		{"社保转移到省外怎么办理？", "", "work", "social-insurance", org.Ordinary},
		{"异地就医医保报销比例是多少", "", "work", "medical-insurance", org.Ordinary},
		{"How do I get reimbursement for treatment? My medical insurance is from here.", "", "work", "medical-insurance", org.Ordinary},
		{"办事大厅窗口工作人员态度恶劣，让我跑了三趟", "", "work", "gov-conduct", org.Ordinary},
		{"希望在南苑社区增设停车位，停车难", "nanjin-nanyuan", "work", "parking-space", org.Ordinary},
		{"Dogs off the lead every morning, a stray dog almost bit my son.", "", "work", "dogs", org.Ordinary},
		{"隔壁着火了，浓烟滚滚", "", "emergency-119", "", org.Emergency},
		{"My neighbour is unconscious and not breathing", "", "emergency-120", "", org.Emergency},
		{"法院判决下来了对方不给钱，我不服判决", "", "lawful-court", "", org.Ordinary},
		{"我要举报镇上干部受贿", "", "lawful-discipline", "", org.Ordinary},
		{"我想申请信息公开，要拆迁的批文", "", "lawful-disclosure", "", org.Ordinary},
	} {
		r := triage.Read(city, nil, triage.Message{Text: c.said, At: at})
		if c.area != "" && string(r.Area) != c.area || r.Route != c.route || c.category != "" && string(r.Category()) != c.category || r.Urgency != c.urgency {
			t.Errorf("%s\n read as area %q route %q category %q urgency %d, not %q %q %q %d; %+v",
				c.said, r.Area, r.Route, r.Category(), r.Urgency, c.area, c.route, c.category, c.urgency, r.Categories)
		}
	}
}
