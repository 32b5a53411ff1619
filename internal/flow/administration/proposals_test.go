package administration_test

import (
	"testing"

	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/org"
)

// A ruling becomes a draft with one click, and the catalogue stays as it is
// until an administrator makes the change.
func TestDraftOfARuling(t *testing.T) {
	s, ctx := town(t), t.Context()
	supervisor := access.Actor{Staff: "s", Unit: "hotline", Roles: []access.Role{access.Supervisor}}
	r := cases.Ruling{ID: "r-1", Category: "pothole", Lead: "traffic", Helpers: []org.UnitID{"works"}, Matter: "井盖"}
	if _, err := s.Propose(ctx, access.Actor{Staff: "l", Roles: []access.Role{access.Dispatcher}}, r); !errs.Is(err, errs.Denied) {
		t.Errorf("a dispatcher proposes: %v", err)
	}
	if list, err := s.Proposals(ctx, admin); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	d, err := s.Propose(ctx, supervisor, r)
	if err != nil || d.Duty != "pothole" || d.Unit != "traffic" {
		t.Fatalf("%+v %v", d, err)
	}
	if _, err := s.Propose(ctx, admin, r); !errs.Is(err, errs.Conflict) {
		t.Errorf("twice: %v", err)
	}
	r.ID, r.Lead, r.Helpers = "r-2", "works", nil
	if city, err := s.Org.City(ctx); err != nil {
		t.Fatal(err)
	} else if duty, _ := city.Catalogue.DutyByID("pothole"); duty.Unit != "works" {
		t.Errorf("the catalogue has changed: %+v", duty)
	} else if r.Helpers = duty.Helpers; true {
		if _, err := s.Propose(ctx, admin, r); errs.Of(err) == nil || errs.Of(err).Key != "duty.same" {
			t.Errorf("what is so already: %v", err)
		}
	}
	if _, err := s.Proposals(ctx, supervisor); !errs.Is(err, errs.Denied) {
		t.Errorf("a supervisor lists them: %v", err)
	}
	if err := s.DropProposal(ctx, admin, "r-1"); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Proposals(ctx, admin); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
}
