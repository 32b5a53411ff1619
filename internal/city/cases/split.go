package cases

import (
	"context"
	"slices"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Piece is one matter of a request that is split off. Empty fields leave
// what the case has.
type Piece struct {
	Matter   string
	Category org.CategoryID
	Area     org.AreaID
	Urgency  *org.Urgency
}

// MaxPieces is into how many a request can be split at once.
const MaxPieces = 10

// Split gives each matter of a request a case of its own, with its own lead,
// clocks and verdict. The first piece stays; the others wait for dispatch.
// The resident's own clock is that of the whole request for each of them.
func (s *Service) Split(ctx context.Context, by access.Actor, id ID, revision int64, pieces []Piece) (Case, []Case, error) {
	pieces, wrong := checkPieces(pieces)
	var others []Case
	c, err := s.do(ctx, id, action{by, access.CaseSplit, revision, func(t *turn) error {
		if wrong != nil {
			return wrong
		}
		if t.State != Waiting && t.State != Dispatched && t.State != Accepted {
			return errs.New(errs.Conflict, "case.wrong_state")
		}
		if len(t.Parts) != 1 {
			return errs.New(errs.Conflict, "case.split_group")
		}
		for _, p := range pieces {
			if p.Category != "" && !t.city.Catalogue.Leaf(p.Category) {
				return errs.Field("category", "case.no_category")
			}
			if _, ok := t.city.Area(p.Area); p.Area != "" && !ok {
				return errs.Field("area", "case.no_area")
			}
		}
		if first := pieces[0]; t.State == Waiting { // else its unit has it as what it was sent as
			t.Category, t.Area = or(first.Category, t.Category), or(first.Area, t.Area)
			if first.Urgency != nil {
				t.Urgency = *first.Urgency
			}
		}
		t.Parts = slices.Clone(t.Parts)
		t.Parts[0].Matter = pieces[0].Matter
		for _, p := range pieces[1:] {
			n := t.splitOff(p)
			t.out.Opened = append(t.out.Opened, n)
			t.out.Events = append(t.out.Events, Event{
				ID: ids.New(t.now), Case: n.ID, At: t.now, Kind: Opened, By: by.ID(), Unit: by.Unit, Detail: Detail{Category: n.Category},
			})
		}
		others = t.out.Opened
		t.tell(Split, true, Detail{Text: joined(pieces)})
		return nil
	}})
	if err != nil {
		return Case{}, nil, err
	}
	return c, others, nil
}

func checkPieces(list []Piece) ([]Piece, error) {
	if len(list) < 2 || len(list) > MaxPieces {
		return nil, errs.Field("matter", "case.split_two", "Max", MaxPieces)
	}
	pieces := slices.Clone(list)
	for i := range pieces {
		text, err := needed("matter", pieces[i].Matter, MaxMatter)
		if err != nil {
			return nil, err
		}
		pieces[i].Matter = text
	}
	return pieces, nil
}

// splitOff is a new case for one matter of this one's request.
func (t *turn) splitOff(p Piece) Case {
	part := t.Parts[0]
	o := Opening{
		Request: part.Request, At: t.now, Kind: t.Kind, Route: org.RouteWork, Category: or(p.Category, t.Category), Area: or(p.Area, t.Area),
		Address: t.Address, Channel: t.Channel, Subject: p.Matter, Restricted: t.Restricted, About: t.About, Matter: p.Matter,
	}
	if p.Category == "" {
		o.Urgency = t.Urgency
	} else if category, ok := t.city.Catalogue.Category(p.Category); ok {
		o.Urgency = category.Urgency
	}
	if p.Urgency != nil {
		o.Urgency = min(max(*p.Urgency, org.Ordinary), org.Emergency)
	}
	c := o.open(t.city, t.now)
	c.Parts[0].At = part.At
	c.Recused = slices.Clone(t.Recused)
	return c
}

func or[T ~string](a, b T) T {
	if a != "" {
		return a
	}
	return b
}

func joined(pieces []Piece) string {
	list := make([]string, len(pieces))
	for i, p := range pieces {
		list[i] = p.Matter
	}
	return strings.Join(list, "\n")
}
