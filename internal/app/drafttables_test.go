package app_test

import (
	"fmt"
	"slices"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
	"yiwang/internal/city/drafts"
	"yiwang/internal/city/org"
	"yiwang/internal/flow/administration"
	"yiwang/internal/flow/setup"
)

// Of 5,000 rows three are bad: all three are named and nothing is applied; mended
// and published by a second person they are in force, and going back restores
// what there was, byte for byte. What somebody else changes meanwhile is theirs.
func TestDraftOfManyRows(t *testing.T) {
	t.Parallel()
	c := apptest.One(t, apptest.Options{})
	s, ctx := c.App.Administration, t.Context()
	author := access.Actor{Staff: "a", Roles: []access.Role{access.Administrator}}
	second := access.Actor{Staff: "s", Roles: []access.Role{access.Supervisor}}
	before, err := c.App.Version.Current(ctx, org.CatalogueName)
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.City(ctx, author)
	if err != nil {
		t.Fatal(err)
	}
	rules, _ := setup.TableByName("rules")
	rows := slices.Clone(rules.Rows(now.Folder))
	for i := len(rows); i < 5000; i++ {
		row := slices.Clone(rows[0])
		row[0] = fmt.Sprintf("many-%04d", i)
		rows = append(rows, row)
	}
	good := slices.Clone(rows)
	bad := []int{17, 2500, 4999}
	for _, i := range bad {
		rows[i] = slices.Clone(rows[i])
		rows[i][1] = "no-such-matter"
	}
	d, err := s.NewDraft(ctx, author, "许多规则")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetTable(ctx, author, d.ID, d.Revision, rules, append(slices.Clone(rows), rows[3])); err == nil {
		t.Error("one row twice is taken")
	}
	if d, err = s.SetTable(ctx, author, d.ID, d.Revision, rules, rows); err != nil {
		t.Fatal(err)
	}
	l, err := s.Publish(ctx, second, d.ID, administration.Signing{Revision: d.Revision})
	if err != nil || len(l.Problems) != len(bad) {
		t.Fatalf("%v, %v", l.Problems, err)
	}
	for i, p := range l.Problems {
		if p.Row != bad[i]+2 || p.Column != "category" {
			t.Errorf("%v is not row %d", p, bad[i]+2)
		}
	}
	if v, err := c.App.Version.Current(ctx, org.CatalogueName); err != nil || v.Number != before.Number {
		t.Errorf("version %d is in force, %v", v.Number, err)
	}

	// Somebody else changes one of the rows of the draft, and another.
	if d, err = s.SetTable(ctx, author, d.ID, d.Revision, rules, good); err != nil {
		t.Fatal(err)
	}
	first := slices.Clone(good[0])
	first[rules.Column("none")] = "我的草稿"
	if d, err = s.SetRow(ctx, author, d.ID, d.Revision, rules, first[0], first); err != nil {
		t.Fatal(err)
	}
	theirs := slices.Clone(rules.Rows(now.Folder))
	theirs[0], theirs[1] = slices.Clone(theirs[0]), slices.Clone(theirs[1])
	theirs[0][rules.Column("none")], theirs[1][rules.Column("none")] = "别人的", "别人的"
	if p, err := s.Apply(ctx, author, rules, theirs, now.Seen); err != nil || len(p.Problems) > 0 {
		t.Fatal(p.Problems, err)
	}
	if l, err = s.Look(ctx, second, d); err != nil || len(l.Problems) != 1 || l.Problems[0].Key != "city_folder.changed_meanwhile" {
		t.Fatalf("%v, %v", l.Problems, err)
	}
	if d, err = s.SetRow(ctx, author, d.ID, d.Revision, rules, first[0], first); err != nil { // looked at, and kept
		t.Fatal(err)
	}
	was, err := c.App.Version.Current(ctx, org.CatalogueName)
	if err != nil {
		t.Fatal(err)
	}
	if l, err = s.Publish(ctx, second, d.ID, administration.Signing{Revision: d.Revision}); err != nil || len(l.Problems) > 0 {
		t.Fatal(l.Problems, err)
	}
	city, err := c.App.Org.City(ctx)
	if err != nil || len(city.Catalogue.Rules) != 5000 || city.Catalogue.Rules[0].None[0] != "我的草稿" || city.Catalogue.Rules[1].None[0] != "别人的" {
		t.Errorf("%d rules, %v", len(city.Catalogue.Rules), err)
	}

	back, err := s.RollBack(ctx, second, org.CatalogueName, was.Number, "退回")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Publish(ctx, author, back.ID, administration.Signing{Revision: back.Revision}); err != nil {
		t.Fatal(err)
	}
	v, err := c.App.Version.Current(ctx, org.CatalogueName)
	if err != nil || string(v.Body) != string(was.Body) {
		t.Errorf("version %d is not what version %d was, %v", v.Number, was.Number, err)
	}
	if kept, err := s.Draft(ctx, second, back.ID); err != nil || kept.State != drafts.Published || kept.Alone != "" || kept.PublishedBy != "a" {
		t.Errorf("%+v %v", kept, err)
	}
}
