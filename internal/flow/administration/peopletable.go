package administration

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/setup"
)

// People reads the city with who works here.
func (s *Service) People(ctx context.Context, by access.Actor) (City, error) {
	city, _, err := s.people(ctx, by)
	return city, err
}

func (s *Service) people(ctx context.Context, by access.Actor) (City, map[string]access.Staff, error) {
	list, err := s.Staff.List(ctx, by)
	if err != nil {
		return City{}, nil, err
	}
	city, err := s.City(ctx, by)
	if err != nil {
		return City{}, nil, err
	}
	at := make(map[string]access.Staff, len(list))
	for _, st := range list {
		at[st.Login] = st
		city.People = append(city.People, setup.Person{Login: st.Login, Name: st.Name, Roles: st.Roles, Unit: st.Unit, Area: st.Area, Left: !st.LeftAt.IsZero()})
	}
	city.Seen += fmt.Sprintf(".%x", sha256.Sum256(setup.People.CSV(setup.People.Rows(city.Folder))))
	return city, at, nil
}

// previewPeople tries another table of people. Nobody is taken out of it, no
// login becomes somebody else's, and an administrator stays who can sign in.
func (s *Service) previewPeople(ctx context.Context, now City, rows [][]string) (Preview, error) {
	t, before := setup.People, setup.People.Rows(now.Folder)
	p := Preview{Changes: setup.Changed(before, rows)}
	if p.city, p.Problems = setup.With(now.Folder, t, rows); len(p.Problems) > 0 {
		return p, nil
	}
	p.Changes = setup.Changed(before, t.Rows(p.city))
	bad := func(login, column, key string, args map[string]any) {
		row := slices.IndexFunc(rows, func(r []string) bool { return r[0] == login }) + 2
		if row == 1 {
			row = 0 // it is not in the file
		}
		if args == nil {
			args = map[string]any{}
		}
		args["Value"] = login
		p.Problems = append(p.Problems, setup.Problem{File: t.File, Row: row, Column: column, Key: "city_folder." + key, Args: args})
	}
	zh, en, left := t.Column("name_zh"), t.Column("name_en"), t.Column("left")
	for _, c := range p.Changes {
		switch {
		case c.After == nil:
			bad(c.Key(), "login", "person_gone", nil)
		case c.Before == nil && c.After[left] == "yes":
			bad(c.Key(), "left", "person_new_left", nil)
		case c.Before != nil && c.Before[left] == "yes" && (c.Before[zh] != c.After[zh] || c.Before[en] != c.After[en]):
			bad(c.Key(), "login", "login_reused", map[string]any{"Name": org.Name{ZH: c.Before[zh], EN: c.Before[en]}.In("zh")})
		}
	}
	admins, err := s.Staff.Administrators(ctx, access.System())
	if err != nil {
		return p, err
	}
	to := byLogin(p.city)
	for _, login := range admins {
		n, named := to[login]
		if !named || !n.Left && slices.Contains(n.Roles, access.Administrator) {
			return p, nil // a missing row is named already
		}
	}
	for _, login := range admins {
		column := "role"
		if to[login].Left {
			column = "left"
		}
		bad(login, column, "last_administrator", nil)
	}
	return p, nil
}

func byLogin(f *setup.Folder) map[string]setup.Person {
	at := make(map[string]setup.Person, len(f.People))
	for _, n := range f.People {
		at[n.Login] = n
	}
	return at
}

// bringPeople puts another table of people in the place of the one that was
// seen. Who may not go on with what they have in hand hands it over.
func (s *Service) bringPeople(ctx context.Context, by access.Actor, rows [][]string, seen string) (Preview, error) {
	now, at, err := s.people(ctx, by)
	if err != nil {
		return Preview{}, err
	}
	if now.Seen != seen {
		return Preview{}, errs.New(errs.Conflict, "version.changed")
	}
	p, err := s.previewPeople(ctx, now, rows)
	if err != nil || len(p.Problems) > 0 {
		return p, err
	}
	if len(p.Changes) == 0 {
		return p, errs.New(errs.Conflict, "duty.same")
	}
	var list []access.Brought
	to := byLogin(p.city)
	for _, c := range p.Changes {
		n := to[c.Key()]
		list = append(list, access.Brought{
			Before: at[n.Login], Left: n.Left,
			After: access.NewStaff{Login: n.Login, Name: n.Name, Unit: n.Unit, Roles: n.Roles, Area: n.Area},
		})
	}
	if p.Invited, err = s.Staff.Bring(ctx, by, list); err != nil {
		return p, err
	}
	ctx = context.WithoutCancel(ctx) // the people are kept: what they have in hand must follow
	for _, b := range list {
		if b.Before.ID != "" {
			err = errors.Join(err, s.handOver(ctx, b.Before.ID, ""))
		}
	}
	return p, err
}
