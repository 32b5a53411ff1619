package administration

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
)

// TextsName is where a city's own wording is kept in base/versions.
const TextsName = "texts"

// NewWording reads the city's own words: key, language, text.
func NewWording(s versions.Store) *versions.Value[map[string]map[string]string] {
	return versions.NewValue(s, TextsName, func(v versions.Version) (map[string]map[string]string, error) {
		var kept map[string]org.Name
		if err := json.Unmarshal(v.Body, &kept); err != nil {
			return nil, err
		}
		words := make(map[string]map[string]string, len(kept))
		for key, name := range kept {
			words[key] = map[string]string{"zh": name.ZH, "en": name.EN}
		}
		return words, nil
	})
}

// A City is a city as its tables show it, at the versions that Seen names.
type City struct {
	*setup.Folder
	Seen string
}

// City reads the city as it is.
func (s *Service) City(ctx context.Context, by access.Actor) (City, error) {
	if err := s.may(by); err != nil {
		return City{}, err
	}
	return s.city(ctx)
}

func (s *Service) city(ctx context.Context) (City, error) {
	city, err := s.Org.City(ctx)
	if err != nil {
		return City{}, err
	}
	laws, err := s.Law.Register(ctx)
	if err != nil {
		return City{}, err
	}
	f := &setup.Folder{Directory: city.Directory, Catalogue: city.Catalogue, Calendar: city.Calendar, Laws: laws.Articles, Texts: map[string]org.Name{}}
	if f.Map, err = s.Org.Streets(ctx); err != nil && !errs.Is(err, errs.NotFound) {
		return City{}, err
	}
	seen := make([]string, len(parts))
	for i, p := range parts {
		v, err := s.Versions.Current(ctx, p.name)
		if errs.Is(err, errs.NotFound) {
			v, err = versions.Version{}, nil
		}
		if err != nil {
			return City{}, err
		}
		if p.name == TextsName && len(v.Body) > 0 {
			if err := json.Unmarshal(v.Body, &f.Texts); err != nil {
				return City{}, fmt.Errorf("the city's wording: %w", err)
			}
		}
		seen[i] = fmt.Sprint(v.Number)
	}
	return City{f, strings.Join(seen, ".")}, nil
}

// A part is what is versioned for itself.
type part struct {
	name   string
	encode func(*setup.Folder) ([]byte, error)
}

var parts = []part{
	{org.DirectoryName, func(f *setup.Folder) ([]byte, error) { return org.EncodeDirectory(f.Directory) }},
	{org.CatalogueName, func(f *setup.Folder) ([]byte, error) { return org.EncodeCatalogue(f.Catalogue) }},
	{org.CalendarName, func(f *setup.Folder) ([]byte, error) { return json.Marshal(f.Calendar) }},
	{TextsName, func(f *setup.Folder) ([]byte, error) { return json.Marshal(f.Texts) }},
	{org.StreetsName, func(f *setup.Folder) ([]byte, error) { return f.Map, nil }},
	{law.Name, func(f *setup.Folder) ([]byte, error) { return law.NewRegister(f.Laws).Encode() }},
}

// Keep puts a city in force, whole: what differs becomes a new version. seen
// is what City said, "" for whatever there is.
func (s *Service) Keep(ctx context.Context, by access.Actor, f *setup.Folder, seen string) error {
	if err := s.may(by); err != nil {
		return err
	}
	bodies := make([][]byte, len(parts))
	for i, p := range parts {
		var err error
		if bodies[i], err = p.encode(f); err != nil {
			return fmt.Errorf("encode %s: %w", p.name, err)
		}
	}
	err := s.Versions.DB.Write(ctx, func(tx *db.Tx) error {
		was := strings.Split(seen, ".")
		for i, p := range parts {
			if len(bodies[i]) == 0 {
				continue
			}
			before, err := s.Versions.Latest(ctx, tx, p.name)
			if err != nil {
				return err
			}
			if seen != "" && (len(was) != len(parts) || was[i] != fmt.Sprint(before)) {
				return errs.New(errs.Conflict, "version.changed")
			}
			if _, err := s.Versions.Put(ctx, tx, p.name, bodies[i], by.ID(), s.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if db.IsUnique(err) { // two at the same time
		return errs.New(errs.Conflict, "version.changed")
	}
	if err != nil {
		return err
	}
	s.Org.Forget()
	s.Law.Forget()
	s.Wording.Forget()
	return nil
}

// A Preview is what a table would become: what changes, or all that is wrong.
type Preview struct {
	Changes  []setup.Change
	Problems setup.Problems
	Invited  []access.Invitation // of people who are new, once they are kept
	city     *setup.Folder
}

// Preview tries other rows in a table. Nothing is changed.
func (s *Service) Preview(ctx context.Context, now City, t setup.Table, rows [][]string) (Preview, error) {
	if t.Name == setup.People.Name {
		return s.previewPeople(ctx, now, rows)
	}
	p := Preview{Changes: setup.Changed(t.Rows(now.Folder), rows)}
	if p.city, p.Problems = setup.With(now.Folder, t, rows); len(p.Problems) > 0 {
		return p, nil
	}
	// As the city would write them: an empty cell and "no" are the same.
	p.Changes = setup.Changed(t.Rows(now.Folder), t.Rows(p.city))
	var err error
	p.Problems, err = s.needed(ctx, t, p.Changes)
	return p, err
}

// needed names the rows that are to go and that a case or a person still names.
func (s *Service) needed(ctx context.Context, t setup.Table, changes []setup.Change) (problems setup.Problems, err error) {
	for _, c := range changes {
		if c.After != nil {
			continue
		}
		used, err := s.used(ctx, t, c.Key())
		if err != nil {
			return nil, err
		}
		if used {
			problems = append(problems, setup.Problem{File: t.File, Column: t.Columns[0], Key: "city_folder.used", Args: map[string]any{"Value": c.Key()}})
		}
	}
	return problems, nil
}

// Apply puts other rows into a table, or gives what is wrong with them. What
// would change nothing is a Conflict.
func (s *Service) Apply(ctx context.Context, by access.Actor, t setup.Table, rows [][]string, seen string) (Preview, error) {
	if t.Name == setup.People.Name {
		return s.bringPeople(ctx, by, rows, seen)
	}
	now, err := s.City(ctx, by)
	if err != nil {
		return Preview{}, err
	}
	if now.Seen != seen { // else what is wrong would be said of a city that is another now
		return Preview{}, errs.New(errs.Conflict, "version.changed")
	}
	if err := alone(now.Directory.Policy, t.Name); err != nil {
		return Preview{}, err
	}
	p, err := s.Preview(ctx, now, t, rows)
	if err != nil || len(p.Problems) > 0 {
		return p, err
	}
	if len(p.Changes) == 0 {
		return p, errs.New(errs.Conflict, "duty.same")
	}
	return p, s.Keep(ctx, by, p.city, seen)
}

// used reports whether a case names a row that is to go: then its name is
// still needed.
func (s *Service) used(ctx context.Context, t setup.Table, key string) (bool, error) {
	f := cases.Filter{Limit: 1}
	switch t.Name {
	case "units":
		staff, err := s.Staff.List(ctx, access.System())
		if err != nil || slices.ContainsFunc(staff, func(p access.Staff) bool { return string(p.Unit) == key && p.LeftAt.IsZero() }) {
			return true, err
		}
		f.Units = []org.UnitID{org.UnitID(key)}
	case "categories":
		f.Categories = []org.CategoryID{org.CategoryID(key)}
	case "laws": // duties and rules are read with the table
		return s.Knowledge.Cites(ctx, org.LawID(key))
	case "areas":
		f.Areas = []org.AreaID{org.AreaID(key)}
	default:
		return false, nil
	}
	list, err := s.Cases.List(ctx, access.System(), f)
	return len(list) > 0, err
}

// Merge makes one category's matters another's from now on: its words point
// there, its duties end, and its cases keep the name they have.
func (s *Service) Merge(ctx context.Context, by access.Actor, from, into org.CategoryID, seen string) (Preview, error) {
	now, err := s.City(ctx, by)
	if err != nil {
		return Preview{}, err
	}
	if now.Seen != seen {
		return Preview{}, errs.New(errs.Conflict, "version.changed")
	}
	if err := alone(now.Directory.Policy, "categories"); err != nil {
		return Preview{}, err
	}
	old := now.Catalogue
	if !old.Leaf(from) || !old.Leaf(into) || from == into {
		return Preview{}, errs.Field("into", "table.merge")
	}
	next := org.Catalogue{Routes: old.Routes, Categories: slices.Clone(old.Categories), Rules: slices.Clone(old.Rules), Templates: slices.Clone(old.Templates)}
	for i, k := range next.Categories {
		if k.ID == from {
			next.Categories[i].Into, next.Categories[i].Automatic = into, 0
		}
		if k.Into == from {
			next.Categories[i].Into = into
		}
	}
	for i, r := range next.Rules {
		if r.Category == from {
			next.Rules[i].Category = into
		}
	}
	for i, t := range next.Templates {
		if t.Category == from {
			next.Templates[i].Category = into
		}
	}
	for _, d := range old.Duties {
		if d.Category != from {
			next.Duties = append(next.Duties, d)
		}
	}
	merged := *now.Folder
	merged.Catalogue = org.NewCatalogue(next)
	table, _ := setup.TableByName("categories")
	// Read checks the whole, as it would be kept.
	p := Preview{Changes: setup.Changed(table.Rows(now.Folder), table.Rows(&merged))}
	if p.city, p.Problems = setup.With(&merged, table, table.Rows(&merged)); len(p.Problems) > 0 {
		return p, nil
	}
	return p, s.Keep(ctx, by, p.city, seen)
}

// A TableRecord is one version of a table with what it changed.
type TableRecord struct {
	Version versions.Version // without its body
	Changes []setup.Change
}

// TableHistory lists what was changed in a table, newest first, at most limit
// versions of the last fifty.
func (s *Service) TableHistory(ctx context.Context, by access.Actor, t setup.Table, limit int) ([]TableRecord, error) {
	if err := s.may(by); err != nil {
		return nil, err
	}
	name := partOf(t)
	list, err := s.Versions.Newest(ctx, name, 51)
	if err != nil {
		return nil, err
	}
	var records []TableRecord
	var after [][]string
	for i, v := range list {
		rows, err := rowsOf(t, name, v)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			if changes := setup.Changed(rows, after); len(changes) > 0 {
				r := TableRecord{Version: list[i-1], Changes: changes}
				r.Version.Body = nil
				if records = append(records, r); len(records) == limit {
					return records, nil
				}
			}
		}
		after = rows
	}
	return records, nil
}

func partOf(t setup.Table) string {
	switch t.Name {
	case "areas", "units", "policy":
		return org.DirectoryName
	case "days":
		return org.CalendarName
	case "texts":
		return TextsName
	case "laws":
		return law.Name
	}
	return org.CatalogueName
}

// rowsOf are the rows of a table in an older version.
func rowsOf(t setup.Table, name string, v versions.Version) ([][]string, error) {
	var f setup.Folder
	if err := decode(&f, name, v); err != nil {
		return nil, err
	}
	return t.Rows(&f), nil
}
