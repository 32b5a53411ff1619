package setup

import (
	"slices"
	"strings"

	"yiwang/internal/city/calendar"
	"yiwang/internal/city/intake"
	"yiwang/internal/city/org"
)

// A clock is one of a profile's limits: a column of profiles.csv for each
// urgency.
type clock struct {
	name string
	of   func(*org.Limits) *calendar.Limit
}

var clocks = []clock{
	{"accept", func(l *org.Limits) *calendar.Limit { return &l.Accept }},
	{"contact", func(l *org.Limits) *calendar.Limit { return &l.Contact }},
	{"resolve", func(l *org.Limits) *calendar.Limit { return &l.Resolve }},
	{"statutory", func(l *org.Limits) *calendar.Limit { return &l.Statutory }},
}

// profileColumns are id, names, the limits of each urgency and of each kind.
var profileColumns = func() []string {
	list := []string{"id", "name_zh", "name_en"}
	for u := range urgencies {
		for _, k := range clocks {
			list = append(list, limitColumn(org.Urgency(u), k.name))
		}
	}
	for _, kind := range intake.Kinds {
		list = append(list, kindColumn(kind))
	}
	return list
}()

// profileNeeds are those that a profile does not go without.
var profileNeeds = []string{limitColumn(org.Ordinary, "resolve"), limitColumn(org.Urgent, "resolve"), limitColumn(org.Emergency, "resolve")}

func kindColumn(kind string) string { return kind + "_resolve" }

func limitColumn(u org.Urgency, clock string) string {
	return []string{"ordinary", "urgent", "emergency"}[u] + "_" + clock
}

// profiles reads the city's own profiles. An answer needs a limit in each
// urgency, and what is more urgent is not given longer.
func (r *reader) profiles() (list []org.Profile) {
	if !r.has(fileProfiles) {
		return nil
	}
	need, may := []string{"id", "name_zh"}, []string{"name_en"}
	for _, c := range profileColumns[3:] {
		if slices.Contains(profileNeeds, c) {
			need = append(need, c)
		} else {
			may = append(may, c)
		}
	}
	t := r.table(fileProfiles, strings.Join(need, " "), strings.Join(may, " "))
	seen := map[string]int{}
	for _, w := range t.rows {
		p := org.Profile{ID: w.id(seen), Name: w.name("name")}
		if slices.ContainsFunc(org.Profiles, func(o org.Profile) bool { return o.ID == p.ID }) {
			w.bad("id", "profile_taken", "Value", p.ID)
		}
		for _, k := range clocks {
			var before calendar.Limit
			for u := range urgencies {
				urgency := org.Urgency(u)
				column := limitColumn(urgency, k.name)
				limit := k.of(p.Of(urgency))
				if k.name == "resolve" {
					*limit = w.limit(column)
				} else {
					*limit = w.optionalLimit(column)
				}
				if before.In == limit.In && before.N > 0 && limit.N > before.N {
					w.bad(column, "profile_longer", "Value", limit.String(), "Least", before.String())
				}
				if !limit.IsZero() {
					before = *limit
				}
			}
		}
		for _, kind := range intake.Kinds {
			if limit := w.optionalLimit(kindColumn(kind)); !limit.IsZero() {
				if p.Kinds == nil {
					p.Kinds = map[string]calendar.Limit{}
				}
				p.Kinds[kind] = limit
			}
		}
		list = append(list, p)
	}
	return list
}

func profileNames(own []org.Profile) string {
	var names []string
	for _, p := range append(slices.Clone(org.Profiles), own...) {
		names = append(names, p.ID)
	}
	return strings.Join(names, ", ")
}

func profileRows(f *Folder) (rows [][]string) {
	for _, p := range f.Directory.Policy.Profiles {
		row := []string{p.ID, p.Name.ZH, p.Name.EN}
		for u := range urgencies {
			for _, k := range clocks {
				row = append(row, k.of(p.Of(org.Urgency(u))).String())
			}
		}
		for _, kind := range intake.Kinds {
			row = append(row, p.Kinds[kind].String())
		}
		rows = append(rows, row)
	}
	return rows
}
