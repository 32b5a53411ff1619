package demo

import (
	"errors"
	"math/rand/v2"
	"slices"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// people are who works in the district, by what they do.
type people struct {
	in map[org.UnitID]map[access.Role][]access.Staff
	d  *org.Directory
}

func peopleOf(d District) people {
	p := people{in: map[org.UnitID]map[access.Role][]access.Staff{}, d: d.City.Directory}
	for _, s := range d.Staff {
		if p.in[s.Unit] == nil {
			p.in[s.Unit] = map[access.Role][]access.Staff{}
		}
		for _, r := range s.Roles {
			p.in[s.Unit][r] = append(p.in[s.Unit][r], s)
		}
	}
	return p
}

func (p people) check() error {
	hotline := p.d.HotlineUnit().ID
	for _, r := range []access.Role{access.Clerk, access.Dispatcher, access.Supervisor} {
		if len(p.in[hotline][r]) == 0 {
			return errors.New("the hotline has no " + string(r))
		}
	}
	return nil
}

// one is somebody in the unit with a role, else in a unit above it, else in
// one below.
func (p people) one(rng *rand.Rand, unit org.UnitID, role access.Role) access.Staff {
	for _, u := range append(p.d.Up(unit), p.d.Down(unit)...) {
		if list := p.in[u][role]; len(list) > 0 {
			return pick(rng, list)
		}
	}
	return access.Staff{Unit: unit}
}

func (p people) hotline(rng *rand.Rand, role access.Role) access.Staff {
	return p.one(rng, p.d.HotlineUnit().ID, role)
}

// other is a unit that a case could also have gone to: a sibling, or another
// that leads matters of the same sort.
func (w *world) other(rng *rand.Rand, c org.CategoryID, not org.UnitID) org.UnitID {
	top := w.City.Catalogue.CategoryPath(c)[0].ID
	under := w.City.Catalogue.Under(top)
	var list []org.UnitID
	for _, d := range w.City.Catalogue.Duties {
		unit, _ := w.City.Unit(d.Unit)
		if d.Unit != not && unit.Type != org.StreetOffice && unit.Type != org.Hotline && !slices.Contains(list, d.Unit) && slices.Contains(under, d.Category) {
			list = append(list, d.Unit)
		}
	}
	if len(list) == 0 {
		return not
	}
	return pick(rng, list)
}
