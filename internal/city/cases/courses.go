package cases

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
)

// A Course is the way a case took: what it was found to be, the units it was
// sent to one after the other, and when it was answered.
type Course struct {
	Seq          int64
	Request      string // of its first part
	Category     org.CategoryID
	Area         org.AreaID
	Path         []org.UnitID // it was sent to, in order; the last one has it or answered
	DispatchedAt time.Time    // the last time
	AnsweredAt   time.Time    // zero while no answer stands
	ResolveLimit calendar.Limit
	ResolveDue   time.Time // with its pauses
}

// Courses lists the ways of the cases that were sent, with a Seq after one and
// up to another, in the order of Seq, at most limit: for who tries other
// duties on them. Reports whose author is hidden and complaints about a unit
// are left out, and cases that went into another.
func (s *Service) Courses(ctx context.Context, by access.Actor, after, until int64, limit int) ([]Course, error) {
	if err := by.Can(access.CityPublish, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	return s.Store.Courses(ctx, after, until, limit)
}

// PathTo is a path as its dispatches tell it, ending with the unit that leads:
// who is sent a case twice in a row has it once, and of a case that was loaded
// without its dispatches the lead is all that is known.
func PathTo(sent []org.UnitID, lead org.UnitID) []org.UnitID {
	path := slices.Compact(sent)
	if len(path) == 0 || path[len(path)-1] != lead {
		path = append(path, lead)
	}
	return path
}
