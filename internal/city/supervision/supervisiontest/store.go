// Package supervisiontest is the suite that every store of orders and
// programmes passes.
package supervisiontest

import (
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/jobs"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/org"
	"yiwang/internal/city/supervision"
)

// Store tries what supervision.Store says.
func Store(t *testing.T, s supervision.Store) {
	ctx := t.Context()
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	later := func(id string) jobs.Args {
		return jobs.After(at.AddDate(10, 0, 0), supervision.Happened{Order: "a", What: "given", ID: id})
	}
	order := func(id, unit string, due time.Duration) supervision.Order {
		return supervision.Order{
			ID: supervision.OrderID(id), Case: "c-" + id, Unit: org.UnitID(unit), By: "wu", At: at, Due: at.Add(due), Limit: calendar.Limit{N: 1, In: calendar.WorkingDays},
			Text: "说明为什么超时", State: supervision.Open,
		}
	}
	a, b, c := order("a", "roads", 3*time.Hour), order("b", "roads", time.Hour), order("c", "parks", 2*time.Hour)
	for _, o := range []supervision.Order{a, b, c} {
		if err := s.AddOrder(ctx, o, later(string(o.ID))); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Order(ctx, "a"); err != nil || !reflect.DeepEqual(got, a) {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := s.Order(ctx, "nobody"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	// Twenty who answer at once answer one after the other.
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := s.ChangeOrder(ctx, "b", func(o *supervision.Order) error {
				time.Sleep(time.Millisecond)
				o.SentBack++
				o.State, o.Answer, o.AnsweredBy, o.AnsweredAt = supervision.Answered, "已整改", "zhao", at.Add(time.Hour)
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	refused := errors.New("no")
	if _, err := s.ChangeOrder(ctx, "b", func(o *supervision.Order) error { o.SentBack = 99; return refused }); !errors.Is(err, refused) {
		t.Error(err)
	}
	if got, err := s.Order(ctx, "b"); err != nil || got.SentBack != 20 || got.State != supervision.Answered || !got.AnsweredAt.Equal(at.Add(time.Hour)) || got.Text != b.Text {
		t.Errorf("%+v %v", got, err)
	}
	for _, test := range []struct {
		name string
		f    supervision.Filter
		want []supervision.OrderID
	}{
		{"all, the open ones by what is due", supervision.Filter{}, []supervision.OrderID{"c", "a", "b"}},
		{"one unit's", supervision.Filter{Units: []org.UnitID{"roads"}}, []supervision.OrderID{"a", "b"}},
		{"of a case", supervision.Filter{Case: "c-c"}, []supervision.OrderID{"c"}},
		{"answered", supervision.Filter{States: []supervision.State{supervision.Answered}}, []supervision.OrderID{"b"}},
		{"so many", supervision.Filter{Limit: 1}, []supervision.OrderID{"c"}},
	} {
		list, err := s.Orders(ctx, test.f)
		var got []supervision.OrderID
		for _, o := range list {
			got = append(got, o.ID)
		}
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, want %v (%v)", test.name, got, test.want, err)
		}
	}

	p := supervision.Programme{
		ID: "p", Month: "2026-11", Unit: "roads", By: "wu", At: at, Title: org.Name{ZH: "路面塌陷", EN: "Roads that sink"},
		Categories: []org.CategoryID{"roads.pothole"}, Areas: []org.AreaID{"east"}, Since: at.AddDate(0, -6, 0), Cause: "雨水管渗漏",
		Milestones: []supervision.Milestone{{Text: "查清管线", Due: at.AddDate(0, 0, 7)}},
	}
	if err := s.AddProgramme(ctx, p); err != nil {
		t.Fatal(err)
	}
	older := p
	older.ID, older.Month = "o", "2026-10"
	if err := s.AddProgramme(ctx, older); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Programme(ctx, "p"); err != nil || !reflect.DeepEqual(got, p) {
		t.Errorf("%+v\n%+v %v", got, p, err)
	}
	if _, err := s.Programme(ctx, "nobody"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	got, err := s.ChangeProgramme(ctx, "p", func(p *supervision.Programme) error {
		p.Ended, p.EndedAt, p.Result = true, at.AddDate(0, 1, 0), org.Name{ZH: "管线已更换", EN: "The pipe is new"}
		p.Milestones[0].DoneAt = at.AddDate(0, 0, 5)
		return nil
	}, later("x"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Programmes(ctx, 10)
	if err != nil || len(list) != 2 || !reflect.DeepEqual(list[0], got) || list[1].ID != "o" {
		t.Errorf("%+v %v", list, err)
	}
}
