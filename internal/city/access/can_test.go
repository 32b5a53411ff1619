package access_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/golden"
	"yiwang/internal/city/access"
	"yiwang/internal/city/org"
)

// Roads leads, Lights is one of its sections, Parks helps, Water has nothing
// to do with it.
var (
	roads = func(roles ...access.Role) access.Actor {
		return person("roads", []org.UnitID{"roads"}, []org.UnitID{"roads", "lights"}, roles)
	}
	lights = func(roles ...access.Role) access.Actor {
		return person("lights", []org.UnitID{"lights", "roads"}, []org.UnitID{"lights"}, roles)
	}
	parks = func(roles ...access.Role) access.Actor {
		return person("parks", []org.UnitID{"parks"}, []org.UnitID{"parks"}, roles)
	}
	water = func(roles ...access.Role) access.Actor {
		return person("water", []org.UnitID{"water"}, []org.UnitID{"water"}, roles)
	}
	desk = func(roles ...access.Role) access.Actor {
		return person("hotline", []org.UnitID{"hotline"}, []org.UnitID{"hotline"}, roles)
	}
)

func person(unit org.UnitID, up, down []org.UnitID, roles []access.Role) access.Actor {
	return access.Actor{Staff: access.StaffID("a person of " + unit), Unit: unit, Up: up, Down: down, Roles: roles}
}

func onCase() access.Resource {
	return access.Resource{
		Type: access.CaseType, Requests: []string{"li's"}, Lead: "roads", Helpers: []org.UnitID{"parks"},
		Areas: []org.AreaID{"liancheng", "east"},
	}
}

// TestMatrix keeps who may do what in a file, so that a change of it is seen.
func TestMatrix(t *testing.T) {
	partner := roads(access.Handler)
	partner.Partner = true
	east, west := person("mayor", nil, nil, []access.Role{access.Leader}), person("mayor", nil, nil, []access.Role{access.Leader})
	east.Areas, west.Areas = []org.AreaID{"east"}, []org.AreaID{"west"}
	standing := func(a access.Actor) access.Actor { // for a handler of the unit, who is away
		a.For = []access.StaffID{"somebody of roads"}
		return a
	}
	both := standing(west) // the areas of both, as Service.Actor has it
	both.Areas = append(both.Areas, "east")
	people := []struct {
		name  string
		actor access.Actor
	}{
		{"stranger", access.Actor{}},
		{"resident", access.Resident("li's")},
		{"neighbour", access.Resident("wang's")},
		{"clerk", desk(access.Clerk)},
		{"dispatcher", desk(access.Dispatcher)},
		{"lead", roads(access.Handler)},
		{"lead section", lights(access.Handler)},
		{"lead head", roads(access.SectionHead)},
		{"lead leader", roads(access.UnitLeader)},
		{"lead partner", partner},
		{"lead stand-in", standing(roads(access.Handler))},
		{"head stand-in", standing(roads(access.SectionHead))},
		{"helper", parks(access.Handler)},
		{"other unit", water(access.Handler)},
		{"leader east", east},
		{"leader west", west},
		{"east stand-in", both},
		{"supervisor", desk(access.Supervisor)},
		{"auditor", desk(access.Auditor)},
		{"administrator", desk(access.Administrator)},
		{"receiver", person("discipline", []org.UnitID{"discipline"}, []org.UnitID{"discipline"}, []access.Role{access.Receiver})},
		{"system", access.System()},
	}
	report := onCase()
	report.Restricted = true
	about := onCase()
	about.About = "roads"
	recused := onCase()
	recused.Recused = []access.StaffID{"a person of roads", "a person of hotline"}
	sealed := onCase()
	sealed.Sealed = true
	var b strings.Builder
	for _, on := range []struct {
		name string
		r    access.Resource
	}{{"a complaint that Roads leads and Parks helps with, in the east", onCase()}, {"a report of wrongdoing, likewise", report}, {"a complaint about Roads that was given to it by mistake", about}, {"the first again, from which all of Roads and of the hotline are recused", recused}, {"the first again, sealed for a body outside", sealed}} {
		fmt.Fprintf(&b, "%s\n", on.name)
		for _, p := range people {
			var may []string
			for _, a := range access.Actions {
				if p.actor.Can(a, on.r) == nil {
					may = append(may, string(a))
				}
			}
			if len(may) == len(access.Actions) {
				may = []string{"everything"}
			}
			fmt.Fprintf(&b, "  %-14s %s\n", p.name, strings.Join(may, " "))
		}
	}
	golden.Check(t, "matrix.txt", []byte(b.String()))
}

// What one may not even read is not found; what one reads and may not do is denied.
func TestNotFoundOrDenied(t *testing.T) {
	for _, c := range []struct {
		story  string
		actor  access.Actor
		action access.Action
		want   errs.Kind
	}{
		{"a neighbour guesses a case", access.Resident("wang's"), access.CaseJudge, errs.NotFound},
		{"another unit guesses a number", water(access.Handler), access.CaseAccept, errs.NotFound},
		{"a helper wants to draft the lead's answer", parks(access.Handler), access.CaseDraft, errs.Denied},
		{"a handler wants to check", roads(access.Handler), access.CaseCheck, errs.Denied},
	} {
		if err := c.actor.Can(c.action, onCase()); !errs.Is(err, c.want) {
			t.Errorf("%s: %v", c.story, err)
		}
	}
}

// A list shows a case exactly when CaseRead permits it.
func TestScopeIsCaseRead(t *testing.T) {
	units := []org.UnitID{"roads", "lights", "parks", "water", "hotline"}
	areas := []org.AreaID{"east", "west"}
	rapid.Check(t, func(t *rapid.T) {
		who := rapid.SampledFrom([]func(...access.Role) access.Actor{roads, lights, parks, water, desk}).Draw(t, "unit")
		a := who(rapid.SliceOfDistinct(rapid.SampledFrom(access.Roles), rapid.ID[access.Role]).Draw(t, "roles")...)
		a.Areas = rapid.SampledFrom([][]org.AreaID{nil, {"east"}, {"west"}}).Draw(t, "areas")
		r := access.Resource{
			Type: access.CaseType, Requests: []string{"li's"},
			Lead:    rapid.SampledFrom(append(units, "")).Draw(t, "lead"),
			Helpers: rapid.SliceOfDistinct(rapid.SampledFrom(units), rapid.ID[org.UnitID]).Draw(t, "helpers"),
			Areas:   []org.AreaID{"liancheng", rapid.SampledFrom(areas).Draw(t, "area")},
			About:   rapid.SampledFrom([]org.UnitID{"", "", "roads", "water"}).Draw(t, "about"),
		}
		s := a.Scope()
		in := s.All
		in = in || slices.ContainsFunc(r.Areas, func(x org.AreaID) bool { return slices.Contains(s.Areas, x) })
		in = in || slices.Contains(s.Units, r.Lead) || slices.ContainsFunc(r.Helpers, func(x org.UnitID) bool { return slices.Contains(s.Units, x) })
		in = in && !s.None && (r.About == "" || !slices.Contains(s.NotAbout, r.About))
		if may := a.Can(access.CaseRead, r) == nil; may != in {
			t.Fatalf("%v on %v: may read %v, in scope %v", a, r, may, in)
		}
	})
}

func BenchmarkCan(b *testing.B) {
	a, r := lights(access.Handler), onCase()
	for b.Loop() {
		if a.Can(access.CaseDraft, r) != nil {
			b.Fatal("denied")
		}
	}
}
