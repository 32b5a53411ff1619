package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
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
	"yiwang/internal/city/org"
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

// Of as many cases as one can take on at once, all of a list, one is another
// unit's: the preview names it. It is begun, and undone. Then some of them are
// ticked and begun; one was changed since it was looked at, and is left as it is
// and named. All others are taken on.
func TestBulkOfMany(t *testing.T) {
	t.Parallel()
	c := apptest.One(t, apptest.Options{})
	ctx, a := context.Background(), c.App
	list := lamps(bulk.Max, 0)
	const helping, changed = 123, 432
	list[helping].Case.Lead, list[helping].Case.Helpers, list[helping].Case.Subject = "water-company", []org.UnitID{"um-facilities"}, "水管边的路灯"
	if err := a.Cases.Load(ctx, access.System(), list); err != nil {
		t.Fatal(err)
	}
	actor := lampHandler(t, c)
	handler, other := c.As(loginOf(t, c, actor.Staff)), c.As("dispatcher")
	preview := func(form url.Values, n int) url.Values {
		page := handler.Post("/work/bulk", form)
		page.Shows(t, fmt.Sprintf("所选 %d 件中，%d 件可以处理", n, n-1), "不处理，原因如下（1）", "水管边的路灯", "您的角色不能做这一步")
		return url.Values{"sure": {page.Field("sure")}}
	}
	sure := preview(url.Values{"all": {"yes"}, "view": {"view=open"}, "action": {"accept"}}, bulk.Max)
	if page := other.Post("/work/bulk", sure); page.Status != http.StatusNotFound {
		t.Errorf("somebody else begins it: %d", page.Status)
	}
	page := handler.Post("/work/bulk", sure)
	page.Shows(t, "秒后开始")
	handler.Post(page.Path, nil).Shows(t, "已撤销")
	handler.Post("/work/bulk", sure).Shows(t, "已撤销") // once undone it stays so

	const some = 500
	ticked := url.Values{"action": {"accept"}}
	for _, l := range list[:some] {
		got, err := a.Cases.Case(ctx, access.System(), l.Case.ID)
		if err != nil {
			t.Fatal(err)
		}
		ticked.Add("case", string(got.Number))
	}
	sure = preview(ticked, some)
	if _, err := a.Cases.Note(ctx, actor, list[changed].Case.ID, 0, "先去看看"); err != nil {
		t.Fatal(err)
	}
	page = handler.Post("/work/bulk", sure)
	var b bulk.Bulk
	for end := time.Now().Add(5 * time.Minute); b.State != bulk.Done; time.Sleep(100 * time.Millisecond) {
		var err error
		if b, err = a.Bulks.Bulk(ctx, actor, strings.TrimPrefix(page.Path, "/work/bulk/")); err != nil || time.Now().After(end) {
			t.Fatal(b.State, err)
		}
	}
	if len(b.Items) != some-1 {
		t.Errorf("%d were done", len(b.Items))
	}
	for i, item := range b.Items {
		want := map[cases.ID]string{list[changed].Case.ID: "case.changed"}[cases.ID(item.Case)]
		if item.Wrong != want || item.Done != (want == "") {
			t.Errorf("case %d: %+v, want %q", i, item, want)
		}
	}
	for i, want := range map[int]cases.State{0: cases.Accepted, helping: cases.Dispatched, changed: cases.Dispatched, some - 1: cases.Accepted, some: cases.Dispatched} {
		if got, err := a.Cases.Case(ctx, access.System(), list[i].Case.ID); err != nil || got.State != want {
			t.Errorf("case %d is %s, want %s (%v)", i, got.State, want, err)
		}
	}
	handler.Get(page.Path).Shows(t, "没有处理的（1）")
}

// What was ticked and cannot be seen any more is named, and the rest is done;
// more can be ticked than a form has fields for otherwise.
func TestBulkOfTicked(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	ctx, a := context.Background(), c.App
	list := lamps(120, 1<<21)
	list[7].Case.Lead, list[7].Case.Subject = "water-company", "水务的一件"
	if err := a.Cases.Load(ctx, access.System(), list); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"action": {"accept"}}
	gone := ""
	for i, l := range list {
		got, err := a.Cases.Case(ctx, access.System(), l.Case.ID)
		if err != nil {
			t.Fatal(err)
		}
		form.Add("case", string(got.Number))
		if i == 7 {
			gone = string(got.Number)
		}
	}
	handler := c.As(loginOf(t, c, lampHandler(t, c).Staff))
	page := handler.Post("/work/bulk", form)
	page.Shows(t, "所选 120 件中，119 件可以处理", gone, "没有找到，或者您不能查看").Hides(t, "水务的一件", "/work/cases/"+gone)
	for _, bad := range []string{"", "close"} {
		form.Set("action", bad)
		if page := handler.Post("/work/bulk", form); page.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q with many: %d", bad, page.Status)
		}
	}
	only := url.Values{"action": {"accept"}, "case": {gone}}
	if page := handler.Post("/work/bulk", only).Shows(t, gone); page.Field("sure") != "" {
		t.Error("nothing can be begun")
	}
}

func loginOf(t *testing.T, c *apptest.City, id access.StaffID) string {
	t.Helper()
	for _, s := range people(t, c) {
		if s.ID == id {
			return s.Login
		}
	}
	t.Fatal("there is no", id)
	return ""
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
		handler := lampHandler(t, c)
		list := lamps(60, 1<<20)
		if err := a.Cases.Load(ctx, access.System(), list); err != nil {
			t.Fatal(err)
		}
		b, err := a.Bulks.Propose(ctx, handler, bulk.Note, "已核", itemsOf(list))
		if err == nil {
			b, err = a.Bulks.Start(ctx, handler, b.ID)
		}
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

// lampHandler is somebody of the unit that the lamps are sent to.
func lampHandler(t *testing.T, c *apptest.City) access.Actor {
	t.Helper()
	for _, s := range people(t, c) {
		if s.Unit == "um-facilities" && slices.Contains(s.Roles, access.Handler) {
			actor, err := c.App.Staff.Actor(context.Background(), s.ID)
			if err != nil {
				t.Fatal(err)
			}
			return actor
		}
	}
	t.Fatal("nobody handles lamps")
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
