package accesssql_test

import (
	"sync"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/city/access"
	"yiwang/internal/city/access/accesssql"
	"yiwang/internal/city/schema/schematest"
)

// hired keeps an administrator with a code; with a password if they have set one.
func hired(t *testing.T, s *access.Service, id string, enters bool) access.Staff {
	t.Helper()
	st := one(id, "hotline", access.Administrator)
	st.Login, st.Name.ZH, st.MadeAt = id, id, now
	link := access.Link{Digest: "link of " + id, Staff: st.ID, Until: now.Add(access.LinkLife)}
	if err := s.Store.Add(t.Context(), st, access.Secrets{TOTP: []byte("sealed")}, link); err != nil {
		t.Fatal(err)
	}
	if enters {
		if err := s.Store.UseLink(t.Context(), link.Digest, "hash", 1, access.Event{ID: "password of " + id, Staff: st.ID, At: now, By: id, Kind: access.PasswordSet}); err != nil {
			t.Fatal(err)
		}
	}
	return st
}

// The last administrator who can sign in stays, whoever never set a password;
// also if two leave, or are made something else, at the same time.
func TestLastAdministrator(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := access.NewService(accesssql.Store{DB: d}, nil, newTown(t), func() time.Time { return now })
		never, first, second := hired(t, s, "never", false), hired(t, s, "first", true), hired(t, s, "second", true)
		by := access.System()
		demote := func(st access.Staff) error {
			return s.Change(ctx, by, st.ID, access.NewStaff{Name: st.Name, Unit: st.Unit, Roles: []access.Role{access.Auditor}})
		}
		refused := func(err error) bool {
			return err != nil && errs.Of(err) != nil && errs.Of(err).Key == "staff.last_administrator"
		}

		var wait sync.WaitGroup
		var left, demoted error
		wait.Go(func() { left = s.Leave(ctx, by, first.ID) })
		wait.Go(func() { demoted = demote(second) })
		wait.Wait()
		if (left == nil) == (demoted == nil) || left != nil && !refused(left) || demoted != nil && !refused(demoted) {
			t.Fatalf("both at once: %v, %v", left, demoted)
		}
		last := first
		if left == nil {
			last = second
		}
		if err := s.Leave(ctx, by, last.ID); !refused(err) {
			t.Errorf("the last one who can sign in leaves: %v", err)
		}
		if err := demote(last); !refused(err) {
			t.Errorf("the last one who can sign in is made something else: %v", err)
		}
		if err := s.Leave(ctx, by, never.ID); err != nil {
			t.Errorf("who never set a password leaves: %v", err)
		}
		// An account of a sign-in service is a way in, and so are the buttons
		// of a demonstration.
		third := hired(t, s, "third", false)
		if err := s.Store.Link(ctx, access.Identity{Issuer: "i", Subject: "s", Staff: third.ID, MadeAt: now}, access.Event{ID: "linked", Staff: third.ID, At: now, By: "system", Kind: access.Linked}); err != nil {
			t.Fatal(err)
		}
		if err := demote(last); err != nil {
			t.Errorf("another has an account of a sign-in service: %v", err)
		}
		if err := s.Load(ctx, by, []access.Staff{{ID: "shown", Login: "shown", Name: third.Name, Unit: "hotline", Roles: []access.Role{access.Administrator}, MadeAt: now}}); err != nil {
			t.Fatal(err)
		}
		if err := s.Leave(ctx, by, third.ID); err != nil {
			t.Errorf("another signs in by a button: %v", err)
		}
	})
}

// Many are added and changed together or not at all: not where somebody is
// another than was seen, where a login is taken, or where nobody who can sign
// in would administer the city.
func TestBring(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		s := access.NewService(accesssql.Store{DB: d}, nil, newTown(t), func() time.Time { return now })
		boss, never := hired(t, s, "boss", true), hired(t, s, "never", false)
		boss.Ready = true
		renamed := func(st access.Staff, name string) access.Bringing {
			after := st
			after.Name.ZH = name
			return access.Bringing{Before: st, After: after}
		}
		fresh := one("fresh", "roads", access.Handler)
		fresh.Login, fresh.Name.ZH, fresh.MadeAt = "fresh", "新", now
		comes := access.Bringing{After: fresh, Secrets: access.Secrets{TOTP: []byte("x")}, Link: access.Link{Digest: "new link", Staff: fresh.ID, Until: now.Add(time.Hour)}}
		taken := comes
		taken.After.ID, taken.After.Login = "other", "boss"
		old := renamed(never, "改了")
		old.Before.Unit = "parks"
		leaves := access.Bringing{Before: boss, After: boss}
		leaves.After.LeftAt = now
		for name, bad := range map[string]access.Bringing{"staff.login_taken": taken, "version.changed": old, "staff.last_administrator": leaves} {
			err := s.Store.Bring(ctx, []access.Bringing{renamed(never, "新名字"), comes, bad}, "boss", now)
			if !errs.Is(err, errs.Conflict) || errs.Of(err).Key != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if list, err := s.List(ctx, access.System()); err != nil || len(list) != 2 || list[1].Name.ZH != "never" {
			t.Fatalf("something of it was kept: %+v %v", list, err)
		}
		if err := s.Store.Bring(ctx, []access.Bringing{renamed(never, "新名字"), comes}, "boss", now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		st, _, err := s.Store.ByLink(ctx, "new link", now)
		if err != nil || st.Login != "fresh" || st.Unit != "roads" {
			t.Errorf("%+v %v", st, err)
		}
		history, err := s.Store.History(ctx, never.ID)
		if err != nil || len(history) != 2 || history[0].Staff.Name.ZH != "新名字" || history[0].By != "boss" {
			t.Errorf("%+v %v", history, err)
		}
		if list, err := s.Store.Administrators(ctx); err != nil || len(list) != 1 || list[0] != "boss" {
			t.Errorf("%v %v", list, err)
		}
	})
}
