package workbench

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
	"yiwang/internal/front/web"
)

// A demoPerson is somebody whom one may be in a demonstration.
type demoPerson struct {
	role  access.Role
	staff access.Staff
}

// demo shows who one can be, without a password. Only a database marked as a
// demonstration has these pages.
func (b *Workbench) demo(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	city, err := b.Org.City(ctx)
	if err != nil {
		return err
	}
	list, err := b.demoStaff(ctx)
	if err != nil {
		return err
	}
	var people []demoPerson
	for _, role := range access.Roles {
		if s, ok := demoOne(city, list, role); ok {
			people = append(people, demoPerson{role, s})
		}
	}
	return web.Render(ctx, w, http.StatusOK, demoPage(people, list, city.Directory))
}

// demoStaff lists who has no password: whoever has set one signs in with it,
// in a demonstration too.
func (b *Workbench) demoStaff(ctx context.Context) ([]access.Staff, error) {
	list, err := b.Staff.List(ctx, access.System())
	return slices.DeleteFunc(list, func(s access.Staff) bool { return s.Ready || !s.LeftAt.IsZero() || len(s.Roles) == 0 }), err
}

// demoOne is the person for a role. Handler, section head and unit leader are
// of one unit, the one with most to do, so that a case can be followed.
func demoOne(city org.City, list []access.Staff, role access.Role) (access.Staff, bool) {
	duties := map[org.UnitID]int{}
	for _, d := range city.Catalogue.Duties {
		duties[d.Unit]++
	}
	has := func(unit org.UnitID, role access.Role) (access.Staff, bool) {
		i := slices.IndexFunc(list, func(s access.Staff) bool { return s.Unit == unit && slices.Contains(s.Roles, role) })
		if i < 0 {
			return access.Staff{}, false
		}
		return list[i], true
	}
	var desk org.Unit
	for _, u := range city.Units {
		_, handler := has(u.ID, access.Handler)
		_, head := has(u.ID, access.SectionHead)
		_, leader := has(u.Parent, access.UnitLeader)
		if handler && head && leader && (desk.ID == "" || duties[u.ID] > duties[desk.ID]) {
			desk = u
		}
	}
	switch unit := desk.ID; {
	case unit == "":
	case role == access.UnitLeader:
		return has(desk.Parent, role)
	case role == access.Handler || role == access.SectionHead:
		return has(unit, role)
	}
	fits := slices.Clone(list)
	fits = slices.DeleteFunc(fits, func(s access.Staff) bool { return s.Roles[0] != role })
	if len(fits) == 0 {
		return access.Staff{}, false
	}
	return slices.MinFunc(fits, func(a, b access.Staff) int { // who sees the whole before who sees a part
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Login, b.Login))
	}), true
}

func (b *Workbench) demoSignIn(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	list, err := b.demoStaff(r.Context())
	if err != nil {
		return err
	}
	if login := form.Get("login"); login != "" {
		for _, s := range list {
			if s.Login == login {
				return b.enter(w, r, s.ID, access.ByDemo)
			}
		}
		return errs.New(errs.NotFound, "staff.not_found")
	}
	city, err := b.Org.City(r.Context())
	if err != nil {
		return err
	}
	if s, ok := demoOne(city, list, access.Role(form.Get("role"))); ok {
		return b.enter(w, r, s.ID, access.ByDemo)
	}
	return errs.New(errs.NotFound, "staff.not_found")
}

func in(list []access.Staff, unit org.UnitID) (of []access.Staff) {
	for _, s := range list {
		if s.Unit == unit {
			of = append(of, s)
		}
	}
	return of
}
