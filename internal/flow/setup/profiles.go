package setup

import (
	"slices"
	"strings"

	"yiwang/internal/city/calendar"
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

// profileColumns are id, names, and the limits of each urgency.
var profileColumns = func() []string {
	list := []string{"id", "name_zh", "name_en"}
	for u := range urgencies {
		for _, k := range clocks {
			list = append(list, limitColumn(org.Urgency(u), k.name))
		}
	}
	return list
}()

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
		if strings.HasSuffix(c, "_resolve") {
			need = append(need, c)
		} else {
			may = append(may, c)
		}
	}
	t := r.table(fileProfiles, strings.Join(need, " "), strings.Join(may, " "))
	seen := map[string]int{}
	for _, w := range t.rows {
		p := org.Profile{ID: w.id("id", seen), Name: w.name("name")}
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
		rows = append(rows, row)
	}
	return rows
}
