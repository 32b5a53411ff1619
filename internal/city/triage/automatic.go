package triage

import (
	"context"
	"hash/fnv"
	"math"
	"time"

	"yiwang/internal/algo/classify"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// Levels are how sure a reading can be asked to be, in percent, for its case
// to go out without a person.
var Levels = []int{98, 95, 90, 80}

// An Automatic is a case that went out without a person.
type Automatic struct {
	Case      string
	Request   string
	At        time.Time
	Day       string // YYYY-MM-DD in the city
	Unit      org.UnitID
	Category  org.CategoryID
	Prob      float64
	Threshold int  // percent, of the category then
	Asked     bool // the resident wants a person to look
	CheckedAt time.Time
	CheckedBy access.StaffID
	Fit       bool // what the person found
}

// A Day is how many cases went out by themselves on one day.
type Day struct {
	Day  string
	Sent int
}

// SampleSize is how many of a day's automatic cases a person looks at: a
// tenth, and at least five.
func SampleSize(sent int) int { return min(sent, max(5, (sent+9)/10)) }

// A Cost is what a level would have meant for a category: how many of the
// cases that people sent would have gone by themselves, and how many of these
// people sent otherwise.
type Cost struct{ Cases, Otherwise int }

// leastRecord is how many cases people must have sent for a level to be proposed.
const leastRecord = 30

// Propose gives the level from which on the cases of a category had best go out
// by themselves: of the levels that the costs allow, if the classifier's
// probabilities are right, the one that would have cost the least of what is on
// record, 0 if none would have been worth it. It is false if less than
// leastRecord are.
func Propose(k org.Category, at map[int]Cost) (level int, ok bool) {
	costs := classify.Costs{Ask: 1 / float64(k.WrongCost())}
	from := 100 * costs.Threshold(string(k.ID), []string{string(k.ID), ""}) // whatever else it may be
	best := 0
	for _, l := range Levels { // from the surest down
		c := at[l]
		if l < Levels[0] && float64(l) < from-0.001 || c.Cases < leastRecord {
			continue
		}
		ok = true
		if spared := c.Cases - k.WrongCost()*c.Otherwise; spared > best {
			level, best = l, spared
		}
	}
	return level, ok
}

// Sure reports whether a reading is one that goes out without a person: the
// category is marked for it, the reading as sure as that asks, and nothing
// about it speaks for a person. sure is in percent.
func Sure(city org.City, r Reading) (to Suggested, sure, threshold int, ok bool) {
	if len(r.Units) == 0 || len(r.Categories) == 0 || r.Route != org.RouteWork || r.Kind.Value == "report" || r.Urgency != org.Ordinary || r.Area == "" {
		return to, 0, 0, false
	}
	to = r.Units[0]
	k, found := city.Catalogue.Category(r.Category())
	if !found || k.Automatic == 0 || k.Urgency != org.Ordinary || to.Category != k.ID || !city.Catalogue.Leaf(k.ID) {
		return to, 0, 0, false
	}
	sure = int(math.Floor(100 * r.Sure()))
	return to, sure, k.Automatic, sure >= k.Automatic
}

// Sent keeps that a case goes out without a person, before it does. It is
// false if that is kept already.
func (s *Service) Sent(ctx context.Context, a Automatic) (bool, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return false, err
	}
	a.At = s.Now().UTC().Truncate(time.Microsecond)
	a.Day = city.Day(a.At)
	return s.Store.Sent(ctx, a, draw(a.Case))
}

// draw is a number that nobody can choose, the same for the same case.
func draw(id string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("sample " + id)) // never fails
	return int64(h.Sum64() >> 1)           // one bit less fits
}

// Automatic returns how a case went out without a person, or a NotFound
// error. Who may see the case may see that.
func (s *Service) Automatic(ctx context.Context, by access.Actor, id string, via access.Resource) (Automatic, error) {
	if err := by.Can(access.CaseRead, via); err != nil {
		return Automatic{}, err
	}
	return s.Store.Automatic(ctx, id)
}

// Days lists how many went out by themselves on each of the last days, newest
// first.
func (s *Service) Days(ctx context.Context, by access.Actor, days int) ([]Day, error) {
	if err := by.Can(access.CaseDispatch, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	since, err := s.since(ctx, days)
	if err != nil {
		return nil, err
	}
	return s.Store.AutomaticDays(ctx, since)
}

func (s *Service) since(ctx context.Context, days int) (string, error) {
	return s.day(ctx, s.Now().AddDate(0, 0, -days))
}

// day is the day of a time in the city.
func (s *Service) day(ctx context.Context, at time.Time) (string, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return "", err
	}
	return city.Day(at), nil
}

// Sample gives the cases of a day that a person is to look at.
func (s *Service) Sample(ctx context.Context, by access.Actor, d Day) ([]Automatic, error) {
	if err := by.Can(access.CaseDispatch, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	return s.Store.Sample(ctx, d.Day, SampleSize(d.Sent))
}

// AskedFor gives the cases of the last days whose residents want a person to
// look.
func (s *Service) AskedFor(ctx context.Context, by access.Actor, days int) ([]Automatic, error) {
	if err := by.Can(access.CaseDispatch, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	since, err := s.since(ctx, days)
	if err != nil {
		return nil, err
	}
	return s.Store.Asked(ctx, since, 100)
}

// Check keeps what a person found of a case that went out by itself. It is
// evidence like any other choice.
func (s *Service) Check(ctx context.Context, by access.Actor, id string, fit bool) error {
	if err := by.Can(access.CaseDispatch, access.Resource{Type: access.CaseType}); err != nil {
		return err
	}
	return s.Store.Check(ctx, id, by.Staff, s.Now(), fit)
}

// Costs says what each level would have meant in the last days, by category
// and level: at a level go those that are as sure or surer.
func (s *Service) Costs(ctx context.Context, by access.Actor, days int) (map[org.CategoryID]map[int]Cost, error) {
	if err := by.Can(access.CityManage, access.Resource{Type: access.CityType}); err != nil {
		return nil, err
	}
	found, err := s.Store.Costs(ctx, s.Now().AddDate(0, 0, -days))
	if err != nil {
		return nil, err
	}
	for id, at := range found {
		found[id] = surer(at)
	}
	return found, nil
}

// Levels says the same of all categories together, and how many cases people
// sent.
func (s *Service) Levels(ctx context.Context, by access.Actor, days int) (all int, at map[int]Cost, err error) {
	if err := MayLook(by); err != nil {
		return 0, nil, err
	}
	found, err := s.Store.Costs(ctx, s.Now().AddDate(0, 0, -days))
	if err != nil {
		return 0, nil, err
	}
	sums := map[int]Cost{}
	for _, levels := range found {
		for level, c := range levels {
			sums[level] = Cost{sums[level].Cases + c.Cases, sums[level].Otherwise + c.Otherwise}
			all += c.Cases
		}
	}
	return all, surer(sums), nil
}

// surer adds to each level what is surer.
func surer(at map[int]Cost) map[int]Cost {
	sum, whole := Cost{}, map[int]Cost{}
	for _, level := range Levels { // from the surest down
		sum.Cases += at[level].Cases
		sum.Otherwise += at[level].Otherwise
		whole[level] = sum
	}
	return whole
}
