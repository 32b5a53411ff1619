// Package casestest has what tests of package cases start from: a small city,
// the people in it, good cases and a thousand random ones; the plainest store
// there can be, and the suite that every cases.Store passes.
package casestest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// At is a Tuesday morning, half past ten in the city.
var At = time.Date(2026, 9, 22, 2, 30, 0, 0, time.UTC)

// City is a small city: a hotline, two departments, one of them with a
// section, a partner and a street office with a community. The first week of
// October is a holiday; the Sunday before and the Saturday after it are not.
func City() org.City {
	policy := org.Policy{
		City: org.Name{ZH: "莲城", EN: "Liancheng"}, ConfirmDays: 5, ReturnWindow: limit("1wd"), PauseCap: limit("5wd"), Dispatch: limit("2wh"),
	}
	d, err := org.NewDirectory(policy, areas, units)
	if err != nil {
		panic(err)
	}
	d.Version = 1
	return org.City{Directory: d, Catalogue: org.NewCatalogue(org.Catalogue{Version: 7, Categories: categories, Routes: routes, Duties: duties}), Calendar: office()}
}

// office is the calendar, which is made once: nobody changes it.
var office = sync.OnceValue(func() *calendar.Calendar {
	c, err := calendar.New(calendar.Config{
		Timezone: "Asia/Shanghai", Work: [][2]string{{"09:00", "12:00"}, {"13:30", "17:30"}}, Week: []time.Weekday{1, 2, 3, 4, 5},
	}, []calendar.Year{{Year: 2026, Days: holidays()}})
	if err != nil {
		panic(err)
	}
	return c
})

func limit(s string) calendar.Limit {
	l, err := calendar.ParseLimit(s)
	if err != nil {
		panic(err)
	}
	return l
}

func holidays() (list []calendar.Day) {
	for d := 1; d <= 7; d++ {
		list = append(list, calendar.Day{Name: "国庆节", Date: fmt.Sprintf("2026-10-%02d", d), Off: true})
	}
	return append(list, calendar.Day{Name: "国庆节", Date: "2026-09-20"}, calendar.Day{Name: "国庆节", Date: "2026-10-10"})
}

var (
	areas = []org.Area{
		{ID: "lc", Level: org.LevelDistrict, Name: org.Name{ZH: "莲城区", EN: "Liancheng"}},
		{ID: "js", Parent: "lc", Level: org.LevelStreet, Name: org.Name{ZH: "建设街道", EN: "Jianshe"}},
		{ID: "js-01", Parent: "js", Level: org.LevelCommunity, Name: org.Name{ZH: "荷花社区", EN: "Hehua"}},
		{ID: "js-02", Parent: "js", Level: org.LevelCommunity, Name: org.Name{ZH: "清波社区", EN: "Qingbo"}},
		{ID: "js-02-7", Parent: "js-02", Level: org.LevelGrid, Name: org.Name{ZH: "7网格", EN: "Grid 7"}},
		{ID: "xh", Parent: "lc", Level: org.LevelStreet, Name: org.Name{ZH: "西湖街道", EN: "Xihu"}},
		{ID: "xh-01", Parent: "xh", Level: org.LevelCommunity, Name: org.Name{ZH: "柳岸社区", EN: "Liu'an"}},
	}
	units = []org.Unit{
		{ID: "hotline", Type: org.Hotline, Name: org.Name{ZH: "热线中心", EN: "Hotline"}},
		{ID: "roads", Type: org.Department, Name: org.Name{ZH: "城管局", EN: "Roads"}, Chain: []string{cases.StepCheck, cases.StepSign}},
		{ID: "lights", Parent: "roads", Type: org.Section, Name: org.Name{ZH: "照明科", EN: "Lights"}},
		{ID: "parks", Type: org.Department, Name: org.Name{ZH: "园林局", EN: "Parks"}, Chain: []string{cases.StepCheck}},
		{ID: "water", Type: org.Partner, Name: org.Name{ZH: "水务公司", EN: "Water"}},
		{ID: "js-office", Type: org.StreetOffice, Area: "js", Name: org.Name{ZH: "建设街道办", EN: "Jianshe Office"}},
		{ID: "js-grid", Parent: "js-office", Type: org.Section, Area: "js-02", Name: org.Name{ZH: "清波网格站", EN: "Qingbo Post"}},
	}
	categories = []org.Category{
		{ID: "street", Name: org.Name{ZH: "市政", EN: "Streets"}},
		{ID: "light.out", Parent: "street", Name: org.Name{ZH: "路灯不亮", EN: "Lamp out"}, Kind: "help"},
		{ID: "tree", Parent: "street", Name: org.Name{ZH: "树木", EN: "Trees"}, Kind: "help"},
		{ID: "pipe", Parent: "street", Name: org.Name{ZH: "爆管", EN: "Burst pipe"}, Kind: "help", Urgency: org.Urgent},
		{ID: "rubbish", Parent: "street", Name: org.Name{ZH: "垃圾", EN: "Rubbish"}, Kind: "help", StreetOK: true},
		{ID: "conduct", Name: org.Name{ZH: "作风", EN: "Conduct"}, Kind: "complaint", StreetOK: true},
	}
	duties = []org.Duty{
		{ID: "d-light", Category: "light.out", Unit: "roads", Accept: limit("4wh"), Resolve: limit("5wd"), From: "2026-01-01"},
		{ID: "d-tree", Category: "tree", Unit: "parks", Helpers: []org.UnitID{"roads"}, Accept: limit("4wh"), Resolve: limit("16wh"), From: "2026-01-01"},
		{ID: "d-pipe", Category: "pipe", Unit: "water", Accept: limit("1h"), Resolve: limit("24h"), Urgency: org.Emergency, From: "2026-01-01"},
		{ID: "d-rubbish", Category: "rubbish", Area: "js", Unit: "js-office", Accept: limit("1wd"), Resolve: limit("3d"), From: "2026-01-01"},
	}
	routes = []org.Route{
		{ID: "fire", Type: org.RouteEmergency, Phone: "119", Name: org.Name{ZH: "火警", EN: "Fire"}, Tell: org.Name{ZH: "请立即拨打119。", EN: "Call 119 now."}},
		{ID: "inspection", Type: org.RouteLawful, Name: org.Name{ZH: "纪检监察", EN: "Discipline inspection"}, Tell: org.Name{ZH: "请拨打12388。", EN: "Ring 12388."}, Key: "yiwang-seal-OSKsYh1PpI3axTAjpAv3gtgtkuRa1FnhX9kihqu-lQU"},
		{ID: "court", Type: org.RouteLawful, Name: org.Name{ZH: "诉讼", EN: "Court"}, Tell: org.Name{ZH: "此事由法院审理。", EN: "This is for the court."}},
	}
)

// Person is somebody who works in a unit. Two with the same name and unit are
// the same.
func Person(name string, unit org.UnitID, roles ...access.Role) access.Actor {
	d := City().Directory
	u, ok := d.Unit(unit)
	if !ok {
		panic("there is no unit " + string(unit))
	}
	return access.Actor{
		Staff: access.StaffID(name), Name: org.Name{ZH: name, EN: name}, Roles: roles, Unit: unit,
		Up: d.Up(unit), Down: d.Down(unit), Partner: u.Type == org.Partner,
	}
}

// Case is a good case that waits, of one request.
func Case(request string) cases.Case {
	id := cases.ID(ids.New(At))
	return cases.Case{
		ID: id, Seq: cases.DayOf(At, time.UTC), State: cases.Waiting, WaitsFor: cases.ForDispatcher, Kind: "help", Route: org.RouteWork,
		Category: "light.out", Area: "js-02", Address: "建设路28号", Subject: "路灯不亮", OpenedAt: At, Revision: 1,
		Clocks: cases.Clocks{DispatchDue: At.Add(2 * time.Hour)},
		Parts:  []cases.Part{{ID: cases.PartID(ids.New(At)), Request: request, Case: id, At: At}},
	}
}

// Event is something that happened to a case.
func Event(id cases.ID, kind cases.EventKind, at time.Time) cases.Event {
	return cases.Event{ID: ids.New(at), Case: id, At: at, Kind: kind, By: "li", Unit: "hotline", Detail: cases.Detail{Text: "说明 a note"}}
}

type fixed struct{ city org.City }

// Cities gives this city, always.
func Cities(c org.City) cases.Cities { return fixed{c} }

func (f fixed) City(context.Context) (org.City, error) { return f.city, nil }
