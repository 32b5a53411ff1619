package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yiwang/internal/app/apptest"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/access"
	"yiwang/internal/city/bulk"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/flow"
)

// lamps gives so many cases that were sent to a unit.
func lamps(n int, seed uint64) []cases.Loaded {
	now := time.Now().UTC().Truncate(time.Second)
	list := make([]cases.Loaded, n)
	for i := range list {
		at := now.Add(-time.Duration(i) * time.Second)
		id := ids.Seeded(at, seed+uint64(i))
		list[i].Case = cases.Case{
			ID: cases.ID(id), State: cases.Dispatched, Kind: "help", Route: "work", Category: "roads-streetlight", Subject: fmt.Sprint("路灯 ", i), Lead: "um-facilities",
			OpenedAt: at, DispatchedAt: at,
			Clocks: cases.Clocks{AcceptLimit: calendar.Limit{N: 4, In: calendar.WorkingHours}, ResolveLimit: calendar.Limit{N: 5, In: calendar.WorkingDays}},
			Parts:  []cases.Part{{ID: cases.PartID("p" + id), Request: ids.Seeded(at, seed+uint64(i)+1<<40)}},
		}
	}
	return list
}

func itemsOf(list []cases.Loaded) []bulk.Item {
	items := make([]bulk.Item, len(list))
	for i, l := range list {
		items[i] = bulk.Item{Case: string(l.Case.ID), Revision: 1}
	}
	return items
}

// Of a thousand cases to which somebody adds a note at once, one is another
// unit's and one was changed since it was looked at: those two are left as
// they are and named, all others have it once.
func TestBulkOfMany(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx, a := context.Background(), c.App
		handler := actorOf(t, c, "um-facilities", access.Handler)
		list := lamps(1000, 0)
		const others, changed = 123, 432
		list[others].Case.Lead = "water-company"
		if err := a.Cases.Load(ctx, access.System(), list); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Cases.Note(ctx, handler, list[changed].Case.ID, 0, "先去看看"); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Bulks.Start(ctx, handler, flow.BulkNote, "已核", slices.Repeat(itemsOf(list), bulk.Max/len(list)+1)); err == nil {
			t.Error("a bulk of one more than the most was begun")
		}
		b, err := a.Bulks.Start(ctx, handler, flow.BulkNote, "已核", itemsOf(list))
		if err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(3 * time.Minute); b.State != bulk.Done; time.Sleep(100 * time.Millisecond) {
			if b, err = a.Bulks.Bulk(ctx, handler, b.ID); err != nil || time.Now().After(end) {
				t.Fatal(b.State, err)
			}
		}
		for i, item := range b.Items {
			want := map[int]string{others: "access.not_found", changed: "case.changed"}[i]
			if item.Wrong != want || item.Done != (want == "") {
				t.Errorf("case %d: %+v, want %q", i, item, want)
			}
		}
		for i, want := range map[int]int{0: 1, others: 0, changed: 0, len(list) - 1: 1} {
			noted(t, a.Cases, list[i].Case.ID, "已核", want)
		}
	})
}

func noted(t *testing.T, s *cases.Service, id cases.ID, note string, want int) {
	t.Helper()
	events, err := s.Events(context.Background(), access.System(), id)
	n := 0
	for _, e := range events {
		if e.Kind == cases.Noted && e.Detail.Text == note {
			n++
		}
	}
	if err != nil || n != want {
		t.Errorf("case %s has the note %d times, want %d (%v)", id, n, want, err)
	}
}

// A bulk that is cut off anywhere goes on where it was, and what it had done
// is done, and said to be done, once.
func TestBulkCutOff(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		ctx, a := context.Background(), c.App
		handler := actorOf(t, c, "um-facilities", access.Handler)
		list := lamps(60, 1<<20)
		if err := a.Cases.Load(ctx, access.System(), list); err != nil {
			t.Fatal(err)
		}
		b, err := a.Bulks.Start(ctx, handler, flow.BulkNote, "已核", itemsOf(list))
		if err != nil {
			t.Fatal(err)
		}
		cut := 0
		for ; ; cut++ {
			some, cancel := context.WithTimeout(ctx, time.Duration(2+5*cut)*time.Millisecond)
			err := a.Bulks.Run(some, bulk.Run{ID: b.ID})
			cancel()
			if err == nil {
				break
			}
		}
		if cut == 0 {
			t.Error("it was never cut off")
		}
		if b, err = a.Bulks.Bulk(ctx, handler, b.ID); err != nil || b.State != bulk.Done {
			t.Fatal(b.State, err)
		}
		for i, item := range b.Items {
			if !item.Done || item.Wrong != "" {
				t.Errorf("case %d: %+v", i, item)
			}
			noted(t, a.Cases, cases.ID(item.Case), "已核", 1)
		}
	})
}

func actorOf(t *testing.T, c *apptest.City, unit string, role access.Role) access.Actor {
	t.Helper()
	for _, s := range people(t, c) {
		if string(s.Unit) == unit && slices.Contains(s.Roles, role) {
			actor, err := c.App.Staff.Actor(context.Background(), s.ID)
			if err != nil {
				t.Fatal(err)
			}
			return actor
		}
	}
	t.Fatalf("%s has no %s", unit, role)
	return access.Actor{}
}

// Many have the board open: all see what happens, and who may not look gets
// nothing.
func TestManyBoards(t *testing.T) {
	const boards = 300
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		leader := c.As("leader")
		for path, status := range map[string]int{"/work/board/live?span=year": http.StatusNotFound, "/work/board/none.csv": http.StatusNotFound} {
			if page := leader.Get(path); page.Status != status {
				t.Errorf("%s: %d", path, page.Status)
			}
		}
		if page := c.As("handler").Get("/work/board/live?span=today"); page.Status != http.StatusForbidden {
			t.Errorf("a handler looks: %d", page.Status)
		}
		if page := c.Somebody().Get("/work/board/live?span=today"); !strings.HasPrefix(page.Path, "/work/sign-in") {
			t.Errorf("somebody looks: %d %s", page.Status, page.Path)
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var wg sync.WaitGroup
		var open, heard atomic.Int64
		for i := range boards {
			wg.Go(func() {
				span := []string{"today", "week"}[i%2]
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL+"/work/board/live?span="+span, http.NoBody)
				if err != nil {
					t.Error(err)
					return
				}
				res, err := (&http.Client{Jar: leader.Client.Jar, Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				defer res.Body.Close() //nolint:errcheck // it was only read
				if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" || res.Header.Get("Content-Security-Policy") == "" {
					t.Errorf("a stream of %s, with %v", kind, res.Header)
				}
				lines := bufio.NewScanner(res.Body)
				lines.Buffer(nil, 1<<20)
				for lines.Scan() {
					switch text := lines.Text(); {
					case text == "event: board":
						open.Add(1)
					case strings.Contains(text, "全街停电二百户"):
						heard.Add(1)
						return
					}
				}
			})
		}
		wait := func(what string, n *atomic.Int64) {
			for end := time.Now().Add(20 * time.Second); n.Load() < boards; time.Sleep(20 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("%d of %d %s", n.Load(), boards, what)
				}
			}
		}
		wait("see the board", &open)
		c.Somebody().Say("全街停电二百户，什么时候来电？")
		c.Settle()
		number := c.As("dispatcher").Case("dispatch", "全街停电二百户")
		c.Somebody().Say("全街停电二百户，我家也是", "same_as", number[strings.LastIndex(number, "/")+1:])
		wait("hear of it", &heard)
		cancel()
		wg.Wait()
	})
}
