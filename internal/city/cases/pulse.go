package cases

import (
	"context"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Pulse is what comes in, over a time cut into equal steps, and what many
// speak of: for a board that is looked at while it happens.
type Pulse struct {
	// Received counts cases opened, and Answered those whose answer was given
	// and stands, step by step from From.
	Received, Answered []int
	// Topics counts cases by category: opened since From, and in the days
	// before that are what is usual.
	Topics map[org.CategoryID]Topic
	// Groups are the open cases that most people share, those first; lists of
	// one person are left out.
	Groups []Case
}

// A Topic is how often a category came, and how often it did before.
type Topic struct{ Recent, Before int }

// A PulseSpan is the time of a Pulse: Steps steps from From, and what is
// usual since Usual.
type PulseSpan struct {
	From  time.Time
	Step  time.Duration
	Steps int
	Usual time.Time
}

// MaxGroups is how many groups a Pulse has.
const MaxGroups = 8

// Pulse tells who may see a board what comes in, of the cases they may see.
func (s *Service) Pulse(ctx context.Context, by access.Actor, span PulseSpan) (Pulse, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return Pulse{}, err
	}
	city, err := s.Org.City(ctx)
	if err != nil {
		return Pulse{}, err
	}
	return s.pulse(ctx, scope(by, city), span)
}
