package web

import (
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"yiwang/internal/city/org"
)

// A StreetMap is the streets' outlines as paths of an SVG of the given size;
// without streets that are drawn its size is 0.
type StreetMap struct {
	Width, Height int
	Path          map[org.AreaID]string
	Label         map[org.AreaID][2]int
}

var drawing struct {
	sync.Mutex
	of      *org.Directory
	streets StreetMap
}

// Streets draws the streets of a directory, once for each version of it.
func Streets(d *org.Directory) StreetMap {
	drawing.Lock()
	defer drawing.Unlock()
	if drawing.of != d {
		drawing.of, drawing.streets = d, draw(d)
	}
	return drawing.streets
}

func draw(d *org.Directory) StreetMap {
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
	s := StreetMap{Path: map[org.AreaID]string{}, Label: map[org.AreaID][2]int{}}
	if len(geom) == 0 {
		return s
	}
	// Degrees of longitude are shorter than those of latitude.
	shrink := math.Cos(all.Center().Lat() * math.Pi / 180)
	scale := width / ((all.Max.Lon() - all.Min.Lon()) * shrink)
	s.Width, s.Height = width, int((all.Max.Lat()-all.Min.Lat())*scale)+1
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
		s.Path[id] = b.String()
		x, y := at(g.Bound().Center())
		s.Label[id] = [2]int{x, y}
	}
	return s
}

// AreaOptions are the streets, each with its communities beneath.
func AreaOptions(d *org.Directory, lang string) []Option {
	var list []Option
	for _, a := range d.Streets() {
		list = append(list, Option{Value: string(a.ID), Label: a.Name.In(lang)})
		for _, c := range d.Children(a.ID) {
			list = append(list, Option{Value: string(c.ID), Label: "\u2003" + c.Name.In(lang)})
		}
	}
	return list
}

// A StreetMark is what a map says of a street.
type StreetMark struct {
	ID         org.AreaID
	Name, Said string
	Shade      int // as Shade gives it
}

// Shade is which of five shades an area has: by its share of the most.
func Shade(n, most int) int {
	if n == 0 || most == 0 {
		return 0
	}
	return 1 + min(3, n*4/(most+1))
}
