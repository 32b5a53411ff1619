package flow

import (
	"context"
	"slices"
	"time"

	"yiwang/internal/algo/cells"
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
	WithUnit bool
	Lead     org.UnitID // "" before it is with a unit, and where the unit would say the street
	People   int        // 0 where fewer than the city's smallest cell
	Opened   time.Time
	Due      time.Time // zero before it is with a unit
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
// and category. A figure is said where it is no smaller than the city's
// smallest cell, and where none that is smaller follows from it and the totals
// of streets and categories. A street with none is not told from one with few.
type Counts struct {
	At    time.Time
	Cell  map[org.AreaID]map[org.CategoryID]int
	shown map[org.AreaID]map[org.CategoryID]int // category "" for all of a street
}

// Street sums up a street, of one category with those below it or of all;
// shown is false, and n 0, where the figure is not said.
func (c Counts) Street(street org.AreaID, category org.CategoryID) (n int, shown bool) {
	n, shown = c.shown[street][category]
	return n, shown
}

// show works out which figures are said. The list of the whole city says how
// many each category has, so that streets of one category have a total too.
func (c *Counts) show(city org.City) {
	categories := []org.CategoryID{""} // those of which something may be said
	under := map[org.CategoryID][]org.CategoryID{}
	parts := map[org.CategoryID][]org.CategoryID{}
	for _, k := range city.Catalogue.Categories {
		list := city.Catalogue.Under(k.ID)
		if !slices.ContainsFunc(list, func(id org.CategoryID) bool { k, _ := city.Catalogue.Category(id); return k.Public }) {
			continue
		}
		categories, under[k.ID] = append(categories, k.ID), list
		if k.Into == "" {
			parts[k.Parent] = append(parts[k.Parent], k.ID)
		}
	}
	streets := city.Streets()
	rows := len(streets) + 2 // one more for what is in no street, and one for all
	at := map[org.CategoryID]int{}
	n, hidden := make([]int, rows*len(categories)), make([]bool, rows*len(categories))
	var sums []cells.Sum
	for j, k := range categories {
		at[k] = j * rows
		for i := range rows - 1 {
			cell := at[k] + i
			var street org.AreaID
			if i < len(streets) {
				street = streets[i].ID
			}
			for of, count := range c.Cell[street] {
				if k == "" || slices.Contains(under[k], of) {
					n[cell] += count
				}
			}
			hidden[cell] = street == "" || n[cell] < city.Policy.SmallCell
			n[at[k]+rows-1] += n[cell]
		}
		total := cells.Sum{Total: at[k] + rows - 1}
		for i := range rows - 1 {
			total.Of = append(total.Of, at[k]+i)
		}
		sums = append(sums, total)
	}
	for k, of := range parts {
		for i := range streets {
			s := cells.Sum{Total: at[k] + i}
			for _, part := range of {
				s.Of = append(s.Of, at[part]+i)
			}
			sums = append(sums, s)
		}
	}
	if city.Policy.SmallCell > 1 {
		cells.Complete(n, hidden, sums, city.Policy.SmallCell)
	}
	c.shown = map[org.AreaID]map[org.CategoryID]int{}
	for i, street := range streets {
		c.shown[street.ID] = map[org.CategoryID]int{}
		for _, k := range categories {
			if cell := at[k] + i; !hidden[cell] {
				c.shown[street.ID][k] = n[cell]
			}
		}
	}
}

// Counts counts anew; doors keep it for some minutes.
func (f *Requests) Counts(ctx context.Context) (Counts, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return Counts{}, err
	}
	now := f.Now()
	counted, err := f.Cases.Cells(ctx, access.System(), now.AddDate(0, 0, -PublicDays))
	if err != nil {
		return Counts{}, err
	}
	c := Counts{At: now, Cell: map[org.AreaID]map[org.CategoryID]int{}}
	for _, cell := range counted {
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
	c.show(city)
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
		_, said := counts.Street(street, k.ID)
		if k.Public && (street == "" || said) && (q.Category == "" || slices.Contains(city.Catalogue.Under(q.Category), k.ID)) {
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
	_, p, err := f.publicCase(ctx, city, number, counts)
	return p, err
}

// A PublicStep is something that happened to a public case, without words.
type PublicStep struct {
	At    time.Time
	Kind  cases.EventKind
	Unit  org.UnitID // "" where it would say the street
	Until time.Time  // zero where there is none
}

// publicSteps are those of which everybody may know.
var publicSteps = []cases.EventKind{
	cases.DispatchedTo, cases.TakenBack, cases.AcceptedBy, cases.TimeGranted, cases.PutOff, cases.TakenUp, cases.Drafted, cases.AnsweredWith, cases.Reopened,
}

// PublicSteps is PublicCase with what happened to it, oldest first.
func (f *Requests) PublicSteps(ctx context.Context, number cases.Number, counts Counts) (Public, []PublicStep, error) {
	city, err := f.Org.City(ctx)
	if err != nil {
		return Public{}, nil, err
	}
	c, p, err := f.publicCase(ctx, city, number, counts)
	if err != nil {
		return p, nil, err
	}
	events, err := f.Cases.Events(ctx, access.System(), c.ID)
	if err != nil {
		return p, nil, err
	}
	var list []PublicStep
	for _, e := range events {
		if !e.Public || e.Part != "" || !slices.Contains(publicSteps, e.Kind) {
			continue
		}
		s := PublicStep{At: e.At, Kind: e.Kind, Unit: e.Unit}
		switch {
		case e.Kind == cases.AnsweredWith && e.Detail.From != "": // the unit's words, which the hotline released
			s.Unit = e.Detail.From
		case e.Detail.To != "":
			s.Unit = e.Detail.To
		}
		if p.Area == "" && local(city, s.Unit) {
			s.Unit = ""
		}
		if e.Detail.Until != nil {
			s.Until = *e.Detail.Until
		}
		list = append(list, s)
	}
	return p, list, nil
}

func (f *Requests) publicCase(ctx context.Context, city org.City, number cases.Number, counts Counts) (cases.Case, Public, error) {
	c, err := f.Cases.ByNumber(ctx, access.System(), number)
	if err == nil {
		c, err = f.Cases.Follow(ctx, access.System(), c)
	}
	if errs.Is(err, errs.NotFound) || err == nil && (!shown(city, c) || c.OpenedAt.Before(f.Now().AddDate(0, 0, -PublicDays))) {
		return c, Public{}, errs.New(errs.NotFound, "access.not_found")
	}
	if err != nil {
		return c, Public{}, err
	}
	return c, told(city, c, counts), nil
}

// shown reports whether a case belongs on the public list.
func shown(city org.City, c cases.Case) bool {
	return public(city, c) && c.MergedInto == "" && slices.Contains(publicKinds, c.Kind) && (c.Route == "" || c.Route == org.RouteWork || c.Route == org.RouteAnswered)
}

func told(city org.City, c cases.Case, counts Counts) Public {
	p := Public{
		Number: c.Number, Category: c.Category, State: c.State, WithUnit: c.Lead != "", Lead: c.Lead, Opened: c.OpenedAt, Due: c.Clocks.ResolveDue, Answered: c.AnsweredAt, Outcome: c.Outcome,
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
	street := city.Street(c.Area)
	if _, said := counts.Street(street, c.Category); said {
		p.Area = street
	} else if local(city, c.Lead) {
		p.Lead = ""
	}
	return p
}

// local reports whether who has a case says in which street it is.
func local(city org.City, lead org.UnitID) bool {
	return slices.ContainsFunc(city.Up(lead), func(id org.UnitID) bool {
		u, _ := city.Unit(id)
		return u.Type == org.StreetOffice || city.Street(u.Area) != ""
	})
}
