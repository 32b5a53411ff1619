package setup

import (
	"encoding/json"
	"slices"

	"yiwang/internal/city/org"
)

var levels = []string{
	string(org.LevelCity), string(org.LevelDistrict), string(org.LevelStreet),
	string(org.LevelCommunity), string(org.LevelGrid),
}

// An areaTable is the areas of a folder.
type areaTable struct {
	ok    bool // areas.csv was read, so that an unknown area is a mistake elsewhere
	whole bool // and every area has its place, so that path and leaf can be relied on
	seen  map[string]int
	list  []org.Area
	path  map[string][]string // of every area: itself and those it lies in
	leaf  []string            // the areas that have none inside them
}

func (r *reader) areas() {
	t := r.table(fileAreas, "id parent level name_zh name_en population", "")
	a := areaTable{ok: t.ok, seen: map[string]int{}, path: map[string][]string{}}
	read := map[string]org.Area{}
	var nodes []node
	for _, w := range t.rows {
		id := w.id(a.seen)
		area := org.Area{
			ID: org.AreaID(id), Parent: org.AreaID(w.cell["parent"]), Level: org.Level(w.choice("level", levels...)),
			Name: w.name("name"), Population: w.number("population"),
		}
		if id != "" {
			read[id] = area
			nodes = append(nodes, node{w, id, w.cell["parent"]})
		}
	}
	root := ""
	for _, n := range nodes {
		if n.parent == "" {
			if root != "" {
				n.bad("parent", "second_root", "Value", root)
			} else {
				root = n.id
			}
		}
	}
	if t.ok && root == "" && len(nodes) > 0 {
		r.bad(fileAreas, 0, "parent", "no_root")
	}
	inner := map[string]bool{}
	placed := tree(nodes, a.seen)
	a.whole = t.ok && len(placed) == len(t.rows)
	for _, n := range placed {
		level, above := string(read[n.id].Level), string(read[n.parent].Level)
		if up, down := slices.Index(levels, above), slices.Index(levels, level); n.parent != "" && up >= 0 && down >= 0 && down <= up {
			n.bad("level", "level_order", "Level", level, "Parent", n.parent, "ParentLevel", above)
		}
		inner[n.parent] = true
		a.list = append(a.list, read[n.id])
		if len(a.path[n.parent]) < len(levels) { // else its level is wrong, which has been said
			a.path[n.id] = append([]string{n.id}, a.path[n.parent]...)
		}
	}
	for _, area := range a.list {
		if !inner[string(area.ID)] {
			a.leaf = append(a.leaf, string(area.ID))
		}
	}
	r.area = a
	r.shapes()
}

// knownArea reports whether there is such an area, and says so if not.
func (r *reader) knownArea(w row, id string) bool {
	_, ok := r.area.seen[id]
	if !ok && r.area.ok {
		w.bad("area", "unknown_area", "Value", id)
	}
	return ok
}

// A feature is one of a GeoJSON FeatureCollection.
type feature struct {
	Type       string         `json:"type"`
	Properties map[string]any `json:"properties"`
	Geometry   *geometry      `json:"geometry"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

func (r *reader) features(name string) ([]feature, bool) {
	var c struct {
		Type     string    `json:"type"`
		Features []feature `json:"features"`
	}
	if !r.json(name, &c, false) {
		return nil, false
	}
	if c.Type != "FeatureCollection" {
		r.bad(name, 0, "type", "not_features")
		return nil, false
	}
	return c.Features, true
}

// shapes reads areas.geojson. A folder may have none; what it has must be
// whole: where one area of a level has a shape, every area of that level
// does, so that a point in the city is in an area.
func (r *reader) shapes() {
	if !r.has(fileShapes) {
		return
	}
	list, ok := r.features(fileShapes)
	if !ok {
		return
	}
	shape, seen := map[string]json.RawMessage{}, map[string]int{}
	for i, f := range list {
		row := i + 1
		id, _ := f.Properties["id"].(string)
		if id == "" {
			r.bad(fileShapes, row, "properties.id", "shape_no_id")
			continue
		}
		if _, known := r.area.seen[id]; !known {
			if r.area.ok {
				r.bad(fileShapes, row, "properties.id", "unknown_area", "Value", id)
			}
			continue
		}
		if first, twice := seen[id]; twice {
			r.bad(fileShapes, row, "properties.id", "id_twice", "Value", id, "Row", first)
			continue
		}
		seen[id] = row
		if f.Geometry == nil || f.Geometry.Type != "Polygon" && f.Geometry.Type != "MultiPolygon" {
			r.bad(fileShapes, row, "geometry", "not_polygon", "Value", id)
			continue
		}
		if key := badGeometry(*f.Geometry); key != "" {
			r.bad(fileShapes, row, "geometry", key, "Value", id)
			continue
		}
		b, err := json.Marshal(f.Geometry)
		if err != nil { // the coordinates were read from JSON just now
			r.bad(fileShapes, row, "geometry", "bad_shape", "Value", id)
			continue
		}
		shape[id] = b
	}
	has := map[org.Level]bool{}
	for i, a := range r.area.list {
		r.area.list[i].Shape = shape[string(a.ID)]
		has[a.Level] = has[a.Level] || seen[string(a.ID)] > 0
	}
	for _, a := range r.area.list {
		if has[a.Level] && seen[string(a.ID)] == 0 {
			r.bad(fileShapes, 0, "properties.id", "no_shape", "Value", string(a.ID), "Level", string(a.Level))
		}
	}
}

// streets reads roads and waters, which are drawn and nothing else.
func (r *reader) streets() {
	if !r.has(fileStreets) {
		return
	}
	list, ok := r.features(fileStreets)
	if !ok {
		return
	}
	for i, f := range list {
		if f.Geometry == nil {
			r.bad(fileStreets, i+1, "geometry", "bad_shape", "Value", "")
		} else if key := badGeometry(*f.Geometry); key != "" {
			r.bad(fileStreets, i+1, "geometry", key, "Value", "")
		}
	}
	type out struct {
		Type       string         `json:"type"`
		Properties map[string]any `json:"properties"`
		Geometry   *geometry      `json:"geometry"`
	}
	m := struct {
		Type     string `json:"type"`
		Features []out  `json:"features"`
	}{Type: "FeatureCollection", Features: make([]out, len(list))}
	for i, f := range list {
		m.Features[i] = out{"Feature", f.Properties, f.Geometry}
	}
	b, err := json.Marshal(m)
	if err != nil {
		r.bad(fileStreets, 0, "", "bad_shape", "Value", "")
		return
	}
	r.folder.Map = b
}

type (
	point = []float64
	line  = []point
)

// badGeometry gives the key of what is wrong with a geometry, or "".
func badGeometry(g geometry) string {
	var lines []line
	closed := true
	read := func(v any) bool { return json.Unmarshal(g.Coordinates, v) == nil }
	ok := false
	switch g.Type {
	case "LineString":
		var one line
		ok = read(&one)
		lines, closed = []line{one}, false
	case "MultiLineString":
		closed = false
		ok = read(&lines)
	case "Polygon":
		ok = read(&lines)
	case "MultiPolygon":
		var many [][]line
		ok = read(&many)
		for _, p := range many {
			if len(p) == 0 {
				return "bad_shape"
			}
			lines = append(lines, p...)
		}
	}
	if !ok || len(lines) == 0 {
		return "bad_shape"
	}
	for _, l := range lines {
		if len(l) < 2 || closed && len(l) < 4 {
			return "short_ring"
		}
		for _, p := range l {
			if len(p) < 2 || len(p) > 3 {
				return "bad_shape"
			}
			if p[0] < -180 || p[0] > 180 || p[1] < -90 || p[1] > 90 {
				return "out_of_range"
			}
		}
		if first, last := l[0], l[len(l)-1]; closed && (first[0] != last[0] || first[1] != last[1]) {
			return "open_ring"
		}
	}
	return ""
}
