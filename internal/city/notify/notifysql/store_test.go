package notifysql_test

import (
	"strings"
	"testing"
	"time"

	"yiwang/internal/base/db"
	"yiwang/internal/city/access"
	"yiwang/internal/city/notify"
	"yiwang/internal/city/notify/notifysql"
	"yiwang/internal/city/org"
	"yiwang/internal/city/schema/schematest"
)

// Lights is a section of Roads.
var (
	zhao  = access.Actor{Staff: "zhao", Roles: []access.Role{access.Handler}, Unit: "lights", Up: []org.UnitID{"lights", "roads"}}
	qian  = access.Actor{Staff: "qian", Roles: []access.Role{access.SectionHead}, Unit: "roads", Up: []org.UnitID{"roads"}}
	zheng = access.Actor{Staff: "zheng", Roles: []access.Role{access.Handler, access.SectionHead}, Unit: "parks", Up: []org.UnitID{"parks"}}
	li    = access.Resident("li")
	noon  = time.Date(2026, 9, 22, 4, 0, 0, 0, time.UTC)
)

func each(t *testing.T, f func(t *testing.T, s *notify.Service, at *time.Time)) {
	schematest.Each(t, func(t *testing.T, d *db.DB) {
		now := noon
		f(t, &notify.Service{Store: notifysql.Store{DB: d}, Now: func() time.Time { return now }}, &now)
	})
}

// keys lists the notices to somebody, newest first, with * for those not read.
func keys(t *testing.T, s *notify.Service, by access.Actor, limit int) string {
	t.Helper()
	list, err := s.Mine(t.Context(), by, limit)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, n := range list {
		if n.ReadAt.IsZero() {
			n.Key += "*"
		}
		words = append(words, n.Key)
	}
	return strings.Join(words, " ")
}

// Who is told what: a person, a unit with those below it, or some of a unit.
func TestWhoIsTold(t *testing.T) {
	each(t, func(t *testing.T, s *notify.Service, now *time.Time) {
		for i, n := range []notify.Notice{
			{Staff: "zhao", Key: "to-zhao", Args: map[string]string{"Number": "20260922-00001", "Quote": `"'；`}, Link: "/cases/1"},
			{Unit: "roads", Key: "to-roads"},
			{Unit: "roads", Roles: []access.Role{access.SectionHead, access.UnitLeader}, Key: "to-heads"},
			{Unit: "parks", Key: "to-parks"},
			{Staff: "roads", Key: "to-a-person-called-roads"},
		} {
			*now = noon.Add(time.Duration(i) * time.Minute)
			if err := s.Send(t.Context(), "", n); err != nil {
				t.Fatal(err)
			}
		}
		for who, want := range map[*access.Actor]string{
			&zhao: "to-roads* to-zhao*", &qian: "to-heads* to-roads*", &zheng: "to-parks*", &li: "", {}: "",
		} {
			if got := keys(t, s, *who, 10); got != want {
				t.Errorf("%s is told %q, want %q", who.ID(), got, want)
			}
		}
		if got := keys(t, s, qian, 1); got != "to-heads*" {
			t.Errorf("the newest: %q", got)
		}
		if got := keys(t, s, zhao, 1); got != "to-roads*" { // what is for others takes no room
			t.Errorf("the newest for who is no head: %q", got)
		}
		list, err := s.Mine(t.Context(), zhao, 10)
		if err != nil {
			t.Fatal(err)
		}
		if n := list[1]; n.Args["Number"] != "20260922-00001" || n.Args["Quote"] != `"'；` || n.Link != "/cases/1" || !n.At.Equal(noon) || n.Staff != "zhao" {
			t.Errorf("%+v", n)
		}
	})
}

// A job that runs twice tells once; two units hear of one event.
func TestSentTwice(t *testing.T) {
	each(t, func(t *testing.T, s *notify.Service, _ *time.Time) {
		for range 2 {
			if err := s.Send(t.Context(), "event-1", notify.Notice{Unit: "roads", Key: "a"}, notify.Notice{Unit: "parks", Key: "b"}); err != nil {
				t.Fatal(err)
			}
		}
		if r, p := keys(t, s, qian, 10), keys(t, s, zheng, 10); r != "a*" || p != "b*" {
			t.Errorf("roads %q, parks %q", r, p)
		}
	})
}

// Only who is told marks a notice as read, and the first time stands.
func TestRead(t *testing.T) {
	each(t, func(t *testing.T, s *notify.Service, now *time.Time) {
		ctx := t.Context()
		if err := s.Send(ctx, "e", notify.Notice{Unit: "roads", Key: "a"}); err != nil {
			t.Fatal(err)
		}
		for _, by := range []access.Actor{zheng, li, {}} {
			if err := s.Read(ctx, by, "e:roads"); err != nil {
				t.Fatal(err)
			}
		}
		if got := keys(t, s, qian, 10); got != "a*" {
			t.Errorf("somebody else read it: %q", got)
		}
		for i, by := range []access.Actor{zhao, qian} {
			*now = noon.Add(time.Duration(i) * time.Hour)
			if err := s.Read(ctx, by, "e:roads"); err != nil {
				t.Fatal(err)
			}
		}
		list, err := s.Mine(ctx, qian, 10)
		if err != nil || !list[0].ReadAt.Equal(noon) {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
