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
