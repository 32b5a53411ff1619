package process_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"yiwang/internal/algo/process"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("", 8*3600))

// A way is what one invented case goes through: activities with who does
// them and how many hours they take on average to come.
type stop struct {
	activity, unit string
	hours          float64
}

// hotline invents cases of a hotline: six activities, returns and repeats.
func hotline(n int, seed uint64) []process.Event {
	r := rand.New(rand.NewPCG(seed, 1))
	units := []string{"市政工程处", "供水公司", "城管局", "环保局"}
	var list []process.Event
	for c := range n {
		at := monday.Add(time.Duration(c) * 7 * time.Minute)
		add := func(s stop) {
			at = at.Add(time.Duration(s.hours * r.ExpFloat64() * float64(time.Hour))).Truncate(time.Second)
			list = append(list, process.Event{Case: fmt.Sprintf("20260302-%05d", c), Activity: s.activity, Time: at, Resource: s.unit})
		}
		unit := units[r.IntN(len(units))]
		add(stop{"受理", "热线", 0})
		if r.Float64() < 0.35 {
			add(stop{"答复", "热线", 0.1})
			continue
		}
		add(stop{"派单", "热线", 0.7})
		for r.Float64() < 0.18 {
			add(stop{"退单", unit, 9})
			unit = units[r.IntN(len(units))]
			add(stop{"派单", "热线", 2})
		}
		add(stop{"接单", unit, 3})
		for {
			add(stop{"办理", unit, 60})
			add(stop{"答复", unit, 5})
			if r.Float64() > 0.12 {
				break
			}
		}
		if r.Float64() < 0.5 {
			add(stop{"回访", "热线", 26})
		}
	}
	return list
}

// office invents cases of an office with 25 activities, some rare.
func office(n int, seed uint64) []process.Event {
	r := rand.New(rand.NewPCG(seed, 2))
	var list []process.Event
	for c := range n {
		at := monday.Add(time.Duration(c) * 11 * time.Minute)
		add := func(activity string, hours float64) {
			at = at.Add(time.Duration(hours * r.ExpFloat64() * float64(time.Hour))).Truncate(time.Second)
			list = append(list, process.Event{Case: fmt.Sprint(c), Activity: activity, Time: at, Resource: "窗口"})
		}
		chance := func(p float64) bool { return r.Float64() < p }
		if chance(0.6) {
			add("网上申请", 0)
			add("身份核验", 0.05)
		} else {
			add("窗口取号", 0)
			add("窗口申请", 0.5)
		}
		add("材料预审", 5)
		for chance(0.25) {
			add("补正通知", 8)
			add("补交材料", 60)
			add("材料预审", 6)
		}
		if chance(0.05) {
			add("不予受理", 3)
			add("送达", 4)
			continue
		}
		add("受理登记", 2)
		add("分办", 3)
		switch {
		case chance(0.3):
			add("现场踏勘通知", 10)
			add("现场踏勘", 70)
			add("踏勘报告", 20)
			if chance(0.1) {
				add("专家评审", 90)
			}
		case chance(0.2):
			add("征求部门意见", 6)
			add("部门回复", 100)
			if chance(0.3) {
				add("征求部门意见", 4)
				add("部门回复", 60)
			}
		}
		add("审查", 12)
		if chance(0.08) {
			add("听证", 160)
			add("审查", 10)
		}
		add("审核", 9)
		if chance(0.15) {
			add("退回重审", 4)
			add("审查", 8)
			add("审核", 7)
		}
		add("决定", 10)
		if chance(0.9) {
			add("制证", 5)
			if chance(0.5) {
				add("短信通知领取", 0.2)
				add("窗口领取", 30)
			} else {
				add("快递寄出", 6)
				add("送达", 40)
			}
		} else {
			add("不予许可告知", 3)
			if chance(0.4) {
				add("申请行政复议", 300)
			}
		}
		add("归档", 20)
		if chance(0.3) {
			add("好差评", 10)
		}
	}
	return list
}

func logOf(list []process.Event) *process.Log {
	l := &process.Log{}
	for _, e := range list {
		if err := l.Add(e); err != nil {
			panic(err)
		}
	}
	return l
}
