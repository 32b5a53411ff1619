package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Cell is how many cases of a category were opened in an area.
type Cell struct {
	Area     org.AreaID
	Category org.CategoryID
	Count    int
}

// Cells counts by area and category what was opened since a time, without
// reports whose author is hidden and complaints about a unit: what a public
// page may say how often. Its cost grows with what was opened since then.
func (s *Service) Cells(ctx context.Context, by access.Actor, since time.Time) ([]Cell, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	return s.Store.Cells(ctx, since)
}

// MaxDrawn is the most cases that are drawn at once.
const MaxDrawn = 5_000

// Evenly draws n of the cases opened at or after from and before to, each as
// likely as any other, the newest first, and says of how many: those that are
// neither restricted nor about a unit nor part of another case. Who is drawn
// hangs on the cases' ids alone, so that the same are drawn again. What grows
// with their number is one pass through an index.
func (s *Service) Evenly(ctx context.Context, by access.Actor, from, to time.Time, n int) ([]Case, int, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, 0, err
	}
	list, of, err := s.Store.Evenly(ctx, from, to, min(n, MaxDrawn))
	if err != nil {
		return nil, 0, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return nil, 0, err
	}
	return slices.DeleteFunc(list, func(c Case) bool { return by.Can(access.CaseRead, c.Resource(city.Directory)) != nil }), of, nil
}
