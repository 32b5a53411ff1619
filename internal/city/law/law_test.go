package law_test

import (
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/access"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema/schematest"
)

// An article is repealed: it is law until its last day, the change is on
// record, and who looked at an older register has to look again.
func TestRepeal(t *testing.T) {
	d := schematest.SQLite(t)
	ctx := t.Context()
	store := versions.Store{DB: d}
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	s := law.NewService(store, func() time.Time { return now })
	if r, err := s.Register(ctx); err != nil || len(r.Articles) != 0 {
		t.Fatalf("a city without a register has an empty one: %v %v", r, err)
	}
	roads := law.Article{ID: "roads-21", Act: org.Name{ZH: "《城市道路管理条例》", EN: "Regulations on Urban Roads"}, Article: org.Name{ZH: "第二十一条", EN: "Art. 21"}, From: "1996-10-01"}
	body, err := law.NewRegister([]law.Article{roads}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { _, err := store.Put(ctx, tx, law.Name, body, "system", now); return err }); err != nil {
		t.Fatal(err)
	}
	s.Forget()
	admin := access.Actor{Staff: "a", Roles: []access.Role{access.Administrator}}
	repealed := roads
	repealed.To = "2026-12-31"
	if err := s.Change(ctx, access.Actor{Staff: "c", Roles: []access.Role{access.Clerk}}, 1, repealed); !errs.Is(err, errs.Denied) {
		t.Errorf("a clerk repeals a law: %v", err)
	}
	for _, bad := range []law.Article{
		{ID: roads.ID, To: "31.12.2026"}, {ID: roads.ID, To: "1990-01-01"}, {ID: roads.ID, Changed: "soon"}, {ID: roads.ID, Link: "javascript:alert(1)"},
	} {
		if err := s.Change(ctx, admin, 1, bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v was taken: %v", bad, err)
		}
	}
	if err := s.Change(ctx, admin, 1, repealed); err != nil {
		t.Fatal(err)
	}
	if err := s.Change(ctx, admin, 1, roads); !errs.Is(err, errs.Conflict) {
		t.Errorf("an older register was changed: %v", err)
	}
	r, err := s.Register(ctx)
	if err != nil {
		t.Fatal(err)
	}
	a, ok := r.Article(roads.ID)
	if !ok || !a.InForce("2026-12-31") || a.InForce("2027-01-01") || a.InForce("1996-09-30") {
		t.Errorf("%+v", a)
	}
	if zh, en := r.Said(roads.ID, "zh"), r.Said(roads.ID, "en"); zh != "《城市道路管理条例》第二十一条" || en != "Regulations on Urban Roads, Art. 21" {
		t.Error(zh, en)
	}
	history, err := s.History(ctx, admin, 10)
	if err != nil || len(history) != 1 || history[0].Before.To != "" || history[0].After.To != "2026-12-31" || history[0].By != "a" {
		t.Errorf("%+v %v", history, err)
	}
}
