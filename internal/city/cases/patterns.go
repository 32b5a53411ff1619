package cases

import (
	"cmp"
	"context"
	"slices"
	"time"

	"yiwang/internal/algo/rates"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// Again is how soon the same matter at the same place, after an answer that
// says solved, makes one ask whether it was.
const Again = 7 * 24 * time.Hour

// A Decider is somebody who decides about a unit's work.
type Decider struct {
	Staff access.StaffID
	Unit  org.UnitID // that it was decided about
}

// Signs are counts that patterns worth a look are seen by. All are of
// officials and units, none of residents.
type Signs struct {
	// Overruled counts, of what somebody decided about a unit's returns,
	// contested answers and answers under check, what went against the unit.
	Overruled map[Decider]Ratio
	// Again counts, of the answers of a unit that say solved and are older than
	// Again, those after which the same matter came from the same place.
	Again map[org.UnitID]Ratio
	// Excluded counts, of the exclusions a unit asked for in the period and that
	// were ruled on, those granted.
	Excluded map[org.UnitID]Ratio
}

// A Question is a pattern worth a look: somebody's count stands out of what
// the counts of the others would make likely. There may be good reasons for
// it: it says where to ask, not what is so.
type Question struct {
	Kind  string // overruled, brink, again, excluded
	Staff access.StaffID
	Unit  org.UnitID
	Is    Ratio
	Rest  Ratio // of all others
}

// Patterns are the questions that a period gives rise to, and how many counts
// were looked at: of 1,000 that differ by chance alone, one stands out.
type Patterns struct {
	Questions []Question
	Looked    int
}

// leastAsked is the fewest cases of which one asks: fewer say nothing.
const leastAsked = 5

// stand lists what stands out above the rest: beyond the upper limit that 99.8
// of 100 counts stay within if their true rate is that of the others.
func stand(kind string, by map[Decider]Ratio) (list []Question, looked int) {
	sums := map[org.UnitID]Ratio{} // of decisions, by unit; else of all
	key := func(d Decider) org.UnitID {
		if d.Staff == "" {
			return ""
		}
		return d.Unit
	}
	for d, r := range by {
		s := sums[key(d)]
		sums[key(d)] = Ratio{s.Of + r.Of, s.Count + r.Count}
	}
	for d, r := range by {
		all := sums[key(d)]
		rest := Ratio{all.Of - r.Of, all.Count - r.Count}
		if r.Of < leastAsked || rest.Of < leastAsked {
			continue
		}
		looked++
		if r.Share() > rates.Limits(rates.Wilson(rest.Count, rest.Of).High, float64(r.Of), 0.998).High {
			list = append(list, Question{Kind: kind, Staff: d.Staff, Unit: d.Unit, Is: r, Rest: rest})
		}
	}
	slices.SortFunc(list, func(a, b Question) int {
		return cmp.Or(cmp.Compare(b.Is.Share()-b.Rest.Share(), a.Is.Share()-a.Rest.Share()), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Staff, b.Staff))
	})
	return list, looked
}

// Patterns looks for patterns worth a look, for those who read the records.
func (s *Service) Patterns(ctx context.Context, by access.Actor, p Period) (out Patterns, err error) {
	if err := by.Can(access.RecordsRead, access.Resource{Type: access.CityType}); err != nil {
		return out, err
	}
	return s.held.patterns.Get(ctx, asked("", p, 5*time.Minute, 30*time.Minute), func(ctx context.Context) (Patterns, error) { return s.patterns(ctx, p) })
}

func (s *Service) patterns(ctx context.Context, p Period) (out Patterns, err error) {
	signs, err := s.Store.Signs(ctx, p)
	if err != nil {
		return out, err
	}
	m, err := s.measures(ctx, p)
	if err != nil {
		return out, err
	}
	units := func(by map[org.UnitID]Ratio) map[Decider]Ratio {
		out := make(map[Decider]Ratio, len(by))
		for u, r := range by {
			out[Decider{Unit: u}] = r
		}
		return out
	}
	brink := map[org.UnitID]Ratio{}
	for _, n := range m.Strata {
		if n.Unit != "" {
			r := brink[n.Unit]
			brink[n.Unit] = Ratio{r.Of + n.Rates.Response.Of, r.Count + n.Brink}
		}
	}
	for _, each := range []struct {
		kind string
		by   map[Decider]Ratio
	}{{"overruled", signs.Overruled}, {"brink", units(brink)}, {"again", units(signs.Again)}, {"excluded", units(signs.Excluded)}} {
		list, looked := stand(each.kind, each.by)
		out.Questions = append(out.Questions, list...)
		out.Looked += looked
	}
	return out, nil
}

// Measures are what units are compared by, for who may see a board.
func (s *Service) Measures(ctx context.Context, by access.Actor, p Period) (Measures, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return Measures{}, err
	}
	return s.measures(ctx, p)
}

func (s *Service) measures(ctx context.Context, p Period) (Measures, error) {
	return s.held.measures.Get(ctx, asked("", p, time.Minute, 5*time.Minute), func(ctx context.Context) (Measures, error) { return s.Store.Measures(ctx, p) })
}

// Overdue counts what is owed by stage, of the cases the actor may see.
func (s *Service) Overdue(ctx context.Context, by access.Actor) ([]Stage, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	return s.overdue(ctx, scope(by, city), s.now())
}
