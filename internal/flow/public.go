package flow

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// PublicDays is how far back the public list goes.
const PublicDays = 90

// A Public is what everybody may know of a case of a public category: what it
// is about, in which street, who has it and how far it is. Never anybody's
// words, who they are, or the exact place.
type Public struct {
	Number   cases.Number
	Category org.CategoryID
	Area     org.AreaID // a street, or the whole city where too few speak of it
	State    cases.State
	Lead     org.UnitID
	People   int // 0 where fewer than the city's smallest cell
	Opened   time.Time
	Answered time.Time
	Outcome  cases.Outcome
	Changed  time.Time
	Joinable bool
}

// A PublicQuery selects from the public list, newest first.
type PublicQuery struct {
	Area     org.AreaID     // this one and what lies in it; "" for all
	Category org.CategoryID // this one and those below it; "" for all
	After    cases.Cursor
	Limit    int
}

// A Counts is how many public cases of the last PublicDays there are by street
// and category.
type Counts struct {
	At   time.Time
	Cell map[org.AreaID]map[org.CategoryID]int
}

// Street sums up a street, of one category with those below it or of all;
// small is true where the figure is too small to be shown.
func (c Counts) Street(city org.City, street org.AreaID, category org.CategoryID) (n int, small bool) {
	under := city.Catalogue.Under(category)
	for k, count := range c.Cell[street] {
		if category == "" || slices.Contains(under, k) {
			n += count
		}
	}
	return n, n > 0 && n < city.Policy.SmallCell
}

// Counts counts anew; doors keep it for some minutes.
func (f *Requests) Counts(ctx context.Context) (Counts, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return Counts{}, err
	}
	now := f.Now()
	cells, err := f.Cases.Cells(ctx, access.System(), now.AddDate(0, 0, -PublicDays))
	if err != nil {
		return Counts{}, err
	}
	c := Counts{At: now, Cell: map[org.AreaID]map[org.CategoryID]int{}}
	for _, cell := range cells {
		k, ok := city.Catalogue.Category(cell.Category)
		if !ok || !k.Public {
			continue
		}
		street := city.Street(cell.Area)
		if c.Cell[street] == nil {
			c.Cell[street] = map[org.CategoryID]int{}
		}
		c.Cell[street][cell.Category] += cell.Count
	}
	return c, nil
}

// publicKinds are those of which a public list may speak.
var publicKinds = []string{intake.Enquiry, intake.Help, intake.Complaint, intake.Suggestion}

// Public lists public cases. more is where the next page begins, zero at the
// end.
func (f *Requests) Public(ctx context.Context, q PublicQuery, counts Counts) (list []Public, more cases.Cursor, err error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return nil, more, err
	}
	filter := cases.Filter{Kinds: publicKinds, From: f.Now().AddDate(0, 0, -PublicDays), After: q.After, Limit: q.Limit}
	// No smaller than a street: a list of a few houses would say who lives there.
	street := city.Street(q.Area)
	if q.Area != "" && street == "" {
		if a, ok := city.Area(q.Area); !ok || a.Parent != "" {
			return nil, more, nil
		}
	}
	if street != "" {
		filter.Areas = city.Within(street)
	}
	for _, k := range city.Catalogue.Leaves() {
		// Where a street is not said, looking for it must not say it either.
		hidden := street != "" && counts.Cell[street][k.ID] < city.Policy.SmallCell
		if k.Public && !hidden && (q.Category == "" || slices.Contains(city.Catalogue.Under(q.Category), k.ID)) {
			filter.Categories = append(filter.Categories, k.ID)
		}
	}
	if len(filter.Categories) == 0 {
		return nil, more, nil
	}
	found, err := f.Cases.List(ctx, access.System(), filter)
	if err != nil {
		return nil, more, err
	}
	if len(found) == q.Limit {
		more = found[len(found)-1].Cursor()
	}
	for _, c := range found {
		if shown(city, c) {
			list = append(list, told(city, c, counts))
		}
	}
	return list, more, nil
}

// PublicCase is one case of the public list, or a NotFound error: what is not
// public is as if it were not there.
func (f *Requests) PublicCase(ctx context.Context, number cases.Number, counts Counts) (Public, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return Public{}, err
	}
	c, err := f.Cases.ByNumber(ctx, access.System(), number)
	if err == nil && c.MergedInto != "" {
		c, err = f.Cases.Case(ctx, access.System(), c.MergedInto)
	}
	if errs.Is(err, errs.NotFound) || err == nil && (!shown(city, c) || c.OpenedAt.Before(f.Now().AddDate(0, 0, -PublicDays))) {
		return Public{}, errs.New(errs.NotFound, "access.not_found")
	}
	return told(city, c, counts), err
}

// shown reports whether a case belongs on the public list.
func shown(city org.City, c cases.Case) bool {
	return public(city, c) && c.MergedInto == "" && slices.Contains(publicKinds, c.Kind) && (c.Route == "" || c.Route == org.RouteWork || c.Route == org.RouteAnswered)
}

func told(city org.City, c cases.Case, counts Counts) Public {
	p := Public{
		Number: c.Number, Category: c.Category, State: c.State, Lead: c.Lead, Opened: c.OpenedAt, Answered: c.AnsweredAt, Outcome: c.Outcome,
		Changed: c.OpenedAt, Joinable: c.Joinable(),
	}
	for _, t := range []time.Time{c.DispatchedAt, c.AcceptedAt, c.AnsweredAt} {
		if t.After(p.Changed) {
			p.Changed = t
		}
	}
	if n := len(c.Parts); n >= city.Policy.SmallCell {
		p.People = n
	}
	if street := city.Street(c.Area); counts.Cell[street][c.Category] >= city.Policy.SmallCell {
		p.Area = street
	}
	return p
}
