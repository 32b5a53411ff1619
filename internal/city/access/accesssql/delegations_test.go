package accesssql_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/access/accesssql"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema/schematest"
)

// town has a department with a section, and another.
type town struct{ city org.City }

func (t town) City(context.Context) (org.City, error) { return t.city, nil }

func newTown(t testing.TB) town {
	t.Helper()
	d, err := org.NewDirectory(org.Policy{}, []org.Area{
		{ID: "lc", Level: org.LevelDistrict, Name: org.Name{ZH: "莲城"}},
		{ID: "east", Parent: "lc", Level: org.LevelStreet, Name: org.Name{ZH: "城东"}},
		{ID: "west", Parent: "lc", Level: org.LevelStreet, Name: org.Name{ZH: "城西"}},
	}, []org.Unit{
		{ID: "hotline", Type: org.Hotline, Name: org.Name{ZH: "热线"}},
		{ID: "roads", Type: org.Department, Name: org.Name{ZH: "道路"}},
		{ID: "lights", Parent: "roads", Type: org.Section, Name: org.Name{ZH: "照明"}},
		{ID: "parks", Type: org.Department, Name: org.Name{ZH: "园林"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := calendar.New(calendar.Config{Timezone: "Asia/Shanghai", Work: [][2]string{{"09:00", "17:00"}}, Week: []time.Weekday{1, 2, 3, 4, 5}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return town{org.City{Directory: d, Calendar: c}}
}

// now is in the morning of a Tuesday, in China.
var now = time.Date(2026, 9, 22, 1, 0, 0, 0, time.UTC)

// staffed is a service with people.
func staffed(t testing.TB, d *db.DB, people ...access.Staff) *access.Service {
	t.Helper()
	s := access.NewService(accesssql.Store{DB: d}, nil, newTown(t), func() time.Time { return now })
	for i := range people {
		people[i].Name.ZH = string(people[i].ID)
		people[i].Login = strings.ReplaceAll(string(people[i].ID), " ", ".")
		people[i].MadeAt = now
	}
	if err := s.Load(t.Context(), access.System(), people); err != nil {
		t.Fatal(err)
	}
	return s
}

func one(id string, unit org.UnitID, roles ...access.Role) access.Staff {
	return access.Staff{ID: access.StaffID(id), Unit: unit, Roles: roles}
}

func day(n int) time.Time {
	return time.Date(2026, 9, 22+n, 0, 0, 0, 0, time.FixedZone("CST", 8*3600))
}

// Who may stand in for whom: nobody gets a right by it.
func TestWhoFits(t *testing.T) {
	s := staffed(t, schematest.SQLite(t),
		one("handler", "lights", access.Handler), one("colleague", "lights", access.Handler), one("both", "lights", access.Handler, access.SectionHead),
		one("head", "lights", access.SectionHead), one("head above", "roads", access.SectionHead), one("leader above", "roads", access.UnitLeader),
		one("handler above", "roads", access.Handler), one("gardener", "parks", access.Handler), one("head of gardeners", "parks", access.SectionHead),
		one("clerk", "hotline", access.Clerk), one("dispatcher", "hotline", access.Clerk, access.Dispatcher), one("administrator", "hotline", access.Administrator),
	)
	for from, want := range map[string][]string{
		"handler":       {"both", "colleague", "head", "head above"},
		"both":          nil,
		"head":          {"both"},
		"head above":    nil,
		"leader above":  nil,
		"handler above": {"head above"},
		"gardener":      {"head of gardeners"},
		"clerk":         {"dispatcher"},
		"dispatcher":    nil,
		"administrator": nil,
	} {
		list, err := s.CanStandIn(t.Context(), access.System(), access.StaffID(from))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, st := range list {
			got = append(got, string(st.ID))
		}
		if !slices.Equal(got, want) {
			t.Errorf("for the %s: %q, want %q", from, got, want)
		}
	}
}

// A stand-in has the area of a leader who is away, and otherwise no right
// more; one whose roles changed stands in no more.
func TestActorStandsIn(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		east, west := one("east", "hotline", access.Leader), one("west", "hotline", access.Leader)
		east.Area, west.Area = "east", "west"
		s := staffed(t, d, east, west, one("li", "lights", access.Handler), one("wang", "lights", access.Handler))
		for _, pair := range [][2]access.StaffID{{"east", "west"}, {"li", "wang"}} {
			if _, err := s.Delegate(ctx, access.Actor{Staff: pair[0]}, pair[0], pair[1], day(0), day(2)); err != nil {
				t.Fatal(err)
			}
		}
		a, err := s.Actor(ctx, "west")
		if err != nil || !a.StandsIn("east") || len(a.Areas) != 2 {
			t.Errorf("%+v, %v", a, err)
		}
		if a, err = s.Actor(ctx, "wang"); err != nil || !a.StandsIn("li") || len(a.Roles) != 1 {
			t.Errorf("%+v, %v", a, err)
		}
		if a, err = s.Actor(ctx, "li"); err != nil || len(a.For) != 0 {
			t.Errorf("who is away stands in: %+v, %v", a, err)
		}
		change := access.NewStaff{Name: org.Name{ZH: "li"}, Unit: "lights", Roles: []access.Role{access.Handler, access.SectionHead}}
		if err := s.Change(ctx, access.System(), "li", change); err != nil {
			t.Fatal(err)
		}
		if a, err = s.Actor(ctx, "wang"); err != nil || len(a.For) != 0 {
			t.Errorf("a handler stands in for a section head: %+v, %v", a, err)
		}
	})
}

// Whatever people arrange, at no moment is somebody away who stands in for
// another, has two who stand in, or stands in for themselves.
func TestNoLoops(t *testing.T) {
	people := []string{"a", "b", "c", "d"}
	var staff []access.Staff
	for _, p := range people {
		staff = append(staff, one(p, "lights", access.Handler))
	}
	d := schematest.SQLite(t)
	s := staffed(t, d, staff...)
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		write(t, d, `DELETE FROM delegations`)
		var made []access.Delegation
		for range rapid.IntRange(1, 12).Draw(t, "n") {
			who := rapid.SampledFrom(people)
			from, to := access.StaffID(who.Draw(t, "from")), access.StaffID(who.Draw(t, "to"))
			since := rapid.IntRange(0, 12).Draw(t, "since")
			got, err := s.Delegate(ctx, access.System(), from, to, day(since), day(since+rapid.IntRange(0, 4).Draw(t, "days")))
			if err != nil && !errs.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			if err != nil && len(made) == 0 && from != to {
				t.Fatalf("%s for %s was refused: %v", to, from, err)
			}
			if err == nil {
				made = append(made, got)
			}
		}
		for at := range 20 {
			away, standing := map[access.StaffID]bool{}, map[access.StaffID]bool{}
			for _, o := range made {
				if !o.InForce(day(at).Add(time.Hour)) {
					continue
				}
				if away[o.From] {
					t.Fatalf("on day %d two stand in for %s: %v", at, o.From, made)
				}
				away[o.From], standing[o.To] = true, true
			}
			for who := range away {
				if standing[who] {
					t.Fatalf("on day %d %s is away and stands in: %v", at, who, made)
				}
			}
		}
	})
}

// Two who name each other at once: one of them is told.
func TestTwoAtOnce(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		s := staffed(t, d, one("a", "lights", access.Handler), one("b", "lights", access.Handler))
		var wg sync.WaitGroup
		refused := make([]error, 2)
		for i, pair := range [][2]access.StaffID{{"a", "b"}, {"b", "a"}} {
			wg.Go(func() {
				n := access.Delegation{ID: string(pair[0]), From: pair[0], To: pair[1], Since: day(0), Until: day(3), MadeAt: now, MadeBy: "system"}
				refused[i] = s.Store.Delegate(t.Context(), n, func(others []access.Delegation) error {
					time.Sleep(50 * time.Millisecond) // long enough for the other to look, if it may
					if len(others) > 0 {
						return errs.New(errs.Conflict, "delegation.stands_in")
					}
					return nil
				})
			})
		}
		wg.Wait()
		if (refused[0] == nil) == (refused[1] == nil) {
			t.Error(refused)
		}
	})
}

// A signature counts once, also where it arrives twice at the same moment;
// a device that does not count is let in each time.
func TestUsePasskeyOnce(t *testing.T) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		s := staffed(t, d, one("a", "lights", access.Handler))
		ctx := t.Context()
		for id, counts := range map[string][]bool{"counts": {true, false, false}, "does not count": {true, true, true}} {
			p := access.Passkey{ID: id, Staff: "a", Name: id, Credential: []byte("{}"), MadeAt: now}
			if err := s.Store.AddPasskey(ctx, p, access.Event{ID: ids.New(now), Staff: "a", At: now, By: "a", Kind: access.PasskeyAdded}); err != nil {
				t.Fatal(err)
			}
			if err := s.Store.AddPasskey(ctx, p, access.Event{ID: ids.New(now), Staff: "a", At: now}); !errs.Is(err, errs.Conflict) {
				t.Errorf("the same passkey again: %v", err)
			}
			p.UsedAt = now
			if id == "counts" {
				p.Count = 7
			}
			var fresh int
			var mu sync.Mutex
			var wg sync.WaitGroup
			for range counts {
				wg.Go(func() {
					ok, err := s.Store.UsePasskey(ctx, p)
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						t.Error(err)
					}
					if ok {
						fresh++
					}
				})
			}
			wg.Wait()
			want := 0
			for _, c := range counts {
				if c {
					want++
				}
			}
			if fresh != want {
				t.Errorf("%s: %d times, want %d", id, fresh, want)
			}
		}
		list, err := s.Store.PasskeysOf(ctx, "a")
		if err != nil || len(list) != 2 || fmt.Sprint(list[0].Count+list[1].Count) != "7" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func write(t *rapid.T, d *db.DB, text string) {
	if err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(context.Background(), text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// What each request asks: whether the session lasts, and who somebody is now.
func BenchmarkSignedIn(b *testing.B) {
	s := staffed(b, schematest.SQLite(b), one("a", "lights", access.Handler))
	session, err := s.Enter(b.Context(), "a", access.ByPassword, "")
	if err != nil {
		b.Fatal(err)
	}
	for _, part := range []struct {
		name string
		ask  func() error
	}{
		{"session", func() error { _, err := s.Within(b.Context(), "a", session); return err }},
		{"actor", func() error { _, err := s.Actor(b.Context(), "a"); return err }},
	} {
		b.Run(part.name, func(b *testing.B) {
			for b.Loop() {
				if err := part.ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
