package law_test

import (
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/versions"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema/schematest"
)

// An article is repealed: it is law until its last day.
func TestRepeal(t *testing.T) {
	d := schematest.SQLite(t)
	ctx := t.Context()
	store := versions.Store{DB: d}
	s := law.NewService(store)
	if r, err := s.Register(ctx); err != nil || len(r.Articles) != 0 {
		t.Fatalf("a city without a register has an empty one: %v %v", r, err)
	}
	roads := law.Article{ID: "roads-21", Act: org.Name{ZH: "《城市道路管理条例》", EN: "Regulations on Urban Roads"}, Article: org.Name{ZH: "第二十一条", EN: "Art. 21"}, From: "1996-10-01"}
	for _, to := range []string{"", "2026-12-31"} {
		roads.To = to
		body, err := law.NewRegister([]law.Article{roads}).Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := store.Put(ctx, tx, law.Name, body, "system", time.Now()); return err }); err != nil {
			t.Fatal(err)
		}
		s.Forget()
	}
	r, err := s.Register(ctx)
	if err != nil || r.Version != 2 {
		t.Fatal(r, err)
	}
	a, ok := r.Article(roads.ID)
	if !ok || !a.InForce("2026-12-31") || a.InForce("2027-01-01") || a.InForce("1996-09-30") {
		t.Errorf("%+v", a)
	}
	if zh, en := r.Said(roads.ID, "zh"), r.Said(roads.ID, "en"); zh != "《城市道路管理条例》第二十一条" || en != "Regulations on Urban Roads, Art. 21" {
		t.Error(zh, en)
	}
	if law.Address("javascript:alert(1)") || !law.Address("https://www.gov.cn/a") {
		t.Error("what a link may be")
	}
}
