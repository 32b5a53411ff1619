package org

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yiwang/internal/base/versions"
	"yiwang/internal/city/calendar"
)

// The names under which the city's data is kept in base/versions.
const (
	DirectoryName = "org.directory"
	CatalogueName = "org.catalogue"
	CalendarName  = "calendar"
	StreetsName   = "org.streets" // GeoJSON, drawn and nothing else
)

// A Service answers what the city looks like now. What it returns is shared
// and for reading only.
type Service struct {
	directory *versions.Value[*Directory]
	catalogue *versions.Value[*Catalogue]
	calendar  *versions.Value[*calendar.Calendar]
	streets   *versions.Value[json.RawMessage]
}

// NewService reads the city from s.
func NewService(s versions.Store) *Service {
	return &Service{
		directory: versions.NewValue(s, DirectoryName, DecodeDirectory),
		catalogue: versions.NewValue(s, CatalogueName, DecodeCatalogue),
		calendar: versions.NewValue(s, CalendarName, func(v versions.Version) (*calendar.Calendar, error) {
			c := new(calendar.Calendar)
			return c, c.UnmarshalJSON(v.Body)
		}),
		streets: versions.NewValue(s, StreetsName, func(v versions.Version) (json.RawMessage, error) { return v.Body, nil }),
	}
}

// City is everything about the city at one moment.
type City struct {
	*Directory
	Catalogue *Catalogue
	Calendar  *calendar.Calendar
}

// Day is the city's day at a moment, YYYY-MM-DD: duties, articles and laws
// are in force by days.
func (c City) Day(at time.Time) string {
	return at.In(c.Calendar.Location()).Format(time.DateOnly)
}

// Duty returns who answers for a category in an area at a moment.
func (c City) Duty(id CategoryID, area AreaID, at time.Time) (Duty, bool) {
	return c.Catalogue.Duty(c.Directory, id, area, c.Day(at))
}

// City returns the city as it is now; a NotFound error before one is loaded.
func (s *Service) City(ctx context.Context) (City, error) {
	d, _, err := s.directory.Get(ctx)
	if err != nil {
		return City{}, fmt.Errorf("directory: %w", err)
	}
	c, _, err := s.catalogue.Get(ctx)
	if err != nil {
		return City{}, fmt.Errorf("catalogue: %w", err)
	}
	cal, _, err := s.calendar.Get(ctx)
	if err != nil {
		return City{}, fmt.Errorf("calendar: %w", err)
	}
	return City{d, c, cal}, nil
}

// Forget makes the next City look for newer versions at once.
func (s *Service) Forget() {
	s.directory.Forget()
	s.catalogue.Forget()
	s.calendar.Forget()
	s.streets.Forget()
}

// Streets returns the city's roads and waters as GeoJSON; a NotFound error
// where it has none.
func (s *Service) Streets(ctx context.Context) (json.RawMessage, error) {
	v, _, err := s.streets.Get(ctx)
	return v, err
}
