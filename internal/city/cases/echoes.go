package cases

import (
	"context"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// An Echo is what was said of the work on one case: by residents on the
// telephone, by its lead of helpers.
type Echo struct {
	Lead   org.UnitID // now; of answers before the last it may have been another
	Follow []Try
	Tasks  []Task
}

// Spoken is what residents said on the telephone of the answers of a unit.
// Each rate is of those who were asked and said so.
type Spoken struct {
	Reached     Ratio // of all calls
	Uncontacted Ratio // of calls that reached somebody: the unit had not spoken with them
	Solved      Ratio // of those who said that it is solved or that it is not
	Unsure      int   // did not want to say
}

// Helped is what leads said of the help of a unit, 1 to 5.
type Helped struct{ Ratings, Sum int }

// Mean is the mean rating, 0 where there is none.
func (h Helped) Mean() float64 {
	if h.Ratings == 0 {
		return 0
	}
	return float64(h.Sum) / float64(h.Ratings)
}

// Echoes counts what was said in a period, by unit, for who may see a board.
func (s *Service) Echoes(ctx context.Context, by access.Actor, p Period) (map[org.UnitID]Spoken, map[org.UnitID]Helped, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, nil, err
	}
	list, err := s.Store.Echoes(ctx, p)
	spoken, helped := tally(list, p)
	return spoken, helped, err
}

// tally counts the calls of a period, and ratings by the day the help was
// given: when it was rated is not kept beside it, so it may be a little later.
func tally(list []Echo, p Period) (map[org.UnitID]Spoken, map[org.UnitID]Helped) {
	spoken, helped := map[org.UnitID]Spoken{}, map[org.UnitID]Helped{}
	add := func(r *Ratio, yes bool) {
		r.Of++
		if yes {
			r.Count++
		}
	}
	for _, e := range list {
		n := spoken[e.Lead]
		for _, k := range e.Follow {
			if !p.has(k.At) {
				continue
			}
			add(&n.Reached, k.Reached)
			if !k.Reached {
				continue
			}
			add(&n.Uncontacted, k.Contacted == No)
			if k.Solved == Unsure {
				n.Unsure++
			} else {
				add(&n.Solved, k.Solved == Yes)
			}
		}
		if n.Reached.Known() {
			spoken[e.Lead] = n
		}
		for _, k := range e.Tasks {
			if k.Rating > 0 && p.has(k.DoneAt) {
				h := helped[k.Unit]
				helped[k.Unit] = Helped{h.Ratings + 1, h.Sum + k.Rating}
			}
		}
	}
	return spoken, helped
}
