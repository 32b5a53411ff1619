package triage

import (
	"context"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// A Settling is how it came that a case has its unit and category.
type Settling string

// The settlings, from the one that says least.
const (
	ByItself  Settling = "automatic" // it went out without a person, and nobody minded
	Taken     Settling = "taken"     // a person sent it as was suggested, and nobody minded
	Corrected Settling = "corrected" // a person sent it otherwise
	Decided   Settling = "decided"   // the hotline decided on a return
	Ruled     Settling = "ruled"     // somebody who is no party ruled on a dispute
)

// Settlings lists them, the one that says most first.
var Settlings = []Settling{Ruled, Decided, Corrected, Taken, ByItself}

// Weight is how much a classifier is to learn from what was settled so. What
// somebody looked at twice outweighs what was waved through, however often:
// otherwise a ruling would be one voice against the habit it corrects. What
// the program did by itself says little, since it would be learning from
// itself. docs/adr/0011 has the reasons.
func (s Settling) Weight() float64 {
	switch s {
	case Ruled:
		return 8
	case Decided:
		return 5
	case Corrected:
		return 3
	case ByItself:
		return 0.25
	}
	return 1
}

// ByPerson reports whether a person settled it: only such cases can judge a
// classifier.
func (s Settling) ByPerson() bool { return s != ByItself }

// Settled is what is known of how the category of a request was settled.
type Settled struct {
	By       Settling
	Category org.CategoryID
	// Unfit: a person who looked at what went out by itself found it wrong,
	// and it was not sent elsewhere since.
	Unfit bool
}

// Settled gives, of the newest choices, at most limit, the one that counts
// most for each request among those that gave it the category it has now.
func (s *Service) Settled(ctx context.Context, by access.Actor, since time.Time, limit int) (map[string]Settled, error) {
	if err := by.Can(access.BoardRead, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	day, err := s.day(ctx, since)
	if err != nil {
		return nil, err
	}
	return s.Store.Settled(ctx, day, limit)
}

// Record returns what was kept when a case was sent last: what was suggested
// and by which rules and classifier, what became of it, and who chose. A
// NotFound error if there is none. Who may see the case may see that.
func (s *Service) Record(ctx context.Context, by access.Actor, id, request string, via access.Resource) (Choice, error) {
	if err := by.Can(access.CaseRead, via); err != nil {
		return Choice{}, err
	}
	return s.Store.Record(ctx, id, request)
}

// A Week is what people made of a week's suggestions.
type Week struct {
	From          time.Time
	All, Accepted int
}

// Weeks gives the last weeks, oldest first; a week in which nothing was sent
// has nothing.
func (s *Service) Weeks(ctx context.Context, by access.Actor, weeks int) ([]Week, error) {
	if err := MayLook(by); err != nil {
		return nil, err
	}
	since := s.Now().AddDate(0, 0, -7*weeks)
	found, err := s.Store.Weeks(ctx, since)
	if err != nil {
		return nil, err
	}
	list := make([]Week, weeks)
	for i := range list {
		list[i] = found[i]
		list[i].From = since.AddDate(0, 0, 7*i)
	}
	return list, nil
}

// A Sum is what went out by itself in some days and what people found of it.
type Sum struct {
	Sent    int `json:"sent"`
	Checked int `json:"checked"`
	Fit     int `json:"fit"`
	Asked   int `json:"asked"` // residents who wanted a person to look
}

// Sum counts what went out by itself in the last days. Everybody may know.
func (s *Service) Sum(ctx context.Context, days int) (Sum, error) {
	since, err := s.since(ctx, days)
	if err != nil {
		return Sum{}, err
	}
	return s.Store.AutomaticSum(ctx, since)
}

// MayLook is for who may see boards, or manages the city and its thresholds.
func MayLook(by access.Actor) error {
	err := by.Can(access.BoardRead, access.Resource{Type: access.CityType})
	if err != nil && by.Can(access.CityManage, access.Resource{Type: access.CityType}) == nil {
		return nil
	}
	return err
}
