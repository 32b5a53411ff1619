// Package knowledgetest is the suite that every store of articles passes.
package knowledgetest

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/org"
)

var at = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

// Article makes an article of a unit with a title.
func Article(n int, unit org.UnitID, title string) knowledge.Article {
	when := at.Add(time.Duration(n) * time.Minute)
	return knowledge.Article{
		ID: knowledge.ID(ids.New(when)), Unit: unit, State: knowledge.Draft, Writer: "w", Revision: 1, Changed: when,
		Draft: knowledge.Content{
			ZH: knowledge.Words{Title: title, Body: "带身份证到窗口办理。"}, EN: knowledge.Words{Title: "How", Body: "Come with your card."},
			Category: "c", Area: "a", Laws: []org.LawID{"l"}, Service: "https://example.org", From: "2026-01-01", To: "2026-12-31",
		},
	}
}

func add(t *testing.T, s knowledge.Store, a knowledge.Article) knowledge.Article {
	t.Helper()
	a, err := s.Add(t.Context(), a, knowledge.Edition{N: 1, At: a.Changed, By: "w", Did: knowledge.Drafted, Content: a.Draft})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Store tries what knowledge.Store says.
func Store(t *testing.T, open func(t *testing.T) knowledge.Store) {
	t.Run("keep", func(t *testing.T) { keep(t, open(t)) })
	t.Run("update", func(t *testing.T) { update(t, open(t)) })
	t.Run("list", func(t *testing.T) { lists(t, open(t)) })
	t.Run("uses", func(t *testing.T) { uses(t, open(t)) })
	t.Run("at once", func(t *testing.T) { atOnce(t, open(t)) })
}

func keep(t *testing.T, s knowledge.Store) {
	a := add(t, s, Article(0, "keeper", "居住证怎么办"))
	if a.Seq == 0 {
		t.Fatal("no seq")
	}
	got, err := s.Articles(t.Context(), a.ID, "nobody")
	if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], a) {
		t.Fatalf("kept %+v\nas %+v %v", a, got, err)
	}
	history, err := s.Editions(t.Context(), a.ID, 10)
	if err != nil || len(history) != 1 || !reflect.DeepEqual(history[0].Content, a.Draft) || history[0].Did != knowledge.Drafted {
		t.Fatalf("%+v %v", history, err)
	}
}

func update(t *testing.T, s knowledge.Store) {
	ctx := t.Context()
	a := add(t, s, Article(1, "changer", "停水怎么查"))
	publish := func(a *knowledge.Article) (knowledge.Edition, error) {
		a.State, a.Shown, a.Public, a.Published, a.Changed = knowledge.Published, true, a.Draft, at.Add(time.Hour), at.Add(time.Hour)
		return knowledge.Edition{At: at.Add(time.Hour), By: "h", Did: knowledge.PublishedIt, Content: a.Draft}, nil
	}
	got, err := s.Update(ctx, a.ID, 1, publish)
	if err != nil || got.Revision != 2 || !got.Shown {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := s.Update(ctx, a.ID, 1, publish); errs.Of(err) == nil || errs.Of(err).Key != "knowledge.changed" {
		t.Errorf("the older revision was changed: %v", err)
	}
	if _, err := s.Update(ctx, "nobody", 1, publish); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
	refuse := errs.New(errs.Denied, "no")
	if _, err := s.Update(ctx, a.ID, 2, func(a *knowledge.Article) (knowledge.Edition, error) {
		a.Unit = "thief"
		return knowledge.Edition{}, refuse
	}); !errs.Is(err, errs.Denied) {
		t.Error(err)
	}
	if now, err := s.Articles(ctx, a.ID); err != nil || !reflect.DeepEqual(now[0], got) {
		t.Errorf("a change that was refused left %+v %v", now, err)
	}
	changed, err := s.ChangedSince(ctx, at.Add(time.Hour))
	if err != nil || len(changed) != 1 || changed[0].ID != a.ID {
		t.Errorf("%+v %v", changed, err)
	}
}

func lists(t *testing.T, s knowledge.Store) {
	ctx := t.Context()
	for i := range 5 {
		unit := org.UnitID("list-a")
		if i%2 == 1 {
			unit = "list-b"
		}
		add(t, s, Article(100+i, unit, fmt.Sprintf("第%d篇", i)))
	}
	for _, c := range []struct {
		story string
		f     knowledge.Filter
		want  int
	}{
		{"of one unit", knowledge.Filter{Units: []org.UnitID{"list-a"}, Limit: 10}, 3},
		{"of two", knowledge.Filter{Units: []org.UnitID{"list-a", "list-b"}, Limit: 10}, 5},
		{"of none", knowledge.Filter{Units: []org.UnitID{}, Limit: 10}, 0},
		{"a page", knowledge.Filter{Units: []org.UnitID{"list-a"}, Limit: 2}, 2},
		{"drafts", knowledge.Filter{Units: []org.UnitID{"list-b"}, States: []knowledge.State{knowledge.Draft}, Limit: 10}, 2},
		{"published", knowledge.Filter{Units: []org.UnitID{"list-b"}, States: []knowledge.State{knowledge.Published}, Limit: 10}, 0},
		{"shown and ending", knowledge.Filter{Units: []org.UnitID{"list-b"}, EndsBy: "2027-01-01", Limit: 10}, 0},
	} {
		got, err := s.List(ctx, c.f)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d, not %d: %v", c.story, len(got), c.want, err)
		}
		for i := 1; i < len(got); i++ {
			if got[i].Seq >= got[i-1].Seq {
				t.Errorf("%s: not newest first", c.story)
			}
		}
	}
	first, err := s.List(ctx, knowledge.Filter{Units: []org.UnitID{"list-a"}, Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	rest, err := s.List(ctx, knowledge.Filter{Units: []org.UnitID{"list-a"}, Before: first[1].Seq, Limit: 2})
	if err != nil || len(rest) != 1 || rest[0].Seq >= first[1].Seq {
		t.Errorf("the second page: %+v %v", rest, err)
	}
}

func uses(t *testing.T, s knowledge.Store) {
	ctx := t.Context()
	a := add(t, s, Article(200, "used", "老年证"))
	for i, u := range []knowledge.Use{
		{ID: "u1", Case: "case-1", Question: "我妈的老年证", By: "clerk"},
		{ID: "u1", Case: "case-1", Question: "the same form again", By: "clerk"},
		{ID: "u2", By: "resident", Helped: 1},
		{ID: "u3", By: "resident", Helped: -1, Question: "问的不是这个"},
	} {
		u.Article, u.At = a.ID, at.Add(time.Duration(i)*time.Second)
		if err := s.Use(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Articles(ctx, a.ID)
	if err != nil || got[0].Used != 1 || got[0].Helped != 1 || got[0].Missed != 1 || got[0].Revision != 1 {
		t.Errorf("%+v %v", got, err)
	}
	list, err := s.Uses(ctx, a.ID, 10)
	if err != nil || len(list) != 3 || list[0].ID != "u3" || list[2].Question != "我妈的老年证" {
		t.Errorf("%+v %v", list, err)
	}
	if err := s.Forget(ctx, "case-1"); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(ctx, ""); err != nil { // of no case
		t.Fatal(err)
	}
	if list, err = s.Uses(ctx, a.ID, 10); err != nil || list[2].Question != "" || list[0].Question == "" {
		t.Errorf("forgotten: %+v %v", list, err)
	}
}

// atOnce: ten people begin an article at the same moment.
func atOnce(t *testing.T, s knowledge.Store) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[int64]bool{}
	for i := range 10 {
		wg.Go(func() {
			a := Article(300+i, "together", "同时")
			a, err := s.Add(t.Context(), a, knowledge.Edition{N: 1, At: a.Changed, By: "w", Did: knowledge.Drafted, Content: a.Draft})
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[a.Seq] {
				t.Errorf("seq %d: %v", a.Seq, err)
			}
			seen[a.Seq] = true
		})
	}
	wg.Wait()
}
