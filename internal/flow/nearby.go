package flow

import (
	"context"
	"math"
	"slices"
	"time"

	"yiwang/internal/algo/similar"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
	"yiwang/internal/city/triage"
)

// A Nearby is an open case that may be about the same matter.
type Nearby struct {
	Case   cases.Case
	Score  float64 // 0 to 1
	Meters float64 // -1 where a place is not known
	People int
}

// An Asking is what somebody has written so far.
type Asking struct {
	Text     string
	Category org.CategoryID
	Area     org.AreaID
	Address  string
	Point    *intake.Point
}

// What is looked at to find the same matter. The cost does not grow with what
// is stored: so many open cases of the same street, the most pressing first.
const (
	nearbyDays  = 60
	nearbyOpen  = 20 // of the category, and of the street
	nearbyScore = 0.3
	nearbyMost  = 5
	nearbyAlike = 20 // requests that say nearly the same
	minAsking   = 4  // signs that say something
)

// Nearby finds open cases that somebody's words may be about, best first.
// Residents, and whoever is not staff, get those of public categories alone;
// never a report of wrongdoing or a complaint about a unit.
func (f *Requests) Nearby(ctx context.Context, by access.Actor, a Asking) ([]Nearby, error) {
	if len([]rune(a.Text)) < minAsking {
		return nil, nil
	}
	m := triage.Message{Text: a.Text, Category: a.Category, Area: a.Area, Address: a.Address, At: f.Now()}
	if a.Point != nil {
		m.Lat, m.Lon, m.HasPoint = a.Point.Lat, a.Point.Lon, true
	}
	reading, err := f.Triage.Read(ctx, m)
	if err != nil {
		return nil, err
	}
	return f.like(ctx, by, m, reading, "")
}

// A PublicNearby is a Nearby as everybody may know of it.
type PublicNearby struct {
	Public
	Within int // one of nearbyWithin, in meters; 0 where it is farther or not known
}

// nearbyWithin is how far away a case is said to be.
var nearbyWithin = []int{500, 1000, 3000}

// NearbyPublic is Nearby for those who may be anybody.
func (f *Requests) NearbyPublic(ctx context.Context, a Asking, counts Counts) ([]PublicNearby, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	found, err := f.Nearby(ctx, access.Actor{}, a)
	list := make([]PublicNearby, len(found))
	for i, n := range found {
		list[i].Public = told(city, n.Case, counts)
		if j, _ := slices.BinarySearch(nearbyWithin, int(math.Ceil(n.Meters))); n.Meters >= 0 && j < len(nearbyWithin) {
			list[i].Within = nearbyWithin[j]
		}
	}
	return list, err
}

// gridMeters is how large the squares of the grid are.
const gridMeters = 500

// onGrid is the middle of the square that a place is in. What everybody may
// ask is measured between those: whoever asks again from elsewhere, however
// often, learns the square and no more.
func onGrid(lat, lon float64) (float64, float64) {
	const degree = 111_195 // meters
	middle := func(x, step float64) float64 { return (math.Floor(x/step) + 0.5) * step }
	lat = middle(lat, gridMeters/float64(degree))
	return lat, middle(lon, gridMeters/(degree*math.Cos(lat*math.Pi/180)))
}

// Likely finds open cases that may be about the same matter as c, for whoever
// may join them.
func (f *Requests) Likely(ctx context.Context, by access.Actor, c cases.Case) ([]Nearby, error) {
	if !c.Joinable() || len(c.Parts) == 0 {
		return nil, nil
	}
	list, err := f.Intake.Requests(ctx, access.System(), []intake.ID{intake.ID(c.Parts[0].Request)}, access.Resource{})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	m := Message(list[0])
	m.Category = c.Category
	found, err := f.like(ctx, by, m, triage.Reading{Area: c.Area, Categories: []triage.Categorised{{Category: c.Category}}}, c.ID)
	return slices.DeleteFunc(found, func(n Nearby) bool { return !n.Case.Mergeable() }), err
}

func (f *Requests) like(ctx context.Context, by access.Actor, m triage.Message, reading triage.Reading, but cases.ID) ([]Nearby, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	words := m.Subject + " " + m.Text + " " + m.Address
	open, err := f.candidates(ctx, by, city, reading)
	if err != nil {
		return nil, err
	}
	if open, err = f.alike(ctx, by, open, words); err != nil {
		return nil, err
	}
	open = slices.DeleteFunc(open, func(c cases.Case) bool {
		return c.ID == but || !c.Joinable() || len(c.Parts) == 0 || !by.IsStaff() && !public(city, c)
	})
	first := make([]intake.ID, len(open))
	for i, c := range open {
		first[i] = intake.ID(c.Parts[0].Request)
	}
	said, err := f.Intake.Requests(ctx, access.System(), first, access.Resource{})
	if err != nil {
		return nil, err
	}
	of := make(map[string]intake.Request, len(said))
	for _, r := range said {
		of[string(r.ID)] = r
	}
	candidates := make([]similar.Message, len(open))
	for i, c := range open {
		r := of[c.Parts[0].Request]
		candidates[i] = similar.Message{Text: r.Subject + " " + r.Text + " " + r.Address, Category: string(c.Category)}
		if r.Point != nil {
			candidates[i].Lat, candidates[i].Lon, candidates[i].HasPlace = r.Point.Lat, r.Point.Lon, true
			if !by.IsStaff() {
				candidates[i].Lat, candidates[i].Lon = onGrid(r.Point.Lat, r.Point.Lon)
			}
		}
	}
	q := similar.Message{
		Text: words, Category: string(reading.Category()), Lat: m.Lat, Lon: m.Lon, HasPlace: m.HasPoint,
	}
	if !by.IsStaff() && m.HasPoint {
		q.Lat, q.Lon = onGrid(m.Lat, m.Lon)
	}
	var list []Nearby
	for _, match := range similar.Rank(q, candidates, nearbyScore) {
		if len(list) == nearbyMost {
			break
		}
		c := open[match.Index]
		list = append(list, Nearby{c, match.Score, match.Meters, len(c.Parts)})
	}
	return list, nil
}

// candidates lists open cases of the place or, where nobody knows the place, of
// the category.
func (f *Requests) candidates(ctx context.Context, by access.Actor, city org.City, r triage.Reading) ([]cases.Case, error) {
	who := by
	if !by.IsStaff() {
		who = access.System() // cut to what is public by the caller
	}
	filter := cases.Filter{Order: cases.ByRisk, From: f.Now().Add(-nearbyDays * 24 * time.Hour), Limit: nearbyOpen}
	if street := city.Street(r.Area); street != "" {
		filter.Areas = city.Within(street)
	}
	category := r.Category()
	var list []cases.Case
	if category != "" {
		filter.Categories = []org.CategoryID{category}
		found, err := f.Cases.List(ctx, who, filter)
		if err != nil {
			return nil, err
		}
		list = found
	}
	if len(filter.Areas) > 0 {
		filter.Categories = nil
		found, err := f.Cases.List(ctx, who, filter)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if !slices.ContainsFunc(list, func(o cases.Case) bool { return o.ID == c.ID }) {
				list = append(list, c)
			}
		}
	}
	return list, nil
}

// alike adds to list the cases of those who said nearly the same, wherever
// they are filed and however many are more pressing there: the place may not
// be known yet, or the category read wrong.
func (f *Requests) alike(ctx context.Context, by access.Actor, list []cases.Case, words string) ([]cases.Case, error) {
	found, err := f.Intake.Near(ctx, access.System(), words, f.Now().Add(-nearbyDays*24*time.Hour), nearbyAlike)
	if err != nil || len(found) == 0 {
		return list, err
	}
	who := by
	if !by.IsStaff() {
		who = access.System() // cut to what is public by the caller
	}
	requests := make([]string, len(found))
	for i, r := range found {
		requests[i] = string(r.ID)
	}
	of, err := f.Cases.OfRequests(ctx, who, requests)
	if err != nil {
		return nil, err
	}
	for _, r := range requests {
		for _, c := range of[r] {
			if !slices.ContainsFunc(list, func(o cases.Case) bool { return o.ID == c.ID }) {
				list = append(list, c)
			}
		}
	}
	return list, nil
}

// public reports whether everybody may know that there is such a case.
func public(city org.City, c cases.Case) bool {
	category, ok := city.Catalogue.Category(c.Category)
	return ok && category.Public && !c.Restricted && c.About == "" && c.Kind != intake.Report
}

// A joiner is a request that says it is about a case already there.
type joiner struct {
	cases.Opening
	byStaff bool // an official wrote it down, and saw the case
}

// join adds requests to the case that they name, and gives back those for
// which that cannot be: it is closed, or not one that can be shared. They get
// cases of their own, and a person decides.
func (f *Requests) join(ctx context.Context, number cases.Number, list []joiner) ([]cases.Opening, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return nil, err
	}
	c, err := f.Cases.ByNumber(ctx, access.System(), number)
	if err == nil { // it may have been joined to another since it was shown
		c, err = f.Cases.Follow(ctx, access.System(), c)
	}
	none := errs.Is(err, errs.NotFound)
	if err != nil && !none {
		return nil, err
	}
	var apart []cases.Opening
	for _, j := range list {
		// A number that somebody guessed opens nothing that is not public.
		if none || !j.byStaff && !public(city, c) {
			apart = append(apart, j.Opening)
			continue
		}
		switch _, err := f.Cases.Join(ctx, access.System(), c.ID, j.Opening); {
		case errs.Is(err, errs.Conflict):
			apart = append(apart, j.Opening)
		case err != nil:
			return nil, err
		}
	}
	return apart, nil
}
