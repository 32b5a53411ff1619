package flow

import (
	"cmp"
	"context"
	"slices"

	"yiwang/internal/algo/similar"
	"yiwang/internal/algo/tour"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// A Stop is a case on somebody's way.
type Stop struct {
	Case   cases.Case
	Point  *intake.Point // nil where nobody knows more than the words
	Meters float64       // from the stop before, or from where one is; -1 where that is not known
}

// MaxStops is how many cases a way passes: the most pressing ones.
const MaxStops = 40

// Way orders the accepted cases of somebody who works outside, or of their
// whole unit: first what cannot wait, urgent or late, then the rest, each by a
// short way from where one is. Cases without a place come last, by area.
func (f *Requests) Way(ctx context.Context, by access.Actor, unit bool, from *intake.Point) ([]Stop, error) {
	filter := cases.Filter{States: []cases.State{cases.Accepted}, Order: cases.ByRisk, Limit: MaxStops, Handler: by.Staff}
	if unit {
		filter.Handler, filter.Units = "", append(slices.Clone(by.Up), by.Down...)
	}
	list, err := f.Cases.List(ctx, by, filter)
	if err != nil {
		return nil, err
	}
	points, err := f.points(ctx, list)
	if err != nil {
		return nil, err
	}
	now := f.Now()
	var pressing, others, nowhere []Stop
	for _, c := range list {
		s := Stop{c, points[c.ID], -1}
		switch {
		case s.Point == nil:
			nowhere = append(nowhere, s)
		case c.Urgency > org.Ordinary || c.Late(now):
			pressing = append(pressing, s)
		default:
			others = append(others, s)
		}
	}
	way := leg(from, pressing)
	if len(way) > 0 {
		from = way[len(way)-1].Point
	}
	way = append(way, leg(from, others)...)
	slices.SortStableFunc(nowhere, func(a, b Stop) int { return cmp.Compare(a.Case.Area, b.Case.Area) })
	return append(way, nowhere...), nil
}

// points are where people say the matters of cases are.
func (f *Requests) points(ctx context.Context, list []cases.Case) (map[cases.ID]*intake.Point, error) {
	var ids []intake.ID
	for _, c := range list {
		for _, p := range c.Parts[:min(len(c.Parts), 3)] {
			ids = append(ids, intake.ID(p.Request))
		}
	}
	said, err := f.Intake.Requests(ctx, access.System(), ids, access.Resource{})
	if err != nil {
		return nil, err
	}
	at := map[string]*intake.Point{}
	for _, r := range said {
		at[string(r.ID)] = r.Point
	}
	points := map[cases.ID]*intake.Point{}
	for _, c := range list {
		for _, p := range c.Parts {
			if point := at[p.Request]; point != nil && points[c.ID] == nil {
				points[c.ID] = point
			}
		}
	}
	return points, nil
}

// leg orders stops by a short way that begins at from, if that is known.
func leg(from *intake.Point, list []Stop) []Stop {
	var points []intake.Point
	begin := 0 // how many points are no stop
	if from != nil {
		points, begin = append(points, *from), 1
	}
	for _, s := range list {
		points = append(points, *s.Point)
	}
	meters := func(i, j int) float64 {
		return similar.Meters(points[i].Lat, points[i].Lon, points[j].Lat, points[j].Lon)
	}
	way := tour.Order(len(points), begin-1, meters)
	out := make([]Stop, 0, len(list))
	for i, at := range way {
		if at < begin {
			continue
		}
		s := list[at-begin]
		if i > 0 {
			s.Meters = meters(way[i-1], at)
		}
		out = append(out, s)
	}
	return out
}
