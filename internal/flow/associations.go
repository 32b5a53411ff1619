package flow

import (
	"context"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/insight"
	"yiwang/internal/city/org"
)

// FindAssociations is the job that looks for what goes together.
type FindAssociations struct{}

// Kind names the job.
func (FindAssociations) Kind() string { return "insight.associations" }

// Heavy makes a node do one such job at a time.
func (FindAssociations) Heavy() {}

const (
	associateEvery = 6 * time.Hour
	associateCases = 20_000 // the newest of a year
	associateDays  = 365
	// Seasons are only told apart from other things that changed where nearly a
	// year is looked at.
	seasonDays = 300
	// commonShare: a category that one case in so many has is looked at by itself.
	commonShare = 50
)

// Associate looks at the newest cases of a year and keeps what goes together.
// It does not look at reports of wrongdoing, complaints about units, and cases
// that went into another, and at nothing that is about a person.
func (f *Insight) Associate(ctx context.Context, _ FindAssociations) error {
	city, err := f.Org.City(ctx)
	if err != nil {
		return err
	}
	now := f.Now().UTC().Truncate(time.Microsecond)
	page := cases.Filter{From: now.AddDate(0, 0, -associateDays), Limit: cases.MaxList}
	var list []cases.Case
	for len(list) < associateCases {
		found, err := f.Cases.List(ctx, access.System(), page)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			break
		}
		page.After = found[len(found)-1].Cursor()
		for _, c := range found {
			if speaks(c) && c.MergedInto == "" {
				list = append(list, c)
			}
		}
	}
	kinds := map[org.CategoryID]int{}
	for _, c := range list {
		kinds[city.Catalogue.Now(c.Category)]++
	}
	facts := make([]insight.Fact, len(list))
	seasons := len(list) > 0 && list[0].OpenedAt.Sub(list[len(list)-1].OpenedAt) >= seasonDays*24*time.Hour
	for i, c := range list {
		facts[i] = factsOf(city, c, now)
		facts[i].Set(insight.Category, string(common(city, c.Category, kinds, len(list))))
		if !seasons {
			facts[i].Set(insight.Season, "")
		}
	}
	found, err := insight.Associate(ctx, facts)
	if err != nil {
		return err
	}
	found.At = now
	if len(list) > 0 {
		found.To, found.From = list[0].OpenedAt, list[len(list)-1].OpenedAt
	}
	return f.Store.PutAssociations(ctx, found)
}

// factsOf is what is looked at of a case.
func factsOf(city org.City, c cases.Case, now time.Time) insight.Fact {
	f := insight.Fact{Case: string(c.Number)}
	at := c.OpenedAt.In(city.Calendar.Location())
	f.Set(insight.Area, string(city.Street(c.Area)))
	f.Set(insight.Hour, hours[at.Hour()/4])
	f.Set(insight.Season, seasonNames[(int(at.Month())/3)%4])
	f.Set(insight.Channel, c.Channel)
	if c.Route != org.RouteWork {
		return f // answered on the call, or shown the lawful route: nothing was handled
	}
	f.Set(insight.Unit, string(c.Lead))
	if !c.AnsweredAt.IsZero() {
		f.Set(insight.Wait, waited(c.AnsweredAt.Sub(c.OpenedAt)))
		f.Set(insight.Outcome, string(c.Outcome))
	}
	switch due := c.Clocks.ResolveDue; {
	case due.IsZero():
	case !c.AnsweredAt.IsZero() && !c.AnsweredAt.After(due):
		f.Set(insight.Deadline, "in_time")
	case !c.AnsweredAt.IsZero() || now.After(due) && !c.Clocks.Paused(now):
		f.Set(insight.Deadline, "late")
	}
	f.Set(insight.Resident, residents(c, now))
	return f
}

// common is a category or, where few cases have it, the one it stands below.
func common(city org.City, id org.CategoryID, of map[org.CategoryID]int, all int) org.CategoryID {
	id = city.Catalogue.Now(id)
	if path := city.Catalogue.CategoryPath(id); len(path) > 0 && of[id] < all/commonShare {
		return path[0].ID
	}
	return id
}

var (
	hours       = []string{"00-04", "04-08", "08-12", "12-16", "16-20", "20-24"}
	seasonNames = []string{"winter", "spring", "summer", "autumn"} // December, January and February are winter
)

func waited(d time.Duration) string {
	switch days := d.Hours() / 24; {
	case days <= 1:
		return "day"
	case days <= 3:
		return "3days"
	case days <= 7:
		return "week"
	case days <= 14:
		return "fortnight"
	}
	return "longer"
}

// residents is what the residents of a case make of its answer: one who is not
// content counts before those who are.
func residents(c cases.Case, now time.Time) (said string) {
	for _, p := range c.Parts {
		switch p.VerdictAsOf(c, now) {
		case cases.SaysNot:
			return "not_solved"
		case cases.SaysSolved:
			said = "solved"
		}
		if p.Rating > 0 && p.Rating <= 2 {
			return "not_solved"
		}
	}
	return said
}
