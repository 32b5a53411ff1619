package board

import (
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// waiting lists who may have the next step, in the order of the work.
var waiting = []cases.WaitsFor{cases.ForDispatcher, cases.ForUnit, cases.ForHead, cases.ForLeader, cases.ForHotline, cases.ForResident}

func (t topic) above() float64 { return (float64(t.recent) - t.usual) / math.Sqrt(max(t.usual, 1)) }

func sign(d float64) int {
	if d < 0 {
		return -1
	}
	return 1
}

// shapes are the streets' outlines as paths of an SVG of the given size.
type shapes struct {
	width, height int
	path          map[org.AreaID]string
	label         map[org.AreaID][2]int
}

var drawing struct {
	sync.Mutex
	of     *org.Directory
	shapes shapes
}

// drawn draws the streets of a directory, once for each version of it.
func drawn(d *org.Directory) shapes {
	drawing.Lock()
	defer drawing.Unlock()
	if drawing.of != d {
		drawing.of, drawing.shapes = d, draw(d)
	}
	return drawing.shapes
}

func draw(d *org.Directory) shapes {
	const width = 560
	geom := map[org.AreaID]orb.Geometry{}
	var all orb.Bound
	for _, a := range d.Areas {
		if a.Level != org.LevelStreet || len(a.Shape) == 0 {
			continue
		}
		g, err := geojson.UnmarshalGeometry(a.Shape)
		if err != nil {
			continue // the folder's shapes were checked when it was loaded
		}
		if b := g.Geometry().Bound(); len(geom) == 0 {
			all = b
		} else {
			all = all.Union(b)
		}
		geom[a.ID] = g.Geometry()
	}
	s := shapes{path: map[org.AreaID]string{}, label: map[org.AreaID][2]int{}}
	if len(geom) == 0 {
		return s
	}
	// Degrees of longitude are shorter than those of latitude.
	shrink := math.Cos(all.Center().Lat() * math.Pi / 180)
	scale := width / ((all.Max.Lon() - all.Min.Lon()) * shrink)
	s.width, s.height = width, int((all.Max.Lat()-all.Min.Lat())*scale)+1
	at := func(p orb.Point) (x, y int) {
		return int((p.Lon() - all.Min.Lon()) * shrink * scale), int((all.Max.Lat() - p.Lat()) * scale)
	}
	for id, g := range geom {
		var b strings.Builder
		var polygons []orb.Polygon
		switch g := g.(type) {
		case orb.Polygon:
			polygons = []orb.Polygon{g}
		case orb.MultiPolygon:
			polygons = g
		}
		for _, p := range polygons {
			for _, ring := range p {
				lastX, lastY := -1, -1
				for i, point := range ring {
					x, y := at(point)
					if x == lastX && y == lastY {
						continue
					}
					lastX, lastY = x, y
					if i == 0 {
						b.WriteByte('M')
					} else {
						b.WriteByte('L')
					}
					b.WriteString(strconv.Itoa(x) + " " + strconv.Itoa(y))
				}
				b.WriteByte('Z')
			}
		}
		s.path[id] = b.String()
		x, y := at(g.Bound().Center())
		s.label[id] = [2]int{x, y}
	}
	return s
}

// shade is which of five shades an area has: by its share of the most.
func shade(n, most int) int {
	if n == 0 || most == 0 {
		return 0
	}
	return 1 + min(3, n*4/(most+1))
}

func (v view) most() int {
	most := 0
	for _, a := range v.areas {
		most = max(most, a.n.Open)
	}
	return most
}

// A bar is one of a chart, in the units of its SVG.
type bar struct {
	x, y, width, height int
	label               string
	n                   int
}

// bars draws the steps as bars from zero.
func (v view) bars(width, height int) []bar {
	most := 1
	for _, n := range v.pulse.Received {
		most = max(most, n)
	}
	each := width / max(1, len(v.labels))
	list := make([]bar, len(v.labels))
	for i, label := range v.labels {
		h := v.pulse.Received[i] * (height - 14) / most
		list[i] = bar{x: i * each, y: height - h, width: each - 3, height: h, label: label, n: v.pulse.Received[i]}
	}
	return list
}

func share(n, of int) string {
	if of == 0 {
		return "0"
	}
	return strconv.Itoa(n * 100 / of)
}
