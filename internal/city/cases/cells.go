package cases

import (
	"context"
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
