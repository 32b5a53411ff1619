package triage

import (
	"context"
	"fmt"
	"time"

	"yiwang/internal/base/ids"
	"yiwang/internal/base/recent"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Service reads messages with the catalogue and the classifier in force.
type Service struct {
	Store Store
	Org   interface {
		City(ctx context.Context) (org.City, error)
	}
	// Classifier gives the trained classifier in force, or nil for none: then
	// the catalogue's rules read alone.
	Classifier func(ctx context.Context) (Classifier, error)
	Now        func() time.Time

	chosen recent.Memory[chosen]
}

type chosen struct{ all, accepted int }

// Read reads a message.
func (s *Service) Read(ctx context.Context, m Message) (Reading, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return Reading{}, fmt.Errorf("read a message: %w", err)
	}
	by, err := s.Classifier(ctx)
	if err != nil {
		return Reading{}, fmt.Errorf("read a message: %w", err)
	}
	return Read(city, by, m), nil
}

// Keep keeps readings by request; a second reading of one replaces it.
func (s *Service) Keep(ctx context.Context, readings map[string]Reading) error {
	return s.Store.KeepAll(ctx, s.Now(), readings)
}

// Reading returns how a request was read. Who may see the case may see why
// it was sent where it is.
func (s *Service) Reading(ctx context.Context, by access.Actor, request string, via access.Resource) (Reading, error) {
	if err := by.Can(access.CaseRead, via); err != nil {
		return Reading{}, err
	}
	return s.Store.Reading(ctx, request)
}

// Chose keeps where a case was sent, with what was suggested for it. The
// program keeps what it sent by itself.
func (s *Service) Chose(ctx context.Context, by access.Actor, c Choice, via access.Resource) error {
	action := access.CaseDispatch
	switch c.By {
	case Decided:
		action = access.CaseRule
	case Ruled:
		action = access.CaseDecide
	}
	if err := by.Can(action, via); err != nil {
		return err
	}
	c.At = s.Now().UTC().Truncate(time.Microsecond)
	c.Staff = by.Staff
	defer s.chosen.Forget()
	return s.Store.Chose(ctx, c.whole())
}

// Load keeps choices of before, as of a history that is loaded.
func (s *Service) Load(ctx context.Context, by access.Actor, list []Choice) error {
	if err := by.Can(access.RequestImport, access.Resource{Type: access.CityType}); err != nil {
		return err
	}
	for i, c := range list {
		list[i] = c.whole()
	}
	defer s.chosen.Forget()
	return s.Store.Chose(ctx, list...)
}

// whole is the choice with what follows from it.
func (c Choice) whole() Choice {
	c.ID = ids.New(c.At)
	c.Suggested, c.SuggestedCategory, c.Prob = "", c.Reading.Category(), c.Reading.Sure()
	if len(c.Reading.Units) > 0 {
		c.Suggested = c.Reading.Units[0].Unit
	}
	c.Accepted = c.Suggested == c.Chosen && c.SuggestedCategory == c.ChosenCategory
	if c.By == "" {
		c.By = Corrected
		if c.Accepted {
			c.By = Taken
		}
	}
	return c
}

// Accuracy says how many suggestions of the last days people took as they
// were; what people chose with another program a moment ago may be missing.
func (s *Service) Accuracy(ctx context.Context, by access.Actor, days int) (all, accepted int, err error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return 0, 0, err
	}
	now := s.Now()
	a := recent.Asked{At: []time.Time{now, now.AddDate(0, 0, -days)}, Fresh: time.Second, Keep: 10 * time.Second}
	c, err := s.chosen.Get(ctx, a, func(ctx context.Context) (c chosen, err error) {
		c.all, c.accepted, err = s.Store.Chosen(ctx, now.AddDate(0, 0, -days))
		return c, err
	})
	return c.all, c.accepted, err
}
