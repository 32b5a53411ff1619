package administration

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
)

// twoPersons are the tables that a city can ask two people for.
var twoPersons = []string{"duties", "rules", "categories", "routes", "templates", "profiles", "process", "policy"}

// alone refuses what one person would change where the city asks for two.
func alone(p org.Policy, table string) error {
	if p.TwoPersons && slices.Contains(twoPersons, table) {
		return errs.New(errs.Conflict, "draft.two_persons")
	}
	return nil
}

func (s *Service) mayPublish(by access.Actor) error {
	return by.Can(access.CityPublish, access.Resource{Type: access.CityType})
}

// MaxDrafts is how many drafts a list has.
const MaxDrafts = 100

// DraftList lists the newest drafts, without their changes.
func (s *Service) DraftList(ctx context.Context, by access.Actor) ([]drafts.Draft, error) {
	if err := s.mayPublish(by); err != nil {
		return nil, err
	}
	return s.Drafts.List(ctx, MaxDrafts)
}

// Draft returns a draft.
func (s *Service) Draft(ctx context.Context, by access.Actor, id drafts.ID) (drafts.Draft, error) {
	if err := s.mayPublish(by); err != nil {
		return drafts.Draft{}, err
	}
	return s.Drafts.Draft(ctx, id)
}

// NewDraft begins a draft.
func (s *Service) NewDraft(ctx context.Context, by access.Actor, name string) (drafts.Draft, error) {
	if err := s.may(by); err != nil {
		return drafts.Draft{}, err
	}
	return s.add(ctx, by, name, nil)
}

// RollBack makes a draft that puts an earlier version in force again, byte for
// byte. version is one that Versions lists.
func (s *Service) RollBack(ctx context.Context, by access.Actor, part string, version int64, name string) (drafts.Draft, error) {
	if err := s.mayPublish(by); err != nil {
		return drafts.Draft{}, err
	}
	if !slices.Contains(Restorable, part) {
		return drafts.Draft{}, errs.New(errs.NotFound, "version.none")
	}
	if _, err := s.Versions.Number(ctx, part, version); err != nil {
		return drafts.Draft{}, err
	}
	return s.add(ctx, by, name, map[string]int64{part: version})
}

func (s *Service) add(ctx context.Context, by access.Actor, name string, restore map[string]int64) (drafts.Draft, error) {
	name, err := drafts.NameOf(name)
	if err != nil {
		return drafts.Draft{}, err
	}
	now := s.Now().UTC().Truncate(1000)
	d := drafts.Draft{
		ID: drafts.ID(ids.New(now)), By: by.Staff, At: now, State: drafts.Open, Revision: 1, Name: name, Editors: []access.StaffID{by.Staff}, Restore: restore,
	}
	return d, s.Drafts.Add(ctx, d)
}

// SetTable makes a table of a draft what rows say: what differs from the city
// is in the draft, and nothing else of that table. What is wrong with the rows
// is said by Look.
func (s *Service) SetTable(ctx context.Context, by access.Actor, id drafts.ID, revision int64, t setup.Table, rows [][]string) (drafts.Draft, error) {
	if err := s.may(by); err != nil {
		return drafts.Draft{}, err
	}
	now, err := s.city(ctx)
	if err != nil {
		return drafts.Draft{}, err
	}
	if twice := twice(rows); len(twice) > 0 {
		return drafts.Draft{}, errs.Field("file", "draft.twice", "Keys", strings.Join(twice, ", "))
	}
	changes := changesOf(t, t.Rows(now.Folder), rows)
	in := map[string]bool{}
	for _, c := range changes {
		in[c.Key] = true
	}
	return s.Drafts.Change(ctx, id, revision, func(d *drafts.Draft) error {
		list := changes
		for _, c := range d.Changes {
			if c.Table == t.Name && !in[c.Key] {
				list = append(list, drafts.Change{Table: c.Table, Key: c.Key}) // it is as in the city again
			}
		}
		return d.Set(by.Staff, list)
	})
}

// SetRow puts one row into a draft; nil takes the row away, or out of the draft
// if the city does not have it.
func (s *Service) SetRow(ctx context.Context, by access.Actor, id drafts.ID, revision int64, t setup.Table, key string, row []string) (drafts.Draft, error) {
	if err := s.may(by); err != nil {
		return drafts.Draft{}, err
	}
	now, err := s.city(ctx)
	if err != nil {
		return drafts.Draft{}, err
	}
	c := drafts.Change{Table: t.Name, Key: key, Before: rowBy(t.Rows(now.Folder), key), After: row}
	if t.Fixed && (c.Before == nil || row == nil) {
		return drafts.Draft{}, errs.New(errs.NotFound, "error.no_page")
	}
	return s.Drafts.Change(ctx, id, revision, func(d *drafts.Draft) error { return d.Set(by.Staff, []drafts.Change{c}) })
}

// Drop gives a draft up; Reopen takes back one whose day has not come.
func (s *Service) Drop(ctx context.Context, by access.Actor, id drafts.ID, revision int64) error {
	return s.step(ctx, by, id, revision, (*drafts.Draft).Drop)
}

// Reopen takes back a draft that was published for a day that has not come.
func (s *Service) Reopen(ctx context.Context, by access.Actor, id drafts.ID, revision int64) error {
	return s.step(ctx, by, id, revision, func(d *drafts.Draft) error { return d.Reopen(false) })
}

func (s *Service) step(ctx context.Context, by access.Actor, id drafts.ID, revision int64, do func(*drafts.Draft) error) error {
	if err := s.mayPublish(by); err != nil {
		return err
	}
	_, err := s.Drafts.Change(ctx, id, revision, do)
	return err
}

func rowBy(rows [][]string, key string) []string {
	i := slices.IndexFunc(rows, func(r []string) bool { return r[0] == key })
	if i < 0 {
		return nil
	}
	return rows[i]
}

// twice lists keys that stand in more than one row.
func twice(rows [][]string) (list []string) {
	seen := map[string]int{}
	for _, r := range rows {
		if seen[r[0]]++; seen[r[0]] == 2 && len(list) < 20 {
			list = append(list, strconv.Quote(r[0]))
		}
	}
	return list
}

func changesOf(t setup.Table, before, after [][]string) (list []drafts.Change) {
	for _, c := range setup.Changed(before, after) {
		list = append(list, drafts.Change{Table: t.Name, Key: c.Key(), Before: c.Before, After: c.After})
	}
	return list
}

// A Look is what a draft makes of the city as it is now.
type Look struct {
	Now      City
	City     *setup.Folder // as it would be; nil with problems
	Tables   []TableChanges
	Problems setup.Problems
	bodies   []drafts.Body
}

// TableChanges is what changes in one table, as the city would write it where
// there are no problems.
type TableChanges struct {
	Table   setup.Table
	Rows    [][]string // the table as it would be
	Changes []setup.Change
}

// Rows are the rows of a table with the draft.
func (l Look) Rows(t setup.Table) [][]string {
	for _, c := range l.Tables {
		if c.Table.Name == t.Name {
			return c.Rows
		}
	}
	return t.Rows(l.Now.Folder)
}

// Look says what a draft would change, and all that is wrong with it.
func (s *Service) Look(ctx context.Context, by access.Actor, d drafts.Draft) (Look, error) {
	if err := s.mayPublish(by); err != nil {
		return Look{}, err
	}
	now, err := s.city(ctx)
	if err != nil {
		return Look{}, err
	}
	l := Look{Now: now}
	if len(d.Restore) > 0 {
		err = s.lookBack(ctx, &l, d)
	} else {
		err = lookAt(&l, d)
	}
	if err != nil || len(l.Problems) > 0 {
		return l, err
	}
	for i := range l.Tables {
		t := &l.Tables[i]
		t.Rows = t.Table.Rows(l.City)
		t.Changes = setup.Changed(t.Table.Rows(now.Folder), t.Rows)
		problems, err := s.needed(ctx, t.Table, t.Changes)
		if err != nil {
			return l, err
		}
		l.Problems = append(l.Problems, problems...)
	}
	if len(l.Problems) > 0 {
		l.City = nil
	}
	return l, nil
}

// lookAt puts the changed rows into their tables.
func lookAt(l *Look, d drafts.Draft) error {
	with := map[string][][]string{}
	of := map[string]bool{}
	for _, t := range setup.Tables {
		rows, changes, problems := edited(t, t.Rows(l.Now.Folder), d.Changes)
		if len(changes) == 0 && len(problems) == 0 {
			continue
		}
		with[t.Name] = rows
		of[partOf(t)] = true
		l.Tables = append(l.Tables, TableChanges{t, rows, changes})
		l.Problems = append(l.Problems, problems...)
	}
	made, problems := setup.WithAll(l.Now.Folder, with)
	if l.Problems = append(l.Problems, problems...); len(l.Problems) > 0 {
		return nil
	}
	l.City = made
	return l.encode(of, nil)
}

// edited is a table with the changes of a draft. A row that is not any more
// what it was when the change was made, and not yet what it is to be, is a
// problem: two people want it differently.
func edited(t setup.Table, now [][]string, list []drafts.Change) (rows [][]string, changes []setup.Change, problems setup.Problems) {
	change := map[string]drafts.Change{}
	for _, c := range list {
		if c.Table == t.Name {
			change[c.Key] = c
		}
	}
	if len(change) == 0 {
		return now, nil, nil
	}
	check := func(c drafts.Change, row []string) {
		if !slices.Equal(row, c.Before) && !slices.Equal(row, c.After) {
			problems = append(problems, setup.Problem{File: t.File, Key: "city_folder.changed_meanwhile", Args: map[string]any{"Value": c.Key}})
		}
	}
	for _, row := range now {
		c, has := change[row[0]]
		if !has {
			rows = append(rows, row)
			continue
		}
		check(c, row)
		delete(change, row[0])
		if c.After != nil {
			rows = append(rows, c.After)
		}
	}
	for _, c := range list { // what is new, in the order it was put there
		if _, has := change[c.Key]; !has || c.Table != t.Name {
			continue
		}
		check(c, nil)
		if c.After != nil {
			rows = append(rows, c.After)
		}
	}
	return rows, setup.Changed(now, rows), problems
}

// Restorable are the parts of a city of which an earlier version can be put in
// force again.
var Restorable = []string{org.CatalogueName, org.DirectoryName, org.CalendarName, TextsName}

// lookBack puts earlier versions in the place of those in force.
func (s *Service) lookBack(ctx context.Context, l *Look, d drafts.Draft) error {
	f := *l.Now.Folder
	kept := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(d.Restore)) {
		v, err := s.Versions.Number(ctx, name, d.Restore[name])
		if err != nil {
			return err
		}
		if err := decode(&f, name, v); err != nil {
			return err
		}
		kept[name] = v.Body
	}
	for _, t := range setup.Tables {
		if kept[partOf(t)] == nil {
			continue
		}
		rows := t.Rows(&f)
		if changes := setup.Changed(t.Rows(l.Now.Folder), rows); len(changes) > 0 {
			l.Tables = append(l.Tables, TableChanges{t, rows, changes})
		}
	}
	made, problems := setup.WithAll(&f, nil)
	if l.Problems = append(l.Problems, problems...); len(l.Problems) > 0 {
		return nil
	}
	l.City = made
	return l.encode(nil, kept)
}

// encode prepares what is to be kept: the parts that changed, or bodies as
// they are.
func (l *Look) encode(of map[string]bool, kept map[string][]byte) error {
	seen := strings.Split(l.Now.Seen, ".")
	for i, p := range parts {
		text := kept[p.name]
		if of[p.name] {
			var err error
			if text, err = p.encode(l.City); err != nil {
				return fmt.Errorf("encode %s: %w", p.name, err)
			}
		}
		if len(text) == 0 {
			continue
		}
		number, err := strconv.ParseInt(seen[i], 10, 64)
		if err != nil {
			return fmt.Errorf("version of %s: %w", p.name, err)
		}
		l.bodies = append(l.bodies, drafts.Body{Name: p.name, Seen: number, Text: text})
	}
	return nil
}

// decode reads a part of a city as it was kept.
func decode(f *setup.Folder, name string, v versions.Version) (err error) {
	switch name {
	case org.DirectoryName:
		f.Directory, err = org.DecodeDirectory(v)
	case org.CatalogueName:
		f.Catalogue, err = org.DecodeCatalogue(v)
	case org.CalendarName:
		f.Calendar = new(calendar.Calendar)
		err = f.Calendar.UnmarshalJSON(v.Body)
	case TextsName:
		f.Texts = nil
		err = json.Unmarshal(v.Body, &f.Texts)
	case law.Name:
		var r *law.Register
		if r, err = law.Decode(v); err == nil {
			f.Laws = r.Articles
		}
	}
	if err != nil {
		return fmt.Errorf("version %d of %s: %w", v.Number, name, err)
	}
	return nil
}

// A PartVersions is the versions of one part of the city, newest first.
type PartVersions struct {
	Part string
	List []versions.Version // without bodies
}

// VersionList lists the newest versions of each part, at most limit of each.
func (s *Service) VersionList(ctx context.Context, by access.Actor, limit int) ([]PartVersions, error) {
	if err := s.mayPublish(by); err != nil {
		return nil, err
	}
	list := make([]PartVersions, len(Restorable))
	for i, name := range Restorable {
		found, err := s.Versions.Newest(ctx, name, limit)
		if err != nil {
			return nil, err
		}
		for j := range found {
			found[j].Body = nil
		}
		list[i] = PartVersions{name, found}
	}
	return list, nil
}
