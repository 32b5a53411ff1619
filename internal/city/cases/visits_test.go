package cases_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"yiwang/internal/city/access"
	"yiwang/internal/city/cases"
)

// What somebody wrote at the place without a line is told when there is one,
// by several tabs at once and again: it is kept once, with both times.
func TestVisitIsKeptOnce(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.said("a")
	w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "roads"}))
	w.ok(w.Accept(ctx, roads, c.ID, 0))
	there := w.now
	w.now = w.now.Add(time.Hour)
	visit := cases.Visit{Key: "0123456789", At: there, Text: " 坑深三十厘米 ", Photos: 2}
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if _, err := w.Visit(context.Background(), roads, c.ID, visit); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.ok(w.Note(ctx, roads, c.ID, 0, "别的"))
	w.ok(w.Visit(ctx, roads, c.ID, visit))
	var told []cases.Event
	for _, e := range must(w.Events(ctx, roads, c.ID))(t) {
		if e.Kind == cases.Visited {
			told = append(told, e)
		}
	}
	if len(told) != 1 || told[0].Detail.Text != "坑深三十厘米" || told[0].Detail.Photos != 2 || told[0].Public || told[0].Detail.Written == nil || !told[0].Detail.Written.Equal(there) {
		t.Fatalf("%+v", told)
	}
	// Another's note with the same key is another's, and so is a further one.
	w.ok(w.Visit(ctx, head, c.ID, visit))
	w.ok(w.Visit(ctx, roads, c.ID, cases.Visit{Key: "9876543210", At: w.now, Text: "填平了"}))
	if n := len(must(w.Events(ctx, roads, c.ID))(t)); n != 3+1+1+2 {
		t.Errorf("%d events", n)
	}

	for _, refused := range []struct {
		name string
		by   access.Actor
		v    cases.Visit
		want string
	}{
		{"nothing found and nothing taken", roads, cases.Visit{Key: "key-of-nothing", At: w.now, Text: " \n"}, "case.visit_empty"},
		{"too long", roads, cases.Visit{Key: "key-too-long", At: w.now, Text: strings.Repeat("长", cases.MaxNote+1)}, "case.too_long"},
		{"no key", roads, cases.Visit{At: w.now, Text: "看了"}, "case.visit_key"},
		{"no time", roads, cases.Visit{Key: "key-without-time", Text: "看了"}, "case.visit_key"},
		{"another unit's case", parks, visit, "access.not_found"},
	} {
		t.Run(refused.name, func(*testing.T) { w.no(refused.want)(w.Visit(ctx, refused.by, c.ID, refused.v)) })
	}
}
