package org

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"

	"yiwang/internal/base/versions"
)

type shapes struct {
	area  []int // index into Areas
	bound []orb.Bound
	geom  []orb.Geometry
}

// NewDirectory indexes areas and units. Parents stand before children; the
// folder of a city is checked before it comes here.
func NewDirectory(p Policy, areas []Area, units []Unit) (*Directory, error) {
	d := &Directory{
		Policy: p.withDefaults(), Areas: areas, Units: units,
		areas: map[AreaID]int{}, units: map[UnitID]int{}, kids: map[UnitID][]UnitID{},
	}
	parents := map[AreaID]bool{}
	for i, a := range areas {
		if _, ok := d.areas[a.Parent]; !ok && a.Parent != "" {
			return nil, fmt.Errorf("area %s: its parent %s does not stand before it", a.ID, a.Parent)
		}
		d.areas[a.ID] = i
		parents[a.Parent] = true
	}
	for i, u := range units {
		d.units[u.ID] = i
		if u.Parent != "" {
			d.kids[u.Parent] = append(d.kids[u.Parent], u.ID)
		}
	}
	for i, a := range areas {
		if parents[a.ID] || len(a.Shape) == 0 {
			continue // only the smallest areas are looked a point up in
		}
		g, err := geojson.UnmarshalGeometry(a.Shape)
		if err != nil {
			return nil, fmt.Errorf("shape of area %s: %w", a.ID, err)
		}
		d.shape.area = append(d.shape.area, i)
		d.shape.bound = append(d.shape.bound, g.Geometry().Bound())
		d.shape.geom = append(d.shape.geom, g.Geometry())
	}
	return d, nil
}

// Locate returns the smallest area that has the point in it.
func (d *Directory) Locate(lat, lon float64) (Area, bool) {
	p := orb.Point{lon, lat}
	for i, b := range d.shape.bound {
		if !b.Contains(p) {
			continue
		}
		switch g := d.shape.geom[i].(type) {
		case orb.Polygon:
			if planar.PolygonContains(g, p) {
				return d.Areas[d.shape.area[i]], true
			}
		case orb.MultiPolygon:
			if planar.MultiPolygonContains(g, p) {
				return d.Areas[d.shape.area[i]], true
			}
		}
	}
	return Area{}, false
}

// Drawn reports whether the areas have shapes, so that Locate can tell what
// is in the city.
func (d *Directory) Drawn() bool { return len(d.shape.area) > 0 }

// directoryBody is how a directory is kept.
type directoryBody struct {
	Policy Policy `json:"policy"`
	Areas  []Area `json:"areas"`
	Units  []Unit `json:"units"`
}

// EncodeDirectory gives a directory as it is kept.
func EncodeDirectory(d *Directory) ([]byte, error) {
	return json.Marshal(directoryBody{d.Policy, d.Areas, d.Units})
}

// DecodeDirectory reads a directory as it was kept.
func DecodeDirectory(v versions.Version) (*Directory, error) {
	var body directoryBody
	if err := json.Unmarshal(v.Body, &body); err != nil {
		return nil, err
	}
	if len(body.Units) == 0 {
		return nil, errors.New("a directory without units")
	}
	d, err := NewDirectory(body.Policy, body.Areas, body.Units)
	if err != nil {
		return nil, err
	}
	d.Version = v.Number
	return d, nil
}
