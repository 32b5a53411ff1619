package demo

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// A grid is one of the smallest areas, with what its places are called.
type grid struct {
	area    org.Area
	street  string
	polygon orb.Polygon
	centre  orb.Point
	roads   []org.Name
	estates []org.Name
	village string // its name, if it is one
	people  int    // up to and with this grid
}

// estates have names that somebody who sells flats would think of.
var estateNames = []org.Name{
	{ZH: "荷香苑", EN: "Hexiang Court"},
	{ZH: "翠湖花园", EN: "Cuihu Gardens"},
	{ZH: "锦绣家园", EN: "Jinxiu Homes"},
	{ZH: "阳光新村", EN: "Yangguang New Village"},
	{ZH: "文澜苑", EN: "Wenlan Court"},
	{ZH: "望江小区", EN: "Wangjiang Estate"},
	{ZH: "和顺里", EN: "Heshun Lane"},
	{ZH: "紫藤苑", EN: "Ziteng Court"},
	{ZH: "东方丽景", EN: "Dongfang View"},
	{ZH: "金桂花园", EN: "Jingui Gardens"},
	{ZH: "春晓苑", EN: "Chunxiao Court"},
	{ZH: "安康小区", EN: "Ankang Estate"},
	{ZH: "梧桐里", EN: "Wutong Lane"},
	{ZH: "湖畔人家", EN: "Lakeside Homes"},
	{ZH: "景泰公寓", EN: "Jingtai Apartments"},
	{ZH: "枫林苑", EN: "Fenglin Court"},
	{ZH: "清水湾", EN: "Qingshui Bay"},
	{ZH: "幸福里", EN: "Xingfu Lane"},
	{ZH: "机械厂家属院", EN: "Machine Works Compound"},
	{ZH: "粮食局宿舍", EN: "Grain Office Dormitory"},
	{ZH: "百花苑", EN: "Baihua Court"},
	{ZH: "泰和名都", EN: "Taihe Mansions"},
	{ZH: "玉兰雅居", EN: "Yulan Residence"},
	{ZH: "旭日小区", EN: "Xuri Estate"},
}

var (
	nearZH = []string{"楼下", "小区东门口", "小区北门", "幼儿园门口", "菜市场旁边", "公交站旁", "小区南门对面", "药店门口", "快递柜旁边", "地下车库入口", "垃圾亭边上", "卫生服务站门口", "路口红绿灯处", "桥头", "超市门前"}
	nearEN = []string{"by the east gate", "outside the kindergarten", "next to the market", "by the bus stop", "opposite the south gate", "outside the pharmacy", "by the parcel lockers", "at the car park entrance", "at the crossing", "in front of the supermarket"}
)

func gridsOf(d District) ([]grid, error) {
	roads, err := roadsOf(d.Map)
	if err != nil {
		return nil, fmt.Errorf("roads of the map: %w", err)
	}
	parents := map[org.AreaID]bool{}
	for _, a := range d.City.Areas {
		parents[a.Parent] = true
	}
	var list []grid
	people := 0
	for i, a := range d.City.Areas {
		if parents[a.ID] || len(a.Shape) == 0 {
			continue
		}
		g, err := geojson.UnmarshalGeometry(a.Shape)
		if err != nil {
			return nil, fmt.Errorf("shape of %s: %w", a.ID, err)
		}
		polygon, ok := g.Geometry().(orb.Polygon)
		if !ok {
			continue
		}
		centre, _ := planar.CentroidArea(polygon)
		people += max(a.Population, 1)
		at := grid{area: a, polygon: polygon, centre: centre, people: people, roads: nearest(roads, centre, 2)}
		above := a
		for _, each := range d.City.AreaPath(a.ID) {
			switch each.Level {
			case org.LevelCommunity:
				above = each
			case org.LevelStreet:
				at.street = each.Name.ZH
			}
		}
		if strings.HasSuffix(above.Name.ZH, "村") {
			at.village = above.Name.ZH
		}
		at.estates = []org.Name{estateNames[i%len(estateNames)], estateNames[(i*7+3)%len(estateNames)]}
		list = append(list, at)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no area has a shape")
	}
	return list, nil
}

type road struct {
	name org.Name
	line orb.LineString
}

func roadsOf(body json.RawMessage) ([]road, error) {
	if len(body) == 0 {
		return nil, nil
	}
	features, err := geojson.UnmarshalFeatureCollection(body)
	if err != nil {
		return nil, err
	}
	var list []road
	for _, f := range features.Features {
		line, ok := f.Geometry.(orb.LineString)
		if zh := f.Properties.MustString("name_zh", ""); ok && zh != "" && f.Properties.MustString("kind", "") == "road" {
			list = append(list, road{org.Name{ZH: zh, EN: f.Properties.MustString("name_en", zh)}, line})
		}
	}
	return list, nil
}

// nearest gives the names of the n roads closest to a point.
func nearest(roads []road, p orb.Point, n int) (names []org.Name) {
	taken := map[int]bool{}
	for range min(n, len(roads)) {
		best, found := math.Inf(1), -1
		for i, r := range roads {
			if d := planar.DistanceFrom(r.line, p); !taken[i] && d < best {
				best, found = d, i
			}
		}
		taken[found] = true
		names = append(names, roads[found].name)
	}
	return names
}

// A place is where something is the matter.
type place struct {
	area    org.AreaID
	point   *intake.Point
	address string            // "" when nobody said
	gaps    map[string]string // for the sentences
	estate  string
}

func (w *world) place(rng *rand.Rand, lang string) place {
	x := rng.IntN(w.grids[len(w.grids)-1].people)
	i := 0
	for x >= w.grids[i].people {
		i++
	}
	return w.grids[i].place(rng, lang)
}

func (g grid) place(rng *rand.Rand, lang string) place {
	p := place{area: g.area.ID}
	estate, number := pick(rng, g.estates), strconv.Itoa(1+rng.IntN(180))
	block := strconv.Itoa(1 + rng.IntN(24))
	var name, near string
	switch {
	case lang == "en":
		name = estate.EN
		if len(g.roads) > 0 && chance(rng, 45) {
			name = number + " " + pick(rng, g.roads).EN
		}
		near = pick(rng, nearEN)
		p.address = name
		if name == estate.EN {
			p.address = "Block " + block + ", " + name
		}
	case g.village != "":
		name = g.village + strconv.Itoa(1+rng.IntN(9)) + "组"
		near = pick(rng, []string{"村口", "晒谷场旁", "村委会门口", "水塘边", "通村公路旁", "小卖部门口"})
		p.address = g.street + name
	default:
		name = estate.ZH
		if len(g.roads) > 0 && chance(rng, 45) {
			name = pick(rng, g.roads).ZH + number + "号"
			p.address = g.street + name
		} else {
			p.address = g.street + name + block + "栋"
			if chance(rng, 50) {
				p.address += strconv.Itoa(1+rng.IntN(4)) + "单元"
			}
		}
		near = pick(rng, nearZH)
		if near == "楼下" {
			near = block + "栋楼下"
		}
	}
	p.estate = estate.In(lang)
	p.gaps = map[string]string{"place": name, "near": near}
	switch {
	case chance(rng, 25):
		p.address = ""
	case chance(rng, 18):
		p.point = g.point(rng)
	}
	return p
}

// point is a place inside the grid, or its middle.
func (g grid) point(rng *rand.Rand) *intake.Point {
	ring := g.polygon[0]
	corner := ring[rng.IntN(len(ring))]
	t := rng.Float64() * 0.8
	p := orb.Point{g.centre[0] + t*(corner[0]-g.centre[0]), g.centre[1] + t*(corner[1]-g.centre[1])}
	if !planar.PolygonContains(g.polygon, p) {
		p = g.centre
	}
	return &intake.Point{Lat: math.Round(p[1]*1e5) / 1e5, Lon: math.Round(p[0]*1e5) / 1e5}
}
